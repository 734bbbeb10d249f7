"""The door to the files: bytes depend on the values alone, nothing half-written stays, and a CSV loses nothing."""

from __future__ import annotations

import csv
import datetime
import math
import re
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lmprogress.auditing.run_files import RunFiles
from lmprogress.core import tables
from lmprogress.core.columns import Column, Table
from lmprogress.core.errors import InputError
from lmprogress.core.schemas import all_tables
from lmprogress.reading.snapshot import differences

TABLES = {table.name: table for table in all_tables()}
FORMULA = "=+-@\t\r\n＝"
# what spreadsheets take for a formula, what a CSV has quotes for, and what it might read as something else
AWKWARD = (
    *(
        "",
        "=1+1",
        "+ Finetune",
        "-",
        "@x",
        "\t=1",
        "\r",
        "a\rb",
        "a\r\nb",
        "\n",
        "'",
        "'=1",
        "''-x",
        "'x",
        "＝1",
        " =1",
    ),
    *('"', "a,b", "nan", "NA", "None", "true", "1.0", "#", "\\", "\x00", "\ufeff", "\u2028"),
)

PAPER = {
    "paper_id": "1810.06682", "title": "Trellis", "arxiv_id": "1810.06682", "url": None,
    "publication_date": "2018-10-15", "version": None, "sha256": None, "source": "test",
}  # fmt: skip


def papers(*ids: str) -> pd.DataFrame:
    return pd.DataFrame([{**PAPER, "paper_id": i} for i in ids])


def test_order_and_index_of_the_frame_do_not_show_in_the_bytes(tmp_path) -> None:
    frame = papers("b", "a", "c")
    tables.write(frame, "papers", tmp_path / "1.parquet")
    tables.write(frame.sample(frac=1, random_state=3).iloc[:, ::-1], "papers", tmp_path / "2.parquet")
    assert (tmp_path / "1.parquet").read_bytes() == (tmp_path / "2.parquet").read_bytes()
    assert tables.read(tmp_path / "1.parquet", "papers")["paper_id"].tolist() == ["a", "b", "c"]


def test_parquet_carries_unit_and_meaning(tmp_path) -> None:
    frame = pd.DataFrame([{"system_id": "a/b", "benchmark": "ptb", "perplexity": 60.5, "source": "test"}])
    tables.write(frame, "evaluations", tmp_path / "e.parquet")
    field = pq.read_schema(tmp_path / "e.parquet").field("perplexity")
    assert b"unit" in field.metadata
    assert field.metadata[b"description"] == b"test perplexity"


def test_a_failed_write_keeps_the_old_file(tmp_path) -> None:
    path = tmp_path / "p.parquet"
    tables.write(papers("a"), "papers", path)
    before = path.read_bytes()

    def fail() -> None:
        with tables.replacing(path) as temporary:
            temporary.write_bytes(b"half")
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_damaged_parquet_is_told_with_a_remedy(tmp_path) -> None:
    path = tmp_path / "p.parquet"
    tables.write(papers("a"), "papers", path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="remedy: delete the file"):
        tables.read(path, "papers")


def test_csv_gives_floats_back_exactly(tmp_path) -> None:
    frame = pd.DataFrame([{"system_id": "a/b", "benchmark": "ptb", "perplexity": 1.0 + 2**-40, "source": 'x, "y"'}])
    tables.write_csv(frame, "evaluations", tmp_path / "e.csv")
    assert tables.read_csv(tmp_path / "e.csv", "evaluations").equals(frame)


@pytest.mark.parametrize(
    ("text", "problem"),
    [(b"", "cannot be read"), (b"\xff\xfe\x00", "cannot be read"), (b'a,b\n"1,2\n', "cannot be read")],
)
def test_unreadable_csv(tmp_path, text: bytes, problem: str) -> None:
    (tmp_path / "papers.csv").write_bytes(text)
    with pytest.raises(InputError, match=problem):
        tables.read_csv(tmp_path / "papers.csv", "papers")


# ---- Parquet -> CSV -> Parquet ---------------------------------------------------------------------------------------


def values(column: Column) -> st.SearchStrategy[object]:
    """What the column may hold, and empty texts where it may be empty."""
    missing = st.none() if column.nullable else st.nothing()
    if column.kind == "boolean":
        return missing | st.booleans()
    if column.kind == "date":
        return missing | st.dates(datetime.date(1900, 1, 1), datetime.date.today()).map(datetime.date.isoformat)
    if column.kind == "integer":
        low, high = column.least, column.most
        low = low if column.above is None else math.floor(column.above) + 1
        return missing | st.integers(
            -(2**62) if low is None else math.ceil(low), 2**62 if high is None else math.floor(high)
        )
    if column.kind == "float":
        low = column.least if column.above is None else column.above
        return missing | st.floats(
            low, column.most, exclude_min=column.above is not None, allow_nan=False, allow_infinity=None
            if column.may_be_infinite else False,
        )  # fmt: skip
    if column.allowed:
        return missing | st.sampled_from(column.allowed)
    if column.pattern:
        return missing | st.from_regex(re.compile(column.pattern, re.ASCII), fullmatch=True)
    texts = st.sampled_from(AWKWARD) | st.text(max_size=5)
    return texts if column.nullable else texts.filter(bool)


