"""The simulation study in one row a procedure and truth: bias, error, coverage, each with its Monte Carlo error.

In: simulated fits. Out: the frame of the table simulation.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from lmprogress.core import tables
from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.laws.rates.progress import doubling_time_months, finite_or_none


def summarise_simulation(simulated_fits: pd.DataFrame) -> pd.DataFrame:
    """Bias and coverage of each procedure under each truth (schemas simulated_fits, simulation).

    The standard error of a mean over S data sets is its standard deviation / √S, of a coverage c √(c · (1 − c) / S).
    Estimates that are infinite, from exponents of zero, leave no mean: bias and error are then of those that are not.
    """
    rows = [
        {"edition": edition, "truth": truth, "procedure": procedure, **_summary(fitted)}
        for (edition, truth, procedure), fitted in simulated_fits.groupby(["edition", "truth", "procedure"])
    ]
    return tables.of_rows(rows, "simulation")


def _summary(fitted: pd.DataFrame) -> dict[str, Any]:
    rates = fitted["growth_rate_per_year"].to_numpy(float)
    truth = float(fitted["true_growth_rate_per_year"].iloc[0])
    errors = rates[np.isfinite(rates)] - truth
    log_errors = np.log(truth / rates[(rates > 0) & np.isfinite(rates)])
    covers = fitted["covers"].dropna().astype(float)
    coverage = float(covers.mean()) if len(covers) else None
    return {
        "n_data_sets": len(rates),
        "true_growth_rate_per_year": truth,
        "true_months": doubling_time_months(truth),
        "median_months": finite_or_none(doubling_time_months(float(np.median(rates)))),
        "share_without_progress": float(np.mean(rates <= 0)),
        "bias": float(errors.mean()),
        "bias_error": _error_of_mean(errors),
        "rmse": _root_mean_square(errors),
        "log_bias": float(log_errors.mean()) if len(log_errors) else None,
        "log_bias_error": _error_of_mean(log_errors) if len(log_errors) else None,
        "log_rmse": _root_mean_square(log_errors) if len(log_errors) else None,
        "n_intervals": len(covers),
        "coverage": coverage,
        "coverage_error": None if coverage is None else float(np.sqrt(coverage * (1 - coverage) / len(covers))),
        "median_low_months": _median_end(fitted["low_months"], fitted["covers"]),
        "median_high_months": _median_end(fitted["high_months"], fitted["covers"]),
    }


def _error_of_mean(values: Floats) -> float:
    return float(values.std() / np.sqrt(len(values)))


def _root_mean_square(values: Floats) -> float:
    return float(np.sqrt(np.mean(np.square(values))))


def _median_end(ends: pd.Series, covers: pd.Series) -> float | None:
    """The median of the ends of intervals that were computed, an empty one being infinite; none where all are empty."""
    computed = ends[covers.notna()]
    if computed.isna().all():
        return None
    return finite_or_none(float(computed.fillna(np.inf).median()))
