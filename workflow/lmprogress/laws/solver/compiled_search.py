"""The searches themselves, compiled: many at once, side by side in lanes.

In: rows of a problem, starts, penalties. Out: stationary points, in arrays that the caller gives.

Written plainly, one search and one row at a time, and compiled by numba. Only the evaluation works on all lanes at
once: a row's exponentials and products are the same operations for each of them, and the processor does several
together. What one search does depends on no other.

The method is described in estimation.py, the objective in objective.py.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lmprogress.laws.model.compiling import compiled
from lmprogress.laws.model.search_arrays import (
    CONVERGED,
    ITERATION_LIMIT,
    LARGEST_EXPONENT,
    SADDLE,
    STALLED,
    Ends,
    Floats,
    Places,
    Points,
    Rows,
)

# searches side by side: enough to fill the processor's vectors, few enough for its second cache
_LANES = 128
# damping that a search begins with
_FIRST_DAMPING = 1e-3
# changes of sign that one step goes through before the objective is evaluated again
_MODEL_STEPS = 5
# beyond this damping no step is long enough to change the objective
_MOST_DAMPING = 1e12
# a pivot below this share of the largest diagonal element is rounding
_LEAST_PIVOT = 1e-13
_EPSILON = float(np.finfo(float).eps)
# for exponentials: ln 2 in two parts, of which the first has zeros enough that its multiples are exact
_LN2, _LN2_REST, _PER_LN2 = 6.93147180369123816490e-01, 1.90821492927058770002e-10, 1 / math.log(2)
_TAYLOR = tuple(1 / math.factorial(power) for power in range(13, -1, -1))


# a product and a sum may become one operation
_compiled = compiled(error_model="numpy", fastmath={"contract"})


@_compiled
def bounded_exp(x: float) -> float:
    """e to the power of x, cut off at both ends; unlike the library's, several at once in the processor's vectors.

    x = k ln 2 + t with |t| ≤ ½ ln 2, ln 2 in two parts (Cody and Waite 1980), and Taylor's series of t to its
    thirteenth power, whose rest is below the rounding of a double.
    """
    x = min(max(x, -LARGEST_EXPONENT), LARGEST_EXPONENT)
    k = math.floor(x * _PER_LN2 + 0.5)
    t = (x - k * _LN2) - k * _LN2_REST
    total = _TAYLOR[0]
    for i in range(1, len(_TAYLOR)):
        total = total * t + _TAYLOR[i]
    # a power of two is its exponent's bits
    return total * np.int64((np.int64(k) + 1023) << 52).view(np.float64)


# ---- the objective ---------------------------------------------------------------------------------------------------


class _Lanes(NamedTuple):
    """Room for the evaluation, the lane as the last axis: (p, W), (W,), (p, W), (p, p, W), (K, W), four of (W,)."""

    theta: Floats
    squares: Floats
    gradient: Floats
    hessian: Floats
    exponential: Floats
    residual: Floats
    weight: Floats
    slope: Floats
    curvature: Floats


@_compiled
def _lanes(n_terms: int, p: int, width: int) -> _Lanes:
    return _Lanes(
        np.empty((p, width)),
        np.empty(width),
        np.empty((p, width)),
        np.empty((p, p, width)),
        np.empty((n_terms, width)),
        np.empty(width),
        np.empty(width),
        np.empty(width),
        np.empty(width),
    )


@_compiled
def _evaluate_law(rows: Rows, which: Places, lanes: _Lanes, n: int) -> None:
    """Squares, gradient and the upper triangle of the Hessian at `lanes.theta`, links resolved, for n lanes."""
    theta, squares, gradient, hessian, exponential, residual, weight, slope, curvature = lanes
    n_rows, n_terms, p = len(rows.first), exponential.shape[0], theta.shape[0]
    column, factor = rows.column, rows.factor
    for b in range(n):
        squares[b] = 0.0
    for j in range(p):
        for b in range(n):
            gradient[j, b] = 0.0
        for q in range(j, p):
            for b in range(n):
                hessian[j, q, b] = 0.0
    one_response, one_share = rows.response.shape[1] == 1, rows.shares.shape[1] == 1
    for i in range(n_rows):
        first = rows.first[i]
        if one_share and rows.shares[i, 0] == 0:
            continue
        response, share = rows.response[i], rows.shares[i]
        for b in range(n):
            residual[b] = response[0] if one_response else response[which[b]]
        for b in range(n):
            weight[b] = share[0] if one_share else share[which[b]]
        for k in range(n_terms):
            power = exponential[k]
            for b in range(n):
                power[b] = 0.0
            for a in range(first[k], first[k + 1]):
                x, value = factor[a], theta[column[a]]
                for b in range(n):
                    power[b] += x * value[b]
            for b in range(n):
                power[b] = bounded_exp(power[b])
                residual[b] -= power[b]
        for a in range(first[n_terms], first[n_terms + 1]):
            x, value = factor[a], theta[column[a]]
            for b in range(n):
                residual[b] -= x * value[b]
        for b in range(n):
            squares[b] += weight[b] * residual[b] * residual[b]
        # the linear part counts as one more term, whose derivative by its exponent is one and has no curvature
        for k in range(n_terms + 1):
            linear = k == n_terms
            power = weight if linear else exponential[k]
            for b in range(n):
                slope[b] = weight[b] * residual[b] * (1.0 if linear else power[b])
            for a in range(first[k], first[k + 1]):
                x, value = factor[a], gradient[column[a]]
                for b in range(n):
                    value[b] -= x * slope[b]
            for other in range(k, n_terms + 1):
                if first[other] == first[other + 1] or first[k] == first[k + 1]:
                    continue
                for b in range(n):
                    curvature[b] = weight[b] if linear else weight[b] * power[b]
                if other < n_terms:
                    second = exponential[other]
                    for b in range(n):
                        curvature[b] *= second[b]
                if other == k and not linear:
                    for b in range(n):
                        curvature[b] -= slope[b]
                for a in range(first[k], first[k + 1]):
                    for c in range(a if other == k else first[other], first[other + 1]):
                        here, there = column[a], column[c]
                        # one coefficient in both parts stands on the diagonal twice
                        x = factor[a] * factor[c] * (2.0 if other != k and here == there else 1.0)
                        value = hessian[min(here, there), max(here, there)]
                        for b in range(n):
                            value[b] += x * curvature[b]


@_compiled
def evaluate(rows: Rows, which: Places, penalty: Floats, at: Points, lanes: _Lanes, n: int) -> None:
    """The rest of `at` for the first n of its `theta`; which: (B,) the column of each in shares, responses and maps."""
    p, mapped, linked = at.theta.shape[1], len(rows.maps) > 0, rows.linked
    for b in range(n):
        for j in range(p):
            if mapped:
                total = 0.0
                for q in range(p):
                    total += rows.maps[which[b], j, q] * at.theta[b, q]
                lanes.theta[j, b] = total
            else:
                lanes.theta[j, b] = at.theta[b, j]
        for j in linked:
            gamma = lanes.theta[j, b]
            lanes.theta[j, b] = -math.log1p(math.exp(-gamma)) if gamma > 0 else gamma - math.log1p(math.exp(gamma))
    _evaluate_law(rows, which, lanes, n)
    for b in range(n):
        gradient, hessian = at.gradient[b], at.hessian[b]
        for j in range(p):
            gradient[j] = 2 * lanes.gradient[j, b]
            for q in range(j, p):
                hessian[j, q] = hessian[q, j] = 2 * lanes.hessian[j, q, b]
        for j in linked:
            # ln σ is linked to γ by 1 − σ(γ), and bends by −σ(γ)(1 − σ(γ))
            slope = -math.expm1(lanes.theta[j, b])
            for q in range(p):
                hessian[j, q] *= slope
                hessian[q, j] *= slope
            hessian[j, j] -= gradient[j] * slope * (1 - slope)
            gradient[j] *= slope
        if mapped:
            _map_back(rows, rows.maps[which[b]], gradient, hessian)
        size = 0.0
        for j in range(p):
            size += abs(at.theta[b, j])
        value = lanes.squares[b] + penalty[b] * size
        at.value[b] = value
        at.noise[b] = 4 * _EPSILON * (value + math.sqrt(lanes.squares[b] * rows.mean_square))


@_compiled
def _map_back(rows: Rows, matrix: Floats, gradient: Floats, hessian: Floats) -> None:
    """The derivatives by what the law's coefficients are linear in, in place."""
    p = len(gradient)
    by_law, half = gradient.copy(), np.zeros((p, p))
    for j in range(p):
        for q in range(p):
            for s in range(p):
                half[j, q] += hessian[j, s] * matrix[s, q]
    for q in range(p):
        gradient[q] = 0.0
        used = False
        for j in range(p):
            gradient[q] += matrix[j, q] * by_law[j]
            used |= matrix[j, q] != 0
        for s in range(p):
            total = 0.0
            for j in range(p):
                total += matrix[j, q] * half[j, s]
            hessian[q, s] = total
        if not used:  # without curvature a coefficient that nothing depends on would count as a saddle
            hessian[q, q] += rows.scale[q]


