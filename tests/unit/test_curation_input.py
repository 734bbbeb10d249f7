"""Bad input in a raw table: one error that names file, line, column, value and remedy.

In: a copy of the raw tables with one thing wrong. Out: failures where that is accepted, or blamed on something else.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from conftest import ROOT
from curated import ARCHITECTURES, BENCHMARK_SETTINGS, EDITIONS
from lmprogress.core.errors import InputError
from lmprogress.core.schemas import table
from lmprogress.curation.chain import check_raw
from lmprogress.curation.raw import RawTables


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A copy of the raw tables."""
    directory = tmp_path / "raw"
    directory.mkdir()
    for name in RawTables._fields:
        shutil.copy(ROOT / "raw" / f"{name}.csv", directory)
    return directory


def lines(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def rewrite(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def refused(raw: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        check_raw(raw, EDITIONS, BENCHMARK_SETTINGS, ARCHITECTURES)
    assert caught.value.remedy, "the error says what to do next"
    return caught.value


def test_the_tables_as_they_are_pass(raw: Path) -> None:
    check_raw(raw, EDITIONS, BENCHMARK_SETTINGS, ARCHITECTURES)


@pytest.mark.parametrize(
    ("name", "line", "column", "value"),
    [
        ("papers", 3, "paper_id", "with space"),
        ("papers", 3, "title", ""),
        ("papers", 3, "arxiv_id", "2102.12459v2"),
        ("papers", 3, "url", "arxiv.org/abs/2102.12459"),
        ("papers", 3, "publication_date", "2999-01-01"),
        ("papers", 3, "publication_date", "2021/02/24"),
        ("papers", 3, "source", ""),
        ("systems", 4, "system_id", "no-paper"),
        ("systems", 4, "paper_id", "9999.99999"),
        ("systems", 4, "n_parameters", "-1"),
        ("systems", 4, "n_parameters", "UNK"),
        ("systems", 4, "n_parameters", "nan"),
        ("systems", 4, "dataset_size_tokens", "-103000000"),
        ("systems", 4, "n_epochs", "0"),
        ("systems", 4, "zero_shot", "2"),
        ("systems", 4, "uses_cache", "yes"),
        ("systems", 4, "architecture", "transfromer"),
        ("systems", 4, "vocabulary_size", "260k"),
        ("systems", 4, "publication_date", "2021-02-30"),
        ("evaluations", 5, "system_id", "2102.12459/unknown"),
        ("evaluations", 5, "benchmark", "lambada"),
        ("evaluations", 5, "perplexity", "1"),
        ("evaluations", 5, "perplexity", ""),
        ("evaluations", 5, "perplexity", "18,3"),
        ("evaluations", 5, "perplexity", "inf"),
        ("corrections", 2, "system_id", "2112.11446/gopher-281b"),
        ("corrections", 2, "column", "n_parametres"),
        ("corrections", 2, "editions", "publshed"),
        ("corrections", 2, "old_value", "2.7e11"),
        ("corrections", 2, "new_value", "many"),
        ("corrections", 2, "new_value", "-1"),
        ("corrections", 2, "benchmark", "lambada"),
        ("corrections", 2, "reason", ""),
        ("corrections", 2, "strength", ""),
        ("corrections", 2, "strength", "sure"),
        ("exclusions", 3, "system_id", "2302.13971/llama-66b"),
        ("exclusions", 3, "editions", "publshed"),
        ("exclusions", 3, "reason", ""),
        ("exclusions", 3, "strength", "sure"),
    ],
)
def test_bad_cell(raw: Path, name: str, line: int, column: str, value: str) -> None:
    path = raw / f"{name}.csv"
    rows = lines(path)
    rows[line - 1][rows[0].index(column)] = value
    rewrite(path, rows)
    error = refused(raw)
    assert error.file.endswith(f"raw/{name}.csv")
    assert (error.row, error.column, error.value) == (line, column, value)


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("corrections", "old_value", "1e5"),
        ("corrections", "system_id", "1907.05572/x"),
        ("exclusions", "system_id", "x/y"),
    ],
)
def test_a_row_that_no_edition_uses_is_checked_too(raw: Path, name: str, column: str, value: str) -> None:
    path = raw / f"{name}.csv"
    rows = lines(path)
    strength = rows[0].index("strength")
    line = next(i for i, row in enumerate(rows) if row[strength] == "doubtful")
    rows[line][rows[0].index(column)] = value
    rewrite(path, rows)
    error = refused(raw)
    assert (error.row, error.column, error.value) == (line + 1, column, value)


@pytest.mark.parametrize("name", RawTables._fields)
def test_missing_and_unknown_column(raw: Path, name: str) -> None:
    path = raw / f"{name}.csv"
    rows = lines(path)
    last = rows[0][-1]
    rewrite(path, [[*rows[0][:-1], "surprise"], *rows[1:]])
    error = refused(raw)
    assert error.file.endswith(f"raw/{name}.csv")
    assert error.column == last
    rewrite(path, [[*rows[0], "surprise"], *([*row, ""] for row in rows[1:])])
    error = refused(raw)
    assert error.file.endswith(f"raw/{name}.csv")
    assert error.column == "surprise"


@pytest.mark.parametrize("name", RawTables._fields)
def test_duplicate_key(raw: Path, name: str) -> None:
    path = raw / f"{name}.csv"
    rows = lines(path)
    rewrite(path, [*rows, rows[1]])
    error = refused(raw)
    assert error.file.endswith(f"raw/{name}.csv")
    assert error.row == len(rows) + 1
    assert error.column == ", ".join(table(name).key)
    for part in table(name).key:
        assert f"{part}=" in str(error.value)


@pytest.mark.parametrize("name", RawTables._fields)
def test_missing_file(raw: Path, name: str) -> None:
    (raw / f"{name}.csv").unlink()
    assert refused(raw).file.endswith(f"raw/{name}.csv")


def test_file_that_is_not_text(raw: Path) -> None:
    (raw / "papers.csv").write_bytes(b"paper_id,title\n\xff\xfe,x\n")
    assert "UTF-8" in refused(raw).remedy
