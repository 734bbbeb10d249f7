"""Words and rules of a region to the cells of a table.

In: a page and a region. Out: a grid: columns, header paths, rows with groups, labels and cells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from lmprogress.reading.layout import Page, Run, lines
from lmprogress.reading.pdf import Box, Rule, Word
from lmprogress.reading.regions import Region

_NUMERIC = re.compile(r"[^A-Za-z]*\d[^A-Za-z]*(?:[kKmMbBGTx]|[eE][+-]?\d+)?[^A-Za-z0-9]*")
_DECIMAL = re.compile(r"[^A-Za-z]*\d+[.,]\d+[^A-Za-z]*")
_BLANK = re.compile(r"(?:[-*/.]+|n\.?/?a\.?|N\.?/?A\.?|OOM|NaN|nan)")
_JOINS = re.compile(r"(?:±|\+/-|\+-|/|x|\|)")
_UNIT = re.compile(r"(?:[kKmMbB]|million|billion)[*†‡§]*")


@dataclass(slots=True)
class Chunk(Run):
    """Words of one row that belong to one cell."""

    @property
    def text(self) -> str:
        """The text, with raised marks put straight behind the word that they mark."""
        text = ""
        for word in self.words:
            text += word.text if word.raised or not text else " " + word.text
        return text

    @property
    def unmarked(self) -> str:
        """The text without raised marks."""
        return " ".join(w.text for w in self.words if not w.raised)

    @property
    def numeric(self) -> bool:
        return is_numeric(self.unmarked)

    @property
    def box(self) -> Box:
        return Box(self.x0, min(w.y0 for w in self.words), self.x1, max(w.y1 for w in self.words))


def is_numeric(text: str) -> bool:
    """Whether a cell holds a number (with spread, marks, unit) and nothing else."""
    bare = re.sub(r"\s+", "", text)
    return bool(_NUMERIC.fullmatch(bare)) or bool(re.fullmatch(r"[\d.,]+(million|billion)", bare))


def is_blank(text: str) -> bool:
    """Whether a cell says that there is no value."""
    return bool(_BLANK.fullmatch(text.strip()))


@dataclass(slots=True)
class Row:
    """A row of the body: chunk(s) by column, group labels from the outside in, whether a rule lies above it."""

    base: float
    cells: dict[int, list[Chunk]]
    groups: list[str] = field(default_factory=list)
    stub: list[str] = field(default_factory=list)
    band: int = 0


@dataclass(slots=True)
class Grid:
    """A table: `headers` holds for each column its header texts from the top down; `stub` the columns of labels."""

    region: Region
    columns: list[tuple[float, float]]
    headers: list[list[str]]
    rows: list[Row]
    stub: list[int]
    corner: list[str]
    size: float

    def texts(self, column: int) -> list[str]:
        """The texts of a column's cells."""
        return [" ".join(c.text for c in row.cells[column]) for row in self.rows if column in row.cells]


