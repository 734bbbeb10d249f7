"""Gains observed without a law, found again from observations: compute of systems that are at least as good.

In: a run. Out: the check `observed_gains`.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_CLOSE = 1e-8


def check_observed_gains(run: RunFiles) -> Check:
    """Greatest fall of reported compute to a later system at least as good; its rate among systems about as good."""
    check = Check(
        "observed_gains", "compute of later systems at least as good, and its rate of fall, from observations"
    )
    for edition in run.editions:
        observations = readable(run, f"processed/{edition}/observations.parquet")
        gains, times = (
            readable(run, f"processed/{edition}/{name}.parquet")
            for name in ("observed_gains", "observed_halving_times")
        )
        if observations is None or gains is None or times is None:
            continue
        known = observations[observations["training_compute_source"] == "reported"]
        check.equal(
            f"processed/{edition}/observed_gains.parquet",
            gains.drop(columns="edition"),
            _observed(known),
            ["record_id"],
            1e-12,
        )
        check.equal(
            f"processed/{edition}/observed_halving_times.parquet", times.drop(columns="edition"),
            _halving_times(run, known), ["system_id"], _CLOSE,
        )  # fmt: skip
    return check


def _observed(known: pd.DataFrame) -> pd.DataFrame:
    rows, systems = [], known.to_dict("records")
    for one in systems:
        later = [
            other
            for other in systems
            if other["benchmark"] == one["benchmark"]
            and other["perplexity"] <= one["perplexity"]
            and other["publication_year"] > one["publication_year"]
            and other["training_compute_flop"] < one["training_compute_flop"]
        ]
        if later:
            least = min(later, key=lambda row: (row["training_compute_flop"], row["record_id"]))
            row = {name: one[name] for name in ("benchmark", "record_id", "perplexity", "training_compute_flop")}
            row |= {f"later_{name}": least[name] for name in ("record_id", "perplexity", "training_compute_flop")}
            row["years_later"] = least["publication_year"] - one["publication_year"]
            rows.append(row | {"compute_ratio": one["training_compute_flop"] / least["training_compute_flop"]})
    columns = ["benchmark", "record_id", "later_record_id", "years_later", "perplexity", "later_perplexity"]
    return pd.DataFrame(
        rows, columns=[*columns, "training_compute_flop", "later_training_compute_flop", "compute_ratio"]
    )


def _halving_times(run: RunFiles, known: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for band in run.config["gains"]["observed_bands"]:
        own = known[known["system_id"] == band["system"]].sort_values("observation_number")
        if own.empty:
            continue
        first, reach = own.iloc[0], math.log(band["within"])
        near = known[(known["benchmark"] == first["benchmark"])
                     & ((known["log_perplexity"] - first["log_perplexity"]).abs() <= reach)]  # fmt: skip
        most = near.sort_values(["training_compute_flop", "record_id"]).groupby("paper_id").tail(1)
        x, y = most["publication_year"].to_numpy(float), np.log2(most["training_compute_flop"].to_numpy(float))
        if len(x) < 3 or len(set(x)) < 2:
            continue
        design = np.column_stack([np.ones(len(x)), x - x.mean()])
        (_, slope), squares, *_ = np.linalg.lstsq(design, y, rcond=None)
        error = math.sqrt(
            float(squares[0] if len(squares) else 0.0) / (len(x) - 2) / float(((x - x.mean()) ** 2).sum())
        )
        about = {"system_id": band["system"], "benchmark": first["benchmark"], "within": band["within"]}
        about |= {
            "low_log_perplexity": first["log_perplexity"] - reach,
            "high_log_perplexity": first["log_perplexity"] + reach,
        }
        about |= {"n_systems": len(x), "halvings_per_year": -slope, "standard_error": error}
        rows.append(about | {"halving_months": -12 / slope if slope < 0 else math.nan})
    columns = ["system_id", "benchmark", "within", "low_log_perplexity", "high_log_perplexity", "n_systems"]
    return pd.DataFrame(rows, columns=[*columns, "halvings_per_year", "standard_error", "halving_months"])
