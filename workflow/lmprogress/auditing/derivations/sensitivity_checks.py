"""One choice changed at a time: doubling times from their coefficients, and what must agree with the main fits.

In: a run. Out: the check `sensitivity`.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.auditing.derivations.fit_tables import FIT
from lmprogress.auditing.derivations.law_derivatives import Objective
from lmprogress.auditing.derivations.law_values import growth_rate, rows_of
from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_CLOSE = 1e-9
_KEY = ["sensitivity", "law", *FIT, "procedure"]
_RATE = ["benchmark", "group"]
_ENDS = ("low_months", "median_months", "high_months")


def check_sensitivity(run: RunFiles) -> Check:
    """Labels as set; estimates from coefficients; objectives where rows are observations; intervals of main fits."""
    check = Check("sensitivity", "doubling times and objectives of varied fits, and of fits with correlated residuals")
    models, settings = run.yaml("config/models.yaml"), run.config["sensitivity"]["variations"]
    for edition in run.editions:
        offsets = run.offsets(edition)
        place = f"processed/{edition}"
        table, coefficients = (
            readable(run, f"{place}/{name}.parquet") for name in ("sensitivity", "sensitivity_coefficients")
        )
        observations, within = (readable(run, f"{place}/{name}.parquet") for name in ("observations", "within_paper"))
        if table is None or coefficients is None or observations is None:
            continue
        thetas = {
            key: dict(zip(rows["coefficient"], rows["estimate"], strict=True))
            for key, rows in coefficients.groupby(_KEY)
        }
        _check_settings(check, f"{place}/sensitivity.parquet", table, settings)
        _check_settings(check, f"{place}/sensitivity_coefficients.parquet", coefficients, settings)
        rows = []
        for row in table.to_dict("records"):
            key = tuple(row[name] for name in _KEY)
            if key not in thetas:
                if row["status"] != "too few observations":
                    check.fail(f"{place}/sensitivity.parquet", _told(key), "has no coefficients")
                continue
            rate = float(
                growth_rate(
                    models["specifications"][key[2]],
                    thetas[key],
                    offsets,
                    "effective_compute",
                    row["benchmark"],
                    row["group"],
                )
            )
            about = {name: row[name] for name in (*_KEY, *_RATE, "interval_method")}
            about |= {"estimate_months": 12 / rate if rate > 0 else math.nan}
            rows.append(
                about | _fitted(row, key, thetas[key], models, offsets, observations, settings[row["sensitivity"]])
            )
        if rows:
            follows = pd.DataFrame(rows)
            held = table.merge(follows[[*_KEY, *_RATE, "interval_method"]], on=[*_KEY, *_RATE, "interval_method"])
            for columns in (["estimate_months"], ["n_observations", "n_papers", "objective"]):
                asked = follows.dropna(subset=columns) if "objective" in columns else follows
                shown = held.merge(asked[[*_KEY, *_RATE, "interval_method"]], on=[*_KEY, *_RATE, "interval_method"])
                names = [*_KEY, *_RATE, "interval_method", *columns]
                check.equal(
                    f"{place}/sensitivity.parquet",
                    shown[names],
                    asked[names],
                    [*_KEY, *_RATE, "interval_method"],
                    _CLOSE,
                )
        _check_main(check, run, place, table, coefficients, settings)
        _check_order(check, f"{place}/sensitivity.parquet", table, _ENDS)
        _check_order(check, f"{place}/sensitivity_coefficients.parquet", coefficients, ("low", "high"))
        if within is not None:
            _check_within(check, f"{place}/within_paper.parquet", within, models, offsets)
    return check


def _check_settings(check: Check, file: str, table: pd.DataFrame, settings: Any) -> None:
    places = {name: place for place, name in enumerate(settings, start=1)}
    check.covers(file, "sensitivity", "place", "label", "heading")
    for row in table.drop_duplicates(["sensitivity", "place", "label", "heading"]).to_dict("records"):
        known = settings.get(row["sensitivity"], {})
        follows = {
            "place": places.get(row["sensitivity"]),
            "label": known.get("label"),
            "heading": known.get("heading"),
        }
        check.items += 1
        for name, value in follows.items():
            if row[name] != value:
                check.fail(
                    file, f"sensitivity={row['sensitivity']}", f"{name} is {row[name]}, the settings have {value}"
                )


def _asked(variation: Any, part: str) -> dict[str, Any]:
    """What a variation changes in its curation, rows or units; settings hold no value or an empty list elsewhere."""
    return {name: value for name, value in (variation.get(part) or {}).items() if value not in (None, [])}


def _fitted(
    row: Any,
    key: tuple[Any, ...],
    theta: dict[str, float],
    models: Any,
    offsets: Any,
    observations: pd.DataFrame,
    variation: Any,
) -> dict[str, Any]:
    """Rows, papers and objective where the variation is fitted to observations of the edition."""
    if _asked(variation, "curation"):
        return {"n_observations": math.nan, "n_papers": math.nan, "objective": math.nan}
    wanted = _asked(variation, "rows")
    rows = observations
    for name in ("benchmark", "transformer"):
        if wanted.get(name) is not None:
            rows = rows[rows[name] == wanted[name]]
    if wanted.get("from_year") is not None:
        rows = rows[rows["publication_year"] >= wanted["from_year"]]
    specification = models["specifications"][key[2]]
    variant = models["data_variants"][specification.get("data", "dataset_size")]
    # where the usual reference is left out, the first benchmark that is there stands for it
    known = {name: suffix for name, suffix in offsets.items() if any(str(one).endswith(f"_{suffix}") for one in theta)}
    fitted = rows_of(rows, variant, known, _asked(variation, "units"))
    objective = Objective(specification, fitted, list(theta))
    value = objective.value(np.array(list(theta.values())), key[4])
    return {"n_observations": len(fitted.used), "n_papers": fitted.used["paper_id"].nunique(), "objective": value}


def _check_main(
    check: Check, run: RunFiles, place: str, table: pd.DataFrame, coefficients: pd.DataFrame, settings: Any
) -> None:
    """A variation that changes neither rows, units nor penalty is a fit of the edition, where that was resampled."""
    same = [name for name, one in settings.items() if not any(_asked(one, p) for p in ("curation", "rows", "units"))]
    for procedure in ("study", "global"):
        times = readable(run, f"{place}/{procedure}/doubling_times.parquet")
        intervals = readable(run, f"{place}/{procedure}/coefficients_with_intervals.parquet")
        if times is None or intervals is None:
            continue
        times = times[(times["quantity"] == "effective_compute") & (times["n_replicates"] > 0)]
        for file, held, source, key, columns in (
            ("sensitivity", table, times, [*_RATE, "interval_method"], ["n_replicates", "n_without_progress", *_ENDS]),
            (
                "sensitivity_coefficients",
                coefficients,
                intervals,
                ["coefficient"],
                ["number", "estimate", "standard_error", "low", "high"],
            ),
        ):
            own = held[held["sensitivity"].isin(same) & (held["procedure"] == procedure)]
            resampled = own.merge(times[FIT].drop_duplicates(), on=FIT)
            follows = resampled[["sensitivity", "law", *FIT, *key]].merge(
                source[[*FIT, *key, *columns]], on=[*FIT, *key], how="left"
            )
            check.equal(
                f"{place}/{file}.parquet", resampled[list(follows.columns)], follows, ["sensitivity", "law", *FIT, *key]
            )


def _check_order(check: Check, file: str, table: pd.DataFrame, ends: tuple[str, ...]) -> None:
    """Percentiles of rates rise; of times they may not, since no progress is negative there."""
    rows = table[~table["interval_method"].str.endswith("_times")] if "interval_method" in table else table
    check.items += len(rows)
    values = [rows[name].to_numpy(float) for name in ends]
    falls = np.logical_or.reduce([low > high for low, high in pairwise(values)])
    for place in np.flatnonzero(falls).tolist():
        check.fail(file, _told(tuple(rows.iloc[place][name] for name in _KEY)), f"{', '.join(ends)} do not rise")


def _check_within(check: Check, file: str, within: pd.DataFrame, models: Any, offsets: Any) -> None:
    """Doubling times from the coefficients of the same fit; correlations and percentiles within their bounds."""
    rows = []
    for key, part in within.groupby(["specification", "procedure"]):
        theta = dict(zip(part["quantity"], part["estimate"], strict=True))
        for time in part[part["quantity"] == "doubling_time"].to_dict("records"):
            rate = float(
                growth_rate(
                    models["specifications"][key[0]],
                    theta,
                    offsets,
                    "effective_compute",
                    time["benchmark"],
                    time["group"],
                )
            )
            about = dict(zip(["specification", "procedure"], key, strict=True)) | {"quantity": "doubling_time"}
            about |= {name: time[name] for name in _RATE}
            rows.append(about | {"estimate": 12 / rate if rate > 0 else math.nan})
    if rows:
        follows, names = pd.DataFrame(rows), ["specification", "procedure", "quantity", *_RATE]
        held = within.loc[within["quantity"] == "doubling_time", list(follows.columns)]
        check.equal(file, held, follows, names, _CLOSE)
    others = within[within["quantity"] != "doubling_time"]
    check.items += len(others)
    wrong = (others["low"] > others["median"]) | (others["median"] > others["high"])
    bounded = others["quantity"] == "correlation"
    wrong |= bounded & ~others["estimate"].between(-1, 1)
    wrong |= (others["quantity"] == "standard_deviation") & ~(others["estimate"] > 0)
    wrong |= others["n_converged"] > others["n_replicates"]
    for row in others[wrong.to_numpy(bool)].to_dict("records"):
        named = ", ".join(f"{name}={row[name]}" for name in ("specification", "procedure", "quantity"))
        check.fail(file, named, "low, median and high do not rise, or a value is out of its range")


def _told(key: tuple[Any, ...]) -> str:
    return ", ".join(f"{name}={value}" for name, value in zip(_KEY, key, strict=True))
