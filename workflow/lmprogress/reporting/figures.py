"""Figures with their captions, as they stand in a page.

In: PNG files, captions in reStructuredText. Out: images within the page, captions as HTML.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from docutils.core import publish_parts
from jinja2 import Environment, StrictUndefined
from PIL import Image

# pixels: a figure of two columns then has its smallest letters at twelve pixels, and so has a narrower one
_WIDTH = 1100
_TWO_COLUMNS = 2161  # pixels of the file
_QUALITY = 80
_FIGURE = re.compile(r'<figure id="([^"]+)">\s*<img src="([^"]*)" width="(\d+)" height="(\d+)"')


@dataclass(frozen=True)
class Figure:
    """One figure: where it is, what it shows, the tables behind it, and its edition where it has one.

    `path` is that of the PNG; the PDF and the SVG stand beside it. `width` and `height` are of `image`, in pixels.
    """

    name: str
    path: str
    category: str
    caption: str
    tables: tuple[str, ...]
    edition: str | None
    image: str
    width: int
    height: int


class Shown(NamedTuple):
    """An image as a page shows it: its data address, or nothing where it stays a file; width and height in pixels."""

    image: str
    width: int
    height: int


def figure(
    path: Path, caption: Path, category: str, tables: Sequence[str], wildcards: Mapping[str, str], shown: Shown
) -> Figure:
    """The figure at `path` (PNG), with its caption (reStructuredText)."""
    return Figure(
        path.stem, str(path), category, caption_html(caption, wildcards), tuple(tables), wildcards.get("edition"),
        *shown,
    )  # fmt: skip


def shown(path: Path, *, within: bool) -> Shown:
    """The PNG at `path`: its image is part of the page where `within`, else named by a relative address."""
    with Image.open(path) as opened:
        width = min(_WIDTH, max(1, round(opened.width * _WIDTH / _TWO_COLUMNS)))
        size = (width, round(opened.height * width / opened.width))
        address = (
            _data_address(opened.convert("RGB").resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0))
            if within
            else ""
        )
    return Shown(address, *size)


def shown_in(*pages: str) -> dict[str, Shown]:
    """The images that `pages` show, by the figure's name and, after a hyphen, its edition."""
    found = [figure for page in pages for figure in _FIGURE.findall(page)]
    return {name: Shown(src if src.startswith("data:") else "", int(w), int(h)) for name, src, w, h in found}


def _data_address(image: Image.Image) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=_QUALITY, method=4)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


class _Snakemake:
    """What captions may speak of, as the engine's own report gives it."""

    def __init__(self, wildcards: Mapping[str, str]) -> None:
        self.wildcards = dict(wildcards)


def caption_html(caption: Path, wildcards: Mapping[str, str]) -> str:
    """The caption as HTML paragraphs; {{ snakemake.wildcards.… }} is filled in as the engine's own report does."""
    environment = Environment(autoescape=False, undefined=StrictUndefined)
    text = environment.from_string(caption.read_text(encoding="utf-8")).render(snakemake=_Snakemake(wildcards))
    settings = {"file_insertion_enabled": False, "raw_enabled": False, "report_level": 5, "initial_header_level": 3}
    return str(publish_parts(text, writer="html5", settings_overrides=settings)["body"])
