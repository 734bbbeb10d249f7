"""Tools that watch a trend for a slowdown: a bend, a sum of forecast errors, the time since the last record.

In: series. Out: the frame of the table change_points: the break, when each tool saw it, how often it cries wolf.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.core import tables
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.other_laws.series import Series

# breaks tried, and points left on either side of each
_N_BREAKS = 200
_LEAST_SIDE = 5
# records before the time since the last one is judged
_LEAST_RECORDS = 5
# a sum of squared residuals below this, squared doublings, is rounding alone: a straight line, in which nothing bends
_STRAIGHT = 1e-18
# records of few kinds have equal histories: statistics that differ by less, relative, are equal
_SAME = 1e-7
# shortfalls smaller than this, in standard deviations, are not summed (Page 1954)
_SLACK = 0.5


@dataclass(frozen=True)
class Bends:
    """All bends of a line at given times: for a break b the part of max(x − b, 0) that a line cannot follow.

    directions: (m, n) of unit length, one a break. line: (n, 2) an orthonormal basis of lines.
    """

    breaks: Floats
    directions: Floats
    line: Floats

    def residual(self, values: Floats) -> Floats:
        """`values` (n,) or (n, r) less their straight line."""
        return np.asarray(values - self.line @ (self.line.T @ values))

    def best(self, values: Floats) -> tuple[Floats, Floats, Floats]:
        """For each column of `values` (n, r): share of the squared residual that the best bend takes away, its
        place among the breaks, and its sign (−1 a slowdown)."""
        residual = self.residual(values)
        along = self.directions @ residual
        place = np.abs(along).argmax(axis=0)
        found = np.take_along_axis(along, place[None], axis=0)[0]
        return found**2 / np.maximum(np.square(residual).sum(axis=0), _STRAIGHT), place, np.sign(found)


def find_bends(times: Floats) -> Bends | None:
    """The bends that can be tried at `times` (n,), in order; none where the points are too few."""
    if len(times) < 2 * _LEAST_SIDE + 1 or times[_LEAST_SIDE] >= times[-_LEAST_SIDE - 1]:
        return None
    breaks = np.linspace(times[_LEAST_SIDE], times[-_LEAST_SIDE - 1], _N_BREAKS)
    line, _ = np.linalg.qr(np.column_stack([np.ones(len(times)), times - times.mean()]))
    hinges = np.maximum(times[None] - breaks[:, None], 0)
    hinges = hinges - (hinges @ line) @ line.T
    length = np.linalg.norm(hinges, axis=1)
    useful = length > 1e-9
    return Bends(breaks[useful], hinges[useful] / length[useful, None], line)


def find_change_points(
    series: Sequence[Series], *, least_history: int, n_permutations: int, n_simulations: int, alarm_level: float
) -> pd.DataFrame:
    """Each tool on each series: table change_points.

    alarm_level: an alarm is a p-value at or below it. p-values of records, and all rates of false alarms, are those of
    histories without a break: of points, the trend before the break with the residuals turned round and mirrored at
    random, so that they keep their memory; of records, those that `steady_records` draws.
    """
    rows = []
    for one in series:
        bent = _watch_bend(one, least_history, n_permutations, n_simulations, alarm_level)
        if bent:
            row, history = bent
            rows.append(row)
            rows.append(_watch_errors(one, row, history, least_history, n_simulations, alarm_level))
        if silence := _watch_records(one, n_simulations, alarm_level):
            rows.append(silence)
    return tables.of_rows(rows, "change_points")


# ---- histories without a break --------------------------------------------------------------------------------------


def steady_records(one: Series, ends: Floats, n_histories: int, generator: np.random.Generator) -> Floats:
    """Standing records (k, R) at `ends` (k,), were the records of `one` to come at a steady pace.

    A marked Poisson process given its count: dates are uniform from the first record until the series ends, and gains
    come in random order.

    A standing record stays where it is between records, so that residuals about a line have a long memory: to permute
    them, as those of points, would take every series of records for a bent one.
    """
    places = one.record_places()
    first, gains = one.years[places[0]], np.diff(one.log2[places])
    drawn = np.sort(generator.uniform(first, one.until, (n_histories, len(gains))), axis=1)
    reached = np.cumsum(generator.permuted(np.tile(gains, (n_histories, 1)), axis=1), axis=1)
    heights = one.log2[places[0]] + np.column_stack([np.zeros(n_histories), reached])
    counts = [np.searchsorted(dates, ends, side="right") for dates in drawn]
    return np.take_along_axis(heights, np.array(counts), axis=1).T


def _without_bend(
    one: Series, times: Floats, residual: Floats, n_histories: int, generator: np.random.Generator
) -> Floats:
    """Values (n, R) without a bend: of records as above, of points the residuals (n,) of a line in another order."""
    if one.of_records:
        return steady_records(one, times, n_histories, generator)
    return generator.permuted(np.repeat(residual[:, None], n_histories, axis=1), axis=0)


# ---- a bend of the trend --------------------------------------------------------------------------------------------


def _points(one: Series) -> tuple[Floats, Floats]:
    """What a line is fitted to: the points; of records the record standing at each look."""
    return one.grid() if one.of_records else (one.years, one.log2)


def _watch_bend(
    one: Series, least_history: int, n_permutations: int, n_simulations: int, level: float
) -> tuple[dict[str, Any], Floats] | None:
    """The row of the tool broken_stick, and histories (n, R) without a break at the same times."""
    times, values = _points(one)
    bends = find_bends(times)
    if bends is None:
        return None
    generator = named_generator("bends", one.name)
    share, place, sign = (a[0] for a in bends.best(values[:, None]))
    null, _, _ = bends.best(_without_bend(one, times, bends.residual(values), n_permutations, generator))
    p_value = (1 + int((null >= share * (1 - _SAME)).sum())) / (1 + n_permutations)
    at = float(bends.breaks[int(place)])
    before, after, bent_residual = _two_slopes(times, values, at)
    slower = p_value <= level and sign < 0
    n = len(times)
    if one.of_records:
        history = steady_records(one, times, n_simulations, generator)
    else:
        history = _histories(times, before, bent_residual, n_simulations, generator)
    alarms, wolf = [], np.zeros(n_simulations, bool)
    for date in _looks(times, least_history, one.step):
        known = times <= date
        early = find_bends(times[known])
        if early is None:
            continue
        noise = early.residual(values[known])
        drawn, _, _ = early.best(_without_bend(one.known(date), times[known], noise, n_permutations, generator))
        limit = np.quantile(drawn, 1 - level) * (1 + _SAME)
        seen, _, way = (a[0] for a in early.best(values[known][:, None]))
        if seen > limit and way < 0:
            alarms.append(float(date))
        simulated, _, ways = early.best(history[known])
        wolf |= (simulated > limit) & (ways < 0)
    row = {
        "series": one.name,
        "tool": "broken_stick",
        "n_points": n,
        # BIC of the line less that of the bent line, which has two more coefficients
        "statistic": -n * math.log1p(-min(share, 1 - 1e-12)) - 2 * math.log(n),
        "p_value": p_value,
        "break_year": at if slower else math.nan,
        "doubling_before_years": 1 / before if slower else math.nan,
        "doubling_after_years": 1 / after if slower and after else math.nan,
        "false_alarm_rate": float(wolf.mean()),
        **_when(alarms, at if slower else math.nan),
    }
    return row, history


def _two_slopes(times: Floats, values: Floats, at: float) -> tuple[float, float, Floats]:
    """Slopes before and after a bend at `at`, doublings a year, and the residuals (n,)."""
    design = np.column_stack([np.ones(len(times)), times - at, np.maximum(times - at, 0)])
    found = np.linalg.lstsq(design, values, rcond=None)[0]
    return float(found[1]), float(found[1] + found[2]), values - design @ found


def _histories(
    times: Floats, slope: float, residual: Floats, n_histories: int, generator: np.random.Generator
) -> Floats:
    """Histories (n, R) without a break: the line with residuals turned round and mirrored at random."""
    turns, signs = generator.integers(0, len(times), n_histories), generator.choice([-1.0, 1.0], n_histories)
    turned = np.column_stack([sign * np.roll(residual, turn) for turn, sign in zip(turns, signs, strict=True)])
    return slope * (times - times[0])[:, None] + turned


def _looks(times: Floats, least_history: int, step: float) -> Floats:
    """Dates at which the series is looked at, once it has `least_history` points."""
    if len(times) < least_history:
        return np.array([])
    first = np.ceil(times[least_history - 1] / step) * step
    return np.append(np.arange(first, times[-1], step), times[-1])


def _when(alarms: list[float], break_year: float) -> dict[str, Any]:
    late = [] if math.isnan(break_year) else [date for date in alarms if date >= break_year]
    return {
        "alarm_year": late[0] if late else math.nan,
        "delay_years": late[0] - break_year if late else math.nan,
        "n_early_alarms": len(alarms) - len(late),
    }


# ---- the sum of forecast errors -------------------------------------------------------------------------------------


def _watch_errors(
    one: Series, bend: dict[str, Any], history: Floats, least_history: int, n_simulations: int, level: float
) -> dict[str, Any]:
    """The row of the tool cusum: shortfalls of one-step forecasts of the stochastic trend, summed (Page 1954)."""
    times, values = _points(one)
    ends, places = _ends(times, one.step)
    errors = _shortfalls(ends, _means(values[:, None], places), least_history)
    generator, n_drawn = named_generator("cusum", one.name), max(1000, n_simulations)
    if one.of_records:
        drawn = _shortfalls(ends, _means(steady_records(one, times, n_drawn, generator), places), least_history)
    else:
        drawn = generator.standard_normal((len(errors), n_drawn))
    highest = _sums(drawn).max(axis=0, initial=0.0)
    limit = float(np.quantile(highest, 1 - level)) * (1 + _SAME)
    sums = _sums(errors)[:, 0]
    simulated = _sums(_shortfalls(ends, _means(history, places), least_history)).max(axis=0, initial=0.0)
    dates = ends[least_history:]
    return {
        "series": one.name,
        "tool": "cusum",
        "n_points": len(errors),
        "statistic": float(sums.max(initial=0.0)),
        "p_value": float((1 + (highest >= sums.max(initial=0.0) * (1 - _SAME)).sum()) / (1 + len(highest))),
        "break_year": bend["break_year"],
        "doubling_before_years": bend["doubling_before_years"],
        "doubling_after_years": bend["doubling_after_years"],
        "false_alarm_rate": float((simulated > limit).mean()),
        **_when([float(d) for d in dates[sums > limit]], bend["break_year"]),
    }


def _ends(times: Floats, step: float) -> tuple[Floats, list[np.ndarray]]:
    """Ends of the periods of one step that hold points, and the places of the points in each."""
    period = np.ceil(times / step - 1e-9)
    ends = np.unique(period)
    return ends * step, [np.flatnonzero(period == end) for end in ends]


def _means(values: Floats, places: Sequence[np.ndarray]) -> Floats:
    """Means of `values` (n, r) by period, (k, r)."""
    return np.array([values[rows].mean(axis=0) for rows in places])


def _shortfalls(ends: Floats, values: Floats, least_history: int) -> Floats:
    """By how many standard deviations each value (k, r) falls short of the drift so far, from the value before."""
    steps = np.diff(ends)[:, None]
    growth = np.diff(values, axis=0)
    short = []
    for k in range(least_history - 1, len(growth)):
        past, span = growth[:k], steps[:k]
        drift = past.sum(axis=0) / span.sum()
        variance = np.sum(np.square(past - drift * span) / span, axis=0) / max(k - 1, 1)
        step = float(steps[k, 0])
        scale = np.sqrt(np.maximum(variance * (step + step**2 / span.sum()), 1e-12))
        short.append((drift * step - growth[k]) / scale)
    return np.array(short).reshape(-1, values.shape[1])


def _sums(errors: Floats) -> Floats:
    """Sums of errors (k, r) beyond the slack, never below zero."""
    total, sums = np.zeros(errors.shape[1]), np.empty_like(errors)
    for k, error in enumerate(errors):
        total = np.maximum(0.0, total + error - _SLACK)
        sums[k] = total
    return sums


# ---- the time since the last record ---------------------------------------------------------------------------------


def _watch_records(one: Series, n_simulations: int, level: float) -> dict[str, Any] | None:
    """The row of the tool last_record.

    Where records come at random at an unknown steady pace, k gaps over a span S make a further gap longer than g
    with probability (1 + g/S)^−k.
    """
    dates = one.records()
    if len(dates) < _LEAST_RECORDS:
        return None
    silence = one.until - dates[-1]
    k, span = len(dates) - 1, dates[-1] - dates[0]
    p_value = float((1 + silence / span) ** -k)
    needed = float(span * (level ** (-1 / k) - 1))
    silent = p_value <= level
    early = _alarmed_gaps(dates, level)
    generator = named_generator("records", one.name)
    histories = np.cumsum(generator.exponential(1.0, (n_simulations, len(dates))), axis=1)
    wolf = [_alarmed_gaps(history, level) > 0 for history in histories]
    return {
        "series": one.name,
        "tool": "last_record",
        "n_points": len(dates),
        "statistic": silence,
        "p_value": p_value,
        "break_year": float(dates[-1]) if silent else math.nan,
        "doubling_before_years": math.nan,
        "doubling_after_years": math.nan,
        "alarm_year": float(dates[-1]) + needed if silent else math.nan,
        "delay_years": needed if silent else math.nan,
        "n_early_alarms": early,
        "false_alarm_rate": float(np.mean(wolf)),
    }


def _alarmed_gaps(dates: Floats, level: float) -> int:
    """Gaps so long that an alarm was raised before the record which ended it."""
    gaps, k = np.diff(dates), np.arange(len(dates) - 1)
    spans = dates[:-1] - dates[0]
    judged = (k >= _LEAST_RECORDS - 1) & (spans > 0)
    return int(((1 + gaps[judged] / spans[judged]) ** -k[judged].astype(float) <= level).sum())
