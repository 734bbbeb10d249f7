"""The study's way of fitting: SLSQP with scipy's defaults from zero, to the last digit.

In: the columns of a law and log perplexities. Out: the point where SLSQP stops, which is not a minimum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from lmprogress.laws.scaling_laws import Columns, Floats


@dataclass(frozen=True)
class StudyFit:
    """Where SLSQP stopped: coefficients (p,), objective in squared nats, its own message and counts."""

    coefficients: Floats
    objective: float
    status: str
    n_iterations: int
    n_evaluations: int


def study_objective(theta: Floats, columns: Columns, log_perplexity: Floats, penalty: float) -> float:
    """Mean squared residual + penalty · Σ|θ|, in the study's order of operations (Ho et al. 2024, section 3.1)."""
    residual = log_perplexity - columns.predicted(theta)
    with np.errstate(over="ignore"):
        return float(np.mean(np.square(residual)) + penalty * np.sum(np.abs(theta)))


def fit_as_study(columns: Columns, log_perplexity: Floats, n_coefficients: int, penalty: float) -> StudyFit:
    """Run SLSQP from zero with its default tolerance (1e-6) and limit (100), on finite differences.

    log_perplexity: (n,) nats. The published digits appear with scipy below 1.16, which rewrote SLSQP.
    """
    result = minimize(
        study_objective, np.zeros(n_coefficients), args=(columns, log_perplexity, penalty), method="SLSQP"
    )
    # SLSQP reports success at a step that changes the objective by less than its tolerance: a stop, not a minimum
    return StudyFit(result.x, float(result.fun), f"stopped: {result.message}", int(result.nit), int(result.nfev))
