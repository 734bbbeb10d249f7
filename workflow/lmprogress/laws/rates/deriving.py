"""Derive: doubling times from coefficients, in closed form or by search, with intervals over the replicates.

In: coefficients and replicates. Out: frames doubling_time_draws, doubling_times, coefficients with intervals.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lmprogress.core import tables
from lmprogress.core.settings import Conversion, Specification
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.task import KEY, by_coefficient, by_fit, fit_name, keyed_rows
from lmprogress.laws.fits.uncertainty import interval
from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.laws.rates.numerical_progress import numerical_rates, numerical_rates_as_study
from lmprogress.laws.rates.progress import (
    Rate,
    doubling_time_interval,
    doubling_time_months,
    finite_or_none,
    growth_rates,
    has_closed_form,
)


class Derived(NamedTuple):
    """Frames of the tables doubling_time_draws, doubling_times, and coefficients with their intervals."""

    draws: pd.DataFrame
    doubling_times: pd.DataFrame
    coefficients: pd.DataFrame


def derive(
    coefficients: pd.DataFrame,
    replicates: pd.DataFrame,
    *,
    laws: LawSet,
    interval_percent: float,
) -> Derived:
    """Doubling times of each fit in closed form, with intervals over its replicates.

    interval_percent: width of the central interval, percent.
    """
    draws: list[tuple[dict[str, Any], dict[str, Any]]] = []
    times: list[dict[str, Any]] = []
    intervals: list[pd.DataFrame] = []
    resampled = by_fit(replicates)
    for identity, unordered in coefficients.groupby(KEY, dropna=False, sort=False):
        key: dict[str, Any] = dict(zip(KEY, identity, strict=True))
        fitted = unordered.sort_values("number")
        estimate = fitted["estimate"].to_numpy()
        same = resampled.get(fit_name(key), replicates.iloc[:0])
        specification, offsets = laws.specifications[key["specification"]], laws.offsets
        if same.empty:
            intervals.append(fitted)
            times += _point_rows(key, specification, offsets, estimate)
            continue
        unit = str(same["resample_unit"].iloc[0])
        numbers, replicated = by_coefficient(same, "replicate")
        ends = np.array([interval(column, interval_percent) for column in replicated.T])
        intervals.append(fitted.assign(standard_error=replicated.std(axis=0), low=ends[:, 0], high=ends[:, 2]))
        if not has_closed_form(specification):
            continue
        points = growth_rates(specification, offsets, estimate[None])
        for rate, rates in growth_rates(specification, offsets, replicated).items():
            what = {**key, **rate._asdict()}
            draws.append(({**what, "resample_unit": unit}, {"replicate": numbers, "growth_rate_per_year": rates}))
            point = float(points[rate][0])
            times.extend(
                {**what, **row}
                for row in _doubling_time_rows("closed_form", key["procedure"], unit, point, rates, interval_percent)
            )
    all_draws = keyed_rows(draws) if draws else tables.empty("doubling_time_draws")
    return Derived(all_draws, _of_times(times), pd.concat(intervals) if intervals else coefficients)


def derive_numerically(
    fits: pd.DataFrame,
    coefficients: pd.DataFrame,
    replicates: pd.DataFrame,
    *,
    laws: LawSet,
    conversion: Conversion,
    as_study: Collection[str],
    interval_percent: float,
) -> pd.DataFrame:
    """Doubling times of effective compute of each fit by search, with intervals over its replicates.

    conversion: the budget and the year to which the doubling is referred. as_study: specifications whose doubling
    times are also searched for as the study did, where its procedure was resampled. Out: frame doubling_times.
    """
    times: list[dict[str, Any]] = []
    estimates, resampled = by_fit(coefficients), by_fit(replicates)
    for _, some in fits.groupby(["specification", "data_variant"], sort=False):
        # fits of one law differ in their penalty alone: searched together
        law = laws.law_of(some.iloc[0])
        keys = [{name: fit[name] for name in KEY} for _, fit in some.iterrows()]
        parts, units = [], []
        for key in keys:
            name = fit_name(key)
            fitted = estimates[name].set_index("coefficient")["estimate"]
            unit, drawn = "", np.empty((0, len(law.coefficients)))
            if name in resampled:
                unit, drawn = replicate_coefficients(resampled[name])
            parts.append(np.vstack([fitted[list(law.coefficients)].to_numpy(float), drawn]))
            units.append(unit)
        together, ends = np.vstack(parts), np.cumsum([len(part) for part in parts])
        searches: dict[str, dict[Rate, Floats]] = {"numerical": numerical_rates(law, together, conversion)}
        if keys[0]["procedure"] == "study" and keys[0]["specification"] in as_study:
            searches["numerical_as_study"] = numerical_rates_as_study(law, together, conversion)
        for method, rates in searches.items():
            for rate, values in rates.items():
                for key, unit, own in zip(keys, units, np.split(values, ends[:-1]), strict=True):
                    rows: Iterator[dict[str, Any]] = iter([_without_interval(method, float(own[0]))])
                    if unit:
                        rows = _doubling_time_rows(
                            method, key["procedure"], unit, float(own[0]), own[1:], interval_percent
                        )
                    times.extend({**key, **rate._asdict(), **row} for row in rows)
    return _of_times(times)


def _of_times(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return tables.of_rows(rows, "doubling_times")


class Resampled(NamedTuple):
    """A fit and its replicates: coefficients (p,), what was resampled, coefficients of replicates (R, p)."""

    estimate: Floats
    unit: str
    replicates: Floats


def replicate_coefficients(replicates: pd.DataFrame) -> tuple[str, Floats]:
    """What was resampled, and the coefficients (R, p) in each of `replicates`, rows of that table of one fit."""
    return str(replicates["resample_unit"].iloc[0]), by_coefficient(replicates, "replicate")[1]


def _point_rows(
    key: Mapping[str, Any], specification: Specification, offsets: Mapping[str, str | None], estimate: Floats
) -> Iterator[dict[str, Any]]:
    """Doubling times of a fit that has no replicates: without intervals."""
    if has_closed_form(specification):
        for rate, values in growth_rates(specification, offsets, estimate[None]).items():
            yield {**key, **rate._asdict(), **_without_interval("closed_form", float(values[0]))}


def _without_interval(method: str, rate: float) -> dict[str, Any]:
    return {
        "method": method,
        "n_replicates": 0,
        "n_without_progress": 0,
        "estimate_months": finite_or_none(doubling_time_months(rate)),
        "interval_method": "none",
        **dict.fromkeys(("low_months", "median_months", "high_months")),
    }


def _doubling_time_rows(
    method: str, procedure: str, unit: str, point: float, rates: Floats, percent: float
) -> Iterator[dict[str, Any]]:
    """One row for each way to take an interval: the study's is of times."""
    for kind in ("times", "rates") if procedure == "study" and unit == "row" else ("rates",):
        low, median, high = doubling_time_interval(rates, percent, of_times=kind == "times")
        yield {
            "method": method,
            "n_replicates": len(rates),
            "n_without_progress": int((rates <= 0).sum()),
            "estimate_months": finite_or_none(doubling_time_months(point)),
            "interval_method": f"{unit}_bootstrap_{kind}",
            "low_months": finite_or_none(low),
            "median_months": finite_or_none(median),
            "high_months": finite_or_none(high),
        }
