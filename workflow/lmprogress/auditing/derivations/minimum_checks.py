"""Minima: the stationary points of each fit, and whether the data identify the doubling time there.

In: a run. Out: the checks `minima` and `identification`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.auditing.derivations.fit_tables import FIT, FitKey, estimates, folders, law_rows, stationary_points
from lmprogress.auditing.derivations.law_derivatives import Floats, Objective
from lmprogress.auditing.derivations.law_values import Values, growth_rate
from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_CLOSE = 1e-9  # relative: sums of some hundred terms in another order
_SLOPES, _ROUNDING = 1e-6, 1e-10  # relative, and in squared nats: what slopes cancel to at a minimum
_SAME_MINIMUM = 1e-8  # objectives of two searches that end in one minimum, squared nats
_STEP = 1e-6  # of numerical derivatives of rates, as a share of each coefficient
_SMALLEST = 1e-7  # eigenvalue, relative: rounding of the Hessian's entries on laws that are nearly flat
_CORRELATION = 1e-3


def objectives(run: RunFiles, folder: str) -> dict[FitKey, Objective]:
    """Each fit of a folder, by specification, data variant and penalty, with its objective."""
    specifications, edition = run.yaml("config/models.yaml")["specifications"], folder.split("/")[1]
    kept = run.kept.setdefault(f"{folder}/objectives", {})
    made: dict[Any, Objective] = {}
    for key, theta in ({} if kept else estimates(run, folder)).items():
        law = (key[0], *theta)
        rows = law_rows(run, edition, specifications[key[0]].get("data", "dataset_size"))
        if rows is not None:
            made[law] = made.get(law) or Objective(specifications[key[0]], rows, list(theta))
            kept[key] = made[law]
    return kept


def check_minima(run: RunFiles) -> Check:
    """Each search ends where its table says: objective and slopes of fits, and of every other stationary point."""
    check = Check("minima", "slopes at each fit; objectives of basins, the first of which is the fit")
    for _, _, folder in folders(run, "fits"):
        file = f"{folder}/fits.parquet"
        fits, basins = readable(run, file), readable(run, f"{folder}/basins.parquet")
        if fits is None or basins is None:
            continue
        ends, points = estimates(run, folder), stationary_points(run, folder)
        ended = set(fits.loc[fits["status"] == "converged", FIT].itertuples(index=False, name=None))
        told, found = [], []
        for key, objective in objectives(run, folder).items():
            theta = objective.vector(ends[key])
            told.append(dict(zip(FIT, key, strict=True)) | {"optimality": objective.violation(theta, key[2])})
            others = [objective.value(objective.vector(point), key[2]) for point in points.get(key, {}).values()]
            for number, value in zip(points.get(key, {}), others, strict=True):
                found.append(dict(zip(FIT, key, strict=True)) | {"basin": number, "objective": value})
            if others:
                check.items += 1
                # a search that did not converge is no basin
                if key in ended and abs(others[0] - objective.value(theta, key[2])) > _SAME_MINIMUM:
                    check.fail(f"{folder}/basins.parquet", _told(key), "the first basin is not the fit")
                if np.diff(others).min(initial=0.0) < -_SAME_MINIMUM:
                    check.fail(f"{folder}/basins.parquet", _told(key), "a later basin has a lower objective")
        if told:
            follows = pd.DataFrame(told)
            check.equal(file, fits[list(follows.columns)], follows, FIT, _SLOPES, _ROUNDING)
        if found:
            columns, follows = [*FIT, "basin", "objective"], pd.DataFrame(found)
            once = basins[columns].drop_duplicates()
            check.equal(f"{folder}/basins.parquet", once, follows, columns[:-1], _CLOSE)
    return check


def check_identification(run: RunFiles) -> Check:
    """Rivals, curvature, intervals and the verdict on each doubling time, from basins, fits and intervals."""
    check = Check("identification", "rivals, curvature, intervals and verdicts on doubling times")
    specifications = run.yaml("config/models.yaml")["specifications"]
    for edition in run.editions:
        offsets = run.offsets(edition)
        file, folder = f"processed/{edition}/identification.parquet", f"processed/{edition}/global"
        names = ("basins", "doubling_times", "numerical_doubling_times")
        held = readable(run, file)
        basins, closed, numerical = (readable(run, f"{folder}/{name}.parquet") for name in names)
        profiled = readable(run, f"processed/{edition}/profile_intervals.parquet")
        if held is None or basins is None or closed is None or numerical is None or profiled is None:
            continue
        points = stationary_points(run, folder)
        times = pd.concat([closed, numerical[numerical["method"] == "numerical"]])
        times = times[(times["quantity"] == "effective_compute")
                      & times["interval_method"].isin(["paper_bootstrap_rates", "none"])]  # fmt: skip
        by_fit: dict[FitKey, list[dict[Any, Any]]] = {}
        for time in times.to_dict("records"):
            by_fit.setdefault(tuple(time[name] for name in FIT), []).append(time)
        rates = {
            tuple(row[name] for name in FIT): row
            for row in profiled[profiled["quantity"] == "growth_rate_per_year"].to_dict("records")
        }
        rows = []
        for key, objective in objectives(run, folder).items():
            specification, interval = specifications[key[0]], rates.get(key)
            drifts = any(d["column"] == "log_calendar_year" for f in _factors(specification) for d in f.get("plus", ()))
            method = "numerical" if drifts else "closed_form"
            of_fit = [time for time in by_fit.get(key, ()) if time["method"] == method]
            if not (any(time["n_replicates"] for time in of_fit) or (of_fit and interval)) or key not in points:
                continue
            known = np.array([objective.vector(point) for point in points[key].values()])
            values = np.array([objective.value(theta, key[2]) for theta in known])
            rivals = known[values <= values.min() + run.config["intervals"]["identification"]["basin_within"]]
            condition, covariance = _curvature(objective, known[0], key[2])
            for time in of_fit:
                months = [math.nan]
                if not drifts:
                    where = ("effective_compute", str(time["benchmark"]), str(time["group"]))
                    at = dict(zip(objective.names, rivals.T, strict=True))
                    found = np.broadcast_to(growth_rate(specification, at, offsets, *where), len(rivals))
                    months = [12 / rate if rate > 0 else math.inf for rate in found.tolist()]
                row = dict(zip(FIT, key, strict=True)) | {
                    name: time[name] for name in ("benchmark", "group", "estimate_months")
                }
                row |= _resampled(time) | _profiled(interval) | {"n_rivals": len(rivals)}
                row |= {"fastest_rival_months": _finite(min(months)), "slowest_rival_months": _finite(max(months))}
                row["verdict"] = _verdict(run, specification, row, months)
                row["inverse_condition"] = 1 / condition
                row["rate_correlation"] = (
                    math.nan if drifts else _correlation(specification, offsets, objective, known[0], covariance, time)
                )
                rows.append(row)
        if not rows:
            continue
        follows, key_columns = pd.DataFrame(rows), [*FIT, "benchmark", "group"]
        tight = [name for name in follows.columns if name not in ("inverse_condition", "rate_correlation")]
        check.equal(file, held[tight], follows[tight], key_columns, _CLOSE)
        with np.errstate(divide="ignore"):
            sharp = held.assign(inverse_condition=1 / held["condition"])[[*key_columns, "inverse_condition"]]
        check.equal(file, sharp, follows[[*key_columns, "inverse_condition"]], key_columns, 1e-6, _SMALLEST)
        # where the law is nearly flat the correlation is rounding's
        firm = follows[follows["inverse_condition"] > _SMALLEST][[*key_columns, "rate_correlation"]]
        of_firm = held.merge(firm[key_columns], on=key_columns)[[*key_columns, "rate_correlation"]]
        check.equal(file, of_firm, firm, key_columns, 0.0, _CORRELATION)
    return check


def _factors(specification: Values) -> list[Values]:
    return [f for term in specification["terms"].values() for f in term] + list(specification.get("scale", ()))


def _resampled(time: Mapping[Any, Any]) -> dict[str, Any]:
    n = int(time["n_replicates"])
    share = int(time["n_without_progress"]) / n if n else math.nan
    ends = {"bootstrap_low_months": time["low_months"], "bootstrap_high_months": time["high_months"]}
    return {"n_replicates": n, "share_without_progress": share, **ends}


def _profiled(interval: Mapping[Any, Any] | None) -> dict[str, Any]:
    names = {"profile_low_months": "low_months", "profile_high_months": "high_months"}
    names["no_progress_p_value"] = "no_progress_p_value"
    return {"profiled": interval is not None} | {
        name: math.nan if interval is None else interval[column] for name, column in names.items()
    }


def _curvature(objective: Objective, theta: Floats, penalty: float) -> tuple[float, Floats]:
    """Condition number and inverse of the Hessian in units of each coefficient's own curvature; zeros do not move."""
    hessian = objective.curvature(theta)
    free = np.flatnonzero((theta != 0) | (penalty == 0))
    free = free[np.diag(hessian)[free] > 0]
    unit = 1 / np.sqrt(np.diag(hessian)[free])
    scaled = hessian[np.ix_(free, free)] * np.outer(unit, unit)
    values = np.linalg.eigvalsh(scaled)
    inverse = np.zeros_like(hessian)
    inverse[np.ix_(free, free)] = np.linalg.pinv(scaled) * np.outer(unit, unit)
    flat = values[0] <= np.finfo(float).eps * len(free) * values[-1]
    return (math.inf if flat else float(values[-1] / values[0])), inverse


