"""Which papers are at hand, and how they are dealt to jobs.

In: folders and files. Out: papers by identifier.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lmprogress.keeping.errors import InputError

_ENDING = re.compile(r"\.pdf$", re.IGNORECASE)
_VERSION = re.compile(r"v\d+$")
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Paper:
    """A PDF at hand and the paper that it is."""

    paper_id: str
    path: Path


def find_papers(places: Iterable[str | Path]) -> list[Paper]:
    """The PDF files named, and those in the folders named, by paper_id: the file's name without version and ending.

    The ending is .pdf, in small or capital letters.

    Raises InputError where a place does not exist, a folder holds no PDF, or two files are the same paper.
    """
    found: dict[str, Path] = {}
    for place in map(Path, places):
        if not place.exists():
            raise InputError("does not exist", file=str(place), remedy="name a PDF file or a folder of them")
        files = sorted(filter(_is_pdf, place.iterdir())) if place.is_dir() else [place]
        if not files:
            raise InputError("holds no file *.pdf", file=str(place), remedy="put the papers there, <arXiv id>.pdf")
        for path in files:
            paper_id = _VERSION.sub("", _ENDING.sub("", path.name))
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


def _is_pdf(path: Path) -> bool:
    # neither a folder nor a pipe, which would keep its reader waiting, nor a link to nothing
    return bool(_ENDING.search(path.name)) and path.is_file()


def deal(papers: Sequence[Paper], batches: int) -> dict[int, list[Paper]]:
    """Deal papers to batches by a digest of their identifier, so that a new paper touches one batch alone."""
    dealt: dict[int, list[Paper]] = {}
    for paper in papers:
        number = int.from_bytes(hashlib.sha256(paper.paper_id.encode()).digest()[:8], "big") % batches
        dealt.setdefault(number, []).append(paper)
    return dict(sorted(dealt.items()))
