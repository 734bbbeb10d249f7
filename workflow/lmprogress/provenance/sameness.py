"""When a recorded number and a printed one are the same number, rounded differently.

In: two numbers, and the unit of the last digit of each. Out: whether they agree.
"""

from __future__ import annotations

import re
from functools import cache

from lmprogress.reading import quantities
from lmprogress.reading.text import plain

_MANTISSA = re.compile(r"\d{1,3}(?:,\s?\d{3})+(?:\.\d+)?|\d+[.,]\d+|\.\d+|\d+")
_EXACT = 1e-9  # relative: what floats lose in a product of mantissa and unit


# asked of each reading for every record
@cache
def printed_step(value: float, raw: str) -> float:
    """The unit of the last digit of `raw`, which prints `value`: 1e6 for "103M", 0.1 for "58.3".

    Where `raw` holds no number of its own, that of the shortest way to write `value`.
    """
    match = _MANTISSA.search(plain(raw))
    mantissa = quantities.number(match[0]) if match else None
    if match is None or not mantissa:
        return decimal_step(value)
    fraction = re.search(r"\.(\d+)$", match[0]) or (
        re.search(r",(\d+)$", match[0]) if mantissa != round(mantissa) else None
    )
    return value / mantissa * 10.0 ** -(len(fraction[1]) if fraction else 0)


@cache
def decimal_step(value: float) -> float:
    """The unit of the last decimal of the shortest way to write `value`; 1 for a whole number."""
    fraction = re.search(r"\.(\d*[1-9])", f"{value:.10f}")
    return 10.0 ** -len(fraction[1]) if fraction else 1.0


def significant_step(value: float) -> float:
    """The unit of the last significant digit of a count, of which it has at least two: 1e6 for 1.03e8, 1e7 for 1e8."""
    mantissa, exponent = f"{value:.12e}".split("e")
    digits = max(2, len(mantissa.replace(".", "").rstrip("0")))
    return 10.0 ** (int(exponent) - digits + 1)


def same(one: float, one_step: float, other: float, other_step: float, *, cut: bool = False) -> bool:
    """Whether the finer number is the coarser one when rounded, or with `cut` cut off, to the coarser's last digit.

    The study's table cuts as well as rounds counts: it gives 2.08e6 for the 2,088,628 tokens of WikiText-2.
    """
    step = max(one_step, other_step)
    more = other - one if one_step >= other_step else one - other  # by which the finer exceeds the coarser
    return abs(more) <= step * (0.5 + _EXACT) or (cut and 0 <= more < step * (1 - _EXACT))
