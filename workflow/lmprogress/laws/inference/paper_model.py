"""The likelihood of a law whose residuals share an effect within each paper, by benchmark: its stationary points.

In: a law, observations. Out: points where searches end, simulated data.

log perplexity of row i of paper g on benchmark b = law + ω_b (λ u_g + e_i), u and e standard normal: residuals of one
paper share the correlation ρ = λ² / (1 + λ²), and each benchmark has a variance of its own. θ, ω and λ are all
estimated. Sizes and dates enter as distances from their means, so that no result depends on units.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize

from lmprogress.core.settings import Factor
from lmprogress.laws.inference.compiled_paper_likelihood import FREE, GroupedRows, Held, grouped
from lmprogress.laws.inference.compiled_paper_search import search
from lmprogress.laws.model.scaling_laws import Floats, Law, References, compute_flop, counted_tokens
from lmprogress.laws.model.search_arrays import of_type
from lmprogress.laws.solver.multistart import draw_starts
from lmprogress.laws.solver.objective import Problem

# a benchmark with fewer rows shares the standard deviation of the benchmark with the most rows
_LEAST_ROWS = 20
# a search on the observations ends when the quadratic model predicts a smaller decrease, nats
_EXACT = 1e-10
# searches whose likelihoods differ by less ended at the same point; stationary points worse than the best by more are
# dropped; nats
_SAME, _RIVAL = 1e-6, 4.0
# where searches start for λ
_FIRST_RATIO = 0.7


# no growth rate is fixed
ALL_FREE = Held(FREE, 0, 0, 0, 0, 1.0, 1.0, 0.0)


def simulated_p_value(n_exceeding: ArrayLike, n_data_sets: int) -> Floats:
    """Of ratios that n_exceeding (…) of n_data_sets simulated ones exceed; the observations count as one more data set
    (Davison and Hinkley 1997, section 4.2.3)."""
    return (np.asarray(n_exceeding) + 1.0) / (n_data_sets + 1)


@dataclass(frozen=True)
class Stationary:
    """Stationary points (k, m) of a likelihood, best first, and its negative logarithm there, nats (k,).

    A point contains p coefficients (one for each benchmark where the law has offsets), then ln ω by benchmark, then λ.
    Sizes and dates are distances from their means.
    """

    points: Floats
    objectives: Floats


class PaperModel:
    """One law on the rows of `observations` (as `LawSet.prepared`).

    Raises ValueError for a law with a logistic factor.
    """

    def __init__(self, law: Law, observations: pd.DataFrame) -> None:
        rows = self.in_order(observations)
        self.law = replace(law, references=_means(rows))
        if self.law.logistic.any():
            raise ValueError("the likelihood of a law with a logistic factor is not implemented")
        self.response: Floats = of_type(rows["log_perplexity"])
        self._problem = Problem(*_by_benchmark(self.law, *self.law.matrices(self.law.columns(rows))), self.response)
        self.paper: NDArray[np.intp] = pd.factorize(rows["paper_id"])[0]
        self.benchmarks, group = _groups(rows["benchmark"])
        self._rows = _grouped_rows(self._problem, group, self.paper, len(self.benchmarks))

    @staticmethod
    def in_order(observations: pd.DataFrame) -> pd.DataFrame:
        """The rows in the order of responses: rows of one paper are adjacent."""
        return observations.sort_values(["paper_id", "observation_number"], kind="stable")

    @property
    def n_papers(self) -> int:
        """Number of papers."""
        return int(self.paper.max()) + 1

    @property
    def rows(self) -> GroupedRows:
        """The rows as compiled functions take them."""
        return self._rows

    def without(self, paper: int) -> Self:
        """The model of the rows of all papers but number `paper`, with the same references and groups of variances."""
        kept, rest = self.paper != paper, copy(self)
        rest.response = of_type(self.response[kept])
        rest._problem = Problem(self._problem.terms[:, kept], self._problem.linear[kept], rest.response)
        rest.paper = pd.factorize(self.paper[kept])[0]
        rest._rows = _grouped_rows(rest._problem, self._rows.group[kept], rest.paper, len(self.benchmarks))
        return rest

    def stationary(
        self, response: Floats, n_starts: int, generator: np.random.Generator, known: Floats | None = None
    ) -> Stationary:
        """Where searches from `n_starts` points, and from `known` (k, m), end, with the rate free."""
        starts = self.starts(response, n_starts, generator) + ([] if known is None else list(known))
        return self._ends(ALL_FREE, response, starts)

    def starts(self, response: Floats, n_starts: int, generator: np.random.Generator) -> list[Floats]:
        """Points (m,) where searches with the rate free start."""
        spread = np.log(np.std(response) / 4)
        tail = np.append(np.full(len(self.benchmarks), spread), _FIRST_RATIO)
        problem = replace(self._problem, response=response)
        return [np.append(start, tail) for start in draw_starts(problem, n_starts, generator)]

    def mean(self, point: Floats) -> Floats:
        """Log perplexities (n,) of the law at a point (m,)."""
        theta = point[: self._rows.n_coefficients]
        mean: Floats = np.exp(self._problem.terms @ theta).sum(axis=0) + self._problem.linear @ theta
        return mean

    def deviation(self, point: Floats) -> Floats:
        """ω of each row (n,) at a point (m,)."""
        deviation: Floats = np.exp(point[self._rows.n_coefficients : -1])[self._rows.group]
        return deviation

    def components(self, residuals: Floats) -> tuple[Floats, float]:
        """ω of each row (n,) and λ under which `residuals` (n,) of some law are likeliest."""
        n_groups, sizes = len(self.benchmarks), np.bincount(self.paper)

        def value(point: Floats) -> float:
            standard = residuals * np.exp(-point[:-1])[self._rows.group]
            spread = 1 + point[-1] ** 2 * sizes
            explained = point[-1] ** 2 / spread * np.bincount(self.paper, standard) ** 2
            return float(
                self._rows.counts @ point[:-1] + 0.5 * np.sum(np.log(spread) - explained) + 0.5 * standard @ standard
            )

        start = np.append(np.full(n_groups, np.log(residuals.std())), _FIRST_RATIO)
        found = minimize(value, start, method="BFGS").x
        return np.exp(found[:-1])[self._rows.group], abs(float(found[-1]))

    def draw(self, point: Floats, n_data_sets: int, generator: np.random.Generator) -> Floats:
        """Simulated responses (S, n) of the law with the coefficients, ω and λ of `point` (m,)."""
        normal = generator.standard_normal((n_data_sets, self.n_papers + len(self.response)))
        shared, own = normal[:, : self.n_papers], normal[:, self.n_papers :]
        return of_type(self.mean(point) + self.deviation(point) * (point[-1] * shared[:, self.paper] + own))

    def searched(self, held: Held, responses: Floats, starts: Floats, tolerance: float) -> tuple[Floats, Floats]:
        """Where searches on `responses` (S, n) from `starts` (S, k, m) end, and values there (S, k), to `tolerance`."""
        n, k, m = starts.shape
        which, goals = np.repeat(np.arange(n), k), np.full(n * k, np.inf)
        ends, values = search(
            self._rows, held, of_type(responses), which, of_type(starts).reshape(n * k, m), goals, tolerance
        )
        return ends.reshape(n, k, m), values.reshape(n, k)

    def _ends(self, held: Held, response: Floats, starts: list[Floats]) -> Stationary:
        (ends,), (values,) = self.searched(held, response[None], np.array(starts)[None], _EXACT)
        ends[:, -1] = np.abs(ends[:, -1])  # the sign of λ means nothing
        found = [(values[i], ends[i]) for i in np.argsort(values, kind="stable") if np.isfinite(values[i])]
        kept = [found[0]]
        for value, end in found[1:]:
            if kept[-1][0] + _SAME < value < kept[0][0] + _RIVAL:
                kept.append((value, end))
        best = self._polished(held, response, kept[0][1])
        return Stationary(of_type([best, *(end for _, end in kept[1:])]), np.array([value for value, _ in kept]))

    def _polished(self, held: Held, response: Floats, point: Floats) -> Floats:
        """The point after Newton steps on the gradient, which is accurate where values differ only by rounding."""
        for _ in range(3):
            _, gradient, hessian = grouped(self._rows, held, response, point)
            try:
                trial = point - np.linalg.solve(hessian, gradient)
            except np.linalg.LinAlgError:  # a flat direction
                break
            _, after, _ = grouped(self._rows, held, response, of_type(trial))
            if not np.abs(after).max() < np.abs(gradient).max():
                break
            point = of_type(trial)
        return point


def _means(rows: pd.DataFrame) -> References:
    """The mean date and the geometric means of sizes: distances from them are the same in all units."""
    sizes = (rows["n_parameters"], counted_tokens(rows), compute_flop(rows))
    return References(float(rows["publication_year"].mean()), *(float(np.exp(np.log(size).mean())) for size in sizes))


def _by_benchmark(law: Law, terms: Floats, linear: Floats) -> tuple[Floats, Floats]:
    """The design matrices of `law` with one coefficient per benchmark instead of offsets: these are sparser."""
    specification, names = law.specification, law.coefficients
    factors: list[Factor] = [f for term in specification.terms.values() for f in term]
    factors += [*specification.scale, *specification.linear]
    for base in {f.coefficient for f in factors if f.by == "benchmark"}:
        offsets = [names.index(f"{base}_{suffix}") for suffix in law.offsets.values() if suffix]
        for matrix in (*terms, linear):
            matrix[:, names.index(base)] -= matrix[:, offsets].sum(axis=1)
    return terms, linear


def _groups(benchmark: pd.Series) -> tuple[list[str], NDArray[np.intp]]:
    """The benchmarks with a standard deviation of their own, most rows first, and the place of each row's (n,)."""
    counts = benchmark.value_counts(sort=False).sort_index(kind="stable").sort_values(ascending=False, kind="stable")
    names = [str(name) for i, (name, count) in enumerate(counts.items()) if i == 0 or count >= _LEAST_ROWS]
    places = {name: place for place, name in enumerate(names)}
    return names, np.array([places.get(name, 0) for name in benchmark], np.intp)


def _grouped_rows(problem: Problem, group: NDArray[np.intp], paper: NDArray[np.intp], n_groups: int) -> GroupedRows:
    """The rows of `problem` for compiled searches; rows of one paper are adjacent."""
    row, column = np.nonzero(np.any(problem.terms != 0, axis=0) | (problem.linear != 0))
    starts = np.append(np.flatnonzero(np.append(True, paper[1:] != paper[:-1])), problem.n_rows)
    return GroupedRows(
        first=of_type(np.searchsorted(row, np.arange(problem.n_rows + 1)), np.intp),
        column=of_type(column, np.intp),
        factor=of_type(problem.terms[:, row, column].T),
        linear=of_type(problem.linear[row, column]),
        group=of_type(group, np.intp),
        paper=of_type(starts, np.intp),
        counts=of_type(np.bincount(group, minlength=n_groups)),
        sizes=of_type(np.bincount(np.diff(starts))),
        n_coefficients=problem.n_coefficients,
    )
