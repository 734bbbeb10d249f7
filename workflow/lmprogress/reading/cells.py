"""What the grid of a table is made of.

In: the words of a line. Out: chunks (the text of one cell), rows, grids.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lmprogress.reading.layout import Run
from lmprogress.reading.pdf import Box, Rule, Word
from lmprogress.reading.regions import Region
from lmprogress.reading.text import LETTERS

_NUMERIC = re.compile(
    rf"[^{LETTERS}]*\d[^{LETTERS}]*(?:[kKmMbBGTx万亿]|[eE][+-]?\d+|x10\^[+-]?\d+)?"
    rf"[^{LETTERS}0-9]*(?:\([^{LETTERS}]*(?:[kKmMbBG]i?B?)?\))?"
)
_TEN = re.compile(r"(?:\d\s?[x*.]\s?|^)10$")
_EXPONENT = re.compile(r"[-+]?\d{1,2}")
_CITATION = re.compile(r"\[\d{1,3}(?:[,;-]\d{1,3})*\]")
_BLANK = re.compile(r"(?:[-*/.]+|n\.?/?a\.?|N\.?/?A\.?|OOM|NaN|nan)")
_INTERVAL = re.compile(r"(?:\d+[.,]\d+ \[|.*\[\d+[.,]\d+[,;] )\d+[.,]\d+[],;]")  # "59.0 [58.7, 59.3]"
_THOUSANDS = re.compile(r"\d{1,3} \d{3}(?:\.\d+)?")  # "11 420.3"
_JOINS = re.compile(r"(?:±|\+/-|\+-|/|x|\|)")
_UNIT = re.compile(r"(?:[kKmMbB万亿]|million|billion)[*†‡§]*")


@dataclass(slots=True)
class Chunk(Run):
    """Words of one row that belong to one cell."""

    @property
    def text(self) -> str:
        """The text, with raised marks put straight behind the word that they mark."""
        text = ""
        for word in self.words:
            text += word.text if word.raised or not text else " " + word.text
        return text

    @property
    def unmarked(self) -> str:
        """The text without raised marks; a raised number after a ten is its power ("10^3")."""
        text = ""
        for word in self.words:
            if not word.raised:
                text += f" {word.text}" if text else word.text
            elif _TEN.search(text) and _EXPONENT.fullmatch(word.text):
                text += f"^{word.text}"
        return text

    @property
    def numeric(self) -> bool:
        return is_numeric(self.unmarked)

    @property
    def box(self) -> Box:
        return Box(self.x0, min(w.y0 for w in self.words), self.x1, max(w.y1 for w in self.words))


def is_numeric(text: str) -> bool:
    """Whether a cell holds a number (with spread, marks, unit) and nothing else; a citation ("[47]") is none."""
    bare = re.sub(r"\s+", "", text)
    if _CITATION.fullmatch(bare):
        return False
    return bool(_NUMERIC.fullmatch(bare)) or bool(re.fullmatch(r"[\d.,]+(million|billion)", bare))


def is_blank(text: str) -> bool:
    """Whether a cell says that there is no value."""
    return bool(_BLANK.fullmatch(text.strip()))


@dataclass(slots=True)
class Row:
    """A row of the body: chunk(s) by column, group labels from the outside in, how many rules lie above it.

    `heads` holds the lines of the nearest header that stands between the rows above it, by column.
    """

    base: float
    cells: dict[int, list[Chunk]]
    groups: list[str] = field(default_factory=list)
    stub: list[str] = field(default_factory=list)
    band: int = 0
    heads: dict[int, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Grid:
    """A table: `headers` holds for each column its header texts from the top down; `stub` the columns of labels."""

    region: Region
    columns: list[tuple[float, float]]
    headers: list[list[str]]
    rows: list[Row]
    stub: list[int]
    corner: list[str]
    size: float
    # headers printed again between the rows: from which base line on, and their texts by column
    restarts: list[tuple[float, dict[int, list[str]]]] = field(default_factory=list)
    n_numbers: int = 0  # cells with numbers, labels and headers included
    n_in_header: int = 0  # those in headers

    def texts(self, column: int) -> list[str]:
        """The texts of a column's cells, without raised marks."""
        return [" ".join(c.unmarked for c in row.cells[column]) for row in self.rows if column in row.cells]


def chunks(row: list[Word], vertical: list[Rule], size: float) -> list[Chunk]:
    """The cells of a line of words, parted by gaps and by upright rules; `size` is the table's font size."""
    found = [Chunk([row[0]])]
    for word in row[1:]:
        last = found[-1].words[-1]
        gap = word.x0 - max(w.x1 for w in found[-1].words)
        parted = any(last.x1 - 2 < r.y < word.x0 + 2 and r.x0 - 3 < word.base < r.x1 + 8 for r in vertical)
        if not parted and (word.raised or _one_cell(last.text, word.text, gap / size)):
            found[-1].words.append(word)
        else:
            found.append(Chunk([word]))
    return found


def _one_cell(before: str, after: str, gap: float) -> bool:
    """Whether two words `gap` font sizes apart belong to one cell."""
    if (
        _JOINS.fullmatch(before)
        or _JOINS.fullmatch(after)
        or before.endswith(("±", "/"))
        or after.startswith(("±", "/"))
    ):
        return gap < 1.0
    in_brackets = before.startswith("(") and before.endswith(",") and after.endswith(")")
    if in_brackets and is_numeric(before) and is_numeric(after):
        return gap < 1.2  # a pair in brackets
    if is_numeric(before) and _UNIT.fullmatch(after):
        return gap < 0.5
    if is_numeric(before) and after.startswith(("(", "↓", "↑")) and is_numeric(after):
        return gap < 0.6
    if _INTERVAL.fullmatch(f"{before} {after}"):
        return gap < 0.6
    if before == "-" or after == "-":
        return gap < (0.15 if is_numeric(before) or is_numeric(after) else 0.5)
    before_counts, after_counts = is_numeric(before) or is_blank(before), is_numeric(after) or is_blank(after)
    if before_counts and after_counts and before.startswith("(") and before.endswith(",") and after.endswith(")"):
        return gap < 0.5
    if before_counts and after_counts:
        if _THOUSANDS.fullmatch(f"{before} {after}"):
            return gap < 0.35
        return gap < 0.3 if before.endswith((",", ".", "(")) or before in {"-", "+", "~", "<", ">", "*"} else gap < 0.12
    if before_counts or after_counts:
        return gap < 0.42
    return gap < 0.7
