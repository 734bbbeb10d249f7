"""The study's way of fitting: SLSQP with scipy's defaults from zero, to the last digit.

In: the columns of a law and log perplexities. Out: the point where SLSQP stops, which is not a minimum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from lmprogress.laws.scaling_laws import Columns, Floats

# of scipy's forward differences: the root of the rounding unit
_STEP = float(np.sqrt(np.finfo(float).eps))


@dataclass(frozen=True)
class StudyFit:
    """Where SLSQP stopped: coefficients (p,), objective in squared nats, its own message and counts."""

    coefficients: Floats
    objective: float
    status: str
    n_iterations: int
    n_evaluations: int


def study_objective(theta: Floats, columns: Columns, log_perplexity: Floats, penalty: float) -> Floats:
    """Mean squared residual + penalty · Σ|θ|, in the study's order of operations (Ho et al. 2024, section 3.1).

    One value for `theta` (p,), or (m,) for (m, p).
    """
    residual = log_perplexity - columns.predicted(theta.T)
    with np.errstate(over="ignore"):
        return np.mean(np.square(residual), axis=-1) + penalty * np.sum(np.abs(theta), axis=-1)


def fit_as_study(columns: Columns, log_perplexity: Floats, start: Floats, penalty: float) -> StudyFit:
    """Run SLSQP from `start` (p,) with its default tolerance (1e-6) and limit (100), on finite differences.

    log_perplexity: (n,) nats. The study starts from zero; its cross-validation from the fold before. The published
    digits appear with scipy below 1.16, which rewrote SLSQP.
    """

    return minimise_as_study(lambda theta: study_objective(theta, columns, log_perplexity, penalty), start)


def minimise_as_study(objective: Callable[[Floats], Floats], start: Floats) -> StudyFit:
    """Run SLSQP on any `objective`, one value for each row of (m, p), from `start` (p,), as above."""

    def single(theta: Floats) -> float:
        return float(objective(theta[None])[0])

    def forward_differences(theta: Floats) -> Floats:
        # scipy's own, all coefficients in one call: the same step, the same bits, a third of the time
        stepped = theta + _STEP * np.eye(len(theta))
        values = objective(np.vstack([theta, stepped]))
        return (values[1:] - values[0]) / (np.diag(stepped) - theta)

    result = minimize(single, start, jac=forward_differences, method="SLSQP")
    # SLSQP reports success at a step that changes the objective by less than its tolerance: a stop, not a minimum
    return StudyFit(
        result.x,
        float(result.fun),
        f"stopped: {result.message}",
        int(result.nit),
        int(result.nfev + len(start) * result.njev),
    )
