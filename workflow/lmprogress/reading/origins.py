"""Whether a row of a table is the paper's own result or quoted from another.

In: a row, the texts that speak of it. Out: own or quoted, and what said so.
"""

from __future__ import annotations

from lmprogress.reading.cells import Grid, Row
from lmprogress.reading.contexts import CellTexts
from lmprogress.reading.words import Lexicon


def own_or_quoted(grid: Grid, row: Row, cell: CellTexts, lexicon: Lexicon) -> tuple[bool, str]:
    """Whether a row is the paper's own result, and what says so."""
    label = " ".join(row.stub)
    if lexicon.says_own(label):
        return True, "wording"
    told = [c.text for k, chunks in row.cells.items() if k not in grid.stub for c in chunks if not c.numeric]
    if any(map(lexicon.cites, [label, *told])):  # in the label, or in a column of references
        return False, "citation"
    for text in cell.group:
        if lexicon.says_own(text):
            return True, "group"
        if lexicon.cites(text) or lexicon.says_quoted(text):
            return False, "group"
    if lexicon.says_quoted(label):
        return False, "wording"
    return True, "default"
