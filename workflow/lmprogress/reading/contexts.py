"""The texts that say what a number of a table means.

In: nothing. Out: the text around a table, and the texts that speak of one of its cells.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Context:
    """The text that a table stands in: title of its section, sentences that cite it, the paper as a whole.

    `whole` is the paper's text, `notes` the lines of the page that begin with a mark, `abbreviations` the paper's own
    names of benchmarks.
    """

    section: str = ""
    citing: str = ""
    around: str = ""
    page: str = ""
    nearest: str | None = None
    paper_benchmark: str | None = None
    whole: str = ""
    notes: tuple[str, ...] = ()
    abbreviations: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class CellTexts:
    """Texts that speak of one cell, by where they stand, nearest first."""

    header: list[str]
    row: list[str]
    group: list[str]
    caption: list[str]
    text: list[str]

    def places(self) -> list[tuple[str, list[str]]]:
        return [("header", self.header), ("row", self.row), ("group", self.group), ("caption", self.caption)]
