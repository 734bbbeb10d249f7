"""Forecasts from rolling origins again, as far as each origin could see: of series, and of single systems.

In: a run. Out: the check `forecasts`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from lmprogress.auditing.derivations.fit_tables import stacked
from lmprogress.auditing.derivations.law_forecasts import can_forecast, fit_to_all, law_forecasts
from lmprogress.auditing.derivations.series_values import series_of
from lmprogress.auditing.derivations.trend_values import Floats
from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

# what holds for all rows of a part, and its columns
_Part = tuple[dict[str, Any], dict[str, NDArray[Any]]]
_FILE = "results/tables/forecasts.parquet"
_KEY = ["series", "method", "origin_year", "number"]
_STEPS = np.array([1, 2, 3, 5, 8, 13, 21, 34])  # looks ahead
_LEAST_YEARS = 3
_DIGITS = 6  # of a date in years
_CLOSE = 1e-7  # doublings, years: two searches for one minimum lie apart so far


def check_forecasts(run: RunFiles) -> Check:
    """Forecast, interval and what came: of each series and method at each origin, and of single systems."""
    check = Check(
        "forecasts", "forecasts and intervals of each method from each origin; laws fitted again to what was known"
    )
    held = readable(run, _FILE)
    if held is None:
        return check
    settings = run.config["other_laws"]
    least, left_out = int(settings["least_history"]), float(settings["alarm_level"])
    parts: list[_Part] = []
    for name, series in series_of(run).items():
        ends, values = series.looks()
        for origin in range(least - 1, len(ends) - 1):
            targets = (origin + _STEPS)[origin + _STEPS < len(ends)]
            for method in ("naive", "stochastic_trend", "exponential_trend"):
                centre, half = foretold(method, ends[: origin + 1], values[: origin + 1], ends[targets], left_out)
                about = {"series": name, "method": method, "origin_year": ends[origin]}
                parts.append(_rows(about, ends[targets], centre, half, values[targets]))
    edition = run.config["compare"]["curated"]
    of_systems = (held["series"] == f"systems_{edition}").to_numpy(bool)
    starts = {name: fit_to_all(run, name) for name in settings["law_specifications"]}
    parts += _of_systems(run, edition, held[of_systems], starts, left_out)
    # a law that is fitted nowhere else has nothing to start from
    alone = [name for name, start in starts.items() if start is None]
    held = held[~(of_systems & held["method"].isin(alone))]
    follows = stacked(parts)[list(held.columns)] if parts else held.iloc[:0]
    # looks are sums of steps: the same to rounding
    named, told = (frame.assign(origin_year=frame["origin_year"].round(_DIGITS)) for frame in (follows, held))
    check.equal(_FILE, told, named, _KEY, 0.0, _CLOSE)
    return check


def foretold(method: str, times: Floats, values: Floats, targets: Floats, left_out: float) -> tuple[Floats, Floats]:
    """Forecasts for `targets` and half widths, (k,) each, by what is known of a method that needs no law.

    naive: the last value, with the errors of a random walk; stochastic_trend: one with drift (Farmer and Lafond 2016,
    equation 10); exponential_trend: a straight line, with the interval of a new value.
    """
    ahead, gaps, last, n = targets - times[-1], np.diff(times), values[-1], len(times)
    span = times[-1] - times[0]
    if method == "naive":
        centre, freedom = np.full(len(targets), last), n - 1
        variance = (np.diff(values) ** 2 / gaps).mean() * ahead
    elif method == "stochastic_trend":
        drift, freedom = (last - values[0]) / span, n - 2
        noise = ((np.diff(values) - drift * gaps) ** 2 / gaps).sum() / freedom
        centre, variance = last + drift * ahead, noise * (ahead + ahead**2 / span)
    else:
        x, freedom = times - times.mean(), n - 2
        slope = x @ values / (x @ x)
        noise = ((values - values.mean() - slope * x) ** 2).sum() / freedom
        away = targets - times.mean()
        centre, variance = values.mean() + slope * away, noise * (1 + 1 / n + away**2 / (x @ x))
    return np.asarray(centre), np.asarray(float(stdtrit(freedom, 1 - left_out / 2)) * np.sqrt(variance))


def _rows(about: dict[str, Any], year: Floats, centre: Floats, half: Floats, actual: Floats) -> _Part:
    columns = {"number": np.arange(1, len(year) + 1), "year": year, "predicted_log2": centre}
    return about, columns | {"low_log2": centre - half, "high_log2": centre + half, "actual_log2": actual}


def _of_systems(
    run: RunFiles, edition: str, held: pd.DataFrame, starts: dict[str, dict[str, float] | None], left_out: float
) -> Iterator[_Part]:
    """Each later observation from each first of January, by each method, where all of them can."""
    observations = run.parquet(f"processed/{edition}/observations.parquet")
    ordered = observations.sort_values(["publication_year", "observation_number"])
    dates, least = ordered["publication_year"].to_numpy(float), int(run.config["fit"]["least_observations"])
    for year in range(math.ceil(dates.min()), math.floor(dates.max()) + 1) if len(dates) >= least else ():
        past, later = ordered[dates < year], ordered[dates >= year]
        if len(past) < least or later.empty:
            continue
        plain = {method: _by_means(method, past, later, left_out) for method in ("naive", "stochastic_trend")}
        there = np.all([np.isfinite(centre) for centre, _ in plain.values()], axis=0)
        there &= np.all([can_forecast(run, name, later) for name in starts], axis=0)
        if not there.any():
            continue
        later, at_origin = later[there], held[held["origin_year"] == year].sort_values("number")
        found = {name: (centre[there], half[there]) for name, (centre, half) in plain.items()}
        for name, start in starts.items():
            if start is None:
                continue
            recorded = at_origin.loc[at_origin["method"] == name, "predicted_log2"].to_numpy(float)
            # rows that are missing or doubled are told as such
            if len(recorded) != len(later):
                recorded = np.full(len(later), np.nan)
            found[name] = law_forecasts(run, name, start, past, later, recorded, left_out)
        actual = -later["log_perplexity"].to_numpy(float) / math.log(2)
        for name, (centre, half) in found.items():
            about = {"series": f"systems_{edition}", "method": name, "origin_year": float(year)}
            yield _rows(about, later["publication_year"].to_numpy(float), centre, half, actual)


def _by_means(method: str, past: pd.DataFrame, later: pd.DataFrame, left_out: float) -> tuple[Floats, Floats]:
    """From the means of each year, of the benchmark alone; missing where there are too few."""
    centre, half = np.full((2, len(later)), np.nan)
    for benchmark, rows in past.groupby("benchmark"):
        means = rows.groupby(np.floor(rows["publication_year"]))["log_perplexity"].mean()
        here = (later["benchmark"] == benchmark).to_numpy(bool)
        if len(means) >= _LEAST_YEARS:
            middles, targets = means.index.to_numpy(float) + 0.5, later.loc[here, "publication_year"].to_numpy(float)
            values = -means.to_numpy(float) / math.log(2)
            centre[here], half[here] = foretold(method, middles, values, targets, left_out)
    return centre, half
