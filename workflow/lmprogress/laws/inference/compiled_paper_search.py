"""Compiled maximum-likelihood searches for residuals that share an effect within each paper.

In: rows grouped by paper, responses, starts. Out: stationary points; whether ratios of likelihoods exceed a limit.

The likelihood is described in rate_test.py. A point (m,) contains the p coefficients θ of the law, then ln ω of each
group of rows, then λ, the ratio of the papers' standard deviation to that of rows. With a fixed rate, some of the first
p places have another meaning (`Held`).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from lmprogress.laws.model.compiling import compiled
from lmprogress.laws.model.search_arrays import Booleans, Floats, Places
from lmprogress.laws.solver.compiled_search import bounded_exp

FREE, SINGLE, SEPARATE, SHARED = range(4)
_LN2 = math.log(2)
# damping at the start of a search, and beyond which steps are too short to change the likelihood
_FIRST_DAMPING, _MOST_DAMPING = 1e-3, 1e10
# most steps of a search
_MOST_STEPS = 100
# a search on simulated data ends when the quadratic model predicts a smaller decrease, nats: ratios are then accurate
# to about 10⁻⁴
CLOSE = 1e-4
# how many times the predicted decrease a search may be expected to achieve
_PATIENCE = 40.0
# a pivot below this share of its diagonal element is rounding
_LEAST_PIVOT = 1e-12
# logarithms of standard deviations, and likelihoods in nats, beyond which a point is not a fit
_LARGEST_SCALE, _LARGEST_VALUE = 100.0, 1e100

_compiled = compiled(error_model="numpy", fastmath={"contract"})


class GroupedRows(NamedTuple):
    """The rows of a law by paper and group; rows of one paper are adjacent.

    first: (n + 1,) where the entries of each row begin. column: (N,) the coefficient of each entry. factor: (N, K) its
    multiplier in each term. linear: (N,) its multiplier in the linear part. group: (n,) which standard deviation a row
    has. paper: (G + 1,) the first row of each paper, then n. counts: (B,) rows of each group. n_coefficients: p.
    """

    first: Places
    column: Places
    factor: Floats
    linear: Floats
    group: Places
    paper: Places
    counts: Floats
    n_coefficients: int


class Held(NamedTuple):
    """How a growth rate, doublings a year, is fixed: kind of constraint and places of the coefficients involved.

    FREE: the rate is free. SINGLE: the coefficient at `time` is a multiple of that at `size`. SEPARATE: `time`
    has the growth rate of the first input; the other coefficient of time, `other_time`, follows. SHARED: `size` has the
    sum of both exponents, `other_size` the second's share of it; `time` follows. sign, other_sign: of the ratio of time
    to size in each term.
    """

    kind: int
    time: int
    size: int
    other_time: int
    other_size: int
    sign: float
    other_sign: float
    rate: float


@_compiled
def expanded(held: Held, point: Floats) -> Floats:
    """The point (m,) in the law's own coefficients."""
    full = point.copy()
    if held.kind == SINGLE:
        full[held.time] = held.sign * _LN2 * held.rate * point[held.size]
    elif held.kind == SEPARATE:
        full[held.time] = held.sign * _LN2 * point[held.time] * point[held.size]
        full[held.other_time] = held.other_sign * _LN2 * (held.rate - point[held.time]) * point[held.other_size]
    elif held.kind == SHARED:
        total, share = point[held.size], point[held.other_size]
        full[held.size] = (1 - share) * total
        full[held.other_size] = share * total * held.sign * held.other_sign
        full[held.time] = held.rate * _LN2 * share * (1 - share) * total * held.sign
    return full


@_compiled
def _dead(held: Held) -> int:
    """The place that the likelihood does not depend on; -1 if there is none."""
    if held.kind == FREE:
        return -1
    return held.other_time if held.kind == SEPARATE else held.time


