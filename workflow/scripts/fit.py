"""observations -> fits, coefficients, predictions, basins."""

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import DataVariant, GlobalSearch, Specification
from lmprogress.laws.fitting import fit

with logged(snakemake.log[0]):
    params, names = snakemake.params, ("fits", "coefficients", "predictions", "basins")
    observations = tables.read(snakemake.input.observations, "observations")
    if len(observations) < params.least_observations:
        print(f"not fitted: {len(observations)} observations; fits need {params.least_observations}")
        fitted = tuple(tables.empty(name) for name in names)
    else:
        fitted = fit(
            observations,
            edition=snakemake.wildcards.edition,
            procedure=snakemake.wildcards.procedure,
            specifications={name: Specification.model_validate(s) for name, s in params.specifications.items()},
            data_variants={name: DataVariant.model_validate(v) for name, v in params.data_variants.items()},
            penalties=params.penalties,
            offsets=params.benchmarks,
            search=GlobalSearch.model_validate(params.search) if params.search else None,
            least_observations=params.least_observations,
        )
    for name, frame in zip(names, fitted, strict=True):
        tables.write(frame, name, snakemake.output[name])
