"""Records against the clock: time to a fixed loss on fixed hardware and data, or the loss reached on fixed data.

In: the table timed_records. Out: each series as dates and gains, and the pace of records by period.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.core.dates import DAYS_PER_YEAR, decimal_years
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.other_laws.trends import doubling_interval

_MINUTES = "minutes"
# records of a period whose pace is given
_LEAST_RECORDS = 5


def timed_series(timed: pd.DataFrame) -> Iterator[tuple[str, Floats, Floats]]:
    """Each series of `timed`: name, dates (n,) in years, ln of what was reached (n,), 0 at first, more is better.

    Of minutes it is the ln of runs in a given time, of losses the fall of the loss in nats. A new clock begins with the
    standing record timed again, so that row gains nothing.
    """
    for name, rows in timed.sort_values(["publication_date", "record", "clock"]).groupby("series"):
        value = rows["value"].to_numpy(float)
        reached = -np.log(value) if (rows["unit"] == _MINUTES).all() else -value
        gains = np.diff(reached)
        gains[np.diff(rows["clock"].to_numpy(int)) != 0] = 0
        years = decimal_years(rows["publication_date"], DAYS_PER_YEAR).to_numpy(float)
        yield str(name), years, np.concatenate([[0.0], np.cumsum(gains)])


def timed_rates(timed: pd.DataFrame, n_replicates: int, percent: float) -> Iterator[dict[str, Any]]:
    """Months for a halving of the time: over all records of a series, and by year; rows of progress_rates.

    The pace is all gains of a period over the time between its records. Interval: gains drawn anew with the time that
    each took, each with the noise of two timings (median spread of the runs of a record). A year that holds every
    record is not given apart.
    """
    sources = timed.groupby("series")["source"].first()
    for name, years, reached in timed_series(timed[timed["unit"] == _MINUTES]):
        spread = float(timed.loc[timed["series"] == name, "run_sd"].median())
        gains, gaps, ends = np.diff(reached), np.diff(years), years[1:].astype(int)
        periods = {"": ends > 0} | {f"_{year}": ends == year for year in np.unique(ends)}
        for suffix, inside in periods.items():
            n = int(inside.sum())
            if n < _LEAST_RECORDS or (suffix and inside.all()):
                continue
            generator = named_generator("timed", name, suffix)
            drawn = generator.choice(np.flatnonzero(inside), (n_replicates, n))
            noise = generator.normal(0, np.sqrt(2) * spread, drawn.shape) if spread > 0 else 0
            rates = (gains[drawn] + noise).sum(axis=1) / gaps[drawn].sum(axis=1)
            low, high = doubling_interval(rates / 12, percent)
            first = int(years[0]) if not suffix else int(ends[inside][0])
            last = int(ends[inside][-1])
            rate = f"{name}{suffix}"
            yield {
                "rate": rate,
                "domain": "language models",
                "definition": f"wall-clock time to a fixed loss on fixed hardware ({rate.replace('_', ' ')})",
                "months": 12 * np.log(2) * gaps[inside].sum() / gains[inside].sum(),
                "low": low,
                "high": high,
                "interval": f"{percent:g} %, records resampled, with the noise of runs",
                "period": f"{first}–{last}" if last > first else f"{last}",
                "origin": "computed",
                "source": f"computed here from {sources[name]}",
            }
