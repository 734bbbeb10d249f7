"""Compiled maximum-likelihood searches for residuals that share an effect within each paper, many side by side.

In: rows grouped by paper, responses, starts. Out: where searches end; whether ratios of likelihoods exceed a limit.

The likelihood is that of compiled_paper_likelihood.py. What one search does depends on no other.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from lmprogress.laws.inference.compiled_paper_likelihood import (
    FREE,
    SEPARATE,
    SHARED,
    GroupedRows,
    Held,
    evaluate,
    expanded,
    room_for,
    take,
)
from lmprogress.laws.model.compiling import compiled
from lmprogress.laws.model.search_arrays import Booleans, Floats, Places

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

_compiled = compiled(error_model="numpy", fastmath={"contract"})


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


class _State(NamedTuple):
    """Searches under way in W lanes. point, trial, move: (W, m), where each is, what it tries next and the step there.

    value: (W,), gradient: (W, m) and hessian: (W, m, m) at `point`. damping: (W,). n_steps: (W,).
    """

    point: Floats
    trial: Floats
    move: Floats
    value: Floats
    gradient: Floats
    hessian: Floats
    damping: Floats
    n_steps: Places


@_compiled
def _ends_here(state: _State, w: int, tolerance: float, goal: float, factor: Floats, right: Floats) -> bool:
    """Whether the search in lane w ends at its point: the quadratic model is convex there and promises too little."""
    m = len(right)
    for j in range(m):
        right[j] = -state.gradient[w, j]
    if not _solved(state.hessian[w], np.zeros(m), right, factor, state.move[w]):
        return False
    fall = 0.0
    for j in range(m):
        fall += 0.5 * state.move[w, j] * right[j]
    return bool(fall <= tolerance or state.value[w] - _PATIENCE * fall > goal)


@_compiled
def _tries(state: _State, w: int, factor: Floats, right: Floats, lift: Floats) -> bool:
    """Put the next damped Newton step of lane w into `trial`; False where no step changes the value."""
    m = len(right)
    for j in range(m):
        right[j] = -state.gradient[w, j]
    while state.damping[w] <= _MOST_DAMPING:
        for j in range(m):
            lift[j] = state.damping[w] * max(abs(state.hessian[w, j, j]), 1e-6)
        if _solved(state.hessian[w], lift, right, factor, state.move[w]):
            for j in range(m):
                state.trial[w, j] = state.point[w, j] + state.move[w, j]
            return True
        state.damping[w] = max(state.damping[w] * 8, 1e-4)
    return False


@_compiled
def _moves(state: _State, w: int, there: float) -> bool:
    """Whether `trial`, whose value is `there`, is better than the point of lane w; sets the next damping."""
    if not there < state.value[w]:
        state.damping[w] = max(state.damping[w] * 8, 1e-4)
        return False
    predicted, m = 0.0, state.point.shape[1]
    for j in range(m):
        predicted -= state.move[w, j] * state.gradient[w, j]
        for q in range(m):
            predicted -= 0.5 * state.move[w, j] * state.hessian[w, j, q] * state.move[w, q]
    gain = (state.value[w] - there) / predicted if predicted > 0 else 1.0
    state.damping[w] = max(state.damping[w] * (0.1 if gain > 0.75 else (1.0 if gain > 0.25 else 4.0)), 1e-12)
    return True


@_compiled
def search(
    rows: GroupedRows, held: Held, responses: Floats, which: Places, starts: Floats, goals: Floats, tolerance: float
) -> tuple[Floats, Floats]:
    """Where damped Newton steps from `starts` (T, m) end, and values there (T,), on `responses` (S, n) by `which` (T,).

    tolerance: a search ends when the quadratic model predicts a smaller decrease, nats. goals: (T,); it also ends where
    the model is convex and several times the predicted decrease would leave the value above this.
    """
    n_searches, m = starts.shape
    ends, values = starts.copy(), np.full(n_searches, np.inf)
    room = room_for(rows, n_searches)
    width = len(room.value)
    state = _State(
        np.empty((width, m)), np.empty((width, m)), np.empty((width, m)), np.empty(width), np.empty((width, m)),
        np.empty((width, m, m)), np.empty(width), np.empty(width, np.intp),
    )  # fmt: skip
    factor, right, lift = np.empty((m, m)), np.empty(m), np.empty(m)
    gradient, hessian = np.empty(m), np.empty((m, m))
    task, begun, n_running = np.full(width, -1, np.intp), 0, 0
    while begun < n_searches or n_running:
        for w in range(width):
            if task[w] < 0 and begun < n_searches:
                task[w], state.n_steps[w], room.which[w] = begun, -1, which[begun]
                state.trial[w] = starts[begun]
                begun, n_running = begun + 1, n_running + 1
            if task[w] >= 0:
                full = expanded(held, state.trial[w])
                for j in range(m):
                    room.full[j, w] = full[j]
        evaluate(rows, responses, room)
        for w in range(width):
            if task[w] < 0:
                continue
            there, first, running = room.value[w], state.n_steps[w] < 0, True
            if first:
                state.value[w], state.damping[w] = np.inf, _FIRST_DAMPING
                state.point[w] = state.trial[w]
                running = there < np.inf
            if running and (first or _moves(state, w, there)):
                state.value[w] = take(room, held, w, state.trial[w], gradient, hessian)
                state.point[w], state.gradient[w], state.hessian[w] = state.trial[w], gradient, hessian
                state.n_steps[w] += 1
                running = state.n_steps[w] < _MOST_STEPS and not _ends_here(
                    state, w, tolerance, goals[task[w]], factor, right
                )
            if not running or not _tries(state, w, factor, right, lift):
                ends[task[w]], values[task[w]] = state.point[w], state.value[w]
                task[w], n_running = -1, n_running - 1
    return ends, values


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
def improve(
    rows: GroupedRows, held: Held, responses: Floats, which: Places, starts: Floats, goals: Floats, points: Floats,
    values: Floats,
) -> Booleans:  # fmt: skip
    """Put better ends of searches from `starts` (T, s, m) into `points` (S, m) and `values` (S,).

    which: (T,) the responses (S, n) that are searched. goals: (T,); a search that cannot be expected to reach a value
    below ends early. Returns which of the T became better.
    """
    n, each, m = starts.shape
    ends, found = search(
        rows, held, responses, np.repeat(which, each), starts.reshape(n * each, m), np.repeat(goals, each), CLOSE
    )
    better = np.zeros(n, np.bool_)
    for t in range(n):
        for k in range(t * each, (t + 1) * each):
            if found[k] < values[which[t]]:
                points[which[t]], values[which[t]], better[t] = ends[k], found[k], True
    return better


@_compiled
def _for_each(starts: Floats, n: int) -> Floats:
    """`starts` (s, m) for each of n: (n, s, m)."""
    every = np.empty((n, starts.shape[0], starts.shape[1]))
    every[:] = starts
    return every


@_compiled
def _all_projected(held: Held, points: Floats) -> Floats:
    """Points with the rate fixed (T, k, m) from each of `points` (T, m)."""
    first = projected(held, points[0])
    every = np.empty((len(points), first.shape[0], first.shape[1]))
    for t in range(len(points)):
        every[t] = projected(held, points[t])
    return every


@_compiled
def _all_expanded(held: Held, points: Floats) -> Floats:
    """`points` (T, m) in the law's own coefficients: (T, 1, m)."""
    every = np.empty((len(points), 1, points.shape[1]))
    for t in range(len(points)):
        every[t, 0] = expanded(held, points[t])
    return every


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
    n, m = len(responses), starts.shape[1]
    every, none = np.arange(n), np.full(n, np.inf)
    best, least, point, value = np.empty((n, m)), none.copy(), np.empty((n, m)), none.copy()
    best[:], point[:] = starts[0], held_starts[0]
    improve(rows, free, responses, every, _for_each(starts[:1], n), none, best, least)
    improve(rows, held, responses, every, _for_each(held_starts[:1], n), none, point, value)
    improve(rows, held, responses, every, _all_projected(held, best), none, point, value)
    sought, sought_held = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    while len(every):
        again = every[value[every] < least[every]]
        if len(again):
            improve(rows, free, responses, again, _all_expanded(held, point[again]), none[again], best, least)
        greater = 2 * (value - least) > ratio
        fixed = every[greater[every] & ~sought_held[every]]
        freely = every[~greater[every] & ~sought[every]]
        sought_held[fixed], sought[freely] = True, True
        if len(fixed) and len(held_starts) > 1:
            goals = least[fixed] + ratio / 2
            improve(rows, held, responses, fixed, _for_each(held_starts[1:], len(fixed)), goals, point, value)
        if len(freely) and len(starts) > 1:
            goals = value[freely] - ratio / 2
            better = improve(rows, free, responses, freely, _for_each(starts[1:], len(freely)), goals, best, least)
            again = freely[better]
            if len(again):
                improve(rows, held, responses, again, _all_projected(held, best[again]), none[again], point, value)
        every = np.append(fixed, freely)
    return 2 * (value - least) > ratio
