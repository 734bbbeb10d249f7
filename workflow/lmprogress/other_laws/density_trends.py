"""Trends of density, of inference prices and of their product, with what speaks against each.

In: densities, models, prices, published slopes. Out: the frame of the table density_trend.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.core import tables
from lmprogress.core.dates import DAYS_PER_MONTH, DAYS_PER_YEAR
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.other_laws.densities import PUBLISHED
from lmprogress.other_laws.trends import (
    Trend,
    doubling_interval,
    fit_quantile,
    fit_trend,
    record_trend,
    records,
    resampled_record_rates,
)


def tabulate_density_trend(
    densities: pd.DataFrame,
    models: pd.DataFrame,
    prices: pd.DataFrame,
    slopes: pd.DataFrame,
    *,
    trend_ends: Sequence[datetime.date],
    recent_from: datetime.date,
    moore_years: float,
    n_replicates: int,
    interval_percent: float,
) -> pd.DataFrame:
    """Every trend as a row. moore_years: doubling time of computing power for one price, years.

    The main one is Densing Law's: ln of the running maximum of density over days. Slopes that are published without
    their points enter as they are.
    """
    published = densities[densities["score_basis"] == PUBLISHED]
    rows = _envelopes(published, trend_ends, recent_from, n_replicates, interval_percent)
    cf = models.dropna(subset=["published_density_mmlu_cf"])
    rows.append(
        _row(
            "mmlu_cf_records", "density on MMLU-CF, kept free of contamination: running maximum", cf,
            _record_trend(cf, "published_density_mmlu_cf"),
        )
    )  # fmt: skip
    rows += _honest(published)
    rows += _as_compute(published)
    rows += _prices(prices)
    rows += [
        {
            "trend": s["trend"], "definition": s["definition"], "first_date": s["first_date"],
            "last_date": s["last_date"], "n_points": 0, "rate_per_day": s["rate_per_day"],
        }
        for s in slopes.to_dict("records")
    ]  # fmt: skip
    moore = math.log(2) / (moore_years * DAYS_PER_YEAR)
    names = {"records": "density: running maximum", "published_preprint": "density as published"}
    for of in names:
        rate = next(row["rate_per_day"] for row in rows if row["trend"] == of)
        rows.append(
            {
                "trend": f"{of}_with_moore",
                "definition": f"{names[of]}, together with computing power for one price",
                "n_points": 0,
                "rate_per_day": rate + moore,
            }
        )
    frame = tables.of_rows(rows, "density_trend")
    # no growth is an infinite time
    rates = frame["rate_per_day"].astype(float)
    frame["months"] = math.log(2) / rates.where(rates > 0) / DAYS_PER_MONTH
    return frame


def _days(frame: pd.DataFrame) -> pd.Series:
    return pd.to_datetime(frame["publication_date"]).map(pd.Timestamp.toordinal)


def _record_trend(frame: pd.DataFrame, column: str) -> Trend:
    return record_trend(_days(frame), frame[column])


def _row(trend: str, definition: str, frame: pd.DataFrame, fitted: Trend) -> dict[str, Any]:
    return {
        "trend": trend,
        "definition": definition,
        "first_date": frame["publication_date"].min(),
        "last_date": frame["publication_date"].max(),
        "n_points": fitted.n_points,
        "rate_per_day": fitted.rate,
        "r2": fitted.r2,
    }


def _envelopes(
    published: pd.DataFrame,
    trend_ends: Sequence[datetime.date],
    recent_from: datetime.date,
    n_replicates: int,
    percent: float,
) -> list[dict[str, Any]]:
    """The running maximum: all of it with its interval, by end date, without its last record, since a date."""
    rates = resampled_record_rates(
        _days(published), published["density"], n_replicates, named_generator("density records")
    )
    months = (days / DAYS_PER_MONTH for days in doubling_interval(rates, percent))
    low, high = (time if math.isfinite(time) else np.nan for time in months)
    ends = {"low_months": low, "high_months": high}
    rows = [
        _row("records", "density: running maximum", published, _record_trend(published, "density")) | ends,
    ]
    for end in trend_ends:
        known = published[published["publication_date"] <= end.isoformat()]
        rows.append(
            _row(
                f"records_to_{end:%Y_%m}", f"density as known on {end}: running maximum", known,
                _record_trend(known, "density"),
            )
        )  # fmt: skip
    best = published.iloc[records(_days(published), published["density"])]
    recent = best[best["publication_date"] >= recent_from.isoformat()]
    rows.append(_row("records_recent", f"records of density since {recent_from}", recent, _plain(recent)))
    without = published.drop(best.index[-1])
    other = published.dropna(subset=["density_at_least_minimum"])
    rows.append(
        _row(
            "records_by_least_minimum", "density by the loss law of the least sum of squares: running maximum", other,
            _record_trend(other, "density_at_least_minimum"),
        )
    )  # fmt: skip
    rows.append(
        _row("records_without_last", "density without the model that holds the last record: running maximum", without,
             _record_trend(without, "density"))
    )  # fmt: skip
    return rows


def _plain(frame: pd.DataFrame) -> Trend:
    return fit_trend(_days(frame), frame["density"])


def _honest(published: pd.DataFrame) -> list[dict[str, Any]]:
    """All models instead of records alone: mean, median, upper decile."""
    rows = [_row("all_models", "density: all models, least squares", published, _plain(published))]
    for quantile in (0.5, 0.9):
        fitted = fit_quantile(_days(published), published["density"], quantile)
        rows.append(
            _row(f"quantile_{quantile * 100:.0f}", f"density: quantile {quantile:g} of all models", published, fitted)
        )
    return rows


def _as_compute(published: pd.DataFrame) -> list[dict[str, Any]]:
    """Density turned into effective compute: at the assumed tokens, at the tokens that were used, and net of them.

    Density takes all models to have been trained on the same number of tokens, so that training a model for longer
    counts as density. Compute-equivalent gain charges for the tokens.
    """
    known = published.dropna(subset=["compute_gain"])
    days = _days(known)
    rows = [
        _row(
            "disclosed_tokens_records",
            "density: running maximum, dense models with disclosed tokens",
            known,
            _record_trend(known, "density"),
        ),
        _row(
            "compute_records",
            "gain in compute (the reference's least compute for the same score over 6ND): running maximum",
            known,
            _record_trend(known, "compute_gain"),
        ),
        _row(
            "compute_all_models",
            "gain in compute: dense models with disclosed tokens, least squares",
            known,
            fit_trend(days, known["compute_gain"]),
        ),
        _row(
            "disclosed_tokens_all_models",
            "density: dense models with disclosed tokens, least squares",
            known,
            _plain(known),
        ),
    ]
    # ln density = intercept + rate · day + elasticity · ln(tokens per parameter)
    design = np.column_stack([np.ones(len(known)), days - days.mean(), np.log(known["tokens_per_parameter"])])
    target = np.log(known["density"].to_numpy(float))
    solution = np.linalg.lstsq(design, target, rcond=None)[0]
    residual = target - design @ solution
    r2 = 1 - float(np.square(residual).sum() / np.square(target - target.mean()).sum())
    rows.append(
        _row(
            "net_of_tokens", "density at equal tokens per parameter: dense models with disclosed tokens", known,
            Trend(float(solution[0]), float(solution[1]), r2, len(known)),
        )
    )  # fmt: skip
    return rows


def _prices(prices: pd.DataFrame) -> list[dict[str, Any]]:
    """Price of a fixed capability: the running minimum, and its first and last points alone."""
    value, days = 1 / prices["usd_per_million_tokens"].to_numpy(float), _days(prices)
    best = records(days, value)
    ends = best[[0, -1]]
    rows = []
    for trend, definition, chosen in (
        ("price_records", "tokens for a dollar at the level of GPT-3.5: running maximum", best),
        ("price_end_points", "the same, first and last record alone", ends),
    ):
        fitted = fit_trend(days.iloc[chosen], value[chosen])
        rows.append(_row(trend, definition, prices.iloc[chosen], fitted))
    return rows
