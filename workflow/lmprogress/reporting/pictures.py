"""Pictures of the places that the report opens.

In: readings, links, evidence, PDFs. Out: a folder of PNG files, named after their readings.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from lmprogress.core.settings import ReadingLimits
from lmprogress.reading.crops import crops
from lmprogress.reading.kept_pictures import KeptPictures

# in place of .png, where there is no picture
TROUBLE = ".txt"


def picture_names(reading_ids: Iterable[str]) -> dict[str, str]:
    """The file of each reading's picture."""
    return {reading_id: re.sub(r"[^A-Za-z0-9.-]+", "_", reading_id) + ".png" for reading_id in reading_ids}


def picture_evidence(
    readings: pd.DataFrame,
    links: pd.DataFrame,
    evidence: pd.DataFrame,
    pdfs: Mapping[str, Path],
    folder: Path,
    *,
    limits: ReadingLimits,
    kept: KeptPictures | None = None,
) -> Counter[str]:
    """A picture in `folder` for each reading that a system or a piece of evidence rests on and whose PDF is at hand.

    Where one cannot be drawn within `limits` (a page), a file of text in its place says why. Returns how many are
    "drawn", "kept" from before, and "failed". Other readings have none: their page and box say where to look.
    """
    used = links.loc[links["decision"] == "used", "reading_id"]
    wanted = readings[readings["reading_id"].isin(set(used) | set(evidence["reading_id"].dropna()))]
    folder.mkdir(parents=True, exist_ok=True)
    names = picture_names(wanted["reading_id"])
    counts = Counter[str]()
    for reading_id, picture in crops(wanted, pdfs, limits, kept):
        path = folder / names[reading_id]
        counts["failed" if picture.trouble else "kept" if picture.before else "drawn"] += 1
        if picture.trouble:
            print(f"{reading_id}: no picture, {picture.trouble}")
            path.with_suffix(TROUBLE).write_text(f"{picture.trouble}\n", encoding="utf-8")
        elif picture.kept is None or not _linked(picture.kept, path):
            path.write_bytes(picture.png or b"")
    return counts


def picture_or_trouble(folder: Path, name: str) -> str | None:
    """What the report shows for the picture `name`: its file, or why there is none; None where none was asked for."""
    if (folder / name).exists():
        return name
    trouble = (folder / name).with_suffix(TROUBLE)
    return f"No picture: {trouble.read_text(encoding='utf-8').strip()}" if trouble.exists() else None


def _linked(file: Path, path: Path) -> bool:
    """Give the file a second name, so that its bytes are stored once; false where the disk cannot."""
    try:
        os.link(file, path)
    except OSError:
        return False
    return True
