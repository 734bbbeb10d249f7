"""arXiv: its identifiers and addresses, and what its interface says of a paper.

In: an identifier, an address, or an Atom feed. Out: an identifier without version; title and date of publication.
"""

from __future__ import annotations

import datetime
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

_IDENTIFIER = r"\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7}"
_BARE = re.compile(rf"(?:arxiv:\s*)?({_IDENTIFIER})(?:v\d+)?(?:\.pdf)?", re.IGNORECASE)
_PAGE = re.compile(rf"/(?:abs|pdf|html|format|e-print)/({_IDENTIFIER})(?:v\d+)?(?:\.pdf)?/?")
_ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True)
class PaperFacts:
    """What is known of a paper; None where it is not. `date` is ISO, of the first version where arXiv says it."""

    arxiv_id: str | None = None
    title: str | None = None
    date: str | None = None


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


def query_address(interface: str, arxiv_id: str) -> str:
    """The address at which the interface tells of one paper."""
    return f"{interface}?id_list={quote(arxiv_id)}&max_results=1"


def facts_of_feed(feed: bytes, arxiv_id: str) -> PaperFacts | None:
    """Title and date of first publication of paper `arxiv_id` by the interface's answer; None where it has none such.

    Raises ValueError where the answer is no such feed.
    """
    if b"<!DOCTYPE" in feed or b"<!ENTITY" in feed:
        raise ValueError("is not a feed: it declares entities")
    try:
        root = ElementTree.fromstring(feed)
    except ElementTree.ParseError as error:
        raise ValueError(f"is not a feed: {error}") from None
    if root.tag != f"{_ATOM}feed":
        raise ValueError("is not a feed")
    for entry in root.iter(f"{_ATOM}entry"):
        # an unknown paper is answered by an entry that tells of an error and has another id
        if identifier(entry.findtext(f"{_ATOM}id", "")) == arxiv_id:
            published = entry.findtext(f"{_ATOM}published", "")[:10]
            return PaperFacts(arxiv_id, one_line(entry.findtext(f"{_ATOM}title", "")), iso_date(published))
    return None


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
