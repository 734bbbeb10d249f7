"""How much compute an algorithm saves, as a function of scale and of the irreducible loss that is assumed.

In: training runs of one recipe, laws of allocation, Kaplan's split, published gains. Out: the table scale_gains.

The algorithm that these runs can tell of is the split of compute: Kaplan's (2020) against the best one by
L = E + A·N^−α + B·D^−β. The runs bound E only loosely, and each E has exponents of its own, so that the gain is a band.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import scipy

from lmprogress.core import tables
from lmprogress.core.accounting import FLOP_PER_PARAMETER_AND_TOKEN
from lmprogress.laws.model.search_arrays import Floats
from lmprogress.other_laws.compute_budget import Allocation
from lmprogress.other_laws.loss_law import LossLaw

# parameters and tokens for a training compute, FLOP
Split = Callable[[float], tuple[float, float]]

_ALLOCATION = "allocation"
# rows of one irreducible loss, of all that the runs do not reject, and as their source gives them
EXPERIMENTS, BAND, PUBLISHED = "experiments", "band", "published"
# irreducible losses looked at, as shares of the least loss of the runs
_SHARES = tuple(np.linspace(0, 0.9, 19).tolist())
# exponents where searches start
_STARTS = tuple((n, d) for n in (0.05, 0.2, 0.5) for d in (0.05, 0.2, 0.5))


def tabulate_scale_gains(
    runs: pd.DataFrame,
    allocations: Mapping[str, Allocation],
    kaplan: Split,
    published: pd.DataFrame,
    budgets_flop: list[float],
    interval_percent: float,
) -> pd.DataFrame:
    """The frame scale_gains at each of `budgets_flop`; published gains at the compute that their source names.

    runs, published: as in the tables scaling_runs (of one test set) and published_gains. Of laws of allocation, those
    of loss are shown.
    """
    told = ["algorithm", "training_compute_flop", "low_gain", "high_gain"]
    rows: list[dict[str, Any]] = []
    for source in published.to_dict("records"):
        rows.append({"basis": PUBLISHED, "number": 0, **{name: source[name] for name in told}})
    fitted = _fitted(runs, interval_percent)
    made = FLOP_PER_PARAMETER_AND_TOKEN * runs["n_parameters"] * runs["n_training_tokens"]
    for budget in budgets_flop:
        about = {"algorithm": _ALLOCATION, "training_compute_flop": budget}
        for name, allocation in allocations.items():
            if allocation.loss_law:
                rows.append({**about, "basis": name, "number": 0, **_gain(allocation.loss_law, kaplan, budget)})
        if not fitted:
            continue
        about["extrapolated"] = not made.min() <= budget <= made.max()
        inside: list[float] = []
        for number, (law, ratio, rejected) in enumerate(fitted, 1):
            row = {**about, "basis": EXPERIMENTS, "number": number, **_gain(law, kaplan, budget)}
            rows.append({**row, "likelihood_ratio": ratio, "rejected": rejected})
            inside += [] if rejected else [row["low_gain"]]
        rows.append({**about, "basis": BAND, "number": 0, "low_gain": min(inside), "high_gain": max(inside)})
    # without runs nothing has a likelihood
    return tables.of_rows(rows, "scale_gains").reindex(columns=tables.empty("scale_gains").columns)


def _gain(law: LossLaw, kaplan: Split, budget: float) -> dict[str, Any]:
    gain = split_gain(law, kaplan, budget)
    exponents = {"parameter_exponent": law.parameter_exponent, "token_exponent": law.token_exponent}
    return {"irreducible_loss": law.irreducible_loss, **exponents, "low_gain": gain, "high_gain": gain}


def split_gain(law: LossLaw, kaplan: Split, compute_flop: float) -> float:
    """`compute_flop` split as by Kaplan et al. over the least compute of the same loss."""
    n_parameters, n_tokens = law.cheapest(law.loss(*kaplan(compute_flop)))
    return compute_flop / (FLOP_PER_PARAMETER_AND_TOKEN * n_parameters * n_tokens)


def fit_loss(runs: pd.DataFrame, irreducible_loss: float) -> tuple[LossLaw, float]:
    """The law of least squares with that irreducible loss, and its sum of squared residuals, squared nats."""
    size, tokens = (np.log(runs[name].to_numpy(float)) for name in ("n_parameters", "n_training_tokens"))
    loss, middle = runs["loss"].to_numpy(float), (size.mean(), tokens.mean())
    half = math.log((loss.mean() - irreducible_loss) / 2)

    def terms(point: Floats) -> tuple[Floats, Floats]:
        return np.exp(point[0] - point[1] * (size - middle[0])), np.exp(point[2] - point[3] * (tokens - middle[1]))

    def residuals(point: Floats) -> Floats:
        return irreducible_loss + sum(terms(point)) - loss

    def slopes(point: Floats) -> Floats:
        first, second = terms(point)
        return np.column_stack([first, -first * (size - middle[0]), second, -second * (tokens - middle[1])])

    found = min(
        (
            scipy.optimize.least_squares(
                residuals, [half, n, half, d], jac=slopes, method="lm", xtol=1e-15, ftol=1e-15, gtol=1e-15
            )
            for n, d in _STARTS
        ),
        key=lambda end: end.cost,
    )
    a, alpha, b, beta = found.x
    law = LossLaw(
        math.exp(a + alpha * middle[0]), alpha, math.exp(b + beta * middle[1]), beta, irreducible_loss=irreducible_loss
    )
    return law, 2 * float(found.cost)


def _fitted(runs: pd.DataFrame, percent: float) -> list[tuple[LossLaw, float, bool]]:
    """The law at each irreducible loss, its likelihood ratio against the best one, and whether that rejects it."""
    if runs.empty:
        return []
    found = [fit_loss(runs, share * float(runs["loss"].min())) for share in _SHARES]
    least = min(squares for _, squares in found)
    ratios = [len(runs) * math.log(squares / least) for _, squares in found]
    limit = float(scipy.stats.chi2.ppf(percent / 100, 1))
    return [(law, ratio, ratio > limit) for (law, _), ratio in zip(found, ratios, strict=True)]
