"""observations, varied_observations, published, scaling_runs -> verdict_sensitivity."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import ScaleDependence, Sensitivity
from lmprogress.laws.attribution.gains import published_laws
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.sensitivity import observations_of
from lmprogress.laws.verdict_sensitivity import Exponents, vary_verdict

with logged(snakemake.log[0]):
    params = snakemake.params
    asked = Sensitivity.model_validate(params.sensitivity)
    own = tables.read(snakemake.input.observations, "fitted_observations")
    varied = tables.read(snakemake.input.varied, "varied_observations")
    hoffmann, kaplan = published_laws(tables.read_csv(snakemake.input.published, "published"))
    exponents = Exponents(
        {"kaplan": (kaplan.alpha_n, kaplan.alpha_d), "hoffmann": (hoffmann.alpha, hoffmann.beta)},
        tables.read_csv(snakemake.input.experiments, "scaling_runs"),
        params.interval_percent,
    )
    sensitivity = vary_verdict(
        observations_of(asked.variations, own, varied),
        own,
        asked.variations,
        laws=LawSet.from_params(params.laws, params.main),
        exponents=exponents,
        n_starts=asked.search_starts,
        least_observations=params.least_observations,
        scale=ScaleDependence.model_validate(params.scale),
    )
    tables.write(sensitivity, "verdict_sensitivity", snakemake.output.sensitivity)
