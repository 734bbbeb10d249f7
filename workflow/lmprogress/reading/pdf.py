"""The only importer of the PDF library.

In: a PDF file. Out: plain text, words and rules of its pages, in points from the top left corner, and pictures.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter, OrderedDict, deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import pairwise, repeat
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pypdfium2
import pypdfium2.raw as pdfium

from lmprogress.reading.text import plain

_GAP = 0.17  # share of the font size that parts two words; a space is a quarter, kerning under a tenth
_THIN = 2.5  # points; a rule is thinner
_SHORT = 8.0  # points; a rule is longer
_MOST_OPEN = 400_000  # letters and drawn things on the pages kept open; a PDF with more is opened page by page again
_MOST_SEGMENTS = 4000  # of paths on one page: beyond, it is a drawing

_Array = npt.NDArray[Any]


def _by_address(function: Any, result: Any, *arguments: Any) -> Any:
    """`function` of the PDF library for many calls: with addresses as whole numbers they take half as long."""
    return ctypes.CFUNCTYPE(result, *arguments)(ctypes.cast(function, ctypes.c_void_p).value or 0)


_LETTER = (ctypes.c_void_p, ctypes.c_int)  # a text layer and the place of a letter in it
_unicode_of = _by_address(pdfium.FPDFText_GetUnicode, ctypes.c_uint, *_LETTER)
_size_of = _by_address(pdfium.FPDFText_GetFontSize, ctypes.c_double, *_LETTER)
_object_of = _by_address(pdfium.FPDFText_GetTextObject, ctypes.c_void_p, *_LETTER)
_box_of = _by_address(pdfium.FPDFText_GetLooseCharBox, ctypes.c_int, *_LETTER, ctypes.c_void_p)
_matrix_of = _by_address(pdfium.FPDFText_GetMatrix, ctypes.c_int, *_LETTER, ctypes.c_void_p)
_origin_of = _by_address(pdfium.FPDFText_GetCharOrigin, ctypes.c_int, *_LETTER, ctypes.c_void_p, ctypes.c_void_p)


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


class Document:
    """An open PDF."""

    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf
        self._pages: OrderedDict[int, tuple[Any, Any, int]] = OrderedDict()  # page, layer, weight; the last used last
        self._weight = 0
        self.n_pages: int = len(pdf)

    def close(self) -> None:
        """Close the PDF."""
        while self._pages:
            self._close_first()
        self._pdf.close()

    def _page(self, page: int) -> tuple[Any, Any]:
        """Page `page` and its text layer, kept open for what will be asked next. Raises PdfiumError, OSError."""
        if page not in self._pages:
            opened = self._pdf[page]
            try:
                layer = opened.get_textpage()
            except pypdfium2.PdfiumError:
                opened.close()
                raise
            weight = layer.count_chars() + pdfium.FPDFPage_CountObjects(opened.raw)
            self._pages[page] = opened, layer, weight
            self._weight += weight
            while self._weight > _MOST_OPEN and len(self._pages) > 1:
                self._close_first()
        self._pages.move_to_end(page)
        return self._pages[page][:2]

    def _close_first(self) -> None:
        opened, layer, weight = self._pages.popitem(last=False)[1]
        self._weight -= weight
        layer.close()
        opened.close()

    def text(self, page: int) -> str:
        """Plain text of page `page` (from 0), lines parted by line feeds; empty where the page is damaged."""
        try:
            text: str = self._page(page)[1].get_text_range(errors="ignore")
            return text.replace("\r\n", "\n").replace("\ufffe\n", "").replace("\ufffe", "-")
        except (pypdfium2.PdfiumError, OSError):
            return ""

    def title(self) -> str:
        """The title that the file's own description gives; empty where it gives none."""
        title: str = self._pdf.get_metadata_value("Title")
        return title

    def views(self, page: int) -> list[View]:
        """The views of page `page` (from 0) in which text runs from left to right, that with most text first."""
        try:
            return _views(*self._page(page))
        except (pypdfium2.PdfiumError, OSError):
            return []

    def places(self, page: int, wanted: Sequence[tuple[str, int]]) -> list[Box | None]:
        """Where the texts in `wanted` stand on page `page` (from 0): each on one line, and which of the like it is.

        The number counts from 0 and in the order of `text`. None for what is not there or cannot be seen.
        """
        try:
            opened, layer = self._page(page)
            hidden = _Hidden(opened, layer)
            return [_place(opened, layer, hidden, text, nth) for text, nth in wanted]
        except (pypdfium2.PdfiumError, OSError):
            return [None] * len(wanted)

    def size(self, page: int) -> tuple[float, float]:
        """Width and height of page `page` (from 0), in points; 0 and 0 where the page is damaged."""
        try:
            left, bottom, right, top = self._page(page)[0].get_bbox()
            return right - left, top - bottom
        except (pypdfium2.PdfiumError, OSError):
            return 0.0, 0.0

    def picture(self, page: int, box: Box | None = None, scale: float = 2.0) -> Any:
        """Page `page` (from 0), or the part in `box`, as an image with `scale` pixels a point; or UnreadablePdf."""
        try:
            with closing(self._pdf[page]) as opened:
                crop = (0.0, 0.0, 0.0, 0.0)
                if box is not None:
                    width, height = opened.get_size()
                    crop = (max(0.0, box.x0), max(0.0, height - box.y1), max(0.0, width - box.x1), max(0.0, box.y0))
                return opened.render(scale=scale, crop=crop).to_pil()
        except (pypdfium2.PdfiumError, IndexError, OSError, ValueError) as error:
            raise UnreadablePdf("damaged", f"page {page + 1} cannot be drawn ({error})") from None


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
    document = Document(pdf)
    try:
        yield document
    finally:
        document.close()


