"""Pictures of the places where values stand.

In: PDFs, and the page and box of each reading. Out: PNG bytes by reading_id.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from PIL import Image, ImageDraw

from lmprogress.reading.pdf import Box, UnreadablePdf, opened

_SCALE = 1.5  # pixels a point
_ABOVE, _BELOW = 110.0, 70.0  # points shown around the value, over the whole width of the page
_GREYS = 15  # letters need no more, and the page of all pictures stays small
_SHADES = [round(shade * (_GREYS - 1) / 255) for shade in range(256)]
_PALETTE = [255 * shade // (_GREYS - 1) for shade in range(_GREYS) for _ in "rgb"] + [220, 0, 0]


def crops(readings: pd.DataFrame, pdfs: Mapping[str, Path]) -> dict[str, bytes]:
    """A picture of the lines around each of `readings` whose paper is in `pdfs`, the value framed, by reading_id."""
    pictures: dict[str, bytes] = {}
    for paper_id, rows in readings.groupby("paper_id", sort=True):
        if paper_id not in pdfs:
            continue
        try:
            with opened(pdfs[str(paper_id)]) as document:
                for row in rows.to_dict("records"):
                    top = max(0.0, row["y0"] - _ABOVE)
                    picture = document.picture(row["page"] - 1, Box(0.0, top, 1e6, row["y1"] + _BELOW), _SCALE)
                    frame = Box(row["x0"] - 3, row["y0"] - top - 2, row["x1"] + 3, row["y1"] - top + 2)
                    pictures[row["reading_id"]] = _png(picture, frame)
        except UnreadablePdf:
            continue
    return pictures


def _png(picture: Image.Image, frame: Box) -> bytes:
    """`picture` in shades of grey as PNG, with a red line around `frame`, in points."""
    # the same shades for all: to choose them for each picture takes longer than all else here
    grey = picture.convert("L").point(_SHADES)
    grey.putpalette(_PALETTE)
    ImageDraw.Draw(grey).rectangle([edge * _SCALE for edge in frame], outline=_GREYS, width=2)
    buffer = io.BytesIO()
    grey.save(buffer, "PNG")
    return buffer.getvalue()
