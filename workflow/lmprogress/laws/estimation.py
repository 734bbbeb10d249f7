"""The one solver: many penalised least-squares problems over sums of exponentials, solved at once.

In: design matrices, a response, and for each problem a start, row weights and a penalty. Out: stationary points.

Every problem minimises  F(θ) = Σ_i w_i r_i² / Σ_i w_i + δ Σ_j |θ_j|,  r = y − Σ_k exp(X_k·θ) − X_0·θ.
The method is Newton's with the exact Hessian, damped until it is positive definite and the objective falls
(Levenberg 1944, Marquardt 1963), within the orthant of the current signs; a coefficient that would leave it stops at
zero, and leaves zero only where the gradient exceeds the penalty (Andrew & Gao 2007, with the true Hessian).
At the end the active set is fixed and the steps are plain Newton steps, so that convergence is quadratic.

Arrays run with the problem as the last axis, so that every operation is one call for all problems.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lmprogress.laws.scaling_laws import Floats

CONVERGED, SADDLE, STALLED, ITERATION_LIMIT = range(4)
STATUS = ("converged", "stopped: not a minimum along every direction", "stopped: no step lowers the objective",
          "stopped: iteration limit")  # fmt: skip

# problems stepped together, and how many of them are evaluated at once: their rows fit a processor's second cache
_CHUNK = 1024
_BLOCK = 128
# exp is cut off here: its square is still far from overflow, and no fit comes near
_LARGEST_EXPONENT = 300.0
_EPSILON = float(np.finfo(float).eps)


@dataclass(frozen=True)
class Problem:
    """Rows shared by all problems: terms (K, n, p), linear (n, p), response (n,) in nats."""

    terms: Floats
    linear: Floats
    response: Floats
    _products: tuple[tuple[Floats, NDArray[np.intp]], ...] = field(init=False, repr=False)
    _active: tuple[NDArray[np.intp], ...] = field(init=False, repr=False)
    _scale: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        blocks = (*self.terms, self.linear)
        active = tuple(np.flatnonzero(np.any(block != 0, axis=0)) for block in blocks)
        scale = np.mean(np.sum(np.square(blocks), axis=0), axis=0)
        object.__setattr__(self, "_active", active)
        object.__setattr__(self, "_products", tuple(_products(blocks)))
        object.__setattr__(self, "_scale", np.where(scale > 0, scale, 1.0) * np.mean(np.square(self.response)))

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


@dataclass(frozen=True)
class Solutions:
    """Where B searches ended.

    coefficients: (B, p). objective: (B,) squared nats. optimality: (B,) KKT residual, the largest violation of the
    conditions of a minimum, squared nats. status: (B,) place in STATUS. n_iterations: (B,).
    """

    coefficients: Floats
    objective: Floats
    optimality: Floats
    status: NDArray[np.int8]
    n_iterations: NDArray[np.int64]


def solve(
    problem: Problem,
    starts: Floats,
    penalty: Floats | float,
    weights: Floats | None = None,
    weight_rows: NDArray[np.intp] | None = None,
    *,
    tolerance: float = 1e-9,
    max_iterations: int = 500,
) -> Solutions:
    """Search from each of `starts` (B, p).

    penalty: δ, squared nats, one for all or (B,). weights: row weights, (n,) for all or (m, n), of which
    `weight_rows` (B,) says which one each problem takes (its own where not given); a zero leaves a row out, a count
    repeats it; none gives equal weights. tolerance: KKT residual that counts as converged, squared nats.
    """
    n = len(starts)
    penalties = np.broadcast_to(np.asarray(penalty, float), (n,))
    shares = _shares(problem, weights)
    rows = np.zeros(n, np.intp) if shares.shape[1] == 1 else np.arange(n) if weight_rows is None else weight_rows
    parts = []
    for first in range(0, n, _CHUNK):
        some = slice(first, first + _CHUNK)
        parts.append(
            _solve_chunk(problem, starts[some].T, penalties[some], shares, rows[some], tolerance, max_iterations)
        )
    return Solutions(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def kkt_residual(problem: Problem, coefficients: Floats, penalty: float, weights: Floats | None = None) -> float:
    """The largest violation of the conditions of a minimum at `coefficients` (p,), squared nats."""
    _, gradient, _ = derivatives(problem, coefficients, weights)
    return float(np.abs(_pseudo_gradient(coefficients, gradient, np.array(penalty))).max())


def derivatives(problem: Problem, coefficients: Floats, weights: Floats | None = None) -> tuple[float, Floats, Floats]:
    """Mean squared residual, its gradient (p,) and its Hessian (p, p) at `coefficients` (p,)."""
    value, gradient, hessian, _ = _evaluate(problem, coefficients[:, None], np.zeros(1), _shares(problem, weights))
    return float(value[0]), gradient[:, 0], hessian[:, :, 0]


def _shares(problem: Problem, weights: Floats | None) -> Floats:
    """Weights that sum to one, (n, m)."""
    given = np.ones((1, problem.n_rows)) if weights is None else np.atleast_2d(np.asarray(weights, float))
    return np.ascontiguousarray((given / given.sum(axis=1, keepdims=True)).T)


# ---- one chunk ------------------------------------------------------------------------------------------------------


def _solve_chunk(
    problem: Problem,
    starts: Floats,
    penalty: Floats,
    shares: Floats,
    rows: NDArray[np.intp],
    tolerance: float,
    max_iterations: int,
) -> tuple[NDArray, ...]:
    p, n = starts.shape
    out_theta, out_value, out_optimality = np.array(starts, float), np.full(n, np.inf), np.full(n, np.inf)
    out_status, out_iterations = np.full(n, ITERATION_LIMIT, np.int8), np.full(n, max_iterations)

    where = np.arange(n)  # problems still searched
    theta = np.array(starts, float)
    damping = np.full(n, 1e-3)
    value, gradient, hessian, noise = _evaluate_blocks(problem, theta, penalty, shares, rows)
    for iteration in range(max_iterations + 1):
        slope = _pseudo_gradient(theta, gradient, penalty)
        optimality = np.abs(slope).max(axis=0)
        free = (theta != 0) | (slope != 0) | (penalty == 0)
        small, stalled = optimality <= tolerance, damping > 1e12
        ended = small | stalled | (iteration == max_iterations)
        if ended.any():
            saddle = small & ~_convex(hessian, problem._scale, free)
            status = np.select([saddle, small, stalled], [SADDLE, CONVERGED, STALLED], ITERATION_LIMIT)
            done = where[ended]
            out_theta[:, done], out_value[done], out_optimality[done] = theta[:, ended], value[ended], optimality[ended]
            out_status[done], out_iterations[done] = status[ended], iteration
            keep = ~ended
            if not keep.any():
                break
            where, theta, damping, value, noise = where[keep], theta[:, keep], damping[keep], value[keep], noise[keep]
            gradient, hessian, penalty = gradient[:, keep], hessian[:, :, keep], penalty[keep]
            slope, free, optimality = slope[:, keep], free[:, keep], optimality[keep]
            rows = rows[keep]

        trial, damping = _damped_step(hessian, damping, problem._scale, theta, gradient, penalty, free)
        step = trial - theta
        expected = -(
            np.einsum("pb,pb->b", gradient, step)
            + 0.5 * np.einsum("pb,pqb,qb->b", step, hessian, step)
            + penalty * (np.abs(trial) - np.abs(theta)).sum(axis=0)
        )

        new_value, new_gradient, new_hessian, new_noise = _evaluate_blocks(
            problem, trial, penalty, shares, rows
        )
        new_optimality = np.abs(_pseudo_gradient(trial, new_gradient, penalty)).max(axis=0)
        fall = value - new_value
        # where the fall drowns in rounding, the conditions of a minimum decide
        accepted = (fall > noise) | ((np.abs(fall) <= noise) & (new_optimality < optimality))
        ratio = np.where(np.abs(fall) <= noise, 1.0, fall / np.where(expected > 0, expected, np.inf))
        # less damping where the model foretold the fall, least where it did so within a twentieth
        shrink = np.where(np.abs(ratio - 1) < 0.05, 0.1, 0.4)
        change = np.where(accepted & (ratio > 0.75), shrink, np.where(accepted & (ratio >= 0.25), 1.0, 5.0))
        damping = np.maximum(damping * change, 1e-14)

        theta = np.where(accepted, trial, theta)
        value, noise = np.where(accepted, new_value, value), np.where(accepted, new_noise, noise)
        gradient = np.where(accepted, new_gradient, gradient)
        hessian = np.where(accepted, new_hessian, hessian)
    return out_theta.T, out_value, out_optimality, out_status, out_iterations


def _evaluate_blocks(
    problem: Problem, theta: Floats, penalty: Floats, shares: Floats, rows: NDArray[np.intp]
) -> tuple[Floats, Floats, Floats, Floats]:
    """`_evaluate` for any number of problems, of which `rows` names the column of `shares` (n, m) that weights them."""
    p, n = theta.shape
    value, gradient, hessian, noise = np.empty(n), np.empty((p, n)), np.empty((p, p, n)), np.empty(n)
    for first in range(0, n, _BLOCK):
        some = slice(first, first + _BLOCK)
        weights = shares if shares.shape[1] == 1 else shares[:, rows[some]]
        value[some], gradient[:, some], hessian[:, :, some], noise[some] = _evaluate(
            problem, theta[:, some], penalty[some], weights
        )
    return value, gradient, hessian, noise


def _evaluate(problem: Problem, theta: Floats, penalty: Floats, weights: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Objective (B,), gradient (p, B) and Hessian (p, p, B) of its smooth part, rounding error of the objective (B,)."""
    p, n = theta.shape
    *term_active, linear_active = problem._active
    exponentials = []
    residual = np.repeat(problem.response[:, None], n, axis=1)
    for matrix, active in zip(problem.terms, term_active, strict=True):
        exponential = matrix[:, active] @ theta[active]
        np.minimum(exponential, _LARGEST_EXPONENT, out=exponential)
        np.exp(exponential, out=exponential)
        residual -= exponential
        exponentials.append(exponential)
    if len(linear_active):
        residual -= problem.linear[:, linear_active] @ theta[linear_active]

    weighted = weights * residual
    squares = np.einsum("ib,ib->b", weighted, residual)
    value = squares + penalty * np.abs(theta).sum(axis=0)
    noise = 4 * _EPSILON * (value + np.sqrt(squares * np.mean(np.square(problem.response))))

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
    rows, columns = np.triu_indices(p)
    hessian[rows, columns] = upper
    hessian[columns, rows] = upper
    return value, gradient, hessian, noise


