"""The snapshot: readings kept as facts, so that a clone without papers works at once.

In: readings, statuses, accounts of tables. Out: raw/snapshot/*.csv, or every difference from them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.schemas import table
from lmprogress.core.schemas.reading import READ
from lmprogress.reading.gathering import Gathered, Snapshot

FILES = {name: f"{name}.csv" for name in Snapshot._fields}


def write_snapshot(snapshot: Snapshot, directory: Path) -> None:
    """Replace the snapshot in `directory`."""
    for name, frame in snapshot._asdict().items():
        tables.write_csv(frame, name, directory / FILES[name])


def read_snapshot(directory: Path) -> Snapshot:
    """The snapshot in `directory`. Raises InputError where it is missing or damaged."""
    return Snapshot(*(tables.read_csv(directory / file, name) for name, file in FILES.items()))


def to_keep(gathered: Gathered) -> Snapshot:
    """Papers as a snapshot has them: without what a run says of their files, and without those that are withdrawn."""
    statuses = gathered.paper_statuses[gathered.paper_statuses["change"] != "withdrawn"]
    of_a_run = dict.fromkeys(("file", "n_readings_gone", "n_readings_new"))
    details = statuses["detail"].mask(statuses["status"].isin(READ))
    kept = statuses.assign(change="kept", detail=details, **of_a_run)
    return Snapshot(gathered.readings, table("paper_statuses").checked(kept, "the papers to keep"), gathered.tables)


def differences(name: str, old: pd.DataFrame, new: pd.DataFrame) -> Iterator[str]:
    """Each row that came, went or changed between two frames of table `name`, in one line."""
    key = list(table(name).key)
    before, after = old.set_index(key), new.set_index(key)
    for identity in before.index.difference(after.index):
        yield f"- {identity}: {_told(before.loc[identity])}"
    for identity in after.index.difference(before.index):
        yield f"+ {identity}: {_told(after.loc[identity])}"
    common = before.index.intersection(after.index)
    for identity in common:
        one, other = before.loc[identity], after.loc[identity]
        changed = [c for c in before.columns if not _same(one[c], other[c])]
        if changed:
            yield f"~ {identity}: " + ", ".join(f"{c} {one[c]!r} → {other[c]!r}" for c in changed)


def _same(one: Any, other: Any) -> bool:
    missing = [bool(pd.isna(value)) for value in (one, other)]
    return all(missing) if any(missing) else bool(one == other)


def _told(row: pd.Series) -> str:
    shown = (
        "quantity",
        "value",
        "benchmark",
        "split",
        "row_label",
        "status",
        "n_readings",
        "table_label",
        "n_numbers",
        "n_read",
    )
    return ", ".join(f"{name} {row[name]}" for name in shown if name in row.index and pd.notna(row[name]))