# ---- one step --------------------------------------------------------------------------------------------------------


@_compiled
def _pseudo(theta: float, gradient: float, penalty: float) -> float:
    """The element of the subgradient that is smallest in size."""
    if theta > 0:
        return gradient + penalty
    if theta < 0:
        return gradient - penalty
    return max(gradient - penalty, 0.0) + min(gradient + penalty, 0.0)


@_compiled
def _largest_slope(at: Points, s: int, penalty: float) -> float:
    """The KKT residual at place s."""
    largest = 0.0
    for j in range(at.theta.shape[1]):
        size = abs(_pseudo(at.theta[s, j], at.gradient[s, j], penalty))
        if math.isnan(size):
            return size
        largest = max(largest, size)
    return largest


class _Room(NamedTuple):
    """Room for one step.

    lift, right, free: (p,) of a system to be solved, as `_solve_positive` takes it. factor, packed, chosen: (p, p),
    (p,), (p,), for its work. slope, move, allowed: (p,).
    """

    lift: Floats
    right: Floats
    free: NDArray[np.bool_]
    factor: Floats
    packed: Floats
    chosen: Places
    slope: Floats
    move: Floats
    allowed: NDArray[np.bool_]


@_compiled
def _room(p: int) -> _Room:
    return _Room(
        np.empty(p),
        np.empty(p),
        np.empty(p, np.bool_),
        np.empty((p, p)),
        np.empty(p),
        np.empty(p, np.intp),
        np.empty(p),
        np.empty(p),
        np.empty(p, np.bool_),
    )


