"""arXiv: its identifiers and addresses, and what its interface says of a paper.

In: an identifier, an address, or an Atom feed. Out: an identifier without version; title and date of publication.
"""

from __future__ import annotations

import datetime
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

_IDENTIFIER = r"[0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7}"
_BARE = re.compile(rf"(?:arxiv:\s*)?({_IDENTIFIER})(?:v\d+)?(?:\.pdf)?", re.IGNORECASE)
_PAGE = re.compile(rf"/(?:abs|pdf|html|format|e-print)/({_IDENTIFIER})(?:v\d+)?(?:\.pdf)?/?")
_VERSION = re.compile(r"v(\d+)$")
_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
_WITHDRAWN = re.compile(r"\bwithdrawn\b", re.IGNORECASE)


@dataclass(frozen=True)
class PaperFacts:
    """What is known of a paper; None where it is not. `date` is ISO, of the first version where arXiv says it."""

    arxiv_id: str | None = None
    title: str | None = None
    date: str | None = None
    version: int | None = None


@dataclass(frozen=True)
class Entry:
    """A paper as the interface tells of it, in its latest version; that may be withdrawn, and then has no PDF."""

    facts: PaperFacts
    abstract: str
    withdrawn: bool

    @property
    def pinned(self) -> int | None:
        """The version that has a PDF: the latest, or where that is withdrawn the one before; None where none has."""
        latest = self.facts.version
        return (latest - 1 or None if self.withdrawn else latest) if latest else None


@dataclass(frozen=True)
class Feed:
    """One page of an answer, and how many papers the whole answer has."""

    entries: tuple[Entry, ...]
    total: int


def identifier(text: str) -> str | None:
    """The arXiv identifier, without version, that `text` is, or that it is an address of; else None.

    Source: arXiv's scheme of identifiers, YYMM.number since April 2007, archive/YYMMnumber before.
    """
    text = text.strip()
    if "://" in text:
        parts = urlsplit(text)
        host = (parts.hostname or "").lower()
        match = _PAGE.fullmatch(parts.path) if host == "arxiv.org" or host.endswith(".arxiv.org") else None
    else:
        match = _BARE.fullmatch(text)
    return match[1] if match and first_day(match[1]) else None


def first_day(arxiv_id: str) -> str | None:
    """The first day of the month that an identifier names, as ISO date; None where it names no month."""
    stem = arxiv_id.split("/")[-1]
    year, month = int(stem[:2]), int(stem[2:4])
    if not 1 <= month <= 12:
        return None
    return datetime.date(1900 + year if "/" in arxiv_id and year > 90 else 2000 + year, month, 1).isoformat()


def papers_address(interface: str, arxiv_ids: Sequence[str]) -> str:
    """The address at which the interface tells of these papers."""
    return f"{interface}?id_list={quote(','.join(arxiv_ids), safe=',/')}&max_results={len(arxiv_ids)}"


def search_address(
    interface: str, categories: Sequence[str], words: Sequence[str], since: str, until: str, start: int, most: int
) -> str:
    """The address of a page of a search: papers of `categories`, submitted from `since` to `until` (ISO dates, both
    included), whose title or abstract has one of `words`; the earliest first, `most` of them from number `start` on.
    """  # fmt: skip
    of = " OR ".join(f"cat:{category}" for category in categories)
    about = " OR ".join(f'{field}:"{word}"' for word in words for field in ("ti", "abs"))
    submitted = f"submittedDate:[{since.replace('-', '')}0000 TO {until.replace('-', '')}2359]"
    asked = {
        "search_query": f"({of}) AND ({about}) AND {submitted}",
        "sortBy": "submittedDate",
        "sortOrder": "ascending",
        "start": str(start),
        "max_results": str(most),
    }
    return f"{interface}?{urlencode(asked)}"


def read_feed(content: bytes) -> Feed:
    """The interface's answer. Raises ValueError where it is none.

    An unknown paper is answered by an entry that tells of an error and has another id; it is left out.
    """
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError("is not a feed: it declares entities")
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise ValueError(f"is not a feed: {error}") from None
    if root.tag != f"{_ATOM}feed":
        raise ValueError("is not a feed")
    entries = tuple(found for entry in root.iter(f"{_ATOM}entry") if (found := _entry(entry)))
    total = root.findtext(_TOTAL, "").strip()
    return Feed(entries, int(total) if total.isdigit() else len(entries))


def feed_problem(content: bytes) -> str | None:
    """What speaks against `content` being an answer of arXiv's interface: wrong_content, or None."""
    try:
        read_feed(content)
    except ValueError:
        return "wrong_content"
    return None


def _entry(entry: ElementTree.Element) -> Entry | None:
    address = entry.findtext(f"{_ATOM}id", "").strip()
    arxiv_id, version = identifier(address), _VERSION.search(address)
    if arxiv_id is None:
        return None
    title, date = one_line(entry.findtext(f"{_ATOM}title", "")), iso_date(entry.findtext(f"{_ATOM}published", "")[:10])
    facts = PaperFacts(arxiv_id, title, date, int(version[1]) if version else None)
    abstract = " ".join(entry.findtext(f"{_ATOM}summary", "").split())
    return Entry(facts, abstract, bool(_WITHDRAWN.search(entry.findtext(f"{_ARXIV}comment", ""))))


def one_line(text: str) -> str | None:
    """`text` as a title: printable, on one line, at most 500 characters; None where nothing is left."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:500].strip() or None


def iso_date(text: str) -> str | None:
    """`text` where it is a date YYYY-MM-DD that is not to come, else None."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return text if len(text) == 10 and day <= datetime.date.today() else None
