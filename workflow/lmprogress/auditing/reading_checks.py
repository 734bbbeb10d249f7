"""Papers and readings of the run against the snapshot and the verdicts of people: paper_changes, audit_sample.

In: a run. Out: the check `readings`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_TABLES = "results/tables"
_SHOWN = ["status", "n_readings", "sha256"]
# what a reading says: readings of a page that say the same are one, and a verdict is on what is said
_SAYS = ["paper_id", "page", "value", "benchmark", "split", "own", "row_label", "n_parameters"]
_KINDS: dict[str, Callable[[Any], Any]] = {
    "page": int,
    "value": float,
    "n_parameters": float,
    "own": lambda cell: cell == "true",
}


def check_readings(run: RunFiles) -> Check:
    """Which papers are others than those of the snapshot; the sample for people, drawn again, with their verdicts."""
    check = Check("readings", "papers against those of the snapshot; the audited sample, drawn again, and its verdicts")
    changes = readable(run, f"{_TABLES}/paper_changes.parquet")
    statuses = readable(run, "processed/paper_statuses.parquet")
    if changes is not None and statuses is not None:
        follows = _changes(statuses, run.csv("raw/snapshot/paper_statuses.csv"))
        check.equal(f"{_TABLES}/paper_changes.parquet", changes[list(follows.columns)], follows, ["paper_id"])
    sample = readable(run, f"{_TABLES}/audit_sample.parquet")
    readings = readable(run, "processed/readings.parquet")
    if sample is not None and readings is not None:
        follows = _sample(run, readings)
        check.equal(f"{_TABLES}/audit_sample.parquet", sample[list(follows.columns)], follows, ["place"])
    return check


def _changes(statuses: pd.DataFrame, snapshot: pd.DataFrame) -> pd.DataFrame:
    now = {row["paper_id"]: row for row in statuses[["paper_id", *_SHOWN]].to_dict("records")}
    snapshot = snapshot.assign(n_readings=snapshot["n_readings"].astype(float))
    then = {row["paper_id"]: row for row in snapshot[["paper_id", *_SHOWN]].to_dict("records")}
    rows = []
    for paper in sorted({*now, *then}):
        here, there = now.get(paper), then.get(paper)
        if here is None or there is None:
            change = "withdrawn" if here is None else "added"
        else:
            one, other = here["sha256"], there["sha256"]
            change = "same" if one == other or (pd.isna(one) and pd.isna(other)) else "replaced"
        row = {"paper_id": paper, "change": change}
        row |= {name: None if here is None else here[name] for name in _SHOWN}
        rows.append(row | {f"snapshot_{name}": None if there is None else there[name] for name in _SHOWN})
    frame = pd.DataFrame(rows, columns=["paper_id", "change", *_SHOWN, *(f"snapshot_{name}" for name in _SHOWN)])
    counts = {name: frame[name].astype(float) for name in ("n_readings", "snapshot_n_readings")}
    return frame.assign(**counts)


def _sample(run: RunFiles, readings: pd.DataFrame) -> pd.DataFrame:
    """Perplexities in the order of a digest of the seed and of what they say, as many as are asked for."""
    settings = run.config["audit"]
    once: dict[str, str] = {}
    read = readings[readings["quantity"] == "perplexity"].sort_values("reading_id")
    for name, says in zip(read["reading_id"], _told(read), strict=True):
        once.setdefault(says, name)
    ranked = sorted(once, key=lambda says: hashlib.sha256(f"{settings['seed']}:{says}".encode()).hexdigest())
    ranked = ranked[: int(settings["size"])]
    judged = run.csv("raw/audit_verdicts.csv")
    for name, kind in _KINDS.items():
        cells = [None if cell is None else kind(cell) for cell in _plain(judged[name])]
        judged[name] = np.array(cells, object)
    verdicts = dict(zip(_told(judged), judged["verdict"], strict=True))
    drawn = read.set_index("reading_id").loc[[once[says] for says in ranked]].reset_index()
    drawn = drawn[["reading_id", "table_label", "column_label", "raw", *_SAYS]]
    return drawn.assign(place=range(1, len(ranked) + 1), verdict=pd.Series(ranked, dtype=str).map(verdicts))


def _told(frame: pd.DataFrame) -> list[str]:
    """What each row says, as Python writes the tuple of it."""
    return [repr(cells) for cells in zip(*(_plain(frame[name]) for name in _SAYS), strict=True)]


def _plain(column: pd.Series) -> list[Any]:
    """Its cells as Python has them, None where they are missing."""
    return [None if gone else cell for cell, gone in zip(column.tolist(), column.isna().tolist(), strict=True)]