# ---- words ----------------------------------------------------------------------------------------------------------


def _views(page: Any, layer: Any) -> list[View]:
    left, bottom, right, top = page.get_bbox()
    width, height = right - left, top - bottom
    hidden = _Hidden(page, layer)
    words: dict[int, list[Word]] = {}
    n_letters: Counter[int] = Counter()
    for angle, place, n, word in _words(_letters(layer.raw, Box(left, bottom, right, top))):
        if not hidden(place):
            words.setdefault(angle, []).append(word)
            n_letters[angle] += n
    horizontal, vertical = _rules(page, left, bottom, right, top)
    main = max(words, key=lambda a: n_letters[a], default=0)
    views = []
    for angle in sorted(words, key=lambda a: (a != main, a)):
        upright = [w for w in words[angle] if w.text]
        if angle != main and sum(any(c.isdigit() for c in w.text) for w in upright) < 12:
            continue
        w, h = (height, width) if angle in {90, 270} else (width, height)
        view = View(angle, w, h, _unraised(upright), *_turned_rules(horizontal, vertical, angle, width, height), [])
        for other in words:
            if other != angle:
                view.sideways += _sideways(words[other], other, angle, width, height)
        views.append(view)
    return views


class _Letters(NamedTuple):
    """The letters of a page in the order of its text layer: each array holds one element a letter."""

    code: _Array  # Unicode code point
    place: _Array  # in the text layer
    spaces: _Array  # how many spaces stand before it
    quarter: _Array  # quarter turns, against the clock
    x0: _Array  # left and right edge, base line, font size: in points, in the frame so turned
    x1: _Array
    base: _Array
    size: _Array


def _letters(handle: Any, shown: Box) -> _Letters:
    """The letters of a text layer, without those outside of `shown` (y upwards) and those set askew."""
    layer = ctypes.cast(handle, ctypes.c_void_p).value
    code = _codes(handle, layer)
    high = (code >= 0xD800) & (code < 0xDC00)
    paired = 1 + np.flatnonzero(high[:-1] & (code[1:] >= 0xDC00) & (code[1:] < 0xE000))
    code[paired] = 0x10000 + ((code[paired - 1] - 0xD800) << 10) + (code[paired] - 0xDC00)
    code[(code == 0x2) | (code == 0xFFFE)] = 0x2D  # the hyphen at the end of a line
    space = np.isin(code, (0x0, 0x9, 0xA, 0xD, 0x20, 0xA0), kind="table") | ((code >= 0xDC00) & (code < 0xE000))
    place = np.flatnonzero(~space & ~high)
    edges = _asked(_box_of, layer, place, 4, np.float32)
    seen = (edges[:, 2] >= shown.x0) & (edges[:, 0] <= shown.x1) & (edges[:, 1] >= shown.y0) & (edges[:, 3] <= shown.y1)
    place, edges = place[seen], edges[seen]
    # neighbours in one font and on one line have boxes of one height: only the first of them is asked for more
    first = np.ones(len(place), bool)
    first[1:] = (edges[1:, 1] != edges[:-1, 1]) | (edges[1:, 3] != edges[:-1, 3])
    like = np.cumsum(first) - 1
    matrix = _asked(_matrix_of, layer, place[first], 6, np.float32)
    a, b = matrix[:, 0], matrix[:, 1]
    upright, turned = abs(b) <= 0.2 * abs(a), abs(a) <= 0.2 * abs(b)
    quarter = np.where(upright, np.where(a >= 0, 0, 2), np.where(turned, np.where(b > 0, 1, 3), -1))[like]
    size = np.fromiter(map(_size_of, repeat(layer), place[first].tolist()), float, len(matrix))
    size *= np.hypot(matrix[:, 2], matrix[:, 3])
    origin = _asked(_origin_of, layer, place[first], 2, np.float64)[like]
    sideways = quarter % 2 == 1  # boxes of one height are then no sign of one base line
    origin[sideways] = _asked(_origin_of, layer, place[sideways], 2, np.float64)
    width, height = shown.x1 - shown.x0, shown.y1 - shown.y0
    x0, y0, x1, y1 = edges[:, 0] - shown.x0, shown.y1 - edges[:, 1], edges[:, 2] - shown.x0, shown.y1 - edges[:, 3]
    x, y = origin[:, 0] - shown.x0, shown.y1 - origin[:, 1]
    frame = quarter % 4
    letters = _Letters(
        code[place], place, np.cumsum(space)[place], quarter,
        np.choose(frame, (x0, height - y1, width - x1, y0)), np.choose(frame, (x1, height - y0, width - x0, y1)),
        np.choose(frame, (y, x, height - y, width - x)), size[like],
    )  # fmt: skip
    return _Letters(*(values[quarter >= 0] for values in letters))


