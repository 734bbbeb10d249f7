"""observations, ranking -> fits and replicates of the best pairs, as they are and with a gain of the transformer."""

import numpy as np

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import DataVariant, GlobalBootstrap, GlobalSearch, Specification, StudyBootstrap
from lmprogress.laws.aggregation import (
    GAIN_SUFFIX,
    best_pairs,
    in_order,
    with_transformer_gain,
)
from lmprogress.laws.bootstrapping import bootstrap
from lmprogress.laws.fitting import fit

NAMES = ("fits", "coefficients", "replicates")


def fitted_and_resampled(laws, pairs, suffix, observations, procedure, edition, laws_before, params):
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
    variants = {name: DataVariant.model_validate(v) for name, v in params.data_variants.items()}
    common = {"specifications": laws, "data_variants": variants, "offsets": params.benchmarks, "search": search}
    fitted = fit(
        observations,
        edition=edition,
        procedure=procedure,
        penalties={name: [p.penalty for p in pairs if p.specification + suffix == name] for name in laws},
        least_observations=params.least_observations,
        **common,
    )
    fits = in_order(tables.table("fits").checked(fitted.fits, "fits"), pairs, suffix).drop(columns="rank")
    replicates = bootstrap(observations, fits, fitted.basins, settings=settings, stream=stream, **common)
    return dict(zip(NAMES, (fits, fitted.coefficients, replicates), strict=True))


with logged(snakemake.log[0]):
    params, inputs, wildcards = snakemake.params, snakemake.input, snakemake.wildcards
    observations = tables.read(inputs.observations, "observations")
    specifications = {name: Specification.model_validate(s) for name, s in params.specifications.items()}
    ranking = tables.read_by_kind(inputs.ranking, params.ranking)
    pairs = best_pairs(ranking, wildcards.procedure, wildcards.edition, specifications, params.n_best)
    chosen = {pair.specification: specifications[pair.specification] for pair in pairs}
    with_gain = {name + GAIN_SUFFIX: with_transformer_gain(law) for name, law in chosen.items()}
    for folder, laws, suffix in (("best", chosen, ""), ("best_with_transformer_gain", with_gain, GAIN_SUFFIX)):
        frames = {name: tables.empty(name) for name in NAMES}
        if len(observations) >= params.least_observations and pairs and params.resampled:
            frames = fitted_and_resampled(
                laws,
                pairs,
                suffix,
                observations,
                wildcards.procedure,
                wildcards.edition,
                params.laws_before[folder],
                params,
            )
        for name, frame in frames.items():
            tables.write(frame, name, snakemake.output[f"{folder}_{name}"])
