"""Search for the global minimum: many starts, and a count of how many of them agree.

In: a problem, penalties, generators of random numbers. Out: the best stationary points, and the next best basins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.laws.solver.estimation import CONVERGED, STATUS, Solutions, solve
from lmprogress.laws.solver.objective import Problem, objectives_by_weights

# searches whose objectives differ by less than this end in the same basin, squared nats
SAME_BASIN = 1e-9
# the winner is polished until its KKT residual is this small, so that its digits do not depend on the start
_POLISHED = 1e-14


@dataclass(frozen=True)
class Minimum:
    """The best of many searches.

    coefficients: (p,). objective, optimality (KKT residual), next_objective (nan where all agree): squared nats.
    basins: (m, p) the distinct stationary points met, best first.
    """

    coefficients: Floats
    objective: float
    optimality: float
    status: str
    n_iterations: int
    n_starts: int
    n_starts_agreeing: int
    next_objective: float
    basins: Floats


def draw_starts(problem: Problem, n_starts: int, generator: np.random.Generator) -> Floats:
    """Starting points (n_starts, p): zero first, then alternately logarithmic fits and random points.

    A logarithmic fit gives each term a random share of the response and solves X_k·θ = ln(share_k · response) by
    least squares; noise is added to it. Noise and random points contribute about one half to each exponent.
    Coefficients without influence start, and so stay, at zero.
    """
    n_terms, n_rows, p = problem.terms.shape
    scale = np.sqrt(np.mean(np.sum(np.square(problem.terms), axis=0) + np.square(problem.linear), axis=0))
    inverse = np.linalg.pinv(problem.terms.reshape(n_terms * n_rows, p))
    level = np.log(np.maximum(np.abs(problem.response), np.finfo(float).tiny))
    starts = np.zeros((n_starts, p))
    for i in range(1, n_starts):
        starts[i] = 0.5 * generator.standard_normal(p) / np.where(scale > 0, scale, 1.0)
        if i % 2:
            shares = generator.dirichlet(np.ones(n_terms))
            starts[i] += inverse @ np.add.outer(np.log(shares), level).ravel()
    return starts * problem.identified


def minimise(
    problem: Problem,
    penalties: Sequence[float],
    n_starts: int,
    generators: Sequence[np.random.Generator],
    *,
    tolerance: float,
    max_iterations: int,
) -> list[Minimum]:
    """For each of `penalties` the best of searches from `n_starts` points, drawn with its own generator.

    tolerance: KKT residual that counts as converged, squared nats. All searches run at once.
    """
    starts = [draw_starts(problem, n_starts, generator) for generator in generators]
    found = solve(
        problem,
        np.concatenate(starts),
        np.repeat(np.asarray(penalties, float), n_starts),
        tolerance=tolerance,
        max_iterations=max_iterations,
    )
    parts = [
        Solutions(*(getattr(found, name)[i * n_starts : (i + 1) * n_starts] for name in vars(found)))
        for i in range(len(penalties))
    ]
    orders = [np.argsort(_rank(part), kind="stable") for part in parts]
    winners = np.array([part.coefficients[order[0]] for part, order in zip(parts, orders, strict=True)])
    polished = solve(problem, winners, np.asarray(penalties, float), tolerance=_POLISHED, max_iterations=max_iterations)
    return [_minimum(part, order, polished, i) for i, (part, order) in enumerate(zip(parts, orders, strict=True))]


def _minimum(found: Solutions, order: np.ndarray, polished: Solutions, place: int) -> Minimum:
    """The best of `found`, as polished where that brought it closer."""
    best, at = polished, place
    if not polished.optimality[place] <= found.optimality[order[0]]:
        best, at = found, int(order[0])
    objective = float(best.objective[at])
    agreeing = np.abs(found.objective - objective) <= SAME_BASIN
    agreeing[order[0]] = True
    basins = _basins(found, order)
    others = found.objective[basins][found.objective[basins] > objective + SAME_BASIN]
    return Minimum(
        coefficients=best.coefficients[at],
        objective=objective,
        optimality=float(best.optimality[at]),
        # the polish ends at the limit of rounding; what counts is the tolerance asked for
        status=STATUS[found.status[order[0]]],
        n_iterations=int(found.n_iterations[order[0]]),
        n_starts=len(found.objective),
        n_starts_agreeing=int(agreeing.sum()),
        next_objective=float(others[0]) if len(others) else float("nan"),
        basins=found.coefficients[basins],
    )


def minimise_resamples(
    problem: Problem,
    penalty: float,
    weights: Floats,
    basins: Floats,
    n_starts: int,
    generator: np.random.Generator,
    *,
    tolerance: float,
    max_iterations: int,
) -> Solutions:
    """For each row of `weights` (R, n) the best of `n_starts` searches.

    They start from those of `basins` (m, p) that are best with its weights, then from drawn points.
    """
    n_replicates = len(weights)
    values = objectives_by_weights(problem, basins, penalty, weights)
    known = basins[np.argsort(values, axis=1, kind="stable")[:, :n_starts]]
    n_known = known.shape[1]
    starts = np.empty((n_replicates, n_starts, problem.n_coefficients))
    starts[:, :n_known] = known
    if n_known < n_starts:
        drawn = draw_starts(problem, 1 + n_replicates * (n_starts - n_known), generator)[1:]
        starts[:, n_known:] = drawn.reshape(n_replicates, -1, problem.n_coefficients)
    found = solve(
        problem,
        starts.reshape(-1, problem.n_coefficients),
        penalty,
        weights,
        np.repeat(np.arange(n_replicates), n_starts),
        tolerance=tolerance,
        max_iterations=max_iterations,
    )
    best = _rank(found).reshape(n_replicates, n_starts).argmin(axis=1) + n_starts * np.arange(n_replicates)
    return Solutions(*(getattr(found, name)[best] for name in vars(found)))


def _rank(found: Solutions) -> Floats:
    """The objective, with searches that did not converge behind all that did."""
    return np.where(found.status == CONVERGED, found.objective, found.objective + 1e300)


def _basins(found: Solutions, order: np.ndarray) -> list[int]:
    """Searches that converged, best first, one for each objective; the best where none did."""
    chosen: list[int] = []
    for i in order:
        if found.status[i] == CONVERGED and (
            not chosen or found.objective[i] > found.objective[chosen[-1]] + SAME_BASIN
        ):
            chosen.append(int(i))
    return chosen or [int(order[0])]
