"""The only importer of the PDF library.

In: a PDF file. Out: plain text, words and rules of its pages, in points from the top left corner, and pictures.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from lmprogress.reading.text import plain

_GAP = 0.17  # share of the font size that parts two words; a space is a quarter, kerning under a tenth
_THIN = 2.5  # points; a rule is thinner
_SHORT = 8.0  # points; a rule is longer
_MOST_SEGMENTS = 4000  # of paths on one page: beyond, it is a drawing


class UnreadablePdf(Exception):
    """A PDF that cannot be opened; `status` is one of the statuses of table `paper_statuses`."""

    def __init__(self, status: str, detail: str) -> None:
        self.status, self.detail = status, detail
        super().__init__(f"{status}: {detail}")


class Box(NamedTuple):
    """Left, upper, right, lower edge, in points."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(slots=True)
class Word:
    """Letters without a space between them, on one line and at one height."""

    text: str
    x0: float
    x1: float
    base: float
    size: float
    raised: bool = False

    @property
    def y0(self) -> float:
        return self.base - 0.75 * self.size

    @property
    def y1(self) -> float:
        return self.base + 0.22 * self.size


class Rule(NamedTuple):
    """A straight line: `x0`, `x1` along it and `y` across for a horizontal one, turned for a vertical one."""

    x0: float
    x1: float
    y: float


@dataclass(slots=True)
class View:
    """What a page shows to a reader who turns it by `angle` degrees (0, 90, 180, 270): words, rules, sideways words.

    `width` and `height` are those of the turned page.
    """

    angle: int
    width: float
    height: float
    words: list[Word]
    horizontal: list[Rule]
    vertical: list[Rule]
    sideways: list[tuple[str, Box]]

    def on_page(self, box: Box) -> Box:
        """`box` of this view as a box of the unturned page."""
        w, h = (self.height, self.width) if self.angle in {90, 270} else (self.width, self.height)
        if self.angle == 90:  # text runs upwards
            return Box(box.y0, h - box.x1, box.y1, h - box.x0)
        if self.angle == 270:
            return Box(w - box.y1, box.x0, w - box.y0, box.x1)
        if self.angle == 180:
            return Box(w - box.x1, h - box.y1, w - box.x0, h - box.y0)
        return box


class _Char(NamedTuple):
    text: str
    x0: float
    x1: float
    base: float
    size: float
    place: int = 0  # in the text layer


class Document:
    """An open PDF."""

    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf
        self.n_pages: int = len(pdf)

    def text(self, page: int) -> str:
        """Plain text of page `page` (from 0), lines parted by line feeds; empty where the page is damaged."""
        try:
            with closing(self._pdf[page]) as opened, closing(opened.get_textpage()) as layer:
                text: str = layer.get_text_range(errors="ignore")
                return text.replace("\r\n", "\n").replace("\ufffe\n", "").replace("\ufffe", "-")
        except (pypdfium2.PdfiumError, OSError):
            return ""

    def views(self, page: int) -> list[View]:
        """The views of page `page` (from 0) in which text runs from left to right, that with most text first."""
        try:
            with closing(self._pdf[page]) as opened, closing(opened.get_textpage()) as layer:
                return _views(opened, layer)
        except (pypdfium2.PdfiumError, OSError):
            return []

    def places(self, page: int, wanted: Sequence[tuple[str, int]]) -> list[Box | None]:
        """Where the texts in `wanted` stand on page `page` (from 0): each on one line, and which of the like it is.

        The number counts from 0 and in the order of `text`. None for what is not there or cannot be seen.
        """
        try:
            with closing(self._pdf[page]) as opened, closing(opened.get_textpage()) as layer:
                hidden = _Hidden(opened, layer)
                return [_place(opened, layer, hidden, text, nth) for text, nth in wanted]
        except (pypdfium2.PdfiumError, OSError):
            return [None] * len(wanted)

    def size(self, page: int) -> tuple[float, float]:
        """Width and height of page `page` (from 0), in points; 0 and 0 where the page is damaged."""
        try:
            with closing(self._pdf[page]) as opened:
                left, bottom, right, top = opened.get_bbox()
                return right - left, top - bottom
        except (pypdfium2.PdfiumError, OSError):
            return 0.0, 0.0

    def picture(self, page: int, box: Box | None = None, scale: float = 2.0) -> Any:
        """Page `page` (from 0), or the part in `box`, as a PIL image with `scale` pixels a point."""
        with closing(self._pdf[page]) as opened:
            crop = (0.0, 0.0, 0.0, 0.0)
            if box is not None:
                width, height = opened.get_size()
                crop = (max(0.0, box.x0), max(0.0, height - box.y1), max(0.0, width - box.x1), max(0.0, box.y0))
            return opened.render(scale=scale, crop=crop).to_pil()


