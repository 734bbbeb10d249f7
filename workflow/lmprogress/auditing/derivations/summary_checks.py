"""Small tables of results that sum up larger ones: shares, counts, scores, trends, claims.

In: a run. Out: the check `summaries`.
"""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np
import pandas as pd
from scipy.special import ndtri

from lmprogress.auditing.evidence_checks import selected
from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_CLOSE, _CANCELLED = 1e-9, 1e-12
_HORIZONS = ((0, 1), (1, 3), (3, 6), (6, 12), (12, 50))  # years ahead
_EQUAL = 1.15  # ratio of sizes that count as one
_NEAR = 1.5  # years from the target that an actual value may lie


def check_summaries(run: RunFiles) -> Check:
    """Error rates of the judged sample, counts of differences, scores of forecasts, trends extended, claims."""
    check = Check(
        "summaries", "error rates of readings, counts of differences, scores of forecasts, trends, claims, gains"
    )
    for name, derive in (
        ("audit", _audit),
        ("difference_counts", _difference_counts),
        ("forecast_scores", _forecast_scores),
        ("trend_forecasts", _trend_forecasts),
        ("compressed_models", _compressed_models),
        ("claims", _claims),
        ("paper_gains", _paper_gains),
        ("paper_gains_by_year", _paper_gains_by_year),
    ):
        file = f"results/tables/{name}.parquet"
        found = readable(run, file)
        if found is None:
            continue
        follows, key = derive(run)
        if follows is not None:
            shown = found.merge(follows[key], on=key) if name == "audit" else found
            check.equal(file, shown[list(follows.columns)], follows, key, _CLOSE, _CANCELLED)
    return check


_Derived = tuple[pd.DataFrame | None, list[str]]


def _audit(run: RunFiles) -> _Derived:
    """Share of readings judged wrong, with Wilson's interval (1927); verdicts alone know which fields are wrong."""
    sample = readable(run, "results/tables/audit_sample.parquet")
    if sample is None:
        return None, []
    judged = sample["verdict"].dropna()
    n, errors = len(judged), int((judged == "wrong").sum())
    row: dict[str, Any] = {"field": "any", "sampled": len(sample), "judged": n, "errors": errors}
    row |= dict.fromkeys(("error_rate", "low", "high"), math.nan)
    if n:
        p, z = errors / n, float(ndtri(0.5 + float(run.config["interval_percent"]) / 200))
        middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        low, high = ((middle + sign * half) / (1 + z * z / n) for sign in (-1, 1))
        row |= {"error_rate": p, "low": low if errors else 0.0, "high": high if errors < n else 1.0}
    return pd.DataFrame([row]), ["field"]


def _difference_counts(run: RunFiles) -> _Derived:
    differences = readable(run, "results/tables/edition_differences.parquet")
    if differences is None:
        return None, []
    groups = differences.groupby(["status", "reason"], dropna=False)
    counts = pd.DataFrame({"observations": groups.size(), "papers": groups["paper_id"].nunique()}).reset_index()
    return counts, ["status", "reason"]


def _forecast_scores(run: RunFiles) -> _Derived:
    """Error, coverage and interval score (Gneiting and Raftery 2007) of forecasts, by how far ahead they look."""
    forecasts = readable(run, "results/tables/forecasts.parquet")
    if forecasts is None:
        return None, []
    left_out, ahead = float(run.config["other_laws"]["alarm_level"]), forecasts["year"] - forecasts["origin_year"]
    rows = []
    for horizon, chosen in [("all", ahead.notna())] + [(f"{a}-{b}", (ahead > a) & (ahead <= b)) for a, b in _HORIZONS]:
        for (series, method), part in forecasts[chosen].groupby(["series", "method"]):
            actual, low, high = (part[f"{name}_log2"].to_numpy(float) for name in ("actual", "low", "high"))
            error = part["predicted_log2"].to_numpy(float) - actual
            missed = np.maximum(low - actual, 0) + np.maximum(actual - high, 0)
            row = {"series": series, "method": method, "horizon": horizon, "n_forecasts": len(part)}
            row |= {"mae": np.abs(error).mean(), "rmse": math.sqrt((error**2).mean()), "bias": error.mean()}
            row |= {"coverage": (missed == 0).mean(), "nominal_coverage": 1 - left_out}
            rows.append(row | {"interval_score": (high - low + 2 / left_out * missed).mean()})
    return pd.DataFrame(rows), ["series", "method", "horizon"]


def _trend_forecasts(run: RunFiles) -> _Derived:
    """Exponential trends by least squares, extended to the years asked for, beside the median of what came near."""
    technologies = run.csv("raw/other_laws/technology_series.csv").astype({"year": float, "value": float})
    rows = []
    for window in run.config["other_laws"]["trend_windows"]:
        points = technologies[technologies["series"] == window["series"]]
        fitted = points[(points["year"] >= window["first_year"]) & (points["year"] < window["last_year"] + 1)]
        slope, start = np.polyfit(fitted["year"] - window["first_year"], np.log2(fitted["value"]), 1)
        for target in window["targets"]:
            near = points.loc[(points["year"] - target).abs() <= _NEAR, "value"]
            foretold, actual = 2 ** (start + slope * (target - window["first_year"])), near.median()
            row = {name: window[name] for name in ("series", "first_year", "last_year")}
            row |= {"n_points": len(fitted), "doubling_years": 1 / slope, "target_year": target, "foretold": foretold}
            rows.append(row | {"actual": actual, "ratio": foretold / actual})
    return pd.DataFrame(rows), ["series", "first_year", "last_year", "target_year"]


