"""Effective compute: its stylised growth, and the frontiers of parameters and tokens that reach a perplexity.

In: the verdict, or a law at coefficients. Out: frames effective_compute, pareto_frontiers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.core import tables
from lmprogress.core.doubling_times import verdict_of
from lmprogress.core.settings import Frontiers, StylisedGrowth
from lmprogress.laws.model.scaling_laws import Floats, Law
from lmprogress.laws.model.terms import Conditions, Terms, terms_at

# steps of the drawn curves, a year
_STEPS = 4
_HALVINGS = 100
# more parameters than this are none, ln
_MOST_LOG_PARAMETERS = math.log(1e40)


def effective_compute(growth: StylisedGrowth, verdict: pd.DataFrame, editions: Iterable[str]) -> pd.DataFrame:
    """The frame effective_compute: with the study's doubling time of algorithms, and with that of the verdict.

    verdict: as in its schema; an edition without a row has the study's alone. Growth of physical compute is the
    product over the phases of `growth` (Ho et al. 2024, Figure 5).
    """
    frames = [_of_edition(growth, verdict_of(verdict, edition)).assign(edition=edition) for edition in editions]
    return pd.concat([tables.empty("effective_compute"), *frames])


def _of_edition(growth: StylisedGrowth, verdict: Mapping[str, Any] | None) -> pd.DataFrame:
    steps = (growth.last_year - growth.first_year) * _STEPS
    years = growth.first_year + np.arange(steps + 1) / _STEPS
    physical = np.array([physical_doublings(growth, year) for year in years])
    passed = 12 * (years - growth.first_year)
    unknown = np.full(len(years), np.nan)
    rates = {"drawn": (np.array([algorithmic_doublings(growth, year) for year in years]), unknown, unknown)}
    if verdict is not None:
        low = verdict["low_months"]
        rates["estimated"] = (
            _doublings(passed, verdict["estimate_months"]),
            # slow progress is little growth
            _doublings(passed, verdict["high_months"]),
            unknown if pd.isna(low) else _doublings(passed, low),
        )
    frames = []
    for rate, (algorithms, least, most) in rates.items():
        with np.errstate(invalid="ignore"):
            share = physical / (physical + algorithms)
        frames.append(
            pd.DataFrame(
                {
                    "rate": rate,
                    "year": years,
                    "physical_growth": 2.0**physical,
                    "algorithmic_growth": 2.0**algorithms,
                    "low_algorithmic_growth": 2.0**least,
                    "high_algorithmic_growth": 2.0**most,
                    "total_growth": 2.0 ** (physical + algorithms),
                    "physical_share": share,
                }
            )
        )
    return pd.concat(frames)


def physical_doublings(growth: StylisedGrowth, year: float) -> float:
    """Doublings of training compute from the first year to `year`."""
    starts = [phase.from_year for phase in growth.physical]
    ends = [*starts[1:], growth.last_year]
    return sum(
        max(0.0, min(year, end) - start) * 12 / phase.doubling_months
        for start, end, phase in zip(starts, ends, growth.physical, strict=True)
    )


def algorithmic_doublings(growth: StylisedGrowth, year: float) -> float:
    """Doublings of effective compute by algorithms from the first year to `year`, at the rate that the study draws."""
    return 12 * (year - growth.first_year) / growth.algorithms_doubling_months


def _doublings(months_passed: Floats, doubling_months: float | None) -> Floats:
    return np.zeros(len(months_passed)) if pd.isna(doubling_months) else months_passed / doubling_months


def pareto_frontiers(
    key: Mapping[str, Any], law: Law, estimate: Floats, systems: pd.DataFrame, settings: Frontiers
) -> pd.DataFrame:
    """The frame pareto_frontiers: at coefficients `estimate` (p,), the parameters that reach each system's perplexity.

    systems: system_id, perplexity, dataset_size_tokens. Tokens go from a system's own divided by the reach to its own
    times the reach, in equal steps of their logarithm (Ho et al. 2024, Figure 6).
    """
    frames = [tables.empty("pareto_frontiers")]
    conditions = Conditions(settings.benchmark)
    for system in systems.to_dict("records"):
        tokens = np.geomspace(
            system["dataset_size_tokens"] / settings.reach,
            system["dataset_size_tokens"] * settings.reach,
            settings.n_points,
        )
        for year in settings.years:
            terms = terms_at(law, estimate[None], year, conditions)
            log_parameters = parameters_needed(terms, np.log(tokens), math.log(system["perplexity"]))
            frame = pd.DataFrame(
                {
                    "point": range(1, len(tokens) + 1),
                    "n_training_tokens": tokens,
                    "n_parameters": np.exp(log_parameters),
                }
            )[np.isfinite(log_parameters)]
            about = {"system_id": system["system_id"], "benchmark": settings.benchmark, "year": year}
            frames.append(frame.assign(**key, **about, perplexity=system["perplexity"]))
    return pd.concat(frames)


def parameters_needed(terms: Terms, log_data: Floats, log_perplexity: float) -> Floats:
    """ln of the fewest parameters, at least one, that reach `log_perplexity` at each of `log_data`, (M,).

    terms: of one coefficient vector. Missing where no number does; loss is taken to fall with parameters.
    """
    low, high = np.zeros(len(log_data)), np.full(len(log_data), _MOST_LOG_PARAMETERS)
    reached = terms.log_perplexity(high, log_data) <= log_perplexity
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        enough = terms.log_perplexity(middle, log_data) <= log_perplexity
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(reached, high, np.nan)
