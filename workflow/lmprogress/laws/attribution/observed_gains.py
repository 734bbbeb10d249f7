"""Observed gains: how much less compute later systems needed for a perplexity at least as good.

In: observations. Out: frames observed_gains, observed_halving_times. No law is fitted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lmprogress.core import tables
from lmprogress.core.settings import ObservedBand


def observed_gains(observations: pd.DataFrame) -> pd.DataFrame:
    """For each record the later one of least compute among those at least as good on the same benchmark, if it is less.

    Frame observed_gains; records without reported training compute are left out (Ho et al. 2024, section 3.2 and its
    released notebook: no ratio above 10,000).
    """
    rows = []
    own = ["benchmark", "record_id", "perplexity", "training_compute_flop"]
    known = _of_known_compute(observations)
    for _, group in known.groupby("benchmark"):
        ordered = group.sort_values(["training_compute_flop", "record_id"])
        for record in ordered.to_dict("records"):
            better = ordered[
                (ordered["perplexity"] <= record["perplexity"])
                & (ordered["publication_year"] > record["publication_year"])
                & (ordered["training_compute_flop"] < record["training_compute_flop"])
            ]
            if better.empty:
                continue
            later = better.iloc[0]
            rows.append(
                {
                    **{name: record[name] for name in own},
                    "later_record_id": later["record_id"],
                    "years_later": later["publication_year"] - record["publication_year"],
                    "later_perplexity": later["perplexity"],
                    "later_training_compute_flop": later["training_compute_flop"],
                    "compute_ratio": record["training_compute_flop"] / later["training_compute_flop"],
                }
            )
    return pd.DataFrame(rows, columns=[c for c in tables.empty("observed_gains") if c != "edition"])


def observed_halving_times(
    observations: pd.DataFrame, bands: Sequence[ObservedBand], least_systems: int = 3
) -> pd.DataFrame:
    """How fast compute fell among systems of about the same perplexity: log2 compute over years by least squares.

    Of each paper the system of most compute, on the first benchmark on which the system of the band stands. Frame
    observed_halving_times; bands with fewer than `least_systems` systems are left out (Ho et al. 2024, appendix A).
    """
    rows = []
    known = _of_known_compute(observations)
    for band in bands:
        own = known[known["system_id"] == band.system].sort_values("observation_number")
        if own.empty:
            continue
        benchmark, middle = own.iloc[0]["benchmark"], own.iloc[0]["log_perplexity"]
        low, high = middle - math.log(band.within), middle + math.log(band.within)
        near = known[(known["benchmark"] == benchmark) & known["log_perplexity"].between(low, high)]
        largest = near.sort_values(["training_compute_flop", "record_id"]).drop_duplicates("paper_id", keep="last")
        if len(largest) < least_systems or largest["publication_year"].nunique() < 2:
            continue
        slope, error = _slope(largest["publication_year"], np.log2(largest["training_compute_flop"]))
        rows.append(
            {
                "system_id": band.system,
                "benchmark": benchmark,
                "within": band.within,
                "low_log_perplexity": low,
                "high_log_perplexity": high,
                "n_systems": len(largest),
                "halvings_per_year": -slope,
                "standard_error": error,
                "halving_months": -12 / slope if slope < 0 else None,
            }
        )
    return pd.DataFrame(rows, columns=[c for c in tables.empty("observed_halving_times") if c != "edition"])


def _of_known_compute(observations: pd.DataFrame) -> pd.DataFrame:
    """Records whose compute was reported: 6·N·D counts one pass, and beside a report it would show a gain of passes."""
    return observations[observations["training_compute_source"] == "reported"]


def _slope(x: pd.Series, y: pd.Series) -> tuple[float, float]:
    """Slope of y on x by least squares, and its standard error."""
    centred = (x - x.mean()).to_numpy(float)
    squares = float(centred @ centred)
    slope = float(centred @ y.to_numpy(float)) / squares
    residual = (y - y.mean()).to_numpy(float) - slope * centred
    return slope, math.sqrt(float(residual @ residual) / (len(x) - 2) / squares)
