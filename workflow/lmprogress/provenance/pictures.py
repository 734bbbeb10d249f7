"""Pictures of the places that a trace leads to.

In: readings, and a folder of PDFs. Out: PNG files; an InputError where not one PDF is at hand.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.errors import InputError
from lmprogress.core.file_digest import file_digest
from lmprogress.core.settings import ReadingLimits
from lmprogress.reading.crops import crops
from lmprogress.reading.papers_at_hand import find_pdfs


def write_pictures(
    readings: pd.DataFrame, statuses: pd.DataFrame, papers: Path | None, into: Path, limits: ReadingLimits
) -> list[str]:
    """A PNG in `into` for each of `readings` (READINGS) whose PDF is in `papers`; their paths.

    The PDF of a paper is the one with the digest in `statuses` (PAPER_STATUSES), whatever its name. Another file that
    is named after the paper is shown with a warning: the box may frame something else. Raises InputError where no PDF
    is at hand. A page that cannot be drawn within `limits` costs a warning.
    """
    if papers is None:
        raise InputError("no folder of PDFs is known", file="--papers", remedy="name one: --papers FOLDER")
    wanted = set(readings["paper_id"])
    pdfs = _pdfs(statuses[statuses["paper_id"].isin(wanted)], papers)
    if not pdfs:
        names = ", ".join(f"{name}.pdf" for name in sorted(wanted)) or "a paper: nothing was read for this"
        raise InputError("does not hold the papers to be shown", file=str(papers), remedy=f"put there {names}")
    written = []
    for reading_id, picture in crops(readings.drop_duplicates("reading_id"), pdfs, limits):
        if picture.png is None:
            print(f"warning: {reading_id}: no picture, {picture.trouble}", file=sys.stderr)
            continue
        path = into / (re.sub(r"[^A-Za-z0-9.-]+", "_", reading_id) + ".png")
        with tables.replacing(path) as temporary:
            temporary.write_bytes(picture.png)
        written.append(str(path))
    return written


def _pdfs(statuses: pd.DataFrame, folder: Path) -> dict[str, Path]:
    """The PDF in `folder` of each paper of `statuses`."""
    by_digest = dict(zip(statuses["sha256"], statuses["paper_id"], strict=True))
    sizes, found = set(statuses["bytes"].dropna()), dict[str, Path]()
    files = find_pdfs([folder])
    for file in files:
        if file.path.stat().st_size in sizes and (paper_id := by_digest.get(file_digest(file.path))):
            found[paper_id] = file.path
    for paper_id in set(statuses["paper_id"]) - found.keys():
        for file in files:
            if re.sub(r"(v\d+)?\.pdf$", "", file.name, flags=re.IGNORECASE) == paper_id:
                print(f"warning: {file.path} is another file than the one that was read", file=sys.stderr)
                found[paper_id] = file.path
    return found
