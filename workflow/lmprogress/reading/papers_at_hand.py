"""Which PDF files are at hand, and how they are dealt to jobs.

In: folders and files. Out: files by name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lmprogress.core.errors import InputError

_ENDING = re.compile(r"\.pdf$", re.IGNORECASE)


@dataclass(frozen=True)
class PdfFile:
    """A PDF at hand, and its name as tables give it."""

    name: str
    path: Path


def find_pdfs(places: Iterable[str | Path]) -> list[PdfFile]:
    """The PDF files named, and those in the folders named, sorted by name. Hidden files are passed over.

    The ending is .pdf, in small or capital letters. Any name is good: which paper a file is shows when it is read.

    Raises InputError where a place does not exist or a folder holds no PDF.
    """
    found: dict[str, Path] = {}
    for place in map(Path, places):
        if not place.exists():
            raise InputError("does not exist", file=str(place), remedy="name a PDF file or a folder of PDFs")
        files = pdfs_in(place) if place.is_dir() else [PdfFile(shown(place.name), place)]
        if not files:
            raise InputError("holds no file *.pdf", file=str(place), remedy="put papers there, or name another folder")
        for name, path in ((file.name, file.path) for file in files):
            found[name if found.get(name, path) == path else shown(str(path))] = path
    return [PdfFile(name, found[name]) for name in sorted(found)]


def pdfs_in(folder: Path) -> list[PdfFile]:
    """The PDF files in `folder`, sorted by name; none where it has none."""
    found = {shown(path.name): path for path in folder.iterdir() if _is_pdf(path)}
    return [PdfFile(name, found[name]) for name in sorted(found)]


def pdfs_read(statuses: pd.DataFrame, folder: str | Path | None) -> dict[str, Path]:
    """The PDF in `folder` that each paper was read from, by paper_id; of papers that were kept, none.

    `statuses`: schema PAPER_STATUSES.
    """
    read = statuses.dropna(subset=["file"])
    paths = {file.name: file.path for file in pdfs_in(Path(folder))} if folder and len(read) else {}
    papers = zip(read["paper_id"], read["file"], strict=True)
    return {paper_id: paths[name] for paper_id, name in papers if name in paths}


def shown(name: str) -> str:
    """`name` on one line and in valid Unicode: what is not printable is escaped as in Python, and so is a backslash."""
    return "".join(c if c.isprintable() and c != "\\" else repr(c)[1:-1] for c in name)


def _is_pdf(path: Path) -> bool:
    # neither a folder nor a pipe, which would keep its reader waiting, nor a link to nothing
    return bool(_ENDING.search(path.name)) and not path.name.startswith(".") and path.is_file()


def deal(names: Sequence[str], batches: int) -> dict[int, list[str]]:
    """Deal files to batches by a digest of their name, so that a new file touches one batch alone."""
    dealt: dict[int, list[str]] = {}
    for name in names:
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % batches
        dealt.setdefault(number, []).append(name)
    return dict(sorted(dealt.items()))
