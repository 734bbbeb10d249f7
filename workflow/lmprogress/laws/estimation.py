"""The one solver: many penalised least-squares problems over sums of exponentials, solved at once.

In: a problem, and for each search a start, row weights and a penalty. Out: stationary points.

The method is Newton's with the exact Hessian, damped until it is positive definite and the objective falls
(Levenberg 1944, Marquardt 1963). Each step goes to the minimum of the damped quadratic model plus the penalty itself,
not a smoothed one: coefficients stop at zero, and leave it only where the gradient exceeds the penalty. Near the end
damping vanishes and the set of zeros stays, so that convergence is quadratic.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dposv

from lmprogress.laws.objective import Problem, evaluate, pseudo_gradient, row_shares
from lmprogress.laws.scaling_laws import Floats

CONVERGED, SADDLE, STALLED, ITERATION_LIMIT = range(4)
STATUS = ("converged", "stopped: not a minimum along every direction", "stopped: no step lowers the objective",
          "stopped: iteration limit")  # fmt: skip

# problems stepped together: enough that numpy's calls cost little, few enough for the third cache
_CHUNK = 2048
# changes of sign that one step goes through before the objective is evaluated again
_MODEL_STEPS = 5
# beyond this damping no step is long enough to change the objective
_MOST_DAMPING = 1e12


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
    `weight_rows` (B,) says which one each problem takes (its own where not given), as of the problem's responses and
    maps where it has several; a zero leaves a row out, a count repeats it; none gives equal weights. tolerance: KKT
    residual that counts as converged, squared nats.
    """
    n = len(starts)
    penalties = np.broadcast_to(np.asarray(penalty, float), (n,))
    shares = row_shares(problem, weights)
    if weight_rows is None:
        weight_rows = np.zeros(n, np.intp) if shares.shape[1] == 1 else np.arange(n)
    parts = []
    for first in range(0, n, _CHUNK):
        some = slice(first, first + _CHUNK)
        parts.append(
            _solve_chunk(problem, starts[some].T, penalties[some], shares, weight_rows[some], tolerance, max_iterations)
        )
    return Solutions(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


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
    n = starts.shape[1]
    out_theta, out_value, out_optimality = np.array(starts, float), np.full(n, np.inf), np.full(n, np.inf)
    out_status, out_iterations = np.full(n, ITERATION_LIMIT, np.int8), np.full(n, max_iterations)

    where = np.arange(n)  # problems still searched
    theta = np.array(starts, float)
    damping = np.full(n, 1e-3)
    value, gradient, hessian, noise = evaluate(problem, theta, penalty, shares, rows)
    for iteration in range(max_iterations + 1):
        slope = pseudo_gradient(theta, gradient, penalty)
        optimality = np.abs(slope).max(axis=0)
        free = (theta != 0) | (slope != 0) | (penalty == 0)
        small, stalled = optimality <= tolerance, damping > _MOST_DAMPING
        ended = small | stalled | (iteration == max_iterations)
        if ended.any():
            saddle = small & ~_convex(hessian, problem.curvature_scale, free)
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

        trial, damping = _damped_step(hessian, damping, problem.curvature_scale, theta, gradient, penalty, free)
        step = trial - theta
        expected = -(
            np.einsum("pb,pb->b", gradient, step)
            + 0.5 * np.einsum("pb,pqb,qb->b", step, hessian, step)
            + penalty * (np.abs(trial) - np.abs(theta)).sum(axis=0)
        )

        new_value, new_gradient, new_hessian, new_noise = evaluate(problem, trial, penalty, shares, rows)
        new_optimality = np.abs(pseudo_gradient(trial, new_gradient, penalty)).max(axis=0)
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
    move, positive = _solve(damped, -pseudo_gradient(theta, gradient, penalty), free)
    while (bad := np.flatnonzero(~positive & (damping <= _MOST_DAMPING))).size:
        damping[bad] = np.maximum(damping[bad] * 10, 1e-4)
        damped[:, :, bad] = hessian[:, :, bad]
        damped[diagonal[:, None], diagonal[:, None], bad] += damping[bad] * scale[:, None]
        slope = pseudo_gradient(theta[:, bad], gradient[:, bad], penalty[bad])
        move[:, bad], positive[bad] = _solve(damped[:, :, bad], -slope, free[:, bad])
    if (rest := np.flatnonzero(~positive)).size:
        slope = pseudo_gradient(theta[:, rest], gradient[:, rest], penalty[rest])
        move[:, rest] = _solve_by_size(hessian[:, :, rest], -slope, free[:, rest])
        damping[rest] = _MOST_DAMPING  # it plays no part in this step: should that fail, the search has stalled
    if not penalty.any():
        return theta + move, damping

    end = theta.copy()
    where = np.arange(theta.shape[1])
    point, slope_at, allowed = theta, pseudo_gradient(theta, gradient, penalty), free
    for _ in range(_MODEL_STEPS):
        side = np.where(point != 0, np.sign(point), -np.sign(slope_at))
        crossing = (move * side < 0) & (point * side + move * side < 0) & (penalty > 0)[None]
        wrong = crossing & (point == 0)
        share = np.divide(-point, move, out=np.ones_like(point), where=crossing & ~wrong)
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
        slope_at = pseudo_gradient(point, model_gradient, penalty)
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

    matrix: (p, p, B). right, free: (p, B). Zero everywhere where the matrix is not positive.
    """
    diagonal = np.arange(len(right))
    # a coefficient that is not free becomes an equation of its own: 1 · 0 = 0
    systems = np.where(free[:, None] & free, matrix, 0.0).transpose(2, 0, 1).copy()
    systems[:, diagonal, diagonal] += ~free.T
    solution = np.where(free, right, 0.0).T.copy()
    least_root = np.sqrt(1e-13 * np.maximum(systems[:, diagonal, diagonal].max(axis=1), 0.0))
    # in place: each factor takes the place of its matrix, each solution that of its right side
    failed = [
        dposv(system, right_side, overwrite_a=True, overwrite_b=True)[2]
        for system, right_side in zip(systems.transpose(0, 2, 1), solution, strict=True)
    ]
    positive = (np.array(failed) == 0) & (systems[:, diagonal, diagonal].min(axis=1) > least_root)
    solution[~positive] = 0.0
    return np.ascontiguousarray(solution.T), positive


def _solve_by_size(matrix: Floats, right: Floats, free: NDArray[np.bool_]) -> Floats:
    """The same where no damping makes the matrix positive: each curvature by its size, those lost in rounding left."""
    values, vectors = np.linalg.eigh(np.where(free[:, None] & free, matrix, 0.0).transpose(2, 0, 1))
    sizes = np.abs(values)
    usable = sizes > 1e-13 * sizes.max(axis=1, keepdims=True)
    along = np.einsum("bpk,pb->bk", vectors, np.where(free, right, 0.0))
    along = np.divide(along, sizes, out=np.zeros_like(along), where=usable)
    return np.einsum("bpk,bk->pb", vectors, along)