def _products(blocks: tuple[Floats, ...]) -> list[tuple[Floats, NDArray[np.intp]]]:
    """For each pair of blocks k ≤ l: products of their columns, (n, P), and their places in the upper triangle.

    The Hessian is a sum of these products weighted row by row, so that one matrix product gives a block of it for
    all problems.
    """
    p = blocks[0].shape[1]
    rows, columns = np.triu_indices(p)
    products = []
    for k, first in enumerate(blocks):
        for l, second in enumerate(blocks[k:], start=k):
            square = first[:, :, None] * second[:, None, :]
            if l != k:
                square = square + square.transpose(0, 2, 1)
            upper = square[:, rows, columns]
            places = np.flatnonzero(np.any(upper != 0, axis=0))
            products.append((np.ascontiguousarray(upper[:, places]), places))
    return products


def _pseudo_gradient(theta: Floats, gradient: Floats, penalty: Floats) -> Floats:
    """The subgradient of the objective that is smallest in size, (p, B): zero at a stationary point."""
    at_zero = np.sign(gradient) * np.maximum(np.abs(gradient) - penalty, 0.0)
    return np.where(theta != 0, gradient + penalty * np.sign(theta), at_zero)


def _damped_step(
    hessian: Floats,
    damping: Floats,
    scale: Floats,
    theta: Floats,
    gradient: Floats,
    penalty: Floats,
    free: NDArray[np.bool_],
) -> tuple[Floats, Floats]:
    """Where the damped quadratic model of the objective leads, (p, B), and the damping that makes it convex.

    An active-set method, for all problems at once: go to the minimum of the model over the free coefficients, but
    no further than to the first that changes its sign; there ask again which are free, and go on.
    """
    diagonal = np.arange(len(theta))
    damping = damping.copy()
    damped = hessian.copy()
    damped[diagonal, diagonal] += damping * scale[:, None]
    move, positive = _solve(damped, -_pseudo_gradient(theta, gradient, penalty), free)
    while not positive.all():
        bad = np.flatnonzero(~positive)
        damping[bad] = np.maximum(damping[bad] * 10, 1e-4)
        damped[:, :, bad] = hessian[:, :, bad]
        damped[diagonal[:, None], diagonal[:, None], bad] += damping[bad] * scale[:, None]
        slope = _pseudo_gradient(theta[:, bad], gradient[:, bad], penalty[bad])
        move[:, bad], positive[bad] = _solve(damped[:, :, bad], -slope, free[:, bad])
    if not penalty.any():
        return theta + move, damping

    end = theta.copy()
    where = np.arange(theta.shape[1])
    point, slope_at, allowed = theta, _pseudo_gradient(theta, gradient, penalty), free
    for _ in range(4 * len(theta)):
        side = np.where(point != 0, np.sign(point), -np.sign(slope_at))
        crossing = (move * side < 0) & (point * side + move * side < 0) & (penalty > 0)[None]
        wrong = crossing & (point == 0)
        share = np.where(crossing & ~wrong, -point / np.where(move == 0, 1.0, move), 1.0)
        length = np.where(wrong.any(axis=0), 0.0, share.min(axis=0))
        point = np.where(crossing & (share <= length), 0.0, point + length * move)
        end[:, where] = point
        again = length < 1
        if not again.any():
            break
        # a coefficient at zero that the model would take to the other side of zero stays there
        allowed = (allowed & ~wrong)[:, again]
        where, point, penalty = where[again], point[:, again], penalty[again]
        matrix = damped[:, :, where]
        model_gradient = gradient[:, where] + np.einsum("pqb,qb->pb", matrix, point - theta[:, where])
        slope_at = _pseudo_gradient(point, model_gradient, penalty)
        now_free = allowed & ((point != 0) | (slope_at != 0))
        move, _ = _solve(matrix, -slope_at, now_free)
    return end, damping


