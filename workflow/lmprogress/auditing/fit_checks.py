"""Fits and what is derived from them, recomputed from observations, coefficients and replicates.

In: a run. Out: checks `fits`, `intervals`, `doubling_times`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lmprogress.auditing.findings import Check
from lmprogress.auditing.law_values import columns_of, growth_rate, log_perplexity, references, usable
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_FIT = ["specification", "data_variant", "penalty"]
_CLOSE = 1e-9  # relative: sums of some hundred terms in another order
_AVERAGED = 1e-8  # of a spread over replicates, whose mean cancels
_RATE = ["quantity", "benchmark", "group"]


class _Replicates(NamedTuple):
    """Numbers of the replicates of a fit, (R,), and each coefficient in them, (R,)."""

    numbers: np.ndarray
    theta: dict[str, np.ndarray]

    @classmethod
    def of(cls, rows: pd.DataFrame) -> _Replicates:
        """From the rows of the table replicates; ValueError where a coefficient lacks a replicate."""
        parts = {str(name): part.sort_values("replicate") for name, part in rows.groupby("coefficient")}
        numbers = np.sort(rows["replicate"].unique())
        for name, part in parts.items():
            if not np.array_equal(part["replicate"], numbers):
                raise ValueError(f"a replicate of {name} is missing or doubled")
        return cls(numbers, {name: part["estimate"].to_numpy(float) for name, part in parts.items()})


def _folders(run: RunFiles) -> Iterator[tuple[str, str]]:
    """Each edition with the folder of each procedure that has fits."""
    for edition in run.editions:
        for name in run.matching(f"processed/{edition}/*/fits.parquet"):
            yield edition, name.rpartition("/")[0]


def _offsets(run: RunFiles) -> dict[str, str]:
    return {name: b["offset"] for name, b in run.yaml("config/benchmarks.yaml").items() if b.get("offset")}


def check_fits(run: RunFiles) -> Check:
    """Rows, references, predictions, mean squared error, objective and r² of each fit."""
    check = Check("fits", "rows, references, predictions, mse, objective and r2, from observations and coefficients")
    models, offsets = run.yaml("config/models.yaml"), _offsets(run)
    for edition, folder in _folders(run):
        observations = readable(run, f"processed/{edition}/observations.parquet")
        fits, coefficients = (readable(run, f"{folder}/{name}.parquet") for name in ("fits", "coefficients"))
        predictions = readable(run, f"{folder}/predictions.parquet")
        if observations is None or fits is None or coefficients is None:
            check.fail(folder, "", "lacks observations, fits or coefficients that can be read")
            continue
        estimates = {key: dict(zip(rows["coefficient"], rows["estimate"], strict=True))
                     for key, rows in coefficients.groupby(_FIT)}  # fmt: skip
        rows, predicted = [], []
        for fit in fits[_FIT].itertuples(index=False):
            key = tuple(fit)
            specification = models["specifications"].get(key[0])
            if specification is None or key not in estimates:
                check.fail(f"{folder}/fits.parquet", _told(key), "has no specification or no coefficients")
                continue
            variant = models["data_variants"][specification.get("data", "dataset_size")]
            used = usable(observations, variant)
            reference = references(used, variant)
            try:
                values = log_perplexity(specification, estimates[key], columns_of(used, reference, offsets))
            except KeyError as missing:
                check.fail(f"{folder}/coefficients.parquet", _told(key), f"lacks the coefficient {missing}")
                continue
            residual = used["log_perplexity"].to_numpy(float) - values
            mse = float(np.mean(residual**2))
            rows.append(
                dict(zip(_FIT, key, strict=True))
                | reference
                | {
                    "n_observations": len(used),
                    "n_papers": used["paper_id"].nunique(),
                    "n_coefficients": len(estimates[key]),
                    "mse": mse,
                    "objective": mse + key[2] * sum(map(abs, estimates[key].values())),
                    "r2": 1 - mse / float(np.var(used["log_perplexity"].to_numpy(float))),
                }
            )
            predicted.append(
                used[["observation_number", "record_id", "benchmark", "log_perplexity"]].assign(
                    **dict(zip(_FIT, key, strict=True)), predicted_log_perplexity=values
                )
            )
        if not rows:
            continue
        follows = pd.DataFrame(rows)
        check.equal(f"{folder}/fits.parquet", fits[list(follows.columns)], follows, _FIT, _CLOSE)
        if predictions is not None:
            told = pd.concat(predicted)
            name, key_columns = f"{folder}/predictions.parquet", [*_FIT, "observation_number"]
            check.equal(name, predictions[list(told.columns)], told, key_columns, _CLOSE)
    return check


def check_intervals(run: RunFiles) -> Check:
    """Estimates with intervals: those of the fit, with spread and percentiles of its replicates."""
    check = Check("intervals", "standard errors and percentiles of coefficients, from replicates")
    half = float(run.config["interval_percent"]) / 2
    for _, folder in _folders(run):
        names = ("coefficients", "coefficients_with_intervals", "replicates")
        fitted, held, replicates = (readable(run, f"{folder}/{name}.parquet") for name in names)
        if fitted is None or held is None or replicates is None:
            continue
        key = [*_FIT, "coefficient"]
        file = f"{folder}/coefficients_with_intervals.parquet"
        check.equal(file, held[[*key, "number", "estimate"]], fitted[[*key, "number", "estimate"]], key)
        rows = [
            (*name, np.std(draws), *np.percentile(draws, [50 - half, 50 + half]))
            for name, draws in (
                (n, rows["estimate"].to_numpy(float)) for n, rows in replicates.groupby(key, sort=False)
            )
        ]
        follows = pd.DataFrame(rows, columns=[*key, "standard_error", "low", "high"])
        has = held[held["standard_error"].notna()]
        check.equal(file, has[list(follows.columns)], follows, key, _AVERAGED)
    return check


def check_doubling_times(run: RunFiles) -> Check:
    """Closed-form doubling times of fits and replicates, and percentiles over the replicates."""
    check = Check("doubling_times", "doubling times in closed form, their draws and percentiles")
    specifications, offsets = run.yaml("config/models.yaml")["specifications"], _offsets(run)
    half = float(run.config["interval_percent"]) / 2
    for _, folder in _folders(run):
        names = ("coefficients", "replicates", "doubling_time_draws", "doubling_times")
        fitted, replicates, draws, times = (readable(run, f"{folder}/{name}.parquet") for name in names)
        if fitted is None or replicates is None or draws is None or times is None:
            continue
        estimates = {key: dict(zip(rows["coefficient"], rows["estimate"], strict=True))
                     for key, rows in fitted.groupby(_FIT)}  # fmt: skip
        resampled = {key: _Replicates.of(rows) for key, rows in replicates.groupby(_FIT)}
        file, rows = f"{folder}/doubling_times.parquet", []
        for name, held in times.groupby([*_FIT, *_RATE], sort=False):
            fit, rate = name[:3], tuple(map(str, name[3:]))
            specification = specifications.get(fit[0])
            if specification is None or fit not in estimates:
                check.fail(file, _told(fit), "has no specification or no coefficients")
                continue
            point = float(growth_rate(specification, estimates[fit], offsets, *rate))
            values = np.empty(0)
            if fit in resampled:
                numbers, theta = resampled[fit]
                values = np.broadcast_to(growth_rate(specification, theta, offsets, *rate), len(numbers))
            rows += [
                dict(zip([*_FIT, *_RATE], name, strict=True))
                | {"interval_method": method, "n_replicates": len(values)}
                | {"n_without_progress": int((values <= 0).sum()), "estimate_months": _months(point)}
                | dict(zip(("low_months", "median_months", "high_months"), _ends(values, method, half), strict=True))
                for method in held["interval_method"]
            ]
        follows = pd.DataFrame(rows)
        if rows:
            key = [*_FIT, *_RATE, "interval_method"]
            check.equal(file, times[list(follows.columns)], follows, key, _AVERAGED)
        _check_draws(check, f"{folder}/doubling_time_draws.parquet", draws, resampled, specifications, offsets)
    return check


def _check_draws(
    check: Check,
    file: str,
    draws: pd.DataFrame,
    resampled: Mapping[Any, _Replicates],
    specifications: dict[str, Any],
    offsets: dict[str, str],
) -> None:
    parts = []
    for name in draws[[*_FIT, *_RATE]].drop_duplicates().itertuples(index=False):
        fit, rate = tuple(name)[:3], tuple(map(str, tuple(name)[3:]))
        if fit not in resampled:
            check.fail(file, _told(fit), "has draws of a fit without replicates")
            continue
        numbers, theta = resampled[fit]
        values = np.broadcast_to(growth_rate(specifications[fit[0]], theta, offsets, *rate), len(numbers))
        parts.append(
            pd.DataFrame({"replicate": numbers, "growth_rate_per_year": values}).assign(
                **dict(zip([*_FIT, *_RATE], (*fit, *rate), strict=True))
            )
        )
    if parts:
        follows = pd.concat(parts)
        check.equal(file, draws[list(follows.columns)], follows, [*_FIT, *_RATE, "replicate"], _CLOSE)


def _months(rate: float) -> float:
    return 12 / rate if rate > 0 and not math.isinf(12 / rate) else math.nan


def _ends(rates: np.ndarray, method: str, half: float) -> tuple[float, float, float]:
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
    return ", ".join(f"{name}={value}" for name, value in zip(_FIT, fit, strict=True))
