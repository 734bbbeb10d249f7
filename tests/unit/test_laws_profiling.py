"""Profile likelihoods against an independent constrained optimiser, and against the minimum itself."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import chi2

from conftest import ROOT
from curated import BENCHMARK_SETTINGS, curated
from laws_cases import law_set
from lmprogress.core.settings import GlobalSearch, Profile, load_models
from lmprogress.laws.fits.fitting import Fitted, fit
from lmprogress.laws.inference import profiling
from lmprogress.laws.inference.profiling import GROWTH_RATE, SHARE, Profiled, profile, stationary_points
from lmprogress.laws.inference.rate_constraints import rate_constraint
from lmprogress.laws.model.scaling_laws import Law, coefficient_names, find_references
from lmprogress.laws.rates.progress import EFFECTIVE_COMPUTE, SHARED, Rate, growth_rates

MODELS = load_models(ROOT / "config/models.yaml")
OFFSETS = {name: benchmark.offset for name, benchmark in BENCHMARK_SETTINGS.items()}
LAWS = law_set(MODELS.specifications, MODELS.data_variants, [0.0, 0.0025], "published", OFFSETS)
SETTINGS = Profile(
    specifications=[], penalties=[0], growth_rates=(-2, 6), growth_rates_in_parameters=(-6, 6), n_points=21
)
NAMES = ("benchmark_intercepts", "hicks_neutral", "compute_only")


@cache
def fitted() -> Fitted:
    return fit(
        curated("published").observations,
        procedure="global",
        laws=LAWS.among(NAMES),
        search=GlobalSearch(n_starts=60, tolerance=1e-9, max_iterations=500),
    )


@cache
def profiled(name: str, penalty: float = 0.0) -> Profiled:
    fits = fitted().fits
    return profile(
        curated("published").observations,
        fits[(fits["specification"] == name) & (fits["penalty"] == penalty)],
        fitted().basins,
        laws=LAWS,
        settings=SETTINGS,
        interval_percent=95,
    )


def interval_of(name: str, quantity: str) -> Any:
    rows = profiled(name).intervals
    return rows[rows["quantity"] == quantity].iloc[0]


def test_doubling_time_of_the_main_model_as_an_independent_replication_found_it() -> None:
    # 10.2 months, 4.15 to 40.5; no progress rejected at 5 %, not at 1 %; share of parameters up to 3.37
    rate, share = interval_of(NAMES[0], GROWTH_RATE), interval_of(NAMES[0], SHARE)
    assert rate["estimate_months"] == pytest.approx(10.2, abs=0.05)
    assert rate["low_months"] == pytest.approx(4.15, abs=0.01)
    assert rate["high_months"] == pytest.approx(40.5, abs=0.1)
    assert 0.01 < rate["no_progress_p_value"] < 0.05
    assert share["high"] == pytest.approx(3.37, abs=0.01)


@pytest.mark.parametrize("name", NAMES)
def test_the_likelihood_ratio_at_an_end_is_the_threshold_by_another_optimiser(name: str) -> None:
    row = interval_of(name, GROWTH_RATE)
    observations = curated("published").observations
    law = Law(MODELS.specifications[name], OFFSETS, find_references(observations))
    columns, response = law.columns(observations), observations["log_perplexity"].to_numpy(float)
    known = fitted().basins
    known = known[(known["specification"] == name) & (known["penalty"] == 0) & (known["basin"] == 1)]
    start = known.set_index("coefficient")["estimate"][list(law.coefficients)].to_numpy(float)

    def error(theta: np.ndarray) -> float:
        return float(np.mean(np.square(response - columns.predicted(theta))))

    def rate(theta: np.ndarray) -> float:
        rates = growth_rates(law.specification, OFFSETS, theta[None])
        return float(rates[Rate(EFFECTIVE_COMPUTE, SHARED, SHARED)][0])

    for end in (row["low"], row["high"]):
        at = start
        # the constraint is tightened step by step, so that the optimiser stays in the valley
        for target in np.linspace(rate(start), end, 6)[1:]:
            at = minimize(
                error, at, method="SLSQP", options={"ftol": 1e-13, "maxiter": 2000},
                constraints={"type": "eq", "fun": lambda theta, target=target: rate(theta) - target},
            ).x  # fmt: skip
        ratio = len(response) * np.log(error(at) / error(start))
        # another optimiser may stop in a worse valley, but never below
        assert ratio == pytest.approx(chi2.ppf(0.95, 1), abs=0.02)


@pytest.mark.parametrize("penalty", [0.0, 0.0025])
def test_no_constrained_fit_is_better_than_the_free_one(penalty: float) -> None:
    for name in NAMES:
        fits = fitted().fits
        least = fits.loc[(fits["specification"] == name) & (fits["penalty"] == penalty), "objective"].item()
        found = profiled(name, penalty)
        assert found.profiles["likelihood_ratio"].min() == pytest.approx(0, abs=1e-4)
        assert found.surface.empty or found.surface["objective"].min() >= least - 1e-9


def test_constrained_coefficients_have_the_rates_asked_for_and_the_same_penalty() -> None:
    generator = np.random.default_rng(0)
    for name in NAMES:
        specification = MODELS.specifications[name]
        constraint = rate_constraint(specification, OFFSETS)
        assert constraint is not None
        total, inner = generator.uniform(0.5, 3, 7), generator.uniform(0.1, 0.9, 7)
        maps = constraint.maps(total, inner)
        size = (len(coefficient_names(specification, OFFSETS)), 7)
        free = generator.uniform(0.5, 2, size) * np.any(maps != 0, axis=0)
        theta = np.einsum("pqm,qm->mp", maps, free)
        rates = growth_rates(specification, OFFSETS, theta)
        np.testing.assert_allclose(rates[Rate(EFFECTIVE_COMPUTE, SHARED, SHARED)], total, rtol=1e-12)
        np.testing.assert_allclose(np.abs(theta).sum(axis=1), np.abs(free).sum(axis=0), rtol=1e-12)


def test_laws_without_a_single_rate_are_left_alone() -> None:
    for name in ("benchmark_intercepts_and_progress", "exponents_by_architecture", "drifting_exponents", "no_progress"):
        assert rate_constraint(MODELS.specifications[name], OFFSETS) is None


def test_stationary_points_are_those_of_the_basins() -> None:
    found = stationary_points(fitted().fits, fitted().coefficients, fitted().basins, laws=LAWS)
    assert set(found["specification"]) == {"benchmark_intercepts"}  # the only one with two rates
    best = found[(found["penalty"] == 0) & (found["basin"] == 1)].iloc[0]
    total = best["growth_rate_in_parameters"] + best["growth_rate_in_data"]
    assert 12 / total == pytest.approx(interval_of(NAMES[0], GROWTH_RATE)["estimate_months"])


def test_where_no_value_fits_as_well_as_the_free_fit_the_interval_is_around_the_best_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ratio = profiling._Profiler._ratio
    found = interval_of("compute_only", GROWTH_RATE)
    profiled.cache_clear()
    monkeypatch.setattr(profiling._Profiler, "_ratio", lambda self, objective: ratio(self, objective) + 10)
    shifted = interval_of("compute_only", GROWTH_RATE)
    profiled.cache_clear()
    assert (shifted["low"], shifted["high"]) == pytest.approx((found["low"], found["high"]))
    assert found["low"] < found["estimate"] < found["high"]
