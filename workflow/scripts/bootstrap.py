"""observations, fits, basins -> replicates."""

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import DataVariant, GlobalBootstrap, GlobalSearch, Specification, StudyBootstrap
from lmprogress.laws.bootstrapping import bootstrap

SETTINGS = {"study": StudyBootstrap, "global": GlobalBootstrap}

with logged(snakemake.log[0]):
    params = snakemake.params
    fits = tables.read(snakemake.input.fits, "fits")
    chosen = fits["specification"].isin(params.chosen) & (fits["penalty"] == params.main["penalty"])
    replicates = tables.empty("replicates")  # where too few observations were fitted
    if len(fits):
        replicates = bootstrap(
            tables.read(snakemake.input.observations, "observations"),
            fits[chosen],
            tables.read(snakemake.input.basins, "basins"),
            specifications={name: Specification.model_validate(s) for name, s in params.specifications.items()},
            data_variants={name: DataVariant.model_validate(v) for name, v in params.data_variants.items()},
            offsets=params.benchmarks,
            settings=SETTINGS[snakemake.wildcards.procedure].model_validate(params.bootstrap),
            search=GlobalSearch.model_validate(params.search) if params.search else None,
            main=params.main["specification"],
        )
    tables.write(replicates, "replicates", snakemake.output.replicates)
