"""Two editions laid side by side again: which observations belong together, and why the others stand alone.

In: a run. Out: the check `differences`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any, NamedTuple

import pandas as pd

from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

Row = Mapping[Any, Any]
_COMPARED = ("system", "perplexity", "n_parameters", "dataset_size_tokens", "publication_date")
_STEPS = ("assemble", "correct", "exclude", "deduplicate", "cap")
_ALIKE = 0.5  # share of words in common from which names alone make a pair
_ROUNDING = 1e-9
_FILE = "results/tables/edition_differences.parquet"


class _Edition(NamedTuple):
    """Observations by paper and benchmark, records by paper, and what was dropped, in the order of the steps."""

    observations: dict[Any, list[Row]]
    records: dict[Any, list[Row]]
    dropped: Sequence[Row]


def check_differences(run: RunFiles) -> Check:
    """Pairs and what is left of either edition, with statuses, reasons and values."""
    check = Check("differences", "observations of two editions in pairs; why the others are in one alone")
    held, settings = readable(run, _FILE), run.config["compare"]
    if held is None:
        return check
    sides = [_edition(run, settings[side]) for side in ("curated", "extracted")]
    not_extracted = _not_extracted(run, sides[1])
    rows = []
    for place in sorted({*sides[0].observations, *sides[1].observations}):
        ours, theirs = (side.observations.get(place, []) for side in sides)
        pairs = _pairs(ours, theirs, settings["perplexity_within"])
        for i, j in pairs.items():
            rows.append(_row(place, ours[i], theirs[j], (_status(ours[i], theirs[j], settings), None, None)))
        for i, row in enumerate(ours):
            if i not in pairs:
                rows.append(_row(place, row, None, ("only_curated", *not_extracted(row))))
        for j, row in enumerate(theirs):
            if j not in pairs.values():
                why = _not_curated(row, sides[0], settings["perplexity_within"])
                rows.append(_row(place, None, row, ("only_extracted", *why)))
    follows = pd.DataFrame(rows, columns=list(held.columns)).astype(
        {name: float for name in held.columns if pd.api.types.is_float_dtype(held[name])}
    )
    check.equal(_FILE, held, follows, ["paper_id", "benchmark", "curated_record_id", "extracted_record_id"])
    return check


def _edition(run: RunFiles, name: str) -> _Edition:
    folder = f"processed/{name}"
    steps = [run.parquet(f"{folder}/decisions/{step}.parquet") for step in _STEPS]
    columns = ["record_id", "reason", "detail"]
    dropped = [row for step in steps for row in step.loc[~step["kept"].astype(bool), columns].to_dict("records")]
    observations, records = (run.parquet(f"{folder}/{table}.parquet") for table in ("observations", "records"))
    columns = ["paper_id", "benchmark", "record_id", *_COMPARED]
    return _Edition(
        _grouped(observations[columns], lambda row: (row["paper_id"], row["benchmark"])),
        _grouped(records[columns], lambda row: row["paper_id"]),
        dropped,
    )


def _grouped(frame: pd.DataFrame, by: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = {}
    for row in frame.to_dict("records"):
        groups.setdefault(by(row), []).append(row)
    return groups


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+|\d+(?:\.\d+)?", name.lower()))


def _near(one: float, other: float, within: float) -> bool:
    return abs(one - other) <= within + _ROUNDING


def _pairs(ours: Sequence[Row], theirs: Sequence[Row], within: float) -> dict[int, int]:
    """Places that belong together: the same perplexity before another, then names with more words in common."""
    candidates = []
    for (i, one), (j, other) in product(enumerate(ours), enumerate(theirs)):
        words, others = _words(one["system"]), _words(other["system"])
        alike = len(words & others) / max(len(words | others), 1)
        same = _near(one["perplexity"], other["perplexity"], within)
        if same or alike >= _ALIKE:
            candidates.append((0 if same else 1, -alike, i, j))
    pairs: dict[int, int] = {}
    for _, _, i, j in sorted(candidates):
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


def _status(one: Row, other: Row, settings: Mapping[str, Any]) -> str:
    if not _near(one["perplexity"], other["perplexity"], settings["perplexity_within"]):
        return "perplexity_differs"
    for column, status in (("n_parameters", "parameters_differ"), ("dataset_size_tokens", "data_differ")):
        if abs(other[column] - one[column]) > settings["same_within"] * one[column]:
            return status
    return "same"


def _not_extracted(run: RunFiles, extracted: _Edition) -> Callable[[Row], tuple[str, str | None]]:
    """Says of a curated observation why the extracted edition does not hold it, with the reading or record."""
    within = run.config["compare"]["perplexity_within"]
    statuses = run.parquet("processed/paper_statuses.parquet")
    status = dict(zip(statuses["paper_id"], statuses["status"], strict=True))
    links = run.parquet("processed/linked/links.parquet").set_index("reading_id")[["decision", "system_ids"]]
    readings = run.parquet("processed/readings.parquet")
    readings = readings.loc[readings["quantity"] == "perplexity", ["reading_id", "paper_id", "benchmark", "value"]]
    of_paper = _grouped(readings.join(links, on="reading_id"), lambda row: row["paper_id"])
    dropped = {row["record_id"]: row for row in extracted.dropped}

    def why(row: Row) -> tuple[str, str | None]:
        if (how := status.get(row["paper_id"], "no_pdf")) != "read":
            return how, None
        same = [r for r in of_paper.get(row["paper_id"], []) if _near(r["value"], row["perplexity"], within)]
        if not same:
            return "not_read", None
        here = [r for r in same if r["benchmark"] == row["benchmark"]]
        if not here:
            return "another_benchmark", f"{same[0]['reading_id']} reads it as {same[0]['benchmark']}"
        used = next((r for r in here if r["decision"] == "used"), None)
        if used is None:
            return here[0]["decision"], here[0]["reading_id"]
        record = dropped.get(f"{used['system_ids']}:{row['benchmark']}")
        if record is None:
            return "matched_to_another", used["reading_id"]
        return record["reason"], f"{used['reading_id']}: {record['detail']}"

    return why


def _not_curated(row: Row, curated: _Edition, within: float) -> tuple[str, str | None]:
    """Why the curated edition does not hold an extracted observation, with the record."""
    paper = curated.records.get(row["paper_id"])
    if paper is None:
        return "paper_not_curated", None
    same = [
        record["record_id"]
        for record in paper
        if record["benchmark"] == row["benchmark"] and _near(record["perplexity"], row["perplexity"], within)
    ]
    if not same:
        return "not_recorded", None
    dropped = next((one for one in curated.dropped if one["record_id"] in same), None)
    return ("matched_to_another", same[0]) if dropped is None else (dropped["reason"], dropped["record_id"])


def _row(place: tuple[str, str], one: Row | None, other: Row | None, said: tuple[str, Any, Any]) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(("paper_id", "benchmark"), place, strict=True))
    row |= dict(zip(("status", "reason", "detail"), said, strict=True))
    for name, side in (("curated", one), ("extracted", other)):
        row |= {f"{name}_{column}": side[column] if side else None for column in ("record_id", *_COMPARED)}
    return row
