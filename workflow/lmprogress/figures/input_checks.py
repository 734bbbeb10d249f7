"""What every figure asks of its frames.

In: a frame and the name of its table. Out: nothing, or an InputError that says what to pass instead.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from lmprogress.core.errors import InputError


def require_rows(frame: pd.DataFrame, table: str) -> None:
    """Raises InputError where `frame` is empty."""
    if frame.empty:
        raise InputError(
            "has no rows to show",
            file=table,
            remedy="check the funnel for the curation step that left none, or correct the selection of rows",
        )


def require_known_benchmarks(frame: pd.DataFrame, table: str, benchmarks: Collection[str]) -> None:
    """Raises InputError where a row has a benchmark without a name."""
    unknown = frame.loc[~frame["benchmark"].isin(list(benchmarks)), "benchmark"]
    if len(unknown):
        raise InputError(
            f"is a benchmark without a name; named are {', '.join(benchmarks)}",
            file=table,
            column="benchmark",
            value=unknown.iloc[0],
            remedy="add an entry to config/benchmarks.yaml",
        )


def require_unique(frame: pd.DataFrame, table: str, key: Sequence[str]) -> None:
    """Raises InputError where two rows of `frame` agree in all columns of `key`."""
    doubled = frame.loc[frame.duplicated(list(key)), list(key)]
    if len(doubled):
        raise InputError(
            "has several rows where the figure shows one",
            file=table,
            column=", ".join(key),
            value=", ".join(str(v) for v in doubled.iloc[0]),
            remedy="pass the rows of one edition, specification, data variant, penalty, quantity and interval method",
        )


def require_same_procedures(frame: pd.DataFrame, table: str, other: pd.DataFrame, other_table: str) -> None:
    """Raises InputError where a procedure stands in one of the two frames alone."""
    alone = sorted(set(frame["procedure"]) ^ set(other["procedure"]))
    if alone:
        raise InputError(
            f"stands in one of {table} and {other_table} alone",
            file=table if alone[0] in set(frame["procedure"]) else other_table,
            column="procedure",
            value=alone[0],
            remedy="pass the rows of the same fits in both",
        )
