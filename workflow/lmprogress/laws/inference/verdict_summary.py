"""The verdict and its coverage as tables for people; no solver is loaded.

In: rate_estimates of all editions, evidence, coverage_data_sets. Out: frames of the tables verdict and coverage.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lmprogress.core import tables
from lmprogress.laws.rates.progress import doubling_time_months

# what two computations of a rate may differ by, relative
_SAME = 1e-6


# columns of the verdict -> kinds of change in verdict_sensitivity, and the column that names one
_CHANGES = {"paper": ("paper_left_out", "change"), "choice": ("choice", "label")}


def tabulate_verdict(
    estimates: pd.DataFrame, evidence: pd.DataFrame, coverage: pd.DataFrame, sensitivity: pd.DataFrame
) -> pd.DataFrame:
    """The table verdict: `estimates` (rate_estimates of all editions), confirmed perplexities, least coverage, and the
    changes that move the estimate most.

    evidence, coverage, sensitivity: as in their schemas, the last of the table verdict_sensitivity.
    """
    fitted = evidence[evidence["in_fit"].astype(bool) & (evidence["field"] == "perplexity")]
    confirmed = fitted[fitted["status"] == "confirmed"].groupby("edition").size()
    known = estimates["edition"].isin(fitted["edition"])
    counts = estimates["edition"].map(confirmed).fillna(0).where(known)
    return estimates.assign(
        n_confirmed=counts.astype("Int64"),
        share_confirmed=counts / estimates["n_observations"],
        min_coverage=estimates["edition"].map(coverage.groupby("edition")["coverage"].min()).astype(float),
        **_extremes(estimates["edition"], sensitivity),
    )


def _extremes(editions: pd.Series, sensitivity: pd.DataFrame) -> dict[str, pd.Series]:
    """Of each kind of change the one with the shortest and the longest doubling time, by edition."""
    found: dict[str, pd.Series] = {}
    for name, (kind, column) in _CHANGES.items():
        rows = sensitivity[sensitivity["kind"] == kind].groupby("edition")["growth_rate_per_year"]
        for end, place in (("fastest", rows.idxmax()), ("slowest", rows.idxmin())):
            extreme = sensitivity.loc[place].set_index("edition")
            found[f"{end}_{name}"] = editions.map(extreme[column])
            found[f"{end}_{name}_months"] = editions.map(extreme["estimate_months"]).astype(float)
    return found


def summarise_coverage(kept: pd.DataFrame, again: pd.DataFrame) -> pd.DataFrame:
    """The table coverage: shares of the data sets `kept`, and how many of those made `again` have the same estimate
    and likelihood ratio.

    Both as in coverage_data_sets. Only data sets simulated from the same observations are compared.
    """
    key = ["edition", "truth", "errors"]
    both = kept.merge(again, on=[*key, "number", "observations_digest"], suffixes=("", "_again"))
    same = pd.Series(True, index=both.index)
    for column in ("growth_rate_per_year", "likelihood_ratio"):
        same &= np.isclose(both[column], both[f"{column}_again"], rtol=_SAME, atol=_SAME)
    compared = both.assign(same=same).groupby(key)["same"].agg(["size", "sum"]).to_dict("index")
    rows = []
    for name, part in kept.groupby(key, sort=True):
        rate, n = float(part["true_growth_rate_per_year"].iloc[0]), len(part)
        covered, off = float(part["covered"].mean()), part["growth_rate_per_year"] - rate
        found = part[part["inverted"]]
        low, high = _ends(found)
        length = float((high - low).median()) if len(low) else np.inf
        repeated = compared.get(name, {"size": 0, "sum": 0})
        rows.append(
            {
                **dict(zip(key, name, strict=True)),
                "true_growth_rate_per_year": rate,
                "true_months": _months(rate),
                "n_data_sets": n,
                "coverage": covered,
                "coverage_error": float(np.sqrt(covered * (1 - covered) / n)),
                "bias": float(off.mean()),
                "root_mean_square_error": float(np.sqrt((off**2).mean())),
                "n_intervals": len(low),
                "n_agreeing": int((((low <= rate) & (rate <= high)) == found["covered"]).sum()),
                "median_length": length if np.isfinite(length) else None,
                "n_observations": int(part["n_observations"].iloc[0]),
                "n_repeated": int(repeated["size"]),
                "n_same": int(repeated["sum"]),
            }
        )
    return tables.of_rows(rows, "coverage")


def _ends(inverted: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Ends of intervals, infinite where none was found."""
    low, high = (inverted[f"{end}_growth_rate_per_year"].astype(float) for end in ("low", "high"))
    return low.fillna(-np.inf), high.fillna(np.inf)


def _months(rate: float) -> float | None:
    months = doubling_time_months(rate)
    return months if np.isfinite(months) else None
