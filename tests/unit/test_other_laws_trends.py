"""Trends: known growth comes back, records are running maxima, quantiles split the points."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.other_laws.trends import (
    doubling_interval,
    fit_quantile,
    fit_trend,
    record_trend,
    records,
    resampled_record_rates,
)

TIMES = np.arange(20.0)


def test_known_growth_comes_back() -> None:
    trend = fit_trend(TIMES, 3 * 2 ** (TIMES / 4))
    assert trend.doubling == pytest.approx(4)
    assert trend.r2 == pytest.approx(1)
    assert trend.at(40) == pytest.approx(3 * 2**10)


def test_two_points_say_nothing_of_the_fit() -> None:
    assert math.isnan(fit_trend([0, 1], [1, 2]).r2)


def test_records_are_running_maxima_and_of_one_day_the_highest_alone() -> None:
    times, values = [3, 1, 1, 2, 4, 5], [4, 2, 3, 1, 4, 9]
    assert records(times, values).tolist() == [2, 0, 5]
    assert record_trend(times, values).n_points == 3


@pytest.mark.parametrize("quantile", [0.25, 0.5, 0.9])
def test_a_quantile_leaves_its_share_below(quantile: float) -> None:
    noise = named_generator("quantile test").standard_normal(400)
    times = np.linspace(0, 10, 400)
    trend = fit_quantile(times, np.exp(0.3 * times + noise), quantile)
    below = np.mean(0.3 * times + noise < trend.intercept + trend.rate * times)
    assert below == pytest.approx(quantile, abs=0.01)
    assert trend.rate == pytest.approx(0.3, abs=0.06)


def test_resamples_depend_on_the_name_alone() -> None:
    values = np.exp(TIMES / 5 + named_generator("values").standard_normal(20))
    rates = [resampled_record_rates(TIMES, values, 50, named_generator(name)) for name in ("a", "a", "b")]
    assert np.array_equal(rates[0], rates[1])
    assert not np.array_equal(rates[0], rates[2])


def test_no_progress_in_the_slow_tail_is_no_bound() -> None:
    low, high = doubling_interval(np.array([-0.1, 0.1, 0.2, 0.3]), 95)
    assert low == pytest.approx(math.log(2) / 0.2925)
    assert high == math.inf