@contextmanager
def opened(path: Path) -> Iterator[Document]:
    """The PDF at `path`, closed at the end of the block. Raises UnreadablePdf."""
    try:
        with path.open("rb") as file:
            head = file.read(1024)
    except FileNotFoundError:
        raise UnreadablePdf("missing", "no such file") from None
    except OSError as error:
        raise UnreadablePdf("damaged", error.strerror or "cannot be read") from None
    if b"%PDF-" not in head:
        raise UnreadablePdf("not_a_pdf", "does not start with %PDF-")
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        # of a file without pages pdfium repeats what was wrong with an earlier file, so its words are not passed on
        if re.search(r"password|security", str(error), re.IGNORECASE) and b"/Encrypt" in path.read_bytes():
            raise UnreadablePdf("encrypted", "opens with a password alone") from None
        raise UnreadablePdf("damaged", "cannot be parsed, or has no page") from None
    try:
        yield Document(pdf)
    finally:
        pdf.close()


# ---- words ----------------------------------------------------------------------------------------------------------


def _views(page: Any, layer: Any) -> list[View]:
    left, bottom, right, top = page.get_bbox()
    by_angle: dict[int, list[list[_Char]]] = {}
    run: list[_Char] = []
    last_angle = 0
    for angle, char in _chars(layer, left, bottom, right, top):
        if run and (char is None or angle != last_angle or not _follows(run[-1], char)):
            by_angle.setdefault(last_angle, []).append(run)
            run = []
        if char is not None:
            run.append(char)
            last_angle = angle
    if run:
        by_angle.setdefault(last_angle, []).append(run)
    horizontal, vertical = _rules(page, left, bottom, right, top)
    width, height = right - left, top - bottom
    hidden = _Hidden(page, layer)
    for angle in by_angle:
        by_angle[angle] = [r for r in by_angle[angle] if not hidden(r[0].place)]
    main = max(by_angle, key=lambda a: sum(map(len, by_angle[a])), default=0)
    views = []
    for angle in sorted(by_angle, key=lambda a: (a != main, a)):
        words = [_word(r) for r in by_angle[angle]]
        words = [w for w in words if w.text]
        if angle != main and sum(any(c.isdigit() for c in w.text) for w in words) < 12:
            continue
        w, h = (height, width) if angle in {90, 270} else (width, height)
        view = View(angle, w, h, _unraised(words), *_turned_rules(horizontal, vertical, angle, width, height), [])
        for other in by_angle:
            if other != angle:
                view.sideways += _sideways(by_angle[other], other, angle, width, height)
        views.append(view)
    return views


def _chars(layer: Any, left: float, bottom: float, right: float, top: float) -> Iterator[tuple[int, _Char | None]]:
    """Characters in the order of the text layer: angle and character in the turned frame; None for a space."""
    handle = layer.raw
    box, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    box_at, matrix_at, x_at, y_at = map(ctypes.byref, (box, matrix, x, y))
    unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    matrix_of, origin_of, size_of = (
        pdfium.FPDFText_GetMatrix,
        pdfium.FPDFText_GetCharOrigin,
        pdfium.FPDFText_GetFontSize,
    )
    width, height = right - left, top - bottom
    high = 0
    for i in range(pdfium.FPDFText_CountChars(handle)):
        code = unicode_of(handle, i)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = 0
        if code in {2, 0xFFFE}:
            code = 0x2D  # the hyphen at the end of a line
        if code in {0, 9, 10, 13, 32, 0xA0} or 0xD800 <= code < 0xE000:
            yield 0, None
            continue
        if not (box_of(handle, i, box_at) and matrix_of(handle, i, matrix_at) and origin_of(handle, i, x_at, y_at)):
            continue
        x0, x1, y0, y1 = box.left - left, box.right - left, top - box.top, top - box.bottom
        if x1 < 0 or y1 < 0 or x0 > width or y0 > height:
            continue  # outside of what the page shows
        size = size_of(handle, i) * math.hypot(matrix.c, matrix.d)
        a, b = matrix.a, matrix.b
        bx, by = x.value - left, top - y.value
        if abs(b) <= 0.2 * abs(a):
            if a >= 0:
                yield 0, _Char(chr(code), x0, x1, by, size, i)
            else:
                yield 180, _Char(chr(code), width - x1, width - x0, height - by, size, i)
        elif abs(a) <= 0.2 * abs(b):
            if b > 0:
                yield 90, _Char(chr(code), height - y1, height - y0, bx, size, i)
            else:
                yield 270, _Char(chr(code), y0, y1, width - bx, size, i)


