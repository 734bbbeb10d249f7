"""The rows of a table's body, with their labels and the groups that they stand in.

In: rows of chunks, columns, rules. Out: rows with cells by column, their groups and labels.
"""

from __future__ import annotations

import re
from itertools import pairwise

from lmprogress.reading.cells import Chunk, Grid, Row, is_blank, is_numeric
from lmprogress.reading.columns import column_of, split
from lmprogress.reading.layout import Page
from lmprogress.reading.regions import Region

_INDENT = 3.0  # points: a label set in by more belongs to the heading above it


_COUNTED = re.compile(r"(?i)#|param|size|weight|number|token|word|data|total|capacity|memory")
_CORNERS = ("model", "models", "method", "methods", "system", "setting", "approach", "variant")
_SIZE = re.compile(r"(?:[~≈]\s?)?\d+(?:\.\d+)?\s?[MB]")


def rows_of(body: list[list[Chunk]], columns: list[tuple[float, float]], region: Region) -> list[Row]:
    """The rows of `body`, each chunk in the column that it stands in."""
    rules = sorted(r.y for r in region.full)
    found = []
    for chunks in body:
        cells: dict[int, list[Chunk]] = {}
        for chunk in chunks:
            pieces = [chunk]
            heading = len(chunks) == 1 and _is_text(chunk)  # over columns of its own
            if len(column_of(chunk, columns)) > 1 and not heading:
                pieces = split(chunk, columns, 2.0)
            for piece in pieces:
                hit = column_of(piece, columns)
                at = hit[0] if not piece.numeric else hit[len(hit) // 2]
                cells.setdefault(at, []).append(piece)
        base = chunks[0].base
        found.append(Row(base, cells, band=sum(y < base for y in rules)))
    return found


def _is_text(chunk: Chunk) -> bool:
    """Whether a chunk is words rather than numbers: "Varying depth (Eq. 4)", "24M parameters"."""
    text = chunk.text.replace(" ", "")
    begins = chunk.words[0].text[:1].isalpha() or _COUNTED.search(chunk.text)
    return not any(map(str.isdigit, text)) or (
        len(chunk.words) > 1 and sum(map(str.isalpha, text)) > 0.6 * len(text) and bool(begins)
    )


def stub_of(rows: list[Row], n: int) -> list[int]:
    """The leading columns that hold labels: those before the first column that is mostly numbers with a decimal."""
    kinds, counts = [], []
    for column in range(n):
        texts = [" ".join(c.unmarked for c in row.cells[column]) for row in rows if column in row.cells]
        texts = [t for t in texts if t and not is_blank(t)]
        n_numbers = sum(is_numeric(t) and not t.endswith(":") for t in texts)  # "117M:" heads what follows
        kinds.append(n_numbers > 0 and n_numbers > 0.5 * len(texts))
        numbered = texts == [str(k) for k in range(1, len(texts) + 1)]
        counts.append(len(texts) > 1 and (numbered or all(map(_SIZE.fullmatch, texts))))
    # sizes that are printed once for several rows stand among the labels: "Fern", "7B", "Pruned"
    n_cells = [sum(column in row.cells for row in rows) for column in range(n)]
    for i in range(1, n - 2):
        if counts[i] and not kinds[i + 1] and n_cells[i] < n_cells[i + 1]:
            kinds[i] = False
    # counts that stand before the names, and numbers of the lines
    before = next((i for i, counted in enumerate(counts) if not counted), n)
    first = next((i for i in range(before, n) if kinds[i]), n)
    if before < first < n:
        return list(range(before, first))
    first = kinds.index(True) if True in kinds else n
    return list(range(first)) if first else [0]


def _mostly_numbers(rows: list[Row], column: int) -> bool:
    texts = [" ".join(c.unmarked for c in row.cells[column]) for row in rows if column in row.cells]
    texts = [t for t in texts if not is_blank(t)]
    return sum(map(is_numeric, texts)) > 0.5 * len(texts) > 0


def _heads(row: Row, values: list[int], made: Grid) -> bool:
    """Whether a row is a header between the rows: names or sizes ("13B") over most columns of numbers, and no number.

    Beside names stands nothing, or what stands beside the first header: else they are a property of what stands over
    them. Several columns with one and the same word ("failed") are results that are missing, a sentence is a remark,
    and sizes beside a word for what they count are counts.
    """
    found = {c: row.cells[c] for c in values if c in row.cells}
    texts = {c: " ".join(chunk.unmarked for chunk in found[c]) for c in found}
    if len(texts) < 2 or len(texts) <= 0.6 * len(values) or len(set(texts.values())) == 1:
        return False
    ordered = [chunk for c in sorted(found) for chunk in found[c]]
    if any(after.x0 - before.x1 < 0.6 * made.size for before, after in pairwise(ordered)):
        return False
    beside = " ".join(_stub_text(row, c) for c in made.stub).strip()
    if all(map(_SIZE.fullmatch, texts.values())):
        return not _COUNTED.search(beside)
    corner = {"", *(t.lower() for t in made.corner), *_CORNERS}
    return beside.lower() in corner and all(re.match(r"[^\W\d]{2}|[^\W\d]+-\d", t) for t in texts.values())


def _values_in(row: Row, stub: list[int]) -> bool:
    return any(
        c not in stub and any(ch.numeric or is_blank(ch.text) for ch in chunks) for c, chunks in row.cells.items()
    )


def _stub_text(row: Row, column: int) -> str:
    return " ".join(c.text for c in row.cells.get(column, []))


def label(made: Grid, page: Page) -> None:
    """Give each row its groups and its own label; drop rows that only head a group or go on a label."""
    stub = made.stub
    _counts_between(made)
    _sizes_between(made)
    _centre(made)
    _around(made)
    rows = made.rows
    per_row_rules = len({r.band for r in rows}) > 0.7 * len(rows)
    kept: list[Row] = []
    group: list[str] = []
    lasting = False  # a heading with a rule right under it holds until the next heading
    waiting: list[str] = []  # lines of a label that goes on in the next row
    last_kind = ""
    indented: Row | None = None  # the heading from which the rows of its group are set in
    values = [c for c in range(len(made.columns)) if c not in stub and _mostly_numbers(rows, c)]
    heads: dict[int, list[str]] = {}
    restarts = list(made.restarts)
    for i, row in enumerate(rows):
        while restarts and row.base > restarts[0][0]:
            heads = restarts.pop(0)[1]
            group, waiting, lasting, indented, last_kind = [], [], False, None, "heads"
        if kept and _heads(row, values, made):
            lines_ = {c: [_stub_text(row, c)] for c in row.cells if c not in stub}
            if last_kind == "heads":
                lines_ = {c: heads.get(c, []) + lines_.get(c, []) for c in {*heads, *lines_}}
            name = " ".join(_stub_text(row, c) for c in stub).strip()
            heads, waiting, last_kind = lines_, [], "heads"
            group, lasting, indented = [name] if name and name not in made.corner else [], True, None
            continue
        if _values_in(row, stub):
            if last_kind == "heading":
                lasting = row.band != rows[i - 1].band
                indented = rows[i - 1] if _indents(rows[i - 1], rows[i : i + 2], stub) else None
            elif indented and stub[0] in row.cells and _left(row, stub) < _left(indented, stub) + 1:
                group, indented = [], None  # no longer set in
            elif kept and row.band != kept[-1].band and not per_row_rules and not lasting:
                group = []
            row.groups = list(group)
            row.heads = heads
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
        if not (set(row.cells) <= set(stub)) and (not _is_alone(row) or _is_of_cell(row, rows, i, made)):
            last_kind = "other"
            continue
        if _goes_on(row, kept, rows, i, made):
            kept[-1].stub[_first_filled(row, stub)] += " " + text
            continue
        if _starts(row, rows, i, made):
            if indented and stub[0] in row.cells and _left(row, stub) < _left(indented, stub) + 1:
                group, indented = [], None
            waiting.append(text)
            continue
        group = [*group, text] if last_kind == "heading" else [text]
        last_kind = "heading"
    made.rows = kept
    _fill_down(made)
    _sideways(made, page)
    _joined(made)


def _counts_between(made: Grid) -> None:
    """Give a count that stands alone before the labels, centred on several rows ("7B"), to the nearest of them."""
    alone = [r for r in made.rows if r.cells and max(r.cells) < made.stub[0]]
    others = [r for r in made.rows if r not in alone]
    for row in alone:
        beside = [r for r in others if r.band == row.band and not set(r.cells) & set(row.cells)]
        if beside:
            nearest = min(beside, key=lambda r: abs(r.base - row.base))
            nearest.cells |= row.cells
            made.rows = [r for r in made.rows if r is not row]


def _sizes_between(made: Grid) -> None:
    """Give sizes among the labels, each centred on several rows between their lines ("13B"), to the rows nearest."""
    for k in made.stub[1:-1]:
        for band in _bands(made, k):
            alone = [r for r in band if k in r.cells and set(r.cells) <= set(made.stub)]
            if not alone or not all(_SIZE.fullmatch(_stub_text(r, k)) for r in alone):
                continue
            for row in (r for r in band if k not in r.cells and _values_in(r, made.stub)):
                _, nearest = min((abs(line.base - row.base), i) for i, line in enumerate(alone))
                row.cells[k] = list(alone[nearest].cells[k])
            for line in alone:
                line.cells.pop(k)
    made.rows = [r for r in made.rows if r.cells]


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


def _is_of_cell(row: Row, rows: list[Row], i: int, made: Grid) -> bool:
    """Whether a line alone in a column of texts is part of a cell on several lines, centred on its row."""
    column = min(row.cells)
    others = [r.cells[column] for r in rows if column in r.cells and len(r.cells) > 1]
    near = min(abs(r.base - row.base) for r in rows[max(0, i - 1) : i + 2] if r is not row)
    return near < 0.8 * made.size and bool(others) and all(map(_is_text, (cells[0] for cells in others)))


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
    if _indents(row, rows[i + 1 : i + 3], made.stub):
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


def _indents(heading: Row, rows: list[Row], stub: list[int]) -> bool:
    """Whether all of two `rows` of values are set in from `heading` by the same width: it heads their group."""
    if len(rows) < 2 or any(stub[0] not in r.cells for r in (heading, *rows)):
        return False
    first, *others = (_left(r, stub) - _left(heading, stub) for r in rows)
    return first > _INDENT and all(abs(o - first) < 1 for o in others) and all(_values_in(r, stub) for r in rows)


def _left(row: Row, stub: list[int]) -> float:
    return row.cells[stub[0]][0].x0


def _fill_down(made: Grid) -> None:
    """Labels printed once for several rows: give them to each row of their band, or to the rows below."""
    stub = made.stub
    for k in range(len(stub)):
        spanning = any(not r.stub[k] for r in made.rows)
        for rows in _bands(made, stub[k]):
            filled = [r for r in rows if r.stub[k]]
            blank = [r for r in rows if not r.stub[k]]
            if not blank and spanning and _is_one_label(rows, k):
                for row in rows:
                    row.stub[k] = " ".join(r.stub[k] for r in filled) if row is rows[0] else rows[0].stub[k]
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


def _is_one_label(rows: list[Row], k: int) -> bool:
    """Whether the labels of `rows` in column `k` are lines of one: "Tree", "structure", beside labels of their own."""
    return (
        len(rows) > 1
        and all(all(r.stub[k + 1 :]) and r.stub[k + 1 :] for r in rows)
        and rows[0].stub[k][:1].isupper()
        and all(re.match(r"(?!w/|with|no )[a-z(&]", r.stub[k]) for r in rows[1:])
        and len({r.stub[k] for r in rows}) == len(rows)
    )


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
