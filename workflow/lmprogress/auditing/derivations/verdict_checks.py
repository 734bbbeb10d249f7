"""The verdict: what follows from its tests, from other laws, from evidence and from simulated data, derived again.

In: a run. Out: the check `verdict`.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_VERDICT, _LAWS, _COVERAGE = (f"results/tables/{name}.parquet" for name in ("verdict", "law_estimates", "coverage"))
_TESTS, _CHANGES = (f"results/tables/{name}.parquet" for name in ("rate_tests", "verdict_sensitivity"))
_CLOSE = 1e-9
# Monte Carlo standard errors by which the p-value of no progress is below the significance level
_ERRORS = 2


def check_verdict(run: RunFiles) -> Check:
    """Months from rates, p-values from counts, words from numbers, weights of laws, shares of values and data sets, and
    the changes that move the estimate most."""
    check = Check(
        "verdict",
        "months, p-values and words of the verdict; weights of other laws; evidence, coverage and what would change it",
    )
    names = (_VERDICT, _TESTS, _LAWS, _COVERAGE, _CHANGES)
    verdict, tests, laws, coverage, changes = (readable(run, name) for name in names)
    if verdict is None or tests is None or laws is None or coverage is None or changes is None:
        return check
    numbers, exceeding = tests["n_data_sets"] + 1, tests["n_exceeding"] + 1
    p_values = exceeding / numbers
    again = tests[["edition", "number"]].assign(
        p_value=p_values, p_value_error=np.sqrt(p_values * (1 - p_values) / numbers)
    )
    check.equal(_TESTS, tests[list(again.columns)], again, ["edition", "number"], _CLOSE)
    follows = pd.DataFrame(_laws(run, laws))
    check.equal(_LAWS, laws[list(follows.columns)], follows, ["edition", "specification"], _CLOSE)
    summary = pd.DataFrame(_coverage(run))
    check.equal(_COVERAGE, coverage[list(summary.columns)], summary, ["edition", "truth", "errors"], _CLOSE)
    left = pd.DataFrame(_changes(run, changes))
    check.equal(_CHANGES, changes[list(left.columns)], left, ["edition", "kind", "change"], _CLOSE)
    rows = pd.DataFrame(_rows(run, verdict, tests, laws, summary))
    for kind, column in (("paper", "change"), ("choice", "label")):
        for end, ascending in (("fastest", False), ("slowest", True)):
            of_kind = changes[changes["kind"].isin([kind, f"{kind}_left_out"])]
            ordered = of_kind.sort_values("growth_rate_per_year", ascending=ascending, kind="stable")
            first = ordered.drop_duplicates("edition").set_index("edition")
            rows[f"{end}_{kind}"] = rows["edition"].map(first[column])
            rows[f"{end}_{kind}_months"] = rows["edition"].map(first["growth_rate_per_year"]).map(_months)
    check.equal(_VERDICT, verdict[list(rows.columns)], rows, ["edition"], _CLOSE)
    return check


def _rows(
    run: RunFiles, verdict: pd.DataFrame, tests: pd.DataFrame, laws: pd.DataFrame, coverage: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    level, rules = float(run.config["interval_percent"]), run.config["intervals"]["identification"]
    evidence = run.parquet("results/tables/evidence.parquet")
    for row in verdict.to_dict("records"):
        edition = row["edition"]
        own, others = (frame[frame["edition"] == edition] for frame in (tests, laws))
        none = own[own["growth_rate_per_year"] == 0].iloc[0]
        low, high = (_months(row[f"{end}_growth_rate_per_year"]) for end in ("high", "low"))
        excluded = none["p_value"] + _ERRORS * none["p_value_error"] <= 1 - level / 100
        why_not = None
        if not excluded or math.isnan(high) or high > rules["slowest_months"]:
            why_not = "no_progress_not_excluded"
        elif not high <= rules["wide_interval"] * low:
            why_not = "flat_ridge"
        observations = run.parquet(f"processed/{edition}/observations.parquet")
        values = evidence[(evidence["edition"] == edition) & (evidence["field"] == "perplexity") & evidence["in_fit"]]
        confirmed = float((values["status"] == "confirmed").sum()) if len(values) else math.nan
        rates = others["growth_rate_per_year"]
        yield {
            "edition": edition,
            "specification": run.config["fit"]["main"]["specification"],
            "estimate_months": _months(row["growth_rate_per_year"]),
            "low_months": low,
            "high_months": high,
            "level": level,
            "p_no_progress": none["p_value"],
            "p_no_progress_error": none["p_value_error"],
            "no_progress_ratio": none["likelihood_ratio"],
            "identified": why_not is None,
            "why_not": why_not,
            "n_data_sets": int(own["n_data_sets"].sum()),
            "n_observations": len(observations),
            "n_papers": observations["paper_id"].nunique(),
            "n_laws": len(others),
            "fastest_law_months": _months(rates.max()),
            "slowest_law_months": _months(rates.min()),
            "averaged_months": _months(float(others["akaike_weight"] @ rates)),
            "n_confirmed": confirmed,
            "share_confirmed": confirmed / len(observations),
            "min_coverage": coverage.loc[coverage["edition"] == edition, "coverage"].min(),
        }


def _laws(run: RunFiles, laws: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for edition, rows in laws.groupby("edition"):
        n = len(run.parquet(f"processed/{edition}/observations.parquet"))
        deviance = 2 * rows["negative_log_likelihood"] + n * math.log(2 * math.pi)
        aic = deviance + 2 * rows["n_estimated"]
        weight = np.exp(-(aic - aic.min()) / 2)
        columns = {
            "aic": aic,
            "bic": deviance + math.log(n) * rows["n_estimated"],
            "akaike_weight": weight / weight.sum(),
        }
        for place, row in rows.iterrows():
            yield {
                "edition": edition,
                "specification": row["specification"],
                "estimate_months": _months(row["growth_rate_per_year"]),
                **{name: float(column.loc[place]) for name, column in columns.items()},
            }


def _changes(run: RunFiles, changes: pd.DataFrame) -> Iterator[dict[str, Any]]:
    papers = {
        edition: run.parquet(f"processed/{edition}/observations.parquet")["paper_id"].value_counts()
        for edition in changes["edition"].unique()
    }
    free = changes[(changes["kind"] == "exponents") & (changes["change"] == "free")].set_index("edition")
    for row in changes.to_dict("records"):
        counts, ratio = papers[row["edition"]], row["likelihood_ratio"]
        # experiments have a likelihood of their own, which no table has
        if row["kind"] == "exponents" and not row["change"].startswith("experiments"):
            base = free.loc[row["edition"], "negative_log_likelihood"]
            ratio = max(2 * (row["negative_log_likelihood"] - base), 0.0)
        p_value = math.exp(-ratio / 2)
        if row["kind"] == "scale":
            base = free.loc[row["edition"], "negative_log_likelihood"]
            ratio = max(2 * (base - row["negative_log_likelihood"]), 0.0)
            p_value = (row["n_exceeding"] + 1) / (row["n_data_sets"] + 1)
        left_out = row["kind"] == "paper_left_out"
        yield {
            **{name: row[name] for name in ("edition", "kind", "change")},
            "estimate_months": _months(row["growth_rate_per_year"]),
            "likelihood_ratio": ratio,
            "p_value": p_value,
            "n_observations": counts.sum() - counts[row["change"]] if left_out else row["n_observations"],
            "n_papers": len(counts) - 1 if left_out else row["n_papers"],
        }


def _coverage(run: RunFiles) -> Iterator[dict[str, Any]]:
    numbers = ("true_growth_rate_per_year", "growth_rate_per_year", "n_observations")
    kept = run.csv("raw/reference/coverage.csv").astype(dict.fromkeys(numbers, float))
    for key, rows in kept.groupby(["edition", "truth", "errors"]):
        covered, true = (rows["covered"] == "true").mean(), rows["true_growth_rate_per_year"].iloc[0]
        off = rows["growth_rate_per_year"] - true
        found = rows[rows["inverted"] == "true"]
        low = found["low_growth_rate_per_year"].astype(float).fillna(-math.inf)
        high = found["high_growth_rate_per_year"].astype(float).fillna(math.inf)
        within = low.le(true) & high.ge(true)
        median = statistics.median(high - low) if len(found) else math.inf
        yield {
            **dict(zip(("edition", "truth", "errors"), key, strict=True)),
            "true_growth_rate_per_year": true,
            "true_months": _months(true),
            "n_data_sets": len(rows),
            "coverage": covered,
            "coverage_error": math.sqrt(covered * (1 - covered) / len(rows)),
            "bias": off.mean(),
            "root_mean_square_error": math.sqrt((off**2).mean()),
            "n_intervals": len(found),
            "n_agreeing": (within == (found["covered"] == "true")).sum(),
            "median_length": median if math.isfinite(median) else math.nan,
            "n_observations": int(rows["n_observations"].iloc[0]),
        }


def _months(rate: float) -> float:
    """A doubling time; missing for no progress, and where there is no rate."""
    return 12 / rate if rate > 0 else math.nan
