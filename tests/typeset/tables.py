"""Where the texts and rules of a table stand.

In: a table as rows of cells. Out: texts and rules with places, in points from the table's upper left corner.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Width = Callable[[str, float, str], float]
_ABOVE, _BELOW = 3.0, 2.0  # points between a rule and the row below it, above it


@dataclass(frozen=True)
class Cell:
    """A cell over `across` columns and `down` rows; `turned` text runs upwards; a line feed ends a line.

    `indent` is in points.
    """

    text: str
    across: int = 1
    down: int = 1
    style: str = ""
    turned: bool = False
    indent: float = 0.0
    hidden: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells (None where another cell reaches); `align` is a letter a column: l, c or r.

    `rules`: booktabs (above, below, under the header), lines (under every row), grid (and beside every column), none.
    `ruled_after`: rows with a rule below; `partial`: (row, first column, last column) with a short rule below;
    `upright`: columns with a rule on their right. `middle`: shorter cells stand in the middle of their row.
    `track`: points between the letters of a cell. `shaded`: rows on a coloured ground.
    """

    rows: Sequence[Sequence[str | Cell | None]]
    align: str
    header: int = 1
    rules: Literal["booktabs", "lines", "grid", "none"] = "booktabs"
    ruled_after: Sequence[int] = ()
    partial: Sequence[tuple[int, int, int]] = ()
    upright: Sequence[int] = ()
    middle: bool = False
    size: float = 9.0
    gap: float = 12.0
    leading: float = 1.25
    track: float = 0.0
    shaded: Sequence[int] = ()


class PlacedText(NamedTuple):
    """One line of a cell; `x` is its left edge, `base` its baseline."""

    text: str
    x: float
    base: float
    cell: Cell


class PlacedRule(NamedTuple):
    """A straight line."""

    x0: float
    y0: float
    x1: float
    y1: float
    thickness: float


@dataclass
class Layout:
    """A table ready to be drawn."""

    width: float
    height: float
    texts: list[PlacedText] = field(default_factory=list)
    rules: list[PlacedRule] = field(default_factory=list)
    shaded: list[tuple[float, float]] = field(default_factory=list)


def placed(table: Table, width: Width) -> Layout:
    """Place every line of text and every rule of `table`; `width` measures a text in a size and a style."""
    cells = {
        (i, j): Cell(cell) if isinstance(cell, str) else cell
        for i, row in enumerate(table.rows)
        for j, cell in enumerate(row)
        if cell is not None
    }
    columns = _columns(table, cells, width)
    edges = _across(table)
    ruled = {k for k, _, _ in edges}
    rows = _heights(table, cells, ruled)
    tops = [sum(rows[:i]) for i in range(len(rows) + 1)]
    layout = Layout(columns[-1], tops[-1])
    for (i, j), cell in cells.items():
        top = tops[i] + (_ABOVE if i in ruled else 0.0)
        box = (
            columns[j],
            top,
            columns[j + cell.across],
            tops[i + cell.down] - (_BELOW if i + cell.down in ruled else 0.0),
        )
        layout.texts += _turned(cell, box, table, width) if cell.turned else _upright(cell, j, box, table, width)
    layout.shaded = [(tops[i], tops[i + 1]) for i in table.shaded]
    layout.rules = _rules(table, cells, columns, tops, edges)
    return layout


def _columns(table: Table, cells: dict[tuple[int, int], Cell], width: Width) -> list[float]:
    """Edges of the columns: wide enough for their widest cell, the last one of a span for the rest of it."""
    n = len(table.align)
    wide = [0.0] * n
    for (_, j), cell in sorted(cells.items(), key=lambda item: (item[1].across, item[0])):
        lines = cell.text.split("\n")
        needed = table.size if cell.turned else max(width(text, table.size, cell.style) for text in lines)
        lacking = needed + table.gap - sum(wide[j : j + cell.across])
        if lacking > 0:
            for k in range(j, j + cell.across):
                wide[k] += lacking / cell.across
    edges = [0.0]
    for w in wide:
        edges.append(edges[-1] + w)
    return edges


