"""Tables of the chain of curation, from records to observations.

In: nothing. Out: schemas.
"""

from __future__ import annotations

from lmprogress.core.columns import Column, Table
from lmprogress.core.schemas.shared import (
    ADAPTATION,
    ARCHITECTURE,
    BENCHMARK,
    COMPUTE,
    EDITION,
    LINKED_FACTS,
    N_EPOCHS,
    OF_EDITION,
    PAPER_ID,
    PERPLEXITY,
    PROTOCOL,
    PUBLICATION_DATE,
    RECORD_ID,
    RESULT,
    SOURCE,
    SYSTEM,
    SYSTEM_FACTS,
    SYSTEM_ID,
    TITLE,
    VOCABULARY,
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
    *SYSTEM_FACTS,
    *LINKED_FACTS,
    SOURCE,
)

RECORDS = Table(
    "records",
    "One system on one benchmark, with all its facts.",
    _RECORD,
    key=("record_id",),
    order=("position", "record_id"),
    writer="curate",
    files=(
        OF_EDITION,
        "processed/{edition}/records_corrected",
        "processed/{edition}/records_distinct",
        "processed/{edition}/records_included",
        "results/tables/{edition}/{name}",
    ),
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
        Column("kept_record_id", "string", "the record kept in this one's place; of a cap the last one kept", nullable=True),
        Column("source", "string", "the raw table and line, or the setting, that decided", nullable=True),
    ),
    key=("edition", "step", "record_id"),
    writer="curate",
    files=(
        "processed/{edition}/decisions/assemble",
        "processed/{edition}/decisions/cap",
        "processed/{edition}/decisions/correct",
        "processed/{edition}/decisions/deduplicate",
        "processed/{edition}/decisions/exclude",
        "results/tables/{edition}/{name}",
    ),
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
        Column("assumed_vocabulary_size", "float", "entries of the vocabulary; where unknown, the usual number of the benchmark", unit="entries", above=0),
        ARCHITECTURE,
        Column("transformer", "boolean", "the architecture is a transformer in the study's sense"),
        Column("zero_shot", "float", "1 evaluated without training on the benchmark", least=0, most=1, nullable=True),
        Column("uses_cache", "boolean", "evaluated with a cache", nullable=True),
        PROTOCOL,
        ADAPTATION,
        SOURCE,
    ),
    key=("record_id",),
    order=("observation_number",),
    writer="curate",
    files=(OF_EDITION, "results/tables/{edition}/{name}"),
)

# what people know a paper by, and how a result was evaluated, is nothing that a law reads
_FITTED = tuple(column for column in OBSERVATIONS.columns if column not in (TITLE, PROTOCOL, ADAPTATION, SOURCE))

FITTED_OBSERVATIONS = Table(
    "fitted_observations",
    "What laws read of the observations: all but titles, protocols, adaptation and sources, so that another title fits nothing again.",
    _FITTED,
    key=("record_id",),
    order=("observation_number",),
    writer="curate",
    files=(OF_EDITION,),
)

VARIED_OBSERVATIONS = Table(
    "varied_observations",
    "The same under other ways to curate the edition that variations ask for.",
    (Column("curation", "string", "what is changed, as in sensitivity.variations of config/config.yaml"), *_FITTED),
    key=("curation", "record_id"),
    order=("curation", "observation_number"),
    writer="vary_curation",
    files=(OF_EDITION,),
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
    writer="curate",
    files=(OF_EDITION, RESULT),
)

_SIDES = tuple(
    Column(f"{side}_{name}", kind, f"{about}, in the {side} edition", unit=unit, nullable=True)
    for name, kind, about, unit in (
        ("record_id", "string", "the record", ""),
        ("system", "string", "name of the system", ""),
        ("perplexity", "float", "test perplexity", "1"),
        ("n_parameters", "float", "number of parameters", "parameters"),
        ("dataset_size_tokens", "float", "tokens in the training data", "tokens"),
        ("publication_date", "date", "date of publication", ""),
    )
    for side in ("curated", "extracted")
)

EDITION_DIFFERENCES = Table(
    "edition_differences",
    "Observations of the curated and of the extracted edition side by side.",
    (
        PAPER_ID,
        BENCHMARK,
        Column("status", "string", "the first difference, or the only edition that holds the observation", allowed=("same", "perplexity_differs", "parameters_differ", "data_differ", "only_curated", "only_extracted")),
        Column("reason", "string", "why the other edition does not hold it: no_pdf, a status of paper_statuses, not_read, another_benchmark, a decision of links, a reason of decisions, matched_to_another; not_recorded or paper_not_curated", nullable=True),
        Column("detail", "string", "the reading or the record behind the reason", nullable=True),
        *_SIDES,
    ),
    key=("paper_id", "benchmark", "curated_record_id", "extracted_record_id"),
    writer="compare_editions",
    files=(RESULT,),
)

