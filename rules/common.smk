# Settings, checked raw tables, and the helpers that every rule uses.
#
# In:  config/*.yaml, raw/*.csv.
# Out: CONFIG, EDITIONS and code(); a bad setting or a bad raw table ends here, before any job.

from contextlib import contextmanager
from pathlib import Path

from lmprogress.curation.chain import check_raw
from lmprogress.keeping.code_digest import code_digest
from lmprogress.keeping.errors import InputError
from lmprogress.keeping.run_lock import hold_run_lock
from lmprogress.keeping.schemas import all_tables
from lmprogress.keeping.settings_reading import load_reading_vocabulary
from lmprogress.keeping.tables import remove_abandoned
from lmprogress.reading.papers_at_hand import deal, find_pdfs
from lmprogress.retrieving.manifest import listed_files
from lmprogress.showing.catalogue import FIGURES, figures
from lmprogress.keeping.settings import (
    load_architectures,
    load_benchmarks,
    load_config,
    load_models,
    load_yaml,
)


@contextmanager
def refusing_bad_input():
    """End the workflow with the message of an InputError alone; the engine would put a place in this file before it."""
    try:
        yield
    except InputError as error:
        raise SystemExit(str(error)) from None


# the engine's own reader names no line, and takes the last of two equal keys
with refusing_bad_input():
    load_yaml("config/config.yaml")


configfile: "config/config.yaml"


# `papers: arxiv` means those of the manifest, kept in this folder
RETRIEVED = "arxiv"
RETRIEVED_FOLDER = "raw/pdf"

with refusing_bad_input():
    MODELS = load_models("config/models.yaml")
    CONFIG = load_config(config, MODELS, "config/config.yaml")
    BENCHMARKS = load_benchmarks("config/benchmarks.yaml")
    ARCHITECTURES = load_architectures("config/architectures.yaml")
    READING_VOCABULARY = load_reading_vocabulary().model_dump(mode="json")
    # PDFs by batch, by name: a file that is added or replaced touches its batch alone
    if CONFIG.papers == RETRIEVED:
        PDF_NAMES = listed_files("raw/papers.csv")
    else:
        found = find_pdfs([CONFIG.papers]) if CONFIG.papers else []
        PDF_NAMES = [file.name for file in found]
    BATCHES = deal(PDF_NAMES, CONFIG.reading.batches)
    check_raw("raw", CONFIG.editions, BENCHMARKS, ARCHITECTURES)


onstart:
    with refusing_bad_input():
        hold_run_lock(".snakemake/run.lock")
    remove_abandoned("processed", "results")
    if workflow.local_exec:
        # The limit of jobs per second is meant for clusters. On one machine it only wakes the engine, once a second for
        # each job that has ended, to weigh anew every job that waits.
        workflow.scheduler.job_rate_limiter = None


EDITIONS = list(CONFIG.editions)
CURATED_EDITIONS = [
    name for name, edition in CONFIG.editions.items() if edition.records == "curated"
]
STEPS = ["assemble", "correct", "exclude", "deduplicate", "cap"]
PROCEDURES = ["study", "global"]
OFFSETS = {name: benchmark.offset for name, benchmark in BENCHMARKS.items()}
BENCHMARK_NAMES = {name: benchmark.name for name, benchmark in BENCHMARKS.items()}
# Asked for by name, so that an intermediate table that was deleted is made again too.
READ_TABLES = ["readings", "paper_statuses", "paper_files"] + [
    f"linked/{table}" for table in ("papers", "systems", "evaluations", "links")
]
CURATED_TABLES = (
    ["observations", "records", "records_corrected", "records_included"]
    + ["records_distinct"]
    + [f"decisions/{step}" for step in STEPS]
)
FITTED_TABLES = [
    "fits",
    "coefficients",
    "predictions",
    "basins",
    "replicates",
    "coefficients_with_intervals",
    "doubling_time_draws",
    "doubling_times",
]
# what figures show beside the rows of their tables
FIGURE_SETTINGS = {
    "main": CONFIG.fit.main.model_dump(mode="json"),
    "interval_percent": CONFIG.interval_percent,
    "benchmarks": BENCHMARK_NAMES,
    "reference_benchmark": next(
        name for name, offset in OFFSETS.items() if offset is None
    ),
    "laws": {name: law.label for name, law in MODELS.specifications.items()},
    "ho_numbers": {
        name: law.ho_number
        for name, law in MODELS.specifications.items()
        if law.ho_number
    },
    "compared_laws": CONFIG.fit.specifications,
    "rolling_laws": CONFIG.validation.rolling_shown,
    "varied_laws": CONFIG.sensitivity.laws,
    "truths": {name: truth.label for name, truth in CONFIG.simulation.truths.items()},
    "notable_systems": CONFIG.figures.notable_systems,
    "frontier_systems": CONFIG.gains.frontiers.systems,
}
# which editions have the figures of each extent; None where there is one of all
FIGURE_EDITIONS = {
    "edition": EDITIONS,
    "simulation": CONFIG.simulation.editions,
    "overall": [None],
}


def figure_path(figure, edition, kind):
    """Name the file of a figure of `edition`, which may be a wildcard, or of all editions."""
    folder = f"results/figures/{edition}" if edition else "results/figures"
    return f"{folder}/{figure.name}.{kind}"


