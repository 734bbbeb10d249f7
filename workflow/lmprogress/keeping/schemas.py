"""One schema a table: every table of the project, its columns with unit and meaning, its key and its writer.

In: the name of a table. Out: its schema. The data dictionary is made from here.
"""

from __future__ import annotations

from lmprogress.keeping.columns import Column, Table

# ---- columns that stand in several tables, defined once ----------------------------------------------------------

EDITION = Column("edition", "string", "the edition of the observations, from config/config.yaml")
PAPER_ID = Column(
    "paper_id", "string", "the paper: its arXiv identifier, or a slug of its title", pattern=r"[A-Za-z0-9][A-Za-z0-9._-]*"
)
SYSTEM_ID = Column(
    "system_id", "string", "one trained system: paper_id/slug of its name", pattern=r"[A-Za-z0-9][A-Za-z0-9._-]*/[a-z0-9][a-z0-9._-]*"
)
RECORD_ID = Column("record_id", "string", "one system on one benchmark: system_id:benchmark, or system_id:none")
SOURCE = Column("source", "string", "where the value was taken from")
TITLE = Column("title", "string", "title of the paper, as the study spells it")
SYSTEM = Column("system", "string", "name of the system, as its source spells it")
BENCHMARK = Column("benchmark", "string", "the benchmark whose test perplexity is meant", vocabulary="benchmark")
PERPLEXITY = Column("perplexity", "float", "test perplexity", unit="1 (per word or token, as printed)", above=1)
PUBLICATION_DATE = Column("publication_date", "date", "date of publication")
N_PARAMETERS = Column("n_parameters", "float", "number of parameters", unit="parameters", above=0, nullable=True)
DATASET_SIZE = Column(
    "dataset_size_tokens", "float", "tokens in the training data, each counted once", unit="tokens", least=0, nullable=True
)
N_EPOCHS = Column("n_epochs", "float", "passes over the training data", unit="epochs", above=0, nullable=True)
COMPUTE = Column("training_compute_flop", "float", "training compute", unit="FLOP", above=0, nullable=True)
VOCABULARY = Column("vocabulary_size", "float", "entries of the vocabulary", unit="entries", above=0, nullable=True)
ARCHITECTURE = Column("architecture", "string", "family of the architecture", vocabulary="architecture", nullable=True)
SPECIFICATION = Column("specification", "string", "name of the law's specification in config/models.yaml")
HO_NUMBER = Column("ho_number", "integer", "number of the specification in Ho et al. 2024, Table 10", least=1, nullable=True)
DATA_VARIANT = Column("data_variant", "string", "what counts as training data, from config/models.yaml")
PENALTY = Column("penalty", "float", "weight of the L1 penalty (δ in the study)", unit="squared nats", least=0)
PROCEDURE = Column(
    "procedure", "string", "how the minimum is sought: study (SLSQP from zero) or global (true minimum)", allowed=("study", "global")
)
REPLICATE = Column("replicate", "integer", "number of the replicate", least=0)
COEFFICIENT = Column("coefficient", "string", "name of the coefficient")

_SYSTEM_FACTS = (
    N_PARAMETERS,
    DATASET_SIZE,
    Column(
        "pretraining_dataset_size_tokens", "float", "tokens in the pre-training data", unit="tokens", least=0, nullable=True
    ),
    Column(
        "finetuning_dataset_size_tokens", "float", "tokens in the fine-tuning data", unit="tokens", least=0, nullable=True
    ),
    N_EPOCHS,
    Column("reported_training_compute_flop", "float", "training compute as the study's table gives it", unit="FLOP", above=0, nullable=True),
    Column("training_datasets", "string", "names of the training data, separated by '; '", nullable=True),
    Column("zero_shot", "float", "1 evaluated without training on the benchmark, 0 trained on it, 0.5 the study's in-between", least=0, most=1, nullable=True),
    Column("uses_cache", "boolean", "evaluated with a cache or a memory of the test text", nullable=True),
    ARCHITECTURE,
    Column("base_model", "string", "model that the system builds on", nullable=True),
    Column("tokenizer", "string", "tokenizer, where known", nullable=True),
    VOCABULARY,
    Column("study_included", "boolean", "the study's flag 'Include?' (empty counts as included)", nullable=True),
    Column("study_outlier", "boolean", "the study's flag 'Outlier?'", nullable=True),
    Column("study_uncertain", "boolean", "the study's flag 'uncertain'", nullable=True),
)

