"""observations, ranking -> fits and replicates of the best pairs, as they are and with a gain of the transformer."""

import numpy as np

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import GlobalBootstrap, GlobalSearch, StudyBootstrap
from lmprogress.laws.fits.fitting import fit
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.inference.bootstrapping import bootstrap
from lmprogress.laws.rates.aggregation import (
    GAIN_SUFFIX,
    best_pairs,
    in_order,
    of_pairs,
    with_transformer_gains,
)

NAMES = ("fits", "coefficients", "replicates")


def fitted_and_resampled(laws, pairs, suffix, observations, procedure, laws_before, params):
    """The frames of NAMES for `pairs`, whose specifications are named with `suffix` in `laws`."""
    effort, search, stream = params.effort, None, None
    if procedure == "study":
        settings = StudyBootstrap.model_validate(params.bootstrap)
        # one stream for all pairs, as in the study's notebook; before the aggregate it had drawn for another law
        stream = np.random.RandomState(settings.seed)
        for _ in range(laws_before * settings.n_replicates):
            stream.choice(len(observations), size=len(observations), replace=True)
    else:
        search = GlobalSearch.model_validate({**params.search, "n_starts": effort["n_search_starts"]})
        of_each = {name: effort[name] for name in ("n_replicates", "n_starts", "n_exchanges")}
        settings = GlobalBootstrap.model_validate({**params.bootstrap, **of_each, "main": None})
    fitted = fit(
        observations, procedure=procedure, laws=laws, search=search, least_observations=params.least_observations
    )
    fits = in_order(tables.table("fits").checked(fitted.fits, "fits"), pairs, suffix).drop(columns="rank")
    replicates = bootstrap(
        observations, fits, fitted.basins, laws=laws, settings=settings, search=search, stream=stream
    )
    return dict(zip(NAMES, (fits, fitted.coefficients, replicates), strict=True))


with logged(snakemake.log[0]):
    params, inputs, wildcards = snakemake.params, snakemake.input, snakemake.wildcards
    observations = tables.read(inputs.observations, "fitted_observations")
    laws = LawSet.from_params(params.laws)
    ranking = tables.read_by_kind(inputs.ranking, params.ranking)
    pairs = best_pairs(ranking, wildcards.procedure, laws, params.n_best)
    best = of_pairs(laws, pairs)
    for folder, chosen, suffix in (
        ("best", best, ""),
        ("best_with_transformer_gain", with_transformer_gains(best), GAIN_SUFFIX),
    ):
        frames = {name: tables.empty(name) for name in NAMES}
        if len(observations) >= params.least_observations and pairs and params.resampled:
            frames = fitted_and_resampled(
                chosen,
                pairs,
                suffix,
                observations,
                wildcards.procedure,
                params.laws_before[folder],
                params,
            )
        for name, frame in frames.items():
            tables.write(frame, name, snakemake.output[f"{folder}_{name}"])
