"""One fit to be done: its key, its law, and the law's columns on the observations.

In: a key and observations. Out: the problem to minimise, its seeds, and its search for the minimum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from lmprogress.keeping.schemas.laws import FIT_KEY
from lmprogress.keeping.settings import GlobalSearch
from lmprogress.laws.multistart import Minimum, minimise
from lmprogress.laws.objective import Problem
from lmprogress.laws.scaling_laws import Columns, Floats, Law
from lmprogress.laws.uncertainty import named_generator

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
        return Problem(*self.law.matrices(self.columns), self.log_perplexity)

    def minimum(self, search: GlobalSearch) -> Minimum:
        return minimise(
            self.problem,
            self.penalty,
            search.n_starts,
            named_generator("starts", *self.seed_names),
            tolerance=search.tolerance,
            max_iterations=search.max_iterations,
        )


def needed(search: GlobalSearch | None) -> GlobalSearch:
    """The settings of the search, which only the study's procedure can do without."""
    if search is None:
        raise ValueError("the search for the true minimum needs its settings")
    return search
