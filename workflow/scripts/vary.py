"""observations, varied_observations, fits -> sensitivity, sensitivity_coefficients."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Bootstrap, GlobalSearch, Sensitivity
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.sensitivity import Fits, Settings, observations_of, resampled, vary

with logged(snakemake.log[0]):
    params, edition = snakemake.params, snakemake.wildcards.edition
    asked = Sensitivity.model_validate(params.sensitivity)
    observations = observations_of(
        asked.variations,
        tables.read(snakemake.input.observations, "fitted_observations"),
        tables.read(snakemake.input.varied, "varied_observations"),
    )
    names = ("fits", "coefficients", "doubling_times")
    varied = vary(
        observations,
        asked.variations,
        {
            procedure: Fits(*(tables.read(snakemake.input[name][i], name) for name in names))
            for i, procedure in enumerate(params.procedures)
        },
        settings=Settings(
            varied=asked.laws,
            laws=LawSet.from_params(params.laws),
            penalty=params.penalty,
            search=GlobalSearch.model_validate({**params.search, "n_starts": asked.search_starts}),
            bootstraps=resampled(asked, Bootstrap.model_validate(params.bootstrap), edition),
            study_laws=asked.study_laws,
            interval_percent=params.interval_percent,
            least_observations=params.least_observations,
        ),
    )
    tables.write(varied.sensitivity, "sensitivity", snakemake.output.sensitivity)
    tables.write(varied.coefficients, "sensitivity_coefficients", snakemake.output.coefficients)
