"""Doubling times in words, the same wherever a row of the table verdict is printed.

In: months, missing where infinite. Out: text.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

# the column why_not of the table verdict in words
WHY_NOT = {"no_progress_not_excluded": "no progress is not excluded", "flat_ridge": "the interval is wide"}

_ENDS = ("fastest", "slowest")
# the heading of the variations that differ in how results were evaluated
_EVALUATION = "Evaluation"


def months(value: float | None) -> str:
    """A doubling time with one decimal; ∞ where it is missing or infinite."""
    return "∞" if value is None or pd.isna(value) or math.isinf(value) else f"{value:.1f}".replace("-", "−")


def interval(low: float | None, high: float | None) -> str:
    """An interval of doubling times: a missing low end is zero, a missing high end infinite."""
    return f"{'0' if low is None or pd.isna(low) else months(low)} to {months(high)}"


def doubling_time(row: Mapping[Any, Any]) -> str:
    """Estimate and interval of a row of the table verdict, as in "9.5 months (90 %: 4.0 to ∞)"."""
    ends = interval(row["low_months"], row["high_months"])
    return f"{months(row['estimate_months'])} months ({row['level']:g} %: {ends})"


def what_changes(row: Mapping[Any, Any], changes: Iterable[Mapping[Any, Any]] = ()) -> str:
    """The changes that move a row of the table verdict most, in words, and those of `changes` (rows of
    verdict_sensitivity) that concern how results were evaluated; empty where none was tried."""
    parts = []
    if not pd.isna(row["fastest_paper"]):
        fast, slow = (f"{months(row[f'{end}_paper_months'])} (without {row[f'{end}_paper']})" for end in _ENDS)
        parts.append(f"without a single paper the estimate is {fast} to {slow} months")
    if not pd.isna(row["fastest_choice"]):
        fast, slow = (f"{months(row[f'{end}_choice_months'])} (“{row[f'{end}_choice']}”)" for end in _ENDS)
        parts.append(f"with one choice of curation, training data or law changed it is {fast} to {slow} months")
    evaluated = [c for c in changes if c["edition"] == row["edition"] and c["heading"] == _EVALUATION]
    if evaluated:
        told = (
            f"{months(c['estimate_months'])} (“{c['label']}”, {c['n_observations']} observations)" for c in evaluated
        )
        parts.append(f"by how results were evaluated it is {', '.join(told)}")
    return "; ".join(parts)


def verdict_of(verdict: pd.DataFrame | None, edition: str) -> dict[str, Any] | None:
    """The row of `edition` in the table verdict; None where it has none."""
    rows = [] if verdict is None else verdict[verdict["edition"] == edition].to_dict("records")
    return {str(name): value for name, value in rows[0].items()} if rows else None
