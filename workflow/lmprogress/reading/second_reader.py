"""A second, independent look at what was read in tables: the words that pdfplumber finds on the same pages.

In: a PDF, its readings and the account of its tables. Out: whether pdfplumber finds the same number in each box, its
row label beside it, its column label above it and its parameter count with it; how many numbers it finds in each table.

pdfplumber (with pdfminer.six) shares no code with PDFium: it decodes fonts, places letters and makes words by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from lmprogress.reading.pdf import Box

AGREES, DIFFERS, NOT_FOUND = "agrees", "differs", "not_found"

_MARGIN = 1.0  # points by which the two libraries may place a letter differently
_SPACE = 0.15  # share of the font size that parts two words
_TOUCHES = 0.3  # share of the narrower of word and box that they have in common
_WRAPPED = 2.5  # heights of a line within which a label of several lines stands
_HEADER = 2.0  # heights of a line by which a header may stand above the table
_LONG = 3  # letters that are no word of their own by chance
_NUMBER = re.compile(r"\W*\d")
_PARTS = r"[/()\[\]±|]"
_SIGNS = str.maketrans({"×": "x", "·": ".", "⋅": ".", "−": "-"})
_Mask = npt.NDArray[np.bool_]


class _Words(NamedTuple):
    """The words of a page that run in one direction, and their edges x0, y0, x1, y1 in points, turned upright."""

    texts: list[str]
    edges: npt.NDArray[np.float64]
    quarter: int  # turns against the clock
    width: float
    height: float

    def turned(self, box: Box) -> Box:
        """A box of the page in the frame in which these words are upright."""
        if self.quarter == 1:
            return Box(self.height - box.y1, box.x0, self.height - box.y0, box.x1)
        if self.quarter == 3:
            return Box(box.y0, self.width - box.x1, box.y1, self.width - box.x0)
        return box

    def chosen(self, which: _Mask) -> list[str]:
        """The texts of some words in compatible form, parted at brackets and strokes."""
        pieces = (piece for i in np.flatnonzero(which) for piece in re.split(_PARTS, self.texts[i]))
        return [plain for plain in map(_plain, pieces) if plain]


def read_again(path: Path, readings: Sequence[dict[str, Any]], accounts: Sequence[dict[str, Any]]) -> None:
    """Fill the columns second_* of what was read in tables, and n_numbers_again of the tables that were read or that
    speak of perplexity.

    Pages without such a table are not opened. What pdfplumber cannot read stays None: the first reader has read it.
    """
    wanted: defaultdict[int, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = defaultdict(lambda: ([], []))
    for row in readings:
        if row["source"] == "table":
            wanted[row["page"]][0].append(row)
    for row in accounts:
        if row["n_read"] or row["speaks_of"] in ("perplexity", "both"):
            wanted[row["page"]][1].append(row)
    if not wanted:
        return
    import pdfplumber  # with its page module, a third of a second to import, needed for papers alone
    from pdfminer.pdfpage import PDFPage
    from pdfplumber.page import Page

    # pdfminer raises whatever a damaged file leads it into
    try:
        with pdfplumber.open(path) as pdf:
            for number, page in enumerate(PDFPage.create_pages(pdf.doc), 1):
                if number in wanted:
                    page.rotate = page.attrs["Rotate"] = 0  # boxes of readings are those of the unturned page
                    _compare(_words(Page(pdf, page, number)), *wanted[number])
    except Exception:
        return


def _words(page: Any) -> list[_Words]:
    from pdfplumber.utils import extract_words

    left, top, right, bottom = page.cropbox
    letters: defaultdict[int, list[Any]] = defaultdict(list)
    for letter in page.chars:
        a, b = letter["matrix"][:2]
        if abs(b) < abs(a):
            letters[0].append(letter)
        else:  # pdfminer takes the width of a sideways letter for its size
            letters[1 if b > 0 else 3].append({**letter, "size": letter["x1"] - letter["x0"]})
    directions: dict[int, dict[str, Any]] = {
        0: {},
        1: {"char_dir_rotated": "btt", "line_dir_rotated": "ltr"},
        3: {"char_dir_rotated": "ttb", "line_dir_rotated": "rtl"},
    }
    made = []
    for quarter, some in sorted(letters.items()):
        # footnote marks have another size than the number that they stand at
        found = extract_words(some, x_tolerance_ratio=_SPACE, extra_attrs=["size"], **directions[quarter])
        words = _Words([w["text"] for w in found], np.zeros((0, 4)), quarter, right - left, bottom - top)
        boxes = (Box(w["x0"] - left, w["top"] - top, w["x1"] - left, w["bottom"] - top) for w in found)
        made.append(words._replace(edges=np.array([words.turned(box) for box in boxes], float).reshape(-1, 4)))
    return made


def _compare(
    directions: Sequence[_Words], readings: Sequence[dict[str, Any]], accounts: Sequence[dict[str, Any]]
) -> None:
    tables = {row["table_label"]: row for row in accounts}
    for row in readings:
        verdicts = [_verdicts(words, row, tables.get(row["table_label"])) for words in directions]
        order = (AGREES, DIFFERS, NOT_FOUND)
        row |= min(verdicts, key=lambda each: order.index(each["second_value"]), default={})
    for row in accounts:
        row["n_numbers_again"] = max((_n_numbers(words, words.turned(_box(row))) for words in directions), default=0)


def _verdicts(words: _Words, row: Mapping[str, Any], table: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the words of one direction say of one reading, in columns of table `readings`."""
    box = words.turned(_box(row))
    x0, y0, x1, y1 = words.edges.T
    middle, height = (y0 + y1) / 2, box.y1 - box.y0
    line = (middle > box.y0 - _MARGIN) & (middle < box.y1 + _MARGIN)
    shared = np.minimum(x1, box.x1) - np.maximum(x0, box.x0)
    here = words.chosen(line & (shared > _TOUCHES * np.minimum(box.x1 - box.x0, x1 - x0)))
    if not any(map(str.isdigit, "".join(here))):
        return {"second_value": NOT_FOUND}
    wide = (middle > box.y0 - _WRAPPED * height) & (middle < box.y1 + _WRAPPED * height)
    above = (middle < box.y0) & (shared > -2 * _MARGIN)
    if table is not None:
        above &= middle > words.turned(_box(table)).y0 - _HEADER * height
    beside, around, over = words.chosen(line), words.chosen(wide), words.chosen(above)
    return {
        "second_value": AGREES if _is_number(row["raw"], here) else DIFFERS,
        "second_row": _stands(row["row_label"], beside, around),
        "second_column": _stands(row["column_label"], over, over),
        "second_parameters": _has_count(row["n_parameters_raw"], [*beside, *over]),
    }


