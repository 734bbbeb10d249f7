"""Papers and readings of the run against the snapshot and the verdicts of people.

In: a run (paper_statuses, paper_files, audit_sample). Out: the check `readings`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_TABLES = "results/tables"
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
    statuses = readable(run, "processed/paper_statuses.parquet")
    files = readable(run, "processed/paper_files.parquet")
    readings = readable(run, "processed/readings.parquet")
    if statuses is not None and files is not None and readings is not None:
        snapshot, kept = (run.csv(f"raw/snapshot/{name}.csv") for name in ("paper_statuses", "readings"))
        accounts = readable(run, "processed/tables.parquet")
        follows = _statuses(statuses, readings, snapshot, kept)
        check.equal("processed/paper_statuses.parquet", statuses[list(follows.columns)], follows, ["paper_id"])
        _check_kept(check, statuses, readings, snapshot, kept)
        _check_files(check, statuses, files)
        if accounts is not None:
            _check_accounts(check, statuses, readings, accounts, run.csv("raw/snapshot/tables.csv"))
    sample = readable(run, f"{_TABLES}/audit_sample.parquet")
    if sample is not None and readings is not None:
        follows = _sample(run, readings)
        check.equal(f"{_TABLES}/audit_sample.parquet", sample[list(follows.columns)], follows, ["place"])
    return check


def _statuses(
    statuses: pd.DataFrame, readings: pd.DataFrame, snapshot: pd.DataFrame, kept: pd.DataFrame
) -> pd.DataFrame:
    """What became of each paper, by the file that it was read from; what was kept is as the snapshot has it."""
    then = {row["paper_id"]: row for row in snapshot.to_dict("records")}
    file_of = dict(zip(statuses["paper_id"], statuses["file"], strict=True))
    digests = dict(zip(statuses["paper_id"], statuses["sha256"], strict=True))
    withdrawn = set(statuses.loc[statuses["status"] == "withdrawn", "paper_id"])
    said = {name: _says(frame) for name, frame in (("now", readings), ("then", kept))}
    rows = []
    for paper in sorted({*file_of, *then}):
        before, now, was = then.get(paper), said["now"].get(paper, Counter()), said["then"].get(paper, Counter())
        row: dict[str, Any] = {"paper_id": paper, "n_readings": float(now.total())}
        if paper in withdrawn:
            row["change"] = "withdrawn"
        elif before is not None and pd.isna(file_of.get(paper)):
            row |= {"change": "kept", "n_readings": float(was.total())}
        elif before is None:
            row["change"] = "added"
        else:
            row["change"] = "same" if digests[paper] == before["sha256"] else "replaced"
            row |= {"n_readings_gone": float((was - now).total()), "n_readings_new": float((now - was).total())}
        rows.append(row)
    return pd.DataFrame(rows, columns=["paper_id", "change", "n_readings", "n_readings_gone", "n_readings_new"])


def _says(readings: pd.DataFrame) -> dict[str, Counter[tuple[str, ...]]]:
    """What the readings of each paper say, wherever they stand, and how often."""
    cells = {name: _plain(readings[name]) for name in ("quantity", "benchmark", "split", "row_label", "own")}
    cells["own"] = [{"true": True, "false": False}.get(cell, cell) for cell in cells["own"]]
    found: defaultdict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for paper, value, *rest in zip(readings["paper_id"], readings["value"], *cells.values(), strict=True):
        found[paper][(str(float(value)), *("" if cell is None else str(cell) for cell in rest))] += 1
    return dict(found)


def _check_kept(
    check: Check, statuses: pd.DataFrame, readings: pd.DataFrame, snapshot: pd.DataFrame, kept: pd.DataFrame
) -> None:
    """Papers that were not read are as the snapshot has them, with all their readings."""
    papers = statuses.loc[statuses["change"] == "kept", "paper_id"]
    for name, found, written, key in (
        ("paper_statuses", statuses, snapshot, "paper_id"),
        ("readings", readings, kept, "reading_id"),
    ):
        columns = ["paper_id", "status", "sha256"] if key == "paper_id" else [key, "page", "value", "raw", "paper_id"]
        wanted = written.loc[written["paper_id"].isin(papers), columns]
        wanted = wanted.assign(**{name: wanted[name].astype(float) for name in ("page", "value") if name in columns})
        check.equal(f"processed/{name}.parquet", found.loc[found["paper_id"].isin(papers), columns], wanted, [key])


def _check_accounts(
    check: Check, statuses: pd.DataFrame, readings: pd.DataFrame, accounts: pd.DataFrame, kept: pd.DataFrame
) -> None:
    """Accounts of tables: of papers not read as the snapshot has them; each adds up, and counts its readings."""
    place, columns = "processed/tables.parquet", ["table_id", "paper_id", "n_numbers", "n_read", "n_unexplained"]
    unread = statuses.loc[statuses["change"] == "kept", "paper_id"]
    wanted = kept.loc[kept["paper_id"].isin(unread), columns]
    wanted = wanted.assign(**{name: wanted[name].astype(float) for name in columns[2:]})
    check.equal(place, accounts.loc[accounts["paper_id"].isin(unread), columns], wanted, ["table_id"])
    left = accounts["reasons"].fillna("").map(lambda text: sum(int(n) for n in re.findall(r": (\d+)", text)))
    left = left.astype("int64")  # of no rows, still text
    whole = accounts["n_read"] + left + accounts["n_unexplained"]
    for table, counted in zip(accounts.itertuples(), whole, strict=True):
        check.items += 1
        if counted < table.n_numbers:
            check.fail(place, f"table_id={table.table_id}", f"has {table.n_numbers} numbers, accounts for {counted}")
    told = accounts.groupby("paper_id")["n_read"].sum()
    printed = readings[(readings["quantity"] == "perplexity") & (readings["source"] == "table")]
    for paper, n in printed.groupby("paper_id").size().items():
        check.items += 1
        # a cell may hold several values, and no cell is read without giving one
        if told.get(paper, 0) > n or told.get(paper, 0) == 0:
            check.fail(place, f"paper_id={paper}", f"counts {told.get(paper, 0)} cells read, of which {n} are readings")


def _check_files(check: Check, statuses: pd.DataFrame, files: pd.DataFrame) -> None:
    """Each paper was read from the file of its status; of other files at hand nothing was taken."""
    place, columns = "processed/paper_files.parquet", ["file", "paper_id", "status", "sha256"]
    read = statuses.dropna(subset=["file"])
    chosen = files["file"].isin(read["file"])
    check.equal(place, files.loc[chosen, columns], read[columns], ["file"])
    for file in files[~chosen].itertuples():
        check.items += 1
        if file.paper_id not in set(statuses["paper_id"]):
            check.fail(place, f"file={file.file}", "is of no paper of paper_statuses")
        elif file.status in ("read", "no_tables"):
            check.fail(place, f"file={file.file}", "was read, but no paper has its readings")


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
