"""A scaling law as data: coefficient names, columns, design matrices, predictions.

In: a specification and a frame of observations. Out: matrices X_k with log perplexity = Σ_k exp(X_k·θ) + X_0·θ.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from lmprogress.core.accounting import FLOP_PER_PARAMETER_AND_TOKEN
from lmprogress.core.errors import InputError
from lmprogress.core.settings import Drift, Factor, Specification
from lmprogress.laws.model.search_arrays import of_type

if TYPE_CHECKING:
    from lmprogress.laws.model.compiled_predictions import Factors as CompiledFactors

Floats = NDArray[np.float64]

ARCHITECTURE_SUFFIX = "transformer"


@dataclass(frozen=True)
class References:
    """Where time and sizes are counted from: the minima of the rows fitted, fitted state of the law.

    year: earliest publication, years. n_parameters: parameters. dataset_size_tokens: tokens.
    compute_flop: 6 · parameters · tokens, FLOP.
    """

    year: float
    n_parameters: float
    dataset_size_tokens: float
    compute_flop: float


@dataclass(frozen=True)
class FactorColumn:
    """One factor on n rows: (Σ_j θ[coefficients[j]] · multipliers[j]) · signed.

    signed: (n,) sign · column. coefficients: places in θ. multipliers: (n,) for each, none for 1.
    """

    signed: Floats
    coefficients: tuple[int, ...]
    multipliers: tuple[Floats | None, ...]

    def contribution(self, theta: Floats) -> Floats:
        """What the factor adds to its predictor at `theta` (p, …), shape (…, n)."""
        coefficient: Floats | float = 0.0
        for place, multiplier in zip(self.coefficients, self.multipliers, strict=True):
            value = theta[place][..., None]
            value = value if multiplier is None else value * multiplier
            # from the first on, not from zero: the sum is the study's to the last bit
            coefficient = value if place == self.coefficients[0] else coefficient + value
        return coefficient * self.signed

    def rows(self, index: NDArray[np.intp]) -> FactorColumn:
        """The same factor on the rows `index`, in that order."""
        multipliers = tuple(None if x is None else x[index] for x in self.multipliers)
        return FactorColumn(self.signed[index], self.coefficients, multipliers)


@dataclass(frozen=True)
class Columns:
    """A law's factors on n rows: one tuple for each term, the linear ones, and those that scale all terms.

    scale: factors inside an exponential. gains: factors through a logistic function. linear_first: the linear part
    is added before the terms, which moves rounding alone.
    """

    n_rows: int
    terms: tuple[tuple[FactorColumn, ...], ...]
    linear: tuple[FactorColumn, ...]
    scale: tuple[FactorColumn, ...] = ()
    gains: tuple[FactorColumn, ...] = ()
    linear_first: bool = False

    def rows(self, index: NDArray[np.intp]) -> Columns:
        """The same factors on the rows `index`, in that order; a row may stand more than once."""
        return Columns(
            len(index),
            tuple(_rows(term, index) for term in self.terms),
            _rows(self.linear, index),
            _rows(self.scale, index),
            _rows(self.gains, index),
            self.linear_first,
        )

    @cached_property
    def n_coefficients(self) -> int:
        """The number of coefficients p that the factors refer to."""
        return 1 + max(place for factor in self._factors for place in factor.coefficients)

    def predicted(self, theta: Floats) -> Floats:
        """Log perplexity at `theta`, nats: shape (n,) for (p,), (m, n) for (p, m).

        Factors are added in the order of the specification, and exp is the C library's: numpy's vectorised exp
        differs from it in the last bit on processors with AVX-512, and the point at which the study's optimiser
        stops depends on that bit.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            return self._combined(theta, [group.at(theta) for group in self._groups])

    def predicted_around(self, points: Floats, problem: NDArray[np.intp] | None = None) -> Floats:
        """The same, to the last bit, at points that differ in one coefficient each, in much less time: (m, q, n).

        points: (m, q, p): the first alone (m = 1), or then as well those where one coefficient after another is changed
        (m = 1 + p); there may be further ones, which stand in no factor. What stays the same is not computed again.
        problem: (q,) which of `stacked` problems each is; none where all have the same rows.
        """
        from lmprogress.laws.model.compiled_predictions import predicted_around  # loads the compiler

        number = np.zeros(points.shape[1], np.intp) if problem is None else problem
        return predicted_around(self._compiled, of_type(points), of_type(number, np.intp))

    @property
    def _factors(self) -> list[FactorColumn]:
        return [factor for group in (*self.terms, self.scale, self.linear, self.gains) for factor in group]

    @cached_property
    def _groups(self) -> tuple[_Group, ...]:
        """What is added up, in order; what scales the sum; what is added to that."""
        linear, scale = [_Group(self.linear, False)] * bool(self.linear), [_Group(self.scale, True)] * bool(self.scale)
        terms = [_Group(term, True) for term in self.terms]
        return (*linear, *terms, *scale) if self.linear_first else (*terms, *scale, *linear)

    @cached_property
    def _compiled(self) -> CompiledFactors:
        """The same as arrays, with a leading axis for the problem."""
        from lmprogress.laws.model.compiled_predictions import Factors

        groups = self._groups
        factors = [factor for group in groups for factor in group.factors]
        multipliers = [
            np.ones_like(factor.signed) if multiplier is None else multiplier
            for factor in factors
            for multiplier in factor.multipliers
        ]
        after_gains = bool(self.linear) and not self.linear_first
        return Factors(
            self._by_problem([factor.signed for factor in factors]),
            self._by_problem(multipliers),
            np.array([place for factor in factors for place in factor.coefficients], np.intp),
            np.cumsum([0, *(len(factor.coefficients) for factor in factors)], dtype=np.intp),
            np.cumsum([0, *(len(group.factors) for group in groups)], dtype=np.intp),
            np.array([[place in f.coefficients for f in factors] for place in range(self.n_coefficients)]),
            np.array([group.exponential for group in groups]),
            np.array([group.factors is self.scale for group in groups]),
            len(groups) - after_gains,
            self._by_problem([gain.signed for gain in self.gains]) != 0,
            np.array([gain.coefficients[0] for gain in self.gains], np.intp),
        )

    def _by_problem(self, values: Sequence[Floats]) -> Floats:
        """Values (n,) or (k, n) each of several factors as (k, factors, n), with k = 1 for the former."""
        shape = np.atleast_2d(self._factors[0].signed).shape
        return of_type(np.reshape(values, (len(values), *shape)).swapaxes(0, 1))

    def _combined(self, theta: Floats, groups: Sequence[Floats]) -> Floats:
        """Log perplexity, from the values of the groups."""
        values = iter(groups)
        total = next(values)
        for _ in range(len(self.terms) - (not self.linear_first)):
            total = total + next(values)
        if self.scale:
            total = total * next(values)
        for gain in self.gains:
            share = 1 / (1 + c_exp(-theta[gain.coefficients[0]][..., None]))
            total = np.where(gain.signed != 0, share * total, total)
        return total + next(values) if self.linear and not self.linear_first else total


