"""Running records and straight lines through logarithms.

In: times and values. Out: places of records; slopes, how well they fit, lines of quantiles.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def records(times: Floats, values: Floats) -> NDArray[np.intp]:
    """Places of the values above all before them, in time; of one time the highest alone."""
    order = np.lexsort((-values, times))
    before = np.maximum.accumulate(np.append(-np.inf, values[order][:-1]))
    return np.asarray(order[values[order] > before], np.intp)


def days(dates: pd.Series) -> Floats:
    """Days of dates (YYYY-MM-DD), counted from the first of January of year 1."""
    return np.asarray((pd.to_datetime(dates) - pd.Timestamp("1970-01-01")).dt.days + 719163, float)


def line(times: Floats, logs: Floats) -> tuple[float, float]:
    """Slope of the least-squares line and its r², which is missing for two points, and where nothing changes."""
    x, y = times - times.mean(), logs - logs.mean()
    spread, total = float(x @ x), float(y @ y)
    if spread == 0:
        return 0.0, math.nan
    slope = float(x @ y) / spread
    return slope, min(slope * float(x @ y) / total, 1.0) if total > 0 and len(x) > 2 else math.nan


def pinball(times: Floats, logs: Floats, quantile: float, slopes: Floats) -> Floats:
    """For each of `slopes` (S,): the least sum of what points lie above a line, times `quantile`, and below, times the
    rest (Koenker and Bassett 1978). A best line of given slope goes through a point."""
    levels = logs - slopes[:, None] * times
    above = levels[:, :, None] - levels[:, None, :]
    return np.asarray(np.where(above > 0, quantile * above, (quantile - 1) * above).sum(axis=1).min(axis=1))
