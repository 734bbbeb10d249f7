"""Papers that may hold results on the benchmarks: a search of arXiv, and lists that people have.

In: settings, a period; identifiers, addresses and titles. Out: rows of table `discoveries`, each with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.schemas import table
from lmprogress.core.settings import Discovery, Retrieval
from lmprogress.reading.system_names import slug
from lmprogress.retrieving import arxiv
from lmprogress.retrieving.arxiv import Entry, Feed, PaperFacts
from lmprogress.retrieving.fetching import Fetcher
from lmprogress.retrieving.manifest import row_of_paper
from lmprogress.retrieving.named_papers import NamedPaper

SEARCH = "search"
_PER_LIST = 100  # identifiers per request: the address stays short

Row = dict[Any, Any]


class SearchStopped(Exception):
    """The interface was not to be had; what was found before stays."""


@dataclass(frozen=True)
class Discoverer:
    """Asks arXiv's interface, one page at a time."""

    discovery: Discovery
    retrieval: Retrieval
    fetcher: Fetcher

    def search(self, since: str, until: str) -> Iterator[list[Row]]:
        """Papers submitted from `since` to `until` (ISO dates, both included), the earliest first, page by page.

        Raises SearchStopped.
        """
        start, total = 0, 1
        while start < total:
            settings = self.discovery
            feed = self._asked(
                arxiv.search_address(
                    self.retrieval.arxiv_interface,
                    settings.categories,
                    settings.words,
                    since,
                    until,
                    start,
                    settings.papers_per_request,
                ),
                least=start,
            )
            start, total = start + len(feed.entries), feed.total
            rows = [_row(entry, found, SEARCH) for entry in feed.entries if (found := self._words(entry))]
            yield rows
            if not feed.entries:
                return

    def named(self, papers: Sequence[NamedPaper], place: str) -> Iterator[list[Row]]:
        """The same for papers that a file called `place` names, each once; those without identifier come last."""
        by_id = {paper.arxiv_id: paper for paper in papers if paper.arxiv_id}
        for first in range(0, len(by_id), _PER_LIST):
            asked = list(by_id)[first : first + _PER_LIST]
            feed = self._asked(arxiv.papers_address(self.retrieval.arxiv_interface, asked))
            found = {str(entry.facts.arxiv_id): entry for entry in feed.entries}
            yield [
                _row(found[name], _reason(by_id[name], self._words(found[name])), place)
                if name in found
                else _unknown(by_id[name], place)
                for name in asked
            ]
        yield [
            {
                "paper": paper.url or paper.title,
                "status": "candidate" if paper.url else "no_identifier",
                "title": paper.title,
                "publication_date": paper.date,
                "version": None,
                "reason": paper.place,
                "found_by": place,
            }
            for paper in papers
            if not paper.arxiv_id
        ]

    def _asked(self, address: str, least: int | None = None) -> Feed:
        """The interface's answer; an empty page before the end of the results, which it gives at times, is none."""

        def problem(content: bytes) -> str | None:
            wrong = arxiv.feed_problem(content)
            if wrong or least is None:
                return wrong
            feed = arxiv.read_feed(content)
            return "wrong_content" if not feed.entries and feed.total > least else None

        fetched = self.fetcher.fetch(address, problem)
        if fetched.status != "retrieved":
            raise SearchStopped(f"{fetched.status} ({fetched.detail})")
        return arxiv.read_feed(fetched.content)

    def _words(self, entry: Entry) -> str | None:
        """Which of the settings' words title and abstract have; None where they have none."""
        parts = (("title", entry.facts.title or ""), ("abstract", entry.abstract))
        told = []
        for name, text in parts:
            # arXiv's abstracts break words and lines as TeX does
            plain = re.sub(r"[\s-]+", " ", text.casefold())
            found = [word for word in self.discovery.words if re.search(rf"\b{re.escape(word.casefold())}", plain)]
            if found:
                told.append(f"{name}: {', '.join(found)}")
        return "; ".join(told) or None


def _row(entry: Entry, reason: str, place: str) -> Row:
    version = entry.pinned
    if entry.withdrawn and version:
        reason += f"; version {entry.facts.version} is withdrawn"
    return {
        "paper": entry.facts.arxiv_id,
        "status": "withdrawn" if entry.withdrawn and not version else "candidate",
        "title": entry.facts.title,
        "publication_date": entry.facts.date,
        "version": version,
        "reason": reason,
        "found_by": place,
    }


def _unknown(paper: NamedPaper, place: str) -> Row:
    row = {"paper": paper.arxiv_id, "status": "not_found", "title": paper.title, "publication_date": None}
    return {**row, "version": None, "reason": paper.place, "found_by": place}


def _reason(paper: NamedPaper, words: str | None) -> str:
    return f"{paper.place}; {words}" if words else paper.place


def merged(discoveries: pd.DataFrame, rows: Sequence[Row], manifest: pd.DataFrame) -> pd.DataFrame:
    """`discoveries` with `rows`, of each paper the first; which of them `manifest` has (schema DISCOVERIES)."""
    first: dict[str, Row] = {}
    for row in [*tables.to_rows(discoveries), *rows]:
        first.setdefault(str(row["paper"]), dict(row))
    for found in first.values():
        if found["status"] in ("candidate", "no_identifier", "in_manifest") and _stands(manifest, found):
            found["status"] = "in_manifest"
    return table("discoveries").checked(tables.of_rows(list(first.values()), "discoveries"), "the papers found")


def _stands(manifest: pd.DataFrame, row: Mapping[Any, Any]) -> bool:
    paper = str(row["paper"])
    asked = {"arxiv_id": arxiv.identifier(paper), "url": paper if "://" in paper else None, "title": row["title"]}
    return row_of_paper(manifest, asked) is not None


def to_fetch(discoveries: pd.DataFrame) -> pd.DataFrame:
    """The candidates that have an identifier or an address, as a manifest (columns of PAPERS)."""
    held = discoveries[discoveries["status"] == "candidate"].astype(object)
    arxiv_ids = held["paper"].map(arxiv.identifier)
    return pd.DataFrame(
        {
            "paper_id": [
                name.replace("/", "-") if name else slug(paper)
                for name, paper in zip(arxiv_ids, held["paper"], strict=True)
            ],
            "arxiv_id": arxiv_ids,
            "url": held["paper"].where(arxiv_ids.isna(), None),
            "version": held["version"],
            "sha256": None,
        }
    )


def read_discoveries(path: Path) -> pd.DataFrame:
    """The papers found so far; none where there is no such file. Raises InputError."""
    return tables.read_csv(path, "discoveries") if path.is_file() else tables.empty("discoveries")


def searched_until(discoveries: pd.DataFrame) -> str | None:
    """The day of the latest paper that the search has found: where it goes on."""
    dates = discoveries.loc[discoveries["found_by"] == SEARCH, "publication_date"].dropna()
    return str(dates.max()) if len(dates) else None


def known_facts(discoveries: pd.DataFrame) -> dict[str, PaperFacts]:
    """What arXiv told of each paper that may be added, by its identifier."""
    rows = tables.to_rows(discoveries)
    return {
        row["paper"]: PaperFacts(row["paper"], row["title"], row["publication_date"], row["version"])
        for row in rows
        if row["status"] in ("candidate", "in_manifest") and row["version"]
    }
