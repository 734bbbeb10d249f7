"""observations -> rate_estimates, rate_tests, law_estimates."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Identification, Verdict
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.inference.verdict import judge

with logged(snakemake.log[0]):
    params = snakemake.params
    judged = judge(
        tables.read(snakemake.input.observations, "fitted_observations"),
        laws=LawSet.from_params(params.laws, params.main),
        settings=Verdict.model_validate(params.verdict),
        identification=Identification.model_validate(params.identification),
        interval_percent=params.interval_percent,
        least_observations=params.least_observations,
    )
    for name, frame in judged._asdict().items():
        tables.write(frame, name, snakemake.output[name])
