"""The study's way of fitting: SLSQP with scipy's defaults from zero, to the last digit.

In: the columns of a law and log perplexities. Out: the point where SLSQP stops, which is not a minimum.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmprogress.laws.scaling_laws import Columns, Floats
from lmprogress.laws.slsqp_steps import Search


@dataclass(frozen=True)
class StudyFit:
    """Where SLSQP stopped: coefficients (p,), objective in squared nats, its own message and counts."""

    coefficients: Floats
    objective: float
    status: str
    n_iterations: int
    n_evaluations: int


def study_objective(theta: Floats, columns: Columns, log_perplexity: Floats, penalty: Floats | float) -> Floats:
    """Mean squared residual + penalty · Σ|θ|, in the study's order of operations (Ho et al. 2024, section 3.1).

    One value for `theta` (p,), or (m,) for (m, p).
    """
    return _objective(theta, columns.predicted(theta.T), log_perplexity, penalty)


def fit_as_study(columns: Columns, log_perplexity: Floats, start: Floats, penalty: float) -> StudyFit:
    """Run SLSQP from `start` (p,) with its default tolerance (1e-6) and limit (100), on finite differences.

    log_perplexity: (n,) nats. The study starts from zero; its cross-validation from the fold before. The published
    digits appear with scipy below 1.16, which rewrote SLSQP.
    """
    return minimise_as_study(lambda theta: study_objective(theta, columns, log_perplexity, penalty), start)


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
        rows = np.array([draws[number] for number in numbers])
        drawn = np.take_along_axis(responses[numbers], rows, axis=1)

        def objectives(
            theta: Floats, problem: NDArray[np.intp], rows: NDArray[np.intp] = rows, drawn: Floats = drawn
        ) -> Floats:
            predicted = np.take_along_axis(columns.predicted(theta.T), rows[problem], axis=1)
            return _objective(theta, predicted, drawn[problem], penalty)

        stopped = minimise_all_as_study(objectives, np.tile(start, (len(rows), 1)))
        found |= dict(zip(numbers, stopped, strict=True))
    return [found[number] for number in range(len(draws))]


def fit_penalties_as_study(
    columns: Columns, log_perplexity: Floats, starts: Floats, penalties: Floats
) -> list[StudyFit]:
    """The same from each of `starts` (k, p) with each of `penalties` (k,), to the same bits as one by one."""

    def objectives(theta: Floats, problem: NDArray[np.intp]) -> Floats:
        return study_objective(theta, columns, log_perplexity, penalties[problem])

    return minimise_all_as_study(objectives, starts)


def minimise_as_study(objective: Callable[[Floats], Floats], start: Floats) -> StudyFit:
    """Run SLSQP on any `objective`, one value for each row of (m, p), from `start` (p,), as above."""
    return minimise_all_as_study(lambda theta, _: objective(theta), start[None])[0]


def minimise_all_as_study(objectives: Callable[[Floats, NDArray[np.intp]], Floats], starts: Floats) -> list[StudyFit]:
    """Run SLSQP on k problems in step from `starts` (k, p): each call of `objectives` serves all that wait.

    objectives: the values (m,) at (m, p) of the problems (m,).
    """
    searches = [Search(start) for start in starts]
    waiting = np.arange(len(searches))
    while len(waiting):
        asked = [searches[number].points for number in waiting]
        values = objectives(np.vstack(asked), np.repeat(waiting, [len(points) for points in asked]))
        ends = np.cumsum([len(points) for points in asked])[:-1]
        for number, told in zip(waiting, np.split(values, ends), strict=True):
            searches[number].tell(told)
        waiting = np.array([number for number in waiting if not searches[number].stopped], int)
    # SLSQP reports success at a step that changes the objective by less than its tolerance: a stop, not a minimum
    return [
        StudyFit(search.x, search.value, f"stopped: {search.message}", search.n_iterations, search.n_evaluations)
        for search in searches
    ]


def _objective(theta: Floats, predicted: Floats, log_perplexity: Floats, penalty: Floats | float) -> Floats:
    with np.errstate(over="ignore"):
        return np.mean(np.square(log_perplexity - predicted), axis=-1) + penalty * np.sum(np.abs(theta), axis=-1)
