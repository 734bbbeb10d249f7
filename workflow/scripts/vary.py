"""papers, systems, evaluations, corrections, exclusions, fits -> sensitivity, sensitivity_coefficients."""

from lmprogress.curation.raw import RawTables
from lmprogress.curation.variations import observe_variations
from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import (
    Architecture,
    Benchmark,
    Bootstrap,
    Edition,
    GlobalSearch,
    Sensitivity,
)
from lmprogress.laws.law_set import LawSet
from lmprogress.laws.sensitivity import Fits, Settings, resampled, vary

with logged(snakemake.log[0]):
    params, edition = snakemake.params, snakemake.wildcards.edition
    asked = Sensitivity.model_validate(params.sensitivity)
    observations = observe_variations(
        RawTables(*(tables.read_by_kind(snakemake.input[name], name) for name in RawTables._fields)),
        edition,
        Edition.model_validate(params.edition_settings),
        {name: variation.curation for name, variation in asked.variations.items()},
        {name: Benchmark.model_validate(b) for name, b in params.curation["benchmarks"].items()},
        {name: Architecture.model_validate(a) for name, a in params.curation["architectures"].items()},
    )
    names = ("fits", "coefficients", "doubling_times")
    varied = vary(
        observations,
        asked.variations,
        {
            procedure: Fits(*(tables.read(snakemake.input[name][i], name) for name in names))
            for i, procedure in enumerate(params.procedures)
        },
        settings=Settings(
            varied=asked.laws,
            laws=LawSet.from_params(params.laws),
            penalty=params.penalty,
            search=GlobalSearch.model_validate({**params.search, "n_starts": asked.search_starts}),
            bootstraps=resampled(asked, Bootstrap.model_validate(params.bootstrap), edition),
            study_laws=asked.study_laws,
            interval_percent=params.interval_percent,
            least_observations=params.least_observations,
        ),
    )
    tables.write(varied.sensitivity, "sensitivity", snakemake.output.sensitivity)
    tables.write(varied.coefficients, "sensitivity_coefficients", snakemake.output.coefficients)
