"""Numbers as papers print them.

In: the text of a cell or of a phrase. Out: numbers; None where there is none.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from lmprogress.reading.text import plain

_DIGITS = r"\d{1,3}(?:,\s?\d{3})+(?:\.\d+)?|\d+[.,]\d+|\.\d+|\d+"
_SPREAD = (
    rf"(?:\s*±\s*\(?\s*(?:{_DIGITS})\s*\)?|\s*\(\s*[±+\-~<>↓↑]*\s*(?:{_DIGITS})\s*(?:[%x↓↑]|[kKmMbBG]i?B?)?\s*\)"
    rf"|\s*\(\s*(?:{_DIGITS})\s*[-,]\s*(?:{_DIGITS})\s*\)|\s*[↓↑]\s?(?:{_DIGITS})|\s*\[[^\]]*\])?"
)
_MARKS = r"[\s*†‡§¶#^↓↑♦♠♣♥⋆★✓a]*"
# "571.", "7.3e3", "1.9 x 10^3"; a power without its sign is no number ("1.9 x 103")
_POWER = r"(?:\.(?!\d))?(?:[eE]\+?(?P<power>\d{1,2})|\s?[x*.]\s?10\s?\^\s?\+?(?P<raised>\d{1,2}))?"
_GROUPED = r"\d{1,3}(?: \d{3})+(?:\.\d+)?"  # "11 420.3"
_ONE = re.compile(rf"[*†‡§¶~<≈^#(]*\s*(?P<number>{_GROUPED}|{_DIGITS}){_POWER}{_SPREAD}{_MARKS}\)?")
_UNITS = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mm": 1e6, "mil": 1e6, "mio": 1e6, "million": 1e6, "millions": 1e6,
          "b": 1e9, "bn": 1e9, "g": 1e9, "billion": 1e9, "billions": 1e9, "t": 1e12, "trillion": 1e12,
          "万": 1e4, "百万": 1e6, "亿": 1e8, "十亿": 1e9}  # fmt: skip
_COUNT = re.compile(
    rf"[~≈<>*†‡§]*\s*(?P<number>{_DIGITS})"
    r"(?:\s*[x*.]\s*10\s*\^?\s*(?P<power>\d{1,2})|\s*[eE]\+?(?P<exponent>\d{1,2})(?!\d))?"
    r"\s*-?\s*(?P<unit>thousand|millions?|mil|mio|mm|billions?|bn|trillion|百万|十亿|[kKmMbBgGtT万亿])?(?![A-Za-z])"
)
# what may follow the count in its cell: the word, a remark in brackets, marks
_AFTER_COUNT = re.compile(rf"\.?\s*(?:params?\.?|parameters|weights)?\s*(?:\([^()]*\)|\[[^\[\]]*\])?{_MARKS}")
_UNIT = re.compile(r"[(\[]?\s*(?:in\s+)?#?(?:thousands?|millions?|mil|billions?|百万|十亿|[kKmMbB万亿])\.?\s*[)\]]?")


class Value(NamedTuple):
    """One number of a cell: its value, and its text as printed."""

    number: float
    raw: str
    decimals: int


def number(text: str) -> float | None:
    """The number that `text` prints, with a comma as decimal point or between thousands.

    "24,5" is 24.5 and "24,53" is 24.53; "1,024" and "1,024.5" are thousands, unless the first group is 0.
    """
    text = re.sub(r"\s", "", text)
    if re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    elif re.fullmatch(r"\d+,\d+", text):
        text = text.replace(",", ".")
    if not re.fullmatch(r"\d*\.?\d+", text):
        return None
    return float(text)


@lru_cache(maxsize=1024)
def values(cell: str) -> tuple[Value, ...]:
    """The numbers of a cell that holds nothing but numbers: one, or several parted by a slash.

    A spread ("± 0.1", "(0.1)"), footnote marks and brackets around the number are left out of the value.
    Empty where the cell holds anything else.
    """
    text = re.sub(r"\+\s*/?\s*-", "±", plain(cell))
    found = []
    parts = re.split(r"\s*[/|]\s*", text)
    if pair := re.fullmatch(r"\(?\s*(\d+\.\d+)\s*[,;]\s*(\d+\.\d+)\s*\)?", text):
        parts = list(pair.groups())
    for part in parts:
        match = _ONE.fullmatch(part.strip())
        value = number(match["number"]) if match else None
        if match is None or value is None:
            return ()
        value *= 10.0 ** int(match["power"] or match["raised"] or 0)
        value = float(f"{value:.12g}")  # 1.1 x 10^2 is 110, not 110.00000000000001
        decimals = re.search(r"[.,](\d+)$", match["number"])
        thousands = value >= 1000 and "," in match["number"] and "." not in match["number"]
        found.append(Value(value, part.strip(), 0 if thousands or not decimals else len(decimals[1])))
    return tuple(found)


def count(text: str, default_unit: float | None = None) -> float | None:
    """The count at the start of `text`, such as "1.5B", "24 million", "117M", "6,320,000", "3.3e8".

    `default_unit` is the factor for a number without a unit of its own (the header's "(M)"); without it such a number
    is taken as it stands. None where `text` does not start with a number.
    """
    match = _COUNT.match(plain(text))
    value = number(match["number"]) if match else None
    if match is None or value is None:
        return None
    if power := match["power"] or match["exponent"]:
        value *= 10.0 ** int(power)
    if unit := (match["unit"] or "").lower():
        return float(round(value * _UNITS[unit]))
    if power or default_unit is None or (value >= 1e5 and default_unit > 1):
        return value
    return float(round(value * default_unit))


def whole_count(cell: str, default_unit: float | None = None) -> float | None:
    """The count that a cell holds, as `count` reads it; None where it holds more: "10%", "13.5GB", "24M/35M"."""
    text = plain(cell)
    match = _COUNT.match(text)
    return count(text, default_unit) if match and _AFTER_COUNT.fullmatch(text, match.end()) else None


def has_unit(text: str) -> bool:
    """Whether `text` starts with a count that carries its unit ("24M", not "24")."""
    match = _COUNT.match(plain(text))
    return bool(match and match["unit"])


def is_unit(text: str) -> bool:
    """Whether `text` is nothing but the unit of a count: "M", "(millions)"."""
    return bool(_UNIT.fullmatch(plain(text)))


def unit(text: str) -> float | None:
    """The factor that a header names: "Params (M)", "#Param. [million]", "Size (B)", "Parameters x 10^6"."""
    words = plain(text)
    if match := re.search(r"10\s*\^?\s*(3|6|9|12)\b", words):
        return 10.0 ** int(match[1])
    if match := re.search(
        r"[(\[]\s*(?:in\s+)?#?(thousands?|millions?|mil|billions?|百万|十亿|[kKmMbB万亿])\.?\s*[)\]]", words
    ):
        return _UNITS[match[1].lower()] if match[1].lower() in _UNITS else _UNITS[match[1].lower().rstrip("s")]
    if match := re.search(r"\b(?:in )?(thousands?|millions?|billions?)\b", words, re.IGNORECASE):
        return _UNITS[match[1].lower().rstrip("s")]
    if match := re.search(r"(?:/|,|\s)\s*([MB])$", words):
        return _UNITS[match[1].lower()]
    return None
