"""Each value of each record beside the papers: confirmed, contradicted, not found, or no paper.

In: records of the editions, readings, statuses of papers. Out: the table evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.dates import decimal_years
from lmprogress.core.schemas.provenance import EVIDENCE
from lmprogress.core.settings import Benchmark
from lmprogress.core.settings_reading import ReadingVocabulary
from lmprogress.curation.decisions import shown
from lmprogress.provenance.matching import Names
from lmprogress.provenance.paper_evidence import FIELDS, Finding, PaperEvidence, Record
from lmprogress.reading.words import lexicon

_PLACE = ("reading_id", "page", "x0", "y0", "x1", "y1")


class EditionTables(NamedTuple):
    """An edition's records with corrected values (schema RECORDS), and the observations that its fits use."""

    records: pd.DataFrame
    observations: pd.DataFrame


def find_evidence(
    editions: Mapping[str, EditionTables],
    readings: pd.DataFrame,
    statuses: pd.DataFrame,
    *,
    benchmarks: Mapping[str, Benchmark],
    vocabulary: ReadingVocabulary,
    least_confidence: float,
) -> pd.DataFrame:
    """One row for each value that a record of one of `editions` has (schema EVIDENCE).

    `readings` (READINGS) below `least_confidence` are not asked. A paper that is not in `statuses`, or could not be
    opened or holds no text, is no paper.
    """
    names = Names(benchmarks, lexicon(vocabulary))
    found = readings.sort_values(["paper_id", "page", "y0", "x0", "reading_id"])
    by_paper = {str(paper): tables.to_rows(rows) for paper, rows in found.groupby("paper_id")}
    papers = {
        row["paper_id"]: PaperEvidence(by_paper.get(row["paper_id"], []), names, benchmarks, least_confidence)
        for row in statuses.to_dict("records")
        if row["status"] in ("read", "no_tables")
    }
    status_of = statuses.set_index("paper_id")[["status", "sha256"]].to_dict("index")
    rows = []
    for name, edition in editions.items():
        in_fit = set(edition.observations["record_id"])
        records = edition.records.assign(publication_year=decimal_years(edition.records["publication_date"]))
        for record in tables.to_rows(records):
            paper_id = record["paper_id"]
            for field, asked in FIELDS.items():
                if record[field] is None:
                    continue
                if paper_id in papers:
                    finding = asked(papers[paper_id], record)
                else:
                    why = status_of[paper_id]["status"] if paper_id in status_of else "no_pdf"
                    finding = Finding("no_paper", why, "nothing")
                digest = status_of[paper_id]["sha256"] if paper_id in status_of else None
                rows.append(_row(name, record, field, finding, digest, record["record_id"] in in_fit))
    columns = [column.name for column in EVIDENCE.columns]
    return EVIDENCE.checked(pd.DataFrame(rows, columns=columns), "evidence")


def _row(
    edition: str, record: Record, field: str, finding: Finding, digest: str | None, in_fit: bool
) -> dict[str, Any]:
    value = record["publication_year"] if field == "publication_date" else record[field]
    reading = finding.reading or {}
    return {
        "edition": edition,
        "record_id": record["record_id"],
        "paper_id": record["paper_id"],
        "system": record["system"],
        "benchmark": record["benchmark"],
        "field": field,
        "value": value,
        "recorded": shown(record[field]),
        "status": finding.status,
        "reason": finding.reason,
        "detail": finding.detail,
        "printed_value": finding.printed,
        "raw": finding.raw,
        "place": finding.place,
        **{column: reading.get(column) for column in _PLACE},
        "row_label": reading.get("row_label"),
        "column_label": reading.get("column_label"),
        "looked_at": finding.looked_at,
        "in_fit": in_fit,
        "sha256": digest,
    }
