"""Words whose letters are set apart, and numbers broken at their decimal point, put together.

In: the words of a view. Out: the same with "4 8 . 7" and "48. 7" as one word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from statistics import median

from lmprogress.reading.pdf import Word

_NUMBER = r"\d{1,6}[.,]\d{1,4}"
_BROKEN = re.compile(rf"{_NUMBER}(?:±{_NUMBER})?[kKMB%]?")
_NEAR, _FAR = 0.36, 0.55  # gaps, as shares of the font size: within a broken number at most, around it at least
_WORD = 0.165  # a gap within a word at most: no space between words is as narrow
_EVEN = 0.1  # such gaps of a tracked line differ by no more, as a share of the usual one
_NARROW = 4  # so many of them on a line, and it is tracked
_LETTERS = 6  # words of one letter on a line: so many, and
_SHARE = 0.6  # such a share of its words, and it is tracked


def untracked(rows: list[list[Word]]) -> list[list[Word]]:
    """`rows`, the lines of a page, with tracked words and broken numbers put together."""
    usual = [_tracking(row) for row in rows]
    # letters may be words of their own ("f s f s"): gaps of two widths tell, or those of another line that is tracked
    sure = [t for row, t in zip(rows, usual, strict=True) if t and _has_spaces(row, t)]
    whole = []
    for row, t in zip(rows, usual, strict=True):
        is_tracked = t and any(abs(t - other) < 0.2 * other for other in sure)
        whole.append(_whole_numbers(_whole_words(row, t) if is_tracked else _without_narrow_gaps(row)))
    return whole


def _without_narrow_gaps(row: list[Word]) -> list[Word]:
    """A line without its gaps of one width that is too narrow for a space, where there are several."""
    gaps = [g for a, b in pairwise(row) if 0.5 * _WORD < (g := _gap(a, b)) < _WORD and not b.raised]
    usual = median(gaps) if len(gaps) >= _NARROW else 0.0
    if not usual or any(abs(g - usual) > _EVEN * usual for g in gaps):
        return row
    return _joined(row, lambda a, b: _gap(a, b) < (1 + _EVEN) * usual)


def _tracking(row: list[Word]) -> float:
    """The usual gap between the words of a line that are mostly single letters; 0 for other lines."""
    if len(row) < _LETTERS or sum(len(w.text) == 1 for w in row) < max(_LETTERS, _SHARE * len(row)):
        return 0.0
    gaps = [g for a, b in pairwise(row) if 0 < (g := _gap(a, b)) < _NEAR]
    return median(gaps) if len(gaps) >= _LETTERS / 2 else 0.0


def _has_spaces(row: list[Word], usual: float) -> bool:
    return any(1.4 * usual < _gap(a, b) < 4 * usual for a, b in pairwise(row))


def _whole_words(row: list[Word], usual: float) -> list[Word]:
    """A tracked line parted at its wider gaps alone."""
    whole = _joined(row, lambda a, b: _gap(a, b) <= 1.35 * usual)
    for word, after in pairwise(whole):  # the spaces between words are as much wider as those between letters
        word.x1 += min(2 * usual * word.size, 0.5 * max(0.0, after.x0 - word.x1))
    return whole


def _whole_numbers(row: list[Word]) -> list[Word]:
    """A line with each number that stands alone between wide gaps in one piece."""
    if not any(w.text[-1:] in ".,±" or w.text[:1] in ".," for w in row):
        return row
    ends = [0, *(i for i in range(1, len(row)) if _gap(row[i - 1], row[i]) >= _NEAR), len(row)]
    whole: list[Word] = []
    for first, end in pairwise(ends):
        pieces = row[first:end]
        alone = (first == 0 or _gap(row[first - 1], row[first]) >= _FAR) and (
            end == len(row) or _gap(row[end - 1], row[end]) >= _FAR
        )
        if alone and 1 < len(pieces) < 12 and _BROKEN.fullmatch("".join(w.text for w in pieces)):
            pieces = _joined(pieces, lambda a, b: True)
        whole += pieces
    return whole


def _gap(before: Word, word: Word) -> float:
    return (word.x0 - before.x1) / max(before.size, word.size)


def _joined(row: list[Word], joins: Callable[[Word, Word], bool]) -> list[Word]:
    whole = [replace(row[0])]
    for before, word in pairwise(row):
        if joins(before, word) and not word.raised:
            whole[-1] = replace(whole[-1], text=whole[-1].text + word.text, x1=word.x1)
        else:
            whole.append(replace(word))
    return whole
