"""The PDFs of the manifest, fetched one after another where they are not at hand.

In: papers (schema PAPERS), a folder. Out: <paper_id>.pdf in the folder, one status a paper (schema RETRIEVALS).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from lmprogress.core.file_digest import file_digest
from lmprogress.core.replacing import replacing
from lmprogress.core.schemas import table
from lmprogress.core.settings import Retrieval
from lmprogress.retrieving.arxiv import feed_problem, identifier, papers_address, read_feed
from lmprogress.retrieving.fetching import Fetched, Fetcher, pdf_problem

_MOST_SILENT = 3  # papers in a row that a host may fail before it is taken to be out of reach
# how arXiv answers for a version that was withdrawn
_NO_SUCH_VERSION = ("not_found", "wrong_content")
_SILENT = ("unreachable", "timeout", "too_many_requests", "server_error")


def retrieve(
    papers: pd.DataFrame,
    folder: Path,
    settings: Retrieval,
    fetcher: Fetcher,
    told: Callable[[dict[str, Any]], None] = lambda status: None,
) -> pd.DataFrame:
    """Fetch what is missing in `folder`; `told` hears each status as it comes.

    A file appears whole or not at all; what an interrupted run left is removed. A host that fails several papers in a
    row is not asked for the rest. A withdrawn version of arXiv's is replaced by the latest before it that has a PDF.
    A file that is not the pinned one is kept, with status changed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for rest in folder.glob(".*.pdf.*"):
        rest.unlink()
    failures: Counter[str] = Counter()
    statuses = []
    for paper in papers.to_dict("records"):
        url = _address(paper, settings)
        path = folder / f"{paper['paper_id']}.pdf"
        if path.exists():
            fetched = Fetched("at_hand")
        elif url is None:
            fetched = Fetched("no_address")
        else:
            host = urlsplit(url).netloc
            if failures[host] >= _MOST_SILENT:
                fetched = Fetched("not_tried", f"{host} failed {_MOST_SILENT} papers in a row")
            else:
                fetched = fetcher.fetch(url, pdf_problem)
                if fetched.status in _NO_SUCH_VERSION:
                    fetched = _version_before(paper, settings, fetcher) or fetched
                failures[host] = failures[host] + 1 if fetched.status in _SILENT else 0
            if fetched.status == "retrieved":
                with replacing(path) as temporary:
                    temporary.write_bytes(fetched.content)
        digest = file_digest(path) if path.exists() else None
        if digest and isinstance(paper["sha256"], str) and paper["sha256"] != digest:
            pinned = f"not the pinned file, {paper['sha256'][:12]}…"
            fetched = Fetched("changed", f"{fetched.detail}; {pinned}" if fetched.detail else pinned)
        status = {
            "paper_id": paper["paper_id"],
            "status": fetched.status,
            "detail": fetched.detail,
            "url": url,
            "sha256": digest,
            "bytes": path.stat().st_size if path.exists() else None,
        }
        statuses.append(status)
        told(status)
    columns = [column.name for column in table("retrievals").columns]
    return table("retrievals").checked(pd.DataFrame(statuses, columns=columns), "the retrievals")


def _version_before(paper: dict[Any, Any], settings: Retrieval, fetcher: Fetcher) -> Fetched | None:
    """The latest version of a paper before the one that has no PDF; None where there is none, or arXiv does not say."""
    arxiv_id = paper["arxiv_id"] if isinstance(paper["arxiv_id"], str) else identifier(str(paper["url"]))
    if arxiv_id is None:
        return None
    if pd.notna(paper["version"]):
        latest = int(paper["version"])
    else:
        told = fetcher.fetch(papers_address(settings.arxiv_interface, [arxiv_id]), feed_problem)
        entries = read_feed(told.content).entries if told.status == "retrieved" else ()
        latest = next((entry.facts.version or 0 for entry in entries if entry.facts.arxiv_id == arxiv_id), 0)
    for version in range(latest - 1, 0, -1):
        fetched = fetcher.fetch(f"{settings.arxiv_pdfs}{arxiv_id}v{version}", pdf_problem)
        if fetched.status == "retrieved":
            return replace(fetched, detail=f"version {latest} has no PDF: version {version}")
        if fetched.status not in _NO_SUCH_VERSION:
            return fetched
    return None


def _address(paper: dict[Any, Any], settings: Retrieval) -> str | None:
    """Where the PDF should be: arXiv's, where the paper is there; else the paper's own address."""
    url = paper["url"] if isinstance(paper["url"], str) else None
    arxiv_id = paper["arxiv_id"] if isinstance(paper["arxiv_id"], str) else identifier(url or "")
    if arxiv_id:
        return settings.arxiv_pdfs + arxiv_id + (f"v{paper['version']}" if pd.notna(paper["version"]) else "")
    return re.sub(r"#.*", "", url) if url else None