# a record is a system on a benchmark with all its facts; each step of the chain keeps these columns
_RECORD = (
    RECORD_ID,
    SYSTEM_ID,
    PAPER_ID,
    Column("position", "integer", "line of the system in raw/systems.csv, counted from 1; the last tie-break", least=1),
    SYSTEM,
    TITLE,
    PUBLICATION_DATE,
    Column("benchmark", "string", "the benchmark; empty where the system has no perplexity", nullable=True),
    Column("perplexity", "float", "test perplexity that the edition uses", unit="1 (per word or token, as printed)", above=1, nullable=True),
    Column("perplexity_benchmark", "string", "the benchmark on which that perplexity was measured; another than `benchmark` is the study's quirk", nullable=True),
    *_SYSTEM_FACTS,
    SOURCE,
)

# ---- raw tables: written by people --------------------------------------------------------------------------------

PAPERS = Table(
    "papers",
    "Papers: where to find each, and when it was published.",
    (
        PAPER_ID,
        TITLE,
        Column("arxiv_id", "string", "arXiv identifier without version", pattern=r"\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7}", nullable=True),
        Column("url", "string", "address of the paper", pattern=r"https?://\S+", nullable=True),
        PUBLICATION_DATE,
        SOURCE,
    ),
    key=("paper_id",),
    writer="raw/papers.csv, by hand",
)

SYSTEMS = Table(
    "systems",
    "Systems: what was trained, on how much, and the study's flags.",
    (
        SYSTEM_ID,
        PAPER_ID,
        SYSTEM,
        Column("publication_date", "date", "date of publication, only where it differs from the paper's", nullable=True),
        *_SYSTEM_FACTS,
        SOURCE,
    ),
    key=("system_id",),
    writer="raw/systems.csv, by hand",
)

EVALUATIONS = Table(
    "evaluations",
    "Evaluations: one perplexity of one system on one benchmark.",
    (SYSTEM_ID, BENCHMARK, PERPLEXITY, SOURCE),
    key=("system_id", "benchmark"),
    writer="raw/evaluations.csv, by hand",
)

CORRECTIONS = Table(
    "corrections",
    "Corrections: one value of one system or evaluation replaced, with the reason.",
    (
        Column("editions", "string", "editions that it applies to, separated by ';', or 'all'"),
        SYSTEM_ID,
        Column("benchmark", "string", "the benchmark, where the column is perplexity", vocabulary="benchmark", nullable=True),
        Column("column", "string", "the column of raw/systems.csv, or perplexity"),
        Column("old_value", "string", "the value that is replaced; the run stops where it is another; empty for no value", nullable=True),
        Column("new_value", "string", "the value that takes its place; empty for no value", nullable=True),
        Column("reason", "string", "why, in a sentence"),
        SOURCE,
    ),
    key=("editions", "system_id", "benchmark", "column"),
    writer="raw/corrections.csv, by hand",
)

EXCLUSIONS = Table(
    "exclusions",
    "Exclusions: a system left out by name, with the reason.",
    (
        Column("editions", "string", "editions that it applies to, separated by ';', or 'all'"),
        SYSTEM_ID,
        Column("reason", "string", "why, in a sentence"),
        SOURCE,
    ),
    key=("editions", "system_id"),
    writer="raw/exclusions.csv, by hand",
)

# ---- the chain of curation ---------------------------------------------------------------------------------------

RECORDS = Table(
    "records", "One system on one benchmark, with all its facts.", _RECORD, key=("record_id",), order=("position", "record_id"), writer="assemble, correct, exclude, deduplicate"
)

DECISIONS = Table(
    "decisions",
    "What a step of curation decided about each record that it was given.",
    (
        EDITION,
        Column("step", "string", "the step", allowed=("assemble", "correct", "exclude", "deduplicate", "cap")),
        RECORD_ID,
        Column("kept", "boolean", "true where the record goes on to the next step"),
        Column("reason", "string", "reason code: 'kept', or what spoke against the record, or what was changed"),
        Column("detail", "string", "the setting, value or explanation behind the reason", nullable=True),
        Column("kept_record_id", "string", "the record kept in this one's place", nullable=True),
        Column("source", "string", "the raw table and line, or the setting, that decided", nullable=True),
    ),
    key=("edition", "step", "record_id"),
    writer="assemble, correct, exclude, deduplicate, cap",
)