def _place(page: Any, layer: Any, hidden: _Hidden, text: str, nth: int) -> Box | None:
    with closing(layer.search(text, match_case=True)) as searcher:
        found: Any = None
        for _ in range(nth + 1):
            found = searcher.get_next()
            if found is None:
                return None
    index, length = found
    if hidden(index):
        return None
    left, bottom, right, top = page.get_bbox()
    boxes = [layer.get_charbox(i) for i in range(index, index + length)]
    box = Box(
        min(b[0] for b in boxes) - left, top - max(b[3] for b in boxes),
        max(b[2] for b in boxes) - left, top - min(b[1] for b in boxes),
    )  # fmt: skip
    shown = box.x0 >= 0 and box.x1 <= right - left and box.y0 >= 0 and box.y1 <= top - bottom
    return box if shown else None


class _Hidden:
    """Asks whether a letter cannot be seen: drawn without ink, or white with nothing dark behind it."""

    def __init__(self, page: Any, layer: Any) -> None:
        self._page, self._layer = page, layer
        self._known: dict[int, bool] = {}
        self._dark: list[Box] | None = None

    def __call__(self, index: int) -> bool:
        thing = pdfium.FPDFText_GetTextObject(self._layer.raw, index)
        if not thing:
            return False
        key = ctypes.cast(thing, ctypes.c_void_p).value or 0
        if key not in self._known:
            mode = pdfium.FPDFTextObj_GetTextRenderMode(thing)
            self._known[key] = mode in {3, 7} or (mode in {0, 4} and self._is_white(thing) and not self._on_dark(thing))
        return self._known[key]

    @staticmethod
    def _is_white(thing: Any) -> bool:
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        if not pdfium.FPDFPageObj_GetFillColor(thing, *map(ctypes.byref, (red, green, blue, alpha))):
            return False
        return alpha.value == 0 or min(red.value, green.value, blue.value) >= 250

    def _on_dark(self, thing: Any) -> bool:
        """Whether a coloured area or a picture lies under a piece of text."""
        if self._dark is None:
            self._dark = []
            for i in range(pdfium.FPDFPage_CountObjects(self._page.raw)):
                other = pdfium.FPDFPage_GetObject(self._page.raw, i)
                kind = pdfium.FPDFPageObj_GetType(other)
                if kind == pdfium.FPDF_PAGEOBJ_TEXT or (kind == pdfium.FPDF_PAGEOBJ_PATH and self._is_white(other)):
                    continue
                if box := _bounds(other):
                    self._dark.append(box)
        box = _bounds(thing)
        return box is not None and any(
            d.x0 <= box.x0 + 1 and d.x1 >= box.x1 - 1 and d.y0 <= box.y0 + 1 and d.y1 >= box.y1 - 1 for d in self._dark
        )


