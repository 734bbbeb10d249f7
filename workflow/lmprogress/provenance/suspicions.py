"""Values of the curated table that are probably wrong, found without reading the papers again; and how well that works.

In: curated records, readings, benchmarks, families, architectures, corrections. Out: suspicions, suspicion_counts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from lmprogress.core.schemas.provenance import SUSPICION_COUNTS, SUSPICIONS
from lmprogress.core.settings import Architecture, Benchmark, Family
from lmprogress.core.settings_reading import ReadingVocabulary
from lmprogress.curation.decisions import shown
from lmprogress.provenance.matching import Names
from lmprogress.provenance.suspecting import Context
from lmprogress.provenance.suspicion_checks import CHECKS
from lmprogress.reading.words import lexicon


def find_suspicions(
    records: pd.DataFrame,
    readings: pd.DataFrame,
    evidence: pd.DataFrame,
    corrections: pd.DataFrame,
    exclusions: pd.DataFrame,
    *,
    fitted: Collection[str],
    benchmarks: Mapping[str, Benchmark],
    families: Mapping[str, Family],
    architectures: Mapping[str, Architecture],
    vocabulary: ReadingVocabulary,
    least_confidence: float,
    same_within: float,
    most_parameters_per_token: float,
) -> pd.DataFrame:
    """One row for each value that a check of CHECKS suspects (schema SUSPICIONS).

    `records` (RECORDS, before corrections), `readings` (READINGS; below `least_confidence` not asked), `evidence`
    (EVIDENCE of these records); `fitted`: the record ids that enter a fit; `same_within`: relative difference up to
    which two counts are the same; `most_parameters_per_token`: as in the settings of linking.
    """
    context = Context.of(
        records,
        readings,
        evidence,
        names=Names(benchmarks, lexicon(vocabulary)),
        benchmarks=benchmarks,
        families=families,
        architectures=architectures,
        least_confidence=least_confidence,
        same_within=same_within,
        most_parameters_per_token=most_parameters_per_token,
    )
    errors = _known(records, corrections, exclusions)
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
    records: pd.DataFrame, suspicions: pd.DataFrame, corrections: pd.DataFrame, exclusions: pd.DataFrame
) -> pd.DataFrame:
    """What each check finds, and which share of the known errors all together find (schema SUSPICION_COUNTS)."""
    systems = records.set_index("record_id")["system_id"]
    errors = {(field, _value_of(record, field, systems)) for record, field in _known(records, corrections, exclusions)}
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


def _value_of(record_id: str, field: str, systems: pd.Series) -> str:
    """What an error is counted by: perplexities by record, all else by system, which has one value for all records."""
    return record_id if field == "perplexity" else str(systems[record_id])


def _known(records: pd.DataFrame, corrections: pd.DataFrame, exclusions: pd.DataFrame) -> dict[tuple[str, str], str]:
    """What the raw tables say of each value that is wrong, by record and field, in words."""
    said: dict[tuple[str, str], str] = {}
    by_system = records.groupby("system_id")
    for row in exclusions.to_dict("records"):
        if row["system_id"] in by_system.groups:
            for record_id in by_system.get_group(row["system_id"])["record_id"]:
                said[record_id, "perplexity"] = f"left out ({row['strength']})"
    for row in corrections[corrections["old_value"].ne(corrections["new_value"])].to_dict("records"):
        if row["system_id"] in by_system.groups:
            own = by_system.get_group(row["system_id"])
            own = own if pd.isna(row["benchmark"]) else own[own["benchmark"] == row["benchmark"]]
            new = "no value" if pd.isna(row["new_value"]) else row["new_value"]
            for record_id in own["record_id"]:
                said[record_id, row["column"]] = f"{new} ({row['strength']})"
    return said
