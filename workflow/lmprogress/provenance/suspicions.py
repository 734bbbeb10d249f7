"""Values of the curated table that are probably wrong, found without reading the papers again; and how well that works.

In: records before corrections with evidence and readings, corrections, exclusions. Out: suspicions, suspicion_counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from lmprogress.core.schemas.provenance import SUSPICION_COUNTS, SUSPICIONS
from lmprogress.curation.decisions import shown
from lmprogress.provenance.suspecting import Context, Record
from lmprogress.provenance.suspicion_checks import CHECKS


def find_suspicions(
    context: Context, corrections: pd.DataFrame, exclusions: pd.DataFrame, *, fitted: Collection[str]
) -> pd.DataFrame:
    """One row for each value that a check of CHECKS suspects (schema SUSPICIONS).

    `context`: the records before corrections, their evidence, and all readings; `corrections` and `exclusions` (raw
    tables) say which suspicions are known errors; `fitted`: the record ids that enter a fit.
    """
    errors = _known(context.records, corrections, exclusions)
    rows = [
        {
            "record_id": hit.record["record_id"],
            "paper_id": hit.record["paper_id"],
            "system": hit.record["system"],
            "benchmark": hit.record["benchmark"],
            "field": check.field,
            "check": check.name,
            "value": shown(hit.record[check.field]),
            "expected": hit.expected,
            "reason": check.reason,
            "detail": hit.detail,
            "settled_by": check.settled_by,
            "in_fit": hit.record["record_id"] in fitted,
            "corrected": errors.get((hit.record["record_id"], check.field)),
        }
        for check in CHECKS
        for hit in check.find(context)
    ]
    columns = [column.name for column in SUSPICIONS.columns]
    found = pd.DataFrame(rows, columns=columns).drop_duplicates(["record_id", "field", "check"])
    return SUSPICIONS.checked(found.sort_values(["record_id", "field", "check"]), "suspicions")


def count_suspicions(
    context: Context, suspicions: pd.DataFrame, corrections: pd.DataFrame, exclusions: pd.DataFrame
) -> pd.DataFrame:
    """What each check finds, and which share of the known errors all together find (schema SUSPICION_COUNTS)."""
    systems = {record["record_id"]: record["system_id"] for record in context.records}
    known = _known(context.records, corrections, exclusions)
    errors = {(field, _value_of(record, field, systems)) for record, field in known}
    rows = []
    for field in sorted({check.field for check in CHECKS}):
        found = suspicions[suspicions["field"] == field]
        of_field = {value for column, value in errors if column == field}
        found = found.assign(suspected=[_value_of(record, field, systems) for record in found["record_id"]])
        for check, hits in [*found.groupby("check"), ("any", found)]:
            values = hits.groupby("suspected")["in_fit"].any()
            rows.append(
                {
                    "field": field,
                    "check": check,
                    "n_values": len(values),
                    "n_in_fit": values.sum(),
                    "n_errors": len(of_field & set(values.index)),
                    "n_errors_of_field": len(of_field),
                }
            )
    counts = pd.DataFrame(rows, columns=[column.name for column in SUSPICION_COUNTS.columns])
    return SUSPICION_COUNTS.checked(counts, "suspicion_counts")


def _value_of(record_id: str, field: str, systems: Mapping[str, str]) -> str:
    """What an error is counted by: perplexities by record, all else by system, which has one value for all records."""
    return record_id if field == "perplexity" else systems[record_id]


def _known(
    records: Sequence[Record], corrections: pd.DataFrame, exclusions: pd.DataFrame
) -> dict[tuple[str, str], str]:
    """What the raw tables say of each value that is wrong, by record and field, in words."""
    of_system: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        of_system[record["system_id"]].append(record)
    said: dict[tuple[str, str], str] = {}
    for row in exclusions.to_dict("records"):
        for record in of_system[row["system_id"]]:
            said[record["record_id"], "perplexity"] = f"left out ({row['strength']})"
    for row in corrections[corrections["old_value"].ne(corrections["new_value"])].to_dict("records"):
        new = "no value" if pd.isna(row["new_value"]) else row["new_value"]
        for record in of_system[row["system_id"]]:
            if pd.isna(row["benchmark"]) or record["benchmark"] == row["benchmark"]:
                said[record["record_id"], row["column"]] = f"{new} ({row['strength']})"
    return said
