"""Exponential trends: least squares, quantiles, running records, intervals over resampled rows.

In: times and positive values. Out: growth rates of the logarithm, and how well they fit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from lmprogress.laws.fits.uncertainty import interval
from lmprogress.laws.model.scaling_laws import Floats


@dataclass(frozen=True)
class Trend:
    """ln value = intercept + rate · time. rate: 1 / unit of time. r2: nan where it means nothing."""

    intercept: float
    rate: float
    r2: float
    n_points: int

    def at(self, time: float) -> float:
        """The value on the trend."""
        return math.exp(self.intercept + self.rate * time)

    @property
    def doubling(self) -> float:
        """Time for one doubling; negative for decline."""
        return math.log(2) / self.rate if self.rate else math.inf


def fit_trend(times: ArrayLike, values: ArrayLike) -> Trend:
    """Ordinary least squares of ln values (n,) on times (n,), n ≥ 2 of them different."""
    x, y = np.asarray(times, float), np.log(np.asarray(values, float))
    x_mean, y_mean = x.mean(), y.mean()
    spread = float(np.square(x - x_mean).sum())
    if spread == 0:
        return Trend(float(y_mean), 0.0, math.nan, len(x))
    rate = float(((x - x_mean) * (y - y_mean)).sum() / spread)
    total = float(np.square(y - y_mean).sum())
    # two points fit exactly, which says nothing
    r2 = min(rate**2 * spread / total, 1.0) if total > 0 and len(x) > 2 else math.nan
    return Trend(float(y_mean - rate * x_mean), rate, r2, len(x))


def fit_quantile(times: ArrayLike, values: ArrayLike, quantile: float) -> Trend:
    """The line that leaves a share `quantile` of ln values below it (Koenker and Bassett 1978), as a linear program."""
    x, y = np.asarray(times, float), np.log(np.asarray(values, float))
    n, centre = len(x), float(np.mean(x))
    design = np.column_stack([np.ones(n), x - centre])
    costs = np.concatenate([np.zeros(2), np.full(n, quantile), np.full(n, 1 - quantile)])
    bounds = [(None, None)] * 2 + [(0, None)] * (2 * n)
    found = scipy.optimize.linprog(
        costs, A_eq=np.hstack([design, np.eye(n), -np.eye(n)]), b_eq=y, bounds=bounds, method="highs"
    )
    level, rate = float(found.x[0]), float(found.x[1])
    return Trend(level - rate * centre, rate, math.nan, n)


def records(times: ArrayLike, values: ArrayLike) -> NDArray[np.intp]:
    """Places of the running maxima in time; of one day the highest alone."""
    x, y = np.asarray(times, float), np.asarray(values, float)
    chosen, best = [], -math.inf
    for i in np.lexsort((-y, x)):
        if y[i] > best:
            chosen.append(int(i))
            best = y[i]
    return np.array(chosen, np.intp)


def record_trend(times: ArrayLike, values: ArrayLike) -> Trend:
    """The trend of the running maxima."""
    x, y = np.asarray(times, float), np.asarray(values, float)
    best = records(x, y)
    return fit_trend(x[best], y[best])


def resampled_record_rates(
    times: ArrayLike, values: ArrayLike, n_replicates: int, generator: np.random.Generator
) -> Floats:
    """Rates (R,) of the trend of running maxima resampled by row; those with fewer than 3 records are skipped."""
    x, y = np.asarray(times, float), np.asarray(values, float)
    rates = []
    for _ in range(n_replicates):
        rows = generator.integers(0, len(x), len(x))
        trend = record_trend(x[rows], y[rows])
        if trend.n_points >= 3:
            rates.append(trend.rate)
    return np.array(rates)


def doubling_interval(rates: Floats, percent: float) -> tuple[float, float]:
    """Fast and slow end of the doubling time over replicate rates; the slow one is infinite where rates reach zero."""
    slow, _, fast = interval(rates, percent)
    low, high = (math.log(2) / rate if rate > 0 else math.inf for rate in (fast, slow))
    return low, high
