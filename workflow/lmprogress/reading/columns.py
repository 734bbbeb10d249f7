"""The columns of a table.

In: the rows of its body as chunks. Out: intervals, and which of them a chunk stands in.
"""

from __future__ import annotations

import re
from itertools import pairwise

from lmprogress.reading.cells import Chunk, is_blank


def columns_of(body: list[list[Chunk]]) -> list[list[float]]:
    """Intervals of the columns, from the rows with most cells first."""
    columns: list[list[float]] = []
    for row in sorted(body, key=lambda r: (-sum(c.numeric or is_blank(c.text) for c in r), -len(r))):
        for chunk in row:
            hit = [c for c in columns if min(c[1], chunk.x1) - max(c[0], chunk.x0) > -0.5]
            if not hit:
                columns.append([chunk.x0, chunk.x1])
            elif len(hit) == 1:
                lo, hi = min(hit[0][0], chunk.x0), max(hit[0][1], chunk.x1)
                if not any(c is not hit[0] and min(c[1], hi) - max(c[0], lo) > -1 for c in columns):
                    hit[0][0], hit[0][1] = lo, hi
    columns.sort()
    return columns


def column_of(chunk: Chunk, columns: list[tuple[float, float]]) -> list[int]:
    """Columns that a chunk covers; the nearest where it covers none."""
    x0, x1 = chunk.x0, chunk.x1
    hit = [i for i, (lo, hi) in enumerate(columns) if min(hi, x1) - max(lo, x0) > 0.25 * min(x1 - x0, hi - lo)]
    if hit:
        return hit
    centre = (x0 + x1) / 2
    return [min(range(len(columns)), key=lambda i: max(columns[i][0] - centre, centre - columns[i][1]))]


_MARK = re.compile(r"[↓↑*†‡§]+|[(\[]\d+(?:\.\d+)?[MB][)\]]")  # never a cell of its own: a sign, a size in brackets


def split(chunk: Chunk, columns: list[tuple[float, float]], widest: float) -> list[Chunk]:
    """`chunk` cut where a gap between its words lies between two columns that it reaches, and is wide enough.

    Wide enough is `widest`, or two thirds of it before a word that begins where a column begins; such a word is the
    only place to cut before that column.
    """
    begun = {lo for lo, _ in columns[1:] if any(abs(w.x0 - lo) < 0.5 for w in chunk.words[1:])}
    parts = [Chunk([chunk.words[0]])]
    for before, word in pairwise(chunk.words):
        gap = word.x0 - before.x1
        cut = any(
            lo_end - 1.0 <= word.x0
            and hi_start + 1.0 >= before.x1
            and before.x1 > lo
            and word.x0 < hi
            and parts[-1].x0 < lo_end
            and chunk.x1 > hi_start
            and (hi_start not in begun or abs(word.x0 - hi_start) < 0.5)
            for (lo, lo_end), (hi_start, hi) in pairwise(columns)
            if abs(before.x1 - lo_end) < 30 or abs(word.x0 - hi_start) < 30
        )
        begins = any(abs(word.x0 - lo) < 0.5 for lo in begun)
        if cut and gap >= (0.67 * widest if begins else widest) and not word.raised and not _MARK.fullmatch(word.text):
            parts.append(Chunk([word]))
        else:
            parts[-1].words.append(word)
    return parts