def _correlation(
    specification: Values,
    offsets: Mapping[str, str],
    objective: Objective,
    theta: Floats,
    covariance: Floats,
    time: Any,
) -> float:
    """Of the growth rates in parameters and in data, to first order; missing where the law has not both."""
    sizes = {f["column"] for term in specification["terms"].values() for f in term}
    if not {"log_parameters", "log_dataset_size"} <= sizes:
        return math.nan
    step = _STEP * np.where(theta != 0, np.abs(theta), 1.0)
    slopes = []
    for quantity in ("parameters", "data"):
        ends = []
        for sign in (1, -1):
            # p laws, in each of which one coefficient is moved
            at = dict(zip(objective.names, (theta + sign * np.diag(step)).T, strict=True))
            rate = growth_rate(specification, at, offsets, quantity, str(time["benchmark"]), str(time["group"]))
            ends.append(np.broadcast_to(rate, len(theta)))
        slopes.append((ends[0] - ends[1]) / (2 * step))
    if not np.all(np.isfinite(slopes)):
        return math.nan
    matrix = np.array(slopes) @ covariance @ np.array(slopes).T
    if not np.all(np.diag(matrix) > 0):
        return math.nan
    return float(np.clip(matrix[0, 1] / np.sqrt(matrix[0, 0] * matrix[1, 1]), -1, 1))


