"""Files become papers: those at hand are told apart and added to the readings that are kept.

In: what was read in each file; the snapshot; the manifest. Out: readings, one status a paper, one row a file, accounts
of tables.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any, NamedTuple

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.schemas import table
from lmprogress.core.schemas.reading import READ
from lmprogress.core.schemas.shared import PAPER_ID
from lmprogress.reading.dates import identifier_row
from lmprogress.reading.identity import Identity, KnownPapers
from lmprogress.reading.paper import name_rows
from lmprogress.reading.pdf import Box

_DIGITS = 64  # of a digest, under which readings come
# what a reading says, wherever it stands: a replaced PDF may have other pages
_SAYS = ["paper_id", "quantity", "value", "benchmark", "split", "row_label", "own"]

Row = dict[str, Any]


class Snapshot(NamedTuple):
    """Readings, statuses and accounts of tables that are kept (schemas READINGS, PAPER_STATUSES and TABLES)."""

    readings: pd.DataFrame
    paper_statuses: pd.DataFrame
    tables: pd.DataFrame


class Gathered(NamedTuple):
    """Schemas READINGS, PAPER_STATUSES, PAPER_FILES and TABLES."""

    readings: pd.DataFrame
    paper_statuses: pd.DataFrame
    paper_files: pd.DataFrame
    tables: pd.DataFrame


def no_snapshot() -> Snapshot:
    """A snapshot of no paper."""
    return Snapshot(*(tables.empty(name) for name in Snapshot._fields))


def gather(
    readings: pd.DataFrame,
    files: pd.DataFrame,
    accounts: pd.DataFrame,
    snapshot: Snapshot,
    manifest: pd.DataFrame,
    *,
    only: bool,
    confidence: float,
    today: datetime.date | None = None,
) -> Gathered:
    """The papers of `files` (schema READ_FILES) with `readings` and `accounts` of tables (READINGS and TABLES, by PDF
    digests), and those kept.

    The snapshot's readings serve for a paper that is not at hand, or whose file cannot be read; with `only`, for none.
    Of several files of one paper one is read: that of the snapshot, else one that can be read, else the latest version
    by arXiv's stamp, else the first by name. `confidence`: of a date by an identifier that page 1 does not print.
    """
    today = today or datetime.date.today()
    known = KnownPapers(manifest, snapshot.paper_statuses, today)
    before = {str(row["paper_id"]): row for row in tables.to_rows(snapshot.paper_statuses)}
    paper_of, dates, statuses, listed = dict[str, str](), list[Row](), list[Row](), list[Row]()
    for paper_id, found in _papers(files, known, before).items():
        (file, identity), *others = found
        notes = [*identity.notes, *_late_stamp(file, today)]
        listed.append(_listed(file, identity, file["status"], notes))
        for other, its in others:
            same = f"is the same paper as {file['file']}"
            duplicate = other["status"] in READ
            status = "duplicate" if duplicate else other["status"]
            listed.append(_listed(other, its, status, [same, *its.notes] if duplicate else its.notes))
        kept = before.get(paper_id)
        if file["status"] not in READ and not only and kept and kept["status"] in READ:
            statuses.append({**kept, "detail": f"{file['file']} cannot be read ({file['status']})"})
            continue
        paper_of[str(file["sha256"])] = paper_id
        dates += _date_by_identifier(file, identity, known, confidence)
        change = "added" if kept is None else "same" if kept["sha256"] == file["sha256"] else "replaced"
        notes += [f"{other['file']} is the same paper, not read" for other, _ in others]
        shared = ("status", "file", "n_pages", "n_pages_read", "sha256", "bytes")
        statuses.append(
            {"paper_id": paper_id, "change": change, "detail": _joined(file["detail"], *notes)}
            | {name: file[name] for name in shared}
        )
    at_hand = {row["paper_id"] for row in statuses}
    rest = [row for paper_id, row in before.items() if paper_id not in at_hand]
    gone = {"change": "withdrawn", "status": "withdrawn", "n_readings": 0}
    statuses += [{"paper_id": row["paper_id"], **gone} for row in rest] if only else rest
    own = pd.concat([_named(readings, paper_of, "reading_id"), _frame("readings", dates)])
    kept_ids = {row["paper_id"] for row in statuses if row["change"] == "kept"}
    kept_readings, kept_accounts = (
        frame[frame["paper_id"].isin(kept_ids)] for frame in (snapshot.readings, snapshot.tables)
    )
    accounted = pd.concat([_named(accounts, paper_of, "table_id"), kept_accounts])
    return Gathered(
        table("readings").checked(pd.concat([own, kept_readings]), "the readings"),
        table("paper_statuses").checked(_counted(_frame("paper_statuses", statuses), own, snapshot.readings), "papers"),
        table("paper_files").checked(_frame("paper_files", listed), "the files"),
        table("tables").checked(accounted, "the account of tables"),
    )


def under_file_names(gathered: Gathered) -> Gathered:
    """The same with each paper named after its file, as its user knows it, where that is a legal identifier of its own.

    For a reading outside a run; a status says in `detail` which paper the file was recognised as.
    """
    read = gathered.paper_statuses.dropna(subset=["file"])
    stems = read.set_index("paper_id")["file"].map(lambda file: PurePath(file).stem)
    taken = set(gathered.paper_statuses["paper_id"])
    legal = stems.str.fullmatch(PAPER_ID.pattern) & ~stems.duplicated(keep=False) & ~stems.isin(taken)
    names = stems[legal].to_dict()

    def renamed(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(paper_id=frame["paper_id"].map(lambda each: names.get(each, each)))

    readings, statuses, files, accounts = (renamed(frame) for frame in gathered)

    def ids(new: pd.DataFrame, old: pd.DataFrame, column: str) -> pd.Series:
        ends = [each[len(paper) :] for each, paper in zip(old[column], old["paper_id"], strict=True)]
        return new["paper_id"] + pd.Series(ends, index=new.index, dtype="str")

    was_named = gathered.paper_statuses["paper_id"].isin(list(names))
    notes = ["recognised as " + paper for paper in gathered.paper_statuses.loc[was_named, "paper_id"]]
    details = [
        _joined(None if pd.isna(old) else old, note)
        for old, note in zip(statuses.loc[was_named, "detail"], notes, strict=True)
    ]
    statuses.loc[was_named, "detail"] = pd.Series(details, index=statuses.index[was_named], dtype=object)
    return Gathered(
        table("readings").checked(
            readings.assign(reading_id=ids(readings, gathered.readings, "reading_id")), "the readings"
        ),
        table("paper_statuses").checked(statuses, "papers"),
        table("paper_files").checked(files, "the files"),
        table("tables").checked(
            accounts.assign(table_id=ids(accounts, gathered.tables, "table_id")), "the account of tables"
        ),
    )


def _papers(
    files: pd.DataFrame, known: KnownPapers, before: Mapping[str, Row]
) -> dict[str, list[tuple[Row, Identity]]]:
    """The files of each paper, that which is to be read first."""
    rows = tables.to_rows(files.sort_values("file"))
    identities = [known.identify(row) for row in rows]
    # one copy may have a name that tells what the others' names do not
    told = dict[str, Identity]()
    for row, identity in zip(rows, identities, strict=True):
        if row["status"] in READ and identity.by == "name":
            told.setdefault(row["sha256"], identity)
    papers = defaultdict(list)
    for row, identity in zip(rows, identities, strict=True):
        if identity.by in ("name", "content") and row["status"] in READ and row["sha256"] in told:
            identity = told[row["sha256"]]
        papers[identity.paper_id].append((row, identity))

    def rank(each: tuple[Row, Identity]) -> tuple[Any, ...]:
        row, identity = each
        kept = before.get(identity.paper_id, {}).get("sha256")
        return (row["status"] not in READ, row["sha256"] != kept, -(row["stamp_version"] or 0), row["file"])

    return {paper_id: sorted(found, key=rank) for paper_id, found in sorted(papers.items())}


def _listed(file: Row, identity: Identity, status: str, notes: Iterable[str]) -> Row:
    """The row of table paper_files."""
    row = {"paper_id": identity.paper_id, "identified_by": identity.by, "status": status}
    return (
        row | {name: file[name] for name in ("file", "sha256", "bytes")} | {"detail": _joined(file["detail"], *notes)}
    )


def _late_stamp(file: Row, today: datetime.date) -> list[str]:
    late = file["stamp_date"] is not None and file["stamp_date"] > today.isoformat()
    return ["the date in its arXiv stamp is in the future"] if late else []


def _date_by_identifier(file: Row, identity: Identity, known: KnownPapers, confidence: float) -> list[Row]:
    """The date that an identifier tells of a paper without a stamp; its place is all of page 1."""
    arxiv_id = identity.arxiv_id
    if file["status"] not in READ or file["stamp"] or not arxiv_id or known.to_come(arxiv_id):
        return []
    place = Box(0, 0, file["width"], file["height"])
    rows = [identifier_row(identity.paper_id, place, arxiv_id, confidence)]
    name_rows(rows, identity.paper_id)
    return rows


def _named(rows: pd.DataFrame, paper_of: Mapping[str, str], key: str) -> pd.DataFrame:
    """Those of `rows` whose PDF is read for a paper, under its identifier."""
    chosen = rows[rows["paper_id"].isin(list(paper_of))]
    paper_ids = chosen["paper_id"].map(paper_of)
    return chosen.assign(paper_id=paper_ids, **{key: paper_ids + chosen[key].str.slice(_DIGITS)})


def _counted(statuses: pd.DataFrame, own: pd.DataFrame, kept: pd.DataFrame) -> pd.DataFrame:
    """`statuses` with the readings of each paper that was read, and how they differ from the snapshot's."""
    read = ~statuses["change"].isin(["kept", "withdrawn"])
    counts = own["paper_id"].value_counts()
    statuses.loc[read, "n_readings"] = statuses.loc[read, "paper_id"].map(counts).fillna(0)
    compared = read & (statuses["change"] != "added")
    kept = kept[kept["paper_id"].isin(statuses.loc[compared, "paper_id"])]
    now, then = (_said(frame).value_counts() for frame in (own, kept))
    more = now.sub(then, fill_value=0)
    for column, surplus in (("n_readings_new", more.clip(lower=0)), ("n_readings_gone", (-more).clip(lower=0))):
        by_paper = surplus.groupby(level="paper_id").sum()
        statuses.loc[compared, column] = statuses.loc[compared, "paper_id"].map(by_paper).fillna(0)
    return statuses


def _said(frame: pd.DataFrame) -> pd.DataFrame:
    """What each reading says, as text; a CSV cannot tell an empty text from none."""
    says = frame[_SAYS].astype(object)
    return says.where(says.notna(), "").astype(str)


def _frame(name: str, rows: list[Row]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[column.name for column in table(name).columns], dtype=object)


def _joined(*told: str | None) -> str | None:
    return "; ".join(filter(None, told)) or None
