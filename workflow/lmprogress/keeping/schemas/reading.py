"""Tables of the reading wing: what a machine read from a paper, and how that went.

In: nothing. Out: schemas.
"""

from __future__ import annotations

from lmprogress.keeping.columns import Column, Table
from lmprogress.keeping.schemas.shared import PAPER_ID

READINGS = Table(
    "readings",
    "One value that the machine read in a paper, with its place on the page and what it was taken to mean.",
    (
        Column(
            "reading_id",
            "string",
            "one reading: paper_id:p<page>:<x0>,<y0>:<quantity>, made unique by a suffix where a cell holds several values",
        ),
        PAPER_ID,
        Column("page", "integer", "page of the PDF, from 1", least=1),
        Column("x0", "float", "left edge of the value", unit="points from the left of the page"),
        Column("y0", "float", "upper edge of the value", unit="points from the top of the page"),
        Column("x1", "float", "right edge of the value", unit="points from the left of the page"),
        Column("y1", "float", "lower edge of the value", unit="points from the top of the page"),
        Column(
            "quantity",
            "string",
            "what the value is",
            allowed=("perplexity", "parameters", "training_tokens", "epochs", "vocabulary", "publication_date"),
        ),
        Column(
            "value",
            "float",
            "the value; a date as decimal year",
            unit="1, parameters, tokens, epochs, entries or years, after the quantity",
        ),
        Column("raw", "string", "the text of the value as printed"),
        Column("benchmark", "string", "the benchmark, or unknown", vocabulary="benchmark", nullable=True),
        Column("split", "string", "the part of the benchmark", allowed=("test", "valid", "unknown"), nullable=True),
        Column("row_label", "string", "label of the value's row, row groups first, joined by ' | '", nullable=True),
        Column(
            "column_label", "string", "label of the value's column, from the top down, joined by ' | '", nullable=True
        ),
        Column("system", "string", "name of the system that the value belongs to, as printed", nullable=True),
        Column("table_label", "string", "label of the table as printed, such as Table 3", nullable=True),
        Column(
            "n_parameters",
            "float",
            "parameter count that the table prints for the value's row",
            unit="parameters",
            above=0,
            nullable=True,
        ),
        Column("n_parameters_raw", "string", "that count as printed", nullable=True),
        Column(
            "own",
            "boolean",
            "true where the paper reports its own result, false where it quotes another's",
            nullable=True,
        ),
        Column(
            "setting",
            "string",
            "how it was evaluated, joined by ';': zero_shot, dynamic_evaluation, cache, ensemble, fine_tuned",
            nullable=True,
        ),
        Column("source", "string", "where it stands", allowed=("table", "text", "stamp", "identifier")),
        Column(
            "quantity_evidence",
            "string",
            "what decided the quantity: header, caption, row, group, section, text, unit",
            nullable=True,
        ),
        Column(
            "benchmark_evidence",
            "string",
            "what decided the benchmark: header, caption, row, group, section, text; paper: what it speaks of most",
            nullable=True,
        ),
        Column(
            "split_evidence",
            "string",
            "what decided the split: header, caption, row, group, section, text",
            nullable=True,
        ),
        Column(
            "own_evidence",
            "string",
            "what decided own or quoted: citation, mark, model (a method applied to it), group, caption, wording, default",
            nullable=True,
        ),
        Column(
            "confidence",
            "float",
            "share of such readings that are right, from the calibration table",
            least=0,
            most=1,
            unit="1",
        ),
    ),
    key=("reading_id",),
    order=("paper_id", "page", "y0", "x0", "reading_id"),
    writer="read",
)

PAPER_STATUSES = Table(
    "paper_statuses",
    "How the reading of each paper went.",
    (
        PAPER_ID,
        Column(
            "status",
            "string",
            "read, or why not",
            allowed=(
                "read",
                "no_tables",
                "no_text_layer",
                "encrypted",
                "damaged",
                "timeout",
                "out_of_memory",
                "too_many_pages",
                "not_a_pdf",
                "missing",
            ),
        ),
        Column("detail", "string", "in words, where more is known", nullable=True),
        Column("n_pages", "integer", "pages of the PDF", least=0, nullable=True),
        Column("n_pages_read", "integer", "pages whose geometry was looked at", least=0, nullable=True),
        Column("n_readings", "integer", "readings", least=0),
        Column("sha256", "string", "digest of the PDF", pattern=r"[0-9a-f]{64}", nullable=True),
        Column("bytes", "integer", "size of the PDF", unit="bytes", least=0, nullable=True),
    ),
    key=("paper_id",),
    writer="read",
)

LINKS = Table(
    "links",
    "What became of each reading: the systems that it went into, or why it went into none.",
    (
        Column("reading_id", "string", "the reading"),
        PAPER_ID,
        Column("quantity", "string", "what the value is"),
        Column(
            "decision",
            "string",
            "used; or for a perplexity the first thing that spoke against it (below_confidence, unknown_benchmark, "
            "quoted, validation, unclear_split: a test column stands beside it, not_a_perplexity, no_label, "
            "no_publication_date, duplicate_value, not_best_run); not_used for other quantities that no system needed",
            allowed=(
                "used",
                "below_confidence",
                "unknown_benchmark",
                "quoted",
                "validation",
                "unclear_split",
                "not_a_perplexity",
                "no_label",
                "no_publication_date",
                "duplicate_value",
                "not_best_run",
                "not_used",
            ),
        ),
        Column("system_ids", "string", "the systems that it belongs to, separated by ';'", nullable=True),
        Column("detail", "string", "what it was used for, or the reading that was preferred", nullable=True),
    ),
    key=("reading_id",),
    writer="link",
)
