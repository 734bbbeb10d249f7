"""The compiled likelihood of rows that share an effect within each paper, at many points side by side in lanes.

In: rows grouped by paper, responses, points. Out: its value and derivatives.

The likelihood is described in paper_model.py. A point (m,) contains the p coefficients θ of the law, then ln ω of each
group of rows, then λ, the ratio of the papers' standard deviation to that of rows. With a fixed rate, some of the first
p places have another meaning (`Held`).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from lmprogress.laws.model.compiling import compiled
from lmprogress.laws.model.search_arrays import Floats, Places
from lmprogress.laws.solver.compiled_search import bounded_exp

FREE, SINGLE, SEPARATE, SHARED = range(4)
# points side by side: enough to fill the processor's vectors, few enough for its first cache
LANES = 32
_LN2 = math.log(2)
# logarithms of standard deviations, and likelihoods in nats, beyond which a point is not a fit
_LARGEST_SCALE, _LARGEST_VALUE = 100.0, 1e100

_compiled = compiled(error_model="numpy", fastmath={"contract"})


class GroupedRows(NamedTuple):
    """The rows of a law by paper and group; rows of one paper are adjacent.

    first: (n + 1,) where the entries of each row begin. column: (N,) the coefficient of each entry. factor: (N, K) its
    multiplier in each term. linear: (N,) its multiplier in the linear part. group: (n,) which standard deviation a row
    has. paper: (G + 1,) the first row of each paper, then n. counts: (B,) rows of each group. sizes: how many papers
    have so many rows. n_coefficients: p.
    """

    first: Places
    column: Places
    factor: Floats
    linear: Floats
    group: Places
    paper: Places
    counts: Floats
    sizes: Floats
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


class Room(NamedTuple):
    """What an evaluation fills, the lane as the last axis, W lanes.

    full: (m, W), points in the law's own coefficients. which: (W,) the response of each lane. value: (W,).
    gradient: (m, W). hessian: (m, m, W), its lower triangle. power: (most rows of a paper · K, W). residual: (most, W).
    slope: (p, W). sums: (m, W). scale: (B, W). part: (7, W).
    """

    full: Floats
    which: Places
    value: Floats
    gradient: Floats
    hessian: Floats
    power: Floats
    residual: Floats
    slope: Floats
    sums: Floats
    scale: Floats
    part: Floats


@_compiled
def room_for(rows: GroupedRows, n_points: int) -> Room:
    """Room for evaluations of `rows` at n_points, as far as there are lanes."""
    width = min(LANES, (n_points + 3) // 4 * 4)
    p, n_groups, n_terms, most = rows.n_coefficients, len(rows.counts), rows.factor.shape[1], 0
    m = p + n_groups + 1
    for g in range(len(rows.paper) - 1):
        most = max(most, rows.paper[g + 1] - rows.paper[g])
    return Room(
        np.zeros((m, width)), np.zeros(width, np.intp), np.empty(width), np.empty((m, width)),
        np.empty((m, m, width)), np.empty((most * n_terms, width)), np.empty((most, width)), np.empty((p, width)),
        np.empty((m, width)), np.empty((n_groups, width)), np.empty((7, width)),
    )  # fmt: skip


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
    # jacobianᵀ · hessian · jacobian, where nearly all of the jacobian is zero
    by_law, half = gradient.copy(), np.zeros((m, m))
    for q in range(m):
        for c in range(m):
            if jacobian[q, c] != 0:
                for j in range(m):
                    half[c, j] += jacobian[q, c] * hessian[q, j]
    hessian[:] = bend
    gradient[:] = 0.0
    for q in range(m):
        for c in range(m):
            if jacobian[q, c] != 0:
                gradient[c] += jacobian[q, c] * by_law[q]
                for j in range(m):
                    hessian[c, j] += jacobian[q, c] * half[j, q]
    dead = _dead(held)
    hessian[dead, dead] = 1.0


@_compiled
def evaluate(rows: GroupedRows, responses: Floats, room: Room) -> None:
    """Negative log likelihoods at the points `room.full`, of the responses (S, n) that `room.which` names, and their
    derivatives with respect to the law's own coefficients: `value`, `gradient`, `hessian`."""
    full, which, value, gradient, hessian, powers, residuals, slopes, sums, scales, parts = room
    p, m, n_terms = rows.n_coefficients, len(full), rows.factor.shape[1]
    width = full.shape[1]  # a constant would unroll the loops, which keeps them out of the processor's vectors
    ratio, total, shrink, share = full[m - 1], parts[0], parts[1], parts[2]
    pull, weight, cross, curved = parts[3], parts[4], parts[5], parts[6]
    value[:] = 0.0
    gradient[:] = 0.0
    hessian[:] = 0.0
    for b in range(len(scales)):
        log_scale, scale, count = full[p + b], scales[b], rows.counts[b]
        for w in range(width):
            scale[w] = bounded_exp(-log_scale[w])
            value[w] += count * log_scale[w]
        gradient[p + b] = count
    for g in range(len(rows.paper) - 1):
        start, stop = rows.paper[g], rows.paper[g + 1]
        size, alone = float(stop - start), stop - start == 1
        total[:] = 0.0
        # residuals first: each row's weight depends on their sum over its paper
        for i in range(start, stop):
            residual, scale = residuals[i - start], scales[rows.group[i]]
            for w in range(width):
                residual[w] = responses[which[w], i]
            for k in range(n_terms):
                power = powers[(i - start) * n_terms + k]
                power[:] = 0.0
                for a in range(rows.first[i], rows.first[i + 1]):
                    x, coefficient = rows.factor[a, k], full[rows.column[a]]
                    if x != 0:
                        for w in range(width):
                            power[w] += x * coefficient[w]
                for w in range(width):
                    power[w] = bounded_exp(power[w])
                    residual[w] -= power[w]
            for a in range(rows.first[i], rows.first[i + 1]):
                x, coefficient = rows.linear[a], full[rows.column[a]]
                if x != 0:
                    for w in range(width):
                        residual[w] -= x * coefficient[w]
            for w in range(width):
                residual[w] *= scale[w]
                total[w] += residual[w]
        slope, curvature = gradient[m - 1], hessian[m - 1, m - 1]
        for w in range(width):
            square = ratio[w] * ratio[w]
            spread = 1 + square * size
            shrink[w] = square / spread
            # what the sum over a paper takes off the products of its rows' slopes: of a single row, a share of its own
            share[w] = 1 / spread if alone else 1.0
            cross[w] = 2 * ratio[w] * total[w] / (spread * spread)
            both = total[w] * total[w] / (spread * spread)
            slope[w] += ratio[w] * (size / spread - both)
            curvature[w] += size * (1 - square * size) / (spread * spread) - both * (1 - 3 * square * size) / spread
        if not alone:
            sums[:] = 0.0
        for i in range(start, stop):
            first, last, z, scale = rows.first[i], rows.first[i + 1], residuals[i - start], scales[rows.group[i]]
            own = p + rows.group[i]
            slope, curvature, along, corner = gradient[own], hessian[own, own], sums[own], hessian[m - 1, own]
            for w in range(width):
                pull[w] = z[w] - shrink[w] * total[w]
                weight[w] = pull[w] + share[w] * z[w]
                value[w] += 0.5 * z[w] * pull[w]
                slope[w] -= pull[w] * z[w]
                curvature[w] += weight[w] * z[w]
                corner[w] += cross[w] * z[w]
            if not alone:
                for w in range(width):
                    along[w] += z[w]
            for a in range(first, last):
                j, own_slope = rows.column[a], slopes[a - first]
                own_slope[:] = rows.linear[a]
                for k in range(n_terms):
                    x, power = rows.factor[a, k], powers[(i - start) * n_terms + k]
                    if x != 0:
                        for w in range(width):
                            own_slope[w] += x * power[w]
                slope, bend, along, corner = gradient[j], hessian[own, j], sums[j], hessian[m - 1, j]
                for w in range(width):
                    own_slope[w] *= scale[w]
                    slope[w] -= pull[w] * own_slope[w]
                    bend[w] += weight[w] * own_slope[w]
                    corner[w] += cross[w] * own_slope[w]
                if not alone:
                    for w in range(width):
                        along[w] += own_slope[w]
                # columns of a row rise: this is the lower triangle
                for c in range(first, a + 1):
                    bend, other = hessian[j, rows.column[c]], slopes[c - first]
                    for w in range(width):
                        bend[w] += share[w] * own_slope[w] * other[w]
            for k in range(n_terms):
                power = powers[(i - start) * n_terms + k]
                for w in range(width):
                    curved[w] = pull[w] * scale[w] * power[w]
                for a in range(first, last):
                    for c in range(first, a + 1):
                        x = rows.factor[a, k] * rows.factor[c, k]
                        if x != 0:
                            bend = hessian[rows.column[a], rows.column[c]]
                            for w in range(width):
                                bend[w] -= x * curved[w]
        if not alone:
            for j in range(m - 1):
                along = sums[j]
                for c in range(j + 1):
                    bend, other = hessian[j, c], sums[c]
                    for w in range(width):
                        bend[w] -= shrink[w] * along[w] * other[w]
    for w in range(width):
        for size in range(1, len(residuals) + 1):
            value[w] += 0.5 * rows.sizes[size] * math.log(1 + ratio[w] * ratio[w] * size)
        for b in range(len(scales)):
            if not abs(full[p + b, w]) < _LARGEST_SCALE:
                value[w] = np.inf
        if not abs(value[w]) < _LARGEST_VALUE:  # far from any fit squares overflow
            value[w] = np.inf


@_compiled
def take(room: Room, held: Held, lane: int, point: Floats, gradient: Floats, hessian: Floats) -> float:
    """The value in `lane`; fills its gradient (m,) and Hessian (m, m) with respect to `point` (m,)."""
    m = len(point)
    for j in range(m):
        gradient[j] = room.gradient[j, lane]
        for c in range(j + 1):
            hessian[j, c] = hessian[c, j] = room.hessian[j, c, lane]
    _map_back(held, point, gradient, hessian)
    return float(room.value[lane])


@_compiled
def grouped(rows: GroupedRows, held: Held, response: Floats, point: Floats) -> tuple[float, Floats, Floats]:
    """Negative log likelihood of `response` (n,), nats without ½ n ln 2π, its gradient (m,) and Hessian (m, m)."""
    m, room = len(point), room_for(rows, 1)
    full, gradient, hessian = expanded(held, point), np.empty(m), np.empty((m, m))
    for j in range(m):
        room.full[j] = full[j]
    evaluate(rows, response.reshape(1, -1), room)
    value = take(room, held, 0, point, gradient, hessian)
    return value, gradient, hessian
