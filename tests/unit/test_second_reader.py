"""The second reader: what another library finds on the page agrees with what was read, and says where it does not.

In: typeset papers. Out: assertions on the columns second_* of table `readings`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from lmprogress.core.settings_reading import load_reading_vocabulary
from lmprogress.reading.paper import PaperReading, read_paper
from lmprogress.reading.second_reader import read_again
from typeset import CASES

ASKED = ("second_value", "second_row", "second_column")


def read(name: str, folder: Path) -> tuple[Path, PaperReading]:
    vocabulary = load_reading_vocabulary(ROOT / "config/reading.yaml", ROOT / "config/benchmarks.yaml")
    path = folder / f"{name}.pdf"
    path.write_bytes(CASES[name].typeset()[0])
    return path, read_paper(path, name, vocabulary, again=True)


@pytest.mark.parametrize(
    "name",
    [
        *("three_horizontal_rules", "a_table_turned_on_its_page", "a_page_shown_turned"),
        *("a_turned_table_on_a_page_shown_turned", "powers_of_ten"),
    ],
)
def test_both_readers_agree_on_what_is_printed(name: str, tmp_path: Path) -> None:
    rows = [row for row in read(name, tmp_path)[1].readings if row["source"] == "table"]
    assert len(rows) > 2
    assert {row[column] for row in rows for column in ASKED} == {"agrees"}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, PaperReading]:
    return read("three_horizontal_rules", tmp_path_factory.mktemp("plain"))


@pytest.mark.parametrize(
    ("column", "other"),
    [
        ("second_value", {"raw": "0.1"}),
        ("second_value", {"x0": 1.0, "x1": 20.0}),
        ("second_row", {"row_label": "LSTM | Mamba"}),
        ("second_column", {"column_label": "Accuracy"}),
        ("second_parameters", {"n_parameters_raw": "77M"}),
    ],
)
def test_what_was_misread_is_told(column: str, other: dict[str, Any], plain: tuple[Path, PaperReading]) -> None:
    path, paper = plain
    row = next(row for row in paper.readings if row["source"] == "table") | other
    read_again(path, [row], paper.tables)
    assert row[column] in ("differs", "not_found")


def test_numbers_of_a_table_are_counted_again(plain: tuple[Path, PaperReading]) -> None:
    (account,) = plain[1].tables
    assert account["n_numbers"] <= account["n_numbers_again"] <= 2 * account["n_numbers"]


def test_what_the_second_reader_cannot_open_is_read_by_the_first(
    plain: tuple[Path, PaperReading], tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.pdf"
    damaged.write_bytes(plain[0].read_bytes().replace(b"/CreationDate", b"/Odd /CreationDate"))
    vocabulary = load_reading_vocabulary(ROOT / "config/reading.yaml", ROOT / "config/benchmarks.yaml")
    rows = read_paper(damaged, "damaged", vocabulary, again=True).readings
    assert [row["value"] for row in rows] == [row["value"] for row in plain[1].readings]
    assert {row[column] for row in rows for column in ASKED} == {None}
