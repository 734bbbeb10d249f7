"""The verdict of an edition: its growth rate of effective compute, and the interval of rates that are not rejected.

In: observations, the set of laws, settings. Out: frames of rate_estimates, rate_tests, law_estimates, verdict.

The estimate is the maximum-likelihood estimate of the main law without a penalty. The interval inverts the test of
rate_test.py: it contains the rates that this test does not reject (Neyman 1937), and makes no further assumption.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lmprogress.core import tables
from lmprogress.core.settings import Identification, Verdict
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.laws.inference.law_average import Average, average_laws, has_single_rate
from lmprogress.laws.inference.rate_test import RateModel, RateTest
from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.laws.rates.progress import doubling_time_months, finite_or_none

# rates are tested up to this likelihood ratio, which is beyond every critical value seen so far, or up to this distance
# from the estimate, doublings a year: a doubling in less than two weeks
_GREATEST_RATIO, _FARTHEST = 12.0, 30.0
# points of the likelihood's profile on each side of the estimate, each further out by this factor than the one before
_PROFILE_POINTS, _FACTOR = 12, 1.7
# no more data sets are drawn for a rate of the grid once so many have a greater ratio than the observations
_ENOUGH = 20
# data sets added at a time while an end is still uncertain
_BATCH = 200
# an end is found by logistic regression on the tests whose p-value is between these multiples of the significance level
_NEAR = (0.2, 6.0)
# Monte Carlo standard errors by which the p-value of no progress has to be below the significance level
_MONTE_CARLO_ERRORS = 2.0


class Judged(NamedTuple):
    """Frames of the tables of these names."""

    rate_estimates: pd.DataFrame
    rate_tests: pd.DataFrame
    law_estimates: pd.DataFrame


class End(NamedTuple):
    """An end of an interval, doublings a year, and its Monte Carlo standard error; None where no end was found."""

    rate: float | None
    error: float | None


def judge(
    observations: pd.DataFrame,
    *,
    laws: LawSet,
    settings: Verdict,
    identification: Identification,
    interval_percent: float,
    least_observations: int,
) -> Judged:
    """The verdict on `observations` by the main law of `laws`; no rows if the law has no single rate, or too few data.

    The other laws are for comparison: their estimates, Akaike weights, and the average over all.

    Random draws are seeded by the names of edition and law.
    """
    if laws.main is None:
        raise ValueError("a verdict needs a set of laws with a main fit")
    estimates, tests = [], []
    compared: list[dict[str, Any]] = []
    for name, law, rows in laws.among([laws.main.specification]).fittable(observations, least_observations):
        if not has_single_rate(law):
            print(f"{name}: no verdict, since its effective compute has no single growth rate")
            continue
        found = _Verdict(RateModel(law, rows), settings, (laws.edition, name), interval_percent)
        key = {"edition": laws.edition, "specification": name}
        compared, average = average_laws(
            observations, laws, (name, rows), found.tests, found.estimate,
            n_starts=settings.n_starts, interval_percent=interval_percent,
        )  # fmt: skip
        estimates.append({**key, **found.summary(identification), **_over_laws(compared, average),
                          "n_observations": len(rows), "n_papers": found.model.n_papers})  # fmt: skip
        tests += [{**key, **row} for row in found.rows()]
    return Judged(
        tables.of_rows(estimates, "rate_estimates"),
        tables.of_rows(tests, "rate_tests"),
        tables.of_rows(compared, "law_estimates"),
    )


def _over_laws(compared: list[dict[str, Any]], average: Average) -> dict[str, Any]:
    """Columns of rate_estimates on all laws compared."""
    rates = [row["growth_rate_per_year"] for row in compared]
    return {
        "n_laws": len(compared),
        "fastest_law_months": _months(max(rates)),
        "slowest_law_months": _months(min(rates)),
        "averaged_months": _months(average.rate),
        "averaged_low_months": _months(average.high),
        "averaged_high_months": _months(average.low),
    }


def _months(rate: float | None) -> float | None:
    """Doubling time; None for infinite, and where there is no rate."""
    return None if rate is None else finite_or_none(doubling_time_months(rate))


class Searched:
    """The maximum-likelihood estimate on `response` (n,), and what tests of rates start from."""

    def __init__(self, model: RateModel, response: Floats, settings: Verdict, names: tuple[str, ...]) -> None:
        self.model, self.response, self._settings = model, response, settings
        self.observed = model.stationary(response, settings.n_starts, named_generator("verdict starts", *names))
        self.estimate = model.rate(self.observed.points[0])
        below, above = self._profile(-1), self._profile(1)
        # rates to test
        self.rates: Floats = np.concatenate([below[0], above[0]])
        # searches on simulated data sets also start from the fits at the outermost rates
        self._known = np.vstack([points for _, points in (below, above)])

    def test(
        self, rate: float, generator: np.random.Generator, n_data_sets: int, enough: int | None = None
    ) -> RateTest:
        """Test `rate`, doublings a year, on n_data_sets simulated data sets at most (as RateModel.test)."""
        return self.model.test(
            rate, self.observed, self._known, generator, n_data_sets=n_data_sets, enough=enough, response=self.response
        )

    def _profile(self, side: int) -> tuple[Floats, Floats]:
        """Rates on one side of the estimate, evenly spaced in the square root of the likelihood ratio, and the
        stationary points (k, m) at the outermost one."""
        step = _FARTHEST / _FACTOR ** (_PROFILE_POINTS - 1)
        distances, roots, points = [0.0], [0.0], self.observed.points
        for i in range(_PROFILE_POINTS):
            rate = self.estimate + side * step * _FACTOR**i
            found = self.model.stationary_at(self.response, rate, np.vstack([self.observed.points, points[:1]]))
            points = self.model.with_own_coefficients(found.points, rate)
            ratio = 2 * float(found.objectives[0] - self.observed.objectives[0])
            distances.append(step * _FACTOR**i)
            roots.append(max(math.sqrt(max(ratio, 0.0)), roots[-1]))
            if ratio >= _GREATEST_RATIO:
                break
        wanted = np.linspace(0, min(roots[-1], math.sqrt(_GREATEST_RATIO)), self._settings.n_rates // 2 + 1)[1:]
        return self.estimate + side * np.interp(wanted, roots, distances), points


class Inversion:
    """Tests of one rate after another, until both ends of the interval are known."""

    def __init__(self, searched: Searched, settings: Verdict, names: tuple[str, ...], percent: float) -> None:
        self._searched, self._settings, self._names, self._percent = searched, settings, names, percent
        self._level = 1 - percent / 100
        self.tests: list[RateTest] = []
        self._begin()
        for rate in searched.rates:
            self._test(float(rate), settings.n_data_sets, _ENOUGH)
        self.low, self.high = self._end(-1), self._end(1)

    def _begin(self) -> None:
        """Tests before those of the interval."""

    def _test(self, rate: float, n_data_sets: int, enough: int | None = None) -> RateTest:
        generator = named_generator("verdict data sets", *self._names, len(self.tests))
        self.tests.append(self._searched.test(rate, generator, n_data_sets, enough))
        return self.tests[-1]

    def _tests_of(self, side: int) -> list[RateTest]:
        """Tests on one side of the estimate."""
        return [test for test in self.tests if side * (test.rate - self._searched.estimate) > 0]

    def _end(self, side: int) -> End:
        """Where the p-value falls to the significance level on one side; data sets are added until this is precise."""
        outwards = sorted(self._tests_of(side), key=lambda t: side * t.rate)
        inside = [i for i, test in enumerate(outwards) if test.p_value > self._level]
        last = inside[-1] if inside else -1
        if last == len(outwards) - 1:
            return End(None, None)
        within = outwards[last].rate if inside else self._searched.estimate
        without, drawn = outwards[last + 1].rate, 0
        while True:
            end, error = self._crossing(side, within, without)
            precise = error <= self._settings.end_precision * abs(end - self._searched.estimate)
            if precise or drawn >= self._settings.most_data_sets:
                return End(end, error)
            self._test(end, _BATCH)
            drawn += _BATCH

    def _crossing(self, side: int, within: float, without: float) -> tuple[float, float]:
        """The end between two rates and its Monte Carlo standard error: logistic regression of exceedances on rate."""
        near = [
            t
            for t in self._tests_of(side)
            if (t.rate in (within, without) or _NEAR[0] * self._level <= t.p_value <= _NEAR[1] * self._level)
        ]
        rates, n = np.array([t.rate for t in near]), np.array([t.n_data_sets + 1.0 for t in near])
        hits, middle = np.array([t.n_exceeding + 1.0 for t in near]), (within + without) / 2
        design = np.column_stack([np.ones(len(near)), rates - middle])
        line, covariance = np.array([math.log(self._level / (1 - self._level)), 0.0]), np.full((2, 2), np.inf)
        for _ in range(50):
            share = 1 / (1 + np.exp(-np.clip(design @ line, -30, 30)))
            covariance = np.linalg.pinv((design.T * (n * share * (1 - share))) @ design)
            step = covariance @ (design.T @ (hits - n * share))
            line = line + np.clip(step, -5, 5)
            if np.abs(step).max() < 1e-10:
                break
        slope = line[1]
        if not side * slope < 0:  # too few data sets to determine the slope
            return middle, math.inf
        target = math.log(self._level / (1 - self._level))
        end = middle + (target - line[0]) / slope
        end = float(np.clip(end, min(within, without), max(within, without)))
        along = np.array([1.0, end - middle])
        return end, float(math.sqrt(along @ covariance @ along) / abs(slope))


class _Verdict(Inversion):
    """The interval of the observations themselves, and the test of no progress."""

    def __init__(self, model: RateModel, settings: Verdict, names: tuple[str, ...], percent: float) -> None:
        searched = Searched(model, model.response, settings, names)
        self.model, self.observed, self.estimate = model, searched.observed, searched.estimate
        super().__init__(searched, settings, names, percent)

    def _begin(self) -> None:
        self.no_progress = self._test(0.0, self._settings.no_progress_data_sets)

    def rows(self) -> list[dict[str, Any]]:
        """One row for each test, in the order in which they were made."""
        return [
            {
                "number": number,
                "growth_rate_per_year": test.rate,
                "likelihood_ratio": test.ratio,
                "p_value": test.p_value,
                "p_value_error": _error(test),
                "n_data_sets": test.n_data_sets,
                "n_exceeding": test.n_exceeding,
            }
            for number, test in enumerate(self.tests, 1)
        ]

    def summary(self, identification: Identification) -> dict[str, Any]:
        """The columns of the verdict that follow from the tests."""
        low, high = self.low.rate, self.high.rate
        months = {
            "estimate_months": _months(self.estimate),
            "low_months": _months(high),
            "high_months": _months(low),
        }
        why_not = self._why_not(months, identification)
        best = self.observed.points[0]
        return {
            **months,
            "level": self._percent,
            "p_no_progress": self.no_progress.p_value,
            "p_no_progress_error": _error(self.no_progress),
            "no_progress_ratio": self.no_progress.ratio,
            "identified": why_not is None,
            "why_not": why_not,
            "growth_rate_per_year": self.estimate,
            "low_growth_rate_per_year": low,
            "low_error": self.low.error,
            "high_growth_rate_per_year": high,
            "high_error": self.high.error,
            "correlation": float(best[-1] ** 2 / (1 + best[-1] ** 2)),
            "negative_log_likelihood": float(self.observed.objectives[0]),
            "n_data_sets": sum(test.n_data_sets for test in self.tests),
        }

    def _why_not(self, months: Mapping[str, float | None], settings: Identification) -> str | None:
        """The first reason why the doubling time is not identified; the thresholds are those of the table
        identification.

        No progress counts as excluded if its p-value is below the significance level by two Monte Carlo standard
        errors, so that more data sets would be unlikely to reverse the verdict.
        """
        low, high = months["low_months"], months["high_months"]
        p_value = self.no_progress.p_value + _MONTE_CARLO_ERRORS * _error(self.no_progress)
        if p_value > self._level or high is None or high > settings.slowest_months:
            return "no_progress_not_excluded"
        return "flat_ridge" if low is None or high > settings.wide_interval * low else None


def _error(test: RateTest) -> float:
    """Monte Carlo standard error of a p-value."""
    return math.sqrt(test.p_value * (1 - test.p_value) / (test.n_data_sets + 1))
