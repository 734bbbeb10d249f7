"""observations, fits, basins -> replicates."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import GlobalBootstrap, GlobalSearch, StudyBootstrap
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.inference.bootstrapping import bootstrap

SETTINGS = {"study": StudyBootstrap, "global": GlobalBootstrap}

with logged(snakemake.log[0]):
    params = snakemake.params
    fits = tables.read(snakemake.input.fits, "fits")
    chosen = fits["specification"].isin(params.chosen) & (fits["penalty"] == params.main["penalty"])
    replicates = tables.empty("replicates")  # where too few observations were fitted
    if len(fits):
        replicates = bootstrap(
            tables.read(snakemake.input.observations, "fitted_observations"),
            fits[chosen],
            tables.read(snakemake.input.basins, "basins"),
            laws=LawSet.from_params(params.laws, params.main),
            settings=SETTINGS[snakemake.wildcards.procedure].model_validate(params.bootstrap),
            search=GlobalSearch.model_validate(params.search) if params.search else None,
        )
    tables.write(replicates, "replicates", snakemake.output.replicates)
