"""The objective of every fit, with its exact gradient and Hessian.

In: design matrices, a response; for each problem coefficients, row weights and a penalty. Out: values, derivatives.

Every problem has  F(θ) = Σ_i w_i r_i² / Σ_i w_i + δ Σ_j |θ_j|,  r = y − Σ_k exp(X_k·θ) − X_0·θ.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.laws.model.search_arrays import LARGEST_EXPONENT, Rows, of_type


@dataclass(frozen=True)
class Problem:
    """Rows shared by all problems: terms (K, n, p), linear (n, p), response (n,) in nats.

    response: (n, m) where problems differ in it. maps: (p, p, m) where the coefficients of the law are linear in those
    searched, by a matrix that differs between problems; its empty columns are coefficients that nothing depends on.
    logistic: (p,) whether a coefficient γ enters through ln σ(γ); none do where it is not given.
    curvature_scale: (p,) a typical second derivative by each coefficient, the unit of damping.
    """

    terms: Floats
    linear: Floats
    response: Floats
    logistic: NDArray[np.bool_] | None = None
    maps: Floats | None = None
    linked: NDArray[np.intp] = field(init=False, repr=False)
    curvature_scale: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        blocks = (*self.terms, self.linear)
        scale = np.mean(np.sum(np.square(blocks), axis=0), axis=0)
        linked = np.zeros(self.n_coefficients, bool) if self.logistic is None else self.logistic
        object.__setattr__(self, "linked", np.flatnonzero(linked))
        object.__setattr__(self, "curvature_scale", np.where(scale > 0, scale, 1.0) * self.mean_square)

    @property
    def n_rows(self) -> int:
        """Rows."""
        return len(self.response)

    @property
    def n_coefficients(self) -> int:
        """Coefficients."""
        return int(self.linear.shape[1])

    @property
    def mean_square(self) -> float:
        """Mean square of the response, squared nats."""
        return float(np.mean(np.square(self.response)))

    @property
    def identified(self) -> NDArray[np.bool_]:
        """(p,): the coefficient stands in some row; another one has no influence at all."""
        return np.any(self.terms != 0, axis=(0, 1)) | np.any(self.linear != 0, axis=0)

    def rows(self, weights: Floats | None) -> Rows:
        """The same rows as the compiled search takes them, with row weights (n,) or (m, n), equal ones without."""
        blocks = np.stack([*self.terms, self.linear], axis=1)  # row by row, term by term
        row, block, column = np.nonzero(blocks)
        n, n_blocks, p = blocks.shape
        first = np.searchsorted(row * n_blocks + block, np.arange(n * n_blocks + 1))
        return Rows(
            first=of_type(np.hstack([first[:-1].reshape(n, n_blocks), first[n_blocks::n_blocks, None]]), np.intp),
            column=of_type(column, np.intp),
            factor=of_type(blocks[row, block, column]),
            response=of_type(self.response.reshape(n, -1)),
            shares=of_type(row_shares(self, weights)),
            maps=of_type(np.empty((0, p, p)) if self.maps is None else self.maps.transpose(2, 0, 1)),
            linked=of_type(self.linked, np.intp),
            scale=of_type(self.curvature_scale),
            mean_square=self.mean_square,
        )


def kkt_residual(problem: Problem, coefficients: Floats, penalty: float, weights: Floats | None = None) -> float:
    """The largest violation of the conditions of a minimum at `coefficients` (p,), squared nats."""
    _, gradient, _ = derivatives(problem, coefficients, weights)
    at_zero = np.sign(gradient) * np.maximum(np.abs(gradient) - penalty, 0.0)
    slope = np.where(coefficients != 0, gradient + penalty * np.sign(coefficients), at_zero)
    return float(np.abs(slope).max())


def objectives(problem: Problem, coefficients: Floats, penalty: float, weights: Floats | None = None) -> Floats:
    """The objective at each of `coefficients` (B, p), (B,) squared nats."""
    return objectives_by_weights(problem, coefficients, penalty, weights)[0]


def objectives_by_weights(problem: Problem, coefficients: Floats, penalty: float, weights: Floats | None) -> Floats:
    """The objective with each of `weights` (m, n) at each of `coefficients` (B, p), (m, B) squared nats."""
    sizes = penalty * np.abs(coefficients).sum(axis=1)
    return row_shares(problem, weights).T @ squared_residuals(problem, coefficients) + sizes


def squared_residuals(problem: Problem, coefficients: Floats) -> Floats:
    """The squared residual of each row at each of `coefficients` (B, p), (n, B) squared nats; response: (n,)."""
    theta = coefficients.T.copy()
    theta[problem.linked] = -np.logaddexp(0.0, -theta[problem.linked])  # ln σ(γ)
    powers = np.exp(np.minimum(problem.terms @ theta, LARGEST_EXPONENT))
    return np.square(problem.response[:, None] - powers.sum(axis=0) - problem.linear @ theta)


def derivatives(problem: Problem, coefficients: Floats, weights: Floats | None = None) -> tuple[float, Floats, Floats]:
    """Mean squared residual, its gradient (p,) and its Hessian (p, p) at `coefficients` (p,)."""
    from lmprogress.laws.solver.compiled_search import evaluated  # loads the compiler

    at = evaluated(problem.rows(weights), of_type(coefficients))
    return float(at.value[0]), at.gradient[0], at.hessian[0]


def row_shares(problem: Problem, weights: Floats | None) -> Floats:
    """Row weights (n,) or (m, n), equal ones where there are none, as columns (n, m) that sum to one."""
    given = np.ones((1, problem.n_rows)) if weights is None else np.atleast_2d(np.asarray(weights, float))
    return (given / given.sum(axis=1, keepdims=True)).T
