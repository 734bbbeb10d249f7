"""Papers that a file names: a list of identifiers and addresses, or BibTeX as Zotero and others export it.

In: text. Out: identifiers, addresses and titles, with the line of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lmprogress.core.errors import InputError
from lmprogress.retrieving.arxiv import identifier, iso_date, one_line

_ENTRY = re.compile(r"^[ \t]*@(\w+)\s*\{\s*([^,\s]*)\s*,", re.M)
_FIELD = re.compile(r"\s*,?\s*([A-Za-z][\w-]*)\s*=\s*")
_NO_ENTRIES = ("comment", "preamble", "string")
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(\S+)", re.IGNORECASE)
_ARXIV_WORD = re.compile(r"arxiv:\s*(\S+)", re.IGNORECASE)


@dataclass(frozen=True)
class NamedPaper:
    """A paper as a file names it; `place` says where."""

    place: str
    arxiv_id: str | None = None
    url: str | None = None
    title: str | None = None
    date: str | None = None


def read_text(path: Path) -> str:
    """The text of a file that people wrote. Raises InputError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "is not UTF-8"
        raise InputError(f"cannot be read: {said}", file=str(path), remedy="name a text file in UTF-8") from None


def read_list(path: Path) -> list[NamedPaper]:
    """One identifier or address a line; what follows # is a comment. Raises InputError."""
    papers = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        said = re.sub(r"(^|\s)#.*", "", line).strip()
        if not said:
            continue
        arxiv_id = identifier(said)
        if not arxiv_id and not re.match(r"https?://\S+$", said):
            raise InputError(
                "is neither an arXiv identifier nor an address",
                file=str(path),
                row=number,
                value=said[:80],
                remedy="write one like 2403.05812, cs/0108005 or https://…, or remove the line",
            )
        papers.append(NamedPaper(f"{path.name}, line {number}", arxiv_id, None if arxiv_id else said))
    return papers


def read_bibtex(path: Path) -> list[NamedPaper]:
    """The entries of a BibTeX file: arXiv's identifier from eprint, DOI, address or journal. Raises InputError."""
    text = read_text(path)
    papers = []
    for entry in _ENTRY.finditer(text):
        if entry[1].lower() in _NO_ENTRIES:
            continue
        line = text.count("\n", 0, entry.start()) + 1 + text[entry.start() : entry.end()].lstrip(" \t").count("\n")
        fields = dict(_fields(text, entry.end(), str(path), line))
        title = one_line(re.sub(r"[{}]", "", fields.get("title", "")))
        url = fields.get("url") if re.match(r"https?://\S+$", fields.get("url", "")) else None
        arxiv_id = _arxiv_id(fields)
        if not (arxiv_id or url or title):
            raise InputError(
                "names no paper: neither title, eprint, doi nor url",
                file=str(path), row=line, value=entry[2], remedy="give it one of them",
            )  # fmt: skip
        place = f"{path.name}, {entry[2] or f'line {line}'}"
        papers.append(NamedPaper(place, arxiv_id, None if arxiv_id else url, title, iso_date(fields.get("date", ""))))
    if not papers:
        raise InputError("has no entry", file=str(path), remedy="export it as BibTeX or BibLaTeX")
    return papers


def _arxiv_id(fields: dict[str, str]) -> str | None:
    kind = fields.get("archiveprefix", fields.get("eprinttype", "arxiv")).lower()
    said = [fields.get("eprint", "")] if kind == "arxiv" else []
    said += [match[1] for match in (_ARXIV_DOI.search(fields.get(name, "")) for name in ("doi", "url")) if match]
    said += [fields.get("url", "")]
    named = (fields.get(name, "") for name in ("journal", "journaltitle", "note", "number"))
    said += [match[1] for match in map(_ARXIV_WORD.search, named) if match]
    return next((found for text in said if (found := identifier(text.rstrip(".,;")))), None)


def _fields(text: str, at: int, file: str, line: int) -> Iterator[tuple[str, str]]:
    """The fields of one entry, whose name and comma end at `at`; values in braces, in quotes, or bare."""
    while match := _FIELD.match(text, at):
        value, at = _value(text, match.end(), file, line)
        yield match[1].lower(), " ".join(value.split())
    if not re.match(r"\s*,?\s*\}", text[at:]):
        raise _broken(file, line)


def _value(text: str, at: int, file: str, line: int) -> tuple[str, int]:
    opening = text[at : at + 1]
    if opening not in ("{", '"'):
        bare = re.compile(r"[^,}\n]*").match(text, at)
        assert bare is not None
        return bare[0].strip(), bare.end()
    depth = 0
    for place in range(at, len(text)):
        sign = text[place]
        if sign in "{}" and text[place - 1] != "\\":
            depth += 1 if sign == "{" else -1
        if place > at and depth == 0 and (opening == "{" or sign == '"'):
            return text[at + 1 : place], place + 1
        if depth < 0:
            break
    raise _broken(file, line)


def _broken(file: str, line: int) -> InputError:
    return InputError(
        "an entry begins here that does not end: a brace or a quote is missing",
        file=file, row=line, remedy="export the file again, or mend the entry",
    )  # fmt: skip
