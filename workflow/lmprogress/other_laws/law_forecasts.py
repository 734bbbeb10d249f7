"""Forecasts of perplexities by the study's laws from rolling origins, beside forecasts that know no law.

In: observations and a set of laws. Out: rows of the table forecasts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
import scipy

from lmprogress.core.settings import GlobalSearch
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.laws.solver.multistart import minimise
from lmprogress.laws.solver.objective import Problem
from lmprogress.other_laws.forecasting import Method, forecast_naive, forecast_stochastic_trend

# forecasts from the yearly means of the benchmark alone
_WITHOUT_LAW: dict[str, Method] = {"naive": forecast_naive, "stochastic_trend": forecast_stochastic_trend}
_LEAST_YEARS = 3


def forecast_perplexities(
    observations: pd.DataFrame,
    *,
    laws: LawSet,
    penalty: float,
    search: GlobalSearch,
    least_observations: int,
    left_out: float,
) -> pd.DataFrame:
    """Every later observation from every first of January with `least_observations` behind it, by every method.

    An observation that a method cannot forecast, since its benchmark has too few years or its law lacks a figure, is
    left out for all, so that errors can be compared.
    A law knows sizes, data and date of the system that it forecasts, and is fitted to what was known; its interval
    holds the scatter around the fit, not the uncertainty of the coefficients. Values are log2 of 1/perplexity.
    """
    rows: list[tuple[object, ...]] = []
    for origin, past, later in _origins(observations, least_observations):
        truth = -later["log_perplexity"].to_numpy(float) / math.log(2)
        found = {
            **_by_laws(origin, past, later, laws, penalty, search, left_out),
            **_without_law(past, later, left_out),
        }
        by_all = np.all([np.isfinite(centre) for centre, _ in found.values()], axis=0)
        for name, (centre, half) in found.items():
            dates = later["publication_year"].to_numpy(float)
            for number, i in enumerate(np.flatnonzero(by_all), start=1):
                low, high = centre[i] - half[i], centre[i] + half[i]
                rows.append((f"systems_{laws.edition}", name, origin, number, dates[i], centre[i], low, high, truth[i]))
    columns = ["series", "method", "origin_year", "number", "year", "predicted_log2", "low_log2", "high_log2",
               "actual_log2"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _origins(observations: pd.DataFrame, least: int) -> Iterator[tuple[float, pd.DataFrame, pd.DataFrame]]:
    """First of January, rows before it, rows since; ordered alike."""
    ordered = observations.sort_values(["publication_year", "observation_number"])
    dates = ordered["publication_year"]
    if len(ordered) < least:
        return
    for year in range(math.ceil(dates.min()), math.floor(dates.max()) + 1):
        past, later = ordered[dates < year], ordered[dates >= year]
        if len(past) >= least and len(later):
            yield float(year), past, later


def _by_laws(
    origin: float,
    past: pd.DataFrame,
    later: pd.DataFrame,
    laws: LawSet,
    penalty: float,
    search: GlobalSearch,
    left_out: float,
) -> dict[str, tuple[Floats, Floats]]:
    """Centre and half width, (n,) each, in doublings, by each law fitted to `past`."""
    found: dict[str, tuple[Floats, Floats]] = {}
    for name in laws.specifications:
        law, known = laws.prepared(name, past)
        _, unknown = laws.prepared(name, later, law.references)
        response = known["log_perplexity"].to_numpy(float)
        columns = law.columns(known)
        minimum = minimise(
            Problem(*law.matrices(columns), response, law.logistic),
            [penalty],
            search.n_starts,
            [named_generator("forecast", laws.edition, name, origin)],
            tolerance=search.tolerance,
            max_iterations=search.max_iterations,
        )[0]
        freedom = max(len(known) - len(law.coefficients), 1)
        residual = response - columns.predicted(minimum.coefficients)
        scatter = math.sqrt(float(np.square(residual).sum()) / freedom)
        half = float(scipy.special.stdtrit(freedom, 1 - left_out / 2)) * scatter / math.log(2)
        predicted = pd.Series(
            -law.columns(unknown).predicted(minimum.coefficients) / math.log(2), index=unknown["observation_number"]
        )
        centre = np.asarray(predicted.reindex(later["observation_number"]), np.float64)
        width: Floats = np.full(len(centre), half)
        found[name] = (centre, width)
    return found


def _without_law(past: pd.DataFrame, later: pd.DataFrame, left_out: float) -> dict[str, tuple[Floats, Floats]]:
    """The same from yearly means of each benchmark; nan where it has too few years."""
    found: dict[str, tuple[Floats, Floats]] = {}
    for name, method in _WITHOUT_LAW.items():
        centre: Floats = np.full(len(later), np.nan)
        half: Floats = np.full(len(later), np.nan)
        for benchmark, rows in past.groupby("benchmark"):
            year = np.floor(rows["publication_year"])
            means = -rows.groupby(year)["log_perplexity"].mean() / math.log(2)
            if len(means) < _LEAST_YEARS:
                continue
            for i in np.flatnonzero(later["benchmark"] == benchmark):
                date = float(later["publication_year"].iloc[i])
                middle, low, _ = method(means.index.to_numpy(float) + 0.5, means.to_numpy(float), date, left_out)
                centre[i], half[i] = middle, middle - low
        found[name] = (centre, half)
    return found
