"""Two editions laid side by side, row by row: what people recorded and what the machine read.

In: observations, records and decisions of both editions, links, readings, statuses. Out: the table edition_differences.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from lmprogress.core.schemas.curation import DIFFERENCE_COUNTS, EDITION_DIFFERENCES
from lmprogress.core.settings import Compare

_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_COMPARED = ("system", "perplexity", "n_parameters", "dataset_size_tokens", "publication_date")
Row = dict[Hashable, Any]


class CuratedEdition(NamedTuple):
    """What one edition's chain made: records before any step, all decisions, observations."""

    records: pd.DataFrame
    decisions: pd.DataFrame
    observations: pd.DataFrame


def compare_editions(
    curated: CuratedEdition,
    extracted: CuratedEdition,
    *,
    readings: pd.DataFrame,
    links: pd.DataFrame,
    statuses: pd.DataFrame,
    settings: Compare,
) -> pd.DataFrame:
    """One row for each observation of either edition, matched ones together (schema EDITION_DIFFERENCES).

    Within a paper and a benchmark, observations are matched by perplexity (up to settings.perplexity_within), names
    deciding between several; the rest by the words that their names share. An observation without partner says why the
    other edition does not hold it.
    """
    why_not_extracted = _NotExtracted(extracted, readings, links, statuses, settings)
    rows = []
    sides = [side.observations.to_dict("records") for side in (curated, extracted)]
    groups = sorted({(row["paper_id"], row["benchmark"]) for side in sides for row in side})
    for group in groups:
        ours, theirs = ([row for row in side if (row["paper_id"], row["benchmark"]) == group] for side in sides)
        pairs, ours, theirs = _matched(ours, theirs, settings.perplexity_within)
        for pair in pairs:
            rows.append(_row(*group, *pair, _status(*pair, settings), None, None))
        for row in ours:
            rows.append(_row(*group, row, None, "only_curated", *why_not_extracted(row)))
        for row in theirs:
            rows.append(_row(*group, None, row, "only_extracted", *_why_not_curated(row, curated, settings)))
    columns = [column.name for column in EDITION_DIFFERENCES.columns]
    return EDITION_DIFFERENCES.checked(pd.DataFrame(rows, columns=columns), "edition_differences")


def count_differences(differences: pd.DataFrame) -> pd.DataFrame:
    """Observations and papers of each status and reason in `differences` (schema DIFFERENCE_COUNTS)."""
    counts = differences.groupby(["status", "reason"], dropna=False, as_index=False).agg(
        observations=("paper_id", "size"), papers=("paper_id", "nunique")
    )
    return DIFFERENCE_COUNTS.checked(counts, "difference_counts")


def _matched(ours: list[Row], theirs: list[Row], within: float) -> tuple[list[tuple[Row, Row]], list[Row], list[Row]]:
    """Pairs, best first: same perplexity before other, then more words in common; and what is left of both sides."""
    ranked = sorted(
        (
            (not _near(a["perplexity"], b["perplexity"], within), -_likeness(a["system"], b["system"]), i, j)
            for i, a in enumerate(ours)
            for j, b in enumerate(theirs)
        ),
    )
    pairs, used_ours, used_theirs = [], set[int](), set[int]()
    for differs, unlikeness, i, j in ranked:
        if i in used_ours or j in used_theirs or (differs and unlikeness > -0.5):
            continue
        pairs.append((ours[i], theirs[j]))
        used_ours.add(i)
        used_theirs.add(j)
    return (
        pairs,
        [row for i, row in enumerate(ours) if i not in used_ours],
        [row for j, row in enumerate(theirs) if j not in used_theirs],
    )


def _near(a: float, b: float, within: float) -> bool:
    return abs(a - b) <= within + 1e-9


def _likeness(a: str, b: str) -> float:
    """Share of words that two names have in common, from 0 to 1."""
    ours, theirs = (frozenset(_WORD.findall(name.lower())) for name in (a, b))
    return len(ours & theirs) / max(1, len(ours | theirs))


