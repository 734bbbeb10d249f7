"""observations, basins -> held_out, fold_fits, rolling_rates."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import GlobalSearch, Validation
from lmprogress.laws.cross_validation.study_validation import validate_as_study
from lmprogress.laws.cross_validation.validation import joined, validate
from lmprogress.laws.fits.law_set import LawSet

with logged(snakemake.log[0]):
    params = snakemake.params
    observations = tables.read(snakemake.input.observations, "fitted_observations")
    how = {
        "laws": LawSet.from_params(params.laws),
        "main_penalty": params.main_penalty,
        "settings": Validation.model_validate(params.validation),
        "least_observations": params.least_observations,
    }
    if len(observations) < params.least_observations:
        print(f"not validated: {len(observations)} observations; fits need {params.least_observations}")
        validated = joined([])
    elif snakemake.wildcards.procedure == "study":
        validated = validate_as_study(observations, **how)
    else:
        basins = tables.read(snakemake.input.basins, "basins")
        validated = validate(observations, basins, limits=GlobalSearch.model_validate(params.search), **how)
    for name, frame in zip(validated._fields, validated, strict=True):
        tables.write(frame, name, snakemake.output[name])
