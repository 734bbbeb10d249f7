"""Doubling times from the structure of a specification."""

from __future__ import annotations

import math

import numpy as np
import pytest

from conftest import ROOT
from laws_cases import OFFSETS, SHARED_RATE
from lmprogress.core.errors import InputError
from lmprogress.core.settings import Specification, load_models
from lmprogress.laws.model.scaling_laws import coefficient_names
from lmprogress.laws.rates.progress import doubling_time_interval, doubling_time_months, growth_rates

MAIN = load_models(ROOT / "config/models.yaml").specifications["benchmark_intercepts"]


def rates(specification: Specification, **coefficients: float) -> dict[tuple[str, str, str], float]:
    names = coefficient_names(specification, OFFSETS)
    theta = np.array([[coefficients.get(name, 0.0) for name in names]])
    return {what: float(rate[0]) for what, rate in growth_rates(specification, OFFSETS, theta).items()}


def changed(**terms: list[dict[str, object]]) -> Specification:
    return Specification.model_validate({"label": "made up", "source": "tests", "terms": terms})


def test_published_coefficients_give_the_published_doubling_times() -> None:
    # the released notebook's coefficients to four digits; from its own the closed form gives 8.685 months in all,
    # 11.96 years for parameters, 0.770 years for data
    found = rates(MAIN, alpha_year=0.0039, alpha_param=0.0680, beta_year=0.0356, beta_data=0.0396)
    assert set(found) == {("effective_compute", "all", "all"), ("parameters", "all", "all"), ("data", "all", "all")}
    assert doubling_time_months(found["effective_compute", "all", "all"]) == pytest.approx(8.685, rel=0.005)
    assert doubling_time_months(found["parameters", "all", "all"]) / 12 == pytest.approx(11.96, rel=0.02)
    assert doubling_time_months(found["data", "all", "all"]) / 12 == pytest.approx(0.770, rel=0.005)


def test_a_year_is_worth_the_growth_it_states() -> None:
    # one year later, or an input larger by 2 to the growth rate: the same exponent
    found = rates(MAIN, alpha_year=0.03, alpha_param=0.07)
    assert 0.07 * math.log(2 ** found["parameters", "all", "all"]) == pytest.approx(0.03)


def test_a_shared_rate_counts_in_both_terms_and_a_grouped_exponent_gives_a_row_each() -> None:
    found = rates(SHARED_RATE, rate=0.05, a_size=0.1, a_size_ptb=0.1, b_size=0.05)
    assert found["data", "all", "all"] == pytest.approx(1 / math.log(2))
    assert found["parameters", "wt103", "all"] == pytest.approx(0.5 / math.log(2))
    assert found["parameters", "ptb", "all"] == pytest.approx(0.25 / math.log(2))
    assert found["effective_compute", "ptb", "all"] == pytest.approx(1.25 / math.log(2))
    assert ("effective_compute", "all", "all") not in found


def test_the_sign_of_a_factor_is_its_own() -> None:
    terms = {
        "only": [
            {"column": "time", "coefficient": "gain", "sign": 1},
            {"column": "log_parameters", "coefficient": "size", "sign": -1},
        ]
    }
    assert rates(changed(**terms), gain=-0.1, size=0.1)["parameters", "all", "all"] == pytest.approx(1 / math.log(2))


def test_no_progress_is_infinite_not_negative() -> None:
    found = rates(MAIN, alpha_year=-0.05, alpha_param=0.07, beta_year=0.01, beta_data=0.04)
    assert found["parameters", "all", "all"] < 0
    assert doubling_time_months(found["parameters", "all", "all"]) == math.inf
    assert doubling_time_months(0.0) == math.inf


def test_a_term_at_zero_adds_nothing_and_one_without_scaling_is_infinitely_fast() -> None:
    assert rates(MAIN, beta_year=0.03, beta_data=0.03)["parameters", "all", "all"] == 0
    assert rates(MAIN, alpha_year=0.03)["parameters", "all", "all"] == math.inf
    assert rates(MAIN, alpha_year=-0.03)["parameters", "all", "all"] == -math.inf
    assert rates(MAIN, alpha_year=-0.03, beta_year=0.03)["effective_compute", "all", "all"] == 0


def test_a_specification_without_time_shows_no_progress() -> None:
    size = {"column": "log_parameters", "coefficient": "size", "sign": -1}
    assert rates(changed(only=[size]), size=0.1)["effective_compute", "all", "all"] == 0


def test_ambiguous_sizes_are_refused() -> None:
    a = {"column": "log_parameters", "coefficient": "a"}
    b = {"column": "log_dataset_size", "coefficient": "b"}
    for terms in ({"one": [a, b]}, {"one": [a], "two": [a]}):
        with pytest.raises(InputError, match="each term needs one size"):
            rates(changed(**terms))


def test_intervals_of_times_keep_negative_ones_and_those_of_rates_end_at_infinity() -> None:
    drawn = np.array([-0.0, 1.0, 2.0, 3.0, -1.0])
    assert doubling_time_interval(drawn, 50, of_times=True) == (4.0, 6.0, 12.0)
    assert doubling_time_interval(drawn, 50, of_times=False) == (6.0, 12.0, math.inf)
