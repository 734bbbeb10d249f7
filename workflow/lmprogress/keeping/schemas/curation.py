"""Tables of the chain of curation, from records to observations.

In: nothing. Out: schemas.
"""

from __future__ import annotations

from lmprogress.keeping.columns import Column, Table
from lmprogress.keeping.schemas.shared import (
    ARCHITECTURE,
    BENCHMARK,
    COMPUTE,
    EDITION,
    N_EPOCHS,
    PAPER_ID,
    PERPLEXITY,
    PUBLICATION_DATE,
    RECORD_ID,
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
    Column(
        "perplexity",
        "float",
        "test perplexity that the edition uses",
        unit="1 (per word or token, as printed)",
        above=1,
        nullable=True,
    ),
    Column(
        "perplexity_benchmark",
        "string",
        "the benchmark on which that perplexity was measured; another than `benchmark` is the study's quirk",
        nullable=True,
    ),
    *SYSTEM_FACTS,
    SOURCE,
)

RECORDS = Table(
    "records",
    "One system on one benchmark, with all its facts.",
    _RECORD,
    key=("record_id",),
    order=("position", "record_id"),
    writer="assemble, correct, exclude, deduplicate",
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
        Column(
            "perplexity_benchmark",
            "string",
            "the benchmark on which the perplexity was measured",
            vocabulary="benchmark",
        ),
        PUBLICATION_DATE,
        Column("publication_year", "float", "year + (day of the year − 1)/365, as the study counts it", unit="years"),
        Column("n_parameters", "float", "number of parameters", unit="parameters", above=0),
        Column(
            "dataset_size_tokens", "float", "tokens in the training data, each counted once", unit="tokens", above=0
        ),
        N_EPOCHS,
        COMPUTE,
        Column(
            "training_compute_source",
            "string",
            "reported, or 6 × parameters × tokens × epochs (one epoch where unknown)",
            allowed=("reported", "6NDE", "6ND"),
        ),
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
