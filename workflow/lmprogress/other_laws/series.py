"""Series over time that extrapolation is tried on: other technologies, density, price, timed records, perplexity.

In: technologies, densities, prices, timed records, observations.
Out: points and records, and the same on an even grid of dates.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lmprogress.core.dates import DAYS_PER_YEAR, decimal_years
from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.other_laws.densities import PUBLISHED
from lmprogress.other_laws.timed_records import timed_series
from lmprogress.other_laws.trends import records

# a series no longer than this, in years, is looked at in steps of this many years
_STEPS = ((3.0, 1 / 12), (8.0, 0.25), (math.inf, 1.0))
_POINT_SERIES = ("processor_clock", "single_thread_performance", "transistors")


@dataclass(frozen=True)
class Series:
    """One series: dates (n,) in years, log2 of values (n,), more is better; `of_records`: only records are counted.

    until: date up to which the series is known.
    """

    name: str
    years: Floats
    log2: Floats
    of_records: bool
    until: float

    @property
    def step(self) -> float:
        """Years between looks at the series."""
        span = self.until - self.years[0]
        return next(step for longest, step in _STEPS if span <= longest)

    def known(self, date: float) -> Series:
        """The series as it was known at `date`."""
        past = self.years <= date
        return Series(self.name, self.years[past], self.log2[past], self.of_records, min(date, self.until))

    def grid(self) -> tuple[Floats, Floats]:
        """Ends of periods of one step, and the record by then, or the median of the points in the period.

        A period without points is left out; a record stands on.
        """
        first = np.floor(self.years[0] / self.step) * self.step
        ends = np.arange(first + self.step, self.until + self.step / 2, self.step)
        if self.of_records:
            reached = np.maximum.accumulate(self.log2)
            return ends, reached[np.searchsorted(self.years, ends, side="right") - 1]
        values = [
            np.median(self.log2[inside]) if (inside := (self.years > end - self.step) & (self.years <= end)).any()
            else np.nan
            for end in ends
        ]  # fmt: skip
        there = np.isfinite(values)
        return ends[there], np.array(values)[there]

    def record_places(self) -> NDArray[np.intp]:
        """Places of the records, in time."""
        return records(self.years, np.exp2(self.log2))

    def records(self) -> Floats:
        """Dates of the records."""
        return self.years[self.record_places()]


def collect_series(
    technologies: pd.DataFrame,
    densities: pd.DataFrame,
    prices: pd.DataFrame,
    timed: pd.DataFrame,
    observations: pd.DataFrame,
    edition: str,
    watched_to: Mapping[str, float],
) -> list[Series]:
    """All series, by name.

    technologies, densities, prices, timed, observations: tables technology_series, densities, inference_prices,
    timed_records, observations of `edition`. Of all but technologies the records are followed.
    """
    found = []
    for name, points in technologies.groupby("series"):
        years = points["year"].to_numpy(float)
        found.append(_series(str(name), years, points["value"], str(name) not in _POINT_SERIES, watched_to))
    published = densities[densities["score_basis"] == PUBLISHED]
    found.append(_series("density", _years(published), published["density"], True, watched_to))
    found.append(_series("tokens_per_dollar", _years(prices), 1 / prices["usd_per_million_tokens"], True, watched_to))
    found += [_series(name, years, np.exp(reached), True, watched_to) for name, years, reached in timed_series(timed)]
    for benchmark, rows in observations.groupby("benchmark"):
        years = rows["publication_year"].to_numpy(float)
        value = np.exp(-rows["log_perplexity"].to_numpy(float))
        found.append(_series(f"perplexity_{benchmark}_{edition}", years, value, True, watched_to))
    return sorted(found, key=lambda series: series.name)


def _years(frame: pd.DataFrame) -> Floats:
    return decimal_years(frame["publication_date"], DAYS_PER_YEAR).to_numpy(float)


def _series(
    name: str, years: Floats, values: pd.Series | Floats, of_records: bool, watched_to: Mapping[str, float]
) -> Series:
    order = np.argsort(years, kind="stable")
    return Series(
        name, years[order], np.log2(np.asarray(values, float))[order], of_records,
        max(float(years.max()), watched_to.get(name, -np.inf)),
    )  # fmt: skip