def grid(page: Page, region: Region) -> Grid | None:
    """The grid of `region`; None where no numbers stand in columns."""
    box = region.box
    words = [
        w for p in page.parts for w in p.words
        if box.y0 - 1 < w.base - 0.4 * w.size and w.base < box.y1 + 1 and box.x0 - 4 < (w.x0 + w.x1) / 2 < box.x1 + 4
    ]  # fmt: skip
    if region.caption:
        told = region.caption.box
        words = [w for w in words if not (told.y0 < w.base < told.y1 and told.x0 - 2 < w.x0 < told.x1 + 2)]
    if not words:
        return None
    size = sorted(w.size for w in words)[len(words) // 2]
    chunked = [_chunks(row, region.vertical, size) for row in lines(words)]
    chunked = [row for row in chunked if row]
    n_header = _n_header(chunked, region)
    body, head = chunked[n_header:], chunked[:n_header]
    if not body:
        return None
    columns = [(lo, hi) for lo, hi in _columns(body, head)]
    if len(columns) < 2:
        return None
    rows = _rows(body, columns, region)
    stub = _stub(rows, len(columns))
    headers = [_unhyphenated(path) for path in _headers(head, columns, region, body[0][0].base)]
    made = Grid(region, columns, headers, rows, stub, [t for c in stub for t in headers[c]], size)
    _label(made, page)
    return made


# ---- chunks ---------------------------------------------------------------------------------------------------------


def _chunks(row: list[Word], vertical: list[Rule], size: float) -> list[Chunk]:
    found = [Chunk([row[0]])]
    for word in row[1:]:
        last = found[-1].words[-1]
        gap = word.x0 - max(w.x1 for w in found[-1].words)
        parted = any(last.x1 - 2 < r.y < word.x0 + 2 and r.x0 - 3 < word.base < r.x1 + 8 for r in vertical)
        if not parted and (word.raised or _one_cell(last.text, word.text, gap / size)):
            found[-1].words.append(word)
        else:
            found.append(Chunk([word]))
    return found


def _one_cell(before: str, after: str, gap: float) -> bool:
    """Whether two words `gap` font sizes apart belong to one cell."""
    if (
        _JOINS.fullmatch(before)
        or _JOINS.fullmatch(after)
        or before.endswith(("±", "/"))
        or after.startswith(("±", "/"))
    ):
        return gap < 1.0
    in_brackets = before.startswith("(") and before.endswith(",") and after.endswith(")")
    if in_brackets and is_numeric(before) and is_numeric(after):
        return gap < 1.2  # a pair in brackets
    if is_numeric(before) and _UNIT.fullmatch(after):
        return gap < 0.5
    if is_numeric(before) and after.startswith("(") and is_numeric(after):
        return gap < 0.6
    if before == "-" or after == "-":
        return gap < (0.15 if is_numeric(before) or is_numeric(after) else 0.5)
    before_counts, after_counts = is_numeric(before) or is_blank(before), is_numeric(after) or is_blank(after)
    if before_counts and after_counts and before.startswith("(") and before.endswith(",") and after.endswith(")"):
        return gap < 0.5
    if before_counts and after_counts:
        return gap < 0.3 if before.endswith((",", ".", "(")) or before in {"-", "+", "~", "<", ">", "*"} else gap < 0.12
    if before_counts or after_counts:
        return gap < 0.42
    return gap < 0.7


# ---- header and columns ---------------------------------------------------------------------------------------------


def _n_header(rows: list[list[Chunk]], region: Region) -> int:
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
        if above and len(rows[best - 1]) == 1 and best - above[-1] == 1 and max(map(len, rows[: above[-1]])) > 2:
            return above[-1]
        return best
    if ruled and ruled[0] <= 3 and _all_texts(rows[: ruled[0]]):
        return ruled[0]
    # a header with decimals or sizes in it: a rule soon after the first row, and labels that the body repeats not
    if ruled and ruled[0] <= 2 and len(rows) - ruled[0] >= 2 and not any(_has_decimal(r) for r in rows[: ruled[0]]):
        return ruled[0]
    return min(first_value, len(rows))


def _has_values(row: list[Chunk]) -> bool:
    numbers = [c for c in row if c.numeric]
    return any(_DECIMAL.fullmatch(c.unmarked.split()[0]) for c in numbers) or (
        len(numbers) >= 1 and len(numbers) + sum(is_blank(c.text) for c in row) >= len(row) - 1 and len(row) > 1
    )


def _has_decimal(row: list[Chunk]) -> bool:
    return sum(bool(_DECIMAL.fullmatch(c.unmarked.split()[0])) for c in row if c.unmarked) > 0


def _all_texts(rows: list[list[Chunk]]) -> bool:
    chunks = [c for row in rows for c in row]
    return sum(c.numeric for c in chunks) < 0.5 * len(chunks)


def _columns(body: list[list[Chunk]], head: list[list[Chunk]]) -> list[list[float]]:
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
    # columns of labels that one wide header names belong together only where rows never fill both
    return columns


def _column_of(chunk: Chunk, columns: list[tuple[float, float]]) -> list[int]:
    """Columns that a chunk covers; the nearest where it covers none."""
    x0, x1 = chunk.x0, chunk.x1
    hit = [i for i, (lo, hi) in enumerate(columns) if min(hi, x1) - max(lo, x0) > 0.25 * min(x1 - x0, hi - lo)]
    if hit:
        return hit
    centre = (x0 + x1) / 2
    return [min(range(len(columns)), key=lambda i: max(columns[i][0] - centre, centre - columns[i][1]))]


def _split(chunk: Chunk, columns: list[tuple[float, float]], widest: float) -> list[Chunk]:
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
        if cut and gap >= (0.67 * widest if begins else widest) and not word.raised:
            parts.append(Chunk([word]))
        else:
            parts[-1].words.append(word)
    return parts


# ---- header paths ---------------------------------------------------------------------------------------------------


def _headers(
    head: list[list[Chunk]], columns: list[tuple[float, float]], region: Region, end: float
) -> list[list[str]]:
    """For each column the header texts above it, from the top down; a spanning text stands on all that it spans."""
    paths: list[list[str]] = [[] for _ in columns]
    size = max((w.size for row in head for c in row for w in c.words), default=10.0)
    rows = [[p for c in row for p in _split(c, columns, 0.38 * size)] for row in head]
    if rows:
        headed = {k for row in rows for c in row for k in _column_of(c, columns)}
        rows[-1] = [p for c in rows[-1] for p in _by_word(c, columns, headed)]
        columns = _widened(columns, rows[-1])
    below: list[set[int]] = [set() for _ in rows]
    for i in range(len(rows) - 2, -1, -1):
        below[i] = below[i + 1] | {c for chunk in rows[i + 1] for c in _column_of(chunk, columns)}
    for i, row in enumerate(rows):
        next_base = rows[i + 1][0].base if i + 1 < len(rows) else end
        spans = _spans(row, columns, region, next_base, below[i])
        for chunk, span in zip(row, spans, strict=True):
            for column in span:
                paths[column].append(chunk.text)
    return paths


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
        hit = _column_of(chunk, columns)
        if len(hit) != 1:
            continue
        k = hit[0]
        lo, hi = min(found[k][0], chunk.x0), max(found[k][1], chunk.x1)
        if (k == 0 or lo > found[k - 1][1]) and (k + 1 == len(found) or hi < found[k + 1][0]):
            found[k] = (lo, hi)
    return found


def _spans(
    row: list[Chunk], columns: list[tuple[float, float]], region: Region, next_base: float, below: set[int]
) -> list[list[int]]:
    """Columns that each header chunk of a row stands over: by the rule under it, else by how well it is centred."""
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
    if total > 6.0 * len(chunks):
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
        return infinite, [_column_of(c, columns) for c in chunks]
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


# ---- rows and labels ------------------------------------------------------------------------------------------------


def _rows(body: list[list[Chunk]], columns: list[tuple[float, float]], region: Region) -> list[Row]:
    rules = sorted(r.y for r in region.full)
    found = []
    for chunks in body:
        cells: dict[int, list[Chunk]] = {}
        for chunk in chunks:
            pieces = [chunk]
            if len(_column_of(chunk, columns)) > 1:
                pieces = _split(chunk, columns, 2.0)
            for piece in pieces:
                hit = _column_of(piece, columns)
                at = hit[0] if not piece.numeric else hit[len(hit) // 2]
                cells.setdefault(at, []).append(piece)
        base = chunks[0].base
        found.append(Row(base, cells, band=sum(y < base for y in rules)))
    return found


def _stub(rows: list[Row], n: int) -> list[int]:
    """The leading columns that hold labels: those before the first column that is mostly numbers with a decimal."""
    kinds = []
    for column in range(n):
        texts = [" ".join(c.unmarked for c in row.cells[column]) for row in rows if column in row.cells]
        texts = [t for t in texts if t and not is_blank(t)]
        n_numbers = sum(is_numeric(t) and not t.endswith(":") for t in texts)  # "117M:" heads what follows
        kinds.append(n_numbers > 0 and n_numbers > 0.5 * len(texts))
    first = next((i for i, numeric in enumerate(kinds) if numeric), n)
    return list(range(first)) if first else [0]


def _values_in(row: Row, stub: list[int]) -> bool:
    return any(
        c not in stub and any(ch.numeric or is_blank(ch.text) for ch in chunks) for c, chunks in row.cells.items()
    )


def _stub_text(row: Row, column: int) -> str:
    return " ".join(c.text for c in row.cells.get(column, []))


def _label(made: Grid, page: Page) -> None:
    """Give each row its groups and its own label; drop rows that only head a group or go on a label."""
    stub = made.stub
    _centre(made)
    _around(made)
    rows = made.rows
    per_row_rules = len({r.band for r in rows}) > 0.7 * len(rows)
    kept: list[Row] = []
    group: list[str] = []
    lasting = False  # a heading with a rule right under it holds until the next heading
    waiting: list[str] = []  # lines of a label that goes on in the next row
    last_kind = ""
    for i, row in enumerate(rows):
        if _values_in(row, stub):
            if last_kind == "heading":
                lasting = row.band != rows[i - 1].band
            elif kept and row.band != kept[-1].band and not per_row_rules and not lasting:
                group = []
            row.groups = list(group)
            row.stub = [_stub_text(row, c) for c in stub]
            if waiting and stub:
                row.stub[0] = " ".join([*waiting, row.stub[0]]).strip()
                waiting = []
            kept.append(row)
            last_kind = "values"
            continue
        text = " ".join(_stub_text(row, c) for c in sorted(row.cells)).strip()
        if not text:
            continue
        if not (set(row.cells) <= set(stub)) and not _is_alone(row):
            last_kind = "other"
            continue
        if _goes_on(row, kept, rows, i, made):
            kept[-1].stub[_first_filled(row, stub)] += " " + text
            continue
        if _starts(row, rows, i, made):
            waiting.append(text)
            continue
        group = [*group, text] if last_kind == "heading" else [text]
        last_kind = "heading"
    made.rows = kept
    _fill_down(made)
    _sideways(made, page)
    _joined(made)


def _centre(made: Grid) -> None:
    """Lines of a label centred on several rows, between their lines: give the label to the first of them."""
    rows, stub = made.rows, made.stub
    dropped: set[int] = set()
    for band in _bands(made, stub[0]):
        with_values = [r for r in band if _values_in(r, stub)]
        alone = [r for r in band if r not in with_values and set(r.cells) <= set(stub)]
        steps = sorted(b.base - a.base for a, b in pairwise(with_values))
        if not alone or not steps:
            continue
        between = [
            r for r in alone
            if any(
                a.base < r.base < b.base and b.base - a.base < 1.3 * steps[0] + 1 for a, b in pairwise(with_values)
            )
        ]  # fmt: skip
        column = min((c for r in between for c in r.cells), default=-1)
        if (
            column < 0
            or len(between) != len(alone)
            or sum(column in r.cells for r in with_values) > 0.5 * len(with_values)
        ):
            continue
        lines_ = [r for r in band if column in r.cells]
        chunks = [c for r in lines_ for c in r.cells[column]]
        for row in with_values:
            row.cells.pop(column, None)
        with_values[0].cells[column] = chunks
        dropped |= {id(r) for r in between}
    made.rows = [r for r in rows if id(r) not in dropped]


def _around(made: Grid) -> None:
    """Give a row of values without a label the two lines of label that it stands between, one half above, one below."""
    rows, stub = made.rows, made.stub
    dropped: set[int] = set()
    for above, row, below in zip(rows, rows[1:], rows[2:], strict=False):
        halves = [r for r in (above, below) if id(r) not in dropped and set(r.cells) == {stub[0]}]
        steps = row.base - above.base, below.base - row.base
        if len(halves) == 2 and not set(row.cells) & set(stub) and max(steps) < 0.8 * made.size:
            row.cells[stub[0]] = [c for half in halves for c in half.cells[stub[0]]]
            dropped |= {id(above), id(below)}
    made.rows = [r for r in rows if id(r) not in dropped]


def _bands(made: Grid, column: int) -> list[list[Row]]:
    """The rows of `made` between rules that cross column `column`."""
    lo, hi = made.columns[column]
    rules = [r.y for r in [*made.region.full, *made.region.partial] if r.x0 < lo + 3 and r.x1 > hi - 3]
    bands: dict[int, list[Row]] = {}
    for row in made.rows:
        bands.setdefault(sum(y < row.base for y in rules), []).append(row)
    return list(bands.values())


def _joined(made: Grid) -> None:
    """Label columns under one header are one label."""
    stub = made.stub
    parts = [[0]]
    for k in range(1, len(stub)):
        if made.headers[stub[k]]:
            parts.append([k])
        else:
            parts[-1].append(k)
    for row in made.rows:
        row.stub = [" ".join(t for k in part if (t := row.stub[k])) for part in parts]


def _is_alone(row: Row) -> bool:
    return sum(len(chunks) for chunks in row.cells.values()) == 1


def _first_filled(row: Row, stub: list[int]) -> int:
    return next((i for i, c in enumerate(stub) if c in row.cells), 0)


def _goes_on(row: Row, kept: list[Row], rows: list[Row], i: int, made: Grid) -> bool:
    """Whether a line without values goes on with the label of the row above."""
    if not kept or i == 0 or (rows[i - 1] is not kept[-1] and kept[-1].band != row.band):
        return False
    above = rows[i - 1]
    if above.band != row.band:
        return False
    text = " ".join(_stub_text(row, c) for c in sorted(row.cells)).strip()
    label = kept[-1].stub[0] if kept[-1].stub else ""
    step = row.base - above.base
    below = rows[i + 1].base - row.base if i + 1 < len(rows) and rows[i + 1].band == row.band else 99.0
    if label.count("(") > label.count(")") or label.endswith((",", "&", "-", "+", ";")):
        return True
    if re.match(r"[a-z(+&\[]|w/|et al", text) and step < 1.5 * made.size and step <= below + 0.5:
        return True
    return step < 0.9 * below and step < 1.25 * made.size


def _starts(row: Row, rows: list[Row], i: int, made: Grid) -> bool:
    """Whether a line without values is the first line of the next row's label."""
    if i + 1 >= len(rows) or rows[i + 1].band != row.band or not _values_in(rows[i + 1], made.stub):
        return False
    text = " ".join(_stub_text(row, c) for c in sorted(row.cells)).strip()
    after = _stub_text(rows[i + 1], made.stub[0]) if made.stub else ""
    if text.count("(") > text.count(")") or text.endswith((",", "&", "+", "et")):
        return True
    if re.match(r"[a-z(&\[]|et al", after) and set(row.cells) <= set(made.stub):
        return True
    step = rows[i + 1].base - row.base
    following = rows[i + 2].base - rows[i + 1].base if i + 2 < len(rows) else 99.0
    return bool(after == "" and step < 1.05 * made.size and following > 1.2 * step)


def _fill_down(made: Grid) -> None:
    """Labels printed once for several rows: give them to each row of their band, or to the rows below."""
    stub = made.stub
    for k in range(len(stub)):
        for rows in _bands(made, stub[k]):
            filled = [r for r in rows if r.stub[k]]
            blank = [r for r in rows if not r.stub[k]]
            if not filled or not blank:
                continue
            if not all(any(r.stub[k + 1 :]) or not any(r.stub) for r in blank):
                continue  # a row with a label of its own further left needs none here
            if rows[0].stub[k]:
                label = ""
                for row in rows:
                    label = row.stub[k] or label
                    row.stub[k] = label
            elif len(filled) == 1 or filled[-1].base - filled[0].base < 1.4 * made.size * (len(filled) - 1):
                joined = " ".join(r.stub[k] for r in filled)
                for row in rows:
                    row.stub[k] = joined
            else:
                for row in blank:
                    nearest = min(filled, key=lambda f: (abs(f.base - row.base), f.base))
                    row.stub[k] = nearest.stub[k]


def _sideways(made: Grid, page: Page) -> None:
    """Text that runs upwards beside rows is their group: those in its band between two rules, or those beside it."""
    box = made.region.box
    for text, at in page.view.sideways:
        if not (box.x0 - 15 < at.x0 < made.columns[0][1] + 15 and box.y0 < (at.y0 + at.y1) / 2 < box.y1):
            continue
        middle = (at.y0 + at.y1) / 2
        rules = sorted(r.y for r in made.region.full)
        upper = max((y for y in rules if y < middle), default=box.y0)
        lower = min((y for y in rules if y > middle), default=box.y1 + 1)
        for row in made.rows:
            if upper < row.base < lower + 1:
                row.groups = [text, *row.groups]
