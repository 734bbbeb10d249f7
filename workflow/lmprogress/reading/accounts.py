"""An account of every table on the pages that were looked at: what was read in it, and why the rest was not.

In: a page, its tables, what was read in each. Out: rows of table `tables`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from lmprogress.core.schemas.reading import TABLES
from lmprogress.reading.cells import Grid, is_numeric
from lmprogress.reading.layout import Caption, Page, Segment, is_prose
from lmprogress.reading.meaning import TableReading
from lmprogress.reading.pdf import Box, View
from lmprogress.reading.regions import Region
from lmprogress.reading.words import Lexicon

_COLUMNS = tuple(column.name for column in TABLES.columns)
_WORDS = 10  # of a caption: no more are quoted
_DECIMAL = re.compile(r"\W*\d+[.,]\d+\W*")
_LINES = 3  # lines that follow each other, each with
_PER_LINE = 2  # so many decimals: a table, whether or not it was found as one


def found_table(
    paper_id: str, page: int, view: View, region: Region, grid: Grid | None, read: Sequence[TableReading],
    lexicon: Lexicon,
) -> dict[str, Any]:  # fmt: skip
    """The account of a table (`page` from 1) with what was `read` in it; `grid` is None where it has no columns."""
    left = Counter(reason.value for each in read for _, reason in each.left)
    texts = [t for t in (region.panel, region.caption.text if region.caption else "") if t]
    row = _row(paper_id, page, view, region.box, region.caption)
    if grid is None:
        return row | {"speaks_of": lexicon.speaks_of(texts)}
    texts += [t for path in grid.headers for t in path]
    texts += sorted({t for each in grid.rows for t in (*each.groups, *each.stub)})
    cells = [(each.base, k, c) for each in grid.rows for k, chunks in each.cells.items() for c in chunks if c.numeric]
    left["label"] = grid.n_in_header + sum(k in grid.stub for _, k, _ in cells)
    n_read = sum(each.n_cells for each in read)
    return row | {
        "speaks_of": lexicon.speaks_of(texts),
        "n_rows": len({base for base, _, _ in cells}),
        "n_columns": len({k for _, k, _ in cells if k not in grid.stub}),
        "n_numbers": grid.n_numbers,
        "n_read": n_read,
        "reasons": "; ".join(f"{reason}: {n}" for reason, n in sorted(left.items()) if n) or None,
        "n_unexplained": max(0, grid.n_numbers - n_read - sum(left.values())),
    }


def lost_tables(
    paper_id: str, page: int, view: Page, found: Sequence[Region], lexicon: Lexicon
) -> Iterator[dict[str, Any]]:
    """The captions of `view` (page `page` from 1) without a table, and its lines of decimals that no table holds."""
    held = {id(region.caption) for region in found}
    for caption in view.captions:
        if caption.kind == "table" and id(caption) not in held and not _goes_on(caption, found):
            row = _row(paper_id, page, view.view, caption.box, caption)
            yield row | {"speaks_of": lexicon.speaks_of([caption.text])}
    for block in _blocks(view, [region.box for region in found]):
        box = Box(
            min(p.x0 for p in block), min(p.base - p.size for p in block), max(p.x1 for p in block),
            max(p.base for p in block),
        )  # fmt: skip
        numbers = [w for p in block for w in p.words if is_numeric(w.text)]
        lines = {round(p.base) for p in block}
        counts = {"n_rows": len(lines), "n_numbers": len(numbers), "n_unexplained": len(numbers)}
        yield _row(paper_id, page, view.view, box, None) | counts


def name_tables(rows: Sequence[dict[str, Any]]) -> None:
    """Make the table_id of each of `rows` unique by a suffix, where two begin at one place."""
    seen: Counter[str] = Counter()
    for row in rows:
        seen[row["table_id"]] += 1
        if seen[row["table_id"]] > 1:
            row["table_id"] += f":{seen[row['table_id']]}"


def _row(paper_id: str, page: int, view: View, box: Box, caption: Caption | None) -> dict[str, Any]:
    place = {k: round(v, 1) for k, v in view.on_page(box)._asdict().items()}
    name = f"{paper_id}:p{page}:{place['x0']:.1f},{place['y0']:.1f}:table"
    label = {"table_label": caption.label, "caption_start": " ".join(caption.text.split()[:_WORDS])} if caption else {}
    counts = dict.fromkeys(("n_rows", "n_columns", "n_numbers", "n_read", "n_unexplained"), 0)
    return dict.fromkeys(_COLUMNS) | {"table_id": name, "paper_id": paper_id, "page": page} | place | label | counts


def _goes_on(caption: Caption, found: Sequence[Region]) -> bool:
    """Whether another table of the page has the same label: it goes on there."""
    return any(region.caption and region.caption.label == caption.label for region in found)


def _blocks(page: Page, boxes: Sequence[Box]) -> Iterator[list[Segment]]:
    """Lines with decimals that follow each other outside of `boxes` and captions."""
    outside = [*boxes, *(c.box for c in page.captions)]
    block: list[Segment] = []
    bases: list[float] = []
    for part in page.parts:
        middle = (part.x0 + part.x1) / 2
        if any(b.x0 - 4 < middle < b.x1 + 4 and b.y0 - 2 < part.base < b.y1 + 4 for b in outside):
            continue
        n_decimals = sum(bool(_DECIMAL.fullmatch(w.text)) for w in part.words)
        if n_decimals < 1 or is_prose(part):
            continue
        if bases and part.base - bases[-1] > 2.5 * part.size:
            yield from _whole(block)
            block, bases = [], []
        block.append(part)
        bases.append(part.base)
    yield from _whole(block)


def _whole(block: list[Segment]) -> Iterator[list[Segment]]:
    per_line = Counter[int]()
    for part in block:
        per_line[round(part.base)] += sum(bool(_DECIMAL.fullmatch(w.text)) for w in part.words)
    if sum(n >= _PER_LINE for n in per_line.values()) >= _LINES:
        yield block
