"""Profile likelihoods: ends of intervals, and the best law at each value of a rate, sought again by another method.

In: a run. Out: the check `profiles`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import chdtrc, chdtri

from lmprogress.auditing.derivations.constrained_laws import ConstrainedLaw
from lmprogress.auditing.derivations.fit_tables import FIT, estimates, stationary_points
from lmprogress.auditing.derivations.law_values import Values, growth_rate
from lmprogress.auditing.derivations.minimum_checks import objectives
from lmprogress.auditing.findings import Check, differs
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

_CLOSE = 1e-9
_RATIO, _RELATIVE = 0.1, 0.05  # what a likelihood ratio may be off that of another search, where 3.84 counts
_BEYOND = 15.0  # a ratio whose value is rejected at 0.0001: how much further it lies changes no interval
_MOST_BASINS = 4
_RATE, _SHARE = "growth_rate_per_year", "share_in_parameters"


def check_profiles(run: RunFiles) -> Check:
    """Estimates from fits, ends between the values that they lie between, months, p-values; and profiles themselves."""
    check = Check("profiles", "intervals of the profile likelihood, and its values sought by another method")
    specifications = run.yaml("config/models.yaml")["specifications"]
    for edition in run.editions:
        place = f"processed/{edition}"
        names = ("profiles", "profile_intervals", "rate_surface", "stationary_points")
        frames = [readable(run, f"{place}/{name}.parquet") for name in names]
        fits = readable(run, f"{place}/global/fits.parquet")
        if fits is None or any(frame is None for frame in frames):
            continue
        profiles, intervals, surface, points = (frame for frame in frames if frame is not None)
        _check_intervals(check, run, place, profiles, intervals, fits)
        _check_surface(check, place, surface, fits)
        _check_points(check, run, place, points)
        by_fit = dict(iter(profiles.groupby(FIT)))
        for key, objective in objectives(run, f"{place}/global").items():
            law = ConstrainedLaw.of(objective, specifications[key[0]], key[2])
            if key in by_fit and law is not None:
                starts = _basins(run, place, key, objective.names)
                _check_values(check, f"{place}/profiles.parquet", by_fit[key], law, starts, key)
    return check


def _check_intervals(
    check: Check, run: RunFiles, place: str, profiles: pd.DataFrame, intervals: pd.DataFrame, fits: pd.DataFrame
) -> None:
    file = f"{place}/profile_intervals.parquet"
    specifications = run.yaml("config/models.yaml")["specifications"]
    threshold = float(chdtri(1, 1 - float(run.config["interval_percent"]) / 100))
    fitted, rows = estimates(run, f"{place}/global"), fits.set_index(FIT)["n_observations"]
    curves = dict(iter(profiles.groupby([*FIT, "quantity"])))
    follows = []
    for row in intervals.to_dict("records"):
        key = tuple(row[name] for name in FIT)
        about = dict(zip([*FIT, "quantity"], (*key, row["quantity"]), strict=True))
        named = ", ".join(f"{name}={value}" for name, value in about.items())
        curve = curves.get((*key, row["quantity"]))
        if key not in fitted or curve is None:
            check.fail(file, named, "has no fit or no profile")
            continue
        names = list(fitted[key])
        minimum = dict(zip(names, _basins(run, place, key, names)[0], strict=True))
        estimate = _estimate(specifications[key[0]], minimum, row["quantity"])
        values, ratios = (curve[name].to_numpy(float) for name in ("value", "likelihood_ratio"))
        # where no value of the grid fits nearly as well as the free fit, the interval is around the best of them
        bound = threshold + (float(ratios.min()) if ratios.min() > threshold else 0.0)
        inside = np.flatnonzero(ratios <= bound)
        about |= {"n_observations": int(rows.loc[key]), "estimate": estimate if math.isfinite(estimate) else math.nan}
        about |= {"n_pieces": 1 + int((np.diff(inside) > 1).sum())}
        for end, first, beyond in (("low", inside[0], inside[0] - 1), ("high", inside[-1], inside[-1] + 1)):
            check.items += 1
            told = row[end]
            if not 0 <= beyond < len(values):
                if pd.notna(told):
                    check.fail(file, named, f"{end} is {told}, but the profile sets none")
                continue
            least, most = sorted((values[first], values[beyond]))
            if pd.isna(told) or not least <= told <= most:
                check.fail(file, named, f"{end} is {told}, but the profile crosses between {least:.6g} and {most:.6g}")
        if row["quantity"] == _RATE:
            months = {"estimate": estimate, "low": row["high"], "high": row["low"]}
            about |= {
                f"{end}_months": 12 / rate if pd.notna(rate) and 0 < rate < math.inf else math.nan
                for end, rate in months.items()
            }
            about |= {"no_progress_p_value": float(chdtrc(1, row["no_progress_ratio"]))}
        else:
            about |= dict.fromkeys(("estimate_months", "low_months", "high_months", "no_progress_p_value"), math.nan)
        follows.append(about)
    if follows:
        check.covers(file, "low", "high")
        told = pd.DataFrame(follows)
        check.equal(file, intervals[list(told.columns)], told, [*FIT, "quantity"], _CLOSE)


def _basins(run: RunFiles, place: str, key: Any, names: list[str]) -> Any:
    """Coefficients of the minimum of a fit and of its best rivals, (s, p)."""
    points = stationary_points(run, f"{place}/global").get(key, {})
    return np.array([[theta[name] for name in names] for basin, theta in points.items() if basin <= _MOST_BASINS])


def _estimate(specification: Values, theta: Values, quantity: str) -> float:
    total = float(growth_rate(specification, theta, {}, "effective_compute", "all", "all"))
    if quantity == _RATE:
        return total
    in_parameters = float(growth_rate(specification, theta, {}, "parameters", "all", "all"))
    return in_parameters / total if total else math.nan


def _check_surface(check: Check, place: str, surface: pd.DataFrame, fits: pd.DataFrame) -> None:
    """Ratios follow from objectives, the least of which is that of the fit or of the surface itself."""
    file = f"{place}/rate_surface.parquet"
    fitted = {tuple(row[name] for name in FIT): row for row in fits.to_dict("records")}
    for key, rows in surface.groupby(FIT):
        objective = rows["objective"].to_numpy(float)
        least = min(float(objective.min()), fitted[key]["objective"])
        ratios = fitted[key]["n_observations"] * np.log(objective / least)
        follows = pd.Series(np.maximum(ratios, 0.0), rows.index)
        check.items += len(rows)
        for row in np.flatnonzero(differs(rows["likelihood_ratio"], follows, 1e-6, 1e-5)).tolist():
            at = rows.iloc[row]
            named = ", ".join(map(str, (*key, at["growth_rate_in_parameters"], at["growth_rate_in_data"])))
            check.fail(
                file, named, f"likelihood_ratio is {at['likelihood_ratio']:.9g}, but {follows.iloc[row]:.9g} follows"
            )


def _check_points(check: Check, run: RunFiles, place: str, points: pd.DataFrame) -> None:
    """Rates at the study's stopping points and at each basin."""
    specifications, rows = run.yaml("config/models.yaml")["specifications"], []
    for procedure in ("study", "global"):
        name = "coefficients" if procedure == "study" else "basins"
        ends = readable(run, f"{place}/{procedure}/{name}.parquet")
        if ends is None:
            continue
        ends = ends.assign(basin=1) if procedure == "study" else ends
        wanted = points.loc[points["procedure"] == procedure, [*FIT, "basin"]].drop_duplicates()
        for key, own in ends.merge(wanted, on=[*FIT, "basin"]).groupby([*FIT, "basin"]):
            theta = dict(zip(own["coefficient"], own["estimate"], strict=True))
            rates = {
                f"growth_rate_in_{quantity}": float(
                    growth_rate(specifications[key[0]], theta, {}, quantity, "all", "all")
                )
                for quantity in ("parameters", "data")
            }
            rows.append(dict(zip([*FIT, "basin"], key, strict=True)) | {"procedure": procedure} | rates)
    if rows:
        follows = pd.DataFrame(rows)
        check.equal(
            f"{place}/stationary_points.parquet",
            points[list(follows.columns)],
            follows,
            [*FIT, "basin", "procedure"],
            _CLOSE,
        )


