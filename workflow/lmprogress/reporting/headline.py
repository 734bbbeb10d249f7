"""The first screen: the verdict, what it is based on, and what the study printed.

In: result tables, those that there are. Out: numbers and words for the page.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

# where the study prints its own, in raw/reference/published.csv
_STUDY = "section3.1/doubling_time/"


@dataclass(frozen=True)
class Published:
    """What the study printed: median and 95 % interval, months."""

    median: str
    low: str
    high: str


def published_rate(ledger: pd.DataFrame | None) -> Published | None:
    """The study's own doubling time, as printed; None where the ledger does not hold it."""
    if ledger is None:
        return None
    printed = ledger.set_index("reference_id")["printed"].to_dict()
    parts = [printed.get(_STUDY + name) for name in ("median", "low", "high")]
    return None if None in parts else Published(*map(str, parts))


# months per doubling between which releases are drawn, on a logarithmic axis
_DRAWN = (1.0, 240.0)


@dataclass(frozen=True)
class DrawnRelease:
    """A release: its headline, and where its estimate and the ends of its interval stand, percent of the width."""

    version: str
    date: str
    root: str
    headline: Mapping[Hashable, Any]
    low: float
    estimate: float
    high: float


def releases(table: pd.DataFrame | None, edition: str) -> list[DrawnRelease]:
    """The releases of `edition` (schema RELEASES), the earliest first; none where there are fewer than two."""
    rows = [] if table is None else table[table["edition"] == edition].to_dict("records")
    if len(rows) < 2:
        return []
    drawn = [
        DrawnRelease(
            row["version"], row["date"], row["root"], row,
            _place(0.0 if pd.isna(row["low_months"]) else row["low_months"]),
            _place(row["estimate_months"]), _place(row["high_months"]),
        )
        for row in rows
    ]  # fmt: skip
    return sorted(drawn, key=lambda release: (release.date, release.version))


def _place(months: float) -> float:
    """Where `months` stand on the axis, percent of its width; a missing value is infinite."""
    least, most = _DRAWN
    held = most if pd.isna(months) else min(max(months, least), most)
    return 100 * math.log(held / least) / math.log(most / least)


@dataclass(frozen=True)
class Foundation:
    """What the verdict on one edition is based on; counts, and None where a table was not made."""

    n_observations: int
    n_papers: int
    n_left_out: int
    confirmed: int | None
    contradicted: int | None
    not_found: int | None
    no_paper: int | None
    confirmed_parameters: int | None


def foundation(rows: pd.DataFrame, edition: str, evidence: pd.DataFrame | None) -> Foundation:
    """Counts of `edition` among `rows` (records.record_rows), and of the values that papers confirm."""
    mine = rows[rows["edition"] == edition]
    fitted = mine[mine["state"] == "in the fit"]
    counts: list[int | None] = [None] * 5
    if evidence is not None:
        fitted_values = evidence[(evidence["edition"] == edition) & evidence["in_fit"].astype(bool)]
        found = fitted_values.groupby(["field", "status"]).size()
        counts = [
            int(found.get(("perplexity", status), 0))
            for status in ("confirmed", "contradicted", "not_found", "no_paper")
        ]
        counts.append(int(found.get(("n_parameters", "confirmed"), 0)))
    return Foundation(len(fitted), fitted["paper_id"].nunique(), len(mine) - len(fitted), *counts)