OBSERVATIONS = Table(
    "observations",
    "What the laws are fitted to: at most three records a paper, in the order of the fit.",
    (
        Column("observation_number", "integer", "place in the fit, from 1; row resampling draws these", least=1),
        RECORD_ID,
        SYSTEM_ID,
        PAPER_ID,
        SYSTEM,
        TITLE,
        BENCHMARK,
        PERPLEXITY,
        Column("log_perplexity", "float", "natural logarithm of the perplexity", unit="nats", above=0),
        Column("perplexity_benchmark", "string", "the benchmark on which the perplexity was measured", vocabulary="benchmark"),
        PUBLICATION_DATE,
        Column("publication_year", "float", "year + (day of the year − 1)/365, as the study counts it", unit="years"),
        Column("n_parameters", "float", "number of parameters", unit="parameters", above=0),
        Column("dataset_size_tokens", "float", "tokens in the training data, each counted once", unit="tokens", above=0),
        N_EPOCHS,
        COMPUTE,
        Column("training_compute_source", "string", "reported, or 6 × parameters × tokens × epochs (one epoch where unknown)", allowed=("reported", "6NDE", "6ND")),
        VOCABULARY,
        ARCHITECTURE,
        Column("transformer", "boolean", "the architecture is a transformer in the study's sense"),
        Column("zero_shot", "float", "1 evaluated without training on the benchmark", least=0, most=1, nullable=True),
        Column("uses_cache", "boolean", "evaluated with a cache", nullable=True),
        SOURCE,
    ),
    key=("record_id",),
    order=("observation_number",),
    writer="cap",
)

FUNNEL = Table(
    "funnel",
    "Rows and papers left after each step of curation.",
    (
        EDITION,
        Column("step_number", "integer", "place of the step in the chain", least=1),
        Column("step", "string", "the step, or the reason within the step exclude"),
        Column("unit", "string", "what a row is", allowed=("system", "record")),
        Column("rows", "integer", "rows left", unit="rows", least=0),
        Column("papers", "integer", "papers left", unit="papers", least=0),
    ),
    key=("edition", "step_number"),
    writer="tabulate_funnel",
)

# ---- fits ---------------------------------------------------------------------------------------------------------

FIT_KEY = (EDITION, HO_NUMBER, SPECIFICATION, DATA_VARIANT, PENALTY, PROCEDURE)
_FIT_NAMES = ("edition", "specification", "data_variant", "penalty", "procedure")

FITS = Table(
    "fits",
    "One fit of one law to one edition.",
    (
        *FIT_KEY,
        Column("n_observations", "integer", "observations fitted", unit="rows", least=1),
        Column("n_papers", "integer", "papers among them", unit="papers", least=1),
        Column("n_coefficients", "integer", "free coefficients", least=1),
        Column("objective", "float", "mean squared residual + penalty × sum of absolute coefficients", unit="squared nats"),
        Column("mse", "float", "mean squared residual of log perplexity", unit="squared nats", least=0),
        Column("r2", "float", "1 − residual variance / variance of log perplexity", most=1),
        Column("status", "string", "converged, or what stopped the search"),
        Column("optimality", "float", "largest violation of the conditions of a minimum (KKT residual)", unit="squared nats", least=0, nullable=True),
        Column("n_iterations", "integer", "iterations of the search that won", least=0),
        Column("n_evaluations", "integer", "evaluations of the objective by the study's optimiser", least=0, nullable=True),
        Column("n_starts", "integer", "starting points tried", least=1),
        Column("n_starts_agreeing", "integer", "starts that end at the best objective within 1e-9", least=1),
        Column("next_objective", "float", "best objective of another basin, where one was met", unit="squared nats", nullable=True),
        Column("reference_year", "float", "year0: earliest publication among the rows fitted", unit="years"),
        Column("reference_n_parameters", "float", "N0: fewest parameters among the rows fitted", unit="parameters", above=0),
        Column("reference_dataset_size_tokens", "float", "D0: smallest training data among the rows fitted", unit="tokens", above=0),
    ),
    key=_FIT_NAMES,
    writer="fit; tabulate_fits",
)

COEFFICIENTS = Table(
    "coefficients",
    "The coefficients of each fit.",
    (
        *FIT_KEY,
        Column("number", "integer", "place of the coefficient in the specification, from 1", least=1),
        COEFFICIENT,
        Column("estimate", "float", "value of the coefficient", unit="nats, or 1/year, or 1 (see docs/method.md)"),
        Column("standard_error", "float", "standard deviation over bootstrap replicates", nullable=True, least=0),
        Column("low", "float", "2.5th percentile of the bootstrap", nullable=True),
        Column("high", "float", "97.5th percentile of the bootstrap", nullable=True),
    ),
    key=(*_FIT_NAMES, "coefficient"),
    order=(*_FIT_NAMES, "number"),
    writer="fit; tabulate_fits",
)

