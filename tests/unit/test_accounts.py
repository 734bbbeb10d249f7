"""The account of tables: every number of a table is read, left for a reason, or counted as unexplained.

In: typeset papers. Out: assertions on rows of table `tables`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from lmprogress.core.schemas import table
from lmprogress.core.settings_reading import load_reading_vocabulary
from lmprogress.reading.paper import PaperReading, read_paper
from lmprogress.reading.quantity import Left
from typeset.blocks import Rows, filler, paper, title
from typeset.sheet import Sheet
from typeset.tables import Table

Read = Callable[[Callable[[Sheet], None]], PaperReading]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Typeset a paper and read it."""
    vocabulary = load_reading_vocabulary(ROOT / "config/reading.yaml", ROOT / "config/benchmarks.yaml")

    def read(draw: Callable[[Sheet], None]) -> PaperReading:
        sheet = Sheet()
        draw(sheet)
        (tmp_path / "paper.pdf").write_bytes(sheet.bytes())
        return read_paper(tmp_path / "paper.pdf", "paper", vocabulary)

    return read


def reasons(row: dict[str, Any]) -> dict[str, int]:
    return {part.split(": ")[0]: int(part.split(": ")[1]) for part in (row["reasons"] or "").split("; ") if part}


def test_each_number_of_a_table_has_a_reason(read: Read) -> None:
    rows: Rows = [["Model", "Size", "WikiText-103", "C4", "Accuracy"]]
    rows += [["Layers 12", "24M", "24.9", "13.1", "61.2"], ["Layers 6", "12M", "25.6", "17.4", "58.9"]]
    found = read(lambda sheet: paper(sheet, "Table 1: Test perplexity on two corpora.", rows, "lcccc"))
    (account,) = found.tables
    assert (account["table_label"], account["caption_start"], account["speaks_of"]) == (
        "Table 1", "Table 1: Test perplexity on two corpora.", "both",
    )  # fmt: skip
    assert (account["n_rows"], account["n_columns"], account["n_numbers"], account["n_read"]) == (2, 4, 8, 2)
    assert reasons(account) == {"parameters": 2, "other_benchmark": 2, "other_quantity": 2}
    assert account["n_unexplained"] == 0
    assert len([r for r in found.readings if r["quantity"] == "perplexity"]) == 2


def test_a_caption_of_more_than_ten_words_is_quoted_with_ten(read: Read) -> None:
    rows: Rows = [["Model", "PTB"], ["Gated", "60.1"], ["Linear", "63.5"]]
    caption = "Table 1: Perplexity of the models of this work and of others on PTB."
    (account,) = read(lambda sheet: paper(sheet, caption, rows, "lc")).tables
    assert account["caption_start"] == "Table 1: Perplexity of the models of this work and"


def test_a_caption_without_a_table_is_accounted_for(read: Read) -> None:
    def draw(sheet: Sheet) -> None:
        title(sheet)
        sheet.paragraph("Perplexities of 12 systems, from 54.4 to 99.9, are shown in Table 1.")
        sheet.caption("Table 1: Perplexity on the Penn Treebank, given as a picture.")
        filler(sheet, 2)

    (account,) = read(draw).tables
    assert (account["table_label"], account["speaks_of"], account["n_numbers"]) == ("Table 1", "both", 0)


def test_lines_of_numbers_that_are_in_no_table_are_unexplained(read: Read) -> None:
    def draw(sheet: Sheet) -> None:
        rows: Rows = [["Gated", "60.1", "58.8"], ["Linear", "63.5", "61.2"], ["Wide", "62.4", "60.7"]]
        title(sheet)
        sheet.paragraph("Perplexity on PTB, as in Table 7 of the longer version.")
        sheet.skip(60)
        sheet.table(Table(rows, "lcc", header=0, rules="none"))
        sheet.skip(60)
        sheet.caption("Table 1: Test perplexity on WikiText-103.")
        sheet.table(Table([["Model", "Perplexity"], ["Gated", "24.9"], ["Linear", "25.6"]], "lc"))

    lost = [row for row in read(draw).tables if row["table_label"] is None]
    assert [(row["n_numbers"], row["n_read"], row["n_unexplained"]) for row in lost] == [(6, 0, 6)]


def test_reasons_are_those_of_the_schema() -> None:
    (column,) = (column for column in table("tables").columns if column.name == "reasons")
    for reason in [*(left.value for left in Left), "label"]:
        assert reason in column.description and re.fullmatch(str(column.pattern), f"{reason}: 2; label: 1")