@_compiled
def _solve_positive(matrix: Floats, room: _Room, solution: Floats) -> bool:
    """solution = (matrix + lift)⁻¹ · right over the free unknowns, zero at the others; whether that matrix is positive.

    matrix: (p, p). The room's lift is added to its diagonal. Zero everywhere where it is not positive.
    """
    lift, right, free, factor, packed, chosen = room.lift, room.right, room.free, room.factor, room.packed, room.chosen
    p, m, least = len(right), 0, 0.0
    for j in range(p):
        solution[j] = 0.0
        if free[j]:
            chosen[m] = j
            m += 1
            least = max(least, matrix[j, j] + lift[j])
    least *= _LEAST_PIVOT
    for i in range(m):
        here = chosen[i]
        for j in range(i):
            factor[i, j] = matrix[here, chosen[j]]
        factor[i, i] = matrix[here, here] + lift[here]
        packed[i] = right[here]
    # column by column: each takes its part from all that is right of it, and from the right side
    for j in range(m):
        if not factor[j, j] > least:
            return False
        root = math.sqrt(factor[j, j])
        factor[j, j] = root
        packed[j] /= root
        for i in range(j + 1, m):
            factor[i, j] /= root
            packed[i] -= factor[i, j] * packed[j]
        for i in range(j + 1, m):
            along = factor[i, j]
            for k in range(j + 1, i + 1):
                factor[i, k] -= along * factor[k, j]
    for j in range(m - 1, -1, -1):
        packed[j] /= factor[j, j]
        for k in range(j):
            packed[k] -= factor[j, k] * packed[j]
        solution[chosen[j]] = packed[j]
    return True


@_compiled
def _steepest(matrix: Floats, right: Floats, free: NDArray[np.bool_], solution: Floats) -> None:
    """The same where no damping makes the matrix positive: downhill, as far as the largest curvature allows."""
    p, largest = len(right), 0.0
    for i in range(p):
        for j in range(p):
            if free[i] and free[j]:
                largest = max(largest, abs(matrix[i, j]))
    for j in range(p):
        solution[j] = right[j] / (p * largest) if free[j] and largest > 0 else 0.0