def _verdict(run: RunFiles, specification: Values, row: Mapping[str, Any], months: list[float]) -> str:
    settings = run.config["intervals"]["identification"]
    if not any(f["column"] == "time" or f.get("plus") for f in _factors(specification)):
        return "no_progress_in_law"
    tail = (1 - float(run.config["interval_percent"]) / 100) / 2
    slowest = [row[f"{kind}_months"] for kind in ("estimate", "bootstrap_high", "profile_high")]
    if (
        (row["profiled"] and pd.isna(row["profile_high_months"]))
        or any(pd.notna(months) and months > settings["slowest_months"] for months in slowest)
        or (row["n_replicates"] and row["share_without_progress"] > tail)
    ):
        return "no_progress_not_excluded"
    if max(months) > settings["same_doubling_time"] * min(months):
        return "several_basins"
    ends = [(row[f"{kind}_low_months"], row[f"{kind}_high_months"]) for kind in ("bootstrap", "profile")]
    wide = any(pd.notna(high) and not high <= settings["wide_interval"] * low for low, high in ends)
    return "flat_ridge" if wide or (row["profiled"] and pd.isna(row["profile_low_months"])) else "identified"


def _finite(months: float) -> float:
    return months if math.isfinite(months) else math.nan


def _told(fit: tuple[Any, ...]) -> str:
    return ", ".join(f"{name}={value}" for name, value in zip(FIT, fit, strict=True))
