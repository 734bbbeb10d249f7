# Settings, checked raw tables, and the helpers that every rule uses.
#
# In:  config/*.yaml, raw/*.csv.
# Out: CONFIG, EDITIONS and code(); a bad setting or a bad raw table ends here, before any job.

from pathlib import Path

from snakemake.exceptions import WorkflowError

from lmprogress.curation.chain import check_raw
from lmprogress.keeping.code_digest import code_digest
from lmprogress.keeping.errors import InputError
from lmprogress.keeping.settings_reading import load_reading_vocabulary
from lmprogress.reading.papers_at_hand import deal, find_papers
from lmprogress.keeping.settings import (
    load_architectures,
    load_benchmarks,
    load_config,
    load_models,
    load_yaml,
)

# The engine shows the message of a WorkflowError and no stack trace; its own reader does not name file and line.
try:
    load_yaml("config/config.yaml")
except InputError as error:
    raise WorkflowError(str(error)) from None


configfile: "config/config.yaml"


try:
    MODELS = load_models("config/models.yaml")
    CONFIG = load_config(config, MODELS, "config/config.yaml")
    BENCHMARKS = load_benchmarks("config/benchmarks.yaml")
    ARCHITECTURES = load_architectures("config/architectures.yaml")
    READING_VOCABULARY = load_reading_vocabulary().model_dump(mode="json")
    # papers by batch: a paper that is added or replaced touches its batch alone
    BATCHES = (
        deal(find_papers([CONFIG.papers]), CONFIG.reading.batches)
        if CONFIG.papers
        else {}
    )
    check_raw("raw", CONFIG.editions, BENCHMARKS, ARCHITECTURES)
except InputError as error:
    raise WorkflowError(str(error)) from None

EDITIONS = list(CONFIG.editions)
STEPS = ["assemble", "correct", "exclude", "deduplicate", "cap"]
PROCEDURES = ["study", "global"]
# what the laws are fitted with, as plain data, so that a change of one entry is seen
PENALTIES = CONFIG.fit.penalties_of
SPECIFICATIONS = {
    name: MODELS.specifications[name].model_dump(mode="json") for name in PENALTIES
}
DATA_VARIANTS = {
    name: variant.model_dump(mode="json")
    for name, variant in MODELS.data_variants.items()
}
OFFSETS = {name: benchmark.offset for name, benchmark in BENCHMARKS.items()}
BENCHMARK_NAMES = {name: benchmark.name for name, benchmark in BENCHMARKS.items()}
# Asked for by name, so that an intermediate table that was deleted is made again too.
CURATED_TABLES = ["observations"] + [f"decisions/{step}" for step in STEPS]
FITTED_TABLES = ["predictions", "replicates", "doubling_time_draws"]
RESULT_TABLES = [
    "funnel",
    "fits",
    "coefficients",
    "doubling_times",
    "edition_differences",
    "difference_counts",
    "audit_sample",
    "audit",
]
RESULT_FIGURES = [
    "perplexity_over_time",
    "doubling_time_distribution",
    "predicted_against_actual",
]


def code(script):
    """The digest of the code that `script` can reach: as a parameter, it makes the rule run again when that changes."""
    return code_digest(Path(workflow.basedir) / "workflow" / "scripts" / f"{script}.py")


def edition_setting(*keys):
    """Give the named settings of the wildcard's edition, as plain data."""
    return lambda wildcards: {
        key: CONFIG.editions[wildcards.edition].model_dump(mode="json")[key]
        for key in keys
    }


def procedure_settings(section):
    """Give the settings that `section` (fit or bootstrap) holds for the wildcard's procedure, as plain data."""

    def settings(wildcards):
        held = section.model_dump(mode="json", by_alias=True)
        return held.get(wildcards.procedure, {})

    return settings


def bootstrapped(wildcards):
    """Name the specifications that the wildcard's procedure resamples at the main penalty.

    The study did so for its main model and the variants; the true minimum is sought for all.
    """
    main = CONFIG.fit.main.specification
    return (
        list(PENALTIES)
        if wildcards.procedure == "global"
        else [main] + CONFIG.fit.variants
    )


def each_fit(pattern, **wildcards):
    """Expand `pattern` over editions and procedures, and over what else is given."""
    return expand(pattern, edition=EDITIONS, procedure=PROCEDURES, **wildcards)


def assembled_from(wildcards):
    """Name the tables that the edition starts from: written by people, or linked from readings."""
    made = CONFIG.editions[wildcards.edition].records == "extracted"
    place = "processed/linked/{}.parquet" if made else "raw/{}.csv"
    return {name: place.format(name) for name in ("papers", "systems", "evaluations")}
