"""The study's table value by value: what its papers, other papers and its own architecture say, and what replaces it.

In: records before corrections, evidence, readings, suspicions, corrections, exclusions. Out: table_audit.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.schemas.provenance import TABLE_AUDIT
from lmprogress.curation.decisions import shown
from lmprogress.provenance.quoted_suspicions import alike_names, described
from lmprogress.provenance.suspecting import Context, Record, same_result

# what enters a law; those of a system have one value for all its records
_OF_SYSTEM = ("n_parameters", "dataset_size_tokens", "publication_date", "zero_shot", "architecture", "n_epochs",
              "vocabulary_size")  # fmt: skip
_FIELDS = ("perplexity", *_OF_SYSTEM)
_BY_BENCHMARK = ("training_set", "another_training_set", "counted_twice", "before_the_benchmark")
# reasons of a perplexity that its own paper does not print for any split of the benchmark
_ELSEWHERE = ("not_printed", "another_system", "another_benchmark", "another_place", "unclear_benchmark")
_TEXT = ("sentence", "benchmark_sentence", "unnamed_sentence")


class Standing(NamedTuple):
    """How a value stands, on what, in words, and the page of its own paper that says so."""

    status: str
    basis: str
    detail: str | None = None
    page: int | None = None
    printed: str | None = None


def audit_table(
    context: Context,
    suspicions: pd.DataFrame,
    corrections: pd.DataFrame,
    exclusions: pd.DataFrame,
    *,
    fitted: Collection[str],
) -> pd.DataFrame:
    """One row for each value that enters a law (schema TABLE_AUDIT).

    `context`: the records before corrections, their evidence, and all readings. `suspicions` (SUSPICIONS),
    `corrections`, `exclusions` (raw tables); `fitted`: the record ids that enter a fit.
    """
    checks = suspicions.groupby(["record_id", "field"])["check"].agg(lambda names: ";".join(sorted(names)))
    replaced = _replaced(corrections)
    left_out = exclusions.drop_duplicates("system_id", keep="last").set_index("system_id").to_dict("index")
    described_sizes = described(context)
    rows, seen = [], set[tuple[str, str]]()
    for record in context.records:
        for field in _FIELDS:
            value = record[field]
            if value is None or (field in _OF_SYSTEM and (record["system_id"], field) in seen):
                continue
            seen.add((record["system_id"], field))
            new = replaced.get((record["system_id"], field, record["benchmark"] if field == "perplexity" else None))
            out = left_out.get(record["system_id"]) if field == "perplexity" else None
            standing, papers = _standing(context, record, field, described_sizes)
            change = new or out or {}
            rows.append(
                {
                    "record_id": record["record_id"],
                    "system_id": record["system_id"],
                    "paper_id": record["paper_id"],
                    "system": record["system"],
                    "benchmark": record["benchmark"],
                    "publication_date": record["publication_date"],
                    "field": field,
                    "value": shown(value),
                    **standing._asdict(),
                    "evaluated_by": _evaluated_by(context, record, papers) if field == "perplexity" else None,
                    "n_quoting": len(papers),
                    "quoting": ";".join(sorted(papers)) or None,
                    "checks": checks.get((record["record_id"], field)),
                    "verdict": "replaced" if new else "left_out" if out else "kept",
                    "new_value": new["new_value"] if new else None,
                    "strength": change.get("strength"),
                    "because": change.get("reason"),
                    "source": change.get("source"),
                    "in_fit": record["record_id"] in fitted,
                }
            )
    columns = [column.name for column in TABLE_AUDIT.columns]
    return TABLE_AUDIT.checked(pd.DataFrame(rows, columns=columns), "table_audit")


def _standing(
    context: Context, record: Record, field: str, sizes: Mapping[str, tuple[float, str]]
) -> tuple[Standing, set[str]]:
    """How the value stands, and the other papers that print it for a like name."""
    found = context.evidence.get((record["record_id"], field))
    papers = _quoting(context, record, field)
    if found is None:
        return Standing("not_asked", "not_asked"), papers
    own = _standing_in_its_paper(found)
    if own.status in ("confirmed", "contradicted"):
        return own, papers
    if papers:
        return Standing("quoted", "other_papers", own.detail), papers
    if field == "n_parameters" and record["record_id"] in sizes:
        size, how = sizes[record["record_id"]]
        if context.alike(size, record["n_parameters"]):
            return Standing("computed", "architecture", how), papers
    return own, papers


def _standing_in_its_paper(found: Mapping[str, Any]) -> Standing:
    status, reason = found["status"], found["reason"]
    if status == "no_paper":
        return Standing("no_paper", reason)
    if reason in _BY_BENCHMARK:
        basis = "benchmark"
    elif reason in ("stamp", "identifier"):
        basis = reason
    elif found["page"] is None or pd.isna(found["page"]):
        basis = "nothing"
    else:
        basis = "own_text" if reason in _TEXT or not found["row_label"] else "own_table"
    detail = "; ".join(part for part in (reason.replace("_", " "), found["detail"]) if part)
    page = None if basis == "nothing" or found["page"] is None else int(found["page"])
    return Standing("not_printed" if status == "not_found" else status, basis, detail, page, found["raw"])


def _evaluated_by(context: Context, record: Record, papers: set[str]) -> str | None:
    """Who evaluated the system, by what papers print for it; None without its paper, and where nothing is asked."""
    found = context.evidence.get((record["record_id"], "perplexity"))
    if found is None or found["status"] == "no_paper":
        return None
    if found["reason"] == "quoted_result" or (papers and found["reason"] in _ELSEWHERE):
        return "another_paper"
    return "nobody_at_hand" if found["reason"] in _ELSEWHERE else "own_paper"


def _quoting(context: Context, record: Record, field: str) -> set[str]:
    """Other papers that print the result, and where a size is asked that size beside it, for a like name."""
    if field not in ("perplexity", "n_parameters"):
        return set()
    name = context.words(record)
    return {
        r["paper_id"]
        for r in context.in_other_papers(record)
        if r["split"] != "valid"
        and same_result(record["perplexity"], r)
        and (field == "perplexity" or context.alike(r["n_parameters"], record["n_parameters"]))
        and alike_names(name, context.names.label(r).row)
    }


def _replaced(corrections: pd.DataFrame) -> dict[tuple[str, str, str | None], dict[str, Any]]:
    """What replaces a value, by system, field and, of a perplexity, benchmark."""
    changed = corrections[corrections["old_value"].ne(corrections["new_value"])]
    return {(row["system_id"], row["column"], row["benchmark"]): row for row in tables.to_rows(changed)}
