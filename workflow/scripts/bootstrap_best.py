"""observations, ranking -> fits and replicates of the best pairs, as they are and with a gain of the transformer."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import BestEffort, GlobalBootstrap, GlobalSearch, StudyBootstrap
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.inference.best_pairs import PairFrames, fit_and_bootstrap, global_effort
from lmprogress.laws.rates.aggregation import best_pairs, named_with_gains, of_pairs, with_transformer_gains

with logged(snakemake.log[0]):
    params, procedure = snakemake.params, snakemake.wildcards.procedure
    observations = tables.read(snakemake.input.observations, "fitted_observations")
    laws = LawSet.from_params(params.laws)
    pairs = best_pairs(tables.read_by_kind(snakemake.input.ranking, params.ranking), procedure, laws, params.n_best)
    best = of_pairs(laws, pairs)
    if procedure == "study":
        settings, search = StudyBootstrap.model_validate(params.bootstrap), None
    else:
        settings, search = global_effort(
            GlobalBootstrap.model_validate(params.bootstrap),
            GlobalSearch.model_validate(params.search),
            BestEffort.model_validate(params.effort),
        )
    for folder, its_pairs, its_laws in (
        ("best", pairs, best),
        ("best_with_transformer_gain", named_with_gains(pairs), with_transformer_gains(best)),
    ):
        frames = PairFrames(*(tables.empty(name) for name in PairFrames._fields))
        if len(observations) >= params.least_observations and pairs and params.resampled:
            frames = fit_and_bootstrap(
                observations,
                its_pairs,
                laws=its_laws,
                settings=settings,
                search=search,
                least_observations=params.least_observations,
                laws_before=params.laws_before[folder],
            )
        for name, frame in frames._asdict().items():
            tables.write(frame, name, snakemake.output[f"{folder}_{name}"])
