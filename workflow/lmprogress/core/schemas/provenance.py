"""Tables of evidence: each recorded value beside what the papers print.

In: nothing. Out: schemas.
"""

from __future__ import annotations

from lmprogress.core.columns import Column, Table
from lmprogress.core.schemas.shared import (
    EDITION,
    PAPER_ID,
    PUBLICATION_DATE,
    RECORD_ID,
    RESULT,
    SYSTEM,
    SYSTEM_ID,
)

_FIELD = Column("field", "string", "the column of the record", allowed=("perplexity", "n_parameters", "dataset_size_tokens", "publication_date", "n_epochs", "vocabulary_size"))
_UNIT = "1, parameters, tokens, years, epochs or entries, after the field"
_STATUSES = ("confirmed", "contradicted", "not_found", "no_paper")
_REASONS = (
    "confirmed: own_result or quoted_result (perplexity on the test set), its_row, row_of_its_name or label (parameters), "
    "sentence (that names the system), benchmark_sentence (on the data of its benchmark, of no system), training_set (size "
    "of the benchmark, not said by the paper), stamp, identifier. contradicted: its_row, another_row (the value is another "
    "row's), validation_result, sentence, another_training_set and counted_twice (a system trained on its benchmark has the "
    "size of another's, or twice its own), stamp, identifier, before_the_benchmark. not_found: not_printed, no_date, "
    "unnamed_sentence (printed for no system by name), or what the value is printed as: no_split (of no named split), "
    "validation_result, another_system, another_benchmark, unclear_benchmark, another_place (of another system on another "
    "benchmark). no_paper: no_pdf, or the status of paper_statuses"
)
_RECORDED = Column("recorded", "string", "the value as recorded, in digits")
_PRINTED = Column("printed_value", "float", "the value that the paper prints; a date as decimal year", unit=_UNIT, nullable=True)
_IN_FIT = Column("in_fit", "boolean", "true where the record is among the edition's observations, which laws are fitted to")
_DETAIL = Column("detail", "string", "more on the reason, in words", nullable=True)
_VALUE = Column("value", "float", "the value recorded; a date as decimal year", unit=_UNIT)
_BENCHMARK = Column("benchmark", "string", "the benchmark of the record; empty where it has none", nullable=True)

EVIDENCE = Table(
    "evidence",
    "Each value of each record of the curated editions beside the paper that it was taken from.",
    (
        EDITION,
        RECORD_ID,
        PAPER_ID,
        SYSTEM,
        _BENCHMARK,
        _FIELD,
        _VALUE,
        _RECORDED,
        Column("status", "string", "what the paper says to the value", allowed=_STATUSES),
        Column("reason", "string", _REASONS),
        _DETAIL,
        _PRINTED,
        Column("raw", "string", "the text as printed", nullable=True),
        Column("place", "string", "what the box frames: value (the text itself), or row (another value of the row that prints the text)", allowed=("value", "row"), nullable=True),
        Column("reading_id", "string", "the reading that confirms, contradicts, or comes nearest", nullable=True),
        Column("page", "integer", "page of the PDF, from 1", least=1, nullable=True),
        Column("x0", "float", "left edge of the box", unit="points from the left of the page", nullable=True),
        Column("y0", "float", "upper edge of the box", unit="points from the top of the page", nullable=True),
        Column("x1", "float", "right edge of the box", unit="points from the left of the page", nullable=True),
        Column("y1", "float", "lower edge of the box", unit="points from the top of the page", nullable=True),
        Column("row_label", "string", "label of the row", nullable=True),
        Column("column_label", "string", "label of the column", nullable=True),
        Column("looked_at", "string", "what was looked at in the paper, in words"),
        _IN_FIT,
        Column("sha256", "string", "digest of the PDF", pattern=r"[0-9a-f]{64}", nullable=True),
    ),
    key=("edition", "record_id", "field"),
    writer="find_evidence",
    files=(RESULT,),
)

EVIDENCE_COUNTS = Table(
    "evidence_counts",
    "How many values of each field have which evidence, by edition.",
    (
        EDITION,
        _FIELD,
        Column("status", "string", "as in evidence", allowed=_STATUSES),
        Column("reason", "string", "as in evidence"),
        Column("n_values", "integer", "values", unit="values", least=1),
        Column("n_in_fit", "integer", "those among them whose record is an observation", unit="values", least=0),
        Column("n_papers", "integer", "papers among them", unit="papers", least=1),
    ),
    key=("edition", "field", "status", "reason"),
    writer="find_evidence",
    files=(RESULT,),
)

