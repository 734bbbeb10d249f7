"""observations, fits, basins, doubling_times, profile_intervals -> identification."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Identification
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.inference.identification import identify

with logged(snakemake.log[0]):
    params = snakemake.params
    identification = identify(
        tables.read(snakemake.input.observations, "fitted_observations"),
        *(tables.read(snakemake.input[name], name) for name in ("fits", "basins")),
        tables.read_parts(snakemake.input.doubling_times, "doubling_times"),
        tables.read(snakemake.input.profile_intervals, "profile_intervals"),
        laws=LawSet.from_params(params.laws),
        settings=Identification.model_validate(params.identification),
        interval_percent=params.interval_percent,
    )
    tables.write(identification, "identification", snakemake.output.identification)
