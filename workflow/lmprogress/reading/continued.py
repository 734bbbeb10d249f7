"""Tables that go on from one page to the next.

In: the tables of pages that follow each other. Out: the same, each part with the caption and headers of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lmprogress.reading.cells import Grid
from lmprogress.reading.grids import grid
from lmprogress.reading.layout import Caption, Page
from lmprogress.reading.pdf import Box
from lmprogress.reading.regions import Region, block_at

_HEAD, _FOOT = 0.085, 0.9  # shares of the page's height above and below which stand running heads and page numbers
_CONTINUED = re.compile(r"(?i)\bcont(?:inued|'d|\.)(?! on )|^续表|\(续\)")


@dataclass(slots=True)
class PageTables:
    """The tables of one view of page `number` (from 0), from the top down."""

    number: int
    page: Page
    tables: list[tuple[Region, Grid]]
    bare: list[Region] = field(default_factory=list)  # regions whose numbers stand in no columns


def joined(found: list[PageTables], opened: Callable[[int], PageTables | None]) -> list[PageTables]:
    """`found`, in the order of pages, with parts of one table told what the others say.

    A part is the last thing on its page and the first on the next, with columns at the same places. `opened` gives
    a page that was not looked at, for a table that reaches the foot of the page before it.
    """
    by_number = {f.number: f for f in reversed(found)}  # the main view of each page
    for number in sorted(by_number):
        upper = by_number[number]
        while upper and upper.tables and _reaches_foot(upper.page, upper.tables[-1][0].box):
            number = upper.number + 1
            known = by_number.get(number)
            lower = known or opened(number)
            if lower is None or not _go_on(upper, lower):
                break
            if not known:
                by_number[number] = lower
                found.append(lower)
            upper = lower if len(lower.tables) == 1 else None  # type: ignore[assignment]
    for number in sorted(by_number, reverse=True):
        lower = by_number[number]
        while lower.tables and lower.tables[0][0].caption and _reaches_head(lower.page, lower.tables[0][0].box):
            known = by_number.get(lower.number - 1)
            before = known or opened(lower.number - 1)
            if before is None or not _go_back(before, lower):
                break
            if not known:
                by_number[before.number] = before
                found.append(before)
            lower = before
    found.sort(key=lambda f: f.number)
    _named_again(found)
    return found


def goes_on(caption: str) -> bool:
    """Whether a caption says that its table goes on from another page."""
    return bool(_CONTINUED.search(caption[:60]))


def _named_again(found: list[PageTables]) -> None:
    """Give each table whose caption says that it goes on what the first caption of that label says."""
    first: dict[str, Region] = {}
    for region, _ in (table for at in found for table in at.tables):
        if region.caption and not goes_on(region.caption.text):
            first.setdefault(region.caption.label, region)
        elif region.caption and region.caption.label in first:
            region.caption = first[region.caption.label].caption


def _go_on(upper: PageTables, lower: PageTables) -> bool:
    """Tell the first table of `lower` what the last one of `upper` says, where it is the next part of it."""
    region, above = upper.tables[-1]
    if not lower.tables:
        _add_block(lower, region, up=False)
    if not lower.tables or not _reaches_head(lower.page, lower.tables[0][0].box):
        return False
    part, below = lower.tables[0]
    if not _may_share(region.caption, part.caption) or not _take(above, below):
        return False
    if region.caption:
        part.caption = region.caption
    else:
        region.caption = part.caption
    return True


def _go_back(upper: PageTables, lower: PageTables) -> bool:
    """Give the part at the foot of `upper` the caption of the first table of `lower`, where they are one table.

    Their headers are the same: a table that ends above a caption is mostly another one.
    """
    region, below = lower.tables[0]
    added = not upper.tables or not _reaches_foot(upper.page, upper.tables[-1][0].box)
    if added and not _add_block(upper, region, up=True):
        return False
    part, above = upper.tables[-1]
    same = _columns(below, above) is not None and _texts(above) == _texts(below) and any(below.headers)
    if part.caption is None and same and _reaches_foot(upper.page, part.box):
        part.caption = region.caption
        return True
    if added:
        upper.tables.pop()
    return False


def _add_block(at: PageTables, like: Region, *, up: bool) -> bool:
    """Add what stands in lines at the foot (`up`) or the head of a page, as wide as the table `like`."""
    height = at.page.view.height
    inside = [p.base for p in at.page.parts if _HEAD * height < p.base < _FOOT * height]
    if not inside:
        return False
    edge = max(inside) + 1 if up else min(inside) - 1
    box = block_at(at.page, Box(like.box.x0, edge, like.box.x1, edge), up=up)
    made = grid(at.page, region := Region(box, [], [], [])) if box else None
    if made is None:
        return False
    at.tables.insert(len(at.tables) if up else 0, (region, made))
    return True


def _may_share(caption: Caption | None, other: Caption | None) -> bool:
    if caption is None or other is None:
        return True
    return other.label == caption.label or goes_on(other.text)


def _take(above: Grid, below: Grid) -> bool:
    """Give `below` the headers of `above`, where its columns stand at the same places; false where they do not."""
    places = _columns(above, below)
    if places is None:
        return False
    told = [t for path in below.headers for t in path]
    if told and set(told) <= {t for path in above.headers for t in path}:
        return True  # the header is printed again
    if len({t for k, path in enumerate(below.headers) for t in path}) > 1:
        return False
    for row in below.rows:  # what stood alone above the first row heads a group
        if told and not row.groups:
            row.groups = [told[0]]
        elif not told and not row.groups and above.rows and row.band == below.rows[0].band:
            row.groups = list(above.rows[-1].groups)
    below.headers = [list(above.headers[k]) for k in places]
    below.stub = [k for k, place in enumerate(places) if place in above.stub] or below.stub
    below.corner = list(above.corner)
    return True


def _texts(one: Grid) -> set[str]:
    return {t for path in one.headers for t in path}


def _columns(above: Grid, below: Grid) -> list[int] | None:
    """For each column of `below` the one of `above` at its place; None where one has none or shares it."""
    found = []
    for lo, hi in below.columns:
        shared = [min(hi, x1) - max(lo, x0) for x0, x1 in above.columns]
        if max(shared) <= 0:
            return None
        found.append(shared.index(max(shared)))
    return found if len(set(found)) == len(found) and len(found) >= len(above.columns) - 1 else None


def _reaches_foot(page: Page, box: Box) -> bool:
    below = [p for p in page.parts if p.base > box.y1 + 3 and p.x0 < box.x1 and p.x1 > box.x0]
    return box.y1 > 0.6 * page.view.height and all(p.base > _FOOT * page.view.height for p in below)


def _reaches_head(page: Page, box: Box) -> bool:
    def is_told(base: float) -> bool:
        return any(c.box.y0 < base < c.box.y1 and goes_on(c.text) for c in page.captions)

    above = [p for p in page.parts if p.base < box.y0 - 1 and p.x0 < box.x1 and p.x1 > box.x0]
    return all(p.base < _HEAD * page.view.height or is_told(p.base) for p in above)