@dataclass(frozen=True)
class _Group:
    """Factors that are added, and whether the exponential of the sum is taken."""

    factors: tuple[FactorColumn, ...]
    exponential: bool

    def at(self, theta: Floats) -> Floats:
        """The value of the group at `theta` (p, …), (…, n)."""
        total = self.factors[0].contribution(theta)
        for factor in self.factors[1:]:
            total = total + factor.contribution(theta)
        return c_exp(total) if self.exponential else total


def stacked(columns: Sequence[Columns]) -> Columns:
    """The columns of k problems of one law with n rows each as one, (k, n)."""

    def factor(*same: FactorColumn) -> FactorColumn:
        multipliers = zip(*(each.multipliers for each in same), strict=True)
        together = tuple(None if each[0] is None else np.array(each) for each in multipliers)
        return FactorColumn(np.array([each.signed for each in same]), same[0].coefficients, together)

    def group(*same: tuple[FactorColumn, ...]) -> tuple[FactorColumn, ...]:
        return tuple(map(factor, *same))

    return replace(
        columns[0],
        terms=tuple(map(group, *(each.terms for each in columns))),
        linear=group(*(each.linear for each in columns)),
        scale=group(*(each.scale for each in columns)),
        gains=group(*(each.gains for each in columns)),
    )


