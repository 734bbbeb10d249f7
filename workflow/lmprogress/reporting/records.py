"""The page of observations: every record of every edition, in the fit or not, with the evidence behind it.

In: records, observations and decisions by edition; evidence; what was linked. Out: rows and evidence for the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from lmprogress.core.plain_names import plain_name
from lmprogress.reporting.compact import compact

_FACTS = (
    "record_id", "paper_id", "system", "title", "benchmark", "perplexity", "publication_date", "n_parameters",
    "dataset_size_tokens", "n_epochs", "vocabulary_size", "architecture", "protocol", "adaptation", "zero_shot",
    "source",
)  # fmt: skip
_FOUND = (
    "field", "recorded", "status", "reason", "detail", "raw", "place", "row_label", "column_label", "looked_at",
    "reading_id", "paper_id", "page", "x0", "y0", "x1", "y1",
)  # fmt: skip
_DECISION = ("step", "kept", "reason", "detail", "kept_record_id", "source")
# what a reading of a quantity says of a record
_FIELDS = {
    "perplexity": "perplexity",
    "parameters": "n_parameters",
    "training_tokens": "dataset_size_tokens",
    "epochs": "n_epochs",
    "vocabulary": "vocabulary_size",
    "publication_date": "publication_date",
}


class EditionTables(NamedTuple):
    """Records with corrected values, observations, and the decisions of all steps, of one edition (their schemas)."""

    records: pd.DataFrame
    observations: pd.DataFrame
    decisions: pd.DataFrame


def record_rows(editions: Mapping[str, EditionTables]) -> pd.DataFrame:
    """One row for each record of each edition, best of the order of fits first.

    Beside the facts: `edition`; `state` ("in the fit" or "left out"); `reason` why it was left out; `decisions`, a list
    of [step, kept, reason, detail, kept_record_id, source] without the steps that kept the record as it was;
    `training_compute_flop` and `transformer` where it is an observation.
    """
    parts = []
    for name, tables in editions.items():
        rows = tables.records[list(_FACTS)].copy()
        rows.insert(0, "edition", name)
        rows[["system", "title"]] = rows[["system", "title"]].map(plain_name, na_action="ignore")
        of_fit = tables.observations.set_index("record_id")
        rows["training_compute_flop"] = rows["record_id"].map(of_fit["training_compute_flop"])
        rows["observation_number"] = rows["record_id"].map(of_fit["observation_number"])
        rows["state"] = rows["observation_number"].notna().map({True: "in the fit", False: "left out"})
        left = tables.decisions[~tables.decisions["kept"].astype(bool)].set_index("record_id")["reason"]
        rows["reason"] = rows["record_id"].map(left).where(rows["observation_number"].isna()).astype(object)
        told = tables.decisions[tables.decisions["reason"] != "kept"]
        source = dict(zip(rows["record_id"], rows["source"], strict=True))
        by_record: dict[str, list[list[Any]]] = {}
        for record, *decision, decided_by in told[["record_id", *_DECISION]].itertuples(index=False, name=None):
            # the record's own source is told with the record
            by_record.setdefault(record, []).append([*decision, None if decided_by == source[record] else decided_by])
        rows["decisions"] = pd.Series([by_record.get(str(r), []) for r in rows["record_id"]], index=rows.index)
        parts.append(rows.sort_values(["observation_number", "record_id"], na_position="last", kind="stable"))
    return pd.concat(parts, ignore_index=True)


def evidence_rows(
    editions: Mapping[str, EditionTables],
    evidence: pd.DataFrame | None,
    readings: pd.DataFrame,
    links: pd.DataFrame,
    read_editions: Sequence[str],
) -> pd.DataFrame:
    """What papers say to each value of each record: columns edition, record_id, and those that the page shows.

    For curated editions that is the table evidence (None where it was not made); for `read_editions` the readings
    that were linked to the record's system.
    """
    parts = [] if evidence is None else [evidence[["edition", "record_id", *_FOUND]]]
    used = links.loc[links["decision"] == "used", ["reading_id", "system_ids", "detail"]]
    used = used.assign(system_id=used["system_ids"].str.split(";")).explode("system_id").drop(columns="system_ids")
    used = used.merge(readings, on="reading_id", validate="many_to_one").assign(status="read")
    used["field"] = used["quantity"].map(_FIELDS)
    for edition in read_editions:
        records = editions[edition].records[["record_id", "system_id", "benchmark"]]
        mine = records.merge(used.rename(columns={"benchmark": "read_benchmark"}), on="system_id")
        # a perplexity belongs to the record of its own benchmark; sizes and dates belong to all of the system's
        mine = mine[(mine["quantity"] != "perplexity") | (mine["benchmark"] == mine["read_benchmark"])]
        mine = mine.assign(edition=edition).reindex(columns=["edition", "record_id", *_FOUND])
        parts.append(mine)
    columns = ["edition", "record_id", *_FOUND]
    if not parts:
        return pd.DataFrame(columns=columns)
    # what was measured first, then what it was measured on
    order = {name: place for place, name in enumerate(_FIELDS.values())}
    return pd.concat(parts).sort_values("field", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def records_data(rows: pd.DataFrame, evidence: pd.DataFrame) -> dict[str, Any]:
    """The page's data: rows with places of their evidence, and that evidence, equal entries of editions once."""
    distinct = evidence.drop_duplicates(["record_id", *_FOUND])
    place = {key: n for n, key in enumerate(_keys(distinct))}
    found: dict[tuple[str, str], list[int]] = {}
    for edition, key in zip(evidence["edition"], _keys(evidence), strict=True):
        found.setdefault((edition, str(key[0])), []).append(place[key])
    keys = zip(rows["edition"], rows["record_id"], strict=True)
    places = [found.get((edition, str(record)), []) for edition, record in keys]
    rows = rows.assign(evidence=pd.Series(places, index=rows.index))
    return {
        "rows": compact(rows.drop(columns="observation_number")),
        "evidence": compact(distinct[list(_FOUND)]),
    }


def _keys(evidence: pd.DataFrame) -> list[tuple[Any, ...]]:
    columns = evidence[["record_id", *_FOUND]].astype(object)
    return list(columns.where(columns.notna(), None).itertuples(index=False, name=None))
