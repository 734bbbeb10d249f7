"""Many papers, each in a process with a limit on time and memory, so that none can end the run.

In: PDF files. Out: readings and one status a paper (schemas READINGS, PAPER_STATUSES), the same for any number of jobs.
"""

from __future__ import annotations

import hashlib
import re
import resource
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pebble import ProcessExpired, ProcessPool

from lmprogress.keeping.errors import InputError
from lmprogress.keeping.schemas import table
from lmprogress.keeping.settings import ReadingLimits
from lmprogress.keeping.settings_reading import ReadingVocabulary
from lmprogress.reading.paper import read_paper

_VERSION = re.compile(r"v\d+$")
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Paper:
    """A PDF at hand and the paper that it is."""

    paper_id: str
    path: Path


def find_papers(places: Iterable[str | Path]) -> list[Paper]:
    """The PDF files named, and those in the folders named, by paper_id: the file's name without version and ending.

    Raises InputError where a place does not exist, a folder holds no PDF, or two files are the same paper.
    """
    found: dict[str, Path] = {}
    for place in map(Path, places):
        if not place.exists():
            raise InputError("does not exist", file=str(place), remedy="name a PDF file or a folder of them")
        files = sorted(place.glob("*.pdf")) if place.is_dir() else [place]
        if not files:
            raise InputError("holds no file *.pdf", file=str(place), remedy="put the papers there, <arXiv id>.pdf")
        for path in files:
            paper_id = _VERSION.sub("", path.name.removesuffix(".pdf"))
            if not _SAFE.fullmatch(paper_id):
                raise InputError(
                    "this file name cannot be a paper's identifier",
                    file=str(path),
                    remedy="rename it to <arXiv id>.pdf, or to letters, digits, '.', '_' and '-'",
                )
            if paper_id in found:
                raise InputError(
                    f"is the same paper as {found[paper_id]}", file=str(path), remedy="keep one of the two files"
                )
            found[paper_id] = path
    return [Paper(paper_id, found[paper_id]) for paper_id in sorted(found)]


def deal(papers: Sequence[Paper], batches: int) -> dict[int, list[Paper]]:
    """Deal papers to batches by a digest of their identifier, so that a new paper touches one batch alone."""
    dealt: dict[int, list[Paper]] = {}
    for paper in papers:
        number = int.from_bytes(hashlib.sha256(paper.paper_id.encode()).digest()[:8], "big") % batches
        dealt.setdefault(number, []).append(paper)
    return dict(sorted(dealt.items()))


def read_corpus(
    papers: Sequence[Paper],
    vocabulary: ReadingVocabulary,
    limits: ReadingLimits,
    *,
    jobs: int = 1,
    told: Callable[[dict[str, Any]], None] = lambda status: None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read each paper; `told` hears each status as it comes, in the order of `papers`.

    A paper that takes longer than limits.seconds, more memory than limits.megabytes, or the process with it, costs
    one status. Frames after schemas READINGS and PAPER_STATUSES.
    """
    readings: list[pd.DataFrame] = []
    statuses: list[dict[str, Any]] = []
    with ProcessPool(max_workers=jobs, initializer=_limit_memory, initargs=(limits.megabytes,)) as pool:
        futures = [pool.schedule(_read, (paper, vocabulary), timeout=limits.seconds) for paper in papers]
        for paper, future in zip(papers, futures, strict=True):
            try:
                found, status = future.result()
                readings.append(found)
            except FutureTimeoutError:
                status = _failed("timeout", f"took longer than {limits.seconds:g} s")
            except MemoryError:
                status = _failed("out_of_memory", f"needed more than {limits.megabytes} MB")
            except ProcessExpired as error:
                status = _failed("damaged", f"ended the process that read it (exit code {error.exitcode})")
            status = {"paper_id": paper.paper_id, **_identity(paper.path), **status}
            statuses.append(status)
            told(status)
    columns = [column.name for column in table("readings").columns]
    filled = [frame for frame in readings if len(frame)]
    together = pd.concat(filled) if filled else pd.DataFrame(columns=columns)
    return (
        table("readings").checked(together[columns], "the readings"),
        table("paper_statuses").checked(pd.DataFrame(statuses, columns=_status_columns()), "the statuses"),
    )


def _limit_memory(megabytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))


def _read(paper: Paper, vocabulary: ReadingVocabulary) -> tuple[pd.DataFrame, dict[str, Any]]:
    result = read_paper(paper.path, paper.paper_id, vocabulary)
    status = {
        "status": result.status,
        "detail": result.detail,
        "n_pages": result.n_pages,
        "n_pages_read": result.n_pages_read,
        "n_readings": len(result.readings),
    }
    return pd.DataFrame(result.readings), status


def _failed(status: str, detail: str) -> dict[str, Any]:
    return {"status": status, "detail": detail, "n_pages": None, "n_pages_read": None, "n_readings": 0}


def _identity(path: Path) -> dict[str, Any]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(2**20):
            digest.update(block)
    return {"sha256": digest.hexdigest(), "bytes": path.stat().st_size}


def _status_columns() -> list[str]:
    return [column.name for column in table("paper_statuses").columns]
