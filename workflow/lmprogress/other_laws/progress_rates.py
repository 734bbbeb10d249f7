"""Rates of progress on one axis, in months for one doubling.

In: published rates, the verdict, trends of density, timed records, slowdowns. Out: the frame of the table
progress_rates.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.dates import DAYS_PER_MONTH

_HERE = "computed here"
# rates of the table verdict are called this and their edition
VERDICT = "verdict_"
# trends of density that stand on the axis -> domain
_TRENDS = {
    "records": "language models",
    "all_models": "language models",
    "quantile_50": "language models",
    "records_by_least_minimum": "language models",
    "compute_all_models": "language models",
    "net_of_tokens": "language models",
    "price_records": "prices",
    "records_with_moore": "prices",
}
# technologies with a slowdown -> domain
_TECHNOLOGIES = {
    "airspeed_record": "aviation",
    "processor_clock": "hardware",
    "single_thread_performance": "hardware",
    "transistors": "hardware",
}


def months_per_doubling(value: float, unit: str, period_years: float | None) -> float:
    """Months for one doubling of a rate in `unit`: months, factor_per_year, factor_over_period or log_per_day.

    No growth is an infinite time, and so is decline, which sources print as a factor below one or a negative time.
    """
    if value <= (1 if unit.startswith("factor") else 0):
        return math.inf
    if unit == "months":
        return value
    if unit == "log_per_day":
        return math.log(2) / value / DAYS_PER_MONTH
    years = 1.0 if unit == "factor_per_year" or period_years is None else period_years
    return 12 * years / math.log2(value)


def compare_rates(
    published: pd.DataFrame,
    verdict: pd.DataFrame,
    density_trend: pd.DataFrame,
    change_points: pd.DataFrame,
    timed: Iterable[dict[str, Any]],
    periods: Mapping[str, str],
    interval_percent: float,
) -> pd.DataFrame:
    """All rates together.

    verdict: as in its schema. timed: rows of timed_records.timed_rates.

    periods: years of each edition's observations. An empty end of an interval has no bound.
    """
    rows = [_published(row) for row in published.to_dict("records")]
    interval = f"{interval_percent:g} %"
    for time in verdict.to_dict("records"):
        rows.append(
            {
                "rate": f"{VERDICT}{time['edition']}",
                "domain": "language models",
                "definition": f"effective compute at equal perplexity: main law, edition {time['edition']}",
                "months": time["estimate_months"],
                **{end: time[f"{end}_months"] for end in ("low", "high")},
                "interval": f"{time['level']:g} %, likelihood ratio",
                "period": periods[time["edition"]],
                "origin": "computed",
                "source": _HERE,
            }
        )
    for trend in density_trend[density_trend["trend"].isin(list(_TRENDS))].to_dict("records"):
        dated = isinstance(trend["first_date"], str)
        # a slow end may be infinite; where the fast end is, too, no progress is all that is left
        has_interval = not math.isnan(trend["low_months"]) or not math.isnan(trend["high_months"])
        rows.append(
            {
                "rate": f"density_{trend['trend']}",
                "domain": _TRENDS[trend["trend"]],
                "definition": trend["definition"],
                "months": trend["months"],
                "low": trend["low_months"],
                "high": trend["high_months"],
                "interval": f"{interval}, resampled by model" if has_interval else None,
                "period": f"{trend['first_date'][:4]}–{trend['last_date'][:4]}" if dated else None,
                "origin": "computed",
                "source": f"{_HERE} from the points of Densing Law (arXiv 2412.04315)",
            }
        )
    rows += timed
    rows += [_before_break(row) for row in _slowed(change_points)]
    return tables.of_rows(rows, "progress_rates")


def _published(row: Mapping[Any, Any]) -> dict[str, Any]:
    low, value, high = (
        None if math.isnan(row[name]) else months_per_doubling(row[name], row["unit"], row["period_years"])
        for name in ("low", "value", "high")
    )
    if low is not None and high is not None and low > high:
        low, high = high, low  # a larger factor is a shorter doubling
    kept = {name: row[name] for name in ("rate", "domain", "definition", "interval", "period", "source")}
    times = {"months": value, "low": low, "high": high}
    finite = {name: None if time is None or math.isinf(time) else time for name, time in times.items()}
    return kept | finite | {"origin": "published"}


def _slowed(change_points: pd.DataFrame) -> list[dict[Any, Any]]:
    """Technologies with a slowdown: what they had before it."""
    bent = change_points[(change_points["tool"] == "broken_stick") & change_points["break_year"].notna()]
    return bent[bent["series"].isin(list(_TECHNOLOGIES)) & (bent["doubling_before_years"] > 0)].to_dict("records")


def _before_break(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "rate": f"{row['series']}_before_break",
        "domain": _TECHNOLOGIES[row["series"]],
        "definition": f"{row['series'].replace('_', ' ')} before its slowdown of {row['break_year']:.0f}",
        "months": 12 * row["doubling_before_years"],
        "period": f"to {row['break_year']:.0f}",
        "origin": "computed",
        "source": f"{_HERE} from the table technology_series",
    }
