"""The audit's own look at tables: what breaks a schema, which benchmarks laws of an edition know, what differs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import SETTINGS, RunFiles
from lmprogress.auditing.table_checks import check_schemas
from lmprogress.core import tables

BENCHMARKS = "wt103: {name: A}\nwt2: {name: B, offset: wt2}\nptb: {name: C, offset: ptb}\n"
COUNTS = "results/tables/evidence_counts.parquet"


@pytest.fixture
def run(tmp_path: Path) -> RunFiles:
    """A run with settings and one table of three rows."""
    (tmp_path / "config").mkdir()
    for name, text in (("benchmarks", BENCHMARKS), ("architectures", "transformer: {}\n")):
        (tmp_path / f"config/{name}.yaml").write_text(text, encoding="utf-8")
    settings = {"editions": {"one": {}, "other": {"benchmarks": ["wt103", "ptb"]}}}
    (tmp_path / SETTINGS).parent.mkdir(parents=True)
    (tmp_path / SETTINGS).write_text(json.dumps(settings), encoding="utf-8")
    frame = pd.DataFrame(
        {
            "edition": ["corrected", "corrected", "published"],
            "field": ["perplexity"] * 3,
            "status": ["confirmed", "not_found", "confirmed"],
            "reason": ["same_value", "nothing_printed", "same_value"],
            "n_values": [3, 4, 5],
            "n_in_fit": [1, 2, 3],
            "n_papers": [1, 1, 2],
        }
    )
    (tmp_path / COUNTS).parent.mkdir(parents=True)
    tables.write(frame, "evidence_counts", tmp_path / COUNTS)
    return RunFiles(tmp_path)


def edit(run: RunFiles, change: Callable[[pa.Table], pa.Table]) -> set[str]:
    """What the check of schemas says of the table after a change of it."""
    held = pq.read_table(run.folder / COUNTS)
    loose = pa.schema([field.with_nullable(True) for field in held.schema], held.schema.metadata)
    pq.write_table(change(held.cast(loose)).replace_schema_metadata(held.schema.metadata), run.folder / COUNTS)
    return {f"{failure.row}: {failure.problem}" for failure in check_schemas(RunFiles(run.folder)).failures}


def cell(held: pa.Table, column: str, values: list[object]) -> pa.Table:
    place = held.column_names.index(column)
    return held.set_column(place, held.schema.field(place), pa.array(values, held.schema.field(place).type))


def test_a_table_as_its_schema_has_it_passes(run: RunFiles) -> None:
    check = check_schemas(run)
    assert not check.failures and check.items == 4


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda held: held.take([1, 0, 2]), "row 2: is not in the order of"),
        (lambda held: held.take([0, 1, 1, 2]), "row 3: has the key"),
        # apart from each other
        (lambda held: held.take([0, 1, 2, 0]), "row 4: has the key"),
        (lambda held: cell(held, "n_values", [3, -4, 5]), "row 2: n_values is -4"),
        (lambda held: cell(held, "n_values", [3, 4, None]), "row 3: n_values is None"),
        (lambda held: cell(held, "status", ["confirmed", "lost", "confirmed"]), "row 2: status is 'lost'"),
        (lambda held: cell(held, "field", ["perplexity", None, "perplexity"]), "row 2: field is None"),
        (lambda held: held.drop_columns(["n_papers"]), ": has the columns"),
        (
            lambda held: held.set_column(4, "n_values", pa.array(["3", "4", "5"])),
            "row 1: n_values is '3'",
        ),
        (lambda held: held.set_column(2, "status", pa.array([1, 2, 3])), "row 1: status is 1"),
    ],
    ids=["order", "doubled", "doubled apart", "range", "missing", "value", "text missing", "column", "text", "number"],
)
def test_what_breaks_a_schema_is_named(run: RunFiles, change: Callable[[pa.Table], pa.Table], said: str) -> None:
    found = edit(run, change)
    assert any(problem.startswith(said) for problem in found), found


def test_laws_of_an_edition_have_offsets_of_its_own_benchmarks(run: RunFiles) -> None:
    assert run.offsets("one") == {"wt2": "wt2", "ptb": "ptb"}
    assert run.offsets("other") == {"ptb": "ptb"}
    assert run.reference_benchmark("other") == "wt103"


def compared(found: dict[str, list[object]], expected: dict[str, list[object]], absolute: float = 0.0) -> list[str]:
    check = Check("any", "")
    check.equal("file", pd.DataFrame(found), pd.DataFrame(expected), ["key"], absolute=absolute)
    return sorted(f"{failure.row}: {failure.problem}" for failure in check.failures)


@pytest.mark.parametrize("keys", [["a", "b"], ["b", "a"]], ids=["in order", "in another"])
def test_rows_are_compared_by_their_key(keys: list[object]) -> None:
    values: list[object] = [1.0 if key == "a" else None for key in keys]
    expected: dict[str, list[object]] = {"key": ["a", "b"], "value": [1.0, None]}
    assert compared({"key": keys, "value": values}, expected) == []
    assert compared({"key": keys, "value": [2.0, 2.0]}, expected) == [
        "key=a: value is 2, but 1 follows",
        "key=b: value is 2, but empty follows",
    ]
    assert compared({"key": keys, "value": [1.4, None] if keys[0] == "a" else [None, 1.4]}, expected, 0.5) == []


def test_rows_that_lack_or_are_there_twice_are_named() -> None:
    expected: dict[str, list[object]] = {"key": ["a", "b"], "value": [1.0, 2.0]}
    assert compared({"key": ["a", "c"], "value": [1.0, 2.0]}, expected) == [
        "key=b: lacks this row",
        "key=c: has a row that nothing gives",
    ]
    assert compared({"key": ["a", "a", "b"], "value": [1.0, 1.0, 2.0]}, expected) == [
        "key=a: has this row more than once"
    ]
