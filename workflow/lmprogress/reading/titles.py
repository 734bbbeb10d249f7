"""Which caption, and which title of a panel, belongs to which table.

In: a page and the boxes of its tables. Out: for each box its caption and the title of its panel.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from lmprogress.reading.layout import Caption, Page, Segment, is_prose
from lmprogress.reading.pdf import Box

_PANEL = re.compile(r"(?:\(([a-zA-Z])\)|([a-h])\))\s?\S")
_PANEL_LINES = 3  # the title of a panel has no more
_BETWEEN = 40.0  # points between two tables side by side that share a title: no more

# points between a table and a title, and the side of the table on which the title lies; None if they do not face
_Placed = tuple[float, str] | None


def assigned(boxes: Sequence[Box], page: Page) -> list[tuple[Caption | None, str]]:
    """For each of `boxes` its caption and the title of its panel ("(a) Penn Treebank"; empty where it has none).

    Titles lie all above, all below, or as each is nearest, whichever fits the page best. Tables side by side, and
    panels, may share a caption.
    """
    titles = panels(page)
    letters = [p.label for p in titles]

    def together(i: int, j: int, distance: float) -> bool:
        both_panels = i in of_panel and j in of_panel and letters[of_panel[i]] != letters[of_panel[j]]
        return both_panels or (distance < 30 and _beside(boxes[i], boxes[j]))

    of_panel = _nearest(
        boxes, [p.box for p in titles], lambda a, b: _beneath(boxes, _distance(a, b, page, 24.0, titles), a, b),
        lambda i, j, distance: False, 24.0,
    )  # fmt: skip
    tables = [c for c in page.captions if c.kind == "table"]
    of_caption = _nearest(
        boxes, [c.box for c in tables], lambda a, b: _distance(a, b, page, 160.0, titles),
        together, 100.0,
    )  # fmt: skip
    of_caption |= _over_both(boxes, tables, of_caption)
    return [
        (
            tables[of_caption[i]] if i in of_caption else None,
            titles[of_panel[i]].text if i in of_panel else "",
        )
        for i in range(len(boxes))
    ]


def within(part: Segment, x0: float, x1: float) -> bool:
    """Whether the middle of `part` lies between `x0` and `x1`."""
    return x0 - 3 < (part.x0 + part.x1) / 2 < x1 + 3


def panels(page: Page) -> list[Caption]:
    """The titles of panels on a page: "(a) ..." at the beginning of a line, and the lines that go on."""
    found = []
    for i, part in enumerate(page.parts):
        match = _PANEL.match(part.text)
        if not match or _in_caption(part, page) or _of_figure(part, page):
            continue
        block = [part]
        for other in page.parts[i + 1 :]:
            step = other.base - block[-1].base
            if step > 1.45 * part.size or len(block) == _PANEL_LINES:
                break
            meets = min(other.x1, part.x1) - max(other.x0, part.x0) > 0.5 * (other.x1 - other.x0)
            if step < 0.5 * part.size or not meets or abs(other.size - part.size) > 0.05 * part.size:
                continue
            if _PANEL.match(other.text) or _in_caption(other, page):
                break
            block.append(other)
        box = Box(
            min(p.x0 for p in block), part.base - part.size, max(p.x1 for p in block),
            block[-1].base + 0.25 * part.size,
        )  # fmt: skip
        found.append(Caption("panel", (match[1] or match[2]).lower(), " ".join(p.text for p in block), box))
    return found


def _in_caption(part: Segment, page: Page) -> bool:
    return any(c.box.y0 < part.base < c.box.y1 and c.box.x0 - 3 < part.x0 < c.box.x1 for c in page.captions)


def _of_figure(part: Segment, page: Page) -> bool:
    """Whether the caption of a figure follows `part` before one of a table."""
    below = [c for c in page.captions if 0 < c.box.y0 - part.base < 60 and c.box.x0 < part.x1 and c.box.x1 > part.x0]
    return bool(below) and min(below, key=lambda c: c.box.y0).kind != "table"


def _nearest(
    boxes: Sequence[Box], titles: Sequence[Box], placed: Callable[[Box, Box], _Placed],
    shared: Callable[[int, int, float], bool], missing: float,
) -> dict[int, int]:  # fmt: skip
    """For boxes the title of each, by number; a title serves two boxes only where `shared` allows it.

    `missing` is the cost, in points, of a box without a title or a title without a box.
    """
    best: tuple[float, dict[int, int]] = (float("inf"), {})
    for sides in ({"above"}, {"below"}, {"above", "below"}):
        pairs = sorted(
            (distance, i, j)
            for i, box in enumerate(boxes)
            for j, title in enumerate(titles)
            if (place := placed(box, title)) and place[1] in sides
            for distance in [place[0]]
        )
        given: dict[int, int] = {}
        owner: dict[int, int] = {}
        cost = 0.0
        for distance, i, j in pairs:
            if i in given or (j in owner and not shared(owner[j], i, distance)):
                continue
            given[i] = j
            owner.setdefault(j, i)
            cost += distance
        cost += missing * (len(titles) - len(owner)) + missing * (len(boxes) - len(given)) + 5.0 * (len(sides) - 1)
        if cost < best[0]:
            best = cost, given
    return best[1]


def _beside(a: Box, b: Box) -> bool:
    return min(a.y1, b.y1) - max(a.y0, b.y0) > 0.5 * min(a.y1 - a.y0, b.y1 - b.y0)


def _over_both(boxes: Sequence[Box], titles: Sequence[Caption], given: dict[int, int]) -> dict[int, int]:
    """For boxes without a title that of the box beside them, where it is centred over both together."""
    found = {}
    for i, box in enumerate(boxes):
        for j, k in given.items():
            other, title = boxes[j], titles[k].box
            x0, x1 = min(box.x0, other.x0), max(box.x1, other.x1)
            apart = max(box.x0, other.x0) - min(box.x1, other.x1)
            centred = abs(x0 + x1 - title.x0 - title.x1) < 0.1 * (x1 - x0)
            if i not in given and 0 < apart < _BETWEEN and centred and _beside(box, other):
                found[i] = k
    return found


def _beneath(boxes: Sequence[Box], place: _Placed, box: Box, title: Box) -> _Placed:
    """`place`, unless another of `boxes` lies between `box` and `title`."""
    low, high = sorted(((box.y0 + box.y1) / 2, (title.y0 + title.y1) / 2))
    between = any(
        b is not box and low < (b.y0 + b.y1) / 2 < high and min(b.x1, box.x1) > max(b.x0, box.x0) for b in boxes
    )
    return None if between else place


def _distance(box: Box, title: Box, page: Page, most: float, titles: Sequence[Caption]) -> _Placed:
    """Points between a table and a title, more where prose lies between, and its side; None if they do not face."""
    overlap = min(box.x1, title.x1) - max(box.x0, title.x0)
    if overlap < 0.25 * min(box.x1 - box.x0, title.x1 - title.x0):
        return None
    above, below = box.y0 - title.y1, title.y0 - box.y1
    distance = max(above, below)
    if distance > most:
        return None
    upper, lower = (title.y1, box.y0) if above > below else (box.y1, title.y0)
    prose = sum(
        1 for p in page.parts
        if upper < p.base < lower and within(p, box.x0, box.x1) and is_prose(p)
        and not any(q.box.y0 < p.base < q.box.y1 for q in titles)
    )  # fmt: skip
    misfit = abs((box.x0 + box.x1) / 2 - (title.x0 + title.x1) / 2)
    return max(distance, 0.0) + 40 * prose + 0.02 * misfit, "above" if above > below else "below"
