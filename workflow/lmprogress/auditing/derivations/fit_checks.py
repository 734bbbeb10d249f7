"""Fits and what is derived from them, recomputed from observations, coefficients and replicates.

In: a run. Out: checks `fits`, `intervals`, `doubling_times`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.auditing.derivations.fit_tables import FIT, estimates, folders, law_rows, resampled, stacked
from lmprogress.auditing.derivations.law_values import growth_rate, log_perplexity
from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_CLOSE = 1e-9  # relative: sums of some hundred terms in another order
_AVERAGED = 1e-8  # of a spread over replicates, whose mean cancels
_RATE = ["quantity", "benchmark", "group"]
_ENDS = ("low_months", "median_months", "high_months")


def check_fits(run: RunFiles) -> Check:
    """Rows, references, predictions, mean squared error, objective and r² of each fit."""
    check = Check("fits", "rows, references, predictions, mse, objective and r2, from observations and coefficients")
    models = run.yaml("config/models.yaml")
    for edition, _, folder in folders(run, "fits"):
        fits, coefficients = (readable(run, f"{folder}/{name}.parquet") for name in ("fits", "coefficients"))
        predictions = readable(run, f"{folder}/predictions.parquet")
        if fits is None or coefficients is None or law_rows(run, edition, "dataset_size") is None:
            check.fail(folder, "", "lacks observations, fits or coefficients that can be read")
            continue
        fitted = estimates(run, folder)
        rows, predicted = [], []
        # of each data variant: its rows, told once
        shown: dict[str, tuple[dict[str, int], dict[str, Any]]] = {}
        for fit in fits[FIT].itertuples(index=False):
            key = tuple(fit)
            specification = models["specifications"].get(key[0])
            if specification is None or key not in fitted:
                check.fail(f"{folder}/fits.parquet", _told(key), "has no specification or no coefficients")
                continue
            variant = specification.get("data", "dataset_size")
            rows_used = law_rows(run, edition, variant)
            if rows_used is None:
                continue
            used, reference, at, response = rows_used
            try:
                values = log_perplexity(specification, fitted[key], at)
            except KeyError as missing:
                check.fail(f"{folder}/coefficients.parquet", _told(key), f"lacks the coefficient {missing}")
                continue
            if variant not in shown:
                counts = {"n_observations": len(used), "n_papers": used["paper_id"].nunique()}
                names = ("observation_number", "record_id", "benchmark")
                shown[variant] = counts, {name: used[name].to_numpy() for name in names}
            mse = float(np.mean((response - values) ** 2))
            rows.append(
                dict(zip(FIT, key, strict=True))
                | reference
                | shown[variant][0]
                | {
                    "n_coefficients": len(fitted[key]),
                    "mse": mse,
                    "objective": mse + key[2] * sum(map(abs, fitted[key].values())),
                    "r2": 1 - mse / float(np.var(response)),
                }
            )
            columns = {"log_perplexity": response, "predicted_log_perplexity": values}
            predicted.append((dict(zip(FIT, key, strict=True)), shown[variant][1] | columns))
        if not rows:
            continue
        follows = pd.DataFrame(rows)
        check.equal(f"{folder}/fits.parquet", fits[list(follows.columns)], follows, FIT, _CLOSE)
        if predictions is not None:
            told = stacked(predicted)
            name, key_columns = f"{folder}/predictions.parquet", [*FIT, "observation_number"]
            check.equal(name, predictions[list(told.columns)], told, key_columns, _CLOSE)
    return check


def check_intervals(run: RunFiles) -> Check:
    """Estimates with intervals: those of the fit, with spread and percentiles of its replicates."""
    check = Check("intervals", "standard errors and percentiles of coefficients, from replicates")
    half = float(run.config["interval_percent"]) / 2
    for _, _, folder in folders(run, "fits"):
        names = ("coefficients", "coefficients_with_intervals")
        fitted, held = (readable(run, f"{folder}/{name}.parquet") for name in names)
        if fitted is None or held is None:
            continue
        key = [*FIT, "coefficient"]
        file = f"{folder}/coefficients_with_intervals.parquet"
        check.equal(file, held[[*key, "number", "estimate"]], fitted[[*key, "number", "estimate"]], key)
        rows = [
            (*fit, name, np.std(draws), *np.percentile(draws, [50 - half, 50 + half]))
            for fit, (_, theta) in resampled(run, folder).items()
            for name, draws in theta.items()
        ]
        follows = pd.DataFrame(rows, columns=[*key, "standard_error", "low", "high"])
        has = held[held["standard_error"].notna()]
        check.equal(file, has[list(follows.columns)], follows, key, _AVERAGED)
    return check


def check_doubling_times(run: RunFiles) -> Check:
    """Closed-form doubling times of fits and replicates, and percentiles over the replicates."""
    check = Check("doubling_times", "doubling times in closed form, their draws and percentiles")
    specifications = run.yaml("config/models.yaml")["specifications"]
    half = float(run.config["interval_percent"]) / 2
    for edition, _, folder in folders(run, "fits"):
        offsets = run.offsets(edition)
        draws, times = (readable(run, f"{folder}/{name}.parquet") for name in ("doubling_time_draws", "doubling_times"))
        if draws is None or times is None:
            continue
        fitted, drawn = estimates(run, folder), resampled(run, folder)
        file, rows, parts = f"{folder}/doubling_times.parquet", [], []
        methods: dict[tuple[Any, ...], list[str]] = {}
        for *name, method in times[[*FIT, *_RATE, "interval_method"]].itertuples(index=False, name=None):
            methods.setdefault(tuple(name), []).append(method)
        for key, of_rate in methods.items():
            fit, rate, about = key[:3], key[3:], dict(zip([*FIT, *_RATE], key, strict=True))
            specification = specifications.get(fit[0])
            if specification is None or fit not in fitted:
                check.fail(file, _told(fit), "has no specification or no coefficients")
                continue
            point = float(growth_rate(specification, fitted[fit], offsets, *rate))
            values = np.empty(0)
            if fit in drawn:
                numbers, theta = drawn[fit]
                values = np.broadcast_to(growth_rate(specification, theta, offsets, *rate), len(numbers))
                parts.append((dict(about), {"replicate": numbers, "growth_rate_per_year": values}))
            about |= {"n_replicates": len(values), "n_without_progress": int((values <= 0).sum())}
            for method in of_rate:
                ends = dict(zip(_ENDS, ends_in_months(values, method, half), strict=True))
                rows.append(about | {"interval_method": method, "estimate_months": _months(point)} | ends)
        if rows:
            follows = pd.DataFrame(rows)
            check.equal(file, times[list(follows.columns)], follows, [*FIT, *_RATE, "interval_method"], _AVERAGED)
        if parts:
            told = stacked(parts)
            key_columns = [*FIT, *_RATE, "replicate"]
            check.equal(f"{folder}/doubling_time_draws.parquet", draws[list(told.columns)], told, key_columns, _CLOSE)
    return check


def _months(rate: float) -> float:
    return 12 / rate if rate > 0 and not math.isinf(12 / rate) else math.nan


def ends_in_months(rates: np.ndarray, method: str, half: float) -> tuple[float, float, float]:
    """Low end, median and high end in months; missing for infinite ones."""
    if not len(rates):
        return math.nan, math.nan, math.nan
    if method.endswith("_times"):
        with np.errstate(divide="ignore"):
            found = [_percentile(12 / rates, share) for share in (50 - half, 50, 50 + half)]
        low, median, high = (math.nan if math.isinf(value) else value for value in found)
        return low, median, high
    slow, middle, fast = (_percentile(rates, share) for share in (50 - half, 50, 50 + half))
    return _months(fast), _months(middle), _months(slow)


def _percentile(values: np.ndarray, share: float) -> float:
    with np.errstate(invalid="ignore"):
        found = float(np.percentile(values, share))
    # between two infinite values there is nothing to interpolate
    return float(np.percentile(values, share, method="nearest")) if math.isnan(found) else found


def _told(fit: tuple[Any, ...]) -> str:
    return ", ".join(f"{name}={value}" for name, value in zip(FIT, fit, strict=True))
