"""What stands above the columns of a table.

In: rows of chunks, columns, rules. Out: how many rows are header, and the header texts of each column.
"""

from __future__ import annotations

import re
from itertools import pairwise

from lmprogress.reading.cells import Chunk, is_blank
from lmprogress.reading.columns import column_of, split
from lmprogress.reading.regions import Region
from lmprogress.reading.text import LETTERS

_CHOSEN = re.compile(r"\d+(?:\.\d+)?\s?[MB%]")  # a size or a share that tells a column from the others
_DECIMAL = re.compile(rf"[^{LETTERS}]*\d+[.,]\d+[^{LETTERS}]*")


def n_header(rows: list[list[Chunk]], region: Region) -> int:
    """How many rows stand above the body: up to the rule under them, else up to the first row with values."""
    first_value = next((i for i, row in enumerate(rows) if _has_values(row)), len(rows))
    rules = [r.y for r in region.full]
    ruled = [i for i in range(1, len(rows)) if any(rows[i - 1][0].base - 1 < y < rows[i][0].base for y in rules)]
    best = 0
    for i in ruled:
        if i <= first_value:
            best = i
    if best:
        # a group heading between two rules is no header, where the header stands above
        above = [i for i in ruled if i < best]
        if above and len(rows[best - 1]) == 1 and best - above[-1] == 1:
            widest = max(rows[: above[-1]], key=len)
            flush = abs(rows[best - 1][0].x0 - widest[0].x0) < 3 and not rows[best - 1][0].numeric
            if len(widest) > 2 or (len(widest) == 2 and flush):
                return above[-1]
        return best + (best + 1 in ruled and best + 1 < len(rows) and _is_chosen(rows[best], rows[best + 1]))
    if ruled and len(_levels(rows[: ruled[0]], _size(rows))) <= 3 and _all_texts(rows[: ruled[0]]):
        return ruled[0]
    # a header with decimals or sizes in it: a rule soon after the first row, and labels that the body repeats not
    if ruled and ruled[0] <= 2 and len(rows) - ruled[0] >= 2 and not any(_has_decimal(r) for r in rows[: ruled[0]]):
        return ruled[0]
    return min(first_value, len(rows))


def n_without_heading(rows: list[list[Chunk]], n: int) -> int:
    """`n` rows of header without the last, where that heads the first group of rows, as a row below heads another."""
    if n < 2 or len(rows[n - 1]) != 1 or len(rows[n - 2]) < 2:
        return n
    heading = rows[n - 1][0]

    def is_like(row: list[Chunk]) -> bool:
        beside = abs(row[0].x0 - heading.x0) < 2 or abs(row[0].x0 + row[0].x1 - heading.x0 - heading.x1) < 4
        return len(row) == 1 and beside and not row[0].numeric

    goes_on = not any(c.numeric for row in rows[n : n + 1] for c in row)
    others = [i for i in range(n + 1, len(rows) - 1) if is_like(rows[i]) and len(rows[i - 1]) > 1 < len(rows[i + 1])]
    return n - bool(others and not heading.numeric and not goes_on)


def n_scale(rows: list[list[Chunk]], n: int) -> int:
    """`n` rows of header, and one more where whole numbers that grow from column to column stand above decimals."""
    if not 0 < n < len(rows) - 1:
        return n
    numbers = [c.unmarked for c in rows[n] if c.numeric]
    grows = all(map(str.isdigit, numbers)) and all(int(a) < int(b) for a, b in pairwise(numbers))
    below = [c for c in rows[n + 1] if c.numeric]
    decimals = sum(bool(_DECIMAL.fullmatch(c.unmarked.split()[0])) for c in below)
    is_scale = len(numbers) >= 3 and len(rows[n]) <= len(numbers) + 1 and grows and decimals >= len(numbers)
    return n + is_scale


def _has_values(row: list[Chunk]) -> bool:
    numbers = [c for c in row if c.numeric]
    return any(_DECIMAL.fullmatch(c.unmarked.split()[0]) for c in numbers) or (
        len(numbers) >= 1 and len(numbers) + sum(is_blank(c.text) for c in row) >= len(row) - 1 and len(row) > 1
    )


def _has_decimal(row: list[Chunk]) -> bool:
    return sum(bool(_DECIMAL.fullmatch(c.unmarked.split()[0])) for c in row if c.unmarked) > 0


def _all_texts(rows: list[list[Chunk]]) -> bool:
    chunks = [c for row in rows for c in row]
    first = min(rows, key=lambda row: row[0].x0, default=[])
    n_numbers = sum(c.numeric for row in rows for c in row if not _is_chosen(row, first))
    return n_numbers < 0.5 * len(chunks)


def _is_chosen(row: list[Chunk], beside: list[Chunk]) -> bool:
    """Whether a row holds sizes or shares alone, and none where the row `beside` it begins: no label, so no values."""
    return len(row) > 1 and all(_CHOSEN.fullmatch(c.unmarked) for c in row) and row[0].x0 > beside[0].x1


# ---- header paths ---------------------------------------------------------------------------------------------------


