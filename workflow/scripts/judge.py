"""observations -> verdict, rate_tests."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Identification, Verdict
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.inference.verdict import judge

with logged(snakemake.log[0]):
    params = snakemake.params
    verdict, rate_tests = judge(
        tables.read(snakemake.input.observations, "fitted_observations"),
        laws=LawSet.from_params(params.laws, params.main),
        settings=Verdict.model_validate(params.verdict),
        identification=Identification.model_validate(params.identification),
        interval_percent=params.interval_percent,
        least_observations=params.least_observations,
    )
    tables.write(verdict, "verdict", snakemake.output.verdict)
    tables.write(rate_tests, "rate_tests", snakemake.output.rate_tests)
