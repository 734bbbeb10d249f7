"""Every schema: a row that it takes, and for each promise of each column a row that it refuses."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from lmprogress.core import tables
from lmprogress.core.columns import Column, Table
from lmprogress.core.errors import InputError
from lmprogress.core.schemas import all_tables

SAMPLES = {
    "code_digest": "0123456789ab",
    "observations_digest": "0123456789ab",
    "stamp_date": "2018-10-15",
    "snapshot_sha256": "0" * 64,
    "root": "0" * 64,
    "paper_id": "1810.06682", "system_id": "1810.06682/trellisnet", "record_id": "1810.06682/trellisnet:ptb",
    "arxiv_id": "1810.06682", "sha256": "0" * 64, "url": "https://arxiv.org/abs/1810.06682", "benchmark": "ptb",
    "wrong": "benchmark;split", "reference_id": "table2/alpha_param/estimate", "table": "fits", "column": "mse",
    "select": "edition=published;penalty=0.0025", "over": "edition=corrected",
    "corrected_select": "edition=corrected", "defect": "early_stop",
    "reasons": "label: 2; share: 1", "defect_id": "early_stop", "studied_system": "gpt2",
    "start_system": "rnn", "end_system": "gpt2", "allocation": "gpt3", "adaptation": "cache;retrieval",
    "claim": "doubling_8_4", "term": "other", "fact": "gpt3_width", "period": "2018",
}  # fmt: skip


def sample(column: Column) -> object:
    """A legal value of the column."""
    if column.name in SAMPLES:
        return SAMPLES[column.name]
    if column.allowed:
        return column.allowed[0]
    if column.kind == "boolean":
        return True
    if column.kind == "date":
        return "2018-10-15"
    if column.kind == "string":
        assert not column.pattern, f"give SAMPLES a value for {column.name}"
        return "text"
    low = max(-math.inf if b is None else b for b in (column.above, column.least))
    value = 2.0 if low == -math.inf else low + 1
    value = value if column.most is None else min(value, column.most)
    return int(value) if column.kind == "integer" else float(value)


def good_row(table: Table) -> dict[str, object]:
    return {column.name: sample(column) for column in table.columns}


def bad_rows(table: Table):
    """(what is wrong, column, value) for each promise."""
    for c in table.columns:
        if not c.nullable:
            yield "empty", c.name, None
        if c.kind in ("float", "integer"):
            yield "text", c.name, "many"
            if not c.may_be_infinite:
                yield "infinite", c.name, math.inf
        if c.above is not None:
            yield "at its bound", c.name, c.above
        if c.least is not None:
            yield "below its least", c.name, c.least - 1
        if c.most is not None:
            yield "above its most", c.name, c.most + 1
        if c.kind == "integer":
            yield "a fraction", c.name, 1.5
        if c.allowed:
            yield "not allowed", c.name, "something else"
        if c.pattern:
            yield "of another form", c.name, "../../etc"
        if c.kind == "date":
            yield "no date", c.name, "2018-13-01"
            yield "in the future", c.name, "2999-01-01"
        if c.kind in ("string", "date"):
            yield "a number", c.name, 7


TABLES = {table.name: table for table in all_tables()}


@pytest.mark.parametrize("name", TABLES)
def test_takes_a_good_row_and_gives_it_back(name: str, tmp_path) -> None:
    row = good_row(TABLES[name])
    tables.write(pd.DataFrame([row]), name, tmp_path / "t.parquet")
    assert tables.read(tmp_path / "t.parquet", name).iloc[0].to_dict() == row


@pytest.mark.parametrize(
    ("name", "problem", "column", "value"), [(n, *bad) for n, table in TABLES.items() for bad in bad_rows(table)]
)
def test_refuses_a_bad_row_and_leaves_nothing_behind(name, problem, column, value, tmp_path) -> None:
    good = good_row(TABLES[name])
    # a column of its own kind, as a careless step would make it
    frame = pd.DataFrame([good, {**good, column: value}]).astype(object)
    with pytest.raises(InputError) as caught:
        tables.write(frame, name, tmp_path / "t.parquet")
    assert caught.value.column is not None
    assert column in caught.value.column.split(", ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", TABLES)
def test_refuses_a_second_row_with_the_same_key(name: str, tmp_path) -> None:
    with pytest.raises(InputError, match="earlier row"):
        tables.write(pd.DataFrame([good_row(TABLES[name])] * 2), name, tmp_path / "t.parquet")


@pytest.mark.parametrize("name", TABLES)
def test_refuses_a_missing_and_an_unknown_column(name: str, tmp_path) -> None:
    frame = pd.DataFrame([good_row(TABLES[name])])
    with pytest.raises(InputError, match="lacks this column"):
        tables.write(frame.iloc[:, 1:], name, tmp_path / "t.parquet")
    with pytest.raises(InputError, match="no such column"):
        tables.write(frame.assign(comment="x"), name, tmp_path / "t.parquet")


@pytest.mark.parametrize("name", TABLES)
def test_schema_is_explained(name: str) -> None:
    table = TABLES[name]
    names = [column.name for column in table.columns]
    assert len(set(names)) == len(names)
    assert set(table.key) <= set(names)
    assert set(table.order) <= set(names)
    assert table.writer
    for column in table.columns:
        assert column.description, column.name
        if column.kind == "float" and column.name not in (
            "estimate",
            "standard_error",
            "low",
            "high",
            "r2",
            "zero_shot",
        ):
            assert column.unit, f"{column.name} has no unit"
