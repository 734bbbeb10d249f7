"""Many PDFs, each in a process with limits, so that none can end the run.

In: PDF files. Out: readings, one status a file and an account of each table (schemas READINGS, READ_FILES, TABLES), the
same for any number of jobs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pebble import ProcessFuture

from lmprogress.core.schemas import table
from lmprogress.core.settings import ReadingLimits
from lmprogress.core.settings_reading import ReadingVocabulary
from lmprogress.reading.identity import SAYS
from lmprogress.reading.kept_papers import KeptPapers
from lmprogress.reading.limited import Ended, LimitedPool
from lmprogress.reading.paper import read_paper
from lmprogress.reading.papers_at_hand import PdfFile

_NO_DIGEST = "0" * 64  # of a file that cannot be opened, and so gives no readings
# rows of table `readings`, of table `tables`, and a status; no rows at all where the reading was ended from outside
Outcome = tuple[list[dict[str, Any]] | None, list[dict[str, Any]], dict[str, Any]]


def read_corpus(
    files: Sequence[PdfFile],
    vocabulary: ReadingVocabulary,
    limits: ReadingLimits,
    *,
    jobs: int = 1,
    kept: KeptPapers | None = None,
    told: Callable[[dict[str, Any]], None] = lambda status: None,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Read each file; `told` hears each status as it comes, in the order of `files`.

    A file that goes over `limits`, or ends its process, costs one status. Frames after READINGS, READ_FILES and TABLES.
    Which paper a file is does not matter here: paper_id of its readings is the digest of the PDF, and files of the same
    bytes give the same readings, once.

    What `kept` holds of a PDF is not read again; what the reader says of the others is kept. How a reading was ended is
    not: another machine, or one with more memory to give, may read that file, which is tried again with its batch.
    """
    readings: list[dict[str, Any]] = []
    accounts: list[dict[str, Any]] = []
    statuses: list[dict[str, Any]] = []
    with LimitedPool(limits, jobs) as pool:
        begun: list[tuple[PdfFile, dict[str, Any], Outcome | ProcessFuture]] = []
        for file in files:
            identity = _identity(file.path)
            held = kept.find(identity["sha256"]) if kept else None
            task = (file.path, identity["sha256"] or _NO_DIGEST, vocabulary)
            begun.append((file, identity, held or pool.begin(_read, *task)))
        for file, identity, outcome in begun:
            rows: list[dict[str, Any]] | None
            if isinstance(outcome, tuple):
                rows, account, status = outcome
            else:
                rows, account, status = _outcome(pool, outcome)
                if rows is None:  # the second reader may have ended it, which is no reason to lose what the first reads
                    alone = pool.begin(_read, file.path, identity["sha256"] or _NO_DIGEST, vocabulary, False)
                    rows, account, status = _outcome(pool, alone)
                # nothing is kept of a file that could not be opened, or changed while it was read
                if kept and rows is not None and identity["sha256"] and identity == _identity(file.path):
                    kept.keep(identity["sha256"], rows, account, status)
            readings += rows or []
            accounts += account
            statuses.append({"file": file.name, **identity, **dict.fromkeys(SAYS), **status})
            told(statuses[-1])
    read = pd.DataFrame(readings, columns=_columns("readings")).drop_duplicates("reading_id")
    accounted = pd.DataFrame(accounts, columns=_columns("tables")).drop_duplicates("table_id")
    return (
        table("readings").checked(read, "the readings"),
        table("read_files").checked(pd.DataFrame(statuses, columns=_columns("read_files")), "the statuses"),
        table("tables").checked(accounted, "the account of tables"),
    )


def _read(path: Path, sha256: str, vocabulary: ReadingVocabulary, again: bool = True) -> Outcome:
    result = read_paper(path, sha256, vocabulary, again=again)
    status = {
        "status": result.status,
        "detail": result.detail,
        "n_pages": result.n_pages,
        "n_pages_read": result.n_pages_read,
        "n_readings": len(result.readings),
        **result.says,
    }
    return result.readings, result.tables, status


def _outcome(pool: LimitedPool, task: ProcessFuture) -> Outcome:
    """What a reading came to."""
    try:
        outcome: Outcome = pool.result(task)
        return outcome
    except Ended as end:
        return None, [], {
            "status": end.status, "detail": end.detail, "n_pages": None, "n_pages_read": None, "n_readings": 0,
        }  # fmt: skip


def _identity(path: Path) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while block := file.read(2**20):
                digest.update(block)
                size += len(block)
    except OSError:  # the status says why
        return {"sha256": None, "bytes": None}
    return {"sha256": digest.hexdigest(), "bytes": size}


def _columns(name: str) -> list[str]:
    return [column.name for column in table(name).columns]
