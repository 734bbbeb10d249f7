"""A page to typeset on, word by word, as TeX does: no space is printed, lines are justified.

In: text, tables. Out: a PDF whose bytes depend on what was drawn alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import matplotlib
from fpdf import FPDF
from fpdf.enums import TextMode

from typeset.song import CHINESE, font_file
from typeset.tables import Cell, Table, placed

WIDTH, HEIGHT = 612.0, 792.0
_SPACE = 0.28  # of the font size, between words
_SHIFTED = re.compile(r"(\^|_)\{([^}]*)\}")
_SHIFT = {"": 0.0, "^": -0.36, "_": 0.15}  # of the font size, downwards
_STIX = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)


class Sheet:
    """Pages of one or two columns, filled from the top down; lengths are points, `y` counts from the top."""

    def __init__(self, columns: int = 1, font: str = "times") -> None:
        self._pdf = FPDF(unit="pt", format=(WIDTH, HEIGHT))
        self._pdf.set_creation_date(datetime(2020, 1, 1, tzinfo=UTC))
        self._pdf.set_auto_page_break(False)
        self._pdf.set_margin(0)
        self._font = font
        self._maimed: list[str] = []
        if font == "stix":
            for style, file in (("", "STIXGeneral"), ("B", "STIXGeneralBol"), ("I", "STIXGeneralItalic")):
                self._pdf.add_font("stix", style, _STIX / f"{file}.ttf")
        if font == "song":
            self._pdf.add_font("song", "", font_file(_STIX / "STIXGeneral.ttf", CHINESE))
            self._pdf.add_font("song", "B", font_file(_STIX / "STIXGeneral.ttf", CHINESE))
        self.n_columns = columns
        self.margin, self.gutter = (72.0, 0.0) if columns == 1 else (54.0, 20.0)
        self.column_width = (WIDTH - 2 * self.margin - self.gutter * (columns - 1)) / columns
        self.new_page()

    # ---- places ---------------------------------------------------------------------------------------------------

    def new_page(self) -> None:
        """Go on at the top of a new page."""
        self._pdf.add_page()
        self.column, self.y = 0, self.margin

    def next_column(self) -> None:
        """Go on at the top of the next column."""
        self.column, self.y = self.column + 1, self.margin

    @property
    def left(self) -> float:
        """The left edge of the column."""
        return self.margin + self.column * (self.column_width + self.gutter)

    def skip(self, points: float) -> None:
        """Leave `points` free."""
        self.y += points

    def turn_page(self, degrees: int) -> None:
        """Have viewers show the page turned clockwise by `degrees`."""
        self._pdf.pages[self._pdf.page].rotate = degrees  # type: ignore[attr-defined]

    # ---- text -----------------------------------------------------------------------------------------------------

    def width(self, text: str, size: float, style: str = "") -> float:
        """The width of `text` on one line."""
        words = text.split(" ")
        return sum(self._word_width(w, size, style) for w in words) + _SPACE * size * (len(words) - 1)

    def put(
        self, x: float, base: float, text: str, size: float, style: str = "", *, space: float = 0.0, hidden: str = "",
        track: float = 0.0,
    ) -> None:  # fmt: skip
        """Print `text` from `x` on baseline `base`; ^{…} is raised, _{…} lowered; `hidden` is white or invisible.

        `track` is the space between letters, in points.
        """
        mode = TextMode.INVISIBLE if hidden == "invisible" else TextMode.FILL
        with self._pdf.local_context(text_mode=mode, text_color=_WHITE if hidden == "white" else _BLACK):
            for word in text.split(" "):
                for piece, shift in _pieces(word):
                    self._select(0.7 * size if shift else size, style)
                    for part in piece if track else (piece,):
                        self._pdf.text(x, base + _SHIFT[shift] * size, part)
                        x += self._pdf.get_string_width(part) + track
                x += space or _SPACE * size

    def put_turned(self, x: float, y: float, text: str, size: float) -> None:
        """Print `text` upwards from (x, y)."""
        with self._pdf.rotation(90, x, y):
            self.put(x, y, text, size)

    def heading(self, text: str) -> None:
        """A section's title."""
        self.skip(8)
        self.put(self.left, self.y + 11, text, 12, "B")
        self.skip(20)

    def paragraph(self, text: str, *, size: float = 10, x: float | None = None, width: float | None = None) -> None:
        """Justified text; a line feed ends a line."""
        left, wide = self.left if x is None else x, width or self.column_width
        for block in text.split("\n"):
            lines = self._lines(block, size, wide)
            for i, line in enumerate(lines):
                words = line.split(" ")
                free = wide - sum(self._word_width(w, size, "") for w in words)
                space = free / (len(words) - 1) if i < len(lines) - 1 and len(words) > 1 else 0.0
                self.put(left, self.y + 0.8 * size, line, size, space=space)
                self.skip(1.2 * size)
        self.skip(0.4 * size)

    def caption(self, text: str, *, x: float | None = None, width: float | None = None) -> None:
        """A caption: centred where it fits on one line, else a paragraph."""
        left, wide = self.left if x is None else x, width or self.column_width
        self.skip(5)
        if "\n" not in text and (natural := self.width(text, 9)) < wide:
            self.put(left + (wide - natural) / 2, self.y + 7, text, 9)
            self.skip(14)
        else:
            self.paragraph(text, size=9, x=left, width=wide)
        self.skip(5)

    def _lines(self, text: str, size: float, width: float) -> list[str]:
        lines: list[str] = []
        if self._font == "song":  # a line ends after any sign
            for sign in text:
                if lines and self.width(lines[-1] + sign, size) <= width:
                    lines[-1] += sign
                else:
                    lines.append(sign)
            return lines
        for word in text.split():
            if lines and self.width(f"{lines[-1]} {word}", size) <= width:
                lines[-1] += f" {word}"
            else:
                lines.append(word)
        return lines

    def _word_width(self, word: str, size: float, style: str) -> float:
        total = 0.0
        for piece, shift in _pieces(word):
            self._select(0.7 * size if shift else size, style)
            total += self._pdf.get_string_width(piece)
        return total

    def _select(self, size: float, style: str) -> None:
        self._pdf.set_font(self._font, style, size)

    # ---- drawings -------------------------------------------------------------------------------------------------

    def rule(self, x0: float, y0: float, x1: float, y1: float, thickness: float = 0.4) -> None:
        """A straight line."""
        self._pdf.set_draw_color(0)
        self._pdf.set_line_width(thickness)
        self._pdf.line(x0, y0, x1, y1)

    def cover(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A white box with a frame, such as a figure's, over what stands there."""
        self._pdf.set_fill_color(255)
        self._pdf.set_draw_color(0)
        self._pdf.set_line_width(0.4)
        self._pdf.rect(x0, y0, x1 - x0, y1 - y0, style="DF")

    def table(self, table: Table, *, x: float | None = None, width: float | None = None) -> None:
        """A table, centred in the column (or between `x` and `x` + `width`), at the cursor."""
        left, wide = self.left if x is None else x, width or self.column_width
        layout = placed(table, lambda text, size, style: self.width(text, size, style) + table.track * len(text))
        self.skip(5)
        self._draw(table, left + (wide - layout.width) / 2, self.y)
        self.skip(layout.height + 8)

    def table_turned(self, table: Table, caption: str) -> None:
        """A table and its caption below it that run upwards on the page."""
        layout = placed(table, self.width)
        with self._pdf.rotation(90, 0, 0):  # now x runs up the page and y to its right
            x, y = -(HEIGHT + layout.width) / 2, 200.0
            self._draw(table, x, y)
            self.put(-(HEIGHT + self.width(caption, 9)) / 2, y + layout.height + 16, caption, 9)

    def _draw(self, table: Table, x: float, y: float) -> None:
        layout = placed(table, lambda text, size, style: self.width(text, size, style) + table.track * len(text))
        for top, bottom in layout.shaded:
            self._pdf.set_fill_color(225, 235, 250)
            self._pdf.rect(x, y + top, layout.width, bottom - top, style="F")
        for rule in layout.rules:
            self.rule(x + rule.x0, y + rule.y0, x + rule.x1, y + rule.y1, rule.thickness)
        for text in layout.texts:
            if text.cell.turned:
                self.put_turned(x + text.x, y + text.base, text.text, table.size)
            else:
                self.put(
                    x + text.x, y + text.base, text.text, table.size, text.cell.style, hidden=text.cell.hidden,
                    track=table.track,
                )  # fmt: skip

    # ---- the file -------------------------------------------------------------------------------------------------

    def maim(self, letter: str) -> None:
        """Have the text layer give half of `letter` (one beyond the first 65,536) for it, as broken font tables do."""
        self._pdf.set_compression(False)
        self._maimed.append(letter)

    def bytes(self) -> bytes:
        """The PDF."""
        pdf = bytes(self._pdf.output())
        for letter in self._maimed:
            code = letter.encode("utf-16-be").hex().upper().encode()
            pdf = pdf.replace(b"<%s>" % code, b"<%s>    " % code[:4])  # as long as before
        return pdf


def _pieces(word: str) -> Sequence[tuple[str, str]]:
    """Parts of `word`, each with the sign by which it is shifted."""
    parts = _SHIFTED.split(word)
    signs = ["" if i % 3 == 0 else parts[i - 1] for i in range(len(parts))]  # text, sign, text in braces, text ...
    return [(part, sign) for i, (part, sign) in enumerate(zip(parts, signs, strict=True)) if part and i % 3 != 1]


__all__ = ["HEIGHT", "WIDTH", "Cell", "Sheet", "Table"]
