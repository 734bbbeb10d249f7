"""Pictures of the places that the report opens.

In: readings, links, evidence, PDFs. Out: a folder of PNG files, named after their readings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from lmprogress.keeping.replacing import replacing
from lmprogress.reading.crops import crops


def picture_names(reading_ids: Iterable[str]) -> dict[str, str]:
    """The file of each reading's picture."""
    return {reading_id: re.sub(r"[^A-Za-z0-9.-]+", "_", reading_id) + ".png" for reading_id in reading_ids}


def picture_evidence(
    readings: pd.DataFrame, links: pd.DataFrame, evidence: pd.DataFrame, pdfs: Mapping[str, Path], folder: Path
) -> int:
    """A picture in `folder` for each reading that a system or a piece of evidence rests on and whose PDF is at hand.

    Returns how many were written. Other readings have none: their page and box say where to look.
    """
    used = links.loc[links["decision"] == "used", "reading_id"]
    wanted = readings[readings["reading_id"].isin(set(used) | set(evidence["reading_id"].dropna()))]
    folder.mkdir(parents=True, exist_ok=True)
    names = picture_names(wanted["reading_id"])
    written = 0
    # paper by paper, so that few pictures are held at a time
    for paper_id, rows in wanted[wanted["paper_id"].isin(list(pdfs))].groupby("paper_id", sort=True):
        for reading_id, picture in crops(rows, {str(paper_id): pdfs[str(paper_id)]}).items():
            with replacing(folder / names[reading_id]) as temporary:
                temporary.write_bytes(picture)
            written += 1
    return written
