"""What spreadsheet programs do to raw tables: read as it was meant where nothing is lost, else named with the remedy.

In: every raw table as such a program saves it. Out: failures where that is accepted, or blamed on something else.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from conftest import ROOT
from lmprogress.core import tables
from lmprogress.core.csv_text import whole_arxiv_id
from lmprogress.core.errors import InputError
from lmprogress.core.schemas import all_tables

RAW = {
    schema.name: ROOT / schema.writer.split(",")[0] for schema in all_tables() if schema.writer.endswith(", by hand")
}
RAW |= {name: ROOT / f"raw/snapshot/{name}.csv" for name in ("readings", "paper_statuses", "tables")}
RAW["coverage_data_sets"] = ROOT / "raw/reference/coverage.csv"
RAW["verdicts"] = ROOT / "raw/verdicts.csv"
# has no row before the first release
EMPTY = {ROOT / "raw/releases.csv"}
LINE = 3


def saved(rows: list[list[str]], separator: str = ",", end: str = "\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=end).writerows(rows)
    return text.getvalue()


def cells(name: str) -> list[list[str]]:
    with RAW[name].open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def read(tmp_path: Path, name: str, content: bytes) -> pd.DataFrame:
    path = tmp_path / f"{name}.csv"
    path.write_bytes(content)
    return tables.read_csv(path, name)


def refused(tmp_path: Path, name: str, content: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        read(tmp_path, name, content)
    assert caught.value.file == str(tmp_path / f"{name}.csv")
    assert caught.value.remedy
    return caught.value


def test_digits_of_another_script_make_no_identifier(tmp_path: Path) -> None:
    rows = cells("papers")
    rows[LINE][rows[0].index("arxiv_id")] = "᧘੩᠐୭.༣۷໕߁"
    assert "is not of the form" in str(refused(tmp_path, "papers", saved(rows).encode()))


def test_every_raw_table_is_tried() -> None:
    assert set((ROOT / "raw").rglob("*.csv")) - EMPTY == set(RAW.values())


@pytest.mark.parametrize("name", RAW)
def test_byte_order_mark_line_ends_and_rows_of_commas_change_nothing(tmp_path: Path, name: str) -> None:
    rows, as_it_is = cells(name), tables.read_csv(RAW[name], name)
    cleared = [[""] * len(rows[0])] * 2
    for content in (
        saved(rows, end="\r\n").encode("utf-8-sig"),
        saved(rows, end="\r").encode(),
        saved(rows[:LINE] + cleared + rows[LINE:] + cleared).encode(),
        (saved(rows).rstrip("\n")).encode(),
        (saved(rows) + "\n\n").encode(),
    ):
        pd.testing.assert_frame_equal(read(tmp_path, name, content), as_it_is)


@pytest.mark.parametrize("name", RAW)
def test_other_separators_and_encodings_are_named(tmp_path: Path, name: str) -> None:
    rows = cells(name)
    error = refused(tmp_path, name, saved(rows, ";").encode())
    assert (error.row, "semicolons" in error.problem) == (1, True)
    assert "tabs" in refused(tmp_path, name, saved(rows, "\t").encode()).problem
    assert "UTF-16" in refused(tmp_path, name, saved(rows, "\t").encode("utf-16")).problem
    assert "UTF-16" in refused(tmp_path, name, saved(rows).encode("utf-16-le")).problem
    assert refused(tmp_path, name, f"sep=,\n{saved(rows)}".encode()).value == "sep=,"
    rows[LINE - 1][0] = "Zürich"
    error = refused(tmp_path, name, saved(rows).encode().replace("ü".encode(), "ü".encode("cp1252")))
    assert (error.row, error.value) == (LINE, "ü")


@pytest.mark.parametrize("name", RAW)
def test_a_comma_too_many_or_too_few_is_named_with_its_line(tmp_path: Path, name: str) -> None:
    rows = cells(name)
    for changed, said in ((["", *rows[LINE - 1]], "extra comma"), (rows[LINE - 1][1:], "comma is missing")):
        error = refused(tmp_path, name, saved([*rows[: LINE - 1], changed, *rows[LINE:]]).encode())
        assert (error.row, said in error.problem) == (LINE, True)
    # in every row but the first: a library would take the first column for labels
    error = refused(tmp_path, name, saved([rows[0], *(["x", *row] for row in rows[1:])]).encode())
    assert (error.row, "extra comma" in error.problem) == (2, True)
    error = refused(tmp_path, name, saved([[*row, ""] for row in rows]).encode())
    assert (error.row, "no name" in error.problem) == (1, True)


def test_a_quote_is_named_where_it_opens(tmp_path: Path) -> None:
    lines = RAW["papers"].read_text(encoding="utf-8").splitlines(keepends=True)
    lines[LINE - 1] = '"' + lines[LINE - 1]
    assert refused(tmp_path, "papers", "".join(lines).encode()).row == LINE


def test_lines_are_those_of_an_editor_where_a_value_has_several(tmp_path: Path) -> None:
    rows = cells("exclusions")
    rows[1][2] = "first line\nsecond line"
    rows[3][2] = ""
    assert refused(tmp_path, "exclusions", saved(rows).encode()).row == 5
    assert refused(tmp_path, "exclusions", saved(rows).replace("\n", "\n\n", 1).encode()).row == 6


@pytest.mark.parametrize(
    ("column", "written", "meant"),
    [
        ("paper_id", "1909.087", "1909.08700"),
        ("arxiv_id", "1909.087", "1909.08700"),
        ("arxiv_id", "1909.0870", "1909.08700"),  # four digits ended with 2014
        ("paper_id", "704.001", "0704.0010"),
        ("arxiv_id", "1412.35", "1412.3500"),
        ("publication_date", "2021/2/4", "2021-02-04"),
        ("publication_date", "44251", "2021-02-24"),
        ("publication_date", "2/24/2021", ""),
        ("publication_date", "24.02.21", ""),
        ("publication_date", "24-Feb-21", ""),
    ],
)
def test_a_rewritten_value_is_named_with_what_it_was(tmp_path: Path, column: str, written: str, meant: str) -> None:
    rows = cells("papers")
    rows[LINE - 1][rows[0].index(column)] = written
    error = refused(tmp_path, "papers", saved(rows).encode())
    assert (error.row, error.column, error.value) == (LINE, column, written)
    assert f"write {meant}" in error.remedy and "spreadsheet" in error.remedy


def test_an_identifier_that_lost_a_zero_is_named_in_its_own_table(tmp_path: Path) -> None:
    rows = cells("systems")
    place = rows[0].index("paper_id")
    line = next(i for i, row in enumerate(rows) if row[place].endswith("0") and "." in row[place])
    whole = rows[line][place]
    rows[line][place] = whole.rstrip("0")
    error = refused(tmp_path, "systems", saved(rows).encode())
    assert (error.row, error.column) == (line + 1, "paper_id")
    assert f"write {whole}" in error.remedy


def test_identifiers_of_the_manifest_are_whole() -> None:
    identifiers = tables.read_csv(RAW["papers"], "papers")["arxiv_id"].dropna()
    assert len(identifiers) > 100
    assert [i for i in identifiers if whole_arxiv_id(i) != i] == []


def test_flags_in_capital_letters_are_flags(tmp_path: Path) -> None:
    text = saved(cells("systems")).replace(",true", ",TRUE").replace(",false", ",FALSE")
    assert text.count(",TRUE") > 10
    pd.testing.assert_frame_equal(read(tmp_path, "systems", text.encode()), tables.read_csv(RAW["systems"], "systems"))
