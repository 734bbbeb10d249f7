"""Series over time that forecasts and alarms are tried on, gathered again, and the same at even looks.

In: a run. Out: series by name.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from lmprogress.auditing.derivations.trend_values import Floats
from lmprogress.auditing.run_files import RunFiles

# series of points; of the others the records count
_OF_POINTS = ("processor_clock", "single_thread_performance", "transistors")
_YEAR = 365.25  # days


class Series(NamedTuple):
    """Dates (n,), years, and log2 of values (n,) in their order; whether records count; the last date it is known for.

    More is better.
    """

    years: Floats
    log2: Floats
    of_records: bool
    until: float

    @property
    def step(self) -> float:
        """Years between looks: a month for up to 3 years, a quarter for up to 8, else a year."""
        span = self.until - self.years[0]
        return 1 / 12 if span <= 3 else 0.25 if span <= 8 else 1.0

    def looks(self) -> tuple[Floats, Floats]:
        """Ends of steps (k,), and the record by then, or the median since the look before, where there are points."""
        start = math.floor(self.years[0] / self.step) * self.step
        ends = start + self.step * np.arange(1, math.ceil((self.until + self.step / 2 - start) / self.step))
        ends = ends[ends < self.until + self.step / 2]
        if self.of_records:
            return ends, np.array([self.log2[self.years <= end].max() for end in ends])
        between = [self.log2[(self.years > end - self.step) & (self.years <= end)] for end in ends]
        there = np.array([len(part) > 0 for part in between], bool)
        return ends[there], np.array([np.median(part) for part in between if len(part)])


def series_of(run: RunFiles) -> dict[str, Series]:
    """Every series, by name: technologies, densities, tokens for a dollar, perplexities of the curated edition."""
    kept = run.kept.setdefault("series", {})
    if kept:
        return kept
    edition = run.config["compare"]["curated"]
    densities = run.parquet("results/tables/densities.parquet")
    published = densities[densities["score_basis"] == "published"]
    prices = run.csv("raw/other_laws/inference_prices.csv")
    found = {
        "density": (_years(published["publication_date"]), published["density"].to_numpy(float)),
        "tokens_per_dollar": (
            _years(prices["publication_date"]), 1 / prices["usd_per_million_tokens"].to_numpy(float)
        ),
    }  # fmt: skip
    found |= timed_values(run)
    technologies = run.csv("raw/other_laws/technology_series.csv")
    for name, part in technologies.groupby("series"):
        found[str(name)] = part["year"].to_numpy(float), part["value"].to_numpy(float)
    for benchmark, part in run.parquet(f"processed/{edition}/observations.parquet").groupby("benchmark"):
        values = np.exp(-part["log_perplexity"].to_numpy(float))
        found[f"perplexity_{benchmark}_{edition}"] = part["publication_year"].to_numpy(float), values
    watched = run.config["other_laws"]["watched_to"] or {}
    for name in sorted(found):
        years, values = found[name]
        order = np.argsort(years, kind="stable")
        until = max(float(years.max()), float(watched.get(name, -math.inf)))
        kept[name] = Series(years[order], np.log2(values[order]), name not in _OF_POINTS, until)
    return kept


def timed_values(run: RunFiles) -> dict[str, tuple[Floats, Floats]]:
    """Contests against the clock: dates, and the gain over the first record; a record timed again gains nothing."""
    found = {}
    held = run.csv("raw/other_laws/timed_records.csv").astype({"value": float, "record": int, "clock": int})
    for name, part in held.sort_values(["publication_date", "record", "clock"]).groupby("series"):
        steps, before = [1.0], None
        for row in part.to_dict("records"):
            if before is not None:
                same, timed = row["clock"] == before["clock"], row["unit"] == "minutes"
                step = before["value"] / row["value"] if timed else math.exp(before["value"] - row["value"])
                steps.append(steps[-1] * (step if same else 1.0))
            before = row
        found[str(name)] = _years(part["publication_date"]), np.array(steps)
    return found


def _years(dates: pd.Series) -> Floats:
    days = pd.to_datetime(dates)
    return np.asarray(days.dt.year + (days.dt.day_of_year - 1) / _YEAR, float)
