"""Identification: whether the data say how fast effective compute grows, law by law.

In: observations, global minima, their basins, doubling times and profile intervals. Out: the frame identification.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.core import tables
from lmprogress.core.settings import Identification, Specification
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.task import Task, by_fit, fit_name
from lmprogress.laws.inference.bootstrapping import basins_of, tasks_of
from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.laws.rates.progress import (
    EFFECTIVE_COMPUTE,
    Rate,
    doubling_time_months,
    finite_or_none,
    growth_rates,
    has_closed_form,
)
from lmprogress.laws.solver.objective import derivatives, objectives

# step of numerical derivatives of rates, as a share of each coefficient
_STEP = 1e-6


def identify(
    observations: pd.DataFrame,
    fits: pd.DataFrame,
    basins: pd.DataFrame,
    doubling_times: pd.DataFrame,
    profile_intervals: pd.DataFrame,
    *,
    laws: LawSet,
    settings: Identification,
    interval_percent: float,
) -> pd.DataFrame:
    """One row for each doubling time of effective compute that has an interval, with a plain verdict.

    fits: global minima. The intervals are those of the bootstrap by paper (percentiles of growth rates) and of the
    profile likelihood; a fit that has neither is left out. An end that is infinite is no progress. Where a law has
    no closed form its doubling time is the numerical one, and rivals have none.
    """
    rows: list[dict[str, Any]] = []
    starts, all_times, all_intervals = by_fit(basins), by_fit(doubling_times), by_fit(profile_intervals)
    for task, _ in tasks_of(fits, observations, laws):
        times = _effective_compute(
            all_times.get(fit_name(task.key), doubling_times[:0]), has_closed_form(task.law.specification)
        )
        intervals = all_intervals.get(fit_name(task.key), profile_intervals[:0])
        profiled = intervals[intervals["quantity"] == "growth_rate_per_year"].to_dict("records")
        if times.empty or not (profiled or times["n_replicates"].any()):
            continue
        known = basins_of(task, starts)
        values = objectives(task.problem, known, task.penalty)
        rivals = known[values <= values.min() + settings.basin_within]
        condition, covariance = _curvature(task, known[0])
        for time in times.to_dict("records"):
            rate = Rate(EFFECTIVE_COMPUTE, time["benchmark"], time["group"])
            row = {
                **task.key,
                "benchmark": rate.benchmark,
                "group": rate.group,
                "estimate_months": time["estimate_months"],
                "n_rivals": len(rivals),
                "condition": condition,
                "rate_correlation": _rate_correlation(task, laws.offsets, known[0], covariance, rate),
                **_resampled(time),
                **_profiled(profiled[0] if profiled else None),
            }
            months = _rival_months(task, laws.offsets, rivals, rate)
            row |= {
                "fastest_rival_months": finite_or_none(min(months)),
                "slowest_rival_months": finite_or_none(max(months)),
            }
            rows.append({**row, "verdict": _verdict(task, row, months, settings, interval_percent)})
    return tables.of_rows(rows, "identification")


def _effective_compute(times: pd.DataFrame, closed_form: bool) -> pd.DataFrame:
    """The rows of effective compute with percentiles of growth rates, or without an interval where none was drawn."""
    method = "closed_form" if closed_form else "numerical"
    return times[
        (times["quantity"] == EFFECTIVE_COMPUTE)
        & (times["method"] == method)
        & times["interval_method"].isin(["paper_bootstrap_rates", "none"])
    ]


def _resampled(time: Mapping[Any, Any]) -> dict[str, Any]:
    n = int(time["n_replicates"])
    return {
        "n_replicates": n,
        "share_without_progress": int(time["n_without_progress"]) / n if n else None,
        "bootstrap_low_months": time["low_months"],
        "bootstrap_high_months": time["high_months"],
    }


def _profiled(interval: Mapping[Any, Any] | None) -> dict[str, Any]:
    found: Mapping[Any, Any] = interval or {}
    return {
        "profiled": interval is not None,
        "profile_low_months": found.get("low_months"),
        "profile_high_months": found.get("high_months"),
        "no_progress_p_value": found.get("no_progress_p_value"),
    }


def _curvature(task: Task, minimum: Floats) -> tuple[float, Floats]:
    """Condition number of the Hessian at `minimum` (p,), and its inverse over the coefficients that are not zero.

    Each coefficient is first put in units of its own curvature. Coefficients at zero under a penalty do not move.
    """
    _, _, hessian = derivatives(task.problem, minimum)
    free = np.flatnonzero((minimum != 0) | (np.full(len(minimum), task.penalty) == 0))
    free = free[np.diag(hessian)[free] > 0]
    scale = 1 / np.sqrt(np.diag(hessian)[free])
    scaled = hessian[np.ix_(free, free)] * scale[:, None] * scale
    eigenvalues = np.linalg.eigvalsh(scaled)
    flat = eigenvalues[0] <= np.finfo(float).eps * len(free) * eigenvalues[-1]
    inverse = np.zeros_like(hessian)
    inverse[np.ix_(free, free)] = np.linalg.pinv(scaled) * scale[:, None] * scale
    return (float("inf") if flat else float(eigenvalues[-1] / eigenvalues[0])), inverse


def _rate_correlation(
    task: Task, offsets: Mapping[str, str | None], minimum: Floats, covariance: Floats, rate: Rate
) -> float | None:
    """Correlation of the rates in parameters and in data, to first order about `minimum`."""
    if not has_closed_form(task.law.specification):
        return None
    steps = np.diag(_STEP * np.where(minimum != 0, np.abs(minimum), 1.0))
    above, below = (growth_rates(task.law.specification, offsets, minimum + sign * steps) for sign in (1, -1))
    slopes = []
    for quantity in ("parameters", "data"):
        same = [r for r in above if r.quantity == quantity and r.benchmark in (rate.benchmark, "all")]
        same = [r for r in same if r.group in (rate.group, "all")]
        if not same:
            return None
        slopes.append((above[same[0]] - below[same[0]]) / (2 * np.diag(steps)))
    if not np.all(np.isfinite(slopes)):
        return None
    matrix = np.array(slopes) @ covariance @ np.array(slopes).T
    if not np.all(np.diag(matrix) > 0):
        return None
    return float(np.clip(matrix[0, 1] / np.sqrt(matrix[0, 0] * matrix[1, 1]), -1, 1))


def _rival_months(task: Task, offsets: Mapping[str, str | None], rivals: Floats, rate: Rate) -> list[float]:
    """The doubling time at each of `rivals` (m, p); nan where the law has no closed form."""
    if not has_closed_form(task.law.specification):
        return [float("nan")]
    rates = growth_rates(task.law.specification, offsets, rivals)[rate]
    return [doubling_time_months(float(one)) for one in rates]


def _verdict(task: Task, row: Mapping[str, Any], months: list[float], settings: Identification, percent: float) -> str:
    if not _has_progress(task.law.specification):
        return "no_progress_in_law"
    tail = (1 - percent / 100) / 2
    unbounded = row["profiled"] and pd.isna(row["profile_high_months"])
    slowest = [row["estimate_months"], row["bootstrap_high_months"], row["profile_high_months"]]
    endless = any(months > settings.slowest_months for months in slowest if not pd.isna(months))
    if unbounded or endless or (row["n_replicates"] and row["share_without_progress"] > tail):
        return "no_progress_not_excluded"
    if max(months) > settings.same_doubling_time * min(months):
        return "several_basins"
    ends = [(row[f"{kind}_low_months"], row[f"{kind}_high_months"]) for kind in ("bootstrap", "profile")]
    wide = any(not high <= settings.wide_interval * low for low, high in ends if not pd.isna(high))
    open_end = row["profiled"] and pd.isna(row["profile_low_months"])
    return "flat_ridge" if wide or open_end else "identified"


def _has_progress(specification: Specification) -> bool:
    factors = [*(f for term in specification.terms.values() for f in term), *specification.scale]
    return any(f.column == "time" or f.plus for f in factors)
