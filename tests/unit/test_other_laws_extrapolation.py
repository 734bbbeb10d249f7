"""Forecasts and watching tools on histories whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.other_laws.change_points import find_change_points
from lmprogress.other_laws.forecasting import METHODS, forecast, score_forecasts
from lmprogress.other_laws.series import Series

YEARS = np.arange(1960.0, 2000.0, 0.5) + 0.25


def series(log2: np.ndarray, *, of_records: bool = False, years: np.ndarray = YEARS) -> Series:
    return Series("made", years, log2, of_records, float(years[-1]))


def watched(one: Series) -> pd.DataFrame:
    return find_change_points(
        [one], least_history=8, n_permutations=99, n_simulations=40, alarm_level=0.05
    ).set_index("tool")  # fmt: skip


@pytest.mark.parametrize("method", ["stochastic_trend", "exponential_trend"])
def test_steady_growth_is_foretold_exactly(method: str) -> None:
    times = np.arange(10.0)
    centre, low, high = METHODS[method](times, 0.4 * times, 15.0, 0.05)
    assert centre == pytest.approx(6.0)
    assert (low, high) == pytest.approx((6.0, 6.0), abs=1e-6)


def test_the_naive_forecast_stays() -> None:
    assert METHODS["naive"](np.arange(5.0), np.array([0.0, 1, 0, 1, 3]), 9.0, 0.05)[0] == 3


def test_intervals_of_the_stochastic_trend_hold_what_they_promise_on_a_random_walk() -> None:
    generator = named_generator("random walks")
    times, inside = np.arange(31.0), []
    for _ in range(600):
        walk = np.cumsum(0.3 + generator.standard_normal(31))
        _, low, high = METHODS["stochastic_trend"](times[:21], walk[:21], 30.0, 0.1)
        inside.append(low <= walk[30] <= high)
    assert np.mean(inside) == pytest.approx(0.9, abs=0.03)


def test_intervals_of_the_line_hold_what_they_promise_around_a_line() -> None:
    generator = named_generator("lines")
    times, inside = np.arange(25.0), []
    for _ in range(600):
        values = 0.3 * times + generator.standard_normal(25)
        _, low, high = METHODS["exponential_trend"](times[:15], values[:15], 24.0, 0.1)
        inside.append(low <= values[24] <= high)
    assert np.mean(inside) == pytest.approx(0.9, abs=0.03)


def test_nothing_after_the_origin_is_used() -> None:
    log2 = 0.3 * (YEARS - 1960)
    later = np.where(YEARS < 1980, log2, log2 + 50)
    before, after = (forecast([series(v)], 8, 0.05) for v in (log2, later))
    assert (before["year"] > before["origin_year"]).all()
    early = before["origin_year"] < 1980
    columns = ["predicted_log2", "low_log2", "high_log2"]
    assert np.array_equal(before.loc[early, columns], after.loc[early, columns])


def test_scores_by_hand() -> None:
    rows = pd.DataFrame(
        {
            "series": "s", "method": "m", "origin_year": 2000.0, "number": [1, 2], "year": [2001.0, 2004.0],
            "predicted_log2": [1.0, 2.0], "low_log2": [0.0, 1.0], "high_log2": [2.0, 3.0], "actual_log2": [2.0, 5.0],
        }
    )  # fmt: skip
    scores = score_forecasts(rows, 0.1).set_index("horizon")
    assert scores.loc["all", "mae"] == 2
    assert scores.loc["all", "bias"] == -2
    assert scores.loc["all", "coverage"] == 0.5
    # width 2, and 2/0.1 for each unit by which the second is missed
    assert scores.loc["3-6", "interval_score"] == pytest.approx(2 + 20 * 2)
    assert scores.loc["0-1", "n_forecasts"] == 1


def test_a_slowdown_is_found_where_it_is_and_seen_after_it() -> None:
    noise = 0.2 * named_generator("slow").standard_normal(len(YEARS))
    log2 = 0.5 * (np.minimum(YEARS, 1985) - 1960) + noise
    found = watched(series(log2)).loc["broken_stick"]
    assert found["break_year"] == pytest.approx(1985, abs=0.7)
    assert found["doubling_before_years"] == pytest.approx(2, abs=0.1)
    assert 1985 < found["alarm_year"] < 1989
    assert found["n_early_alarms"] == 0


def test_a_speed_up_is_no_slowdown() -> None:
    noise = 0.2 * named_generator("fast").standard_normal(len(YEARS))
    found = watched(series(0.3 * np.maximum(YEARS - 1985, 0) + noise)).loc["broken_stick"]
    assert found["p_value"] <= 0.05
    assert np.isnan(found["break_year"])
    assert np.isnan(found["alarm_year"])


def test_steady_noisy_growth_is_seldom_called_bent() -> None:
    p_values = []
    for number in range(60):
        noise = named_generator("steady", number).standard_normal(40)
        one = series(0.3 * np.arange(40.0) + noise, years=1960.0 + np.arange(40.0))
        p_values.append(watched(one).loc["broken_stick", "p_value"])
    assert np.mean(np.array(p_values) <= 0.05) <= 0.15
    assert np.mean(np.array(p_values) <= 0.5) == pytest.approx(0.5, abs=0.2)


def test_the_time_since_the_last_record() -> None:
    years = np.append(np.arange(1950.0, 1960.0), 1960.0)
    standing = Series("made", years, np.arange(11.0), True, 1990.0)
    found = watched(standing).loc["last_record"]
    # ten gaps over ten years, then thirty years without: (1 + 3)^−10
    assert found["p_value"] == pytest.approx(4.0**-10)
    assert found["break_year"] == 1960
    assert found["delay_years"] == pytest.approx(10 * (0.05**-0.1 - 1))
    assert found["n_early_alarms"] == 0
    pursued = Series("made", years, np.arange(11.0), True, 1960.5)
    assert np.isnan(watched(pursued).loc["last_record", "alarm_year"])


def test_a_long_gap_that_a_record_ended_was_a_false_alarm() -> None:
    years = np.array([0.0, 1, 2, 3, 4, 5, 6, 40, 41, 42])
    found = watched(Series("made", years, np.arange(10.0), True, 42.0)).loc["last_record"]
    assert found["n_early_alarms"] == 1


def test_records_are_looked_at_as_they_stand() -> None:
    one = Series("made", np.array([2000.2, 2003.1]), np.array([1.0, 4.0]), True, 2012.0)
    ends, values = one.grid()
    assert ends.tolist() == list(range(2001, 2013))
    assert values.tolist() == [1, 1, 1] + [4] * 9


def test_p_values_of_steady_records_are_uniform() -> None:
    generator, p_values = named_generator("steady records"), []
    for _ in range(160):
        dates = np.sort(generator.uniform(1960.0, 2000.0, 14))
        records = Series("made", dates, np.cumsum(generator.exponential(1.0, 14)), True, 2000.0)
        found = find_change_points([records], least_history=999, n_permutations=39, n_simulations=2, alarm_level=0.05)
        p_values.append(found.set_index("tool").loc["broken_stick", "p_value"])
    # to permute residuals, as of points, gives 0.91 and 0.98
    assert np.mean(np.array(p_values) <= 0.1) == pytest.approx(0.1, abs=0.06)
    assert np.mean(np.array(p_values) <= 0.5) == pytest.approx(0.5, abs=0.1)
