"""The simulation study: the truth that data sets are drawn from, and every summary recomputed from the single fits.

In: a run. Out: the check `simulation`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.auditing.derivations.law_values import growth_rate
from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_KEY = ["edition", "truth", "procedure"]
_CLOSE, _CANCELLED = 1e-9, 1e-12
_EDGE = 1e-9  # an interval whose end falls on the truth holds it or not, by rounding
# gives a test and no ends
_TEST = "profile_likelihood"


def check_simulation(run: RunFiles) -> Check:
    """True rates against the fits that are the truth; coverage of each interval; bias, error and their spread."""
    check = Check("simulation", "true rates, coverage of each interval, bias, error and coverage of each procedure")
    for table in ("simulation", "simulation_full"):
        file, folder = f"results/tables/{table}.parquet", table
        found = readable(run, file)
        parts = [(name, readable(run, name)) for name in run.matching(f"processed/*/{folder}/*.parquet")]
        fitted = {name: frame for name, frame in parts if frame is not None}
        for name, frame in fitted.items():
            _check_fits(check, run, name, frame)
        if found is None or not fitted:
            continue
        rows = [dict(zip(_KEY, key, strict=True)) | _summary(part)
                for key, part in pd.concat(fitted.values()).groupby(_KEY)]  # fmt: skip
        follows = pd.DataFrame(rows)
        check.equal(file, found[list(follows.columns)], follows, _KEY, _CLOSE, _CANCELLED)
    return check


def _check_fits(check: Check, run: RunFiles, file: str, frame: pd.DataFrame) -> None:
    for (edition, truth), part in frame.groupby(["edition", "truth"]):
        law = run.config["simulation"]["truths"].get(truth)
        fits = readable(run, f"processed/{edition}/{law['procedure']}/coefficients.parquet") if law else None
        if law is None or fits is None:
            check.fail(file, f"truth={truth}", "is no truth of the settings, or its fit is not there")
            continue
        penalty = run.config["fit"]["main"]["penalty"]
        rows = fits[(fits["specification"] == law["specification"]) & (fits["penalty"] == penalty)]
        theta = dict(zip(rows["coefficient"], rows["estimate"], strict=True))
        specification = run.yaml("config/models.yaml")["specifications"][law["specification"]]
        rate = float(growth_rate(specification, theta, {}, "effective_compute", "all", "all"))
        check.items += len(part)
        if (np.abs(part["true_growth_rate_per_year"] - rate) > _CLOSE * abs(rate)).any():
            check.fail(file, f"truth={truth}", f"its true rate is not {rate:.12g}, that of the fit")
        held = part[part["covers"].notna() & (part["procedure"] != _TEST)]
        # slow growth is a long doubling time; an end that is not there is infinite
        fast = 12 / held["low_months"].fillna(math.inf).to_numpy(float)
        slow = 12 / held["high_months"].fillna(math.inf).to_numpy(float)
        covers = held["covers"].to_numpy(bool)
        inside = (slow <= rate * (1 + _EDGE)) & (rate <= fast * (1 + _EDGE))
        well_inside = (slow < rate * (1 - _EDGE)) & (rate < fast * (1 - _EDGE))
        if rate > 0:
            for place in np.flatnonzero((covers & ~inside) | (~covers & well_inside)).tolist():
                row = held.iloc[place]
                named = f"truth={truth}, procedure={row['procedure']}, data_set={row['data_set']}"
                check.fail(file, named, f"covers is {covers[place]}, but the interval says otherwise")


def _summary(fitted: pd.DataFrame) -> dict[str, Any]:
    rates, truth = fitted["growth_rate_per_year"].to_numpy(float), float(fitted["true_growth_rate_per_year"].iloc[0])
    finite = rates[np.isfinite(rates)]
    errors, logs = finite - truth, np.log(truth / finite[finite > 0])
    computed = fitted[fitted["covers"].notna()]
    n, median = len(computed), float(np.median(rates))
    coverage = float(computed["covers"].astype(bool).mean()) if n else math.nan
    ends = {
        f"median_{end}": math.nan
        if computed[end].isna().all()
        else _finite(float(np.median(computed[end].fillna(math.inf).to_numpy(float))))
        for end in ("low_months", "high_months")
    }
    return {
        "n_data_sets": len(rates),
        "true_growth_rate_per_year": truth,
        "true_months": 12 / truth if truth > 0 else math.nan,
        "median_months": 12 / median if median > 0 else math.nan,
        "share_without_progress": float((rates <= 0).mean()),
        "bias": float(errors.mean()),
        "bias_error": float(np.std(errors)) / math.sqrt(len(errors)),
        "rmse": math.sqrt(float((errors**2).mean())),
        "log_bias": float(logs.mean()) if len(logs) else math.nan,
        "log_bias_error": float(np.std(logs)) / math.sqrt(len(logs)) if len(logs) else math.nan,
        "log_rmse": math.sqrt(float((logs**2).mean())) if len(logs) else math.nan,
        "n_intervals": n,
        "coverage": coverage,
        "coverage_error": math.sqrt(coverage * (1 - coverage) / n) if n else math.nan,
        **ends,
    }


def _finite(value: float) -> float:
    return value if math.isfinite(value) else math.nan