def _codes(handle: Any, layer: int | None) -> _Array:
    """The UTF-16 codes of all places of a text layer."""
    n = max(0, pdfium.FPDFText_CountChars(handle))
    text = np.zeros(2 * n + 2, np.uint16)
    got = pdfium.FPDFText_GetText(handle, 0, n, text.ctypes.data_as(ctypes.POINTER(ctypes.c_ushort)))
    if got == n + 1:  # with a zero at the end
        return text[:n].astype(np.int64)
    return np.fromiter(map(_unicode_of, repeat(layer), range(n)), np.int64, n)  # some places have no text


def _asked(function: Any, layer: int | None, place: _Array, n: int, kind: type) -> _Array:
    """The `n` numbers that `function` of the PDF library gives for the letter at each place, as rows of float64."""
    found: _Array = np.zeros((len(place), n), kind)
    at = found.ctypes.data
    step = found.itemsize * n
    rows = range(at, at + step * len(place), step)
    # the origin's two numbers are asked for by two addresses
    addresses = (rows, [row + found.itemsize for row in rows]) if function is _origin_of else (rows,)
    deque(map(function, repeat(layer), place.tolist(), *addresses), maxlen=0)
    return found.astype(float)


def _words(letters: _Letters) -> Iterator[tuple[int, int, int, Word]]:
    """The words that letters make: angle, place of the first letter, number of letters, word."""
    n = len(letters.code)
    if not n:
        return
    size = letters.size
    larger = np.maximum(np.maximum(size[1:], size[:-1]), 1.0)
    gap = letters.x0[1:] - letters.x1[:-1]
    begins = np.ones(n, bool)
    begins[1:] = ~(
        (letters.spaces[1:] == letters.spaces[:-1])
        & (letters.quarter[1:] == letters.quarter[:-1])
        & (abs(np.diff(letters.base)) < 0.12 * larger)
        & (-1.2 * larger < gap) & (gap < _GAP * larger)
        & (abs(np.diff(size)) < 0.25 * larger)
    )  # fmt: skip
    start = np.flatnonzero(begins)
    text = "".join(map(chr, letters.code.tolist()))
    for i, end, quarter, place, x0, x1, base, most in zip(
        start.tolist(), [*start[1:].tolist(), n], letters.quarter[start].tolist(), letters.place[start].tolist(),
        np.minimum.reduceat(letters.x0, start).tolist(), np.maximum.reduceat(letters.x1, start).tolist(),
        letters.base[start].tolist(), np.maximum.reduceat(size, start).tolist(), strict=True,
    ):  # fmt: skip
        yield 90 * quarter, place, end - i, Word(plain(text[i:end]), x0, x1, base, most)


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
        self._page = page
        self._address = ctypes.cast(layer.raw, ctypes.c_void_p).value
        self._known: dict[int, bool] = {}
        self._dark: list[Box] | None = None

    def __call__(self, index: int) -> bool:
        key = _object_of(self._address, index)
        if not key:
            return False
        if key not in self._known:
            thing = ctypes.cast(key, pdfium.FPDF_PAGEOBJECT)
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


def _unraised(words: list[Word]) -> list[Word]:
    """Mark small words above the line of the word before them."""
    for before, word in pairwise(words):
        line = before if not before.raised else None
        if line and word.size < 0.85 * line.size and 0.1 * line.size < line.base - word.base < 0.7 * line.size:
            word.raised = abs(word.x0 - line.x1) < 0.5 * line.size
    return words


def _sideways(words: list[Word], angle: int, into: int, width: float, height: float) -> list[tuple[str, Box]]:
    """Lines of text at another angle, with their boxes in the view turned by `into`."""
    lines: list[list[Word]] = []
    for word in words:
        last = lines[-1][-1] if lines else None
        if last and abs(last.base - word.base) < 0.3 * word.size and 0 <= word.x0 - last.x1 < word.size:
            lines[-1].append(word)
        else:
            lines.append([word])
    w, h = (height, width) if angle in {90, 270} else (width, height)
    view = View(angle, w, h, [], [], [], [])
    found = []
    for line in lines:
        if text := " ".join(w.text for w in line if w.text):
            base, size = line[0].base, max(w.size for w in line)
            whole = Word(text, min(w.x0 for w in line), max(w.x1 for w in line), base, size)
            box = view.on_page(Box(whole.x0, whole.y0, whole.x1, whole.y1))
            found.append((text, _turned_box(box, into, width, height)))
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
