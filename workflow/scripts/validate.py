"""observations, basins -> held_out, fold_fits, rolling_rates."""

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import DataVariant, GlobalSearch, Specification, Validation
from lmprogress.laws.study_validation import validate_as_study
from lmprogress.laws.validation import joined, validate

with logged(snakemake.log[0]):
    params = snakemake.params
    observations = tables.read(snakemake.input.observations, "observations")
    laws = {
        "edition": snakemake.wildcards.edition,
        "specifications": {name: Specification.model_validate(s) for name, s in params.specifications.items()},
        "data_variants": {name: DataVariant.model_validate(v) for name, v in params.data_variants.items()},
        "penalties": params.penalties,
        "main_penalty": params.main_penalty,
        "offsets": params.benchmarks,
        "settings": Validation.model_validate(params.validation),
        "least_observations": params.least_observations,
    }
    if len(observations) < params.least_observations:
        print(f"not validated: {len(observations)} observations; fits need {params.least_observations}")
        validated = joined([])
    elif snakemake.wildcards.procedure == "study":
        validated = validate_as_study(observations, **laws)
    else:
        basins = tables.read(snakemake.input.basins, "basins")
        validated = validate(observations, basins, limits=GlobalSearch.model_validate(params.search), **laws)
    for name, frame in zip(validated._fields, validated, strict=True):
        tables.write(frame, name, snakemake.output[name])
