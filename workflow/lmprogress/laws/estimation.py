"""The one solver: many penalised least-squares problems over sums of exponentials, solved at once.

In: a problem, and for each search a start, row weights and a penalty. Out: stationary points.

The method is Newton's with the exact Hessian, damped until it is positive definite and the objective falls
(Levenberg 1944, Marquardt 1963). Each step goes to the minimum of the damped quadratic model plus the penalty itself,
not a smoothed one: coefficients stop at zero, and leave it only where the gradient exceeds the penalty. Near the end
damping vanishes and the set of zeros stays, so that convergence is quadratic.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from lmprogress.laws.objective import Problem, evaluate, pseudo_gradient, row_shares
from lmprogress.laws.scaling_laws import Floats
from lmprogress.laws.small_systems import solve_positive

CONVERGED, SADDLE, STALLED, ITERATION_LIMIT = range(4)
STATUS = ("converged", "stopped: not a minimum along every direction", "stopped: no step lowers the objective",
          "stopped: iteration limit")  # fmt: skip

# searches stepped together: enough that numpy's calls cost little, few enough for the third cache
_TOGETHER = 1024
# damping that a search begins with
_FIRST_DAMPING = 1e-3
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
    end = Solutions(
        np.array(starts, float), np.full(n, np.inf), np.full(n, np.inf), np.zeros(n, np.int8), np.zeros(n, np.int64)
    )
    searches = _Searches.begun(problem, end.coefficients, penalties, shares, weight_rows, np.arange(min(n, _TOGETHER)))
    following = len(searches.number)
    while len(searches.number):
        slope = pseudo_gradient(searches.theta, searches.gradient, searches.penalty)
        optimality = np.abs(slope).max(axis=0)
        free = (searches.theta != 0) | (slope != 0) | (searches.penalty == 0)
        small, stalled = optimality <= tolerance, searches.damping > _MOST_DAMPING
        ended = np.flatnonzero(small | stalled | (searches.n_steps == max_iterations))
        if not len(ended):
            searches.step(problem, shares, slope, optimality, free)
            continue
        some = searches.at(ended)
        saddle = small[ended] & ~_convex(some.hessian, problem.curvature_scale, free[:, ended])
        end.coefficients[some.number], end.objective[some.number] = some.theta.T, some.value
        end.optimality[some.number], end.n_iterations[some.number] = optimality[ended], some.n_steps
        end.status[some.number] = np.select(
            [saddle, small[ended], stalled[ended]], [SADDLE, CONVERGED, STALLED], ITERATION_LIMIT
        )
        # those that wait take the places of those that ended
        entering = np.arange(following, min(n, following + len(ended)))
        following += len(entering)
        if len(entering):
            begun = _Searches.begun(problem, end.coefficients, penalties, shares, weight_rows, entering)
            searches.put(ended[: len(entering)], begun)
        if len(entering) < len(ended):
            left = np.ones(len(searches.number), bool)
            left[ended[len(entering) :]] = False
            searches = searches.at(np.flatnonzero(left))
    return end


# ---- searches under way ---------------------------------------------------------------------------------------------


@dataclass
class _Searches:
    """Searches under way, the last axis of each array: their numbers, where they are, what the objective is there.

    number, rows, penalty, damping, value, noise, n_steps: (B,). theta, gradient: (p, B). hessian: (p, p, B).
    """

    number: NDArray[np.intp]
    rows: NDArray[np.intp]
    penalty: Floats
    damping: Floats
    n_steps: NDArray[np.int64]
    theta: Floats
    value: Floats
    gradient: Floats
    hessian: Floats
    noise: Floats

    @classmethod
    def begun(
        cls,
        problem: Problem,
        starts: Floats,
        penalties: Floats,
        shares: Floats,
        weight_rows: NDArray[np.intp],
        number: NDArray[np.intp],
    ) -> _Searches:
        """The searches `number` at their starts."""
        theta, penalty, rows = np.ascontiguousarray(starts[number].T), penalties[number], weight_rows[number]
        evaluated = evaluate(problem, theta, penalty, shares, rows)
        n = len(number)
        return cls(number, rows, penalty, np.full(n, _FIRST_DAMPING), np.zeros(n, np.int64), theta, *evaluated)

    def at(self, places: NDArray[np.intp]) -> _Searches:
        """Those at `places`."""
        return _Searches(*(getattr(self, field.name)[..., places] for field in fields(self)))

    def put(self, places: NDArray[np.intp], others: _Searches) -> None:
        """Take `others` in at `places`."""
        for field in fields(self):
            getattr(self, field.name)[..., places] = getattr(others, field.name)

    def step(
        self, problem: Problem, shares: Floats, slope: Floats, optimality: Floats, free: NDArray[np.bool_]
    ) -> None:
        """Go one step, where it lowers the objective; slope, free: (p, B), optimality: (B,) where the searches are."""
        trial, damping = _damped_step(
            self.hessian, self.damping, problem.curvature_scale, self.theta, self.gradient, slope, self.penalty, free
        )
        step = trial - self.theta
        expected = -(
            np.einsum("pb,pb->b", self.gradient, step)
            + 0.5 * np.einsum("pb,pqb,qb->b", step, self.hessian, step)
            + self.penalty * (np.abs(trial) - np.abs(self.theta)).sum(axis=0)
        )

        value, gradient, hessian, noise = evaluate(problem, trial, self.penalty, shares, self.rows)
        new_optimality = np.abs(pseudo_gradient(trial, gradient, self.penalty)).max(axis=0)
        fall = self.value - value
        # where the fall drowns in rounding, the conditions of a minimum decide
        drowned = np.abs(fall) <= self.noise
        accepted = (fall > self.noise) | (drowned & (new_optimality < optimality))
        ratio = np.where(drowned, 1.0, fall / np.where(expected > 0, expected, np.inf))
        # less damping where the model foretold the fall, least where it did so within a twentieth
        shrink = np.where(np.abs(ratio - 1) < 0.05, 0.1, 0.4)
        change = np.where(accepted & (ratio > 0.75), shrink, np.where(accepted & (ratio >= 0.25), 1.0, 5.0))
        self.damping = np.maximum(damping * change, 1e-14)
        self.n_steps += 1
        for mine, theirs in (
            (self.theta, trial),
            (self.value, value),
            (self.noise, noise),
            (self.gradient, gradient),
            (self.hessian, hessian),
        ):
            np.copyto(mine, theirs, where=accepted)


def _damped_step(
    hessian: Floats,
    damping: Floats,
    scale: Floats,
    theta: Floats,
    gradient: Floats,
    slope: Floats,
    penalty: Floats,
    free: NDArray[np.bool_],
) -> tuple[Floats, Floats]:
    """Where the damped quadratic model of the objective leads, (p, B), and the damping that makes it convex.

    An active-set method, for all problems at once: go to the minimum of the model over the free coefficients, but
    no further than to the first that changes its sign; there ask again which are free, and go on.
    """
    damping = damping.copy()
    move, positive = solve_positive(hessian, damping * scale[:, None], -slope, free)
    while (bad := np.flatnonzero(~positive & (damping <= _MOST_DAMPING))).size:
        damping[bad] = np.maximum(damping[bad] * 10, 1e-4)
        move[:, bad], positive[bad] = solve_positive(
            hessian[:, :, bad], damping[bad] * scale[:, None], -slope[:, bad], free[:, bad]
        )
    if (rest := np.flatnonzero(~positive)).size:
        move[:, rest] = _solve_by_size(hessian[:, :, rest], -slope[:, rest], free[:, rest])
        damping[rest] = _MOST_DAMPING  # it plays no part in this step: should that fail, the search has stalled
    if not penalty.any():
        return theta + move, damping

    end = theta.copy()
    where = np.arange(theta.shape[1])
    point, slope_at, allowed = theta, slope, free
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
        matrix, lift = hessian[:, :, where], damping[where] * scale[:, None]
        gone = point - theta[:, where]
        model_gradient = gradient[:, where] + np.einsum("pqb,qb->pb", matrix, gone) + lift * gone
        slope_at = pseudo_gradient(point, model_gradient, penalty)
        now_free = allowed & ((point != 0) | (slope_at != 0))
        move, _ = solve_positive(matrix, lift, -slope_at, now_free)
    return end, damping


def _convex(hessian: Floats, scale: Floats, free: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether the Hessian over the free coefficients has no negative curvature beyond rounding, (B,)."""
    lift = np.broadcast_to(1e-9 * scale[:, None], free.shape)
    return solve_positive(hessian, lift, np.zeros(free.shape), free)[1]


def _solve_by_size(matrix: Floats, right: Floats, free: NDArray[np.bool_]) -> Floats:
    """The same where no damping makes the matrix positive: each curvature by its size, those lost in rounding left."""
    values, vectors = np.linalg.eigh(np.where(free[:, None] & free, matrix, 0.0).transpose(2, 0, 1))
    sizes = np.abs(values)
    usable = sizes > 1e-13 * sizes.max(axis=1, keepdims=True)
    along = np.einsum("bpk,pb->bk", vectors, np.where(free, right, 0.0))
    along = np.divide(along, sizes, out=np.zeros_like(along), where=usable)
    return np.einsum("bpk,bk->pb", vectors, along)