def figure_files(extent):
    """Name the files of the figures of `extent` as outputs, with what the engine's own report says of them."""
    edition = None if extent == "overall" else "{edition}"
    files = {}
    for figure in figures(extent):
        for kind in ("pdf", "svg", "png"):
            files[f"{figure.name}_{kind}"] = figure_path(figure, edition, kind)
        files[f"{figure.name}_png"] = report(
            files[f"{figure.name}_png"],
            caption=f"../workflow/report/{figure.name}.rst",
            category=figure.category,
            labels={"edition": edition} if edition else None,
        )
    return files


def figure_inputs(extent):
    """Name the files that the figures of `extent` are drawn from, each once."""

    def files(wildcards):
        held = [
            figure.files_of_tables(wildcards.get("edition"), PROCEDURES)
            for figure in figures(extent)
        ]
        return sorted(
            {path for table in held for paths in table.values() for path in paths}
        )

    return files


def all_figures(*kinds):
    """Name every figure in these kinds."""
    return [
        figure_path(figure, edition, kind)
        for figure in FIGURES
        for edition in FIGURE_EDITIONS[figure.extent]
        for kind in kinds
    ]


def both(*names):
    """Name the Parquet and the CSV of each of the given tables of results."""
    parquet = {name: f"results/tables/{name}.parquet" for name in names}
    return {
        **parquet,
        **{f"{name}_csv": f"results/tables/{name}.csv" for name in names},
    }


def result_tables():
    """Name the tables of results: all that have a schema and that a rule makes. Asked once all rules are known."""
    made = [file for rule in workflow.rules for file in rule.output]
    return [
        table.name
        for table in all_tables()
        if any(file.match(f"results/tables/{table.name}.parquet") for file in made)
    ]


def code(script):
    """The digest of the code that `script` can reach: as a parameter, it makes the rule run again when that changes."""
    return code_digest(Path(workflow.basedir) / "workflow" / "scripts" / f"{script}.py")


def offsets_of(edition):
    """Give the offset of each benchmark of `edition`: its laws have coefficients of no other."""
    return {
        name: OFFSETS[name] for name in CONFIG.editions[edition].benchmarks or OFFSETS
    }


def law_set(edition, penalties):
    """Describe the specifications that `penalties` names as a set of laws of `edition`, as plain data.

    So a change of one of its entries is seen.
    """
    specifications = {name: MODELS.specifications[name] for name in penalties}
    return {
        "edition": edition,
        "specifications": {
            name: law.model_dump(mode="json") for name, law in specifications.items()
        },
        "penalties": penalties,
        "data_variants": {
            law.data: MODELS.data_variants[law.data].model_dump(mode="json")
            for law in specifications.values()
        },
        "offsets": offsets_of(edition),
    }


def laws(wildcards):
    """Describe the laws that the wildcard's edition is fitted by."""
    return law_set(wildcards.edition, CONFIG.penalties_of(wildcards.edition))


def compared_laws(wildcards):
    """Describe those among them that are compared at every penalty."""
    penalties = CONFIG.penalties_of(wildcards.edition)
    compared = [name for name in penalties if name in CONFIG.fit.specifications]
    return law_set(wildcards.edition, {name: penalties[name] for name in compared})


def laws_at_main_penalty(names):
    """Describe those of `names` that the wildcard's edition does not leave out, at the main penalty."""
    return lambda wildcards: law_set(
        wildcards.edition,
        {
            name: [CONFIG.fit.main.penalty]
            for name in CONFIG.laws_among(names, wildcards.edition)
        },
    )


def procedure_settings(section):
    """Give the settings that `section` (fit or bootstrap) holds for the wildcard's procedure, as plain data."""

    def settings(wildcards):
        held = section.model_dump(mode="json", by_alias=True)
        return held.get(wildcards.procedure, {})

    return settings


def bootstrapped(wildcards):
    """Name the specifications that the wildcard's procedure resamples at the main penalty.

    The study did so for its main model, and on its own table for the variants and a few more; the true minimum is
    sought for all.
    """
    main = CONFIG.fit.main.specification
    if wildcards.procedure == "global":
        return list(CONFIG.penalties_of(wildcards.edition))
    if wildcards.edition in CONFIG.bootstrap.study.editions:
        return [main] + CONFIG.bootstrap.study.also + CONFIG.fit.variants
    return [main]


def each_fit(pattern, **wildcards):
    """Expand `pattern` over editions and procedures, and over what else is given."""
    return expand(pattern, edition=EDITIONS, procedure=PROCEDURES, **wildcards)


def assembled_from(wildcards):
    """Name the tables that the edition starts from: written by people, or linked from readings."""
    made = CONFIG.editions[wildcards.edition].records == "extracted"
    place = "processed/linked/{}.parquet" if made else "raw/{}.csv"
    return {name: place.format(name) for name in ("papers", "systems", "evaluations")}


def simulated(pattern):
    """Expand `pattern` over the editions and truths of the simulation study."""
    return expand(
        pattern,
        edition=CONFIG.simulation.editions,
        truth=CONFIG.simulation.truths,
        allow_missing=True,
    )


def whole_edition(wildcards):
    """Give every setting of how the wildcard's edition is curated, as plain data."""
    return CONFIG.editions[wildcards.edition].model_dump(mode="json", exclude={"laws"})


# What the audit itself makes, after everything else.
AUDITED = [
    "results/tables/audit_checks.csv",
    "results/provenance/manifest.csv",
    "results/provenance/root.txt",
]


def everything_else(wildcards):
    """Name all that the rule `all` asks for but what follows from the audit itself."""
    asked = [item for item in workflow.get_rule("all").input if not callable(item)]
    return sorted({str(path) for path in asked} - set(AUDITED))
