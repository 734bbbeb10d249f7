"""Words and rules of a region to the cells of a table.

In: a page and a region. Out: a grid: columns, header paths, rows with groups, labels and cells.
"""

from __future__ import annotations

from lmprogress.reading.cells import Grid, chunks
from lmprogress.reading.columns import columns_of
from lmprogress.reading.headers import header_paths, n_header
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
    n_head = n_header(chunked, region)
    body, head = chunked[n_head:], chunked[:n_head]
    if not body:
        return None
    columns = [(lo, hi) for lo, hi in columns_of(body)]
    if len(columns) < 2:
        return None
    rows = rows_of(body, columns, region)
    stub = stub_of(rows, len(columns))
    headers = header_paths(head, columns, region, body[0][0].base)
    made = Grid(region, columns, headers, rows, stub, [t for c in stub for t in headers[c]], size)
    label(made, page)
    return made