CONTRADICTIONS = Table(
    "contradictions",
    "Values that the paper contradicts, or prints as something else; those that matter most first.",
    (
        Column("rank", "integer", "place in the list, from 1", least=1),
        Column("editions", "string", "editions that hold the value, separated by ';'"),
        RECORD_ID,
        PAPER_ID,
        SYSTEM,
        _BENCHMARK,
        _FIELD,
        _VALUE,
        _RECORDED,
        Column("printed_value", "float", "the value that the paper prints, or the size of the benchmark's training set; a date as decimal year", unit=_UNIT),
        Column("size", "float", "how far apart the two are: |ln(printed / recorded)|; of dates the years between them", unit="nats, or years", least=0),
        _IN_FIT,
        Column("status", "string", "contradicted, or not_found where the value is printed as something else", allowed=("contradicted", "not_found")),
        Column("reason", "string", "as in evidence"),
        _DETAIL,
        Column("reading_id", "string", "the reading that says otherwise; none of a training set", nullable=True),
        Column("page", "integer", "page of the PDF, from 1", least=1, nullable=True),
        Column("raw", "string", "the text as printed", nullable=True),
        Column("row_label", "string", "label of the row", nullable=True),
        Column("column_label", "string", "label of the column", nullable=True),
    ),
    key=("record_id", "field", "recorded"),
    order=("rank",),
    writer="find_evidence",
    files=(RESULT,),
)

_SUSPECTED = Column("field", "string", "the column of the record")
_CHECK = Column("check", "string", "the kind of error that is suspected")
_REASON = Column("reason", "string", "why such a value is suspect")

SUSPICIONS = Table(
    "suspicions",
    "Values of the curated table, before corrections, that a check suspects of an error.",
    (
        RECORD_ID,
        PAPER_ID,
        SYSTEM,
        _BENCHMARK,
        _SUSPECTED,
        _CHECK,
        Column("value", "string", "the value recorded, in digits", nullable=True),
        Column("expected", "string", "what the check expects in its place; empty where it cannot say", nullable=True),
        _REASON,
        Column("detail", "string", "what the suspicion rests on, in words", nullable=True),
        Column("settled_by", "string", "what to look at to settle it"),
        Column("in_fit", "boolean", "true where the record is among the observations of the study's edition"),
        Column("corrected", "string", "what raw/corrections.csv or raw/exclusions.csv says of the value; empty where neither does", nullable=True),
    ),
    key=("record_id", "field", "check"),
    writer="find_suspicions",
    files=(RESULT,),
)

SUSPICION_COUNTS = Table(
    "suspicion_counts",
    "How much each check finds, and how many of the known errors; the check 'any' stands for all, 'none' for known errors that none finds.",
    (
        _SUSPECTED,
        _CHECK,
        Column("n_values", "integer", "values suspected", unit="values", least=0),
        Column("n_in_fit", "integer", "those among them whose record is an observation", unit="values", least=0),
        Column("n_errors", "integer", "known errors among them: values that raw/corrections.csv replaces, and perplexities of systems in raw/exclusions.csv", unit="values", least=0),
        Column("n_errors_of_field", "integer", "known errors of the field in all", unit="values", least=0),
    ),
    key=("field", "check"),
    writer="find_suspicions",
    files=(RESULT,),
)

_STANDINGS = ("confirmed", "quoted", "computed", "contradicted", "not_printed", "no_paper", "not_asked")

TABLE_AUDIT = Table(
    "table_audit",
    "Each value of the curated table that enters a law, before corrections: how it stands, and what replaces it.",
    (
        RECORD_ID,
        SYSTEM_ID,
        PAPER_ID,
        SYSTEM,
        _BENCHMARK,
        PUBLICATION_DATE,
        Column("field", "string", "the column of the record; those of a system stand once, at its first record"),
        Column("value", "string", "the value recorded, in digits"),
        Column("status", "string", "confirmed or contradicted by its own paper, or by its benchmark; quoted: other papers print it; computed from the described layers; not_printed in its own paper; no_paper; not_asked of the papers", allowed=_STANDINGS),
        Column("basis", "string", "what the status rests on: own_table, own_text, benchmark, stamp, identifier, other_papers, architecture, nothing; without a paper why"),
        Column("detail", "string", "more on the basis, in words", nullable=True),
        Column("page", "integer", "page of its own paper, from 1", least=1, nullable=True),
        Column("printed", "string", "the text printed there", nullable=True),
        Column("evaluated_by", "string", "of a perplexity, by what papers print: own_paper; another_paper, which its own quotes or lacks; nobody_at_hand, where its own paper was read and no paper prints it: the study's own evaluations are among these", allowed=("own_paper", "another_paper", "nobody_at_hand"), nullable=True),
        Column("n_quoting", "integer", "other papers that print the value for a like name, asked of perplexities and parameters", unit="papers", least=0),
        Column("quoting", "string", "those papers, separated by ';'", nullable=True),
        Column("checks", "string", "the checks that suspect it, separated by ';'", nullable=True),
        Column("verdict", "string", "kept; replaced by raw/corrections.csv; left_out by raw/exclusions.csv", allowed=("kept", "replaced", "left_out")),
        Column("new_value", "string", "the value that takes its place; empty for no value", nullable=True),
        Column("strength", "string", "how well that is known, as in raw/corrections.csv", nullable=True),
        Column("because", "string", "why, in a sentence", nullable=True),
        Column("source", "string", "where that stands: paper, page", nullable=True),
        _IN_FIT,
    ),
    key=("record_id", "field"),
    writer="find_suspicions",
    files=(RESULT,),
)
