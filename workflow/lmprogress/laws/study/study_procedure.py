"""The study's way of fitting: SLSQP with scipy's defaults from zero, to the last digit.

In: the columns of a law and log perplexities. Out: the point where SLSQP stops, which is not a minimum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmprogress.laws.model.scaling_laws import Columns, Floats
from lmprogress.laws.study.slsqp_steps import Search

# of forward differences: scipy's default
_STEP = float(np.sqrt(np.finfo(float).eps))


@dataclass(frozen=True)
class StudyFit:
    """Where SLSQP stopped: coefficients (p,), objective in squared nats, its own message and counts."""

    coefficients: Floats
    objective: float
    status: str
    n_iterations: int
    n_evaluations: int


def fit_as_study(columns: Columns, log_perplexity: Floats, start: Floats, penalty: float) -> StudyFit:
    """Run SLSQP from `start` (p,) with its default tolerance (1e-6) and limit (100), on finite differences.

    log_perplexity: (n,) nats. The study starts from zero; its cross-validation from the fold before. The published
    digits appear with scipy below 1.16, which rewrote SLSQP.
    """
    return fit_penalties_as_study(columns, log_perplexity, start[None], np.array([penalty]))[0]


def fit_penalties_as_study(
    columns: Columns, log_perplexity: Floats, starts: Floats, penalties: Floats
) -> list[StudyFit]:
    """The same from each of `starts` (k, p) with each of `penalties` (k,), to the same bits as one by one."""

    def objectives(points: Floats, problem: NDArray[np.intp]) -> Floats:
        squares = np.square(log_perplexity - columns.predicted_around(points))
        return _objectives(points, squares, penalties[problem])

    return minimise_all_as_study(objectives, starts)


def fit_resamples_as_study(
    columns: Columns, log_perplexity: Floats, draws: Sequence[NDArray[np.intp]], start: Floats, penalty: float
) -> list[StudyFit]:
    """The same on each of k resamples, to the same bits as one by one.

    draws: places of the rows of each. log_perplexity: (n,), or (k, n) where each has its own.
    """
    responses = np.broadcast_to(log_perplexity, (len(draws), columns.n_rows))
    sizes = np.array([len(rows) for rows in draws])
    found: dict[int, StudyFit] = {}
    for size in np.unique(sizes):
        numbers = np.flatnonzero(sizes == size).tolist()
        drawn = np.array([draws[number] for number in numbers])

        def objectives(
            points: Floats,
            problem: NDArray[np.intp],
            drawn: NDArray[np.intp] = drawn,
            response: Floats = responses[numbers],
        ) -> Floats:
            squares = np.square(response[problem] - columns.predicted_around(points))
            # the rows of each, in the order of their draw, one table after another
            places = drawn[problem] + columns.n_rows * np.arange(len(problem))[:, None]
            return _objectives(points, squares.reshape(len(points), -1).take(places, axis=1), penalty)

        stopped = minimise_all_as_study(objectives, np.tile(start, (len(numbers), 1)))
        found |= dict(zip(numbers, stopped, strict=True))
    return [found[number] for number in range(len(draws))]


def minimise_all_as_study(objectives: Callable[[Floats, NDArray[np.intp]], Floats], starts: Floats) -> list[StudyFit]:
    """Run SLSQP on k problems in step from `starts` (k, p): each call of `objectives` serves all that wait.

    objectives: the values (m, q) at the points (m, q, p) of the problems (q,). m is 1, or 1 + p where slopes are
    needed: point 1 + j is then the first one with a step along coefficient j.
    """
    n_problems, p = starts.shape
    at, slopes = np.array(starts, float), np.zeros((n_problems, p + 1))
    searches = [Search(point, slope) for point, slope in zip(at, slopes, strict=True)]
    along, coefficients = np.arange(1, 1 + p), np.arange(p)

    def find_slopes(numbers: list[int]) -> Floats:
        """The slopes at the points of the searches `numbers`; the values that they start from."""
        points = np.repeat(at[None, numbers], 1 + p, axis=0)
        points[along, :, coefficients] += _STEP
        values = objectives(points, np.array(numbers))
        steps = points[along, :, coefficients] - points[0].T
        slopes[numbers, :p] = ((values[1:] - values[0]) / steps).T
        return values[0]

    def go_on(numbers: list[int]) -> list[int]:
        """Those of the searches `numbers` that need a value after they have gone on."""
        for number in numbers:
            searches[number].go_on()
        return [number for number in numbers if searches[number].needs_value]

    def tell(numbers: list[int], values: Floats) -> None:
        for number, value in zip(numbers, values.tolist(), strict=True):
            searches[number].value = value

    with np.errstate(over="ignore", invalid="ignore"):
        going = list(range(n_problems))
        tell(going, find_slopes(going))
        while going:
            waiting = go_on(going)
            while waiting:
                tell(waiting, objectives(at[None, waiting], np.array(waiting))[0])
                waiting = go_on(waiting)
            going = [number for number in going if searches[number].needs_slopes]
            if going:
                find_slopes(going)
    # SLSQP reports success at a step that changes the objective by less than its tolerance: a stop, not a minimum
    return [
        StudyFit(search.point, search.value, f"stopped: {search.message}", search.n_iterations, search.n_evaluations)
        for search in searches
    ]


def _objectives(theta: Floats, squares: Floats, penalty: Floats | float) -> Floats:
    """Mean squared residual + penalty · Σ|θ|, in the study's order of operations (Ho et al. 2024, section 3.1).

    At `theta` (…, p), where the squared residuals are `squares` (…, n).
    """
    return np.add.reduce(squares, axis=-1) / squares.shape[-1] + penalty * np.add.reduce(np.abs(theta), axis=-1)
