"""Gains in compute: of the transformer, and of Hoffmann's split of compute over Kaplan's.

In: a law with a gain of the transformer; or constants of published laws and allocations. Out: compute ratios.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy

from lmprogress.core import tables
from lmprogress.core.accounting import FLOP_PER_PARAMETER_AND_TOKEN
from lmprogress.core.errors import InputError
from lmprogress.core.settings import Conversion, Frontiers, MainFit, StylisedGrowth
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.uncertainty import interval_columns
from lmprogress.laws.model.scaling_laws import Floats, Law
from lmprogress.laws.model.terms import Conditions, terms_at
from lmprogress.laws.rates.deriving import Resampled
from lmprogress.laws.rates.effective_compute import algorithmic_doublings
from lmprogress.laws.rates.numerical_progress import log_parameters_times_tokens

# the compute ratios looked at: e to minus and plus twice this
_MOST_LOG_SCALE = 100.0
_HALVINGS = 100
# a law without an end to its gain says so by infinity
_PART_OF_RANGE = 0.999


# ---- the transformer ------------------------------------------------------------------------------------------------


def transformer_gain(law: Law, coefficients: Floats, compute_flop: float, year: float) -> Floats:
    """Compute without the transformer over `compute_flop` with it, at equal loss, (B,), at `coefficients` (B, p).

    Parameters and tokens are equal, and scaled by the same factor a, so that the gain is a² (Ho et al. 2024, section
    3.3). Infinite where no compute reaches the transformer's loss, zero where any exceeds it.
    """
    reference = next(name for name, suffix in law.offsets.items() if suffix is None)
    half = log_parameters_times_tokens(compute_flop) / 2
    target = terms_at(law, coefficients, year, Conditions(reference, transformer=True)).log_perplexity(half, half)
    without = terms_at(law, coefficients, year, Conditions(reference, transformer=False))
    low, high = np.full(target.shape, -_MOST_LOG_SCALE), np.full(target.shape, _MOST_LOG_SCALE)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = without.log_perplexity(half + middle, half + middle) > target
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    # the middle, twice: both parameters and tokens are scaled
    log_gain = low + high
    gain = np.exp(log_gain)
    edge = 2 * _MOST_LOG_SCALE * _PART_OF_RANGE
    return np.where(log_gain > edge, np.inf, np.where(log_gain < -edge, 0.0, gain))


def loss_reduction(law: Law, coefficients: Floats) -> Floats:
    """1 − σ(γ), the share of loss that the transformer takes away, (B,)."""
    place = int(np.flatnonzero(law.logistic)[0])
    return 1 - scipy.special.expit(coefficients[:, place])


@dataclass(frozen=True)
class Interpretation:
    """What the fits of an edition are asked.

    transformer: the specification of the main law with a gain of the transformer. budgets_flop: those at which that
    gain is told. conversion: its year, and the budget and year of doubling times by search.
    """

    laws: LawSet
    main: MainFit
    transformer: str
    budgets_flop: list[float]
    conversion: Conversion
    growth: StylisedGrowth
    frontiers: Frontiers
    interval_percent: float


def transformer_gain_rows(
    key: Mapping[str, Any], law: Law, fit: Resampled, doubling_months: float | None, asked: Interpretation
) -> list[dict[str, Any]]:
    """Rows of the table transformer_gains, one for each budget.

    doubling_months: of effective compute by the main law, to say how many months of progress the gain is worth; none
    where there is no progress. The study compares the gain with the growth that it draws, which is not that of its fit;
    the procedure of the study does the same, and others compare it with their own.
    """
    percent, passed = asked.interval_percent, 12 * (asked.growth.last_year - asked.growth.first_year)
    growth = None if doubling_months is None else passed / doubling_months
    if key["procedure"] == "study":
        growth = algorithmic_doublings(asked.growth, asked.growth.last_year)
    together = np.vstack([fit.estimate, fit.replicates])
    reduction = loss_reduction(law, together)
    rows = []
    for budget in asked.budgets_flop:
        gain = transformer_gain(law, together, budget, asked.conversion.year)
        summary = interval_columns("gain", gain[1:], percent)
        doublings = math.log2(summary["median_gain"]) if summary["median_gain"] > 0 else None
        rows.append(
            {
                **key,
                "compute_flop": budget,
                "gain": gain[0],
                **summary,
                "loss_reduction": reduction[0],
                **interval_columns("loss_reduction", reduction[1:], percent),
                "gain_months": None if doublings is None or doubling_months is None else doublings * doubling_months,
                "growth_share": None if doublings is None or growth is None else doublings / growth,
                "resample_unit": fit.unit,
                "n_replicates": len(fit.replicates),
            }
        )
    return rows


# ---- splits of compute ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LossLaw:
    """Loss in nats as E + A / N^alpha + B / D^beta (Hoffmann et al. 2022, arXiv 2203.15556, equation 10)."""

    e: float
    a: float
    b: float
    alpha: float
    beta: float

    def loss(self, n_parameters: float, n_tokens: float) -> float:
        """Loss, nats."""
        return self.e + self.a / n_parameters**self.alpha + self.b / n_tokens**self.beta

    def best_split(self, compute_flop: float) -> tuple[float, float]:
        """Parameters and tokens of least loss with 6·N·D = `compute_flop` (their equation 4)."""
        both = self.alpha + self.beta
        scale = (self.alpha * self.a / (self.beta * self.b)) ** (1 / both)
        n_parameters = scale * (compute_flop / FLOP_PER_PARAMETER_AND_TOKEN) ** (self.beta / both)
        return n_parameters, compute_flop / FLOP_PER_PARAMETER_AND_TOKEN / n_parameters

    def compute_for(self, loss: float) -> float:
        """The least compute that reaches `loss` nats, FLOP: along best splits loss falls as a power of compute."""
        power = self.alpha * self.beta / (self.alpha + self.beta)
        excess = self.loss(*self.best_split(1.0)) - self.e
        return (excess / (loss - self.e)) ** (1 / power)


@dataclass(frozen=True)
class KaplanLaw:
    """Loss as ((N_c / N)^(α_N / α_D) + D_c / D)^α_D (Kaplan et al. 2020, arXiv 2001.08361, equation 1.5)."""

    alpha_n: float
    alpha_d: float
    n_c: float
    d_c: float

    def best_split(self, compute_flop: float) -> tuple[float, float]:
        """Parameters and tokens of least loss with 6·N·D = `compute_flop`."""
        budget = log_parameters_times_tokens(compute_flop)
        ratio = self.alpha_n / self.alpha_d

        def slope(log_parameters: float) -> float:
            return self.d_c * math.exp(log_parameters - budget) - ratio * (self.n_c / math.exp(log_parameters)) ** ratio

        log_parameters = scipy.optimize.brentq(slope, 0.0, budget, xtol=1e-12)
        return math.exp(log_parameters), math.exp(budget - log_parameters)


def published_laws(published: pd.DataFrame) -> tuple[LossLaw, KaplanLaw]:
    """The laws that the study compares, from its constants in raw/reference/published.csv (its appendix B).

    Raises InputError for a constant that the table does not hold.
    """
    values = dict(zip(published["reference_id"], published["value"], strict=True))
    file = "raw/reference/published.csv"

    def constants(law: str, names: tuple[str, ...]) -> dict[str, float]:
        rows = {name: f"appendix_b/{law}/{name}" for name in names}
        missing = [row for row in rows.values() if row not in values]
        if missing:
            remedy = "give the constants of both laws, as printed in appendix B"
            raise InputError(f"has no row {', '.join(missing)}", file=file, column="reference_id", remedy=remedy)
        return {name: float(values[row]) for name, row in rows.items()}

    hoffmann = constants("hoffmann", ("e", "a", "b", "alpha", "beta"))
    return LossLaw(**hoffmann), KaplanLaw(**constants("kaplan", ("alpha_n", "alpha_d", "n_c", "d_c")))


def allocation_gains(allocations: pd.DataFrame, law: LossLaw, kaplan: KaplanLaw) -> pd.DataFrame:
    """The frame allocation_gains: what the best split saves against each system's own, and against Kaplan's.

    The gain is the split's compute over the least compute that reaches its loss (Ho et al. 2024, appendix B).
    """
    rows = []
    for system in allocations.to_dict("records"):
        own = (float(system["n_parameters"]), float(system["dataset_size_tokens"]))
        compute = FLOP_PER_PARAMETER_AND_TOKEN * own[0] * own[1]
        best = law.best_split(compute)
        for split, (n_parameters, n_tokens) in {"own": own, "kaplan": kaplan.best_split(compute)}.items():
            loss = law.loss(n_parameters, n_tokens)
            rows.append(
                {
                    "allocation": system["allocation"],
                    "split": split,
                    "compute_flop": compute,
                    "n_parameters": n_parameters,
                    "n_training_tokens": n_tokens,
                    "loss": loss,
                    "optimal_n_parameters": best[0],
                    "optimal_n_training_tokens": best[1],
                    "optimal_loss": law.loss(*best),
                    "gain": compute / law.compute_for(loss),
                }
            )
    return tables.of_rows(rows, "allocation_gains")
