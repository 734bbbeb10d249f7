"""Trends of density and of prices again: lines through records and through all models, and their product with Moore's.

In: a run. Out: the check `density_trend`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lmprogress.auditing.derivations.fit_tables import percentiles
from lmprogress.auditing.derivations.named_draws import named_generator
from lmprogress.auditing.derivations.trend_values import Floats, days, line, pinball, records
from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_FILE = "results/tables/density_trend.parquet"
_YEAR = 365.25  # days
_LEAST = 3  # records that a replicate needs
_CLOSE, _TIED = 1e-9, 1e-9
_QUANTILES = {"quantile_50": 0.5, "quantile_90": 0.9}


class _Points(NamedTuple):
    """Dates (YYYY-MM-DD), their days (n,), values (n,)."""

    dates: pd.Series
    days: Floats
    value: Floats

    def only(self, rows: Any) -> _Points:
        return _Points(self.dates.iloc[rows], self.days[rows], self.value[rows])

    def best(self) -> _Points:
        return self.only(records(self.days, self.value))


def check_density_trend(run: RunFiles) -> Check:
    """Every trend from densities, models and prices; its interval resampled by model by the names of the draw."""
    check = Check("density_trend", "trends of density and of prices, and their interval resampled by model")
    held, densities = readable(run, _FILE), readable(run, "results/tables/densities.parquet")
    if held is None or densities is None:
        return check
    settings, published = run.config["other_laws"], densities[densities["score_basis"] == "published"]
    rows = [*_lines(run, published), _net_of_tokens(published)]
    rows += _of_quantiles(check, held, _points(published, "density"))
    slopes = run.csv("raw/other_laws/published_slopes.csv").astype({"rate_per_day": float})
    plain = slopes[["trend", "first_date", "last_date", "rate_per_day"]].assign(n_points=0)
    rows += [{str(name): cell for name, cell in row.items()} for row in plain.to_dict("records")]
    rate = {row["trend"]: row["rate_per_day"] for row in rows}
    for trend in ("records", "published_preprint"):
        moore = math.log(2) / (float(settings["moore_years"]) * _YEAR)
        rows.append({"trend": f"{trend}_with_moore", "n_points": 0, "rate_per_day": rate[trend] + moore})
    follows = pd.DataFrame(rows)
    follows["months"] = 12 / _YEAR * math.log(2) / follows["rate_per_day"]
    ends = _interval(run, _points(published, "density"))
    for name, end in zip(("low_months", "high_months"), ends, strict=True):
        follows[name] = np.where(follows["trend"] == "records", end, np.nan)
    check.equal(_FILE, held[list(follows.columns)], follows, ["trend"], _CLOSE)
    texts = slopes[["trend", "definition"]]
    check.equal(_FILE, held.loc[held["trend"].isin(list(texts["trend"])), ["trend", "definition"]], texts, ["trend"])
    return check


def _points(frame: pd.DataFrame, column: str) -> _Points:
    known = frame[frame[column].notna()]
    return _Points(known["publication_date"], days(known["publication_date"]), known[column].to_numpy(float))


def _lines(run: RunFiles, published: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows of the trends that are lines of least squares; dates are those of all points that records are taken of."""
    settings, density = run.config["other_laws"], _points(published, "density")
    models = run.csv("raw/other_laws/density_models.csv").astype({"published_density_mmlu_cf": float})
    dated = published["publication_date"]
    disclosed = published[published["compute_gain"].notna()]
    of = {
        "records": density,
        "mmlu_cf_records": _points(models, "published_density_mmlu_cf"),
        "records_by_least_minimum": _points(published, "density_at_least_minimum"),
        "disclosed_tokens_records": _points(disclosed, "density"),
        "compute_records": _points(disclosed, "compute_gain"),
    }
    for end in map(str, settings["trend_ends"]):
        of[f"records_to_{end[:4]}_{end[5:7]}"] = _points(published[dated <= end], "density")
    best = density.best()
    of["records_without_last"] = _points(published.drop(best.dates.index[-1]), "density")
    for trend, points in of.items():
        yield _row(trend, points, points.best())
    plain = {
        "records_recent": best.only(np.flatnonzero(best.dates >= str(settings["recent_from"]))),
        "all_models": density,
        "compute_all_models": of["compute_records"],
        "disclosed_tokens_all_models": of["disclosed_tokens_records"],
    }
    prices = run.csv("raw/other_laws/inference_prices.csv").astype({"usd_per_million_tokens": float})
    cheaper = _points(prices.assign(per_dollar=1 / prices["usd_per_million_tokens"]), "per_dollar").best()
    plain |= {"price_records": cheaper, "price_end_points": cheaper.only([0, -1])}
    for trend, points in plain.items():
        yield _row(trend, points, points)


