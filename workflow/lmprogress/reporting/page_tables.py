"""What the searchable tables show: columns, their names for people, and how values are written.

In: names of benchmarks and architectures. Out: columns as data for the pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Spec = dict[str, Any]
Names = Mapping[str, str]


# what a perplexity is a mean of
PROTOCOLS = {"word": "words", "subword": "subwords", "renormalised": "subwords, as words"}
# columns of the study's table that their words alone would not name
_AUDITED = {
    "n_parameters": "parameters",
    "dataset_size_tokens": "training tokens",
    "n_epochs": "epochs",
    "vocabulary_size": "vocabulary",
}


def field_words(field: str) -> str:
    """What people call the column `field` of the study's table."""
    return _AUDITED.get(field, field.replace("_", " "))


def _column(key: str, label: str, format: str = "text", **more: Any) -> Spec:
    numeric = format in ("exact", "number", "size", "power", "months", "share")
    return {"key": key, "label": label, "format": format, "numeric": numeric, **more}


def records_columns(benchmarks: Names, architectures: Names) -> list[Spec]:
    """Of the page of observations."""
    return [
        _column("system", "System", opens=True, wrap=True),
        _column("benchmark", "Benchmark", names=dict(benchmarks), filter=True),
        _column("perplexity", "Perplexity", "exact"),
        _column("state", "State", filter=True, folded=True),
        _column("reason", "In the fit, or why not", "words", filter=True, missing={"text": "in the fit"}),
        _column("n_parameters", "Parameters", "size", first="descending"),
        _column("dataset_size_tokens", "Training tokens", "size", first="descending"),
        _column("training_compute_flop", "Compute, FLOP", "power", folded=True),
        _column("publication_date", "Published", first="descending"),
        _column("architecture", "Architecture", names=dict(architectures), filter=True),
        _column("protocol", "Counts", names=PROTOCOLS, filter=True, folded=True),
        _column("adaptation", "Adapts by", "words", filter=True, folded=True),
        _column("edition", "Edition", filter=True),
        _column("title", "Paper", wrap=True),
    ]


def readings_columns(benchmarks: Names) -> list[Spec]:
    """Of the page of readings."""
    return [
        _column("raw", "Printed as", opens=True),
        _column("value", "Value", "number"),
        _column("quantity", "Quantity", "words", filter=True),
        _column("benchmark", "Benchmark", names=dict(benchmarks), filter=True),
        _column("split", "Split", filter=True),
        _column("system", "System", wrap=True),
        _column("paper_id", "Paper"),
        _column("page", "Page", "exact"),
        _column("own", "Own or quoted", filter=True),
        _column("source", "Stands in", filter=True),
        _column("confidence", "Confidence", "share"),
        _column("decision", "Decision", "words", filter=True),
    ]


def ledger_columns() -> list[Spec]:
    """Of the ledger."""
    return [
        _column("quantity", "Quantity", opens=True, wrap=True),
        _column("location", "Printed in", wrap=True),
        _column("printed", "Published"),
        _column("reproduced", "Reproduced", "number"),
        _column("corrected", "Corrected", "number"),
        _column("unit", "Unit"),
        _column("verdict", "Verdict", filter=True, tone={"agrees": "good", "differs": "bad"}),
        _column("kind", "Kind", filter=True),
        _column("section", "Part", "words", filter=True),
        _column("explanation", "What explains a difference", wrap=True),
    ]


def ledger_facts() -> list[Spec]:
    """What a row of the ledger opens to."""
    return [
        _column("reference_id", "Identifier"),
        _column("relation", "The computed value should be", "words"),
        _column("published", "Published, as a number", "exact"),
        _column("tolerance", "Largest distance that agrees", "exact"),
        _column("reproduced", "Reproduced", "exact"),
        _column("difference", "Reproduced minus published", "exact"),
        _column("corrected", "Corrected", "exact"),
        _column("defect", "Defect", "words"),
        _column("explanation", "In words"),
        _column("table", "Computed values stand in the table"),
    ]


def table_audit_columns(benchmarks: Names) -> list[Spec]:
    """Of the audit of the study's table."""
    return [
        _column("system", "System", opens=True, wrap=True),
        _column("benchmark", "Benchmark", names=dict(benchmarks), filter=True),
        _column("field", "Value of", "words", names=_AUDITED, filter=True),
        _column("value", "In the study’s table"),
        _column("status", "What papers say", "words", filter=True, tone={"contradicted": "bad", "confirmed": "good"}),
        _column("verdict", "Here", "words", filter=True, tone={"replaced": "bad", "left_out": "bad"}),
        _column("new_value", "Replaced by"),
        _column("strength", "Strength", filter=True),
        _column("because", "Why", wrap=True),
        _column("in_fit", "Fitted by the study", filter=True, names={"true": "yes", "false": "no"}, folded=True),
        _column("evaluated_by", "Perplexity evaluated by", "words", filter=True, folded=True),
    ]


def table_audit_facts() -> list[Spec]:
    """What a value of the audit opens to."""
    return [
        _column("record_id", "Record"),
        _column("basis", "What papers say rests on", "words"),
        _column("detail", "More on that"),
        _column("page", "Page of its own paper", "exact"),
        _column("printed", "Printed there"),
        _column("evaluated_by", "Perplexity evaluated by", "words"),
        _column("n_quoting", "Other papers that print it", "exact"),
        _column("quoting", "Those papers"),
        _column("checks", "Checks that suspect it", "words"),
        _column("because", "Why it is replaced or left out"),
        _column("source", "Source"),
    ]


def claims_columns() -> list[Spec]:
    """Of the page of claims."""
    return [
        _column("statement", "Statement", opens=True, wrap=True),
        _column("stated", "Stated", "number"),
        _column("computed", "Our value", "number"),
        _column("unit", "Unit"),
        _column("verdict", "Verdict", filter=True, tone={"agrees": "good", "disagrees": "bad"}),
        _column("why", "What explains it", wrap=True),
        _column("retelling", "Kind of text", filter=True, wrap=True),
    ]


def claims_facts() -> list[Spec]:
    """What a claim opens to."""
    return [
        _column("claim", "Identifier"),
        _column("relation", "Our value should be", "words"),
        _column("stated", "Stated", "exact"),
        _column("computed", "Our value", "exact"),
        _column("tolerance", "Largest distance that agrees", "exact"),
        _column("tolerance_reason", "Why this distance"),
        _column("table", "Our value stands in the table"),
        _column("source", "Source of published values"),
    ]


def rates_columns(laws: Names, benchmarks: Names, interval_percent: float) -> list[Spec]:
    """Of the page of doubling times; `laws` are the names of specifications."""
    # empty is infinite, unless the fit was not resampled
    infinite = {"text": "∞", "unless": ["interval_method", "none"]}
    return [
        _column("specification", "Law", "words", names=dict(laws), filter=True, wrap=True),
        _column("edition", "Edition", filter=True),
        _column("procedure", "Procedure", filter=True),
        _column("penalty", "Penalty", "exact", filter=True),
        _column("quantity", "What doubles", "words", filter=True),
        _column("benchmark", "Benchmark", names=dict(benchmarks)),
        _column("group", "Group", "words"),
        _column("estimate_months", "Fit, months", "months", missing={"text": "∞"}),
        _column("median_months", "Median, months", "months", missing=infinite),
        _column("low_months", f"{interval_percent:g} % interval", "months", to="high_months", missing=infinite),
        _column("interval_method", "Interval by", "words", filter=True),
        _column("method", "Method", "words", filter=True),
        _column("n_replicates", "Replicates", "exact"),
        _column("n_without_progress", "Without progress", "exact"),
    ]
