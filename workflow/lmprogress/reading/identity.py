"""Which paper a PDF is: by its digest, by what it says of itself, and by its file's name in the last resort.

In: a PDF; the manifest and the papers of the snapshot. Out: an identifier, how it is known, and what contradicts it.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any, NamedTuple

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.dates import decimal_year
from lmprogress.reading.dates import identified, stamped
from lmprogress.reading.pdf import Document
from lmprogress.reading.system_names import slug
from lmprogress.reading.text import plain

# what `described` gives, all empty for a PDF that cannot be opened
SAYS = ("stamp", "stamp_version", "stamp_date", "dois", "title", "first_lines", "width", "height")

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>\[\]{}|\\^`]+")
_AFTER_DOI = ".,;:)*†‡"
# in a file's name the slash of an identifier of the old scheme is a hyphen
_OLD = r"(?:cs|cmp-lg|math|stat|physics|cond-mat|quant-ph|q-bio)(?:\.[A-Z]{2})?"
_ARXIV_ID = re.compile(rf"(?<![\w.])(?:(\d{{4}}\.\d{{4,5}})|({_OLD})[/-](\d{{7}}))(?:v\d+)?(?!\d)")
_VERSION = re.compile(r"v\d+$")
_ENDING = re.compile(r"\.pdf$", re.IGNORECASE)
# what stands above a title
_RUNNING_HEAD = re.compile(
    r"\b(?:under review|published|accepted|proceedings|preprint|conference|journal|workshop)\b", re.I
)
# a title stands on so many of the first lines at most, among so many lines
_TITLE_LINES, _FIRST_LINES = 5, 25
# letters and digits; a shorter title may be any heading
_SHORTEST_TITLE = 10


def described(document: Document) -> dict[str, Any]:
    """What page 1 and the metadata of a PDF say of the paper that it is: the values of SAYS."""
    text = document.text(0) if document.n_pages else ""
    stamp = stamped(text)
    lines = [line for line in (plain(line)[:200] for line in text.splitlines()) if line]
    width, height = document.size(0) if document.n_pages else (None, None)
    dois = dict.fromkeys(match[0].rstrip(_AFTER_DOI) for match in _DOI.finditer(text))
    return {
        "stamp": stamp.identifier if stamp else None,
        "stamp_version": stamp.version if stamp else None,
        "stamp_date": stamp.day.isoformat() if stamp else None,
        "dois": " ".join(dois) or None,
        "title": plain(document.title())[:500] or None,
        "first_lines": "\n".join(lines[:_FIRST_LINES]) or None,
        "width": width,
        "height": height,
    }


class Identity(NamedTuple):
    """A paper, how it is known (`identified_by` of PAPER_FILES), its arXiv identifier, and what contradicts it."""

    paper_id: str
    by: str
    arxiv_id: str | None
    notes: tuple[str, ...]


class KnownPapers:
    """The papers of the manifest (schema PAPERS) and of the snapshot (schema PAPER_STATUSES), ways to find each."""

    def __init__(self, manifest: pd.DataFrame, snapshot: pd.DataFrame, today: datetime.date | None = None) -> None:
        self._today = today or datetime.date.today()
        rows = tables.to_rows(manifest)
        self._rows = {str(row["paper_id"]): row for row in rows}
        self._by_arxiv = {row["arxiv_id"]: name for name, row in self._rows.items() if row["arxiv_id"]}
        self._by_title = _only((_bare(str(row["title"])), name) for name, row in self._rows.items())
        self._urls = {name: str(row["url"]).lower() for name, row in self._rows.items() if row["url"]}
        digested = snapshot.dropna(subset=["sha256"])
        self._by_digest = _only(zip(digested["sha256"], digested["paper_id"], strict=True))
        self._names = {*self._rows, *snapshot["paper_id"]}

    def identify(self, file: Mapping[str, Any]) -> Identity:
        """The paper of a row of table `read_files`; of no name in a run of its own, a new one from title and digest."""
        stem = _VERSION.sub("", _ENDING.sub("", PurePath(str(file["file"])).name))
        said = None if _empty(file["stamp"]) else str(file["stamp"])
        named, notes = self._named(stem)
        stamp = said if said and not self.to_come(said) else None
        if said and not stamp:
            notes.append(f"the month of its arXiv stamp, {said}, is in the future")
        paper_id, by = self._found(file, stamp, stem, named)
        arxiv_id = self._arxiv_id(paper_id) or stamp
        if stamp and arxiv_id and stamp != arxiv_id:
            notes.append(f"its arXiv stamp says {stamp}")
        if named and arxiv_id and named != arxiv_id:
            notes.append(f"its name says {named}" + (f", its arXiv stamp {stamp}" if stamp == arxiv_id else ""))
        return Identity(paper_id, by, arxiv_id, tuple(notes))

    def to_come(self, arxiv_id: str) -> bool:
        """Whether the month of an arXiv identifier is in the future."""
        year = identified(arxiv_id)
        return year is not None and year > decimal_year(self._today)

    def by_content(self, file: Mapping[str, Any]) -> tuple[str, str] | None:
        """The paper of the manifest whose DOI or title a file prints, and which of the two."""
        dois = [] if _empty(file["dois"]) else str(file["dois"]).lower().split()
        matched = {name for doi in dois for name, url in self._urls.items() if _same_doi(doi, url)}
        if len(matched) == 1:
            return matched.pop(), "doi"
        matched = {self._by_title[title] for title in _titles(file) if title in self._by_title}
        return (matched.pop(), "title") if len(matched) == 1 else None

    def _found(self, file: Mapping[str, Any], stamp: str | None, stem: str, named: str | None) -> tuple[str, str]:
        if not _empty(file["sha256"]) and file["sha256"] in self._by_digest:
            return self._by_digest[str(file["sha256"])], "digest"
        if stamp and stamp in self._by_arxiv:
            return self._by_arxiv[stamp], "stamp"
        # with a stamp, a preprint that the manifest lists by another address alone
        if (content := self.by_content(file)) and not (stamp and self._arxiv_id(content[0])):
            return content
        if stamp:
            return stamp.replace("/", "-"), "stamp"
        # `add` forms an identifier of the file's name in the same way
        for name in (stem, slug(stem)):
            if name in self._names:
                return name, "name"
        if named:
            return self._by_arxiv.get(named, named.replace("/", "-")), "name"
        digest = str(file["sha256"] if not _empty(file["sha256"]) else hashlib.sha256(stem.encode()).hexdigest())
        lines = [line for line in _lines(file) if not _RUNNING_HEAD.search(line)]
        title = next((t for t in (file["title"], *lines) if not _empty(t) and re.search("[A-Za-z]{3}", t)), None)
        return f"{slug(str(title))[:48].strip('-.') if title else 'paper'}-{digest[:8]}", "content"

    def _named(self, stem: str) -> tuple[str | None, list[str]]:
        """The one arXiv identifier in a file's name, and what is wrong with it."""
        names = _arxiv_ids(stem)
        late = sorted(filter(self.to_come, names))
        notes = [f"the month of {name}, in its name, is in the future" for name in late]
        names -= set(late)
        return (names.pop() if len(names) == 1 else None), notes

    def _arxiv_id(self, paper_id: str) -> str | None:
        row = self._rows.get(paper_id)
        if row and row["arxiv_id"]:
            return str(row["arxiv_id"])
        return next((name for name in _arxiv_ids(paper_id) if name.replace("/", "-") == paper_id), None)


