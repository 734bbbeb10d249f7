"""Rates of progress on one axis, gathered again from published ones and from tables of results.

In: a run. Out: the check `progress_rates`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.auditing.derivations.series_values import timed_values
from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_FILE = "results/tables/progress_rates.parquet"
_MODELS = "language models"
_OF_DENSITY = {
    **dict.fromkeys(("records", "all_models", "quantile_50", "records_by_least_minimum"), _MODELS),
    **dict.fromkeys(("compute_all_models", "net_of_tokens"), _MODELS),
    **dict.fromkeys(("price_records", "records_with_moore"), "prices"),
}
_OF_TECHNOLOGY = {
    "airspeed_record": "aviation",
    **dict.fromkeys(("processor_clock", "single_thread_performance", "transistors"), "hardware"),
}
_LEAST_TIMED = 5  # records
_DAYS_A_MONTH = 365.25 / 12
_CLOSE = 1e-9
_NUMBERS = ("months", "low", "high")
_SHARED = ["rate", "domain", "period", "origin", *_NUMBERS]


def check_progress_rates(run: RunFiles) -> Check:
    """Months per doubling, ends, periods and origins of every rate; words where they are those of another table."""
    check = Check("progress_rates", "months per doubling of each rate, published or from doubling times and trends")
    held = readable(run, _FILE)
    if held is None:
        return check
    published, of_density = list(_published(run)), list(_densities(run))
    follows = pd.DataFrame([*published, *of_density, *_doubling_times(run), *_technologies(run), *_timed(run, held)])
    check.equal(_FILE, held[_SHARED], follows[_SHARED].astype(dict.fromkeys(_NUMBERS, float)), ["rate"], _CLOSE)
    # the words of the others are their own
    for rows, names in ((published, ["definition", "interval", "source"]), (of_density, ["definition"])):
        told = pd.DataFrame(rows)[["rate", *names]]
        check.equal(_FILE, held.loc[held["rate"].isin(list(told["rate"])), list(told.columns)], told, ["rate"])
    return check


def _published(run: RunFiles) -> Iterator[dict[str, Any]]:
    numbers = ("value", "low", "high", "period_years")
    for said in run.csv("raw/other_laws/published_rates.csv").astype(dict.fromkeys(numbers, float)).to_dict("records"):
        value, *ends = (_months(said[name], said["unit"], said["period_years"]) for name in numbers[:3])
        # a larger factor is a shorter doubling
        low, high = sorted(ends) if not any(map(math.isnan, ends)) else ends
        row = {name: said[name] for name in ("rate", "domain", "period", "definition", "interval", "source")}
        times = {"months": value, "low": low, "high": high}
        yield (
            row
            | {"origin": "published"}
            | {name: time if time < math.inf else math.nan for name, time in times.items()}
        )


def _months(value: float, unit: str, period_years: float) -> float:
    """Months for one doubling."""
    if math.isnan(value):
        return value
    if value <= (0 if unit in ("months", "log_per_day") else 1):
        return math.inf
    if unit == "months":
        return value
    if unit == "log_per_day":
        return math.log(2) / (value * _DAYS_A_MONTH)
    years = period_years if unit == "factor_over_period" and not math.isnan(period_years) else 1.0
    return 12 * years * math.log(2) / math.log(value)


def _doubling_times(run: RunFiles) -> Iterator[dict[str, Any]]:
    """That of effective compute in the verdict of each edition."""
    for time in run.parquet("results/tables/verdict.parquet").to_dict("records"):
        edition = time["edition"]
        years = run.parquet(f"processed/{edition}/observations.parquet")["publication_year"]
        yield (
            _computed(f"verdict_{edition}", _MODELS, time["estimate_months"])
            | {end: time[f"{end}_months"] for end in ("low", "high")}
            | {"period": f"{years.min():.0f}–{years.max():.0f}"}
        )


def _computed(rate: str, domain: str, months: float) -> dict[str, Any]:
    return {"rate": rate, "domain": domain, "months": months, "low": math.nan, "high": math.nan, "origin": "computed"}


def _densities(run: RunFiles) -> Iterator[dict[str, Any]]:
    for trend in run.parquet("results/tables/density_trend.parquet").to_dict("records"):
        if trend["trend"] not in _OF_DENSITY:
            continue
        dates = trend["first_date"], trend["last_date"]
        period = "–".join(date[:4] for date in dates) if isinstance(dates[0], str) else None
        row = _computed(f"density_{trend['trend']}", _OF_DENSITY[trend["trend"]], trend["months"]) | {"period": period}
        yield row | {"low": trend["low_months"], "high": trend["high_months"], "definition": trend["definition"]}


def _technologies(run: RunFiles) -> Iterator[dict[str, Any]]:
    """What technologies had before their slowdown."""
    for bend in run.parquet("results/tables/change_points.parquet").to_dict("records"):
        before = bend["doubling_before_years"]
        bent = bend["tool"] == "broken_stick" and not math.isnan(bend["break_year"]) and before > 0
        if bent and bend["series"] in _OF_TECHNOLOGY:
            row = _computed(f"{bend['series']}_before_break", _OF_TECHNOLOGY[bend["series"]], 12 * before)
            yield row | {"period": f"to {bend['break_year']:.0f}"}


def _timed(run: RunFiles, held: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Time over doublings of contests against the clock; ends, which are drawn, hold the estimate between them."""
    minutes = run.csv("raw/other_laws/timed_records.csv").query("unit == 'minutes'")["series"].unique()
    for name, (years, values) in timed_values(run).items():
        doublings, gaps, of_year = np.diff(np.log2(values)), np.diff(years), years[1:].astype(int)
        for year in (None, *np.unique(of_year)):
            inside = np.full(len(gaps), year is None) | (of_year == year)
            row = held[held["rate"] == (f"{name}_{year}" if year else name)].to_dict("records")
            if name not in minutes or inside.sum() < _LEAST_TIMED or (year is not None and inside.all()):
                continue
            first, last = (years[0] if year is None else year), of_year[inside][-1]
            shown = {end: row[0][end] for end in ("low", "high")} if row and row[0]["low"] <= row[0]["high"] else {}
            computed = _computed(
                f"{name}_{year}" if year else name, _MODELS, 12 * gaps[inside].sum() / doublings[inside].sum()
            )
            yield (
                computed
                | shown
                | {"period": f"{int(first)}–{last}" if year is None and int(first) < last else f"{last}"}
            )