DIFFERENCE_COUNTS = Table(
    "difference_counts",
    "How many observations of the curated edition the extracted one holds, and why not the others.",
    (
        Column("status", "string", "as in edition_differences"),
        Column("reason", "string", "as in edition_differences", nullable=True),
        Column("observations", "integer", "observations", unit="rows", least=1),
        Column("papers", "integer", "papers among them", unit="papers", least=1),
    ),
    key=("status", "reason"),
    writer="compare_editions",
    files=(RESULT,),
)

REVIEW = Table(
    "review",
    "Readings that the machine doubts, those that matter most first, and tables in which it may have overlooked one.",
    (
        Column("place", "integer", "place in the list, from 1", least=1),
        Column("reading_id", "string", "the reading, or the table (table_id of tables)"),
        PAPER_ID,
        Column("page", "integer", "page of the PDF, from 1", least=1),
        Column("system_id", "string", "the system that it went into", nullable=True),
        Column("benchmark", "string", "the benchmark", nullable=True),
        Column("doubts", "string", "what speaks against it, in words, separated by '; '"),
        Column("observed", "boolean", "true where an observation of the edition rests on it"),
        Column("confidence", "float", "confidence of the reading", least=0, most=1, unit="1", nullable=True),
        Column("value", "float", "the value read; empty for a table", unit="1", nullable=True),
        Column("raw", "string", "the text of the value as printed", nullable=True),
        Column("row_label", "string", "label of the row", nullable=True),
        Column("column_label", "string", "label of the column", nullable=True),
        Column("n_parameters", "float", "parameters of the system", unit="parameters", nullable=True),
        Column("curated_perplexity", "float", "what the curated edition has for it", unit="1", nullable=True),
        Column("curated_n_parameters", "float", "and its parameters", unit="parameters", nullable=True),
    ),
    key=("reading_id",),
    order=("place",),
    writer="list_review",
    files=("results/{name}.csv",),
)

LEADERBOARD_COMPARISON = Table(
    "leaderboard_comparison",
    "The reader against a leaderboard kept by hand (NLP-progress): each of its perplexities, and what was read in the paper that it names.",
    (
        Column("system", "string", "its name on the leaderboard"),
        Column("paper_id", "string", "the paper that it names, as in table papers", nullable=True),
        BENCHMARK,
        Column("split", "string", "the part of the benchmark", allowed=("test", "valid")),
        Column("perplexity", "float", "the perplexity on the leaderboard", unit="1", least=1),
        Column("n_parameters", "float", "the parameters on the leaderboard", unit="parameters", above=0, nullable=True),
        Column("standing", "string", "agrees: a reading of that paper has this value, benchmark and split; differs: none of those of that benchmark and split has; not_read: there are none, mostly because the paper is not at hand", allowed=("agrees", "differs", "not_read")),
        Column("reading_id", "string", "the reading that agrees, or the nearest of that benchmark and split", nullable=True),
        Column("read_perplexity", "float", "the value of that reading", unit="1", nullable=True),
    ),
    key=("system", "benchmark", "split"),
    writer="compare_leaderboard",
    files=(RESULT,),
)

AUDIT_SAMPLE = Table(
    "audit_sample",
    "A random sample of perplexity readings, to be judged by a person in raw/audit_verdicts.csv.",
    (
        Column("place", "integer", "place in the draw, from 1", least=1),
        Column("reading_id", "string", "the reading"),
        PAPER_ID,
        Column("page", "integer", "page of the PDF, from 1", least=1),
        Column("table_label", "string", "label of the table", nullable=True),
        Column("row_label", "string", "label of the row", nullable=True),
        Column("column_label", "string", "label of the column", nullable=True),
        Column("value", "float", "the value read", unit="1"),
        Column("raw", "string", "the text of the value as printed"),
        Column("benchmark", "string", "the benchmark", nullable=True),
        Column("split", "string", "the part of the benchmark", nullable=True),
        Column("own", "boolean", "true for the paper's own result", nullable=True),
        Column("n_parameters", "float", "parameters printed in the row", unit="parameters", nullable=True),
        Column("verdict", "string", "right or wrong, where it has been judged", nullable=True),
    ),
    key=("reading_id",),
    order=("place",),
    writer="draw_audit_sample",
    files=(RESULT,),
)

AUDIT = Table(
    "audit",
    "Share of wrong readings in the judged sample, whole and field by field.",
    (
        Column("field", "string", "what is wrong; 'any' for the reading as a whole"),
        Column("sampled", "integer", "readings in the sample", least=0),
        Column("judged", "integer", "those among them with a verdict on the value now read", least=0),
        Column("errors", "integer", "those judged wrong", least=0),
        Column("error_rate", "float", "errors / judged", unit="1", least=0, most=1, nullable=True),
        Column("low", "float", "lower end of the interval (Wilson 1927)", least=0, most=1, nullable=True),
        Column("high", "float", "upper end", least=0, most=1, nullable=True),
    ),
    key=("field",),
    writer="draw_audit_sample",
    files=(RESULT,),
)
