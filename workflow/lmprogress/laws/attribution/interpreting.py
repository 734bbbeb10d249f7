"""What the fits of one edition by one procedure say, beyond their own doubling times.

In: the main law's fit and replicates, those of the best pairs, systems of the study. Out: frames of tables of gains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.settings import MainFit
from lmprogress.laws.attribution.attribution import attribute, printed_pairs
from lmprogress.laws.attribution.gains import Interpretation, transformer_gain_rows
from lmprogress.laws.fits.task import KEY, Procedure, by_fit, fit_name
from lmprogress.laws.model.scaling_laws import Law
from lmprogress.laws.rates.aggregation import (
    Pair,
    aggregate,
    draw_rates,
    in_order,
    named_with_gains,
    with_transformer_gains,
)
from lmprogress.laws.rates.deriving import Resampled, replicate_coefficients
from lmprogress.laws.rates.effective_compute import pareto_frontiers
from lmprogress.laws.rates.headline import main_fit
from lmprogress.laws.rates.progress import EFFECTIVE_COMPUTE


@dataclass(frozen=True)
class FitTables:
    """Tables of some fits: fits, coefficients, replicates."""

    fits: pd.DataFrame
    coefficients: pd.DataFrame
    replicates: pd.DataFrame

    @cached_property
    def _estimates(self) -> dict[tuple[Any, ...], pd.DataFrame]:
        return by_fit(self.coefficients)

    @cached_property
    def _drawn(self) -> dict[tuple[Any, ...], pd.DataFrame]:
        return by_fit(self.replicates)

    def of(self, fit: pd.Series, law: Law) -> Resampled | None:
        """A fit of `law` and its replicates; none where it was not resampled."""
        drawn = self._drawn.get(fit_name(fit))
        if drawn is None:
            return None
        estimate = self._estimates[fit_name(fit)].set_index("coefficient")["estimate"]
        unit, theta = replicate_coefficients(drawn)
        return Resampled(estimate[list(law.coefficients)].to_numpy(float), unit, theta)


class Systems(NamedTuple):
    """The study's systems and printed numbers (schemas STUDIED_SYSTEMS, PUBLISHED), and all systems and evaluations."""

    studied: pd.DataFrame
    published: pd.DataFrame
    systems: pd.DataFrame
    evaluations: pd.DataFrame


class Interpreted(NamedTuple):
    """Frames of the tables of these names."""

    best_draws: pd.DataFrame
    aggregate_doubling_times: pd.DataFrame
    transformer_gains: pd.DataFrame
    attribution: pd.DataFrame
    studied_losses: pd.DataFrame
    pareto_frontiers: pd.DataFrame


def interpret(
    fitted: FitTables,
    doubling_times: pd.DataFrame,
    best: FitTables,
    best_with_gain: FitTables,
    pairs: Sequence[Pair],
    systems: Systems,
    asked: Interpretation,
) -> Interpreted:
    """The best pairs' doubling times pooled, what the transformer is worth, and what the main law says of systems.

    fitted, doubling_times: of one edition by one procedure. best, best_with_gain: of `pairs`, as they are and with a
    gain of the transformer. What needs a fit that is not among the laws, or was not resampled, is empty.
    """
    laws = asked.laws
    reference = next(name for name, offset in laws.offsets.items() if offset is None)
    draws = tables.table("best_draws").checked(
        draw_rates(in_order(best.fits, pairs), best.replicates, laws=laws, conversion=asked.conversion), "best_draws"
    )
    empty = [tables.empty(name) for name in ("attribution", "studied_losses", "pareto_frontiers")]
    said = empty
    for _, fit in main_fit(fitted.fits, asked.main).iterrows():
        said = _of_main_law(fit, fitted, systems, asked) or empty
    gains = _transformer_gains(fitted, doubling_times, best_with_gain, pairs, asked)
    return Interpreted(draws, aggregate(draws, reference, asked.interval_percent), gains, *said)


def _of_main_law(
    fit: pd.Series, fitted: FitTables, systems: Systems, asked: Interpretation
) -> list[pd.DataFrame] | None:
    """Shares of progress, losses of the study's systems, frontiers."""
    key, law, frontiers = {name: fit[name] for name in KEY}, asked.laws.law_of(fit), asked.frontiers
    known = fitted.of(fit, law)
    if known is None:
        return None
    printed = printed_pairs(systems.published)
    shares, losses = attribute(key, law, known, systems.studied, printed, asked.interval_percent)
    perplexities = systems.evaluations[systems.evaluations["benchmark"] == frontiers.benchmark]
    chosen = systems.systems.merge(perplexities[["system_id", "perplexity"]], on="system_id")
    chosen = chosen[chosen["system_id"].isin(frontiers.systems)]
    return [shares, losses, pareto_frontiers(key, law, known.estimate, chosen, frontiers)]


def _transformer_gains(
    fitted: FitTables, doubling_times: pd.DataFrame, best: FitTables, pairs: Sequence[Pair], asked: Interpretation
) -> pd.DataFrame:
    """Rows of transformer_gains: by the main law with a gain (rank 0) and by the best pairs with one."""
    of_main = fitted.fits[fitted.fits["specification"] == asked.transformer].assign(rank=0)
    chosen = [(row, fitted, asked.laws) for _, row in of_main.iterrows()]
    chosen += [
        (row, best, with_transformer_gains(asked.laws))
        for _, row in in_order(best.fits, named_with_gains(pairs)).iterrows()
    ]
    rows: list[dict[str, Any]] = []
    for row, resampled, of in chosen:
        law = of.law_of(row)
        known = resampled.of(row, law)
        if known is None:  # the study's procedure resamples its variants on its own table only
            continue
        months = _main_law_months(doubling_times, asked.main, row["procedure"])
        rows += transformer_gain_rows({name: row[name] for name in (*KEY, "rank")}, law, known, months, asked)
    return tables.of_rows(rows, "transformer_gains")


def _main_law_months(doubling_times: pd.DataFrame, main: MainFit, procedure: Procedure) -> float | None:
    """The median doubling time of effective compute by the main law, months; none where there is no progress."""
    times = main_fit(doubling_times, main)
    by_method = times["interval_method"] == main.interval_methods[procedure]
    chosen = times[by_method & (times["quantity"] == EFFECTIVE_COMPUTE)]
    months = chosen["median_months"].iloc[0] if len(chosen) else None
    return None if pd.isna(months) else months