@_compiled
def _map_back(held: Held, point: Floats, gradient: Floats, hessian: Floats) -> None:
    """Turn derivatives with respect to the law's own coefficients into those with respect to `point`, in place."""
    if held.kind == FREE:
        return
    m = len(point)
    jacobian = np.eye(m)
    # second derivatives of the law's coefficients by pairs of places, weighted by the gradient
    bend = np.zeros((m, m))
    if held.kind == SINGLE:
        jacobian[held.time, held.time] = 0.0
        jacobian[held.time, held.size] = held.sign * _LN2 * held.rate
    elif held.kind == SEPARATE:
        t, s, ot, os = held.time, held.size, held.other_time, held.other_size
        one, two = held.sign * _LN2, held.other_sign * _LN2
        jacobian[t, t], jacobian[t, s] = one * point[s], one * point[t]
        jacobian[ot, ot] = 0.0
        jacobian[ot, t], jacobian[ot, os] = -two * point[os], two * (held.rate - point[t])
        bend[t, s] = bend[s, t] = one * gradient[t]
        bend[t, os] = bend[os, t] = -two * gradient[ot]
    else:
        t, s, os = held.time, held.size, held.other_size
        total, share, both = point[s], point[os], held.sign * held.other_sign
        scale = held.rate * _LN2 * held.sign
        jacobian[t, t] = 0.0
        jacobian[s, s], jacobian[s, os] = 1 - share, -total
        jacobian[os, s], jacobian[os, os] = share * both, total * both
        jacobian[t, s], jacobian[t, os] = scale * share * (1 - share), scale * (1 - 2 * share) * total
        bend[s, os] = bend[os, s] = -gradient[s] + both * gradient[os] + scale * (1 - 2 * share) * gradient[t]
        bend[os, os] = -2 * scale * total * gradient[t]
    by_law = gradient.copy()
    half = hessian @ jacobian
    full = jacobian.T @ half
    for j in range(m):
        total_slope = 0.0
        for q in range(m):
            total_slope += jacobian[q, j] * by_law[q]
            hessian[j, q] = full[j, q] + bend[j, q]
        gradient[j] = total_slope
    dead = _dead(held)
    hessian[dead, dead] = 1.0


@_compiled
def grouped(rows: GroupedRows, held: Held, response: Floats, point: Floats) -> tuple[float, Floats, Floats]:
    """Negative log likelihood of `response` (n,), nats without ½ n ln 2π, its gradient (m,) and Hessian (m, m)."""
    full = expanded(held, point)
    p, m, n_terms = rows.n_coefficients, len(point), rows.factor.shape[1]
    n_groups = m - p - 1
    gradient, hessian = np.zeros(m), np.zeros((m, m))
    ratio, value = full[m - 1], 0.0
    scale = np.empty(n_groups)
    for b in range(n_groups):
        if not abs(full[p + b]) < _LARGEST_SCALE:
            return np.inf, gradient, hessian
        scale[b] = math.exp(-full[p + b])
        value += rows.counts[b] * full[p + b]
        gradient[p + b] = rows.counts[b]
    n, most = len(response), 0
    # exponents of all rows first: their exponentials are then taken several at once
    power = np.zeros(n * n_terms)
    for i in range(n):
        for a in range(rows.first[i], rows.first[i + 1]):
            coefficient = full[rows.column[a]]
            for k in range(n_terms):
                power[i * n_terms + k] += rows.factor[a, k] * coefficient
    for i in range(n * n_terms):
        power[i] = bounded_exp(power[i])
    for g in range(len(rows.paper) - 1):
        most = max(most, rows.paper[g + 1] - rows.paper[g])
    # of one paper: standardised residuals, −∂z/∂θ and −∂z/∂ln ω by row, and the sum of these
    residual, slopes, sums = np.empty(most), np.empty((most, m)), np.empty(m)
    for g in range(len(rows.paper) - 1):
        start, stop = rows.paper[g], rows.paper[g + 1]
        size = float(stop - start)
        total = 0.0
        # residuals first: each row's weight depends on their sum over its paper
        for i in range(start, stop):
            rest = response[i]
            for k in range(n_terms):
                rest -= power[i * n_terms + k]
            for a in range(rows.first[i], rows.first[i + 1]):
                rest -= rows.linear[a] * full[rows.column[a]]
            residual[i - start] = rest * scale[rows.group[i]]
            total += residual[i - start]
        shrink = ratio * ratio / (1 + ratio * ratio * size)
        sums[:] = 0.0
        for i in range(start, stop):
            first, last, group = rows.first[i], rows.first[i + 1], rows.group[i]
            z, own, along = residual[i - start], p + group, slopes[i - start]
            pull = z - shrink * total
            value += 0.5 * z * pull
            along[:] = 0.0
            along[own] = z
            for a in range(first, last):
                slope = rows.linear[a]
                for k in range(n_terms):
                    slope += power[i * n_terms + k] * rows.factor[a, k]
                along[rows.column[a]] = slope * scale[group]
            for j in range(m - 1):
                part = along[j]
                sums[j] += part
                gradient[j] -= pull * part
                hessian[own, j] += pull * part
                if part != 0:
                    for c in range(m):
                        hessian[j, c] += part * along[c]
            for k in range(n_terms):
                weight = pull * scale[group] * power[i * n_terms + k]
                for a in range(first, last):
                    part = weight * rows.factor[a, k]
                    if part != 0:
                        j = rows.column[a]
                        for c in range(first, a + 1):
                            hessian[j, rows.column[c]] -= part * rows.factor[c, k]
        spread = 1 + ratio * ratio * size
        value += 0.5 * math.log(spread)
        gradient[m - 1] += ratio * size / spread - ratio * total * total / spread**2
        hessian[m - 1, m - 1] += (
            size * (1 - ratio * ratio * size) / spread**2 - total * total * (1 - 3 * ratio * ratio * size) / spread**3
        )
        cross = 2 * ratio / spread**2 * total
        for j in range(m - 1):
            if sums[j] != 0:
                hessian[m - 1, j] += cross * sums[j]
                part = shrink * sums[j]
                for c in range(m):
                    hessian[j, c] -= part * sums[c]
    if not abs(value) < _LARGEST_VALUE:  # far from any fit squares overflow
        return np.inf, gradient, hessian
    for j in range(m):
        for c in range(j):
            hessian[c, j] = hessian[j, c]
    _map_back(held, point, gradient, hessian)
    return value, gradient, hessian


