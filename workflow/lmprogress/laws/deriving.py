"""Derive: doubling times from coefficients, with intervals over the replicates.

In: coefficients and replicates. Out: frames doubling_time_draws, doubling_times, coefficients with intervals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.schemas.laws import FIT_KEY
from lmprogress.keeping.settings import Specification
from lmprogress.laws.progress import doubling_time_months, growth_rates, has_closed_form
from lmprogress.laws.scaling_laws import Floats
from lmprogress.laws.uncertainty import interval

KEY = [column.name for column in FIT_KEY]


class Derived(NamedTuple):
    """Frames of the tables doubling_time_draws, doubling_times, and coefficients with their intervals."""

    draws: pd.DataFrame
    doubling_times: pd.DataFrame
    coefficients: pd.DataFrame


def derive(
    coefficients: pd.DataFrame,
    replicates: pd.DataFrame,
    *,
    specifications: Mapping[str, Specification],
    offsets: Mapping[str, str | None],
    interval_percent: float,
) -> Derived:
    """Doubling times of each fit in closed form, with intervals over its replicates.

    interval_percent: width of the central interval, percent.
    """
    draws: list[pd.DataFrame] = []
    times: list[dict[str, Any]] = []
    intervals: list[pd.DataFrame] = []
    for identity, fitted in coefficients.groupby(KEY, dropna=False, sort=False):
        key: dict[str, Any] = dict(zip(KEY, identity, strict=True))
        names = fitted.sort_values("number")["coefficient"].tolist()
        estimate = fitted.set_index("coefficient")["estimate"][names].to_numpy()
        same = replicates[_same_fit(replicates, key)]
        specification = specifications[key["specification"]]
        if same.empty:
            intervals.append(fitted)
            times += _point_rows(key, specification, offsets, estimate)
            continue
        unit = str(same["resample_unit"].iloc[0])
        table = same.pivot_table(index="replicate", columns="coefficient", values="estimate")[names]
        ends = np.array([interval(column, interval_percent) for column in table.to_numpy().T])
        bounds = pd.DataFrame(
            {"standard_error": table.to_numpy().std(axis=0), "low": ends[:, 0], "high": ends[:, 2]}, index=names
        )
        intervals.append(fitted.drop(columns=bounds.columns).join(bounds, on="coefficient"))
        if not has_closed_form(specification):
            continue
        points = growth_rates(specification, offsets, estimate[None])
        for rate, rates in growth_rates(specification, offsets, table.to_numpy()).items():
            what = {**key, **rate._asdict()}
            draws.append(
                pd.DataFrame({"replicate": table.index, "growth_rate_per_year": rates}).assign(
                    **what, resample_unit=unit
                )
            )
            point = float(points[rate][0])
            times.extend(
                {**what, **row} for row in _doubling_time_rows(key["procedure"], unit, point, rates, interval_percent)
            )
    all_draws = pd.concat(draws) if draws else tables.empty("doubling_time_draws")
    return Derived(all_draws, pd.DataFrame(times), pd.concat(intervals))


def _point_rows(
    key: Mapping[str, Any], specification: Specification, offsets: Mapping[str, str | None], estimate: Floats
) -> Iterator[dict[str, Any]]:
    """Doubling times of a fit that has no replicates: without intervals."""
    if has_closed_form(specification):
        for rate, values in growth_rates(specification, offsets, estimate[None]).items():
            months = doubling_time_months(float(values[0]))
            empty = dict.fromkeys(("low_months", "median_months", "high_months"))
            counts = {"method": "closed_form", "n_replicates": 0, "n_without_progress": 0}
            point = {"estimate_months": None if np.isinf(months) else months}
            yield {**key, **rate._asdict(), **counts, **point, "interval_method": "none", **empty}


def _same_fit(frame: pd.DataFrame, key: Mapping[str, Any]) -> pd.Series:
    # the number in the study follows from the specification and may be empty
    return np.logical_and.reduce([frame[name] == key[name] for name in KEY if name != "ho_number"])


def _doubling_time_rows(
    procedure: str, unit: str, point: float, rates: Floats, percent: float
) -> Iterator[dict[str, Any]]:
    """One row for each way to take an interval."""
    common = {
        "method": "closed_form",
        "n_replicates": len(rates),
        "n_without_progress": int((rates <= 0).sum()),
        "estimate_months": doubling_time_months(point),
    }
    if procedure == "study" and unit == "row":
        # the study takes percentiles of the doubling times themselves, negative ones among them
        with np.errstate(divide="ignore"):
            low, median, high = interval(12 / rates, percent)
        yield _times(common, f"{unit}_bootstrap_times", low, median, high)
    slow, median, fast = interval(rates, percent)
    ends = (doubling_time_months(rate) for rate in (fast, median, slow))
    yield _times(common, f"{unit}_bootstrap_rates", *ends)


def _times(common: Mapping[str, Any], method: str, low: float, median: float, high: float) -> dict[str, Any]:
    months = {"low_months": low, "median_months": median, "high_months": high}
    row = {**common, "interval_method": method, **months}
    return {name: None if isinstance(v, float) and np.isinf(v) else v for name, v in row.items()}
