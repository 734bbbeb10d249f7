"""Tables that stand in one frame: halves side by side, and parts with a header of their own.

In: a grid. Out: grids of one header each.
"""

from __future__ import annotations

import dataclasses
from itertools import groupby, pairwise

from lmprogress.reading.cells import Grid, Row, is_blank


def parts(grid: Grid) -> list[Grid]:
    """`grid` cut where its columns of labels begin anew to the right, and where its header begins anew below."""
    return [part for half in _across(grid) for part in _down(half)]


def _across(grid: Grid) -> list[Grid]:
    """The halves of a grid whose label header stands over a later column again; else the grid."""
    names = [" ".join(grid.headers[c]).strip().lower() for c in range(len(grid.columns))]
    first = names[grid.stub[0]]
    starts = [
        c for c in range(max(grid.stub) + 1, len(names)) if first and names[c] == first and _holds_labels(grid, c)
    ]
    if not starts:
        return [grid]
    edges = [0, *starts, len(grid.columns)]
    return [_half(grid, lo, hi) for lo, hi in pairwise(edges)]


def _holds_labels(grid: Grid, column: int) -> bool:
    texts = [t for t in grid.texts(column) if not is_blank(t)]
    return bool(texts) and any(ch.isalpha() for t in texts for ch in t)


def _half(grid: Grid, lo: int, hi: int) -> Grid:
    """Columns `lo` to `hi` of `grid`; those before the first with a number are its labels."""
    inside = range(lo, hi)
    stub = [c for c in grid.stub if c in inside]
    if not stub:
        numeric = [c for c in inside if any(ch.numeric for r in grid.rows for ch in r.cells.get(c, []))]
        stub = list(range(lo, min([c for c in numeric if c > lo], default=lo + 1)))
    rows: list[Row] = []
    for row in grid.rows:
        cells = {c - lo: found for c, found in row.cells.items() if c in inside}
        if not any(c + lo not in stub for c in cells):
            continue
        labels = row.stub if lo == 0 else [" ".join(ch.text for ch in row.cells.get(c, [])) for c in stub]
        heads = {c - lo: lines for c, lines in row.heads.items() if c in inside}
        rows.append(dataclasses.replace(row, cells=cells, stub=labels, heads=heads))
    corner = [t for c in stub for t in grid.headers[c]]
    labels_at = [c - lo for c in stub]
    return Grid(grid.region, grid.columns[lo:hi], grid.headers[lo:hi], rows, labels_at, corner, grid.size)


def _down(grid: Grid) -> list[Grid]:
    """`grid` cut where a header stands between its rows, which takes the place of the lowest lines above it."""
    found = []
    for _, rows in groupby(grid.rows, key=lambda row: row.heads):
        part = list(rows)
        heads = part[0].heads
        headers = [
            path[: max(0, len(path) - len(heads[c]))] + heads[c] if c in heads else path
            for c, path in enumerate(grid.headers)
        ]
        corner = [t for c in grid.stub for t in headers[c]] if heads else grid.corner
        found.append(dataclasses.replace(grid, rows=part, headers=headers, corner=corner))
    return found or [grid]
