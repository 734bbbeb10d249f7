"""Every candidate system of some papers, whether it would enter an edition, and why not.

In: readings, the tables linked from them, an edition of extracted records. Out: table `candidate_systems`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.schemas.reading import CANDIDATE_SYSTEMS
from lmprogress.core.settings import Architecture, Benchmark, Edition
from lmprogress.curation.chain import curate
from lmprogress.curation.raw import RawTables
from lmprogress.reading.linking import Linked

# decisions on a perplexity that leave a candidate system: it is told, but no system was formed of it
_TOLD = ("quoted", "validation", "unclear_split", "below_confidence", "no_publication_date", "no_label")


def list_candidates(
    readings: pd.DataFrame,
    linked: Linked,
    edition: Edition,
    benchmarks: Mapping[str, Benchmark],
    architectures: Mapping[str, Architecture],
) -> pd.DataFrame:
    """One row for each linked system on each benchmark, and one for each result that formed none (CANDIDATE_SYSTEMS).

    `enters` is what curation by `edition` keeps at its step `exclude`, before it deduplicates and caps; nothing that
    people wrote in corrections or exclusions counts.
    """
    raw = RawTables(
        linked.papers, linked.systems, linked.evaluations, tables.empty("corrections"), tables.empty("exclusions")
    )
    excluded = curate(raw, "candidates", edition, benchmarks, architectures).steps["exclude"].decisions
    reasons = excluded.set_index("record_id")[["kept", "reason", "detail"]].to_dict("index")
    read = {str(row["reading_id"]): row for row in tables.to_rows(readings)}
    systems = {str(row["system_id"]): row for row in tables.to_rows(linked.systems)}
    dates = linked.papers.set_index("paper_id")["publication_date"].to_dict()
    rows = []
    for evaluation in tables.to_rows(linked.evaluations):
        system = systems[evaluation["system_id"]]
        reading = read[str(evaluation["source"]).removeprefix("reading ")]
        decided = reasons[f"{evaluation['system_id']}:{evaluation['benchmark']}"]
        why = decided["reason"] if decided["kept"] else _why(decided["reason"], system)
        rows.append(
            _row(reading, system["system"])
            | {column: system[column] for column in ("n_parameters", "kind", "protocol", "adaptation", "architecture")}
            | {
                "training_tokens": system["dataset_size_tokens"],
                "publication_date": system["publication_date"] or dates.get(system["paper_id"]),
                "enters": bool(decided["kept"]),
                "reason": None if decided["kept"] else why,
                "source": system["source"],
            }
        )
    for link in tables.to_rows(linked.links):
        if link["quantity"] == "perplexity" and link["decision"] in _TOLD:
            reading = read[str(link["reading_id"])]
            if reading["benchmark"] not in benchmarks:
                continue
            name = reading["system"] or reading["row_label"] or reading["column_label"]
            rows.append(
                _row(reading, name)
                | {
                    "n_parameters": reading["n_parameters"],
                    "kind": "quoted" if link["decision"] == "quoted" else None,
                    "publication_date": dates.get(reading["paper_id"]),
                    "enters": False,
                    "reason": link["decision"],
                }
            )
    frame = pd.DataFrame(rows, columns=[column.name for column in CANDIDATE_SYSTEMS.columns])
    return CANDIDATE_SYSTEMS.checked(frame.drop_duplicates("reading_id"), "candidate systems")


def _row(reading: Mapping[str, Any], name: str | None) -> dict[str, Any]:
    shared = ("reading_id", "paper_id", "benchmark", "split", "page", "confidence")
    return {**{column: reading[column] for column in shared}, "system": name, "perplexity": reading["value"]}


def _why(reason: str, system: Mapping[str, Any]) -> str:
    """The objection with its detail."""
    told = {
        "not_trained": f"{system['kind']}: {system['kind_because']}",
        "doubted": system["doubt"],
        "adapted": system["adaptation"],
    }
    if reason == "dataset_size_not_positive":
        unknown = [part for part in str(system["source"]).split("; ") if part.startswith("training data unknown")]
        return unknown[0] if unknown else "training data unknown"
    return f"{reason} ({told[reason]})" if told.get(reason) else reason
