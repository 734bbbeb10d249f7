"""Other laws at their greatest likelihood, and one estimate and interval averaged over all of them.

In: observations, a set of laws, the tests of the main law.
Out: rows of the table law_estimates, an average; information criteria of every law.

Weights are Akaike's (Burnham and Anderson 2002). The averaged interval ends where the weighted mean of the laws' tail
areas is half the significance level (Turek and Fletcher 2012). A law's tail area is that of its own likelihood ratio,
with the p-value that the main law's simulated data sets give such a ratio.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression
from scipy.special import expit, logit

from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.laws.inference.paper_model import PaperModel, Stationary
from lmprogress.laws.inference.rate_constraints import rate_constraint
from lmprogress.laws.inference.rate_test import RateModel, RateTest
from lmprogress.laws.model.scaling_laws import Floats, Law
from lmprogress.laws.rates.progress import doubling_time_months, finite_or_none

# rates at which the tail areas of all laws are computed
_N_RATES = 25


@dataclass(frozen=True)
class Average:
    """Weighted mean of growth rates and the ends of its interval, doublings a year; None where there is no end."""

    rate: float
    low: float | None
    high: float | None


class Calibration:
    """p-values of likelihood ratios on each side of `estimate`, from `tests`."""

    def __init__(self, tests: Sequence[RateTest], estimate: float) -> None:
        self._sides = {side: _side(tests, estimate, side) for side in (-1, 1)}

    def p_values(self, ratios: Floats, side: int) -> Floats:
        """p-values of `ratios` (k,) on a side (−1 below the estimate, 1 above); beyond the tests, that of the last."""
        known, p_values = self._sides[side]
        inside = expit(np.interp(ratios, known, logit(p_values)))
        # a ratio of zero has the p-value 1, which has no logit
        return np.where(ratios < known[0], 1 - (1 - p_values[0]) * ratios / known[0], inside)


def _side(tests: Sequence[RateTest], estimate: float, side: int) -> tuple[Floats, Floats]:
    of_it = sorted((test for test in tests if side * (test.rate - estimate) > 0), key=lambda test: test.ratio)
    ratios = np.array([test.ratio for test in of_it])
    weights = np.array([test.n_data_sets + 1.0 for test in of_it])
    falling = isotonic_regression([test.p_value for test in of_it], weights=weights, increasing=False).x
    return ratios, np.clip(falling, 1e-9, 1 - 1e-9)


def has_single_rate(law: Law) -> bool:
    """Whether the effective compute of `law` grows at one rate that can be fixed."""
    return rate_constraint(law.specification, law.offsets) is not None and not law.logistic.any()


def average_laws(
    observations: pd.DataFrame,
    laws: LawSet,
    main: tuple[str, pd.DataFrame],
    tests: Sequence[RateTest],
    estimate: float,
    *,
    n_starts: int,
    interval_percent: float,
) -> tuple[list[dict[str, Any]], Average]:
    """Rows of the table law_estimates, and the average over them.

    main: name of the main law, and the rows that it is fitted to; laws that use other rows or count data otherwise are
    not comparable, and those without a single growth rate have none to average: both are left out. tests: of the main
    law, whose own estimate is `estimate`.
    """
    calibration, outermost = Calibration(tests, estimate), [test.rate for test in tests]
    rates = np.linspace(min(outermost), max(outermost), _N_RATES)
    rows, tails = [], []
    for name, law, its_rows in _on_the_same_rows(observations, laws, *main):
        if not has_single_rate(law):
            continue
        model = RateModel(law, its_rows)
        generator = named_generator("law estimates", laws.edition, name)
        found = model.stationary(model.response, n_starts, generator)
        rate = model.rate(found.points[0])
        rows.append(
            {
                "edition": laws.edition,
                "specification": name,
                "ho_number": model.law.specification.ho_number,
                "estimate_months": finite_or_none(doubling_time_months(rate)),
                "growth_rate_per_year": rate,
                "negative_log_likelihood": float(found.objectives[0]),
                **_criteria(model, found),
            }
        )
        tails.append(_tails(model, found, rate, rates, calibration))
    aic = np.array([row["aic"] for row in rows])
    weights = np.exp(-(aic - aic.min()) / 2)
    weights /= weights.sum()
    for row, weight in zip(rows, weights, strict=True):
        row["akaike_weight"] = float(weight)
    mean = float(weights @ [row["growth_rate_per_year"] for row in rows])
    tail, level = weights @ np.array(tails), (1 - interval_percent / 100) / 2
    return rows, Average(mean, _crossing(rates, tail, level), _crossing(rates[::-1], 1 - tail[::-1], level))


def information_criteria(observations: pd.DataFrame, laws: LawSet, main: str, n_starts: int) -> pd.DataFrame:
    """AIC and BIC of every law fitted to the same rows as the law `main`: frame of specification, aic, bic.

    Each at its greatest likelihood from n_starts points, without a penalty (Burnham and Anderson 2002). Laws with a
    logistic factor, and those that count data otherwise, are left out.
    """
    found = {}
    rows_of_main = {name: rows for name, _, rows in laws.among([main]).fittable(observations, 1)}
    for name, law, rows in _on_the_same_rows(observations, laws, main, rows_of_main.get(main)):
        if not law.logistic.any():
            model, generator = PaperModel(law, rows), named_generator("law estimates", laws.edition, name)
            found[name] = _criteria(model, model.stationary(model.response, n_starts, generator))
    told = [{"specification": name, "aic": held["aic"], "bic": held["bic"]} for name, held in found.items()]
    return pd.DataFrame(told, columns=["specification", "aic", "bic"])


def _criteria(model: PaperModel, found: Stationary) -> dict[str, float]:
    deviance, k = 2 * float(found.objectives[0]) + len(model.response) * math.log(2 * math.pi), found.points.shape[1]
    return {"n_estimated": k, "aic": deviance + 2 * k, "bic": deviance + k * math.log(len(model.response))}


def _on_the_same_rows(
    observations: pd.DataFrame, laws: LawSet, main: str, rows_of_main: pd.DataFrame | None
) -> Iterator[tuple[str, Law, pd.DataFrame]]:
    """Laws with their rows that count data as `main` does and are fitted to its rows; none where it has none."""
    if rows_of_main is None:
        return
    for name, law, rows in laws.fittable(observations, 1):
        same_data = law.specification.data == laws.specifications[main].data
        if same_data and set(rows["record_id"]) == set(rows_of_main["record_id"]):
            yield name, law, rows


def _tails(model: RateModel, found: Stationary, estimate: float, rates: Floats, calibration: Calibration) -> Floats:
    """Lower tail areas at `rates` (k,): half the p-value below the estimate, its complement above."""
    tails = np.empty(len(rates))
    for side in (-1, 1):
        # outwards, each search from where the one before ended
        outwards = sorted(np.flatnonzero(side * (rates - estimate) > 0), key=lambda i: side * rates[i])
        points, ratios = found.points, np.empty(len(outwards))
        for place, i in enumerate(outwards):
            fixed = model.stationary_at(model.response, rates[i], np.vstack([found.points, points[:1]]))
            points = model.with_own_coefficients(fixed.points, rates[i])
            ratios[place] = max(2 * float(fixed.objectives[0] - found.objectives[0]), 0.0)
        half = calibration.p_values(ratios, side) / 2
        tails[outwards] = half if side < 0 else 1 - half
    return tails


def _crossing(rates: Floats, tail: Floats, level: float) -> float | None:
    """Where `tail` (k,), from its end on, first exceeds `level`; None where it does so at once."""
    inside = int(np.argmax(tail > level))
    if inside == 0:
        return None
    before, after = tail[inside - 1], tail[inside]
    return float(rates[inside - 1] + (level - before) / (after - before) * (rates[inside] - rates[inside - 1]))
