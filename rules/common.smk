# Settings and checked raw tables.
#
# In:  config/*.yaml, raw/*.csv.
# Out: CONFIG, EDITIONS and other names of the settings; a bad setting or a bad raw table ends here, before any job.

from contextlib import contextmanager
from pathlib import Path

from lmprogress.core.tables import read_csv
from lmprogress.curation.accepted import present_editions
from lmprogress.curation.chain import check_raw
from lmprogress.core.errors import InputError
from lmprogress.core.leftovers import clear_leftovers
from lmprogress.core.passing import unless_passed
from lmprogress.core.text_files import content_digest
from lmprogress.core.code_digest import code_digest
from lmprogress.core.run_lock import hold_run_lock
from lmprogress.core.settings_reading import load_reading_vocabulary
from lmprogress.core.replacing import remove_abandoned
from lmprogress.ledger.reference_tables import check_reference_tables
from lmprogress.other_laws.raw_tables import RAW_TABLES as OTHER_LAWS_TABLES
from lmprogress.other_laws.raw_tables import check_raw_tables
from lmprogress.reading.papers_at_hand import deal, find_pdfs
from lmprogress.reporting.shown import PROCEDURES
from lmprogress.retrieving.manifest import listed_files
from lmprogress.core.settings import (
    load_architectures,
    load_benchmarks,
    load_config,
    load_families,
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


# the folder of the root Snakefile, whichever one the engine was given: workflow/Snakefile includes it, a module names it
PROJECT = Path(workflow.current_basedir).parent


def ours(path):
    """Name a file of the workflow, wherever it is run: config/ and raw/ are those of the folder of the run."""
    return path if Path(path).exists() else str(PROJECT / path)


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
    FAMILIES = load_families("config/families.yaml")
    READING_VOCABULARY = load_reading_vocabulary().model_dump(mode="json")
    # PDFs by batch, by name: a file that is added or replaced touches its batch alone
    if CONFIG.papers == RETRIEVED:
        PDF_NAMES = listed_files("raw/papers.csv")
    else:
        found = find_pdfs([CONFIG.papers]) if CONFIG.papers else []
        PDF_NAMES = [file.name for file in found]
    BATCHES = deal(PDF_NAMES, CONFIG.reading.batches)
    CONFIG = present_editions(CONFIG, read_csv("raw/verdicts.csv", "verdicts"))
    CHECKED = [
        code_digest(check_raw.__code__.co_filename),
        CONFIG.model_dump_json(by_alias=True),
        *map(str, (BENCHMARKS, ARCHITECTURES)),
        *(
            f"{path}:{content_digest(path)}"
            for path in sorted(Path("raw").glob("*.csv"))
        ),
    ]
    with unless_passed(".snakemake/raw_tables_passed", CHECKED) as unchecked:
        if unchecked:
            check_raw("raw", CONFIG.editions, BENCHMARKS, ARCHITECTURES)
    # the tables that published numbers are selected from, and those that claims of retellings are
    LEDGER_TABLES = check_reference_tables("raw/reference")
    CLAIMED_TABLES = check_raw_tables("raw/other_laws")
    CLAIMED_RAW = [
        name
        for name in CLAIMED_TABLES
        if name in OTHER_LAWS_TABLES and name != "claim_facts"
    ]


onstart:
    with refusing_bad_input():
        hold_run_lock(".snakemake/run.lock")
    remove_abandoned("processed", "results")
    if workflow.is_main_process and any(
        job.rule.name == "all" for job in workflow.dag.jobs
    ):
        made = {str(path) for job in workflow.dag.jobs for path in job.output}
        for line in clear_leftovers(
            Path(), {*every_output(), *made_on_demand(), *made}
        ):
            print(line, file=sys.stderr)
    if workflow.local_exec:
        # The limit of jobs per second is meant for clusters. On one machine it only wakes the engine, once a second for
        # each job that has ended, to reconsider every waiting job.
        workflow.scheduler.job_rate_limiter = None


EDITIONS = list(CONFIG.editions)
# others have observations and a verdict alone
FITTED_EDITIONS = [name for name in CONFIG.fitted_editions if name in EDITIONS]
CURATED_EDITIONS = [
    name for name, edition in CONFIG.editions.items() if edition.records == "curated"
]
STEPS = ["assemble", "correct", "exclude", "deduplicate", "cap"]
OFFSETS = {name: benchmark.offset for name, benchmark in BENCHMARKS.items()}
BENCHMARK_NAMES = {name: benchmark.name for name, benchmark in BENCHMARKS.items()}


def one_of(names):
    """Give the constraint of a wildcard that is one of `names`; of none, one that nothing meets."""
    return "|".join(names) or "(?!)"
