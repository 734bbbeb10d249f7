"""How compute and its growth are counted, the same wherever they are.

In: doublings. Out: a constant; a factor of growth.
"""

from __future__ import annotations

import math

# forward and backward pass; Kaplan et al. 2020 (arXiv 2001.08361), section 2.1
FLOP_PER_PARAMETER_AND_TOKEN = 6


def growth_factor(passed: float, doubling: float) -> float:
    """2 ** (passed / doubling), both in one unit of time; infinite where no float holds it, or where doubling is 0."""
    if not passed:
        return 1.0
    try:
        return 2.0 ** (float(passed) / float(doubling))
    except (OverflowError, ZeroDivisionError):
        return math.inf