def _status(ours: Row, theirs: Row, settings: Compare) -> str:
    if not _near(ours["perplexity"], theirs["perplexity"], settings.perplexity_within):
        return "perplexity_differs"
    for column, status in (("n_parameters", "parameters_differ"), ("dataset_size_tokens", "data_differ")):
        if abs(theirs[column] - ours[column]) > settings.same_within * ours[column]:
            return status
    return "same"


class _NotExtracted:
    """Why the extracted edition does not hold an observation of the curated one."""

    def __init__(
        self,
        extracted: CuratedEdition,
        readings: pd.DataFrame,
        links: pd.DataFrame,
        statuses: pd.DataFrame,
        settings: Compare,
    ) -> None:
        self._within = settings.perplexity_within
        self._status = statuses.set_index("paper_id")["status"].to_dict()
        decided = readings.merge(links[["reading_id", "decision", "system_ids"]], on="reading_id", how="left")
        self._readings: Mapping[Hashable, pd.DataFrame] = dict(
            tuple(decided[decided["quantity"] == "perplexity"].groupby("paper_id"))
        )
        dropped = extracted.decisions[~extracted.decisions["kept"].astype(bool)]
        self._dropped = dropped.set_index("record_id")[["reason", "detail"]].to_dict("index")

    def __call__(self, row: Row) -> tuple[str, str | None]:
        """Reason and detail for the curated observation `row`."""
        status = self._status.get(row["paper_id"], "no_pdf")
        if status != "read":
            return status, None
        read = self._readings.get(row["paper_id"])
        if read is None:
            return "not_read", None
        same = read[(read["value"] - row["perplexity"]).abs() <= self._within + 1e-9]
        here = same[same["benchmark"] == row["benchmark"]]
        if same.empty:
            return "not_read", None
        if here.empty:
            return "another_benchmark", f"{same['reading_id'].iloc[0]} reads it as {same['benchmark'].iloc[0]}"
        used = here[here["decision"] == "used"]
        first = (here if used.empty else used).iloc[0]
        if used.empty:
            return str(first["decision"]), str(first["reading_id"])
        record = self._dropped.get(f"{first['system_ids']}:{row['benchmark']}")
        if record is None:
            return "matched_to_another", str(first["reading_id"])
        return str(record["reason"]), f"{first['reading_id']}: {record['detail']}"


def _why_not_curated(row: Row, curated: CuratedEdition, settings: Compare) -> tuple[str, str | None]:
    """Why the curated edition does not hold the extracted observation `row`: dropped, or never recorded."""
    records = curated.records
    paper = records[records["paper_id"] == row["paper_id"]]
    if paper.empty:
        return "paper_not_curated", None
    near = (paper["perplexity"] - row["perplexity"]).abs() <= settings.perplexity_within + 1e-9
    same = paper[near & (paper["benchmark"] == row["benchmark"])]
    if same.empty:
        return "not_recorded", None
    dropped = curated.decisions[~curated.decisions["kept"].astype(bool)]
    found = dropped[dropped["record_id"].isin(same["record_id"])]
    if found.empty:
        return "matched_to_another", str(same["record_id"].iloc[0])
    return str(found["reason"].iloc[0]), str(found["record_id"].iloc[0])


def _row(
    paper_id: str, benchmark: str, ours: Row | None, theirs: Row | None, status: str, reason: Any, detail: Any
) -> dict[str, Any]:
    row = {"paper_id": paper_id, "benchmark": benchmark, "status": status, "reason": reason, "detail": detail}
    for name, side in (("curated", ours), ("extracted", theirs)):
        row[f"{name}_record_id"] = side["record_id"] if side else None
        for column in _COMPARED:
            row[f"{name}_{column}"] = side[column] if side else None
    return row