def _bounds(thing: Any) -> Box | None:
    """Bounds of an object of a page, in the page's own frame (y upwards)."""
    edges = [ctypes.c_float() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetBounds(thing, *map(ctypes.byref, edges)):
        return None
    return Box(*(e.value for e in edges))


def _follows(last: _Char, char: _Char) -> bool:
    size = max(last.size, char.size, 1.0)
    return (
        abs(char.base - last.base) < 0.12 * size
        and -1.2 * size < char.x0 - last.x1 < _GAP * size
        and (abs(char.size - last.size) < 0.25 * size)
    )


def _word(run: list[_Char]) -> Word:
    return Word(
        plain("".join(c.text for c in run)), min(c.x0 for c in run), max(c.x1 for c in run), run[0].base,
        max(c.size for c in run),
    )  # fmt: skip


def _unraised(words: list[Word]) -> list[Word]:
    """Mark small words above the line of the word before them."""
    for before, word in pairwise(words):
        line = before if not before.raised else None
        if line and word.size < 0.85 * line.size and 0.1 * line.size < line.base - word.base < 0.7 * line.size:
            word.raised = abs(word.x0 - line.x1) < 0.5 * line.size
    return words


def _sideways(runs: list[list[_Char]], angle: int, into: int, width: float, height: float) -> list[tuple[str, Box]]:
    """Lines of text at another angle, with their boxes in the view turned by `into`."""
    lines: list[list[_Char]] = []
    for run in runs:
        size = run[0].size
        if lines and abs(lines[-1][-1].base - run[0].base) < 0.3 * size and 0 <= run[0].x0 - lines[-1][-1].x1 < size:
            lines[-1] += [_Char(" ", run[0].x0, run[0].x0, run[0].base, size), *run]
        else:
            lines.append(list(run))
    w, h = (height, width) if angle in {90, 270} else (width, height)
    view = View(angle, w, h, [], [], [], [])
    found = []
    for line in lines:
        word = _word(line)
        if word.text:
            box = view.on_page(Box(word.x0, word.y0, word.x1, word.y1))
            found.append((word.text, _turned_box(box, into, width, height)))
    return found


def _turned_box(box: Box, angle: int, width: float, height: float) -> Box:
    if angle == 90:
        return Box(height - box.y1, box.x0, height - box.y0, box.x1)
    if angle == 270:
        return Box(box.y0, width - box.x1, box.y1, width - box.x0)
    if angle == 180:
        return Box(width - box.x1, height - box.y1, width - box.x0, height - box.y0)
    return box


# ---- rules ----------------------------------------------------------------------------------------------------------


def _rules(page: Any, left: float, bottom: float, right: float, top: float) -> tuple[list[Rule], list[Rule]]:
    """Horizontal and vertical rules of the page itself; drawings that are placed as a whole are left out."""
    horizontal: list[Rule] = []
    vertical: list[Rule] = []
    n_segments = 0
    b = [ctypes.c_float() for _ in range(4)]
    at = [ctypes.byref(v) for v in b]
    for i in range(pdfium.FPDFPage_CountObjects(page.raw)):
        thing = pdfium.FPDFPage_GetObject(page.raw, i)
        kind = pdfium.FPDFPageObj_GetType(thing)
        if kind not in {pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE}:
            continue
        if not pdfium.FPDFPageObj_GetBounds(thing, *at):
            continue
        x0, x1, y0, y1 = b[0].value - left, b[2].value - left, top - b[3].value, top - b[1].value
        if y1 - y0 < _THIN and x1 - x0 > _SHORT:
            horizontal.append(Rule(x0, x1, (y0 + y1) / 2))
        elif x1 - x0 < _THIN and y1 - y0 > _SHORT / 2:
            vertical.append(Rule(y0, y1, (x0 + x1) / 2))
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and n_segments < _MOST_SEGMENTS:
            n = pdfium.FPDFPath_CountSegments(thing)
            n_segments += max(n, 0)
            if 0 < n <= 400 and n_segments < _MOST_SEGMENTS:
                _walk(thing, n, left, top, horizontal, vertical)
    return horizontal, vertical


def _walk(path: Any, n: int, left: float, top: float, horizontal: list[Rule], vertical: list[Rule]) -> None:
    """Straight strokes of a path that holds several (a whole grid, or a frame)."""
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    if not pdfium.FPDFPath_GetDrawMode(path, ctypes.byref(mode), ctypes.byref(stroked)) or not stroked.value:
        return
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(path, ctypes.byref(matrix))
    x, y = ctypes.c_float(), ctypes.c_float()
    last: tuple[float, float] | None = None
    for i in range(n):
        segment = pdfium.FPDFPath_GetPathSegment(path, i)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        px = matrix.a * x.value + matrix.c * y.value + matrix.e - left
        py = top - (matrix.b * x.value + matrix.d * y.value + matrix.f)
        if kind == pdfium.FPDF_SEGMENT_LINETO and last is not None:
            if abs(py - last[1]) < 0.5 and abs(px - last[0]) > _SHORT:
                horizontal.append(Rule(min(px, last[0]), max(px, last[0]), py))
            elif abs(px - last[0]) < 0.5 and abs(py - last[1]) > _SHORT / 2:
                vertical.append(Rule(min(py, last[1]), max(py, last[1]), px))
        last = (px, py)


def _turned_rules(
    horizontal: list[Rule], vertical: list[Rule], angle: int, width: float, height: float
) -> tuple[list[Rule], list[Rule]]:
    if angle == 90:
        return (
            [Rule(height - r.x1, height - r.x0, r.y) for r in vertical],
            [Rule(r.x0, r.x1, height - r.y) for r in horizontal],
        )
    if angle == 270:
        return (
            [Rule(r.x0, r.x1, width - r.y) for r in vertical],
            [Rule(width - r.x1, width - r.x0, r.y) for r in horizontal],
        )
    if angle == 180:
        return (
            [Rule(width - r.x1, width - r.x0, height - r.y) for r in horizontal],
            [Rule(height - r.x1, height - r.x0, width - r.y) for r in vertical],
        )
    return horizontal, vertical