def c_exp(values: Floats) -> Floats:
    """exp of the C library: the inverse of the Box-Cox transform at zero is that one, element by element."""
    return scipy.special.inv_boxcox(values, 0.0)


@dataclass(frozen=True)
class Law:
    """A specification with its references fixed: everything but the values of its coefficients.

    offsets: for each benchmark the suffix of its coefficients, none for the reference benchmark.
    """

    specification: Specification
    offsets: Mapping[str, str | None]
    references: References

    @property
    def coefficients(self) -> tuple[str, ...]:
        """Names of the p coefficients, in order."""
        return coefficient_names(self.specification, self.offsets)

    @property
    def logistic(self) -> NDArray[np.bool_]:
        """(p,): the coefficient scales the terms through a logistic function."""
        linked = {f.coefficient for f in self.specification.scale if f.link == "logistic"}
        return np.array([name in linked for name in self.coefficients])

    def columns(self, observations: pd.DataFrame) -> Columns:
        """The factors on the rows of `observations`; each row's values depend on that row alone.

        observations: with `training_tokens` where the data variant counts other tokens than dataset_size_tokens.
        Raises InputError for a benchmark that the law does not know.
        """
        unknown = set(observations["benchmark"]) - set(self.offsets)
        if unknown:
            raise InputError(
                "the law has no such benchmark",
                file="observations",
                column="benchmark",
                value=min(unknown),
                remedy="add it to config/benchmarks.yaml, with an offset",
            )
        values = _Values(observations, self.references)
        groups = observations["benchmark"].to_numpy(str)
        offsets = [(groups == benchmark).astype(float) for benchmark, _ in _by_suffix(self.offsets)]
        places = {name: place for place, name in enumerate(self.coefficients)}

        def factor_column(factor: Factor) -> FactorColumn:
            multipliers: list[Floats | None] = [None]
            if factor.by == "benchmark":
                multipliers = [None, *offsets]
            elif factor.by == "architecture":
                transformer = values.of("transformer")
                multipliers = [1 - transformer, transformer]
            return FactorColumn(
                factor.sign * values.of(factor.column),
                tuple(places[name] for name in factor_coefficients(factor, self.offsets)),
                (*multipliers, *(values.of_drift(drift) for drift in factor.plus)),
            )

        specification = self.specification
        return Columns(
            len(observations),
            tuple(tuple(map(factor_column, factors)) for factors in specification.terms.values()),
            tuple(map(factor_column, specification.linear)),
            tuple(factor_column(f) for f in specification.scale if f.link == "exponential"),
            tuple(factor_column(f) for f in specification.scale if f.link == "logistic"),
            specification.linear_first,
        )

    def matrices(self, columns: Columns) -> tuple[Floats, Floats]:
        """The design matrices of `columns`: X (K, n, p) of the terms and X_0 (n, p) of the linear part.

        A factor that scales all terms stands in each of them. A logistic coefficient γ enters through ln σ(γ).
        """
        shape = (columns.n_rows, len(self.coefficients))
        terms, linear = np.zeros((len(columns.terms), *shape)), np.zeros(shape)
        scaled = [(*factors, *columns.scale, *columns.gains) for factors in columns.terms]
        for matrix, factors in zip((*terms, linear), (*scaled, columns.linear), strict=True):
            for factor in factors:
                for place, multiplier in zip(factor.coefficients, factor.multipliers, strict=True):
                    matrix[:, place] += factor.signed if multiplier is None else factor.signed * multiplier
        return terms, linear


