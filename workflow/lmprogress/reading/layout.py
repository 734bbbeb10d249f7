"""Lines of text and captions on a page.

In: a view of a page. Out: segments (runs of words with no wide gap), captions with their boxes, merged rules.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from lmprogress.reading.pdf import Box, Rule, View, Word
from lmprogress.reading.text import LETTERS
from lmprogress.reading.tracking import untracked

_WIDE = 1.0  # share of the font size: a wider gap parts two segments
_GUTTER = 0.45  # the same between text and what stands beside it, on
_GUTTER_LINES = 4  # so many lines
_COLUMN_LINES = 5  # lines of prose that begin at one edge: so many make a column
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
_SAYS = (
    "给出|列出|显示|展示|表明|说明|总结|汇总|比较了|对比了|所示|可以|可知|中|的|是|为|和|与|及|、"  # "Table 1 shows"
)
_LABEL_WORDS = {"Table", "TABLE"}
_LABEL = re.compile(
    r"(?P<kind>(?:Supplementary |Extended Data )?Table|TABLE|Tab\.|Tbl\.|Figure|FIGURE|Fig\.|FIG\.|Algorithm|Listing"
    r"|[续附]?表(?=\s*[\dA-Z])|图(?=\s*\d)|算法(?=\s*\d))"
    r"\s*(?P<number>(?:[A-Z]{1,2}[.\-]?)?\d+(?:[.-]\d+)*(?:\([a-z]\))?[a-z]?|[IVX]+|[A-Z]\b)\s*(?P<mark>[.:|]|-\s|$)?"
)


@dataclass(slots=True)
class Run:
    """Words that follow each other on one line."""

    words: list[Word]

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return max(w.x1 for w in self.words)

    @property
    def base(self) -> float:
        return self.words[0].base


@dataclass(slots=True)
class Segment(Run):
    """Words on one line with no wide gap between them."""

    @property
    def size(self) -> float:
        return max(w.size for w in self.words)

    @property
    def text(self) -> str:
        return " ".join(w.text for w in self.words)


@dataclass(slots=True)
class Caption:
    """The caption of a float: its label ("Table 3"), its text with the label, its box."""

    kind: str
    label: str
    text: str
    box: Box


def lines(words: list[Word]) -> list[list[Word]]:
    """Words in lines from the top down, each from left to right; raised words stand on the line that they mark."""
    rows: list[list[Word]] = []
    for word in sorted((w for w in words if not w.raised), key=lambda w: (w.base, w.x0)):
        if rows and abs(word.base - rows[-1][0].base) <= 0.28 * min(word.size, rows[-1][0].size):
            rows[-1].append(word)
        else:
            rows.append([word])
    for word in (w for w in words if w.raised):
        near = [
            (abs(word.x0 - other.x1), i)
            for i, row in enumerate(rows)
            if 0 < row[0].base - word.base < 0.8 * row[0].size
            for other in row
            if abs(word.x0 - other.x1) < row[0].size
        ]
        if near:
            rows[min(near)[1]].append(word)
    return [sorted(row, key=lambda w: w.x0) for row in rows]


def segments(words: list[Word]) -> list[Segment]:
    """The segments of a view, from the top down and from left to right."""
    rows = untracked(lines(words))
    gutters = _gutters(rows)
    found = []
    for row, parted in zip(rows, gutters, strict=True):
        run = [row[0]]
        for before, word, after in zip(row, row[1:], [*row[2:], None], strict=False):
            gap = (word.x0 - before.x1) / max(word.size, before.size)
            labels = word.text in _LABEL_WORDS and (gap > 0.6 * _WIDE or _labels_next(run, after))
            number_of_label = len(run) == 1 and before.text in _LABEL_WORDS and gap < 2.0 * _WIDE
            if (gap > _WIDE and not number_of_label) or labels or id(word) in parted:
                found.append(Segment(run))
                run = []
            run.append(word)
        found.append(Segment(run))
    return found


def _labels_next(run: list[Word], number: Word | None) -> bool:
    """Whether "Table" after the caption `run` begins the caption beside it: a number with a colon follows."""
    label = _LABEL.match(" ".join(w.text for w in run[:3]))
    return bool(label and label["mark"] and number and re.fullmatch(r"[A-Z]?[\d.]+:", number.text))


def _gutters(rows: list[list[Word]]) -> list[set[int]]:
    """For each line the words (by id) that begin what stands beside it, across a gutter narrower than a wide gap.

    Such words begin at one x on lines that follow each other, each after a gap wider than a space or at the line's
    beginning, where the base lines of both sides differ.
    """
    begun: list[set[int]] = [set() for _ in rows]
    open_: dict[int, list[tuple[int, Word]]] = {}  # by rounded x: where on the last lines a word begins after a gap
    for i, row in enumerate(rows):
        for before, word in zip([None, *row], row, strict=False):
            if word.raised or (
                before and (before.raised or word.x0 - before.x1 < _GUTTER * max(word.size, before.size))
            ):
                continue
            x = round(word.x0)
            key = next((k for k in (x, x - 1, x + 1) if k in open_ and abs(open_[k][-1][1].x0 - word.x0) < 0.8), x)
            run = open_.setdefault(key, [])
            if run and word.base - run[-1][1].base > 1.7 * word.size:
                _close(run, begun)
                run.clear()
            run.append((i, word))
    for run in open_.values():
        _close(run, begun)
    return begun


def _close(run: list[tuple[int, Word]], begun: list[set[int]]) -> None:
    if len(run) >= _GUTTER_LINES:
        for i, word in run:
            begun[i].add(id(word))


def captions(parts: list[Segment], rules: list[Rule], edges: list[float]) -> list[Caption]:
    """The captions among `parts`: a label with a mark after it or alone on its line, and the lines that go on.

    `edges` are those at which columns of text begin.
    """
    found = []
    for i, part in enumerate(parts):
        match = _LABEL.match(part.text)
        if not match or not _opens(match, part, parts[:i]):
            continue
        limit = _limit(part, parts[i + 1 :], edges)
        block, last = [part], part
        for other in parts[i + 1 :]:
            step = other.base - last.base
            if abs(step) < 1 and last.x1 < other.x0 < limit and _set_wide(last, other, block):
                last = Segment(last.words + other.words)
                block[-1] = last
                part = block[0]
                continue
            other = _beside_text(other, part.x0, limit)
            if step > 1.75 * last.size:
                break
            if step < 0.5 * last.size or not _overlap(other.x0, other.x1, _left(block), _right(block)):
                continue
            if abs(_usual_size(other) - _usual_size(part)) > 0.06 * part.size:
                break
            if _LABEL.match(other.text) and other.text[:3] == part.text[:3]:
                break
            if any(
                last.base < r.y < other.base - 0.4 * other.size and _overlap(r.x0, r.x1, part.x0, part.x1)
                for r in rules
            ):
                break
            if len(block) > 1 and (last.x1 < _right(block) - 6 * last.size) and last.text.endswith("."):
                break  # the last line of a paragraph
            if len(block) == 1 and _tabular(other):
                break
            block.append(other)
            last = other
        box = Box(_left(block), part.base - part.size, _right(block), last.base + 0.25 * last.size)
        kind = "table" if _is_table(match) else "other"
        text = " ".join(p.text for p in block)
        found.append(
            Caption(kind, f"{match['kind']} {match['number']}", re.sub(r"(?<=[a-z])- (?=[a-z])", "", text), box)
        )
    return found


def _usual_size(part: Segment) -> float:
    return sorted(w.size for w in part.words)[len(part.words) // 2]


def _column_edges(parts: list[Segment]) -> list[float]:
    """Where columns of text begin: edges at which several lines of prose start."""
    starts = Counter(round(p.x0) for p in parts if is_prose(p))
    return [x for x, n in starts.items() if n + starts[x - 1] + starts[x + 1] >= _COLUMN_LINES]


def _limit(part: Segment, after: list[Segment], edges: list[float]) -> float:
    """Where what stands right of a caption that begins with `part` begins: another caption, a column of text.

    A caption whose first line runs across the edge of a column spans it.
    """
    beside = [p.x0 for p in after if abs(p.base - part.base) < 1 and p.x0 > part.x1 and _LABEL.match(p.text)]
    reached = [x for x in edges if x > part.x0 + 30 and not _runs_across(part, x)]
    return min([*beside, *(x - 1 for x in reached)], default=float("inf"))


def _runs_across(part: Segment, x: float) -> bool:
    """Whether `part` goes on beyond `x`, and no gap wider than a space parts its words there."""
    return part.x1 > x + 30 and not any(
        abs(word.x0 - x) < 1.5 and word.x0 - before.x1 > 0.3 * word.size for before, word in pairwise(part.words)
    )


def _set_wide(last: Segment, other: Segment, block: list[Segment]) -> bool:
    """Whether `other` goes on with the line `last` of a caption after a wide space, as justified lines have them."""
    gap = other.x0 - last.x1
    if gap > 2.5 * last.size:
        return False
    if len(block) > 1:
        return other.x1 < _right(block[:-1]) + 2
    if len(last.words) <= 3:  # a label set off from its text
        return True
    widest = max(b.x0 - a.x1 for a, b in pairwise(last.words))
    return gap < 1.3 * widest


def may_hold_caption(text: str) -> bool:
    """Whether the plain text of a page may hold the caption of a table: a label with a mark, or at a line's start."""
    return any(
        match["mark"] or not re.search(r"\w", text[text.rfind("\n", 0, match.start()) + 1 : match.start()])
        for match in _LABEL.finditer(text)
        if _is_table(match)
    )