def header_paths(
    head: list[list[Chunk]], columns: list[tuple[float, float]], region: Region, end: float
) -> list[list[str]]:
    """For each column the header texts above it, from the top down; a spanning text stands on all that it spans."""
    paths: list[list[str]] = [[] for _ in columns]
    size = _size(head)
    rows = [[p for c in row for p in split(c, columns, 0.38 * size)] for row in _levels(head, size)]
    staggered = len(rows) < len(head)
    if rows:
        headed = {k for row in rows for c in row for k in column_of(c, columns)}
        rows[-1] = [p for c in rows[-1] for p in _by_word(c, columns, headed)]
        columns = _widened(columns, rows[-1])
    below: list[set[int]] = [set() for _ in rows]
    for i in range(len(rows) - 2, -1, -1):
        below[i] = below[i + 1] | {c for chunk in rows[i + 1] for c in column_of(chunk, columns)}
    for i, row in enumerate(rows):
        next_base = min(c.base for c in rows[i + 1]) if i + 1 < len(rows) else end
        spans = _spans(row, columns, region, next_base, below[i], staggered)
        for chunk, span in zip(row, spans, strict=True):
            for column in span:
                paths[column].append(chunk.text)
    return [_unhyphenated(path) for path in paths]


def _size(rows: list[list[Chunk]]) -> float:
    return max((w.size for row in rows for c in row for w in c.words), default=10.0)


def _levels(head: list[list[Chunk]], size: float) -> list[list[Chunk]]:
    """Header lines that stand beside each other as one: less than a line apart, a header centred between two lines."""
    levels: list[list[Chunk]] = []
    for row in head:
        apart = row[0].base - levels[-1][0].base if levels else size
        if apart < 0.75 * size and not any(c.x0 < o.x1 and o.x0 < c.x1 for c in row for o in levels[-1]):
            levels[-1] = sorted([*levels[-1], *row], key=lambda c: c.x0)
        else:
            levels.append(row)
    return levels


def _unhyphenated(path: list[str]) -> list[str]:
    """`path` with a word that a line's end has hyphenated ("per-", "plexity") put together."""
    joined: list[str] = []
    for text in path:
        if joined and re.search(r"[a-z]-$", joined[-1]) and re.match(r"[a-z]", text):
            joined[-1] = joined[-1][:-1] + text
        else:
            joined.append(text)
    return joined


def _by_word(chunk: Chunk, columns: list[tuple[float, float]], headed: set[int]) -> list[Chunk]:
    """`chunk` cut into its words where each stands over a column of its own, in a row with nothing below it.

    It stays whole where the next columns on both sides have no header: it is centred over them.
    """
    words = [w for w in chunk.words if not w.raised]
    over = [
        next((i for i, (lo, hi) in enumerate(columns) if lo - 2 < (w.x0 + w.x1) / 2 < hi + 2), None) for w in words
    ]  # fmt: skip
    if len(words) < 2 or None in over or len(set(over)) < len(words):
        return [chunk]
    first, last = (k for k in (over[0], over[-1]) if k is not None)
    if first > 0 and last + 1 < len(columns) and not {first - 1, last + 1} & headed:
        return [chunk]
    return [Chunk([w]) for w in words]


def _widened(columns: list[tuple[float, float]], row: list[Chunk]) -> list[tuple[float, float]]:
    """`columns` with the width of their headers in the lowest row, where that makes none meet the next."""
    found = list(columns)
    for chunk in row:
        hit = column_of(chunk, columns)
        if len(hit) != 1:
            continue
        k = hit[0]
        lo, hi = min(found[k][0], chunk.x0), max(found[k][1], chunk.x1)
        if (k == 0 or lo > found[k - 1][1]) and (k + 1 == len(found) or hi < found[k + 1][0]):
            found[k] = (lo, hi)
    return found


