"""The objective of every fit, with its exact gradient and Hessian, for many problems at once.

In: design matrices, a response; for each problem coefficients, row weights and a penalty. Out: values, derivatives.

Every problem has  F(θ) = Σ_i w_i r_i² / Σ_i w_i + δ Σ_j |θ_j|,  r = y − Σ_k exp(X_k·θ) − X_0·θ.
Arrays run with the problem as the last axis, so that every operation is one call for all problems.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import scipy
from numpy.typing import NDArray

from lmprogress.laws.scaling_laws import Floats

# problems evaluated at once: their rows fit a processor's second cache
_BLOCK = 128
# exp is cut off here: its square is still far from overflow, and no fit comes near
_LARGEST_EXPONENT = 300.0
_EPSILON = float(np.finfo(float).eps)


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
    _linked: NDArray[np.intp] = field(init=False, repr=False)
    _products: tuple[tuple[Floats, NDArray[np.intp]], ...] = field(init=False, repr=False)
    _active: tuple[NDArray[np.intp], ...] = field(init=False, repr=False)
    _upper: tuple[NDArray[np.intp], NDArray[np.intp]] = field(init=False, repr=False)
    _mean_square: float = field(init=False, repr=False)
    curvature_scale: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        blocks = (*self.terms, self.linear)
        active = tuple(np.flatnonzero(np.any(block != 0, axis=0)) for block in blocks)
        scale = np.mean(np.sum(np.square(blocks), axis=0), axis=0)
        linked = np.zeros(blocks[0].shape[1], bool) if self.logistic is None else self.logistic
        object.__setattr__(self, "_linked", np.flatnonzero(linked))
        object.__setattr__(self, "_active", active)
        object.__setattr__(self, "_products", tuple(_products(blocks)))
        object.__setattr__(self, "_upper", np.triu_indices(blocks[0].shape[1]))
        object.__setattr__(self, "_mean_square", float(np.mean(np.square(self.response))))
        object.__setattr__(self, "curvature_scale", np.where(scale > 0, scale, 1.0) * self._mean_square)

    @property
    def n_rows(self) -> int:
        """Rows."""
        return len(self.response)

    @property
    def n_coefficients(self) -> int:
        """Coefficients."""
        return int(self.linear.shape[1])

    @property
    def identified(self) -> NDArray[np.bool_]:
        """(p,): the coefficient stands in some row; another one has no influence at all."""
        return np.isin(np.arange(self.n_coefficients), np.concatenate(self._active))


def kkt_residual(problem: Problem, coefficients: Floats, penalty: float, weights: Floats | None = None) -> float:
    """The largest violation of the conditions of a minimum at `coefficients` (p,), squared nats."""
    _, gradient, _ = derivatives(problem, coefficients, weights)
    return float(np.abs(pseudo_gradient(coefficients, gradient, np.array(penalty))).max())


def objectives(problem: Problem, coefficients: Floats, penalty: float, weights: Floats | None = None) -> Floats:
    """The objective at each of `coefficients` (B, p), (B,) squared nats."""
    n = len(coefficients)
    shares = row_shares(problem, weights)
    return evaluate(problem, coefficients.T, np.full(n, penalty), shares, np.zeros(n, np.intp))[0]


def objectives_by_weights(problem: Problem, coefficients: Floats, penalty: float, weights: Floats) -> Floats:
    """The objective with each of `weights` (m, n) at each of `coefficients` (B, p), (m, B) squared nats."""
    sizes = penalty * np.abs(coefficients).sum(axis=1)
    return row_shares(problem, weights).T @ squared_residuals(problem, coefficients) + sizes


def squared_residuals(problem: Problem, coefficients: Floats) -> Floats:
    """The squared residual of each row at each of `coefficients` (B, p), (n, B) squared nats."""
    theta = coefficients.T.copy()
    theta[problem._linked] = -np.logaddexp(0.0, -theta[problem._linked])  # ln σ(γ)
    return np.square(_residual(problem, theta, np.zeros(len(coefficients), np.intp))[0])


def derivatives(problem: Problem, coefficients: Floats, weights: Floats | None = None) -> tuple[float, Floats, Floats]:
    """Mean squared residual, its gradient (p,) and its Hessian (p, p) at `coefficients` (p,)."""
    one = np.zeros(1, np.intp)
    value, gradient, hessian, _ = _evaluate_block(
        problem, coefficients[:, None], np.zeros(1), row_shares(problem, weights), one
    )
    return float(value[0]), gradient[:, 0], hessian[:, :, 0]


def row_shares(problem: Problem, weights: Floats | None) -> Floats:
    """Row weights (n,) or (m, n), equal ones where there are none, as columns (n, m) that sum to one."""
    given = np.ones((1, problem.n_rows)) if weights is None else np.atleast_2d(np.asarray(weights, float))
    return np.ascontiguousarray((given / given.sum(axis=1, keepdims=True)).T)


def evaluate(
    problem: Problem, theta: Floats, penalty: Floats, shares: Floats, rows: NDArray[np.intp]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Objective (B,), gradient (p, B) and Hessian (p, p, B) of its smooth part, rounding error of the objective (B,).

    theta: (p, B). penalty: (B,). shares: (n, m) row weights that sum to one; rows: (B,) the column of each problem, in
    shares where they differ, and in its responses and maps.
    """
    p, n = theta.shape
    value, gradient, hessian, noise = np.empty(n), np.empty((p, n)), np.empty((p, p, n)), np.empty(n)
    for first in range(0, n, _BLOCK):
        some = slice(first, first + _BLOCK)
        weights = shares if shares.shape[1] == 1 else shares[:, rows[some]]
        block = _evaluate_block if problem.maps is None else _evaluate_mapped
        value[some], gradient[:, some], hessian[:, :, some], noise[some] = block(
            problem, theta[:, some], penalty[some], weights, rows[some]
        )
    return value, gradient, hessian, noise


