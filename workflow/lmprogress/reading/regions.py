"""Where tables stand on a page.

In: a page. Out: regions: a box, the rules in it, the caption that belongs to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lmprogress.reading.layout import Caption, Page, Segment, is_prose
from lmprogress.reading.pdf import Box, Rule
from lmprogress.reading.text import LETTERS
from lmprogress.reading.titles import assigned, panels, within

_SAME = 5.0  # points by which ends of equal rules may differ
_EMPTY = 35.0  # points between a rule and the first line below it: more, and no table begins or goes on there
_NUMBER = re.compile(rf"[^{LETTERS}]*\d+[.,]\d+[^{LETTERS}]*")


@dataclass(slots=True)
class Region:
    """The box of a table; `full` are the rules across it, `partial` the shorter ones."""

    box: Box
    full: list[Rule]
    partial: list[Rule]
    vertical: list[Rule]
    caption: Caption | None = None
    panel: str = ""  # its own title under a caption that several share, such as "(a) Penn Treebank"


def regions(page: Page) -> list[Region]:
    """The tables of `page`, from the top down."""
    boxes = _ruled(page)
    boxes += _unruled(page, [b for b, _ in boxes])
    found = []
    for box, full in boxes:
        partial = [
            r for r in page.horizontal
            if r not in full and box.y0 - 2 < r.y < box.y1 + 2 and r.x0 > box.x0 - _SAME and r.x1 < box.x1 + _SAME
        ]  # fmt: skip
        vertical = [
            r for r in page.vertical if box.x0 - 2 < r.y < box.x1 + 2 and r.x0 > box.y0 - 20 and r.x1 < box.y1 + 20
        ]
        found.append(Region(box, full, partial, vertical))
    titles = assigned([r.box for r in found], page)
    for region, (caption, panel) in zip(found, titles, strict=True):
        region.caption, region.panel = caption, panel
    return sorted(found, key=lambda r: (r.box.y0, r.box.x0))


def _ruled(page: Page) -> list[tuple[Box, list[Rule]]]:
    groups: list[list[Rule]] = []
    titles = panels(page)
    for rule in page.horizontal:
        if rule.x1 - rule.x0 < 40:
            continue
        for group in reversed(groups):
            last = group[-1]
            if abs(last.x0 - rule.x0) < _SAME and abs(last.x1 - rule.x1) < _SAME:
                if _one_table(page, last, rule) and not any(_parts(page, t.box, last, rule) for t in titles):
                    group.append(rule)
                    break
                continue
        else:
            groups.append([rule])
    found = []
    for group in groups:
        x0, x1 = min(r.x0 for r in group), max(r.x1 for r in group)
        box = Box(x0, group[0].y, x1, group[-1].y)
        if _inside_other(group, groups):
            continue
        box = _stretched(page, box, group)
        if box.y1 - box.y0 > 8 and _has_numbers(page, box):
            found.append((box, group))
    # the rule above a footnote, with the end of a table above it
    return [
        (box, group) for box, group in found
        if len(group) > 1 or not any(len(other) > 1 and _crosses(box, b) for b, other in found)
    ]  # fmt: skip


def _inside_other(group: list[Rule], groups: list[list[Rule]]) -> bool:
    """Whether shorter rules lie wholly inside of a table with wider ones."""
    x0, x1, y0, y1 = group[0].x0, group[0].x1, group[0].y, group[-1].y
    return any(
        other is not group
        and other[0].x0 < x0 + 2 and other[0].x1 > x1 - 2 and other[0].x1 - other[0].x0 > x1 - x0 + _SAME
        and other[0].y - 2 < y0 and other[-1].y + 2 > y1
        and len(other) > 1
        for other in groups
    )  # fmt: skip


def _one_table(page: Page, upper: Rule, lower: Rule) -> bool:
    """Whether what stands between two equal rules is part of a table: no caption, no paragraph."""
    for caption in page.captions:
        if (
            upper.y - 2 < caption.box.y0 + 3
            and caption.box.y1 < lower.y + 4
            and caption.box.x0 < lower.x1
            and caption.box.x1 > lower.x0
        ):
            return False
    between = [p for p in page.parts if upper.y < p.base < lower.y and within(p, lower.x0, lower.x1)]
    prose = [
        p for p in between
        if is_prose(p) and p.x1 - p.x0 > 0.55 * (lower.x1 - lower.x0) and not _numeric_line(between, p.base)
    ]  # fmt: skip
    turned = [at.y0 for _, at in page.view.sideways if upper.y < at.y0 < lower.y and lower.x0 < at.x0 < lower.x1]
    # such as the rule under a running head
    if min([p.base for p in between] + turned, default=lower.y) - upper.y > _EMPTY:
        return False
    n_lines = len({round(p.base) for p in between})
    return len(prose) < 2 or len(prose) < 0.34 * n_lines


def _parts(page: Page, title: Box, upper: Rule, lower: Rule) -> bool:
    """Whether the title of a panel is all that stands between two equal rules, and wider than they are."""
    if title.y0 < upper.y - 2 or title.y1 > lower.y + 4 or (title.x0 > lower.x0 - 3 and title.x1 < lower.x1 + 3):
        return False
    between = [p for p in page.parts if upper.y < p.base < lower.y and p.x0 < lower.x1 and p.x1 > lower.x0]
    return bool(between) and all(title.y0 < p.base < title.y1 for p in between)


def _has_numbers(page: Page, box: Box) -> bool:
    return any(
        _NUMBER.fullmatch(w.text) or (w.text.isdigit() and len(w.text) > 1)
        for p in page.parts
        if box.y0 - 2 < p.base < box.y1 + 2
        for w in p.words
        if box.x0 - 3 < (w.x0 + w.x1) / 2 < box.x1 + 3
    )


def _in_caption(page: Page, part: Segment) -> bool:
    return any(
        c.box.y0 < part.base < c.box.y1 + 1 and part.x0 < c.box.x1 + 3 and part.x1 > c.box.x0 - 3 for c in page.captions
    )


def _stretched(page: Page, box: Box, group: list[Rule]) -> Box:
    """`box` with rows above its first rule and below its last one, where the table goes on there."""
    inside = [p for p in page.parts if within(p, box.x0, box.x1)]
    y0, y1 = box.y0, box.y1
    second = next((r.y for r in group if r.y > y0 + 5), y0 + 40)
    first = [p for p in inside if y0 < p.base < second]
    if (first and _numeric_line(first, min(p.base for p in first))) or len(group) == 1:
        y0 = _reach(page, [p for p in reversed(inside) if p.base < y0], y0, up=True, numbers=False)
    else:  # a corner left open: upright rules that begin above the first rule across the whole table
        above = [r.x0 for r in page.vertical if box.x0 < r.y < box.x1 and y0 - 40 < r.x0 < y0 - 6 and r.x1 > y0 - 2]
        y0 = min([y0, *above])
    y1 = _reach(page, [p for p in inside if p.base > y1], y1, up=False, numbers=True)
    return Box(box.x0, y0, box.x1, y1)


def _numeric_line(parts: list[Segment], base: float) -> bool:
    words = [w for p in parts if abs(p.base - base) < 0.4 * p.size for w in p.words]
    return sum(bool(_NUMBER.fullmatch(w.text)) for w in words) >= 1


def _reach(page: Page, candidates: list[Segment], edge: float, *, up: bool, numbers: bool) -> float:
    """How far rows of the table go on from `edge`: no caption, no paragraph, no gap; with numbers where asked."""
    rows: list[list[Segment]] = []
    for part in candidates:
        if rows and abs(rows[-1][0].base - part.base) < 0.3 * part.size:
            rows[-1].append(part)
        else:
            rows.append([part])
    last = edge
    for row in rows:
        size = max(p.size for p in row)
        step = last - row[0].base if up else row[0].base - last
        if step > (1.7 if last == edge else 1.9) * size or any(_in_caption(page, p) for p in row):
            break
        if (any(is_prose(p) for p in row) and not _numeric_line(row, row[0].base)) or any(p.x0 < -3 for p in row):
            break
        if numbers and not _numeric_line(row, row[0].base):
            break
        last = row[0].base
        edge = last - 0.9 * size if up else last + 0.3 * size
    return edge


# ---- tables without rules -------------------------------------------------------------------------------------------


def _unruled(page: Page, taken: list[Box]) -> list[tuple[Box, list[Rule]]]:
    """Blocks of lines with numbers next to a caption that no ruled table lies at."""
    found: list[tuple[Box, list[Rule]]] = []
    for caption in page.captions:
        if caption.kind != "table" or any(_near(caption.box, b) for b in taken):
            continue
        for up in (False, True):
            box = block_at(page, caption.box, up=up)
            if box and not any(_crosses(box, b) for b in [*taken, *(b for b, _ in found)]):
                found.append((box, []))
                break
    return found


def _near(caption: Box, box: Box) -> bool:
    beside = min(caption.x1, box.x1) - max(caption.x0, box.x0) > 0.3 * min(caption.x1 - caption.x0, box.x1 - box.x0)
    return beside and (abs(box.y0 - caption.y1) < 45 or abs(caption.y0 - box.y1) < 45)


def _crosses(a: Box, b: Box) -> bool:
    return min(a.x1, b.x1) > max(a.x0, b.x0) and min(a.y1, b.y1) > max(a.y0, b.y0)


def block_at(page: Page, caption: Box, *, up: bool) -> Box | None:
    """The lines with numbers above (`up`) or below `caption`, as a box; None where no table stands there.

    They may reach beyond the column of text with `caption`, unless a paragraph stands beside them there.
    """
    left, right = page.column(caption)
    wide = _block(page, caption, min(caption.x0 - 60, left), max(caption.x1 + 60, right), up=up)
    return wide or _block(page, caption, left, right - 3, up=up)


def _block(page: Page, caption: Box, left: float, right: float, *, up: bool) -> Box | None:
    parts = [
        p for p in (reversed(page.parts) if up else page.parts)
        if (p.base < caption.y0 if up else p.base > caption.y1) and p.x0 < right and p.x1 > left
    ]  # fmt: skip
    rows: list[list[Segment]] = []
    for part in parts:
        if rows and abs(rows[-1][0].base - part.base) < 0.3 * part.size:
            rows[-1].append(part)
        else:
            rows.append([part])
    kept: list[Segment] = []
    last = caption.y0 if up else caption.y1
    for row in rows:
        size = max(p.size for p in row)
        if abs(row[0].base - last) > (4.0 if not kept else 2.6) * size or any(_in_caption(page, p) for p in row):
            break
        if sum(is_prose(p) for p in row) and not _numeric_line(row, row[0].base):
            break
        kept += row
        last = row[0].base
    numeric = {round(p.base) for p in kept if _numeric_line([p], p.base)}
    if len(numeric) < 1 or len(kept) < 4:
        return None
    return Box(
        min(p.x0 for p in kept) - 2, min(p.base - p.size for p in kept), max(p.x1 for p in kept) + 2,
        max(p.base for p in kept) + 3,
    )  # fmt: skip
