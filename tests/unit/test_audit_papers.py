"""Readings laid beside the pages that they were read from, without the reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from lmprogress.auditing.paper_checks import _reads_as, check_papers
from lmprogress.auditing.run_files import RunFiles
from lmprogress.cli import main
from lmprogress.core import tables
from typeset import CASES

# tables over pages, signs that stand for others, stamps, marks beside numbers
SHOWN = (
    *("three_horizontal_rules", "a_group_that_goes_on_over_the_page", "continued_without_a_header"),
    *("middle_dots_as_decimal_points", "powers_of_ten", "the_stamp_on_the_side_of_the_first_page"),
)
READINGS = "processed/readings.parquet"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of PDFs, and beside it a run that read them."""
    folder = tmp_path_factory.mktemp("papers")
    (folder / "pdf").mkdir()
    (folder / "processed").mkdir()
    for name in SHOWN:
        (folder / "pdf" / f"{name}.pdf").write_bytes(CASES[name].typeset()[0])
    statuses = folder / "processed/paper_statuses.parquet"
    assert main(["read", str(folder / "pdf"), "--out", str(folder / READINGS), "--statuses", str(statuses)]) == 0
    return folder


def test_what_was_read_stands_on_the_pages(papers: Path) -> None:
    check = check_papers(RunFiles(papers), papers / "pdf")
    assert [failure.told() for failure in check.failures] == []
    n = len(tables.read(papers / READINGS, "readings"))
    # each has a value and a box
    assert check.items >= 2 * n > 60
    assert any(f"{n} readings: not compared" in note for note in check.notes)


def _moved(readings: pd.DataFrame) -> None:
    readings.loc[readings.index[readings["source"].eq("table")][0], ["y0", "y1"]] = [1.0, 5.0]


def _set(column: str, by: Callable[[object], object], more: str = "") -> Callable[[pd.DataFrame], None]:
    def edit(readings: pd.DataFrame) -> None:
        row = readings.index[readings["source"].eq("table") & readings[column].notna()][0]
        readings.loc[row, column] = by(readings.loc[row, column])
        if more:
            readings.loc[row, more] = f"{readings.loc[row, column]:.2f}"

    return edit


@pytest.mark.parametrize(
    "edit",
    [
        _set("value", lambda value: float(str(value)) + 10),
        _set("value", lambda value: float(str(value)) + 10.01, "raw"),
        _moved,
        _set("row_label", lambda label: f"{label} Mamba"),
        _set("column_label", lambda label: "Mamba PPL"),
        _set("page", lambda page: 99),
    ],
    ids=["value", "value and text", "box", "row", "column", "page"],
)
def test_a_reading_that_says_otherwise_is_found(edit: Callable[[pd.DataFrame], None], papers: Path) -> None:
    readings = tables.read(papers / READINGS, "readings")
    edit(readings)
    run = RunFiles(papers)
    run._frames[READINGS] = readings
    assert {failure.file for failure in check_papers(run, papers / "pdf").failures} == {READINGS}


def test_boxes_are_confirmed_by_another_library(papers: Path) -> None:
    readings = tables.read(papers / READINGS, "readings")
    assert (readings.loc[readings["source"] == "table", "second_value"] == "agrees").all()
    _moved(readings)
    run = RunFiles(papers)
    run._frames[READINGS] = readings
    failures = check_papers(run, papers / "pdf").failures
    assert [failure.problem.split()[0] for failure in failures].count("pdfplumber") == 1


def test_papers_that_are_not_at_hand_are_told(papers: Path, tmp_path: Path) -> None:
    name = f"{SHOWN[0]}.pdf"
    (tmp_path / name).write_bytes((papers / "pdf" / name).read_bytes())
    notes = check_papers(RunFiles(papers), tmp_path).notes
    assert any(note.startswith(f"papers not available: {len(SHOWN) - 1}, with ") for note in notes)


@pytest.mark.parametrize(
    ("raw", "quantity", "value", "other"),
    [
        ("12,345.6", "perplexity", 12345.6, 12.3456),
        ("58.17 ± 0.06", "perplexity", 58.17, 0.06),
        ("1.2e4", "perplexity", 12000, 1.2),
        ("2.1.10^2", "perplexity", 210, 2.1),
        (".98", "perplexity", 0.98, 98),
        ("345 M", "parameters", 345e6, 345e9),
        ("1.3-billion", "parameters", 1.3e9, 1.3e6),
        # the unit stands in the head of the column
        ("24", "parameters", 24e6, 25e6),
        ("10, 000", "vocabulary", 10000, 10),
        ("1.2 万", "training_tokens", 12000, 1.2e6),
        ("28 Oct 2023", "publication_date", 2023.8219, 2023.78),
        ("1808.05908", "publication_date", 2018.5808, 2018.5),
    ],
)
def test_what_a_printed_number_may_mean(raw: str, quantity: str, value: float, other: float) -> None:
    assert _reads_as(raw, quantity, value)
    assert not _reads_as(raw, quantity, other)