def _row(trend: str, dated: _Points, fitted: _Points) -> dict[str, Any]:
    rate, r2 = line(fitted.days, np.log(fitted.value))
    return _about(trend, dated, len(fitted.days)) | {"rate_per_day": rate, "r2": r2}


def _about(trend: str, dated: _Points, n_points: int) -> dict[str, Any]:
    row = {"trend": trend, "n_points": n_points}
    return row | {"first_date": dated.dates.min(), "last_date": dated.dates.max()}


def _net_of_tokens(published: pd.DataFrame) -> dict[str, Any]:
    """Both the logarithm of density and the days cleared of the tokens per parameter, one on the other."""
    known = published[published["compute_gain"].notna()]
    points = _points(known, "density")
    tokens = np.column_stack([np.ones(len(known)), np.log(known["tokens_per_parameter"].to_numpy(float))])
    basis, _ = np.linalg.qr(tokens)
    y = np.log(points.value)
    cleared_days, cleared = (column - basis @ (basis.T @ column) for column in (points.days - points.days.mean(), y))
    rate = float(cleared_days @ cleared / (cleared_days @ cleared_days))
    left = cleared - rate * cleared_days
    r2 = 1 - float(left @ left) / float(((y - y.mean()) ** 2).sum())
    return _about("net_of_tokens", points, len(known)) | {"rate_per_day": rate, "r2": r2}


def _of_quantiles(check: Check, held: pd.DataFrame, points: _Points) -> Iterator[dict[str, Any]]:
    """Rows of the lines of quantiles: the recorded slope where no other is better, else the best one.

    A best line goes through two points; several may be equally good.
    """
    x, y = points.days - points.days.mean(), np.log(points.value)
    one, other = np.triu_indices(len(x), 1)
    apart = x[one] != x[other]
    slopes = (y[other] - y[one])[apart] / (x[other] - x[one])[apart]
    for trend, quantile in _QUANTILES.items():
        sums = pinball(x, y, quantile, slopes)
        told = held.loc[held["trend"] == trend, "rate_per_day"].to_numpy(float)
        as_good = len(told) and pinball(x, y, quantile, told)[0] <= sums.min() * (1 + _TIED)
        rate = float(told[0]) if as_good else float(slopes[sums.argmin()])
        yield _about(trend, points, len(x)) | {"rate_per_day": rate, "r2": math.nan}


def _interval(run: RunFiles, density: _Points) -> tuple[float, float]:
    """Fast and slow end, months, resampled by model."""
    generator, n = named_generator("density records"), len(density.days)
    n_replicates = int(run.config["other_laws"]["n_replicates"])
    drawn = generator.integers(0, n, (n_replicates, n))
    # in time, of one day the highest first; then records stand above all before them
    order = np.lexsort((-density.value, density.days))
    place = np.empty(n, int)
    place[order] = np.arange(n)
    rows = order[np.sort(place[drawn], axis=1)]
    logs, at = np.log(density.value)[rows], density.days[rows] - density.days.mean()
    before = np.maximum.accumulate(logs, axis=1)
    best = np.column_stack([np.ones(n_replicates, bool), logs[:, 1:] > before[:, :-1]])
    count = best.sum(axis=1)
    x, y = (part - (part * best).sum(axis=1, keepdims=True) / count[:, None] for part in (at, logs))
    spread = (x * x * best).sum(axis=1)
    rates = np.where(spread > 0, (x * y * best).sum(axis=1) / np.where(spread > 0, spread, 1.0), 0.0)[count >= _LEAST]
    ends = percentiles("rate", rates, float(run.config["interval_percent"]) / 2)
    months = 12 / _YEAR * math.log(2)
    low, high = (months / ends[name] if ends[name] > 0 else math.inf for name in ("high_rate", "low_rate"))
    return low, high if math.isfinite(high) else math.nan
