"""Attribution: how the fall in loss between two systems divides among parameters, data, and algorithms in each term.

In: a law, coefficients, systems with dates. Out: frames attribution and studied_losses.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lmprogress.core import tables
from lmprogress.core.dates import DAYS_PER_TROPICAL_YEAR, decimal_years
from lmprogress.core.errors import InputError
from lmprogress.laws.fits.task import Procedure
from lmprogress.laws.fits.uncertainty import interval_columns
from lmprogress.laws.model.scaling_laws import Floats, Law
from lmprogress.laws.model.terms import Conditions
from lmprogress.laws.model.terms_over_time import TermsOverTime, terms_over_time
from lmprogress.laws.rates.deriving import Resampled

FACTORS = ("parameters", "data", "parameter_efficiency", "data_efficiency")
# sums of factors that are reported beside them
TOGETHER = {"scaling": ("parameters", "data"), "algorithms": ("parameter_efficiency", "data_efficiency")}
_TERMS = {"parameter": "parameter_efficiency", "data": "data_efficiency"}


class Attributed(NamedTuple):
    """Frames of the tables attribution and studied_losses."""

    shares: pd.DataFrame
    losses: pd.DataFrame


class _System(NamedTuple):
    """Values of the factors."""

    parameters: float
    data: float
    parameter_efficiency: float
    data_efficiency: float


def attribute(
    key: Mapping[str, Any],
    law: Law,
    fit: Resampled,
    systems: pd.DataFrame,
    printed: Collection[tuple[str, str]],
    percent: float,
) -> Attributed:
    """Shares for every pair of `systems`, the earlier first, with intervals over the replicates of `fit`.

    systems: as raw/reference/studied_systems.csv, all evaluated on the
    reference benchmark (Ho et al. 2024, section 3.2 and Table 1). printed: the pairs of that table. Raises InputError
    where the law has other terms than one of parameters and one of data.
    """
    if set(law.specification.terms) != set(_TERMS):
        raise InputError(
            "attribution needs a term of parameters and a term of data, called so",
            file="config/models.yaml",
            column="specifications",
            value=law.specification.label,
            remedy="choose another main specification, or name its terms parameter and data",
        )
    reference = next(name for name, suffix in law.offsets.items() if suffix is None)
    over_time = terms_over_time(law, np.vstack([fit.estimate, fit.replicates]), Conditions(reference))
    ordered = systems.sort_values(["study_date", "studied_system"])
    years = _years(ordered["study_date"], key["procedure"])
    known = {
        name: _System(math.log(n), math.log(d), year, year)
        for name, n, d, year in zip(
            ordered["studied_system"], ordered["n_parameters"], ordered["dataset_size_tokens"], years, strict=True
        )
    }
    common = {**key, "resample_unit": fit.unit, "n_replicates": len(fit.replicates)}
    shares, losses = [], []
    for name, system in known.items():
        values = _loss(law, over_time, system)
        ends = interval_columns("log_perplexity", values[1:], percent)
        about = {"studied_system": name, "year": system.data_efficiency, "predicted_log_perplexity": values[0]}
        losses.append({**common, **about, **ends})
    for start, end in combinations(known, 2):
        found = shapley_shares(law, over_time, known[start], known[end])
        found |= {name: sum(found[part] for part in parts) for name, parts in TOGETHER.items()}
        for factor, values in found.items():
            ends = interval_columns("share", values[1:], percent)
            about = {"start_system": start, "end_system": end, "factor": factor, "share": values[0]}
            shares.append({**common, **about, **ends, "printed": (start, end) in printed})
    return Attributed(tables.of_rows(shares, "attribution"), tables.of_rows(losses, "studied_losses"))


def shapley_shares(law: Law, over_time: TermsOverTime, start: _System, end: _System) -> dict[str, Any]:
    """Each factor's share of the change of loss from `start` to `end`, (B,): its effect averaged over all orders.

    The average over orders is one over the sets of factors that have changed before, each weighted by the number of
    orders in which exactly those come first (Shapley 1953).
    """
    n = len(FACTORS)
    sets = [frozenset(some) for size in range(n + 1) for some in combinations(FACTORS, size)]
    loss = {
        changed: _loss(law, over_time, start._replace(**{name: getattr(end, name) for name in changed}))
        for changed in sets
    }
    total = loss[frozenset(FACTORS)] - loss[frozenset()]
    shares = {}
    for factor in FACTORS:
        effect = sum(
            math.factorial(len(before)) * math.factorial(n - 1 - len(before)) * (loss[before | {factor}] - loss[before])
            for before in sets
            if factor not in before
        )
        shares[factor] = effect / math.factorial(n) / total
    return shares


def printed_pairs(published: pd.DataFrame) -> list[tuple[str, str]]:
    """The pairs of systems in the study's Table 1, in its order, from raw/reference/published.csv."""
    ids = published.loc[published["reference_id"].str.fullmatch(r"table1/\w+/\w+/parameters"), "reference_id"]
    return [(start, end) for _, start, end, _ in ids.str.split("/")]


def _years(dates: pd.Series, procedure: Procedure) -> Floats:
    """Dates as years: for the study's procedure as its attribution counts them, else as the fits do."""
    if procedure == "study":
        days = (pd.to_datetime(dates) - pd.Timestamp("1970-01-01")).dt.days
        return np.asarray(days / DAYS_PER_TROPICAL_YEAR + 1970, float)
    return np.asarray(decimal_years(dates), float)


def _loss(law: Law, over_time: TermsOverTime, system: _System) -> Floats:
    """Predicted log perplexity, nats, (B,), with a year of its own in each term."""
    years = np.array([[getattr(system, _TERMS[term])] for term in law.specification.terms])
    return over_time.at(years).log_perplexity(system.parameters, system.data)
