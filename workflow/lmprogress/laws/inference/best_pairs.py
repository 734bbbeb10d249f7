"""The best pairs of specification and penalty, fitted and resampled.

In: observations, pairs, their laws. Out: frames of the tables fits, coefficients, replicates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from lmprogress.core import tables
from lmprogress.core.settings import BestEffort, GlobalBootstrap, GlobalSearch, StudyBootstrap
from lmprogress.laws.fits.fitting import fit
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.inference.bootstrapping import bootstrap
from lmprogress.laws.rates.aggregation import Pair, in_order


class PairFrames(NamedTuple):
    """Frames of the tables of these names."""

    fits: pd.DataFrame
    coefficients: pd.DataFrame
    replicates: pd.DataFrame


def global_effort(
    bootstrap_settings: GlobalBootstrap, search: GlobalSearch, effort: BestEffort
) -> tuple[GlobalBootstrap, GlobalSearch]:
    """The settings of bootstrap and search with the effort of the best pairs, the main law's as well."""
    of_each = {name: getattr(effort, name) for name in ("n_replicates", "n_starts", "n_exchanges")}
    return (
        bootstrap_settings.model_copy(update={**of_each, "main": None}),
        search.model_copy(update={"n_starts": effort.n_search_starts}),
    )


def fit_and_bootstrap(
    observations: pd.DataFrame,
    pairs: Sequence[Pair],
    *,
    laws: LawSet,
    settings: StudyBootstrap | GlobalBootstrap,
    search: GlobalSearch | None,
    least_observations: int,
    laws_before: int = 0,
) -> PairFrames:
    """Fits of `pairs`, in their order, and their replicates, by the study's procedure where no `search` is given.

    laws: those that pairs name. settings of the study: one stream of draws serves all pairs, as in its notebook, where
    it had drawn for `laws_before` other laws before.
    """
    stream = None
    if search is None:
        stream = np.random.RandomState(settings.seed)
        for _ in range(laws_before * settings.n_replicates):
            stream.choice(len(observations), size=len(observations), replace=True)
    fitted = fit(
        observations,
        procedure="study" if search is None else "global",
        laws=laws,
        search=search,
        least_observations=least_observations,
    )
    fits = in_order(tables.table("fits").checked(fitted.fits, "fits"), pairs).drop(columns="rank")
    replicates = bootstrap(
        observations, fits, fitted.basins, laws=laws, settings=settings, search=search, stream=stream
    )
    return PairFrames(fits, fitted.coefficients, replicates)