def _is_table(label: re.Match[str]) -> bool:
    return label["kind"].lower().startswith(("tab", "tbl", "sup", "ext")) or label["kind"].endswith("表")


def _beside_text(part: Segment, x0: float, limit: float) -> Segment:
    """The words of a line from `x0` to `limit`, where a caption stands there beside text with a narrow gap."""
    words = part.words
    if part.x1 > limit and words[0].x0 < limit - 30:
        words = [w for w in words if w.x0 < limit]
    for i in range(1, len(words)):
        word = words[i]
        if abs(word.x0 - x0) < 3 and word.x0 - words[i - 1].x1 > 0.3 * word.size and part.x0 < x0 - 30:
            return Segment(words[i:])
    return part if len(words) == len(part.words) else Segment(words)


def _left(block: list[Segment]) -> float:
    return min(p.x0 for p in block)


def _right(block: list[Segment]) -> float:
    return max(p.x1 for p in block)


def _opens(match: re.Match[str], part: Segment, before: list[Segment]) -> bool:
    """Whether a line that starts with a label is a caption, not the middle of a paragraph."""
    rest = part.text[match.end() :].strip()
    if match["mark"] == "." and rest and any(_runs_into(other, part) for other in before[-6:]):
        return False  # "... is given in" and on the next line "Table 3. It shows ..."
    if (match["mark"] and (rest or match["mark"] != ".")) or (not match["mark"] and match.end() == len(part.text)):
        return True
    for other in reversed(before[-6:]):
        step = part.base - other.base
        if 0.5 * part.size < step < 1.6 * part.size and abs(other.x0 - part.x0) < 2 * part.size:
            return False
    return not rest or bool(re.match(rf"[A-Z]|\(?[cC]ont|\(续|(?!{_SAYS})[\u4e00-\u9fff]", rest))


