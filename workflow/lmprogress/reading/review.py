"""What a person should look at: readings that the machine doubts.

In: readings, links, the systems and observations made of them, differences, corrections, accounts of tables. Out: the
table review.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from lmprogress.core.schemas.curation import REVIEW
from lmprogress.core.settings import Review
from lmprogress.reading.doubted_tables import doubted_tables

_AGAIN = {
    ("second_value", "differs"): "the second reader finds another number in its place",
    ("second_value", "not_found"): "the second reader finds no number in its place",
    ("second_row", "differs"): "the second reader finds the row's label elsewhere",
    ("second_column", "differs"): "the second reader finds the column's label elsewhere",
}
_DECIDED = ("used", "not_best_run", "below_confidence")
_MAD_TO_SIGMA = 1.4826


def list_review(
    readings: pd.DataFrame,
    links: pd.DataFrame,
    systems: pd.DataFrame,
    observations: pd.DataFrame,
    differences: pd.DataFrame,
    corrections: pd.DataFrame,
    accounts: pd.DataFrame,
    *,
    edition: str,
    settings: Review,
) -> pd.DataFrame:
    """Doubted perplexity readings (schema REVIEW): what the observations rest on first, then most doubts, then least
    confidence; after them the tables of `accounts` (schema TABLES) in which one may have been overlooked.

    Doubts: confidence below settings.doubted_below; the second reader, which finds something else; another reading of
    the same system on the same benchmark; a curated observation of the same system that differs; a perplexity more than
    settings.out_of_line median absolute deviations (scaled to a normal distribution) of the logarithm from the median
    of its benchmark. A reading whose system has a row in `corrections` for `edition` has been reviewed and is left out.
    """
    found = readings.merge(links[["reading_id", "decision", "system_ids", "detail"]], on="reading_id")
    found = found[(found["quantity"] == "perplexity") & found["decision"].isin(_DECIDED)]
    found = found[~_reviewed(found, corrections, edition)].set_index("reading_id", drop=False)
    doubts: defaultdict[str, list[str]] = defaultdict(list)

    for reading_id, confidence in found["confidence"][found["confidence"] < settings.doubted_below].items():
        doubts[str(reading_id)].append(f"confidence {confidence:g} is below {settings.doubted_below:g}")

    for (column, verdict), disagreement in _AGAIN.items():
        for reading_id in found.index[found[column] == verdict]:
            doubts[str(reading_id)].append(disagreement)

    runs = found[found["decision"].isin(["used", "not_best_run"])]
    for _, run in runs.groupby(["system_ids", "benchmark"], sort=True):
        for reading_id in run.index[run["decision"] == "used"] if len(run) > 1 else ():
            others = sorted({f"{value:g}" for value in run["value"].drop(reading_id)})
            doubts[str(reading_id)].append(f"the same label has also {', '.join(others)}")

    used = found[found["decision"] == "used"]
    record = (used["system_ids"] + ":" + used["benchmark"]).rename("record_id")
    curated = differences.dropna(subset=["extracted_record_id"]).set_index("extracted_record_id")
    against = {str(row["extracted_record_id"]): _against(row) for row in curated.reset_index().to_dict("records")}
    for reading_id, record_id in record.items():
        if doubt := against.get(record_id):
            doubts[str(reading_id)].append(doubt)

    for benchmark, group in used.groupby("benchmark", sort=True):
        logs = group["value"].map(math.log)
        spread = (logs - logs.median()).abs().median() * _MAD_TO_SIGMA
        far = (logs - logs.median()).abs() > settings.out_of_line * spread
        for reading_id in group.index[far.to_numpy(bool) & bool(spread > 0)]:
            doubts[str(reading_id)].append(f"far from the median of {benchmark}, {math.exp(logs.median()):.4g}")

    listed = found.loc[[reading_id for reading_id in found.index if reading_id in doubts]].copy()
    listed["doubts"] = ["; ".join(doubts[reading_id]) for reading_id in listed.index]
    listed["record_id"] = record.reindex(listed.index)
    listed["observed"] = listed["record_id"].isin(observations["record_id"])
    listed["n_doubts"] = [len(doubts[reading_id]) for reading_id in listed.index]
    listed["system_id"] = listed["system_ids"]
    listed["n_parameters"] = (
        listed["system_ids"].map(systems.set_index("system_id")["n_parameters"]).fillna(listed["n_parameters"])
    )
    for column in ("curated_perplexity", "curated_n_parameters"):
        listed[column] = listed["record_id"].map(curated[column])
    listed = listed.reset_index(drop=True).sort_values(
        ["observed", "n_doubts", "confidence", "reading_id"], ascending=[False, False, True, True]
    )
    columns = [column.name for column in REVIEW.columns]
    listed = pd.concat([listed.reindex(columns=columns), _tables(accounts, readings).reindex(columns=columns)])
    listed["place"] = range(1, len(listed) + 1)
    return REVIEW.checked(listed, "review")


def _tables(accounts: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    """Doubted tables as rows of the review; reading_id is the table's."""
    found = doubted_tables(accounts, readings)
    named = found["table_label"].fillna("a table without a label")
    rows = found[["table_id", "paper_id", "page"]].rename(columns={"table_id": "reading_id"})
    return rows.assign(doubts=named + ": " + found["doubt"], observed=False)


def _reviewed(found: pd.DataFrame, corrections: pd.DataFrame, edition: str) -> pd.Series:
    """Readings of a system and benchmark, or of a system's size, that a correction of `edition` has settled."""
    here = [edition in {name.strip() for name in editions.split(";")} for editions in corrections["editions"]]
    ours = corrections[pd.Series(here, index=corrections.index, dtype=bool)]
    settled = {(s, b) for s, b in zip(ours["system_id"], ours["benchmark"], strict=True) if isinstance(b, str)}
    keys = zip(found["system_ids"], found["benchmark"], strict=True)
    return pd.Series([key in settled for key in keys], index=found.index, dtype=bool)


def _against(row: Mapping[Hashable, Any]) -> str | None:
    """What the curated edition holds against an extracted observation."""
    if row["status"] == "perplexity_differs":
        return f"the curated edition has {row['curated_perplexity']:g} for {row['curated_system']}"
    if row["status"] == "parameters_differ":
        return f"the curated edition has {row['curated_n_parameters']:g} parameters for {row['curated_system']}"
    return None