def _arxiv_ids(text: str) -> set[str]:
    found = {match[1] or f"{match[2]}/{match[3]}" for match in _ARXIV_ID.finditer(text)}
    return {name for name in found if identified(name) is not None}


def _only(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The pairs whose first is there once."""
    found: dict[str, set[str]] = {}
    for key, name in pairs:
        found.setdefault(key, set()).add(name)
    return {key: names.pop() for key, names in found.items() if len(names) == 1}


def _titles(file: Mapping[str, Any]) -> set[str]:
    """What may be the title: that of the metadata, and each few of the first lines, in bare letters."""
    lines = _lines(file)
    candidates = [] if _empty(file["title"]) else [str(file["title"])]
    for first in range(len(lines)):
        for last in range(first + 1, min(first + _TITLE_LINES, len(lines)) + 1):
            candidates.append("".join(lines[first:last]))
    return {title for title in map(_bare, candidates) if len(title) >= _SHORTEST_TITLE}


def _lines(file: Mapping[str, Any]) -> list[str]:
    return [] if _empty(file["first_lines"]) else str(file["first_lines"]).split("\n")


def _bare(title: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", title)).casefold()


def _same_doi(doi: str, url: str) -> bool:
    """Whether an address is that of a DOI: it holds it, or ends as it does (aclanthology.org/P15-1151)."""
    if re.search(re.escape(doi) + r"(?![\w.-])", url):
        return True
    last = doi.rsplit("/", 1)[-1]
    return (
        len(last) >= 6 and any(c.isdigit() for c in last) and url.rstrip("/").removesuffix(".pdf").endswith(f"/{last}")
    )


def _empty(value: object) -> bool:
    return value is None or value is pd.NA or value != value