@_compiled
def _damped_step(
    now: Points, s: int, penalty: float, damping: float, scale: Floats, room: _Room, point: Floats
) -> float:
    """`point` becomes where the damped quadratic model at place s of `now` leads; returns the damping that it took.

    An active-set method: go to the minimum of the model over the free coefficients, but no further than to the first
    that changes its sign; there ask again which are free, and go on.
    """
    theta, gradient, hessian = now.theta[s], now.gradient[s], now.hessian[s]
    lift, right, free, slope, move, allowed = room.lift, room.right, room.free, room.slope, room.move, room.allowed
    p = len(theta)
    for j in range(p):
        slope[j] = _pseudo(theta[j], gradient[j], penalty)
        free[j] = theta[j] != 0 or slope[j] != 0 or penalty == 0
        right[j] = -slope[j]
        lift[j] = damping * scale[j]
    positive = _solve_positive(hessian, room, move)
    while not positive and damping <= _MOST_DAMPING:
        damping = max(damping * 10, 1e-4)
        for j in range(p):
            lift[j] = damping * scale[j]
        positive = _solve_positive(hessian, room, move)
    if not positive:
        _steepest(hessian, right, free, move)
        damping = _MOST_DAMPING  # it plays no part in this step: should that fail, the search has stalled
    if penalty == 0:
        for j in range(p):
            point[j] = theta[j] + move[j]
        return damping

    for j in range(p):
        point[j], allowed[j] = theta[j], free[j]
    for _ in range(_MODEL_STEPS):
        length = 1.0
        for j in range(p):
            sign = _side(point[j], slope[j])
            # a coefficient at zero that the model would take to the other side of zero stays there
            if move[j] * sign < 0 and (point[j] + move[j]) * sign < 0:
                length = min(length, -point[j] / move[j] if point[j] != 0 else 0.0)
                if point[j] == 0:
                    allowed[j] = False
        for j in range(p):
            sign = _side(point[j], slope[j])
            crossing = move[j] * sign < 0 and (point[j] + move[j]) * sign < 0
            if crossing and point[j] != 0 and -point[j] / move[j] <= length:
                point[j] = 0.0
            else:
                point[j] += length * move[j]
        if length >= 1:
            break
        for j in range(p):
            total = gradient[j] + lift[j] * (point[j] - theta[j])
            for q in range(p):
                total += hessian[j, q] * (point[q] - theta[q])
            slope[j] = _pseudo(point[j], total, penalty)
            right[j] = -slope[j]
            free[j] = allowed[j] and (point[j] != 0 or slope[j] != 0)
        _solve_positive(hessian, room, move)
    return damping


@_compiled
def _side(value: float, slope: float) -> float:
    """The side of zero on which a coefficient is, or to which it goes from zero."""
    return np.sign(value) if value != 0 else -np.sign(slope)


@_compiled
def _expected_fall(now: Points, s: int, trial: Floats, penalty: float) -> float:
    """What the quadratic model foretells of the step from place s of `now` to `trial`."""
    theta, gradient, hessian = now.theta[s], now.gradient[s], now.hessian[s]
    fall = 0.0
    for j in range(len(theta)):
        along = gradient[j]
        for q in range(len(theta)):
            along += 0.5 * hessian[j, q] * (trial[q] - theta[q])
        fall -= (trial[j] - theta[j]) * along + penalty * (abs(trial[j]) - abs(theta[j]))
    return fall


# ---- the searches ----------------------------------------------------------------------------------------------------


@_compiled
def _copy(points: Points, s: int, others: Points, t: int) -> None:
    """Place s of `points` becomes place t of `others`."""
    p = points.theta.shape[1]
    points.value[s], points.noise[s] = others.value[t], others.noise[t]
    for j in range(p):
        points.theta[s, j], points.gradient[s, j] = others.theta[t, j], others.gradient[t, j]
        for q in range(p):
            points.hessian[s, j, q] = others.hessian[t, j, q]


@_compiled
def _start(points: Points, s: int, starts: Floats, number: int) -> None:
    for j in range(starts.shape[1]):
        points.theta[s, j] = starts[number, j]


@_compiled
def points(n: int, p: int) -> Points:
    """Room for n points."""
    return Points(np.empty((n, p)), np.empty(n), np.empty(n), np.empty((n, p)), np.empty((n, p, p)))


