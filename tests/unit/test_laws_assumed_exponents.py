"""Exponents that are assumed, or informed by experiments: made-up data with known ones."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import approx_fprime
from scipy.stats import chi2
from test_laws_verdict import laws, observations

from conftest import ROOT
from lmprogress.core import tables
from lmprogress.core.errors import InputError
from lmprogress.core.schemas import table
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.laws.inference.assumed_exponents import Experiments, agreement, assume
from lmprogress.laws.inference.paper_model import Stationary
from lmprogress.laws.inference.rate_test import RateModel
from lmprogress.laws.verdict_sensitivity import Exponents, vary_verdict

MAIN = "benchmark_intercepts"
# those of the observations that test_laws_verdict makes up
TRUE = (0.15, 0.1)


@cache
def fitted() -> tuple[RateModel, Stationary]:
    model = RateModel(*laws(MAIN).prepared(MAIN, observations()))
    return model, model.stationary(model.response, 30, named_generator("exponents"))


def experiments(exponents: tuple[float, float], floor: float = 0.0) -> Experiments:
    size, ratio = (part.ravel() for part in np.meshgrid(np.linspace(17, 22, 6), np.linspace(1, 5, 6)))
    terms = [np.exp(0.2 - exponents[0] * (size - 19.5)), np.exp(0.3 - exponents[1] * (size + ratio - 22.5))]
    noise = 0.004 * named_generator("made up").standard_normal(36)
    return Experiments(size, size + ratio, floor + sum(terms) + noise, floor > 0)


@pytest.mark.parametrize("floor", [0.0, 1.0])
def test_experiments_alone_give_back_their_exponents(floor: float) -> None:
    runs = experiments((0.3, 0.15), floor)
    least, point = runs.alone()
    assert point[:2] == pytest.approx((0.3, 0.15), abs=0.03)
    assert least <= runs.value(np.array([0.3, 0.15, 0.2, 0.3, 0.0][: len(point)]))[0]
    elsewhere = point + 0.02
    slope = approx_fprime(elsewhere, lambda x: runs.value(x)[0], 1e-7)
    assert runs.value(elsewhere)[1] == pytest.approx(slope, rel=1e-3, abs=1e-2)


def test_the_own_exponents_of_a_law_change_nothing_and_others_cost_likelihood() -> None:
    model, found = fitted()
    places = list(model.exponent_places or ())
    own = tuple(found.points[0][places].tolist())
    same = assume(model, list(found.points), exponents=own, interval_percent=95)
    assert same.objective == pytest.approx(found.objectives[0], abs=1e-6)
    assert same.rate == pytest.approx(model.rate(found.points[0]), rel=1e-3)
    other = assume(model, list(found.points), exponents=(0.4, 0.02), interval_percent=95)
    assert other.exponents == (0.4, 0.02) and other.objective > found.objectives[0] + 1


def test_an_interval_ends_where_the_profile_rises_by_half_of_chi_square() -> None:
    model, found = fitted()
    made = assume(model, list(found.points), interval_percent=90)
    assert made.objective == pytest.approx(found.objectives[0], abs=1e-6)
    assert made.low is not None and made.high is not None and made.low < made.rate < made.high
    for end in (made.low, made.high):
        held = model.stationary_at(model.response, end, found.points).objectives[0]
        assert 2 * (held - found.objectives[0]) == pytest.approx(chi2.ppf(0.9, 1), abs=0.02)


def test_experiments_agree_where_exponents_are_the_same_and_narrow_the_interval() -> None:
    model, found = fitted()
    free = assume(model, list(found.points), interval_percent=95)
    agreeing, other = experiments(TRUE), experiments((0.4, 0.3))
    together = assume(model, list(found.points), runs=agreeing, interval_percent=95)
    assert chi2.sf(agreement(free.objective, agreeing, together.objective), 2) > 0.01
    assert together.exponents == pytest.approx(TRUE, abs=0.05)
    assert together.high - together.low <= free.high - free.low  # type: ignore[operator]
    apart = assume(model, list(found.points), runs=other, interval_percent=95)
    assert chi2.sf(agreement(free.objective, other, apart.objective), 2) < 0.001


def test_exponents_of_each_source_are_a_row() -> None:
    runs = tables.read_csv(ROOT / "raw/other_laws/scaling_runs.csv", "scaling_runs")
    exponents = Exponents({"kaplan": (0.076, 0.103)}, runs, 95)
    made = vary_verdict(
        {}, observations(), {}, laws=laws(MAIN), exponents=exponents, n_starts=10, least_observations=30
    )
    rows = table("verdict_sensitivity").checked(made, "made").query("kind == 'exponents'").set_index("change")
    assert set(rows.index) == {"free", "kaplan", "experiments", "experiments_irreducible"}
    assert rows.loc["kaplan", ["exponent_parameters", "exponent_data"]].tolist() == [0.076, 0.103]
    assert rows.loc["free", "likelihood_ratio"] == 0 and (rows["likelihood_ratio"].drop("free") > 0).all()
    with pytest.raises(InputError, match="p_value"):
        table("verdict_sensitivity").checked(made.assign(p_value=1.5), "made")


def test_a_law_without_exponents_of_its_own_for_each_input_is_refused() -> None:
    model = RateModel(*laws("compute_only").prepared("compute_only", observations()))
    with pytest.raises(ValueError, match="no exponents"):
        assume(model, [np.zeros(8)], interval_percent=95)


def test_a_bad_run_is_refused(tmp_path) -> None:
    runs = pd.read_csv(ROOT / "raw/other_laws/scaling_runs.csv")
    runs.assign(loss=-1.0).to_csv(tmp_path / "scaling_runs.csv", index=False)
    with pytest.raises(InputError, match="loss"):
        tables.read_csv(tmp_path / "scaling_runs.csv", "scaling_runs")
