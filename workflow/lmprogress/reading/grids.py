"""Words and rules of a region to the cells of a table.

In: a page and a region. Out: a grid: columns, header paths, rows with groups, labels and cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lmprogress.reading.cells import Chunk, Grid, chunks
from lmprogress.reading.columns import columns_of
from lmprogress.reading.headers import header_paths, n_header, n_scale, n_without_heading
from lmprogress.reading.layout import Page, lines
from lmprogress.reading.regions import Region
from lmprogress.reading.row_labels import label, rows_of, stub_of


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
    chunked = [chunks(row, region.vertical, size) for row in lines(words)]
    chunked = [row for row in chunked if row]
    n_head = n_scale(chunked, n_without_heading(chunked, n_header(chunked, region)))
    body, head = chunked[n_head:], chunked[:n_head]
    if not body:
        return None
    body, again = _parted(body, head)
    columns = [(lo, hi) for lo, hi in columns_of(body)]
    if len(columns) < 2:
        return None
    rows = rows_of(body, columns, region)
    stub = stub_of(rows, len(columns))
    headers = header_paths(head, columns, region, body[0][0].base)
    for column, text in _turned(page, region, columns, body[0][0].base - 0.5 * size):
        if column not in stub:
            headers[column].append(text)
    restarts = [
        (block[0][0].base, dict(enumerate(header_paths(block, columns, region, after)))) for block, after in again
    ]
    n_in_header = sum(c.numeric for row in [*head, *(row for block, _ in again for row in block)] for c in row)
    n_numbers = n_in_header + sum(c.numeric for row in rows for chunks_ in row.cells.values() for c in chunks_)
    corner = [t for c in stub for t in headers[c]]
    made = Grid(region, columns, headers, rows, stub, corner, size, restarts, n_numbers, n_in_header)
    label(made, page)
    return made


def _turned(page: Page, region: Region, columns: list[tuple[float, float]], end: float) -> Iterator[tuple[int, str]]:
    """The headers that run upwards above `end`, line by line, each with the column that it stands over."""
    for text, at in sorted(page.view.sideways, key=lambda told: told[1].x0):
        if region.box.y0 - 3 < at.y0 and at.y1 < end:
            for column, (lo, hi) in enumerate(columns):
                if at.x0 < (lo + hi) / 2 < at.x1 or lo - 2 < (at.x0 + at.x1) / 2 < hi + 2:
                    yield column, text
                    break


def _parted(
    body: list[list[Chunk]], head: list[list[Chunk]]
) -> tuple[list[list[Chunk]], list[tuple[list[list[Chunk]], float]]]:
    """The rows of values, and the headers among `body` that begin again as `head` does, each with where it ends.

    Such a header has as many lines as `head`, each with the same first text (or all others) at the same place and none
    with a decimal, or spans columns as `head` does, with other texts.
    """
    n = len(head)
    widest = max(map(len, body))
    rows: list[list[Chunk]] = []
    again = []
    i = 0
    while i < len(body):
        block = body[i : i + n]
        follows = 0 < i < len(body) - n
        same = n and follows and all(map(_same_beginning, block, head)) and any(len(line) > 1 for line in block)
        if same or (n and follows and all(_same_spans(*both, widest) for both in zip(block, head, strict=True))):
            again.append((block, body[i + n][0].base))
            i += n
        else:
            rows.append(body[i])
            i += 1
    return rows, again


def _same_beginning(line: list[Chunk], other: list[Chunk]) -> bool:
    first, its = line[0], other[0]
    texts, theirs = ([c.text for c in chunks] for chunks in (line, other))
    # or the first alone names another size or model: "60M", "130M"
    like = len(line) > 2 and texts[1:] == theirs[1:] and not any(c.numeric for c in line[1:])
    return (
        (texts[0] == theirs[0] or like)
        and abs(first.x0 - its.x0) < 3
        and bool(re.search(r"[^\W\d_]", first.text))
        and not any(c.numeric and re.search(r"\d[.,]\d", c.unmarked) for c in line)
    )


def _same_spans(line: list[Chunk], other: list[Chunk], widest: int) -> bool:
    """Whether two lines of texts are centred on the same places, each over two or more of the `widest` columns."""
    return (
        1 < len(line) == len(other) <= widest / 2
        and not any(c.numeric for c in [*line, *other])
        and all(abs(a.x0 + a.x1 - b.x0 - b.x1) < 4 for a, b in zip(line, other, strict=True))
    )