def _compressed_models(run: RunFiles) -> _Derived:
    models = run.csv("raw/other_laws/density_models.csv").set_index("model")
    density = models["published_density"].astype(float)
    derived = models[models["derived_from"].notna()]
    frame = derived[["derived_from", "compression"]].reset_index()
    own, original = density[frame["model"]].to_numpy(), density[frame["derived_from"]].to_numpy()
    return frame.assign(density=own, original_density=original, density_ratio=own / original), ["model"]


def _claims(run: RunFiles) -> _Derived:
    """Each claim beside the value that its line of raw/other_laws/claims.csv selects."""
    folder, rows = "raw/other_laws", []
    terms, facts = (run.csv(f"{folder}/{name}.csv") for name in ("claim_terms", "claim_facts"))
    known = dict(zip(facts["fact"], facts["value"].astype(float), strict=True))
    for said in run.csv(f"{folder}/claims.csv").to_dict("records"):
        row = {name: said[name] for name in ("claim", "retelling", "statement", "unit", "relation", "table", "why")}
        row |= {name: float(said[name]) for name in ("stated", "tolerance")}
        value, verdict = math.nan, "not checkable"
        if isinstance(said["table"], str):
            value = _claimed(run, said)
            if isinstance(said["formula"], str):
                of_claim = terms[terms["claim"] == said["claim"]].to_dict("records")
                given = {term["term"]: _claimed(run, term) for term in of_claim}
                given = {**known, **given, "value": value}
                value = float(cast(float, pd.eval(said["formula"], local_dict=given, global_dict={}, engine="python")))
            gap, room = value - row["stated"], row["tolerance"] * (1 + 1e-9)
            holds = {"equal": abs(gap) <= room, "at_most": gap <= room, "at_least": gap >= -room}
            verdict = "not computed" if math.isnan(value) else "agrees" if holds[said["relation"]] else "disagrees"
        rows.append(row | {"computed": value, "verdict": verdict})
    return pd.DataFrame(rows), ["claim"]


def _claimed(run: RunFiles, said: dict[Any, Any]) -> float:
    # without conditions, every row
    select = said["select"] if isinstance(said["select"], str) else ""
    return selected(run, {**said, "select": select, "transform": None}, "select")


def _paper_gains(run: RunFiles) -> _Derived:
    """Pairs of own results: those of one size as the best of the paper, and the line through the best of each size."""
    key = ["paper_id", "benchmark"]
    held = readable(run, "results/tables/candidate_systems.parquet")
    if held is None:
        return None, []
    own = held.query("kind == 'trained' and split == 'test' and n_parameters > 0 and perplexity > 1")
    own = own[own["adaptation"].isna() & own["publication_date"].notna()]
    own = own.drop_duplicates([*key, "system", "n_parameters", "perplexity"]).reset_index(drop=True)
    own["rank"] = own.groupby(key)["perplexity"].rank("first")
    best = own[own["rank"] == 1].set_index(key)[["n_parameters", "perplexity"]]
    pairs = own[own["rank"] > 1].join(best, on=key, rsuffix="_best")
    ratio = pairs["n_parameters"] / pairs["n_parameters_best"]
    pairs = pairs[(ratio <= _EQUAL) & (ratio >= 1 / _EQUAL)]
    gain = np.log(pairs["perplexity"]) - np.log(pairs["perplexity_best"])
    rows = own.groupby(key).agg(publication_date=("publication_date", "min"), n_results=("rank", "size"))
    gains = gain.groupby([pairs[name] for name in key]).agg(["size", "min", "median", "max"])
    rows[["n_equal", "least_gain", "median_gain", "most_gain"]] = gains.reindex(rows.index)
    least = own.groupby([*key, "n_parameters"])["perplexity"].min().reset_index()
    for name, part in least.groupby(key):
        x, y = np.log(part["n_parameters"].to_numpy(float)), np.log(part["perplexity"].to_numpy(float))
        if len(x) >= 3 and part["n_parameters"].max() >= 2 * part["n_parameters"].min():
            rows.loc[name, ["n_sizes", "exponent"]] = len(x), -np.cov(x, y)[0, 1] / np.var(x, ddof=1)
    rows = rows.fillna({"n_equal": 0, "n_sizes": 0}).query("n_equal > 0 or n_sizes > 0").reset_index()
    return rows.assign(year=rows["publication_date"].str[:4].astype(int)), key


def _paper_gains_by_year(run: RunFiles) -> _Derived:
    gains = readable(run, "results/tables/paper_gains.parquet")
    if gains is None:
        return None, []
    both = pd.concat([gains.assign(period=gains["year"].astype(str)), gains.assign(period="all")])
    equal, sized = (both[both[name] > 0].groupby("period") for name in ("n_equal", "n_sizes"))
    rows = pd.DataFrame(index=both["period"].unique())
    rows["n_papers"] = equal["paper_id"].agg(lambda ids: len(set(ids)))
    rows["papers_per_year"] = rows["n_papers"] / equal["year"].agg(lambda years: len(set(years)))
    for name in ("least_gain", "median_gain", "most_gain"):
        rows[name] = equal[name].quantile(0.5)
    rows["n_exponents"] = sized["exponent"].count()
    for name, share in (("least", 0.0), ("median", 0.5), ("most", 1.0)):
        rows[f"{name}_exponent"] = sized["exponent"].quantile(share)
    return rows.fillna({"n_papers": 0, "n_exponents": 0}).rename_axis("period").reset_index(), ["period"]
