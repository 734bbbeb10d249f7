"""Many papers, each in a process with a limit on time and memory, so that none can end the run.

In: PDF files. Out: readings and one status a paper (schemas READINGS, PAPER_STATUSES), the same for any number of jobs.
"""

from __future__ import annotations

import hashlib
import resource
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from pathlib import Path
from typing import Any

import pandas as pd
from pebble import ProcessExpired, ProcessPool

from lmprogress.keeping.schemas import table
from lmprogress.keeping.settings import ReadingLimits
from lmprogress.keeping.settings_reading import ReadingVocabulary
from lmprogress.reading.paper import read_paper
from lmprogress.reading.papers_at_hand import Paper


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
    with ProcessPool(max_workers=jobs, initializer=limit_memory, initargs=(limits.megabytes,)) as pool:
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
                if error.exitcode == -signal.SIGABRT:  # how the PDF library ends when it gets no more memory
                    status = _failed("out_of_memory", f"needed more than {limits.megabytes} MB")
                else:
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


def limit_memory(megabytes: int) -> None:
    """Limit what this process may take beyond the address space that it starts with, which is that of its parent."""
    statm = Path("/proc/self/statm")
    at_start = int(statm.read_text(encoding="ascii").split()[0]) * resource.getpagesize() if statm.exists() else 0
    most = at_start + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


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
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while block := file.read(2**20):
                digest.update(block)
                size += len(block)
    except OSError:  # the status says why
        return {"sha256": None, "bytes": None}
    return {"sha256": digest.hexdigest(), "bytes": size}


def _status_columns() -> list[str]:
    return [column.name for column in table("paper_statuses").columns]
