"""What the reader saw on the pages of a paper: tables, columns, and each number by what became of it.

In: a PDF and the vocabulary. Out: a PNG for each page with a table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw

from lmprogress.core.project import project_file
from lmprogress.core.schemas.reading import READ
from lmprogress.core.settings import Reading, check
from lmprogress.core.settings_reading import ReadingVocabulary, load_reading_vocabulary
from lmprogress.core.yaml_files import load_yaml
from lmprogress.reading.cells import Grid
from lmprogress.reading.limited import Ended, LimitedPool
from lmprogress.reading.meaning import TableReading
from lmprogress.reading.paper import read_paper
from lmprogress.reading.papers_at_hand import find_pdfs
from lmprogress.reading.pdf import Box, UnreadablePdf, View, opened
from lmprogress.reading.quantity import Left
from lmprogress.reading.regions import Region

SCALE = 2.0  # pixels a point
_DOUBTFUL = {Left.NOT_TOLD, Left.NOT_READABLE, Left.OUT_OF_RANGE}
Kind = Literal["read", "parameters", "left", "doubtful", "unexplained", "label"]
# colours that remain distinct to readers with a colour vision deficiency (Okabe & Ito 2008)
COLOURS: dict[str, tuple[int, int, int]] = {
    "read": (0, 158, 115),
    "parameters": (0, 114, 178),
    "left": (150, 150, 150),
    "doubtful": (230, 159, 0),
    "unexplained": (213, 94, 0),
    "label": (204, 121, 167),
}
_SAYS: dict[str, str] = {
    "read": "read as perplexity",
    "parameters": "count of parameters",
    "left": "something else",
    "doubtful": "left in doubt: not told, not readable or out of range",
    "unexplained": "neither read nor left",
    "label": "number in a label",
}
_TABLE, _CAPTION, _COLUMN = (0, 0, 0), (86, 180, 233), (200, 220, 240)


@dataclass(frozen=True)
class _Looked:
    """A table as it was looked at."""

    view: View
    region: Region
    grid: Grid | None
    read: list[TableReading]


def draw_papers(
    places: Iterable[str | Path], folder: Path, *, config: Path | None = None, jobs: int = 1
) -> Iterator[tuple[str, list[Path], str | None]]:
    """Draw the PDFs of `places` into `folder`: name, pictures, and why there are none, of each in the order of names.

    Each under the limits of reading. config: the folder of settings. Raises InputError for a place without PDFs.
    """
    file, reading, benchmarks = (
        config / name if config else project_file(f"config/{name}")
        for name in ("config.yaml", "reading.yaml", "benchmarks.yaml")
    )
    limits = check(Reading, load_yaml(file).get("reading", {}), str(file), "reading").limits
    vocabulary = load_reading_vocabulary(reading, benchmarks)
    pdfs = find_pdfs(places)
    with LimitedPool(limits, jobs) as pool:
        begun = [(pdf.name, pool.begin(draw_paper, pdf.path, vocabulary, folder)) for pdf in pdfs]
        for name, task in begun:
            try:
                yield name, *pool.result(task)
            except Ended as end:
                yield name, [], str(end)


def draw_paper(path: Path, vocabulary: ReadingVocabulary, folder: Path) -> tuple[list[Path], str | None]:
    """Write `<name>-page-<n>.png` into `folder` for each page of the PDF at `path` with a table.

    The paths written, in the order of the pages, and why there are none. Raises OSError for a file that cannot be
    written.
    """
    pages: defaultdict[int, list[_Looked]] = defaultdict(list)

    def watch(page: int, view: View, region: Region, grid: Grid | None, read: list[TableReading]) -> None:
        pages[page].append(_Looked(view, region, grid, read))

    read = read_paper(path, path.stem, vocabulary, watch=watch)
    if read.status not in READ:
        return [], f"{read.status}: {read.detail}"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    try:
        with opened(path) as document:
            for page, tables in sorted(pages.items()):
                picture = document.picture(page - 1, None, SCALE).convert("RGB")
                made = folder / f"{path.stem}-page-{page}.png"
                _drawn(picture, tables).save(made, "PNG")
                written.append(made)
    except UnreadablePdf as error:
        return written, str(error)
    return written, None


def _drawn(picture: Image.Image, tables: list[_Looked]) -> Image.Image:
    """`picture` of a page with frames around what was seen, and a legend below."""
    draw = ImageDraw.Draw(picture)
    for table in tables:
        _frame(draw, table.view.on_page(table.region.box), _TABLE, 2)
        if table.region.caption:
            _frame(draw, table.view.on_page(table.region.caption.box), _CAPTION, 2)
        if table.grid:
            for lo, hi in table.grid.columns:
                column = Box(lo, table.region.box.y0, hi, table.region.box.y1)
                _frame(draw, table.view.on_page(column), _COLUMN, 1)
        for box, kind in _numbers(table):
            _frame(draw, table.view.on_page(box), COLOURS[kind], 3)
    line = 22
    whole = Image.new("RGB", (picture.width, picture.height + line * (len(_SAYS) + 3)), "white")
    whole.paste(picture)
    legend = ImageDraw.Draw(whole)
    lines = [*((COLOURS[kind], said) for kind, said in _SAYS.items()), (_TABLE, "table"), (_CAPTION, "its caption")]
    for number, (colour, said) in enumerate([*lines, (_COLUMN, "column")]):
        top = picture.height + line * number
        legend.rectangle((20, top + 4, 50, top + 16), outline=colour, width=3)
        legend.text((60, top + 4), said, fill=(0, 0, 0))
    return whole


def _numbers(table: _Looked) -> Iterator[tuple[Box, Kind]]:
    """The box of each number of a table, and what became of it."""
    if table.grid is None:
        return
    left = {_key(box): reason for each in table.read for box, reason in each.left}
    read = {
        _key(m.box) for each in table.read for m in each.read
    }  # the first value of a cell begins where the cell does
    for row in table.grid.rows:
        for column, chunks in row.cells.items():
            for chunk in chunks:
                if not chunk.numeric:
                    continue
                box = chunk.box
                reason = left.get(_key(box))
                if column in table.grid.stub:
                    yield box, "label"
                elif reason is Left.PARAMETERS:
                    yield box, "parameters"
                elif reason is not None:
                    yield box, "doubtful" if reason in _DOUBTFUL else "left"
                elif _key(box) in read:
                    yield box, "read"
                else:
                    yield box, "unexplained"


def _key(box: Box) -> tuple[int, int]:
    return round(box.x0), round(box.y0)


def _frame(draw: ImageDraw.ImageDraw, box: Box, colour: tuple[int, int, int], width: int) -> None:
    edges = [SCALE * edge for edge in (box.x0 - 1, box.y0 - 1, box.x1 + 1, box.y1 + 1)]
    draw.rectangle(edges, outline=colour, width=width)
