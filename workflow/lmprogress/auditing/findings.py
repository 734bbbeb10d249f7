"""What a check says: how many items it looked at, and each one that fails.

In: file, row, problem, remedy. Out: a Check, and failures in words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

EDITED = "it was changed after it was made, or what it follows from was: delete it and run again"


class Failure(NamedTuple):
    """One thing that does not hold: the file, the row in it or '', what is wrong, and what to do."""

    file: str
    row: str
    problem: str
    remedy: str = EDITED

    def told(self) -> str:
        """In one line, the remedy in a second."""
        return f"{', '.join(filter(None, (self.file, self.row)))}: {self.problem}\n  remedy: {self.remedy}"


@dataclass
class Check:
    """One check: its name, what it compares, the number of items looked at, what failed, and what else there is to say.

    covered: file -> columns of it that were compared with what follows from elsewhere, in some of its rows at least.
    """

    name: str
    detail: str
    items: int = 0
    failures: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    covered: dict[str, set[str]] = field(default_factory=dict)

    def fail(self, file: str, row: str, problem: str, remedy: str = EDITED) -> None:
        """Add a failure."""
        self.failures.append(Failure(file, row, problem, remedy))

    def covers(self, file: str, *columns: str) -> None:
        """Say that `columns` of a file are compared here; `equal` says so by itself."""
        self.covered.setdefault(file, set()).update(columns)

    def equal(
        self,
        file: str,
        found: pd.DataFrame,
        expected: pd.DataFrame,
        key: Sequence[str],
        relative: float = 0.0,
        absolute: float = 0.0,
    ) -> None:
        """Compare the columns of `expected` with those of `found`, row by row of `key`; missing equals missing.

        relative, absolute: how far two numbers may lie apart, as a share of the larger, or in their own unit.
        """
        key = list(key)
        self.items += len(expected)
        if len(expected):
            self.covers(file, *expected.columns)
        if _aligned(found, expected, key):
            names = found[key]
            self._compare(file, found, expected, lambda place: _named(key, names.iloc[place]), relative, absolute)
            return
        wanted, held = (_keyed(frame, key) for frame in (expected, found))
        for problem, rows in (("lacks this row", wanted.index.difference(held.index)),
                              ("has a row that nothing gives", held.index.difference(wanted.index))):  # fmt: skip
            for row in rows:
                self.fail(file, _named(key, row), problem)
        for doubled in held.index[held.index.duplicated()].unique():
            self.fail(file, _named(key, doubled), "has this row more than once")
        common = wanted.index.intersection(held.index)
        if not wanted.index.is_unique or not held.index.is_unique:
            return
        wanted, held = wanted.loc[common], held.loc[common]
        self._compare(file, held, wanted, lambda place: _named(key, common[place]), relative, absolute)

    def _compare(
        self,
        file: str,
        held: pd.DataFrame,
        wanted: pd.DataFrame,
        named: Callable[[int], str],
        relative: float,
        absolute: float,
    ) -> None:
        """Every column of `wanted` against that of `held`, whose rows are the same ones in the same order."""
        for column in wanted.columns:
            for place in np.flatnonzero(differs(held[column], wanted[column], relative, absolute)).tolist():
                told, follows = (_shown(frame[column].iloc[place]) for frame in (held, wanted))
                self.fail(file, named(place), f"{column} is {told}, but {follows} follows")


def differs(one: pd.Series, other: pd.Series, relative: float = 0.0, absolute: float = 0.0) -> np.ndarray:
    """True where two aligned columns differ, (n,); `relative` and `absolute` as in Check.equal."""
    missing = one.isna().to_numpy(bool), other.isna().to_numpy(bool)
    if pd.api.types.is_numeric_dtype(one) and pd.api.types.is_numeric_dtype(other):
        a, b = (column.to_numpy(float, na_value=np.nan) for column in (one, other))
        with np.errstate(invalid="ignore"):
            near = np.maximum(relative * np.maximum(np.abs(a), np.abs(b)), absolute)
            apart = ~((a == b) | (np.abs(a - b) <= near))
    elif one.dtype == "str" and other.dtype == "str":
        apart = np.asarray(one.array != other.array)
    else:
        apart = one.astype(object).to_numpy() != other.astype(object).to_numpy()
    return (missing[0] != missing[1]) | (apart.astype(bool) & ~missing[0] & ~missing[1])


def _aligned(one: pd.DataFrame, other: pd.DataFrame, key: list[str]) -> bool:
    """Whether two frames have the same rows of `key` in the same order, each once."""
    same = len(one) == len(other) and not any(differs(one[name], other[name]).any() for name in key)
    return same and not one.duplicated(key).any()


def _keyed(frame: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    plain = frame.assign(**{name: frame[name].astype(object).where(frame[name].notna(), "") for name in key})
    return plain.set_index(key)


def _named(key: list[str], row: object) -> str:
    values = tuple(row) if isinstance(row, tuple | pd.Series) else (row,)
    return ", ".join(f"{name}={_shown(value)}" for name, value in zip(key, values, strict=True))


def _shown(value: object) -> str:
    if value is None or value is pd.NA or value != value:
        return "empty"
    return f"{value:.12g}" if isinstance(value, float) else str(value)
