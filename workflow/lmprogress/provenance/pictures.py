"""Pictures of the places that a trace leads to.

In: readings, and a folder of PDFs. Out: PNG files; an InputError where not one PDF is at hand.
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.errors import InputError
from lmprogress.reading.crops import crops
from lmprogress.reading.papers_at_hand import find_papers


def write_pictures(readings: pd.DataFrame, statuses: pd.DataFrame, papers: Path | None, into: Path) -> list[str]:
    """A PNG in `into` for each of `readings` (READINGS) whose PDF is in `papers`; their paths.

    A PDF whose digest is not that of `statuses` (PAPER_STATUSES) is shown, with a warning: the box may frame something
    else. Raises InputError where no PDF is at hand.
    """
    if papers is None:
        raise InputError("no folder of PDFs is known", file="--papers", remedy="name one: --papers FOLDER")
    wanted = set(readings["paper_id"])
    pdfs = {paper.paper_id: paper.path for paper in find_papers([papers]) if paper.paper_id in wanted}
    if not pdfs:
        names = ", ".join(f"{name}.pdf" for name in sorted(wanted)) or "a paper: nothing was read for this"
        raise InputError("does not hold what is to be shown", file=str(papers), remedy=f"put there {names}")
    digests = statuses.set_index("paper_id")["sha256"].to_dict()
    for paper_id, path in pdfs.items():
        if hashlib.sha256(path.read_bytes()).hexdigest() != digests.get(paper_id):
            print(f"warning: {path} is another file than the one that was read", file=sys.stderr)
    written = []
    for reading_id, picture in crops(readings.drop_duplicates("reading_id"), pdfs).items():
        path = into / (re.sub(r"[^A-Za-z0-9.-]+", "_", reading_id) + ".png")
        with tables.replacing(path) as temporary:
            temporary.write_bytes(picture)
        written.append(str(path))
    return written