REPLICATES = Table(
    "replicates",
    "The coefficients of each bootstrap replicate.",
    (
        *FIT_KEY,
        Column("resample_unit", "string", "what is drawn with replacement", allowed=("row", "paper")),
        REPLICATE,
        Column("number", "integer", "place of the coefficient in the specification, from 1", least=1),
        COEFFICIENT,
        Column("estimate", "float", "value of the coefficient"),
        Column("objective", "float", "objective of the replicate", unit="squared nats"),
        Column("status", "string", "converged, or what stopped the search"),
    ),
    key=(*_FIT_NAMES, "resample_unit", "replicate", "coefficient"),
    order=(*_FIT_NAMES, "resample_unit", "replicate", "number"),
    writer="bootstrap",
)

DOUBLING_TIME_DRAWS = Table(
    "doubling_time_draws",
    "The doubling time of each bootstrap replicate.",
    (
        *FIT_KEY,
        Column("quantity", "string", "what doubles", allowed=("effective_compute", "parameters", "data")),
        Column("benchmark", "string", "the benchmark, or 'all' where the rate is shared"),
        Column("resample_unit", "string", "what was drawn with replacement", allowed=("row", "paper")),
        REPLICATE,
        Column("growth_rate_per_year", "float", "doublings a year; zero or less is no progress", unit="doublings/year"),
    ),
    key=(*_FIT_NAMES, "quantity", "benchmark", "resample_unit", "replicate"),
    writer="derive",
)

DOUBLING_TIMES = Table(
    "doubling_times",
    "Doubling times: the estimate of the fit, and median and interval over the replicates.",
    (
        *FIT_KEY,
        Column("quantity", "string", "what doubles", allowed=("effective_compute", "parameters", "data")),
        Column("benchmark", "string", "the benchmark, or 'all' where the rate is shared"),
        Column("method", "string", "closed_form (from the coefficients)", allowed=("closed_form",)),
        Column("interval_method", "string", "bootstrap by row or by paper; times (the study's percentiles of doubling times) or rates (no progress counts as infinite)", allowed=("row_bootstrap_times", "row_bootstrap_rates", "paper_bootstrap_rates")),
        Column("n_replicates", "integer", "replicates", least=1),
        Column("n_without_progress", "integer", "replicates whose growth rate is zero or negative", least=0),
        Column("estimate_months", "float", "doubling time of the fit; empty where the fit shows no progress", unit="months", nullable=True),
        Column("median_months", "float", "median over the replicates; empty for infinite", unit="months", nullable=True),
        Column("low_months", "float", "2.5th percentile; empty for infinite", unit="months", nullable=True),
        Column("high_months", "float", "97.5th percentile; empty for infinite", unit="months", nullable=True),
    ),
    key=(*_FIT_NAMES, "quantity", "benchmark", "method", "interval_method"),
    writer="derive; tabulate_fits",
)

PREDICTIONS = Table(
    "predictions",
    "What each fit says of each observation.",
    (
        *FIT_KEY,
        Column("observation_number", "integer", "place in the fit, from 1", least=1),
        RECORD_ID,
        BENCHMARK,
        Column("log_perplexity", "float", "measured", unit="nats"),
        Column("predicted_log_perplexity", "float", "by the fit", unit="nats"),
    ),
    key=(*_FIT_NAMES, "observation_number"),
    writer="fit",
)

_TABLES = {
    t.name: t
    for t in (
        PAPERS, SYSTEMS, EVALUATIONS, CORRECTIONS, EXCLUSIONS,
        RECORDS, DECISIONS, OBSERVATIONS, FUNNEL,
        FITS, COEFFICIENTS, REPLICATES, DOUBLING_TIME_DRAWS, DOUBLING_TIMES, PREDICTIONS,
    )
}  # fmt: skip


def table(name: str) -> Table:
    """The schema called `name`; KeyError lists the known ones."""
    if name not in _TABLES:
        raise KeyError(f"no table '{name}'; known: {', '.join(_TABLES)}")
    return _TABLES[name]


def all_tables() -> tuple[Table, ...]:
    """Every schema, in the order of the data."""
    return tuple(_TABLES.values())