def _spans(
    row: list[Chunk], columns: list[tuple[float, float]], region: Region, next_base: float, below: set[int],
    staggered: bool,
) -> list[list[int]]:  # fmt: skip
    """Columns that each header chunk of a row stands over: by the rule under it, else by how well it is centred.

    In a `staggered` header a column that is free in this row has its own header between the lines.
    """
    ruled: dict[int, list[int]] = {}
    for i, chunk in enumerate(row):
        under = [
            r for r in region.partial
            if chunk.base - 1 < r.y < next_base and r.x0 - 4 < chunk.x0 and r.x1 + 4 > chunk.x1
        ]  # fmt: skip
        if under:
            rule = min(under, key=lambda r: (r.y, r.x1 - r.x0))
            span = [k for k, (lo, hi) in enumerate(columns) if rule.x0 - 3 < (lo + hi) / 2 < rule.x1 + 3]
            if span and not any(o is not chunk and rule.x0 - 2 < (o.x0 + o.x1) / 2 < rule.x1 + 2 for o in row):
                ruled[i] = span
    # short rules that touch are one: the headers over it share the columns under it
    for rule in (r for r in region.partial if row[0].base - 1 < r.y < next_base):
        over = [i for i, c in enumerate(row) if i not in ruled and rule.x0 < (c.x0 + c.x1) / 2 < rule.x1]
        outside = {k for k, (lo, hi) in enumerate(columns) if not rule.x0 - 3 < (lo + hi) / 2 < rule.x1 + 3}
        if len(over) > 1 and len(columns) - len(outside) > len(over):
            total, spans = _align([row[i] for i in over], columns, outside, below, set(), blank=1000.0)
            if total < 6.0 * len(over):
                ruled |= dict(zip(over, spans, strict=True))
    for i, chunk in enumerate(row):
        if i in ruled or len(ruled_span := _between_rules(chunk, row, columns, region)) < 2:
            continue
        bare = not set(ruled_span) & below  # nothing stands between the header and the columns
        if (bare or set(ruled_span) <= below) and not any(set(ruled_span) & set(s) for s in ruled.values()):
            ruled[i] = ruled_span
    taken = {k for span in ruled.values() for k in span}
    free = [i for i in range(len(row)) if i not in ruled]
    chunks = [row[i] for i in free]
    # headers that together cover every column below them do so on purpose; else each stands where it fits best
    walls = {
        k for k in range(1, len(columns)) for r in region.vertical
        if columns[k - 1][1] - 2 < r.y < columns[k][0] + 2 and row and r.x0 - 2 < row[0].base - 2 < r.x1 + 2
    }  # fmt: skip
    total, best = _align(chunks, columns, taken, below, walls, blank=1000.0)
    if staggered or total > 6.0 * len(chunks):
        best = _align(chunks, columns, taken, below, walls, blank=2.0)[1]
    found = dict(ruled)
    for i, span in zip(free, best, strict=True):
        found[i] = span
    return [found[i] for i in range(len(row))]


def _between_rules(chunk: Chunk, row: list[Chunk], columns: list[tuple[float, float]], region: Region) -> list[int]:
    """The columns of the box of upright rules that a header chunk is centred in, alone; empty without such a box."""
    upright = [r.y for r in region.vertical if r.x0 - 2 < chunk.base - 2 < r.x1 + 2]
    left = max((y for y in upright if y < chunk.x0 + 1), default=None)
    right = min((y for y in [*upright, region.box.x1] if y > chunk.x1 - 1), default=None)
    if left is None or right is None or abs(chunk.x0 + chunk.x1 - left - right) > 0.25 * (right - left):
        return []
    if any(o is not chunk and left < (o.x0 + o.x1) / 2 < right for o in row):
        return []
    return [k for k, (lo, hi) in enumerate(columns) if left < (lo + hi) / 2 < right]


def _align(
    chunks: list[Chunk], columns: list[tuple[float, float]], taken: set[int], below: set[int], walls: set[int],
    blank: float,
) -> tuple[float, list[list[int]]]:  # fmt: skip
    """The best disjoint runs of columns for chunks in order, and how far they are off, by dynamic programming.

    No run passes one of `walls`, the columns with an upright rule on their left.
    `blank` is the cost of a column that has a header below and none in this row, right of the first chunk.
    """
    n, m = len(columns), len(chunks)
    if not m:
        return 0.0, []
    infinite = float("inf")

    def cost(chunk: Chunk, first: int, last: int) -> float:
        lo, hi = columns[first][0], columns[last][1]
        if any(k in taken for k in range(first, last + 1)):
            return infinite
        centre = abs((chunk.x0 + chunk.x1) / 2 - (lo + hi) / 2)
        if first == last:
            overlap = min(hi, chunk.x1) - max(lo, chunk.x0)
            edges = min(abs(chunk.x0 - lo), abs(chunk.x1 - hi)) + (4.0 if first in below else 0.0)
            return min(centre, edges) + (0 if overlap > 0 else 30)
        if not all(k in below for k in range(first, last + 1)) or any(k in walls for k in range(first + 1, last + 1)):
            return infinite
        if chunk.x1 < columns[first][0] - 2 or chunk.x0 > columns[last][1] + 2:
            return infinite
        # a spanning text is centred as a rule; at the left edge it is so only where it stands alone
        off = min(centre, abs(chunk.x0 - lo) + 3.0)
        return off - 0.01 * (last - first)

    table = [[infinite] * (n + 1) for _ in range(m + 1)]
    back: dict[tuple[int, int], tuple[int, int] | None] = {}
    for k in range(n + 1):
        table[0][k] = 0.0
    for j in range(1, m + 1):
        for k in range(1, n + 1):
            # column k - 1 stays free of this row
            table[j][k] = table[j][k - 1] + (blank if (k - 1) in below and (k - 1) not in taken else 0.0)
            back[j, k] = None
            for first in range(k):
                if table[j - 1][first] == infinite:
                    continue
                total = table[j - 1][first] + cost(chunks[j - 1], first, k - 1)
                if total < table[j][k]:
                    table[j][k] = total
                    back[j, k] = (first, k - 1)
    if table[m][n] == infinite:
        return infinite, [column_of(c, columns) for c in chunks]
    spans: list[list[int]] = []
    j, k = m, n
    while j:
        step = back[j, k]
        if step is None:
            k -= 1
            continue
        spans.append(list(range(step[0], step[1] + 1)))
        k = step[0]
        j -= 1
    return table[m][n], spans[::-1]
