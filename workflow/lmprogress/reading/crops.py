"""Pictures of the places where values stand.

In: PDFs, and the page and box of each reading. Out: PNG bytes by reading_id, or why there is no picture.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from PIL import Image, ImageDraw

from lmprogress.core.code_digest import code_digest
from lmprogress.core.file_digest import file_digest
from lmprogress.core.settings import ReadingLimits
from lmprogress.reading.kept_pictures import KeptPictures
from lmprogress.reading.limited import Ended, LimitedPool
from lmprogress.reading.pdf import Box, Document, UnreadablePdf, opened

_SCALE = 1.5  # pixels a point
_ABOVE, _BELOW = 110.0, 70.0  # points shown around the value, over the whole width of the page
_MOST = 2000.0  # points of width and of height that are shown: what is wider than a poster is shown in part
_GREYS = 15  # letters need no more, and the page of all pictures stays small
_SHADES = [round(shade * (_GREYS - 1) / 255) for shade in range(256)]
_PALETTE = [255 * shade // (_GREYS - 1) for shade in range(_GREYS) for _ in "rgb"] + [220, 0, 0]
# pages of a PDF that may go over the limits before the rest of it is left without pictures
_MOST_FAILURES = 3


class Picture(NamedTuple):
    """PNG bytes, the file that keeps them, whether it did so before; or, in `trouble`, why there is no picture."""

    png: bytes | None = None
    kept: Path | None = None
    before: bool = False
    trouble: str | None = None


def drawer() -> str:
    """A digest of the code that draws, for KeptPictures."""
    return code_digest(__file__)


def crops(
    readings: pd.DataFrame, pdfs: Mapping[str, Path], limits: ReadingLimits, kept: KeptPictures | None = None
) -> Iterator[tuple[str, Picture]]:
    """Give reading_id and picture for each of `readings` whose paper is in `pdfs`: the lines around it, framed.

    The pictures of one page may cost `limits`; a page that costs more is left without. What `kept` has is not drawn.
    """
    with LimitedPool(limits) as pool:
        for paper_id, rows in readings.groupby("paper_id", sort=True):
            if paper_id in pdfs:
                yield from _paper(rows, pdfs[str(paper_id)], pool, limits, kept)


def _paper(
    rows: pd.DataFrame, path: Path, pool: LimitedPool, limits: ReadingLimits, kept: KeptPictures | None
) -> Iterator[tuple[str, Picture]]:
    sha256 = file_digest(path) if kept and path.is_file() else None
    missing: dict[int, dict[str, Box]] = {}
    for row in rows.to_dict("records"):
        box = Box(row["x0"], row["y0"], row["x1"], row["y1"])
        found = kept.find(sha256, (row["page"], *box)) if kept and sha256 else None
        if found:
            yield row["reading_id"], Picture(*found, before=True)
        else:
            missing.setdefault(row["page"], {})[row["reading_id"]] = box
    n_failures = 0
    for page, boxes in missing.items():
        trouble = kept.trouble(sha256, page, limits) if kept and sha256 else None
        drawn: Sequence[bytes] = []
        if trouble is not None:
            n_failures += 1
        elif n_failures < _MOST_FAILURES:
            try:
                drawn, trouble = pool.result(pool.begin(_draw, path, page, tuple(boxes.values())))
            except Ended as end:
                trouble, n_failures = str(end), n_failures + 1
                if kept and sha256:
                    kept.keep_trouble(sha256, page, limits, trouble)
        else:
            trouble = f"timeout: not drawn, after {n_failures} pages of this paper that could not be"
        for place, (reading_id, box) in enumerate(boxes.items()):
            if trouble is not None:
                yield reading_id, Picture(trouble=trouble)
            else:
                file = kept.keep(sha256, (page, *box), drawn[place]) if kept and sha256 else None
                yield reading_id, Picture(drawn[place], file)


def _draw(path: Path, page: int, boxes: Sequence[Box]) -> tuple[list[bytes], str | None]:
    """PNG bytes for each box on a page (from 1), or why there are none."""
    try:
        with opened(path) as document:
            return [_crop(document, page - 1, box) for box in boxes], None
    except UnreadablePdf as error:
        return [], str(error)


def _crop(document: Document, page: int, box: Box) -> bytes:
    width = document.size(page)[0]
    left, right = 0.0, 1e6
    if width > _MOST:
        left = min(max(0.0, (box.x0 + box.x1 - _MOST) / 2), width - _MOST)
        right = left + _MOST
    top = max(0.0, box.y0 - _ABOVE)
    shown = Box(left, top, right, min(box.y1 + _BELOW, top + _MOST))
    frame = Box(box.x0 - left - 3, box.y0 - top - 2, box.x1 - left + 3, box.y1 - top + 2)
    return _png(document.picture(page, shown, _SCALE), frame)


def _png(picture: Image.Image, frame: Box) -> bytes:
    """`picture` in shades of grey as PNG, with a red line around `frame`, in points."""
    # the same shades for all: to choose them for each picture takes longer than all else here
    grey = picture.convert("L").point(_SHADES)
    grey.putpalette(_PALETTE)
    ImageDraw.Draw(grey).rectangle([edge * _SCALE for edge in frame], outline=_GREYS, width=2)
    buffer = io.BytesIO()
    grey.save(buffer, "PNG")
    return buffer.getvalue()