def _runs_into(above: Segment, part: Segment) -> bool:
    """Whether `part` is the next line of the paragraph whose line `above` ends without the end of a sentence."""
    step = part.base - above.base
    return (
        0.5 * part.size < step < 1.45 * part.size
        and abs(above.x0 - part.x0) < 1.5
        and abs(above.size - part.size) < 0.02 * part.size
        and is_prose(above)
        and not re.search(r"[.:!?]\W*$", above.text)
    )


def _tabular(part: Segment) -> bool:
    numbers = sum(bool(re.fullmatch(rf"[^{LETTERS}]*\d[^{LETTERS}]*[MBK]?", w.text)) for w in part.words)
    return numbers > 1 and numbers >= 0.6 * len(part.words)


def _overlap(a0: float, a1: float, b0: float, b1: float) -> bool:
    return min(a1, b1) - max(a0, b0) > 0


def merged(rules: list[Rule]) -> list[Rule]:
    """Rules with pieces of one line put together, from the top down."""
    found: list[Rule] = []
    for rule in sorted(rules, key=lambda r: (round(r.y), r.x0)):
        for i in range(len(found) - 1, max(-1, len(found) - 40), -1):
            last = found[i]
            if abs(last.y - rule.y) < 0.9 and rule.x0 - last.x1 < 1.5 and last.x0 - rule.x1 < 1.5:
                found[i] = Rule(min(last.x0, rule.x0), max(last.x1, rule.x1), last.y)
                break
        else:
            found.append(rule)
    return sorted(found, key=lambda r: (r.y, r.x0))


def is_prose(part: Segment) -> bool:
    """Whether a segment reads as a line of a paragraph: many words, mostly letters."""
    text = part.text
    n_words = len(part.words) if text.isascii() else len(part.words) + len(_IDEOGRAPH.findall(text)) // 2
    return n_words >= 7 and sum(c.isalpha() for c in text) > 0.7 * len(text.replace(" ", ""))


@dataclass(slots=True)
class Page:
    """A view with what was found on it."""

    view: View
    parts: list[Segment]
    captions: list[Caption]
    horizontal: list[Rule]
    vertical: list[Rule]
    edges: list[float]  # where columns of text begin

    def column(self, box: Box) -> tuple[float, float]:
        """From where to where the column of text with `box`, or the columns that it spans, may reach."""
        left = max((x for x in self.edges if x < box.x0 + 3), default=0.0)
        right = min((x for x in self.edges if x > box.x1 - 3), default=self.view.width)
        return (left if len(self.edges) > 1 else 0.0), right


def page(view: View) -> Page:
    """Segments, captions and merged rules of `view`."""
    horizontal, vertical = merged(view.horizontal), merged(view.vertical)
    parts = segments(view.words)
    edges = _column_edges(parts)
    return Page(view, parts, captions(parts, horizontal, edges), horizontal, vertical, edges)
