"""Replicates learn from each other: each tries minima that others found, far from its own.

In: a problem, row weights, the minimum of each replicate. Out: the same or lower minima.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.laws.solver.estimation import CONVERGED, Solutions, solve
from lmprogress.laws.solver.objective import Problem, objectives_by_weights

# minima that are offered: those of the first replicates, so that memory grows with their number and not its square
_MOST_OFFERED = 2000


def exchange(
    problem: Problem,
    penalty: float,
    weights: Floats,
    found: Solutions,
    n_exchanges: int,
    *,
    tolerance: float,
    max_iterations: int,
) -> Solutions:
    """`found`, one minimum for each row of `weights` (R, n), or what is lower after `n_exchanges` tries of each.

    Each time a replicate searches from the minimum of another one that is best on its own rows, among those farther
    from its own than a growing share of the mean distance: the next basin, then one beyond. At last it takes over one
    that is better than its own, wherever that lies. Finds low basins that random starts meet rarely.
    """
    for number in range(1, n_exchanges + 1):
        farther = number / (n_exchanges + 1)
        chosen = _best_offered(problem, penalty, weights, found, farther)
        found = _tried(problem, penalty, weights, found, chosen, np.isfinite(chosen.value), tolerance, max_iterations)
    if n_exchanges:
        chosen = _best_offered(problem, penalty, weights, found, 0.0)
        better = chosen.value < found.objective - tolerance
        found = _tried(problem, penalty, weights, found, chosen, better, tolerance, max_iterations)
    return found


class _Offered:
    """For each replicate the place of the minimum offered to it, and its value there; infinite where none is."""

    def __init__(self, values: Floats) -> None:
        self.place = values.argmin(axis=1)
        self.value = values[np.arange(len(values)), self.place]


def _best_offered(problem: Problem, penalty: float, weights: Floats, found: Solutions, farther: float) -> _Offered:
    points = found.coefficients
    offered = points[:_MOST_OFFERED]
    values = objectives_by_weights(problem, offered, penalty, weights)
    if farther:
        spread = points.std(axis=0)
        scaled = points[:, spread > 0] / spread[spread > 0]
        norms, ones = np.square(scaled).sum(axis=1)[:, None], np.ones((len(points), 1))
        # |x − y|² = −2 x·y + |x|² + |y|² as one matrix product
        distances = np.hstack([-2 * scaled, norms, ones]) @ np.hstack([scaled, ones, norms])[: len(offered)].T
        # two draws of unit variance lie 2 apart in each coefficient, in the mean of squares
        np.copyto(values, np.inf, where=distances <= farther * 2 * scaled.shape[1])
    return _Offered(values)


def _tried(
    problem: Problem,
    penalty: float,
    weights: Floats,
    found: Solutions,
    chosen: _Offered,
    who: NDArray[np.bool_],
    tolerance: float,
    max_iterations: int,
) -> Solutions:
    """`found`, with what is lower after the replicates `who` searched from what is offered to them."""
    rows = np.flatnonzero(who)
    if not len(rows):
        return found
    starts = found.coefficients[chosen.place[rows]]
    tried = solve(problem, starts, penalty, weights, rows, tolerance=tolerance, max_iterations=max_iterations)
    better = (tried.status == CONVERGED) & (
        (tried.objective < found.objective[rows]) | (found.status[rows] != CONVERGED)
    )
    return found.replaced(rows, tried, better)
