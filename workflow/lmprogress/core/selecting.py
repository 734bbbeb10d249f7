"""One value of a table, chosen by conditions that are data.

In: a frame, conditions written column=value;column=value, a column. Out: the value or the rows; an error names them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from lmprogress.core.errors import InputError

_REDUCTIONS: dict[str, Callable[[pd.Series | pd.Index], float]] = {
    "count": lambda cells: float(len(cells)),
    "minimum": lambda cells: float(cells.min()) if len(cells) else math.nan,
    "maximum": lambda cells: float(cells.max()) if len(cells) else math.nan,
}


@dataclass(frozen=True)
class Selector:
    """Where a value stands: the rows of `table` that meet `select`, in `column`; `reduce` makes one of several rows.

    file and row say where the selector is written, for errors.
    """

    table: str
    select: str
    column: str | None
    reduce: str | None
    file: str
    row: str

    def value(self, frame: pd.DataFrame) -> float:
        """The value; nan where its cell is empty.

        Raises InputError where no row fits, for an unknown column, and for several rows where none is made of them.
        """
        if self.reduce is None and self.rows(frame).empty:
            raise self._error(
                f"finds no row in the table '{self.table}'", "correct the conditions, or ask only where there is one"
            )
        return self.value_or_nan(frame)

    def value_or_nan(self, frame: pd.DataFrame) -> float:
        """The same, for a value that a run need not have: nan where no row fits."""
        if self.reduce == "count":
            return _REDUCTIONS["count"](self.rows(frame).index)
        cells = self._cells(self.rows(frame), self.column or "")
        if self.reduce:
            return _REDUCTIONS[self.reduce](cells)
        if len(cells) > 1:
            raise self._error(
                f"leaves {len(cells)} rows of the table '{self.table}'", "add conditions until one is left"
            )
        return float(cells.iloc[0]) if len(cells) and pd.notna(cells.iloc[0]) else math.nan

    def rows(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows that meet every condition. Raises InputError for an unknown column."""
        chosen = pd.Series(True, index=frame.index)
        for condition in filter(None, self.select.split(";")):
            name, _, wanted = condition.partition("=")
            chosen &= _fits(self._cells(frame, name), wanted)
        return frame[chosen]

    def _cells(self, frame: pd.DataFrame, name: str) -> pd.Series:
        if name not in frame.columns:
            problem = f"the table '{self.table}' has no column '{name}'"
            raise self._error(problem, f"use one of {', '.join(frame.columns)}")
        return frame[name]

    def _error(self, problem: str, remedy: str) -> InputError:
        return InputError(problem, file=self.file, row=self.row, column="select", value=self.select, remedy=remedy)


def _fits(cells: pd.Series, wanted: str) -> pd.Series:
    if pd.api.types.is_bool_dtype(cells):
        return cells == (wanted == "true")
    if pd.api.types.is_numeric_dtype(cells):
        number = float(wanted)
        return ((cells - number).abs() <= 1e-9 * abs(number)).fillna(False)
    return (cells == wanted).fillna(False)


def within_tolerance(value: float, stated: float, relation: str, tolerance: float) -> bool:
    """Whether a computed `value` agrees with a `stated` one: equal, at_most or at_least, within `tolerance`.

    A printed digit may be rounded up from exactly half: the tolerance has one part in 10⁹ of slack.
    """
    gap, slack = value - stated, tolerance * (1 + 1e-9)
    return {"equal": abs(gap) <= slack, "at_most": gap <= slack, "at_least": gap >= -slack}[relation]
