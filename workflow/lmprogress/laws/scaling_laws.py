"""A scaling law as data: coefficient names, columns, design matrices, predictions.

In: a specification and a frame of observations. Out: matrices X_k with log perplexity = Σ_k exp(X_k·θ) + X_0·θ.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lmprogress.keeping.errors import InputError
from lmprogress.keeping.settings import Factor, Specification

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class References:
    """Where time and sizes are counted from: the minima of the rows fitted, fitted state of the law.

    year: earliest publication, years. n_parameters: parameters. dataset_size_tokens: tokens.
    """

    year: float
    n_parameters: float
    dataset_size_tokens: float


@dataclass(frozen=True)
class FactorColumn:
    """One factor on n rows: (θ[first] + Σ θ[j] · indicator_j) · signed.

    signed: (n,) sign · column. coefficients: places in θ, the shared one first. indicators: (n,) 0 or 1 for each
    further coefficient.
    """

    signed: Floats
    coefficients: tuple[int, ...]
    indicators: tuple[Floats, ...]

    def contribution(self, theta: Floats) -> Floats:
        """What the factor adds to its predictor at `theta` (p,), shape (n,)."""
        coefficient: Floats | np.float64 = theta[self.coefficients[0]]
        for place, indicator in zip(self.coefficients[1:], self.indicators, strict=True):
            coefficient = coefficient + theta[place] * indicator
        return coefficient * self.signed

    def rows(self, index: NDArray[np.intp]) -> FactorColumn:
        """The same factor on the rows `index`, in that order."""
        return FactorColumn(self.signed[index], self.coefficients, tuple(x[index] for x in self.indicators))


@dataclass(frozen=True)
class Columns:
    """A law's factors on n rows: one tuple for each term, and the linear ones."""

    n_rows: int
    terms: tuple[tuple[FactorColumn, ...], ...]
    linear: tuple[FactorColumn, ...]

    def rows(self, index: NDArray[np.intp]) -> Columns:
        """The same factors on the rows `index`, in that order; a row may stand more than once."""
        terms = tuple(tuple(f.rows(index) for f in term) for term in self.terms)
        return Columns(len(index), terms, tuple(f.rows(index) for f in self.linear))

    def predicted(self, theta: Floats) -> Floats:
        """Log perplexity at `theta` (p,), shape (n,), nats.

        Factors are added in the order of the specification, and exp is the C library's: numpy's vectorised exp
        differs from it in the last bit on processors with AVX-512, and the point at which the study's optimiser
        stops depends on that bit. Of a complex number numpy takes the C library's.
        """
        total = np.zeros(self.n_rows)
        with np.errstate(over="ignore", invalid="ignore"):
            for term in self.terms:
                total = total + np.exp(_sum(term, theta) + 0j).real
        return total + _sum(self.linear, theta) if self.linear else total


@dataclass(frozen=True)
class Law:
    """A specification with its references fixed: everything but the values of its coefficients.

    offsets: for each benchmark the suffix of its coefficients, none for the reference benchmark.
    data_column: the column of the observations that counts training data, tokens.
    """

    specification: Specification
    offsets: Mapping[str, str | None]
    data_column: str
    references: References

    @property
    def coefficients(self) -> tuple[str, ...]:
        """Names of the p coefficients, in order."""
        return coefficient_names(self.specification, self.offsets)

    def columns(self, observations: pd.DataFrame) -> Columns:
        """The factors on the rows of `observations`; each row's values depend on that row alone.

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
        values = {
            "intercept": np.ones(len(observations)),
            "time": observations["publication_year"].to_numpy(float) - self.references.year,
            "log_parameters": log_ratio(observations["n_parameters"], self.references.n_parameters),
            "log_dataset_size": log_ratio(observations[self.data_column], self.references.dataset_size_tokens),
        }
        groups = observations["benchmark"].to_numpy(str)
        indicators = {suffix: (groups == benchmark).astype(float) for benchmark, suffix in _by_suffix(self.offsets)}

        places = {name: place for place, name in enumerate(self.coefficients)}

        def factor_columns(factors: list[Factor]) -> tuple[FactorColumn, ...]:
            return tuple(
                FactorColumn(
                    factor.sign * values[factor.column],
                    tuple(places[name] for name in factor_coefficients(factor, self.offsets)),
                    tuple(indicators.values()) if factor.by else (),
                )
                for factor in factors
            )

        terms = tuple(factor_columns(factors) for factors in self.specification.terms.values())
        return Columns(len(observations), terms, factor_columns(self.specification.linear))

    def matrices(self, columns: Columns) -> tuple[Floats, Floats]:
        """The design matrices of `columns`: X (K, n, p) of the terms and X_0 (n, p) of the linear part."""
        shape = (columns.n_rows, len(self.coefficients))
        terms, linear = np.zeros((len(columns.terms), *shape)), np.zeros(shape)
        for matrix, factors in zip((*terms, linear), (*columns.terms, columns.linear), strict=True):
            for factor in factors:
                matrix[:, factor.coefficients[0]] += factor.signed
                for place, indicator in zip(factor.coefficients[1:], factor.indicators, strict=True):
                    matrix[:, place] += factor.signed * indicator
        return terms, linear


def find_references(observations: pd.DataFrame, data_column: str) -> References:
    """The minima of `observations`. Raises InputError where there is no row to take them from."""
    if observations.empty:
        raise InputError("there is nothing to fit", file="observations", remedy="let curation keep at least one record")
    return References(
        float(observations["publication_year"].min()),
        float(observations["n_parameters"].min()),
        float(observations[data_column].min()),
    )


def coefficient_names(specification: Specification, offsets: Mapping[str, str | None]) -> tuple[str, ...]:
    """The coefficients in the order in which the specification first names them; a name used twice is one of them."""
    factors = [f for term in specification.terms.values() for f in term] + specification.linear
    return tuple(dict.fromkeys(name for f in factors for name in factor_coefficients(f, offsets)))


def factor_coefficients(factor: Factor, offsets: Mapping[str, str | None]) -> tuple[str, ...]:
    """The coefficients of one factor: its own, then one offset for each benchmark but the reference.

    `offsets` gives the suffix of each benchmark, none for the reference. They stand in alphabetical order, as in the
    study.
    """
    if not factor.by:
        return (factor.coefficient,)
    return (factor.coefficient, *(f"{factor.coefficient}_{suffix}" for _, suffix in _by_suffix(offsets)))


def log_ratio(values: pd.Series, reference: float) -> Floats:
    """ln value − ln reference, (n,).

    With the C library's log, for the same reason as the exp above: the last bit decides where the study stops.
    """
    return np.array([math.log(v) for v in values.to_numpy(float)]) - math.log(reference)


def _by_suffix(offsets: Mapping[str, str | None]) -> list[tuple[str, str]]:
    """Benchmark and suffix of each offset, in the order of the coefficients."""
    return sorted(((name, suffix) for name, suffix in offsets.items() if suffix), key=lambda item: item[1])


def _sum(factors: tuple[FactorColumn, ...], theta: Floats) -> Floats:
    total = factors[0].contribution(theta)
    for factor in factors[1:]:
        total = total + factor.contribution(theta)
    return total