def _across(table: Table) -> list[tuple[int, int, int]]:
    """Horizontal rules: the row below, the first column, the column after the last."""
    n, whole = len(table.rows), len(table.align)
    edges = {(i + 1, 0, whole) for i in table.ruled_after} | {(i + 1, j, k + 1) for i, j, k in table.partial}
    if table.rules != "none":
        edges |= {(i, 0, whole) for i in ((0, table.header, n) if table.rules == "booktabs" else range(n + 1))}
    return sorted(edges)


def _heights(table: Table, cells: dict[tuple[int, int], Cell], ruled: set[int]) -> list[float]:
    """The rows' heights: their lines, and room beside rules."""
    heights = []
    for i in range(len(table.rows)):
        lines = [c.text.count("\n") + 1 for (k, _), c in cells.items() if k == i and c.down == 1 and not c.turned]
        room = (_ABOVE if i in ruled else 0.0) + (_BELOW if i + 1 in ruled else 0.0)
        heights.append(max(lines, default=1) * table.leading * table.size + room)
    return heights


def _upright(
    cell: Cell, j: int, box: tuple[float, float, float, float], table: Table, width: Width
) -> list[PlacedText]:
    x0, y0, x1, y1 = box
    line = table.leading * table.size
    lines = cell.text.split("\n")
    centred = table.middle or cell.down > 1
    top = y0 + ((y1 - y0 - len(lines) * line) / 2 if centred else 0.0)
    align = "c" if cell.across > 1 else table.align[j]
    found = []
    for k, text in enumerate(lines):
        free = x1 - x0 - width(text, table.size, cell.style)
        x = x0 + cell.indent + {"l": table.gap / 2, "c": free / 2, "r": free - table.gap / 2}[align]
        if text:
            found.append(PlacedText(text, x, top + (k + 0.74) * line, cell))
    return found


def _turned(cell: Cell, box: tuple[float, float, float, float], table: Table, width: Width) -> list[PlacedText]:
    x0, y0, x1, y1 = box
    long = width(cell.text, table.size, cell.style)
    return [PlacedText(cell.text, (x0 + x1) / 2 + 0.35 * table.size, (y0 + y1 + long) / 2, cell)]


def _rules(
    table: Table,
    cells: dict[tuple[int, int], Cell],
    columns: list[float],
    tops: list[float],
    edges: list[tuple[int, int, int]],
) -> list[PlacedRule]:
    n = len(table.rows)
    heavy = {0, n} if table.rules == "booktabs" else set()
    rules = []
    for k, first, last in edges:
        for a, b in _free(k, first, last, cells):
            rules.append(PlacedRule(columns[a], tops[k], columns[b], tops[k], 0.8 if k in heavy else 0.4))
    upright = range(-1, len(table.align)) if table.rules == "grid" else table.upright
    for j in upright:
        inside = {i for (i, k), c in cells.items() for i in range(i, i + c.down) if k <= j < k + c.across - 1}
        for i in range(n):
            if i not in inside:
                rules.append(PlacedRule(columns[j + 1], tops[i], columns[j + 1], tops[i + 1], 0.4))
    return rules


def _free(k: int, first: int, last: int, cells: dict[tuple[int, int], Cell]) -> list[tuple[int, int]]:
    """Columns `first` to `last` of the edge above row `k`, without cells that reach across it."""
    crossed = {j for (i, c), cell in cells.items() if i < k < i + cell.down for j in range(c, c + cell.across)}
    runs: list[tuple[int, int]] = []
    for j in range(first, last):
        if j in crossed:
            continue
        if runs and runs[-1][1] == j:
            runs[-1] = (runs[-1][0], j + 1)
        else:
            runs.append((j, j + 1))
    return runs
