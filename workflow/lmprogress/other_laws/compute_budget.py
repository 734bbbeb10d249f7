"""Compute budgets: who allotted what, what each law would have, serving, and progress over the years.

In: training runs, laws of allocation, doubling times. Out: frames of the five tables of budgets.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.core import tables
from lmprogress.core.accounting import growth_factor
from lmprogress.core.schemas import table
from lmprogress.other_laws.loss_law import LossLaw

SIZE_RATIOS = (0.9, 0.75, 0.5, 0.3)
_ANY_BUDGET = 1e24


@dataclass(frozen=True)
class Allocation:
    """One law of allocation: a loss law, a fixed ratio of tokens to parameters, or an exponent of size alone."""

    name: str
    label: str
    loss_law: LossLaw | None = None
    tokens_per_parameter: float | None = None
    compute_exponent: float | None = None

    def allot(self, compute_flop: float) -> tuple[float, float] | None:
        """Parameters and tokens for 6ND = `compute_flop`; none where the law gives growth alone.

        With D = rN, C = 6rN²: at 20 tokens a parameter C = 120N².
        """
        if self.loss_law:
            return self.loss_law.best(compute_flop)
        if self.tokens_per_parameter:
            n_parameters = math.sqrt(compute_flop / (6 * self.tokens_per_parameter))
            return n_parameters, self.tokens_per_parameter * n_parameters
        return None

    @property
    def exponent(self) -> float:
        """Exponent of parameters over compute."""
        if self.compute_exponent:
            return self.compute_exponent
        if self.loss_law:
            return self.loss_law.token_exponent / (self.loss_law.parameter_exponent + self.loss_law.token_exponent)
        return 0.5


def read_allocations(laws: pd.DataFrame) -> dict[str, Allocation]:
    """The laws of the table allocation_laws, by name."""
    found = {}
    for row in laws.to_dict("records"):
        law = None
        if row["form"] == "loss":
            law = LossLaw(
                row["parameter_scale"],
                row["parameter_exponent"],
                row["token_scale"],
                row["token_exponent"],
                row["irreducible_loss"],
            )
        found[row["law"]] = Allocation(
            row["law"],
            row["label"],
            law,
            row["tokens_per_parameter"] if row["form"] == "ratio" else None,
            row["compute_exponent"] if row["form"] == "exponents" else None,
        )
    return found


def compare_runs(runs: pd.DataFrame, allocations: Mapping[str, Allocation]) -> pd.DataFrame:
    """Each of `runs` (table training_runs) beside what each law makes of its compute: table compute_budget."""
    rows = []
    for run in runs.to_dict("records"):
        size, tokens = run["n_parameters"], run["n_training_tokens"]
        compute = 6 * size * tokens
        about = {name: run[name] for name in ("model", "publication_date", "n_parameters", "n_training_tokens")}
        about |= {"tokens_per_parameter": tokens / size, "training_compute_flop": compute}
        for name, allocation in allocations.items():
            best = allocation.allot(compute)
            if best is None:
                continue
            row: dict[str, Any] = {
                **about,
                "law": name,
                "optimal_n_parameters": best[0],
                "optimal_n_training_tokens": best[1],
                "size_ratio": size / best[0],
            }
            if law := allocation.loss_law:
                loss = law.loss(size, tokens)
                cheapest = law.cheapest(loss)
                row |= {
                    "loss": loss,
                    "optimal_loss": law.loss(*best),
                    "compute_saved": compute / (6 * cheapest[0] * cheapest[1]),
                }
            rows.append(row)
    return tables.of_rows(rows, "compute_budget")


def tabulate_allocations(allocations: Mapping[str, Allocation], budgets: Sequence[float]) -> pd.DataFrame:
    """What each law allots to each of `budgets` (FLOP), and the growth for ten times as much: table allocations."""
    rows = []
    for allocation in allocations.values():
        for budget in budgets:
            size, tokens = allocation.allot(budget) or (math.nan, math.nan)
            rows.append(
                {
                    "law": allocation.name,
                    "training_compute_flop": budget,
                    "n_parameters": size,
                    "n_training_tokens": tokens,
                    "tokens_per_parameter": tokens / size,
                    "tenfold_parameters": 10**allocation.exponent,
                    "tenfold_tokens": 10 ** (1 - allocation.exponent),
                }
            )
    return tables.of_rows(rows, "allocations")


def trade_off_serving(
    allocations: Mapping[str, Allocation], budgets: Sequence[float], served: Sequence[float]
) -> pd.DataFrame:
    """The cheapest run to the loss of each optimal run when `served` tokens are served: table inference_trade_off."""
    rows = []
    for name, law in _loss_laws(allocations):
        for budget in budgets:
            best_size, best_tokens = law.best(budget)
            loss = law.loss(best_size, best_tokens)
            for n_served in served:
                size, tokens = law.cheapest_served(loss, n_served) if n_served else (best_size, best_tokens)
                total = 6 * size * tokens + 2 * size * n_served
                rows.append(
                    {
                        "law": name,
                        "training_compute_flop": budget,
                        "n_served_tokens": n_served,
                        "n_parameters": size,
                        "n_training_tokens": tokens,
                        "size_ratio": size / best_size,
                        "training_ratio": size * tokens / (best_size * best_tokens),
                        "total_flop": total,
                        "saving": 1 - total / (6 * best_size * best_tokens + 2 * best_size * n_served),
                    }
                )
    return tables.of_rows(rows, "inference_trade_off")


def trade_off_size(allocations: Mapping[str, Allocation]) -> pd.DataFrame:
    """Training compute of models smaller than optimal, at the loss of the optimal one: table size_trade_off.

    The ratios do not depend on the budget: both terms of the loss scale with it.
    """
    rows = []
    for name, law in _loss_laws(allocations):
        size, tokens = law.best(_ANY_BUDGET)
        for ratio in SIZE_RATIOS:
            needed = law.tokens(law.loss(size, tokens), ratio * size) / tokens
            needed = needed if math.isfinite(needed) else math.nan
            rows.append({"law": name, "size_ratio": ratio, "token_ratio": needed, "training_ratio": ratio * needed})
    return tables.of_rows(rows, "size_trade_off")


def project_budgets(verdict: pd.DataFrame, budgets: Sequence[float], years: Sequence[float]) -> pd.DataFrame:
    """What progress makes of each budget over `years`: table budget_projection.

    verdict: as in its schema. An empty estimate or high end is an infinite doubling time, no progress; an empty low end
    bounds nothing.
    """
    rows = []
    for time in verdict.to_dict("records"):
        for budget in budgets:
            for year in years:
                gain, slow = grow(time["estimate_months"], year), grow(time["high_months"], year)
                fast = grow(time["low_months"], year) if time["low_months"] > 0 else math.nan
                rows.append(
                    {
                        "edition": time["edition"],
                        "training_compute_flop": budget,
                        "years": year,
                        "doubling_months": time["estimate_months"],
                        "gain": gain,
                        "gain_low": slow,
                        "gain_high": fast,
                        "needed_flop": budget / gain if gain else math.inf,
                    }
                )
    # no row where nothing was fitted
    return pd.DataFrame(rows, columns=[column.name for column in table("budget_projection").columns])


def grow(doubling_months: float, years: float) -> float:
    """Growth over `years` at `doubling_months`; 1 where the doubling time is empty, which stands for infinite."""
    return 1.0 if np.isnan(doubling_months) else growth_factor(12 * years, doubling_months)


def _loss_laws(allocations: Mapping[str, Allocation]) -> list[tuple[str, LossLaw]]:
    return [(name, allocation.loss_law) for name, allocation in allocations.items() if allocation.loss_law]