@_compiled
def _solved(matrix: Floats, lift: Floats, right: Floats, factor: Floats, solution: Floats) -> bool:
    """solution = (matrix + lift)⁻¹ · right by Cholesky factors; returns whether that matrix is positive definite."""
    m = len(right)
    for i in range(m):
        for j in range(i + 1):
            total = matrix[i, j] + (lift[i] if i == j else 0.0)
            whole = abs(total)
            for k in range(j):
                total -= factor[i, k] * factor[j, k]
            if i == j:
                if not total > _LEAST_PIVOT * whole:
                    return False
                factor[i, i] = math.sqrt(total)
            else:
                factor[i, j] = total / factor[j, j]
    for i in range(m):
        total = right[i]
        for k in range(i):
            total -= factor[i, k] * solution[k]
        solution[i] = total / factor[i, i]
    for i in range(m - 1, -1, -1):
        total = solution[i]
        for k in range(i + 1, m):
            total -= factor[k, i] * solution[k]
        solution[i] = total / factor[i, i]
    return True


@_compiled
def search_from(
    rows: GroupedRows, held: Held, response: Floats, start: Floats, tolerance: float, goal: float
) -> tuple[Floats, float]:
    """Where damped Newton steps from `start` (m,) end, and the value there.

    tolerance: the search ends when the quadratic model predicts a smaller decrease, nats. goal: it also ends where the
    model is convex and several times the predicted decrease would leave the value above this.
    """
    m = len(start)
    point, damping = start.copy(), _FIRST_DAMPING
    value, gradient, hessian = grouped(rows, held, response, point)
    if not value < np.inf:
        return point, np.inf
    factor, move, lift, right = np.empty((m, m)), np.empty(m), np.zeros(m), np.empty(m)
    for _ in range(_MOST_STEPS):
        for j in range(m):
            right[j] = -gradient[j]
            lift[j] = 0.0
        if _solved(hessian, lift, right, factor, move):
            fall = 0.0
            for j in range(m):
                fall += 0.5 * move[j] * right[j]
            if fall <= tolerance or value - _PATIENCE * fall > goal:
                return point, value
        while True:
            for j in range(m):
                lift[j] = damping * max(abs(hessian[j, j]), 1e-6)
            if not _solved(hessian, lift, right, factor, move):
                damping = max(damping * 8, 1e-4)
                if damping > _MOST_DAMPING:
                    return point, value
                continue
            trial = point + move
            there, slope, bend = grouped(rows, held, response, trial)
            predicted = 0.0
            for j in range(m):
                predicted += move[j] * right[j]
                for q in range(m):
                    predicted -= 0.5 * move[j] * hessian[j, q] * move[q]
            if there < value:
                gain = (value - there) / predicted if predicted > 0 else 1.0
                point, value, gradient, hessian = trial, there, slope, bend
                damping *= 0.1 if gain > 0.75 else (1.0 if gain > 0.25 else 4.0)
                damping = max(damping, 1e-12)
                break
            damping = max(damping * 8, 1e-4)
            if damping > _MOST_DAMPING:
                return point, value
    return point, value


