"""Tools that watch a trend for a slowdown, tried again on every series, by the draws that their names give.

In: a run. Out: the check `change_points`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lmprogress.auditing.derivations.bend_values import Bends, histories, paced, shuffled, two_slopes
from lmprogress.auditing.derivations.named_draws import named_generator
from lmprogress.auditing.derivations.series_values import Series, series_of
from lmprogress.auditing.derivations.trend_values import Floats, records
from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_FILE = "results/tables/change_points.parquet"
_LEAST_RECORDS = 5
_SLACK = 0.5  # standard deviations; Page 1954
_LEAST_DRAWS = 1000  # of the sum of errors
_SAME = 1e-7  # relative; records of few kinds have equal histories
_CLOSE = 1e-7  # of statistics in which a straight line cancels most of the values


class _Settings(NamedTuple):
    least: int
    permutations: int
    simulations: int
    level: float


def check_change_points(run: RunFiles) -> Check:
    """Breaks, slopes beside them, p-values, alarms, their delay, and how often histories without a break raise one."""
    check = Check("change_points", "breaks, alarms and false alarms of each tool on each series, drawn again by name")
    held = readable(run, _FILE)
    if held is None:
        return check
    said, rows = run.config["other_laws"], list[dict[str, Any]]()
    settings = _Settings(said["least_history"], said["n_permutations"], said["n_simulations"], said["alarm_level"])
    for name, series in series_of(run).items():
        times, values = series.looks() if series.of_records else (series.years, series.log2)
        if (bends := Bends.at(times)) is not None:
            rows += _bend_and_errors(name, bends, times, values, series, settings)
        rows += _silence(name, series, settings)
    follows = pd.DataFrame(rows, columns=list(held.columns))
    check.equal(_FILE, held, follows, ["series", "tool"], _CLOSE, _CLOSE)
    return check


def _bend_and_errors(
    name: str, bends: Bends, times: Floats, values: Floats, series: Series, settings: _Settings
) -> Iterator[dict[str, Any]]:
    """Rows of the tools broken_stick and cusum."""
    generator, n = named_generator("bends", name), len(times)
    share, place, sign = (float(found[0]) for found in bends.best(values[:, None]))
    chance = _unbent(series, series.until, times, bends.residual(values), settings.permutations, generator)
    by_chance, _, _ = bends.best(chance)
    p_value = (1 + int((by_chance >= share * (1 - _SAME)).sum())) / (1 + settings.permutations)
    at = float(bends.breaks[int(place)]) + float(times.mean())
    before, after, left = two_slopes(times, values, at)
    if series.of_records:
        drawn = _unbent(series, series.until, times, left, settings.simulations, generator)
    else:
        drawn = histories(times, before, left, settings.simulations, generator)
    slower = p_value <= settings.level and sign < 0
    row: dict[str, Any] = {"series": name, "break_year": at if slower else math.nan}
    row |= {"doubling_before_years": 1 / before if slower else math.nan}
    row |= {"doubling_after_years": 1 / after if slower and after else math.nan}
    alarms, falsely = _bend_alarms(times, values, drawn, series, settings, generator)
    # BIC of the line less that of the bent line, which has two coefficients more
    statistic = -n * math.log(max(1 - share, 1e-12)) - 2 * math.log(n)
    yield row | {"tool": "broken_stick", "n_points": n, "statistic": statistic, "p_value": p_value,
                 "false_alarm_rate": float(falsely.mean())} | _alarm(alarms, row["break_year"])  # fmt: skip
    step = series.step
    periods = np.ceil(times / step - 1e-9)
    ends, of = np.unique(periods, return_inverse=True)
    mean = (of == np.arange(len(ends))[:, None]) / np.bincount(of)[:, None]
    short, simulated = (_shortfalls(ends * step, mean @ part, settings.least) for part in (values[:, None], drawn))
    generator, number = named_generator("cusum", name), max(_LEAST_DRAWS, settings.simulations)
    if series.of_records:
        steady = _unbent(series, series.until, times, values, number, generator)
        noise = _shortfalls(ends * step, mean @ steady, settings.least)
    else:
        noise = generator.standard_normal((len(short), number))
    sums, highest = _sums(short)[:, 0], _sums(noise).max(axis=0, initial=0.0)
    limit, reached = np.quantile(highest, 1 - settings.level) * (1 + _SAME), sums.max(initial=0.0)
    false_rate = float((_sums(simulated).max(axis=0, initial=0.0) > limit).mean())
    dates = (ends * step)[settings.least :][sums > limit].tolist()
    p_value = float((1 + (highest >= reached * (1 - _SAME)).sum()) / (1 + len(highest)))
    yield row | {"tool": "cusum", "n_points": len(short), "statistic": reached, "p_value": p_value,
                 "false_alarm_rate": false_rate} | _alarm(dates, row["break_year"])  # fmt: skip


def _unbent(
    series: Series, until: float, times: Floats, residual: Floats, number: int, generator: np.random.Generator
) -> Floats:
    """Histories (n, number) without a bend: records up to `until` at a steady pace, or shuffled residuals (n,)."""
    if not series.of_records:
        return shuffled(residual, number, generator)
    past = series.years <= until
    years, levels = series.years[past], series.log2[past]
    places = records(years, levels)
    return paced(years[places], levels[places], min(until, series.until), times, number, generator)


def _bend_alarms(
    times: Floats, values: Floats, drawn: Floats, series: Series, settings: _Settings, generator: np.random.Generator
) -> tuple[list[float], Floats]:
    """Looks at which a slowdown is seen, and which histories (R,) ever show one."""
    falsely, alarms = np.zeros(drawn.shape[1], bool), list[float]()
    if len(times) < settings.least:
        return alarms, falsely
    first = math.ceil(times[settings.least - 1] / series.step) * series.step
    for look in [*np.arange(first, times[-1], series.step), times[-1]]:
        known = int(np.searchsorted(times, look + 1e-9, side="right"))
        bends = Bends.at(times[:known])
        if bends is None:
            continue
        noise = _unbent(series, look, times[:known], bends.residual(values[:known]), settings.permutations, generator)
        quiet = np.flatnonzero(~falsely)
        share, _, sign = bends.best(np.column_stack([noise, values[:known], drawn[:known, quiet]]))
        n_noise = settings.permutations
        seen = (share[n_noise:] > np.quantile(share[:n_noise], 1 - settings.level) * (1 + _SAME)) & (sign[n_noise:] < 0)
        falsely[quiet] = seen[1:]
        if seen[0]:
            alarms.append(float(look))
    return alarms, falsely


def _alarm(alarms: list[float], broke: float) -> dict[str, Any]:
    """The first alarm since the break, its delay, and how many came before."""
    after = [date for date in alarms if date >= broke]
    first = after[0] if after else math.nan
    return {"alarm_year": first, "delay_years": first - broke, "n_early_alarms": len(alarms) - len(after)}


def _shortfalls(ends: Floats, values: Floats, least: int) -> Floats:
    """By how many standard deviations values (k, r) fall short of the drift of all before, (k - least, r)."""
    gaps, growth = np.diff(ends)[:, None], np.diff(values, axis=0)
    first = least - 1
    if len(growth) <= first:
        return np.empty((0, values.shape[1]))
    # sums over what came before each step
    span, grown = (np.cumsum(part, axis=0)[first - 1 : -1] for part in (gaps, growth))
    squares = np.cumsum(growth**2 / gaps, axis=0)[first - 1 : -1]
    drift, gap = grown / span, gaps[first:]
    freedom = np.maximum(np.arange(first, len(growth)) - 1, 1)[:, None]
    variance = (squares - drift * grown) / freedom
    return np.asarray((drift * gap - growth[first:]) / np.sqrt(np.maximum(variance * (gap + gap**2 / span), 1e-12)))


def _sums(errors: Floats) -> Floats:
    """Running sums of errors (k, r) beyond the slack, begun anew wherever they would fall below zero."""
    total = np.cumsum(errors - _SLACK, axis=0)
    return np.asarray(total - np.minimum(np.minimum.accumulate(total, axis=0), 0.0)) if len(errors) else errors


def _silence(name: str, series: Series, settings: _Settings) -> Iterator[dict[str, Any]]:
    """The row of the tool last_record: k gaps over a span S make one longer than g with probability (1 + g/S)^−k."""
    dates = series.years[records(series.years, series.log2)]
    if len(dates) < _LEAST_RECORDS:
        return
    silence, k, span = series.until - dates[-1], len(dates) - 1, dates[-1] - dates[0]
    p_value = (1 + silence / span) ** -k
    needed = span * (settings.level ** (-1 / k) - 1) if p_value <= settings.level else math.nan
    drawn = named_generator("records", name).exponential(1.0, (settings.simulations, len(dates))).cumsum(axis=1)
    early = _long_gaps(np.vstack([dates, drawn]), settings.level)
    yield {
        "series": name, "tool": "last_record", "n_points": len(dates), "statistic": silence, "p_value": p_value,
        "break_year": dates[-1] if p_value <= settings.level else math.nan,
        "doubling_before_years": math.nan, "doubling_after_years": math.nan,
        "alarm_year": dates[-1] + needed, "delay_years": needed, "n_early_alarms": early[0],
        "false_alarm_rate": float((early[1:] > 0).mean()),
    }  # fmt: skip


def _long_gaps(dates: Floats, level: float) -> Floats:
    """How many gaps of each row of dates (r, n) were so long that the record which ended them came as a surprise."""
    gaps, spans = np.diff(dates, axis=1), dates[:, :-1] - dates[:, :1]
    k = np.arange(gaps.shape[1])
    judged = (k >= _LEAST_RECORDS - 1) & (spans > 0)
    chance = (1 + gaps / np.where(spans > 0, spans, 1.0)) ** -k.astype(float)
    return np.asarray((judged & (chance <= level)).sum(axis=1))