def _convex(hessian: Floats, scale: Floats, free: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether the Hessian over the free coefficients has no negative curvature beyond rounding, (B,)."""
    diagonal = np.arange(len(scale))
    lifted = hessian.copy()
    lifted[diagonal, diagonal] += 1e-9 * scale[:, None]
    return _solve(lifted, np.zeros(free.shape), free)[1]


def _solve(matrix: Floats, right: Floats, free: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.bool_]]:
    """matrix⁻¹ · right over the free coefficients, zero at the others, and whether the matrix is positive there.

    An L·D·Lᵀ factorisation, one coefficient at a time, of all matrices (p, p, B) at once.
    """
    p = len(right)
    factor, solution, inverse = matrix.copy(), right.copy(), np.zeros_like(right)
    floor = 1e-13 * factor[np.arange(p), np.arange(p)].max(axis=0)
    positive = np.ones(right.shape[1], bool)
    for j in range(p):
        usable = factor[j, j] > floor
        positive &= usable | ~free[j]
        # a zero here takes a coefficient that is not free out of all that follows
        np.divide(1.0, factor[j, j], out=inverse[j], where=usable & free[j])
        lower = factor[j + 1 :, j] * inverse[j]
        solution[j + 1 :] -= lower * solution[j]
        for i in range(j + 1, p):
            factor[i, j + 1 : i + 1] -= lower[i - j - 1] * factor[j + 1 : i + 1, j]
        factor[j + 1 :, j] = lower
    solution *= inverse
    for j in reversed(range(p - 1)):
        solution[j] -= np.einsum("ib,ib->b", factor[j + 1 :, j], solution[j + 1 :]) * free[j]
    return solution, positive