@_compiled
def projected(held: Held, full: Floats) -> Floats:
    """Points (k, m) with the rate fixed, from one in the law's own coefficients (m,): one input keeps its rate, or each
    input keeps its share of the total."""
    if held.kind == SEPARATE:
        points = np.empty((3, len(full)))
        first = held.sign * full[held.time] / (_LN2 * full[held.size])
        second = held.other_sign * full[held.other_time] / (_LN2 * full[held.other_size])
        for k, rate in enumerate((first, held.rate - second, held.rate * first / (first + second))):
            points[k] = full
            points[k, held.time] = rate
        return points
    points = full.copy().reshape(1, -1)
    if held.kind == SHARED:
        other = full[held.other_size] * held.sign * held.other_sign
        points[0, held.size] = full[held.size] + other
        points[0, held.other_size] = other / (full[held.size] + other)
    return points


@_compiled
def greatest(
    rows: GroupedRows, held: Held, response: Floats, starts: Floats, best: Floats, least: float, goal: float
) -> tuple[Floats, float]:
    """The best end of searches from `starts` (s, m), or `best`, whose value is `least`; and its value.

    A search that cannot be expected to reach a value below `goal` ends early.
    """
    for k in range(len(starts)):
        point, value = search_from(rows, held, response, starts[k], CLOSE, goal)
        if value < least:
            best, least = point, value
    return best, least


@_compiled
def exceed(
    rows: GroupedRows, held: Held, responses: Floats, starts: Floats, held_starts: Floats, ratio: float
) -> Booleans:
    """Whether the likelihood ratio of the fixed rate is greater than `ratio` on each of `responses` (S, n): (S,).

    starts: (s, m) in the law's own coefficients; held_starts: (t, m) with the rate fixed. The first of each is where
    the responses were drawn. Only searches that may change the answer are made: a better fit with the rate free makes
    the ratio greater, one with the rate fixed makes it smaller.
    """
    free = Held(FREE, 0, 0, 0, 0, 1.0, 1.0, 0.0)
    found = np.empty(len(responses), np.bool_)
    for i in range(len(responses)):
        response = responses[i]
        best, least = greatest(rows, free, response, starts[:1], starts[0], np.inf, np.inf)
        point, value = greatest(rows, held, response, held_starts[:1], held_starts[0], np.inf, np.inf)
        point, value = greatest(rows, held, response, projected(held, best), point, value, np.inf)
        sought, sought_held = False, False
        while True:
            if value < least:
                again = expanded(held, point).reshape(1, -1)
                best, least = greatest(rows, free, response, again, best, least, np.inf)
            greater = 2 * (value - least) > ratio
            if greater and not sought_held:
                sought_held = True
                point, value = greatest(rows, held, response, held_starts[1:], point, value, least + ratio / 2)
            elif not greater and not sought:
                sought = True
                before = least
                best, least = greatest(rows, free, response, starts[1:], best, least, value - ratio / 2)
                if least < before:
                    point, value = greatest(rows, held, response, projected(held, best), point, value, np.inf)
            else:
                break
        found[i] = greater
    return found
