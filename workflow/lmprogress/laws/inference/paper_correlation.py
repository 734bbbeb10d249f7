"""The likelihood of a law whose residuals share a correlation within each paper.

In: a problem, the paper of each row, weights of papers. Out: negative log likelihood with its exact derivatives.

Residuals of one paper have the covariance σ² · ((1 − ρ) I + ρ 11ᵀ), those of different papers none (Ho et al. 2024,
appendix I). σ takes its best value for each θ and ρ, and ρ = logistic(t), so that all is smooth and unbounded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from lmprogress.laws.inference.compiled_likelihood import PaperRows, correlated
from lmprogress.laws.model.scaling_laws import Columns, Floats, c_exp, stacked
from lmprogress.laws.model.search_arrays import of_type
from lmprogress.laws.solver.estimation import CONVERGED, ITERATION_LIMIT, SADDLE, STALLED, STATUS
from lmprogress.laws.solver.objective import Problem
from lmprogress.laws.study.study_procedure import StudyFit, minimise_all_as_study

# largest derivative of the negative log likelihood that counts as converged, nats
_TOLERANCE = 1e-4
# beyond this share of the largest curvature no step is long enough to change the likelihood
_MOST_DAMPING = 1e12
# where the study starts the correlation: t of ρ = logistic(t)
_STUDY_START = 0.5
# problems that its optimiser works on at once, whose pairs of rows take some 20 megabytes
_TOGETHER = 50


@dataclass(frozen=True)
class CorrelatedFit:
    """coefficients (p,), correlation and standard_deviation (nats) of residuals, negative_log_likelihood (nats, without
    ½ n ln 2π), status."""

    coefficients: Floats
    correlation: float
    standard_deviation: float
    negative_log_likelihood: float
    status: str


class Likelihood:
    """Negative log likelihood of `problem` over (θ, t), (p + 1,), with rows in papers `paper` (n,), numbers from 0.

    weights: (G,) how often each paper counts; none is once. A paper drawn twice is two papers, not one that agrees
    with itself.
    """

    def __init__(self, problem: Problem, paper: NDArray[np.intp], weights: Floats | None = None) -> None:
        sizes = np.bincount(paper).astype(float)
        self._rows = PaperRows(
            of_type(problem.terms),
            of_type(problem.linear),
            of_type(problem.response),
            of_type(paper, np.intp),
            sizes,
            of_type(np.ones(len(sizes)) if weights is None else weights),
        )
        self._known: dict[bytes, tuple[float, Floats, Floats, float]] = {}

    def value(self, point: Floats) -> float:
        """Nats, without ½ n ln 2π."""
        return self._at(point)[0]

    def gradient(self, point: Floats) -> Floats:
        """(p + 1,)."""
        return self._at(point)[1]

    def hessian(self, point: Floats) -> Floats:
        """(p + 1, p + 1)."""
        return self._at(point)[2]

    def standard_deviation(self, point: Floats) -> float:
        """The σ that is best there, nats."""
        return self._at(point)[3]

    def _at(self, point: Floats) -> tuple[float, Floats, Floats, float]:
        key = point.tobytes()
        if key not in self._known:
            # a search asks of two points in turn: where it is, and where it may go
            for older in list(self._known)[:-1]:
                del self._known[older]
            self._known[key] = correlated(self._rows, of_type(point))
        return self._known[key]


def fit_correlated(likelihood: Likelihood, starts: Sequence[Floats], max_iterations: int) -> list[CorrelatedFit]:
    """Where damped Newton steps lead from `starts` (p + 1,), the best first and those that did not converge last."""
    found = []
    for start in starts:
        end, status = _descend(likelihood, start, max_iterations)
        found.append(
            CorrelatedFit(
                end[:-1],
                float(expit(end[-1])),
                likelihood.standard_deviation(end),
                likelihood.value(end),
                STATUS[status],
            )
        )
    return sorted(found, key=lambda fit: (fit.status != STATUS[CONVERGED], fit.negative_log_likelihood))


def _descend(likelihood: Likelihood, start: Floats, max_iterations: int) -> tuple[Floats, int]:
    """The end of one search, and its place in STATUS.

    Along a direction of negative curvature the step is as long as for a positive one of the same size, so that it
    leads down and away from saddles.
    """
    point, damping = start, 1e-3
    for _ in range(max_iterations):
        gradient = likelihood.gradient(point)
        curvature, directions = np.linalg.eigh(likelihood.hessian(point))
        if np.linalg.norm(gradient) < _TOLERANCE:
            return point, CONVERGED if curvature[0] > 0 else SADDLE
        slope = directions.T @ gradient
        while damping <= _MOST_DAMPING:
            size = np.abs(curvature) + damping * np.abs(curvature).max()
            trial = point - directions @ (slope / size)
            if likelihood.value(trial) < likelihood.value(point):
                break
            damping *= 10
        else:
            return point, STALLED
        point, damping = trial, max(damping / 10, 1e-12)
    return point, ITERATION_LIMIT


# ---- the study's procedure ------------------------------------------------------------------------------------------


def fit_correlated_as_study(
    columns: Sequence[Columns], log_perplexity: Floats, paper: NDArray[np.intp]
) -> list[CorrelatedFit]:
    """Where the study's optimiser stops on its own likelihood, from zero and ρ = logistic(0.5), without a penalty.

    k problems at once, to the same bits as one by one: columns of each, with log_perplexity and paper (k, n).
    The parameters are the coefficients, ln σ and t.
    """
    p = columns[0].n_coefficients
    start = np.append(np.zeros(p + 1), _STUDY_START)
    stopped: list[StudyFit] = []
    for first in range(0, len(columns), _TOGETHER):
        some = slice(first, first + _TOGETHER)
        objectives = _study_likelihood(stacked(columns[some]), log_perplexity[some], paper[some])
        stopped += minimise_all_as_study(objectives, np.tile(start, (len(columns[some]), 1)))
    return [
        CorrelatedFit(
            fit.coefficients[:p],
            float(expit(fit.coefficients[p + 1])),
            float(np.exp(fit.coefficients[p])),
            fit.objective,
            fit.status,
        )
        for fit in stopped
    ]


def _study_likelihood(
    columns: Columns, log_perplexity: Floats, paper: NDArray[np.intp]
) -> Callable[[Floats, NDArray[np.intp]], Floats]:
    """Negative log likelihoods as `minimise_all_as_study` asks for them.

    Each is a sum over all pairs of rows of a paper, one after another, in the study's order of operations, since the
    point where the optimiser stops depends on rounding.
    """
    p, n = columns.n_coefficients, columns.n_rows
    members = [[np.flatnonzero(papers == number) for number in np.unique(papers)] for papers in paper]
    of_papers = [np.array([len(rows) for rows in groups]) for groups in members]
    sizes = np.unique(np.concatenate(of_papers))
    # what depends on the size of a paper is computed once for each size; what is padded stands after the sums' ends
    size_of_paper = _padded([np.searchsorted(sizes, each) for each in of_papers])
    first = _padded([np.concatenate([np.repeat(rows, len(rows)) for rows in groups]) for groups in members])
    second = _padded([np.concatenate([np.tile(rows, len(rows)) for rows in groups]) for groups in members])
    size_of_row = np.searchsorted(sizes, np.array([np.bincount(papers)[papers] for papers in paper]))
    kind = np.take_along_axis(size_of_row, first, axis=1) + len(sizes) * (first == second)
    n_papers = np.array([len(each) for each in of_papers])
    n_pairs = np.array([np.sum(each**2) for each in of_papers])
    size = sizes[:, None].astype(float)

    def objectives(points: Floats, problem: NDArray[np.intp]) -> Floats:
        # the points last, so that what is taken of rows and pairs lies together: (q, …, m)
        residual = (log_perplexity[problem] - columns.predicted_around(points, problem)).transpose(1, 2, 0).copy()
        sigma = c_exp(points[..., p].T[:, None])
        rho = 1 / (1 + c_exp(-points[..., p + 1].T[:, None]))
        with np.errstate(divide="ignore"):
            blocks = (size - 1) * np.log(1 - rho) + np.log(1 + rho * (size - 1))
            scale = 1 / rho + size / (1 - rho)
            off = -1 / (scale * (1 - rho) ** 2)
            same = 1 / (1 - rho) - 1 / (scale * (1 - rho) ** 2)
            start = (
                _sums(_each(blocks, size_of_paper[problem]), n_papers[problem]) / 2 + n * np.log(sigma[:, 0] ** 2) / 2
            )
            pairs = _each(np.concatenate([off, same], axis=1), kind[problem])
            pairs *= _each(residual, first[problem])
            pairs *= _each(residual, second[problem])
            pairs /= 2 * sigma**2
        pairs[:, 0] += start
        return _sums(pairs, n_pairs[problem]).T

    return objectives


def _padded(parts: Sequence[NDArray[np.intp]]) -> NDArray[np.intp]:
    """The arrays as rows of one, with zeros behind the shorter ones."""
    rows = np.zeros((len(parts), max(map(len, parts))), np.intp)
    for row, part in zip(rows, parts, strict=True):
        row[: len(part)] = part
    return rows


def _each(values: Floats, places: NDArray[np.intp]) -> Floats:
    """Of `values` (q, s, m) those at `places` (q, t), (q, t, m)."""
    q, s, m = values.shape
    return values.reshape(q * s, m).take(places + s * np.arange(q)[:, None], axis=0)


def _sums(values: Floats, lengths: NDArray[np.intp]) -> Floats:
    """The sums of the first `lengths` (q,) of `values` (q, t, m), one after another, (q, m)."""
    if values.shape[2] == 1:
        # a single column would be added up in pairs
        return np.cumsum(values, axis=1)[np.arange(len(lengths)), lengths - 1]
    return np.array([each[:length].sum(axis=0) for each, length in zip(values, lengths, strict=True)])
