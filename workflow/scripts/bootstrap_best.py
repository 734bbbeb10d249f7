"""observations, ranking -> fits and replicates of the best pairs of specification and penalty."""

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

with logged(snakemake.log[0]):
    params, inputs, wildcards = snakemake.params, snakemake.input, snakemake.wildcards
    observations = tables.read(inputs.observations, "observations")
    specifications = {name: Specification.model_validate(s) for name, s in params.specifications.items()}
    study, gain = wildcards.procedure == "study", wildcards.law == "best_with_transformer_gain"
    ranking = tables.read_by_kind(inputs.ranking, params.ranking)
    pairs = best_pairs(ranking, wildcards.procedure, wildcards.edition, specifications, params.n_best)
    suffix = GAIN_SUFFIX if gain else ""
    laws = {
        pair.specification + suffix: with_transformer_gain(specifications[pair.specification])
        if gain
        else specifications[pair.specification]
        for pair in pairs
    }
    fits, coefficients, replicates = (tables.empty(name) for name in ("fits", "coefficients", "replicates"))
    if len(observations) >= params.least_observations and pairs and params.resampled:
        variants = {name: DataVariant.model_validate(v) for name, v in params.data_variants.items()}
        common = {"specifications": laws, "data_variants": variants, "offsets": params.benchmarks}
        effort = params.effort
        search = (
            None if study else GlobalSearch.model_validate({**params.search, "n_starts": effort["n_search_starts"]})
        )
        fitted = fit(
            observations,
            edition=wildcards.edition,
            procedure=wildcards.procedure,
            penalties={name: [p.penalty for p in pairs if p.specification + suffix == name] for name in laws},
            search=search,
            least_observations=params.least_observations,
            **common,
        )
        coefficients = fitted.coefficients
        fits = in_order(tables.table("fits").checked(fitted.fits, "fits"), pairs, suffix).drop(columns="rank")
        stream = None
        if study:
            settings = StudyBootstrap.model_validate(params.bootstrap)
            # one stream for all pairs, as in the study's notebook; before the aggregate it had drawn for another law
            stream = np.random.RandomState(settings.seed)
            for _ in range(params.laws_before * settings.n_replicates):
                stream.choice(len(observations), size=len(observations), replace=True)
        else:
            of_each = {name: effort[name] for name in ("n_replicates", "n_starts", "n_exchanges")}
            settings = GlobalBootstrap.model_validate({**params.bootstrap, **of_each, "main": None})
        replicates = bootstrap(
            observations, fits, fitted.basins, settings=settings, search=search, stream=stream, **common
        )
    tables.write(fits, "fits", snakemake.output.fits)
    tables.write(coefficients, "coefficients", snakemake.output.coefficients)
    tables.write(replicates, "replicates", snakemake.output.replicates)
