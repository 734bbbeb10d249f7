"""One fit to be done: its key, its law, and the law's columns on the observations.

In: a key and observations. Out: the problem to minimise, its seeds, and the search for its minimum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lmprogress.core.schemas.laws import FIT_KEY, FIT_NAMES
from lmprogress.core.settings import GlobalSearch
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.laws.model.scaling_laws import Columns, Floats, Law
from lmprogress.laws.solver.multistart import Minimum, minimise
from lmprogress.laws.solver.objective import Problem

Procedure = Literal["study", "global"]
KEY = [column.name for column in FIT_KEY]


@dataclass(frozen=True)
class Task:
    """One fit: its key, its law, and the law's columns on the observations."""

    key: dict[str, Any]
    law: Law
    columns: Columns
    log_perplexity: Floats

    @property
    def penalty(self) -> float:
        return float(self.key["penalty"])

    @property
    def seed_names(self) -> tuple[object, ...]:
        """What random draws are seeded by; the procedure is not among it."""
        return (self.key["edition"], self.key["specification"], self.key["data_variant"], self.penalty)

    @property
    def problem(self) -> Problem:
        return Problem(*self.law.matrices(self.columns), self.log_perplexity, self.law.logistic)


def of_fit(frame: pd.DataFrame, key: Mapping[str, Any]) -> pd.DataFrame:
    """The rows of `frame` that belong to the fit with this key."""
    return frame[np.logical_and.reduce([frame[name] == key[name] for name in FIT_NAMES])]


def fit_name(key: Mapping[str, Any] | pd.Series) -> tuple[Any, ...]:
    """What names the fit with this key in `by_fit`."""
    return tuple(key[name] for name in FIT_NAMES)


def by_fit(frame: pd.DataFrame) -> dict[tuple[Any, ...], pd.DataFrame]:
    """The rows of each fit, by its name: of a long table far cheaper than `of_fit` for each."""
    return {name: rows for name, rows in frame.groupby(list(FIT_NAMES), sort=False) if isinstance(name, tuple)}


def by_coefficient(rows: pd.DataFrame, index: str) -> tuple[NDArray[Any], Floats]:
    """Estimates of one fit as (R, p), and the (R,) values of the column `index`, one line for each.

    Coefficients stand in the order of their numbers, which is the law's.
    """
    ordered, p = rows.sort_values([index, "number"]), int(rows["number"].max())
    return ordered[index].to_numpy()[::p], ordered["estimate"].to_numpy(float).reshape(-1, p)


def keyed_rows(parts: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> pd.DataFrame:
    """One frame of the columns of all parts, (n,) each, with the key of its part in each row."""
    lengths = [len(next(iter(columns.values()))) for _, columns in parts]
    keys = pd.DataFrame([key for key, _ in parts])
    columns = {name: np.concatenate([np.asarray(part[name]) for _, part in parts]) for name in parts[0][1]}
    return keys.loc[np.repeat(keys.index, lengths)].reset_index(drop=True).assign(**columns)


def minima(tasks: Sequence[Task], search: GlobalSearch) -> list[Minimum]:
    """The global minima of `tasks`, which differ in their penalty alone."""
    return minimise(
        tasks[0].problem,
        [task.penalty for task in tasks],
        search.n_starts,
        [named_generator("starts", *task.seed_names) for task in tasks],
        tolerance=search.tolerance,
        max_iterations=search.max_iterations,
    )


def needed(search: GlobalSearch | None) -> GlobalSearch:
    """The settings of the search, which only the study's procedure can do without."""
    if search is None:
        raise ValueError("the search for the global minimum needs its settings")
    return search