def _evaluate_mapped(
    problem: Problem, searched: Floats, penalty: Floats, weights: Floats, rows: NDArray[np.intp]
) -> tuple[Floats, Floats, Floats, Floats]:
    """The same for few problems, in terms of what the law's coefficients are linear in; that is penalised."""
    if problem.maps is None:
        raise ValueError("the problem has no maps")
    maps = problem.maps[:, :, rows]
    theta = np.einsum("pqb,qb->pb", maps, searched)
    value, gradient, hessian, noise = _evaluate_block(problem, theta, np.zeros_like(penalty), weights, rows)
    value = value + penalty * np.abs(searched).sum(axis=0)
    gradient = np.einsum("pqb,pb->qb", maps, gradient)
    hessian = np.einsum("pqb,psb->qsb", maps, np.einsum("prb,rsb->psb", hessian, maps))
    # without curvature a coefficient that nothing depends on would count as a saddle
    diagonal = np.arange(len(searched))
    unused = ~np.any(maps != 0, axis=0)
    hessian[diagonal, diagonal] += unused * problem.curvature_scale[:, None]
    return value, gradient, hessian, noise


def _evaluate_block(
    problem: Problem, theta: Floats, penalty: Floats, weights: Floats, rows: NDArray[np.intp]
) -> tuple[Floats, Floats, Floats, Floats]:
    """The same for few problems, with weights (n, 1) or (n, B)."""
    p, n = theta.shape
    *term_active, linear_active = problem._active
    linked, size = problem._linked, np.abs(theta).sum(axis=0)
    if len(linked):
        slope_of_link, theta = scipy.special.expit(-theta[linked]), theta.copy()
        theta[linked] = -np.logaddexp(0.0, -theta[linked])  # ln σ(γ)
    residual, exponentials = _residual(problem, theta, rows)

    weighted = weights * residual
    squares = np.einsum("ib,ib->b", weighted, residual)
    value = squares + penalty * size
    noise = 4 * _EPSILON * (value + np.sqrt(squares * problem._mean_square))

    gradient = np.zeros((p, n))
    upper = np.zeros((p * (p + 1) // 2, n))
    products = iter(problem._products)
    for k, (matrix, active) in enumerate(zip(problem.terms, term_active, strict=True)):
        slope = weighted * exponentials[k]
        gradient[active] -= 2 * (matrix[:, active].T @ slope)
        factor = weights * exponentials[k]
        for other in range(k, len(exponentials)):
            product, places = next(products)
            curvature = factor * exponentials[other]
            if other == k:
                curvature -= slope
            upper[places] += 2 * (product.T @ curvature)
        product, places = next(products)
        if len(places):
            upper[places] += 2 * (product.T @ factor)
    product, places = next(products)
    if len(linear_active):
        gradient[linear_active] -= 2 * (problem.linear[:, linear_active].T @ weighted)
        upper[places] += 2 * (product.T @ np.broadcast_to(weights, residual.shape))
    hessian = np.empty((p, p, n))
    rows, columns = problem._upper
    hessian[rows, columns] = upper
    hessian[columns, rows] = upper
    for place, slope in zip(linked, slope_of_link if len(linked) else (), strict=True):
        hessian[place] *= slope
        hessian[:, place] *= slope
        hessian[place, place] -= gradient[place] * slope * (1 - slope)
        gradient[place] *= slope
    return value, gradient, hessian, noise


def _residual(problem: Problem, theta: Floats, rows: NDArray[np.intp]) -> tuple[Floats, list[Floats]]:
    """Residuals (n, B) at `theta` (p, B), whose links are resolved, and the exponential of each term (n, B)."""
    *term_active, linear_active = problem._active
    residual = (
        problem.response[:, rows]
        if problem.response.ndim > 1
        else np.repeat(problem.response[:, None], theta.shape[1], axis=1)
    )
    exponentials = []
    for matrix, active in zip(problem.terms, term_active, strict=True):
        exponential = matrix[:, active] @ theta[active]
        np.minimum(exponential, _LARGEST_EXPONENT, out=exponential)
        np.exp(exponential, out=exponential)
        residual -= exponential
        exponentials.append(exponential)
    if len(linear_active):
        residual -= problem.linear[:, linear_active] @ theta[linear_active]
    return residual, exponentials


def _products(blocks: tuple[Floats, ...]) -> list[tuple[Floats, NDArray[np.intp]]]:
    """For each pair of blocks k ≤ l: products of their columns, (n, P), and their places in the upper triangle.

    The Hessian is a sum of these products weighted row by row, so that one matrix product gives a block of it for
    all problems.
    """
    p = blocks[0].shape[1]
    rows, columns = np.triu_indices(p)
    products = []
    for k, first in enumerate(blocks):
        for other, second in enumerate(blocks[k:], start=k):
            square = first[:, :, None] * second[:, None, :]
            if other != k:
                square = square + square.transpose(0, 2, 1)
            upper = square[:, rows, columns]
            places = np.flatnonzero(np.any(upper != 0, axis=0))
            products.append((np.ascontiguousarray(upper[:, places]), places))
    return products


def pseudo_gradient(theta: Floats, gradient: Floats, penalty: Floats) -> Floats:
    """The subgradient of the objective that is smallest in size, (p, B): zero at a stationary point."""
    at_zero = np.sign(gradient) * np.maximum(np.abs(gradient) - penalty, 0.0)
    return np.where(theta != 0, gradient + penalty * np.sign(theta), at_zero)
