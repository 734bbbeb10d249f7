"""What most typeset papers are made of: text that speaks of no number, corpus or metric, and a plain table.

In: a sheet. Out: paragraphs and tables on it, and what must be read in them.
"""

from __future__ import annotations

from collections.abc import Sequence

from typeset.expected import Expected, ppl
from typeset.sheet import Sheet
from typeset.tables import Cell, Table

Rows = list[list[str | Cell | None]]
Values = Sequence[tuple[str, float, float]]  # label, validation value, test value
SMALL_CORPUS: Values = (("Plain LSTM", 91.3, 87.5), ("Tied LSTM", 84.6, 81.2))
LARGE_CORPUS: Values = (("Plain LSTM", 104.2, 99.1), ("Tied LSTM", 96.5, 91.7))

_SENTENCES = (
    "We study how the depth of a network and the shape of its hidden state affect what it remembers of a text.",
    "Models are trained with truncated back-propagation and stochastic gradient descent with a decaying step.",
    "All systems share one vocabulary, one initialisation and one schedule, so that only the architecture differs.",
    "The embedding of the input and the projection of the output share their weights where this is stated.",
    "We find that a deeper network profits more from regularisation than a shallow one of the same size.",
    "Earlier systems used a fixed context of a few words; recurrent ones carry a state from word to word.",
    "The gain is larger on rare words than on frequent ones, as one would expect from a longer memory.",
)


def title(sheet: Sheet, text: str = "Deeper Memories for Models of Language") -> None:
    """The paper's title."""
    sheet.put(sheet.left, sheet.y + 14, text, 14 if sheet.n_columns == 1 else 11, "B")
    sheet.skip(30)


def filler(sheet: Sheet, n: int, *, width: float | None = None) -> None:
    """`n` paragraphs."""
    for k in range(n):
        sheet.paragraph(" ".join(_SENTENCES[(k + j) % len(_SENTENCES)] for j in range(3)), width=width)


def paper(sheet: Sheet, caption: str, rows: Rows, align: str = "lcc", **table: object) -> None:
    """A paper with one table under its caption."""
    title(sheet)
    filler(sheet, 2)
    sheet.caption(caption)
    sheet.table(Table(rows, align, **table))  # type: ignore[arg-type]
    filler(sheet, 2)


def value_table(values: Values, **table: object) -> Table:
    """A table of `values` under a header of one row."""
    return Table([["Model", "Valid", "Test"], *value_rows(values)], "lcc", **table)  # type: ignore[arg-type]


def value_rows(values: Values) -> Rows:
    """`values` as printed."""
    return [[label, f"{valid:.1f}", f"{test:.1f}"] for label, valid, test in values]


def valid_test(values: Values, benchmark: str, **more: object) -> list[Expected]:
    """What must be read where `values` stand in a table."""
    return [
        ppl(value, benchmark, split, label, **more)  # type: ignore[arg-type]
        for label, valid, test in values
        for split, value in (("valid", valid), ("test", test))
    ]