def _check_values(
    check: Check, file: str, curve: pd.DataFrame, law: ConstrainedLaw, starts: Any, key: tuple[Any, ...]
) -> None:
    """The likelihood ratio at each value, where one input alone progresses: no law is better, and one is as good.

    A search may end in another valley, so the second is asked where it gets there at the values on either side. Where
    both reject a value beyond doubt they are not compared: the steps of a coarse profile lead into other valleys there.
    Where two inputs progress, a profile is itself the floor of a valley, which searches follow to different points.
    """
    values, told = (curve[name].to_numpy(float) for name in ("value", "likelihood_ratio"))
    least = law.objective.value(starts[0], law.penalty)
    ratios = np.maximum(len(law.objective.response) * np.log(law.least_objectives(values, starts) / least), 0.0)
    check.items += len(values)
    near = np.maximum(_RATIO, _RELATIVE * ratios)
    counts = np.minimum(told, ratios) < _BEYOND
    above, below = counts & (told > ratios + near), counts & (told < ratios - near)
    reached = np.pad(~above & ~below, 1, constant_values=True)
    for place in np.flatnonzero(above | (below & reached[:-2] & reached[2:])).tolist():
        about = zip([*FIT, "quantity", "value"], (*key, _RATE, values[place]), strict=True)
        problem = f"likelihood_ratio is {told[place]:.6g}, another search finds {ratios[place]:.6g}"
        check.fail(file, ", ".join(f"{name}={value}" for name, value in about), problem)
