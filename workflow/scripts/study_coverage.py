"""observations, coefficients -> coverage_data_sets of one law that data are simulated from."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Coverage, Verdict
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.inference.coverage import study_coverage

with logged(snakemake.log[0]):
    params, inputs = snakemake.params, snakemake.input
    observations = tables.read(inputs.observations, "fitted_observations")
    made = tables.empty("coverage_data_sets")  # where there are too few observations
    if len(observations) >= params.least_observations:
        made = study_coverage(
            observations,
            tables.read(inputs.coefficients, "coefficients"),
            truth=snakemake.wildcards.truth,
            laws=LawSet.from_params(params.laws, params.main),
            settings=Coverage.model_validate(params.coverage),
            verdict=Verdict.model_validate(params.verdict),
            interval_percent=params.interval_percent,
            numbers=range(1, params.n_data_sets + 1),
            n_intervals=params.n_intervals,
            code=params.code,
        )
    tables.write(made, "coverage_data_sets", snakemake.output.data_sets)
