"""Predictions of a law at points that differ in one coefficient each, compiled.

In: the factors of a law as arrays, points. Out: log perplexities, to the same bits as `Columns.predicted`.

No product and sum may become one operation here, and exp is the C library's: the study's optimiser stops at a point
that depends on the last bit.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lmprogress.laws.model.compiling import compiled
from lmprogress.laws.model.search_arrays import Floats, Places


class Factors(NamedTuple):
    """The F factors of a law, in G groups, on n rows, for k problems with rows of their own or for one.

    signed (k, F, n): sign · column. multipliers (k, C, n) and place (C,): of each coefficient of each factor, its place
    in θ. first_coefficient (F + 1,): where those of each factor begin. first_factor (G + 1,): where those of each group
    begin. holds (p, F): the coefficient stands in the factor. exponential, scales (G,): the exponential of the group is
    taken; it is multiplied with the groups before it, not added to them. n_before_gains: the groups to which gains
    apply. gained (k, H, n): the gain applies to the row. gain_place (H,): its place in θ.
    """

    signed: Floats
    multipliers: Floats
    place: Places
    first_coefficient: Places
    first_factor: Places
    holds: NDArray[np.bool_]
    exponential: NDArray[np.bool_]
    scales: NDArray[np.bool_]
    n_before_gains: int
    gained: NDArray[np.bool_]
    gain_place: Places


@compiled(error_model="numpy")
def predicted_around(law: Factors, points: Floats, problem: Places) -> Floats:
    """Nats, (m, q, n), at `points` (m, q, p) of the problems `problem` (q,), as `Columns.predicted_around` says.

    Point 1 + j differs from the first in coefficient j; what that does not change is kept from the first.
    """
    n_points, n_problems, n_rows = len(points), len(problem), law.signed.shape[2]
    n_moved, n_factors, n_groups = len(law.holds), law.signed.shape[1], len(law.exponential)
    out = np.empty((n_points, n_problems, n_rows))
    # at the first point, and at the one asked for, which differs for a moment
    first, here = np.empty((n_factors, n_rows)), np.empty((n_factors, n_rows))
    first_sum, here_sum = np.empty((n_groups, n_rows)), np.empty((n_groups, n_rows))
    first_value, here_value = np.empty((n_groups, n_rows)), np.empty((n_groups, n_rows))
    theta = np.empty(points.shape[2])
    for q in range(n_problems):
        k = problem[q]
        _copy(points[0, q], theta)
        for f in range(n_factors):
            _contribute(law, k, f, theta, first[f])
            _copy(first[f], here[f])
        for g in range(n_groups):
            _add_up(law, g, first, first_sum[g])
            _copy(first_sum[g], first_value[g])
            if law.exponential[g]:
                for i in range(n_rows):
                    first_value[g, i] = math.exp(first_sum[g, i])
            _copy(first_value[g], here_value[g])
        _combine(law, k, theta, first_value, out[0, q])
        for j in range(min(n_points - 1, n_moved)):
            theta[j] = points[1 + j, q, j]
            for g in range(n_groups):
                changed = False
                for f in range(law.first_factor[g], law.first_factor[g + 1]):
                    if law.holds[j, f]:
                        changed = True
                        _contribute(law, k, f, theta, here[f])
                if not changed:
                    continue
                _add_up(law, g, here, here_sum[g])
                if not law.exponential[g]:
                    _copy(here_sum[g], here_value[g])
                    continue
                for i in range(n_rows):
                    if here_sum[g, i] != first_sum[g, i]:  # it is the same on rows of other benchmarks
                        here_value[g, i] = math.exp(here_sum[g, i])
            _combine(law, k, theta, here_value, out[1 + j, q])
            theta[j] = points[0, q, j]
            for g in range(n_groups):
                for f in range(law.first_factor[g], law.first_factor[g + 1]):
                    if law.holds[j, f]:
                        _copy(first[f], here[f])
                        _copy(first_value[g], here_value[g])
        for m in range(1 + n_moved, n_points):
            _copy(out[0, q], out[m, q])
    return out


@compiled(error_model="numpy")
def _copy(values: Floats, out: Floats) -> None:
    for i in range(len(out)):
        out[i] = values[i]


@compiled(error_model="numpy")
def _contribute(law: Factors, k: int, f: int, theta: Floats, out: Floats) -> None:
    """What the factor f adds to its group at `theta` (p,), into `out` (n,): from its first coefficient on."""
    begin, end = law.first_coefficient[f], law.first_coefficient[f + 1]
    for c in range(begin, end):
        coefficient, multiplier = theta[law.place[c]], law.multipliers[k, c]
        if c == begin:
            for i in range(len(out)):
                out[i] = coefficient * multiplier[i]
        else:
            for i in range(len(out)):
                out[i] += coefficient * multiplier[i]
    signed = law.signed[k, f]
    for i in range(len(out)):
        out[i] *= signed[i]


@compiled(error_model="numpy")
def _add_up(law: Factors, g: int, contributions: Floats, out: Floats) -> None:
    """The sum of what the factors of the group g contribute, into `out` (n,)."""
    _copy(contributions[law.first_factor[g]], out)
    for f in range(law.first_factor[g] + 1, law.first_factor[g + 1]):
        contribution = contributions[f]
        for i in range(len(out)):
            out[i] += contribution[i]


@compiled(error_model="numpy")
def _combine(law: Factors, k: int, theta: Floats, values: Floats, out: Floats) -> None:
    """Log perplexity from the values of the groups (G, n), into `out` (n,), nats."""
    _copy(values[0], out)
    for g in range(1, law.n_before_gains):
        value = values[g]
        if law.scales[g]:
            for i in range(len(out)):
                out[i] *= value[i]
        else:
            for i in range(len(out)):
                out[i] += value[i]
    for h in range(len(law.gain_place)):
        share, gained = 1 / (1 + math.exp(-theta[law.gain_place[h]])), law.gained[k, h]
        for i in range(len(out)):
            if gained[i]:
                out[i] *= share
    for g in range(law.n_before_gains, len(values)):
        value = values[g]
        for i in range(len(out)):
            out[i] += value[i]