def frames(table: Table) -> st.SearchStrategy[pd.DataFrame]:
    """Up to four rows that the schema takes, no key twice."""
    row = st.fixed_dictionaries({column.name: values(column) for column in table.columns})

    def key(held: dict[str, object]) -> tuple[object, ...]:
        # as they are written: with line feeds alone, empty texts missing
        texts = {name: held[name].replace("\r\n", "\n").replace("\r", "\n") or None for name in table.key
                 if isinstance(held[name], str)}  # fmt: skip
        return tuple(texts.get(name, held[name]) for name in table.key)

    names = [column.name for column in table.columns]
    return st.lists(row, max_size=4, unique_by=key).map(lambda rows: pd.DataFrame(rows, columns=names, dtype=object))


@pytest.mark.parametrize("name", TABLES)
@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_parquet_to_csv_and_back_is_the_identity(name: str, data: st.DataObject, tmp_path_factory) -> None:
    folder = tmp_path_factory.getbasetemp() / "csv" / name
    frame = data.draw(frames(TABLES[name]))
    written = tables.write(frame, name, folder / "one.parquet")
    assert not [c.name for c in TABLES[name].columns if c.kind == "string" and (written[c.name] == "").any()]
    tables.write_csv(written, name, folder / "one.csv")
    again = tables.read_csv(folder / "one.csv", name)
    tables.write(again, name, folder / "two.parquet")
    assert (folder / "one.parquet").read_bytes() == (folder / "two.parquet").read_bytes()
    assert not list(differences(name, written, again))
    texts = [column.name for column in TABLES[name].columns if column.kind == "string"]
    with (folder / "one.csv").open(encoding="utf-8", newline="") as file:
        assert not [cell for row in csv.DictReader(file) for cell in map(row.get, texts) if cell and cell[0] in FORMULA]
    # the audit reads it with code of its own
    pd.testing.assert_frame_equal(RunFiles(folder).csv("one.csv")[texts], written[texts], check_dtype=False)


def test_no_awkward_text_is_lost_in_a_csv(tmp_path: Path) -> None:
    texts = [text for text in AWKWARD if text and "\r" not in text]
    frame = papers(*(f"p{i:02}" for i in range(len(texts)))).assign(title=texts)
    written = tables.write(frame, "papers", tmp_path / "papers.parquet")
    tables.write_csv(written, "papers", tmp_path / "papers.csv")
    assert tables.read_csv(tmp_path / "papers.csv", "papers")["title"].tolist() == texts
    assert RunFiles(tmp_path).csv("papers.csv")["title"].tolist() == texts


def test_a_text_that_people_wrote_without_an_apostrophe_stays_as_it_is(tmp_path: Path) -> None:
    titles = ["-x", "=1", "'quoted'"]
    pd.DataFrame([{**PAPER, "paper_id": f"p{i}", "title": title} for i, title in enumerate(titles)]).to_csv(
        tmp_path / "papers.csv", index=False
    )
    assert tables.read_csv(tmp_path / "papers.csv", "papers")["title"].tolist() == titles


def test_lines_within_a_text_end_with_a_line_feed(tmp_path: Path) -> None:
    frame = papers("a", "b", "c").assign(title=["one\r\ntwo", "one\rtwo", "one\ntwo"])
    assert tables.write(frame, "papers", tmp_path / "p.parquet")["title"].tolist() == ["one\ntwo"] * 3


def test_an_empty_text_is_a_missing_value_and_refused_where_none_may_be(tmp_path: Path) -> None:
    written = tables.write(pd.DataFrame([{**PAPER, "url": ""}]), "papers", tmp_path / "p.parquet")
    assert written["url"].isna().all()
    assert pq.read_table(tmp_path / "p.parquet")["url"].null_count == 1
    with pytest.raises(InputError, match="must not be empty"):
        tables.write(pd.DataFrame([{**PAPER, "title": ""}]), "papers", tmp_path / "p.parquet")


def test_rows_of_the_values_asked_for_are_read_alone(tmp_path: Path) -> None:
    rows = pd.DataFrame(
        {"edition": ["a", "a", "b"], "step_number": [1, 2, 1], "step": ["x", "y", "x"], "unit": "record", "rows": 3,
         "papers": 1}
    )  # fmt: skip
    written = tables.write(rows, "funnel", tmp_path / "funnel.parquet")
    for only, chosen in (({"edition": ["b", "c"]}, [2]), ({"edition": ["a"], "step": ["y"]}, [1]), ({}, [0, 1, 2])):
        expected = written.loc[chosen].reset_index(drop=True)
        pd.testing.assert_frame_equal(tables.read(tmp_path / "funnel.parquet", "funnel", **only), expected)
