"""Forecasts from rolling origins, with intervals, scored against what came.

In: series. Out: frames of the tables forecasts, forecast_scores, trend_forecasts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import scipy

from lmprogress.core import tables
from lmprogress.core.errors import InputError
from lmprogress.core.settings import TrendWindow
from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.other_laws.series import Series
from lmprogress.other_laws.trends import fit_trend

# steps ahead: near ones dense, far ones sparse
_STEPS = (1, 2, 3, 5, 8, 13, 21, 34)
# horizons scored together, years
_HORIZONS = ((0, 1), (1, 3), (3, 6), (6, 12), (12, 50))
# an actual value is the median of the points within this of the target, years
_NEAR = 1.5

Forecast = tuple[float, float, float]
# times, log2 values, target, share left out of the interval -> forecast, low, high
Method = Callable[[Floats, Floats, float, float], Forecast]


def forecast_naive(times: Floats, values: Floats, target: float, left_out: float) -> Forecast:
    """The last value; errors grow as those of a random walk without drift."""
    steps = np.diff(times)
    variance = float(np.mean(np.square(np.diff(values)) / steps))
    return _interval(values[-1], variance * (target - times[-1]), len(steps), left_out)


def forecast_stochastic_trend(times: Floats, values: Floats, target: float, left_out: float) -> Forecast:
    """A random walk with drift: the mean growth so far goes on from the last value.

    Error variance σ²(τ + τ²/T) at τ ahead, after T of history (Farmer and Lafond 2016, equation 10).
    """
    steps, ahead = np.diff(times), target - times[-1]
    history = times[-1] - times[0]
    drift = (values[-1] - values[0]) / history
    freedom = len(steps) - 1
    variance = float(np.sum(np.square(np.diff(values) - drift * steps) / steps)) / freedom
    return _interval(values[-1] + drift * ahead, variance * (ahead + ahead**2 / history), freedom, left_out)


def forecast_exponential_trend(times: Floats, values: Floats, target: float, left_out: float) -> Forecast:
    """The least-squares line through all values, with the interval of a new value around it."""
    n, centre = len(times), float(np.mean(times))
    spread = float(np.square(times - centre).sum())
    slope = float(((times - centre) * values).sum() / spread)
    level = float(np.mean(values))
    residual = values - level - slope * (times - centre)
    variance = float(np.square(residual).sum()) / (n - 2)
    error = variance * (1 + 1 / n + (target - centre) ** 2 / spread)
    return _interval(level + slope * (target - centre), error, n - 2, left_out)


METHODS: dict[str, Method] = {
    "naive": forecast_naive,
    "stochastic_trend": forecast_stochastic_trend,
    "exponential_trend": forecast_exponential_trend,
}


def _interval(centre: float, variance: float, freedom: int, left_out: float) -> Forecast:
    half = float(scipy.special.stdtrit(freedom, 1 - left_out / 2)) * math.sqrt(variance)
    return float(centre), float(centre) - half, float(centre) + half


def forecast(series: Sequence[Series], least_history: int, left_out: float) -> pd.DataFrame:
    """Every method from every origin with `least_history` values behind it, for targets ahead: table forecasts."""
    rows = []
    for one in series:
        times, values = one.grid()
        for origin in range(least_history - 1, len(times) - 1):
            past, reached = times[: origin + 1], values[: origin + 1]
            targets = [origin + step for step in _STEPS if origin + step < len(times)]
            for name, method in METHODS.items():
                for number, target in enumerate(targets, start=1):
                    centre, low, high = method(past, reached, float(times[target]), left_out)
                    rows.append(
                        (one.name, name, past[-1], number, times[target], centre, low, high, float(values[target]))
                    )
    columns = ["series", "method", "origin_year", "number", "year", "predicted_log2", "low_log2", "high_log2",
               "actual_log2"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def score_forecasts(forecasts: pd.DataFrame, left_out: float) -> pd.DataFrame:
    """Errors, coverage and interval score by series, method and horizon: table forecast_scores."""
    error = forecasts["predicted_log2"] - forecasts["actual_log2"]
    above, below = forecasts["actual_log2"] - forecasts["high_log2"], forecasts["low_log2"] - forecasts["actual_log2"]
    missed = above.clip(lower=0) + below.clip(lower=0)
    scored = forecasts.assign(
        error=error,
        square=error**2,
        size=error.abs(),
        inside=missed == 0,
        interval_score=forecasts["high_log2"] - forecasts["low_log2"] + 2 / left_out * missed,
        ahead=forecasts["year"] - forecasts["origin_year"],
    )
    parts = [("all", scored)] + [
        (f"{low}-{high}", scored[(scored["ahead"] > low) & (scored["ahead"] <= high)]) for low, high in _HORIZONS
    ]
    frames = []
    for horizon, part in parts:
        grouped = part.groupby(["series", "method"])
        frames.append(
            grouped.agg(
                n_forecasts=("error", "size"),
                mae=("size", "mean"),
                rmse=("square", "mean"),
                bias=("error", "mean"),
                coverage=("inside", "mean"),
                interval_score=("interval_score", "mean"),
            )
            .reset_index()
            .assign(horizon=horizon, nominal_coverage=1 - left_out)
        )
    together = pd.concat(frames)
    return together.assign(rmse=np.sqrt(together["rmse"]))


def extend_trends(technologies: pd.DataFrame, windows: Sequence[TrendWindow]) -> pd.DataFrame:
    """What the trend of each of `windows` foretells, beside what came: table trend_forecasts.

    Raises InputError where a window holds fewer than two points.
    """
    known, rows = set(technologies["series"]), []
    for window in windows:
        points = technologies[technologies["series"] == window.series]
        fitted = points[(points["year"] >= window.first_year) & (points["year"] < window.last_year + 1)]
        if fitted["year"].nunique() < 2:
            raise InputError(
                "has fewer than two points in the window",
                file="config/config.yaml",
                column="other_laws.trend_windows",
                value=window.series,
                remedy=f"use a series of raw/other_laws/technology_series.csv: {', '.join(sorted(known))}",
            )
        trend = fit_trend(fitted["year"], fitted["value"])
        for target in window.targets:
            near = points.loc[(points["year"] - target).abs() <= _NEAR, "value"]
            foretold, actual = trend.at(target), float(near.median()) if len(near) else math.nan
            rows.append(
                {
                    "series": window.series,
                    "first_year": window.first_year,
                    "last_year": window.last_year,
                    "n_points": len(fitted),
                    "doubling_years": trend.doubling,
                    "target_year": target,
                    "foretold": foretold,
                    "actual": actual,
                    "ratio": foretold / actual,
                }
            )
    return tables.of_rows(rows, "trend_forecasts")
