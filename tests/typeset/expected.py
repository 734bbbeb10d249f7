"""What a reader must give for a typeset paper.

In: known numbers. Out: expected readings, and the register of all cases.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from typeset.sheet import Sheet

PERPLEXITY = "perplexity"


@dataclass(frozen=True)
class Expected:
    """One reading; names as in table `readings`. None is not asked.

    `label` must stand in row_label, `system` in system; `setting` "" is none.
    """

    quantity: str
    value: float
    benchmark: str | None = None
    split: str | None = None
    label: str | None = None
    system: str | None = None
    n_parameters: float | None = None
    own: bool | None = None
    page: int = 1
    source: str = "table"
    setting: str | None = None


@dataclass(frozen=True)
class Case:
    """A typeset paper: what draws it, which gives back what must be read in it."""

    name: str
    theme: str
    draw: Callable[[Sheet], list[Expected]]
    columns: int
    font: str

    def typeset(self) -> tuple[bytes, list[Expected]]:
        """The PDF and its readings; the same bytes each time."""
        sheet = Sheet(columns=self.columns, font=self.font)
        expected = self.draw(sheet)
        return sheet.bytes(), expected


CASES: dict[str, Case] = {}


def case(columns: int = 1, font: str = "times") -> Callable[[Callable[[Sheet], list[Expected]]], Callable[..., object]]:
    """Register a function that draws on a sheet of `columns` columns in `font` (times, or stix for Unicode)."""

    def register(draw: Callable[[Sheet], list[Expected]]) -> Callable[..., object]:
        name = draw.__name__
        if name in CASES:
            raise ValueError(f"two typeset cases are named {name}")
        CASES[name] = Case(name, draw.__module__.rpartition(".")[2], draw, columns, font)
        return draw

    return register


def ppl(
    value: float,
    benchmark: str,
    split: str,
    label: str,
    n_parameters: float | None = None,
    *,
    system: str | None = None,
    own: bool | None = None,
    page: int = 1,
    source: str = "table",
    setting: str | None = None,
) -> Expected:
    """A perplexity; the system is named as the row is where nothing else is said."""
    named = label if system is None else system
    return Expected(PERPLEXITY, value, benchmark, split, label, named, n_parameters, own, page, source, setting)