class _Values:
    """The columns that factors may name, on the rows of a frame."""

    def __init__(self, observations: pd.DataFrame, references: References) -> None:
        self._rows, self._references = observations, references

    def of(self, column: str) -> Floats:
        rows, references = self._rows, self._references
        if column == "intercept":
            return np.ones(len(rows))
        if column == "time":
            return rows["publication_year"].to_numpy(float) - references.year
        if column == "log_parameters":
            return log_ratio(rows["n_parameters"], references.n_parameters)
        if column == "log_dataset_size":
            return log_ratio(counted_tokens(rows), references.dataset_size_tokens)
        if column == "log_compute":
            return log_ratio(compute_flop(rows), references.compute_flop)
        if column == "log_vocabulary":
            return log_ratio(rows["assumed_vocabulary_size"], 1.0)
        return rows["transformer"].to_numpy(float)

    def of_drift(self, drift: Drift) -> Floats:
        years = self._rows["publication_year"]
        if drift.year is None:
            return log_ratio(years, 1.0)
        return np.asarray(years >= drift.year, float)


def counted_tokens(observations: pd.DataFrame) -> pd.Series:
    """Training tokens as the data variant counts them, else those of the data set."""
    return observations["training_tokens" if "training_tokens" in observations else "dataset_size_tokens"]


def compute_flop(observations: pd.DataFrame) -> pd.Series:
    """6 · parameters · tokens, FLOP."""
    return FLOP_PER_PARAMETER_AND_TOKEN * observations["n_parameters"] * counted_tokens(observations)


def find_references(observations: pd.DataFrame, tokens: str | None = None) -> References:
    """The minima of `observations`; of training data, of the column `tokens` where it is given.

    Raises InputError where there is no row to take them from.
    """
    if observations.empty:
        raise InputError("there is nothing to fit", file="observations", remedy="let curation keep at least one record")
    data = observations[tokens] if tokens else counted_tokens(observations)
    return References(
        float(observations["publication_year"].min()),
        float(observations["n_parameters"].min()),
        float(data.min()),
        float(compute_flop(observations).min()),
    )


def coefficient_names(specification: Specification, offsets: Mapping[str, str | None]) -> tuple[str, ...]:
    """The coefficients: those that `order` names, then in the order in which the factors first name them.

    A name used twice is one coefficient.
    """
    factors: list[Factor] = [f for term in specification.terms.values() for f in term]
    factors += [*specification.scale, *specification.linear]
    groups: dict[str, tuple[str, ...]] = {}
    for factor in factors:
        names = factor_coefficients(factor, offsets)
        grouped = names[: len(names) - len(factor.plus)]
        groups.setdefault(factor.coefficient, grouped)
        groups.update({d.coefficient: (d.coefficient,) for d in factor.plus if d.coefficient not in groups})
    order = [*specification.order, *(name for name in groups if name not in specification.order)]
    return tuple(dict.fromkeys(name for group in order for name in groups[group]))


def factor_coefficients(factor: Factor, offsets: Mapping[str, str | None]) -> tuple[str, ...]:
    """The coefficients of one factor: its own, those of its groups, those of its drifts.

    By benchmark: one offset for each but the reference; `offsets` gives their suffixes, none for the reference. They
    stand in alphabetical order, as in the study. By architecture: one exponent each.
    """
    names = [factor.coefficient]
    if factor.by == "benchmark":
        names += [f"{factor.coefficient}_{suffix}" for _, suffix in _by_suffix(offsets)]
    elif factor.by == "architecture":
        names += [f"{factor.coefficient}_{ARCHITECTURE_SUFFIX}"]
    return (*names, *(drift.coefficient for drift in factor.plus))


def log_ratio(values: pd.Series, reference: float) -> Floats:
    """ln value − ln reference, (n,).

    With the C library's log, for the same reason as the exp above: the last bit decides where the study stops.
    """
    return np.array([math.log(v) for v in values.to_numpy(float)]) - math.log(reference)


def _by_suffix(offsets: Mapping[str, str | None]) -> list[tuple[str, str]]:
    """Benchmark and suffix of each offset, in the order of the coefficients."""
    return sorted(((name, suffix) for name, suffix in offsets.items() if suffix), key=lambda item: item[1])


def _rows(factors: Sequence[FactorColumn], index: NDArray[np.intp]) -> tuple[FactorColumn, ...]:
    return tuple(factor.rows(index) for factor in factors)
