"""Forecasts by laws fitted to what was known at a date: each fit found again, from where its forecasts say it lies.

In: a run, the forecasts that there are. Out: forecasts by a law and their half widths.

The coefficients are not kept. They are searched for from those of the fit to all rows; where that leads to other
forecasts, from those that give the recorded forecasts, then from points around the fit to all rows. So a minimum is
confirmed as one, not as the lowest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from lmprogress.auditing.derivations.fit_tables import estimates
from lmprogress.auditing.derivations.law_derivatives import Floats, Objective
from lmprogress.auditing.derivations.law_values import LawRows, columns_of, references, usable
from lmprogress.auditing.run_files import RunFiles

_SAME = 1e-5  # nats: predictions of two searches for one minimum
_DRAWS = 300  # points to search from
_STEPS, _FLAT = 80, 1e-11  # slopes of an objective at its minimum, squared nats


def can_forecast(run: RunFiles, name: str, later: pd.DataFrame) -> NDArray[np.bool_]:
    """Of which rows (n,) a law knows all that it needs."""
    models = run.yaml("config/models.yaml")
    variant = models["data_variants"][models["specifications"][name].get("data", "dataset_size")]
    return later["observation_number"].isin(usable(later, variant)["observation_number"]).to_numpy(bool)


def fit_to_all(run: RunFiles, name: str) -> dict[str, float] | None:
    """Coefficients of a law on all rows at the main penalty; none where it was not fitted to them."""
    edition, penalty = run.config["compare"]["curated"], run.config["fit"]["main"]["penalty"]
    variant = run.yaml("config/models.yaml")["specifications"][name].get("data", "dataset_size")
    return estimates(run, f"processed/{edition}/global").get((name, variant, penalty))


def law_forecasts(
    run: RunFiles,
    name: str,
    start: dict[str, float],
    past: pd.DataFrame,
    later: pd.DataFrame,
    recorded: Floats,
    left_out: float,
) -> tuple[Floats, Floats]:
    """Predictions (n,) and half widths (n,) for rows that the law can forecast, doublings of 1/perplexity.

    start: coefficients to start from. recorded: the predictions that there are, (n,).
    """
    models, penalty = run.yaml("config/models.yaml"), float(run.config["fit"]["main"]["penalty"])
    specification, offsets = models["specifications"][name], run.offsets(run.config["compare"]["curated"])
    settings = models["data_variants"][specification.get("data", "dataset_size")]
    known, coming = usable(past, settings), usable(later, settings)
    reference = references(known, settings)
    fitted, foretold = (
        Objective(specification, _law_rows(rows, reference, offsets), list(start)) for rows in (known, coming)
    )
    wanted = -recorded * math.log(2)
    theta = first = settled(fitted, fitted.vector(start), penalty)
    for begin in _starts(foretold, wanted, first):
        if np.abs(foretold.predicted(theta) - wanted).max() <= _SAME:
            break
        theta = settled(fitted, begin, penalty)
    else:
        theta = first
    freedom = max(len(known) - len(start), 1)
    scatter = math.sqrt(float(((fitted.response - fitted.predicted(theta)) ** 2).sum()) / freedom)
    half = float(stdtrit(freedom, 1 - left_out / 2)) * scatter / math.log(2)
    return -foretold.predicted(theta) / math.log(2), np.full(len(coming), half)


def _law_rows(rows: pd.DataFrame, reference: dict[str, float], offsets: Mapping[str, str]) -> LawRows:
    return LawRows(rows, reference, columns_of(rows, reference, offsets), rows["log_perplexity"].to_numpy(float))


def settled(objective: Objective, theta: Floats, penalty: float) -> Floats:
    """The minimum of an objective that Newton's steps reach from `theta` (p,); a coefficient stops at zero."""
    theta, best, damping = theta.copy(), objective.value(theta, penalty), 0.0
    for _ in range(_STEPS):
        slopes = objective.slopes(theta)
        sign = np.where(theta != 0, np.sign(theta), np.where(np.abs(slopes) > penalty, -np.sign(slopes), 0.0))
        free = np.flatnonzero(sign)
        fall = -(slopes + penalty * sign)[free]
        if np.abs(fall).max(initial=0.0) <= _FLAT:
            break
        sharp, axes = np.linalg.eigh(objective.curvature(theta)[np.ix_(free, free)])
        sharp = np.maximum(np.abs(sharp), 1e-12) + damping
        trial = theta.copy()
        trial[free] += axes @ ((axes.T @ fall) / sharp)
        trial[(trial * sign < 0) & (sign != 0)] = 0.0
        with np.errstate(over="ignore", invalid="ignore"):
            found = objective.value(trial, penalty)
        if found <= best:
            theta, best, damping = trial, found, damping / 8 if damping > 1e-9 else 0.0
        else:
            damping = max(8 * damping, 1e-6)
    return theta


def _starts(objective: Objective, wanted: Floats, theta: Floats) -> Iterator[Floats]:
    """Coefficients to search from: those that predict `wanted` (n,), then points ever farther around `theta` (p,)."""
    yield _leading_to(objective, wanted, theta)
    drawn = np.random.default_rng(0)
    for scale in np.linspace(0.1, 1.5, _DRAWS):
        yield theta + scale * drawn.standard_normal(len(theta))
    yield theta


def _leading_to(objective: Objective, wanted: Floats, theta: Floats) -> Floats:
    """Coefficients near `theta` (p,) with which a law predicts `wanted` (n,), nats."""
    damping, left = 1e-3, wanted - objective.predicted(theta)
    for _ in range(_STEPS):
        rise = objective.rise(theta)
        square = rise.T @ rise
        trial = theta + np.linalg.solve(square + damping * np.eye(len(theta)), rise.T @ left)
        with np.errstate(over="ignore", invalid="ignore"):
            found = wanted - objective.predicted(trial)
        if found @ found < left @ left:
            theta, left, damping = trial, found, max(damping / 8, 1e-12)
            if np.abs(left).max() < 1e-9:
                break
        else:
            damping *= 8
    return theta
