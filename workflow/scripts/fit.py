"""observations -> fits, coefficients, predictions, basins."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import GlobalSearch
from lmprogress.laws.fits.fitting import fit
from lmprogress.laws.fits.law_set import LawSet

with logged(snakemake.log[0]):
    params, names = snakemake.params, ("fits", "coefficients", "predictions", "basins")
    observations = tables.read(snakemake.input.observations, "fitted_observations")
    if len(observations) < params.least_observations:
        print(f"not fitted: {len(observations)} observations; fits need {params.least_observations}")
        fitted = tuple(tables.empty(name) for name in names)
    else:
        fitted = fit(
            observations,
            procedure=snakemake.wildcards.procedure,
            laws=LawSet.from_params(params.laws),
            search=GlobalSearch.model_validate(params.search) if params.search else None,
            least_observations=params.least_observations,
        )
    for name, frame in zip(names, fitted, strict=True):
        tables.write(frame, name, snakemake.output[name])