def _is_number(raw: str, words: Sequence[str]) -> bool:
    """Whether `words`, alone or together, print the number `raw`, and no other digits with it."""
    number = re.compile(rf"(?<![\d.,]){re.escape(_plain(raw))}(?!\d|[.,]\d)")
    return any(map(number.search, (*words, "".join(words))))


def _stands(label: str | None, words: Sequence[str], around: Sequence[str]) -> str | None:
    """Whether at least half of the last part of a label is among `words`, or all of it is among those `around`."""
    parts = [_plain(word) for word in re.findall(r"\w+", (label or "").split(" | ")[-1])]
    if not parts:
        return None
    half = 2 * sum(_among(part, words) for part in parts) >= len(parts)
    return AGREES if half or all(_among(part, around) for part in parts) else DIFFERS


def _among(word: str, words: Sequence[str]) -> bool:
    if any(word in each for each in words):
        return True
    together = "".join(words)  # of letters set apart, and of a word in small capitals without its first
    return len(word) >= _LONG and (word in together or (len(word) > 2 * _LONG and word[1:] in together))


def _has_count(raw: str | None, words: Sequence[str]) -> str | None:
    """Whether a parameter count stands in the row or above the value; one told elsewhere is not found."""
    return None if raw is None else AGREES if _among(_plain(raw), words) else NOT_FOUND


def _n_numbers(words: _Words, box: Box) -> int:
    """The words in `box` that begin with a number."""
    x, y = (words.edges[:, :2] + words.edges[:, 2:]).T / 2
    inside = (x > box.x0 - _MARGIN) & (x < box.x1 + _MARGIN) & (y > box.y0 - _MARGIN) & (y < box.y1 + _MARGIN)
    return sum(bool(_NUMBER.match(words.texts[i])) for i in np.flatnonzero(inside))


def _box(row: Mapping[str, Any]) -> Box:
    return Box(row["x0"], row["y0"], row["x1"], row["y1"])


def _plain(text: str) -> str:
    """Letters, digits, points and commas alone, in compatible form."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_SIGNS)
    return "".join(letter for letter in plain if letter.isalnum() or letter in ".,")