@_compiled
def search(
    rows: Rows, starts: Floats, penalties: Floats, which: Places, tolerance: float, max_iterations: int, ends: Ends
) -> None:
    """Search from each of `starts` (B, p) and fill `ends`; which: (B,) as in `evaluate`."""
    n_searches, p = starts.shape
    width = min(_LANES, n_searches)
    now, trial, lanes, room = points(width, p), points(width, p), _lanes(rows.first.shape[1] - 2, p, width), _room(p)
    number, of_lane, n_steps = np.empty(width, np.intp), np.empty(width, np.intp), np.empty(width, np.int64)
    penalty, damping, expected = np.empty(width), np.empty(width), np.empty(width)
    for s in range(width):
        number[s], of_lane[s], penalty[s] = s, which[s], penalties[s]
        damping[s], n_steps[s] = _FIRST_DAMPING, -1
        _start(trial, s, starts, s)
    n, following = width, width
    while n:
        evaluate(rows, of_lane, penalty, trial, lanes, n)
        s = 0
        while s < n:
            n_steps[s] += 1
            if n_steps[s] == 0:
                _copy(now, s, trial, s)
                slope = _largest_slope(now, s, penalty[s])
            else:
                slope, damping[s] = _judged(now, trial, s, penalty[s], expected[s], damping[s])
            if not (slope <= tolerance or damping[s] > _MOST_DAMPING or n_steps[s] == max_iterations):
                damping[s] = _damped_step(now, s, penalty[s], damping[s], rows.scale, room, trial.theta[s])
                expected[s] = _expected_fall(now, s, trial.theta[s], penalty[s])
                s += 1
                continue
            _end(ends, number[s], now, s, slope, n_steps[s])
            if slope <= tolerance:
                convex = _convex(now, s, penalty[s], rows.scale, room)
                ends.status[number[s]] = CONVERGED if convex else SADDLE
            else:
                ends.status[number[s]] = STALLED if damping[s] > _MOST_DAMPING else ITERATION_LIMIT
            if following < n_searches:
                # one that waits takes the place of the one that ended, and is evaluated with the others
                number[s], of_lane[s], penalty[s] = following, which[following], penalties[following]
                damping[s], n_steps[s] = _FIRST_DAMPING, -1
                _start(trial, s, starts, following)
                following += 1
                s += 1
                continue
            n -= 1
            if s < n:  # the last one comes here
                number[s], of_lane[s], penalty[s] = number[n], of_lane[n], penalty[n]
                damping[s], n_steps[s], expected[s] = damping[n], n_steps[n], expected[n]
                _copy(now, s, now, n)
                _copy(trial, s, trial, n)


@_compiled
def _judged(now: Points, trial: Points, s: int, penalty: float, expected: float, damping: float) -> tuple[float, float]:
    """The KKT residual after the trial is taken, or turned away where it is no better, and the damping that follows."""
    slope, before = _largest_slope(trial, s, penalty), _largest_slope(now, s, penalty)
    fall, noise = now.value[s] - trial.value[s], now.noise[s]
    # where the fall drowns in rounding, the conditions of a minimum decide
    drowned = abs(fall) <= noise
    accepted = fall > noise or (drowned and slope < before)
    ratio = 1.0 if drowned else (fall / expected if expected > 0 else 0.0)
    if not (accepted and ratio >= 0.25):
        damping *= 5.0
    elif ratio > 0.75:
        # less damping where the model foretold the fall, least where it did so within a twentieth
        damping *= 0.1 if abs(ratio - 1) < 0.05 else 0.4
    if not accepted:
        return before, max(damping, 1e-14)
    _copy(now, s, trial, s)
    return slope, max(damping, 1e-14)


@_compiled
def _end(ends: Ends, number: int, now: Points, s: int, slope: float, n_steps: int) -> None:
    for j in range(now.theta.shape[1]):
        ends.coefficients[number, j] = now.theta[s, j]
    ends.objective[number] = now.value[s]
    ends.optimality[number] = slope
    ends.n_iterations[number] = n_steps


@_compiled
def _convex(now: Points, s: int, penalty: float, scale: Floats, room: _Room) -> bool:
    """Whether the Hessian over the free coefficients has no negative curvature beyond rounding."""
    for j in range(len(scale)):
        theta = now.theta[s, j]
        room.free[j] = theta != 0 or _pseudo(theta, now.gradient[s, j], penalty) != 0 or penalty == 0
        room.lift[j] = 1e-9 * scale[j]
        room.right[j] = 0.0
    return _solve_positive(now.hessian[s], room, room.move)


def evaluated(rows: Rows, theta: Floats) -> Points:
    """The objective without penalty at `theta` (p,), with the first of the row weights."""
    p = len(theta)
    at, lanes = points(1, p), _lanes(rows.first.shape[1] - 2, p, 1)
    at.theta[0] = theta
    evaluate(rows, np.zeros(1, np.intp), np.zeros(1), at, lanes, 1)
    return at
