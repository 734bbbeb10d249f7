"""What every step of curation returns: the records that stay, and one decision for each record it was given.

In: records and what was found against them. Out: frames after schemas RECORDS and DECISIONS.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from lmprogress.core.schemas.curation import DECISIONS, RECORDS

KEPT = "kept"


class Curated(NamedTuple):
    """What a step hands on (schema RECORDS) and what it decided (schema DECISIONS)."""

    records: pd.DataFrame
    decisions: pd.DataFrame


def decide(
    records: pd.DataFrame,
    step: str,
    edition: str,
    *,
    kept: np.ndarray | bool = True,
    reason: pd.Series | str = KEPT,
    detail: pd.Series | None = None,
    kept_record_id: pd.Series | None = None,
    source: pd.Series | None = None,
) -> Curated:
    """The records with `kept` true, in their order, and one row of DECISIONS for each of `records`.

    Series are aligned with `records` by index; InputError where the decisions break their schema.
    """
    decisions = pd.DataFrame(
        {
            "edition": edition,
            "step": step,
            "record_id": records["record_id"],
            "kept": kept,
            "reason": reason,
            "detail": detail,
            "kept_record_id": kept_record_id,
            "source": source,
        },
        index=records.index,
    )
    stays = decisions["kept"].to_numpy(bool)
    return Curated(
        records.loc[stays].reset_index(drop=True),
        DECISIONS.checked(decisions, where=f"decisions of {step}, {edition}"),
    )


def benchmark_rank(values: pd.Series, benchmarks: Sequence[str]) -> pd.Series:
    """Place of each benchmark in the configuration, from 0; no benchmark comes last."""
    rank = {benchmark: place for place, benchmark in enumerate(benchmarks)}
    return values.map(rank).fillna(len(rank)).astype(int)


def in_order(records: pd.DataFrame, benchmarks: Sequence[str]) -> pd.DataFrame:
    """`records` by position in raw/systems.csv, then benchmark in the order of the configuration."""
    return (
        records.assign(rank=benchmark_rank(records["benchmark"], benchmarks))
        .sort_values(["position", "rank"], kind="stable", ignore_index=True)
        .loc[:, [column.name for column in RECORDS.columns]]
    )


def shown(value: object) -> str:
    """A cell as people read it: 'empty', true or false, a number with the fewest exact digits, or text."""
    if pd.isna(value):  # type: ignore[call-overload]
        return "empty"
    if isinstance(value, float):
        return f"{value:g}" if float(f"{value:g}") == value else repr(float(value))
    return str(value).lower() if isinstance(value, bool) else str(value)
