"""Lines of text and captions on a page.

In: a view of a page. Out: segments (runs of words with no wide gap), captions with their boxes, merged rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lmprogress.reading.pdf import Box, Rule, View, Word

_WIDE = 1.0  # share of the font size: a wider gap parts two segments
_LABEL = re.compile(
    r"(?P<kind>(?:Supplementary |Extended Data )?Table|TABLE|Tab\.|Tbl\.|Figure|FIGURE|Fig\.|FIG\.|Algorithm|Listing)"
    r"\s*(?P<number>(?:[A-Z]{1,2}[.\-]?)?\d+(?:\.\d+)*(?:\([a-z]\))?[a-z]?|[IVX]+|[A-Z]\b)\s*(?P<mark>[.:|]|-\s|$)?"
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
    found = []
    for row in lines(words):
        run = [row[0]]
        for word in row[1:]:
            gap = (word.x0 - run[-1].x1) / max(word.size, run[-1].size)
            if gap > _WIDE or (gap > 0.6 * _WIDE and word.text in {"Table", "TABLE"}):
                found.append(Segment(run))
                run = []
            run.append(word)
        found.append(Segment(run))
    return found


def captions(parts: list[Segment], rules: list[Rule]) -> list[Caption]:
    """The captions among `parts`: a label with a mark after it or alone on its line, and the lines that go on."""
    found = []
    for i, part in enumerate(parts):
        match = _LABEL.match(part.text)
        if not match or not _opens(match, part, parts[:i]):
            continue
        block, last = [part], part
        for other in parts[i + 1 :]:
            if abs(other.base - last.base) < 1 and 0 < other.x0 - last.x1 < 2.5 * last.size and len(part.words) <= 3:
                part = last = Segment(part.words + other.words)  # a label set off from its text by a wider space
                block = [part]
                continue
            other = _beside_text(other, part.x0)
            step = other.base - last.base
            if step > 1.75 * last.size:
                break
            if step < 0.5 * last.size or not _overlap(other.x0, other.x1, _left(block), _right(block)):
                continue
            if abs(other.size - part.size) > 0.12 * part.size:
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


def may_hold_caption(text: str) -> bool:
    """Whether the plain text of a page may hold the caption of a table: a label with a mark, or at a line's start."""
    return any(
        match["mark"] or not re.search(r"\w", text[text.rfind("\n", 0, match.start()) + 1 : match.start()])
        for match in _LABEL.finditer(text)
        if _is_table(match)
    )


def _is_table(label: re.Match[str]) -> bool:
    return label["kind"].lower().startswith(("tab", "tbl", "sup", "ext"))


def _beside_text(part: Segment, x0: float) -> Segment:
    """The words of a line from `x0` on, where a caption stands there beside running text with a narrow gap."""
    for i in range(1, len(part.words)):
        word = part.words[i]
        if abs(word.x0 - x0) < 3 and word.x0 - part.words[i - 1].x1 > 0.5 * word.size and part.x0 < x0 - 30:
            return Segment(part.words[i:])
    return part


def _left(block: list[Segment]) -> float:
    return min(p.x0 for p in block)


def _right(block: list[Segment]) -> float:
    return max(p.x1 for p in block)


def _opens(match: re.Match[str], part: Segment, before: list[Segment]) -> bool:
    """Whether a line that starts with a label is a caption, not the middle of a paragraph."""
    rest = part.text[match.end() :].strip()
    if (match["mark"] and (rest or match["mark"] != ".")) or (not match["mark"] and match.end() == len(part.text)):
        return True
    for other in reversed(before[-6:]):
        step = part.base - other.base
        if 0.5 * part.size < step < 1.6 * part.size and abs(other.x0 - part.x0) < 2 * part.size:
            return False
    return not rest or bool(re.match(r"[A-Z]", rest))


def _tabular(part: Segment) -> bool:
    numbers = sum(bool(re.fullmatch(r"[^A-Za-z]*\d[^A-Za-z]*[MBK]?", w.text)) for w in part.words)
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
    return len(part.words) >= 7 and sum(c.isalpha() for c in text) > 0.7 * len(text.replace(" ", ""))


@dataclass(slots=True)
class Page:
    """A view with what was found on it."""

    view: View
    parts: list[Segment]
    captions: list[Caption]
    horizontal: list[Rule]
    vertical: list[Rule]


def page(view: View) -> Page:
    """Segments, captions and merged rules of `view`."""
    horizontal, vertical = merged(view.horizontal), merged(view.vertical)
    parts = segments(view.words)
    return Page(view, parts, captions(parts, horizontal), horizontal, vertical)
