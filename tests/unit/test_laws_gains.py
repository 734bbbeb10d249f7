"""Numerical doubling times, attribution, gains and frontiers against brute force and against their own definitions."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq, minimize_scalar

from conftest import ROOT
from laws_cases import OFFSETS, law_set
from lmprogress.core.errors import InputError
from lmprogress.core.settings import Conversion, Frontiers, ObservedBand, Specification, StylisedGrowth, load_models
from lmprogress.laws.attribution.attribution import FACTORS, attribute
from lmprogress.laws.attribution.gains import KaplanLaw, LossLaw, allocation_gains, loss_reduction, transformer_gain
from lmprogress.laws.attribution.observed_gains import observed_gains, observed_halving_times
from lmprogress.laws.model.scaling_laws import Law, References
from lmprogress.laws.model.terms import Conditions, terms_at
from lmprogress.laws.model.terms_over_time import terms_over_time
from lmprogress.laws.rates.aggregation import aggregate, best_pairs, in_order, with_transformer_gain
from lmprogress.laws.rates.deriving import Resampled
from lmprogress.laws.rates.effective_compute import effective_compute, pareto_frontiers
from lmprogress.laws.rates.numerical_progress import allocate, numerical_rates, numerical_rates_as_study
from lmprogress.laws.rates.progress import growth_rates

MODELS = load_models(ROOT / "config/models.yaml")
SPECIFICATIONS = MODELS.specifications
REFERENCES = References(2012.5, 2e6, 9e5, 1e13)
AT = Conversion(compute_flop=1e25, year=2023)
MAIN = {"alpha_const": 0.9, "alpha_year": 0.01, "alpha_param": 0.07, "beta_const": 0.8, "beta_year": 0.03,
        "beta_data": 0.04, "alpha_const_ptb": 0.1, "beta_const_ptb": 0.1}  # fmt: skip


def law(name: str) -> Law:
    return Law(SPECIFICATIONS[name], OFFSETS, REFERENCES)


def theta(of: Law, **values: float) -> np.ndarray:
    return np.array([[{**MAIN, **values}.get(name, 0.0) for name in of.coefficients]])


def only(rates: dict) -> float:
    assert len(rates) == 1
    return float(next(iter(rates.values()))[0])


def by_brute_force(of: Law, coefficients: np.ndarray, benchmark: str, at: Conversion) -> float:
    """Doublings a year by scalar searches on the predictions themselves."""

    def loss(log_n: float, log_d: float, year: float) -> float:
        row = pd.DataFrame(
            {"publication_year": [year], "n_parameters": [math.exp(log_n)], "dataset_size_tokens": [math.exp(log_d)],
             "benchmark": [benchmark], "transformer": [True], "assumed_vocabulary_size": [1.0]}
        )  # fmt: skip
        return float(of.columns(row).predicted(coefficients[0])[0])

    def split(budget: float) -> float:
        return minimize_scalar(
            lambda n: loss(n, budget - n, at.year), bounds=(1, budget - 1), method="bounded", options={"xatol": 1e-10}
        ).x

    budget = math.log(at.compute_flop / 6)
    n, more = split(budget), split(budget + math.log(2))
    target = loss(more, budget + math.log(2) - more, at.year)
    return 1 / brentq(lambda years: loss(n, budget - n, at.year + years) - target, 0, 50, xtol=1e-11)


@pytest.mark.parametrize(
    ("name", "extra"),
    [
        ("benchmark_intercepts", {}),
        ("hicks_neutral", {"alpha_year": 0.03}),
        ("drifting_exponents_and_progress", {"alpha_rate": 0.002, "beta_rate": -0.001}),
        ("irreducible_loss", {"gamma": 0.3}),
    ],
)
def test_numerical_rate_is_what_brute_force_finds(name: str, extra: dict[str, float]) -> None:
    of = law(name)
    coefficients = theta(of, **extra)
    assert only(numerical_rates(of, coefficients, AT)) == pytest.approx(
        by_brute_force(of, coefficients, "wt103", AT), rel=1e-5
    )


def test_without_drift_neither_budget_nor_year_nor_benchmark_matters() -> None:
    # at the optimal allocation the shares of the terms follow from the exponents alone
    of = law("benchmark_intercepts")
    rate = only(numerical_rates(of, theta(of), AT))
    elsewhere = only(numerical_rates(of, theta(of), Conversion(compute_flop=1e20, year=2016)))
    assert elsewhere == pytest.approx(rate, rel=1e-9)
    assert by_brute_force(of, theta(of), "ptb", AT) == pytest.approx(rate, rel=1e-5)


def test_a_law_of_compute_alone_has_its_closed_form() -> None:
    of = law("compute_only")
    coefficients = theta(of, alpha_compute=0.025, alpha_year=0.02)
    closed = growth_rates(of.specification, OFFSETS, coefficients)
    assert only(numerical_rates(of, coefficients, AT)) == pytest.approx(only(closed), rel=1e-9)


def test_regress_is_negative_and_what_is_never_reached_is_none() -> None:
    of = law("benchmark_intercepts")
    assert only(numerical_rates(of, theta(of, alpha_year=-0.05, beta_year=-0.01), AT)) < 0
    # the loss still falls in 2023, and turns before it has come down to that of twice the compute
    turning = theta(of, alpha_const=-1.2, beta_const=2.0, alpha_year=-0.2, beta_year=0.118)
    assert only(numerical_rates(of, turning, AT)) == 0
    assert only(numerical_rates(law("no_progress"), theta(law("no_progress")), AT)) == 0


def test_rates_by_benchmark_and_period_and_architecture() -> None:
    of = law("benchmark_intercepts_and_progress")
    rates = numerical_rates(of, theta(of, beta_year_ptb=-0.02), AT)
    assert {rate.benchmark for rate in rates} == set(OFFSETS)
    values = {rate.benchmark: float(v[0]) for rate, v in rates.items()}
    assert values["ptb"] < values["wt103"] == pytest.approx(values["wt2"])
    of = law("rates_from_2018")
    rates = {rate.group: float(v[0]) for rate, v in numerical_rates(of, theta(of, beta_year_later=0.02), AT).items()}
    main = law("benchmark_intercepts")
    assert rates["before"] == pytest.approx(only(numerical_rates(main, theta(main), AT)))
    assert rates["from"] == pytest.approx(only(numerical_rates(main, theta(main, beta_year=0.05), AT)))
    of = law("exponents_by_architecture")
    steep = {"alpha_param_transformer": 0.14, "beta_data_transformer": 0.08}
    rates = {rate.group: float(v[0]) for rate, v in numerical_rates(of, theta(of, **steep), AT).items()}
    assert rates["others"] == pytest.approx(only(numerical_rates(main, theta(main), AT)))
    assert rates["transformers"] < rates["others"]


def test_the_studys_searches_end_near_the_exact_rate() -> None:
    of = law("benchmark_intercepts")
    exact, searched = (only(f(of, theta(of), AT)) for f in (numerical_rates, numerical_rates_as_study))
    assert searched == pytest.approx(exact, rel=5e-3)


def test_the_allocation_is_the_best_one() -> None:
    of = law("benchmark_intercepts")
    terms = terms_at(of, theta(of), 2020.0, Conditions("ptb"))
    log_n, log_d = allocate(terms, 1e22)
    assert math.log(6) + float(log_n[0] + log_d[0]) == pytest.approx(math.log(1e22))
    best = float(terms.log_perplexity(log_n, log_d)[0])
    for step in (-0.01, 0.01):
        assert float(terms.log_perplexity(log_n + step, log_d - step)[0]) > best


def test_a_law_with_another_clock_is_refused() -> None:
    factors = [{"column": "time", "coefficient": "a", "plus": [{"coefficient": "b", "column": "log_calendar_year"}]}]
    specification = Specification.model_validate({"label": "odd", "source": "tests", "terms": {"only": factors}})
    odd = Law(specification, OFFSETS, REFERENCES)
    with pytest.raises(InputError, match="not linear in the year"):
        terms_over_time(odd, np.array([[0.1, 0.2]]), Conditions("wt103"))


# ---- attribution ----------------------------------------------------------------------------------------------------


def attributed(procedure: str = "global", **values: float) -> pd.DataFrame:
    of = law("benchmark_intercepts")
    systems = pd.DataFrame(
        {"studied_system": ["new", "old"], "study_date": ["2020-07-01", "2014-01-01"], "n_parameters": [1e9, 1e7],
         "dataset_size_tokens": [1e10, 1e6]}
    )  # fmt: skip
    coefficients = theta(of, **values)
    found = attribute(
        {"procedure": procedure}, of, Resampled(coefficients[0], "paper", np.repeat(coefficients, 3, axis=0)), systems,
        printed=[("old", "new")], percent=95,
    )  # fmt: skip
    assert found.shares["printed"].all()
    return found.shares.set_index("factor")


def test_shares_add_up_and_a_factor_without_effect_has_none() -> None:
    shares = attributed(alpha_year=0.0)
    assert list(shares["start_system"].unique()) == ["old"]
    assert shares.loc[list(FACTORS), "share"].sum() == pytest.approx(1)
    assert shares.loc["parameter_efficiency", "share"] == pytest.approx(0, abs=1e-12)
    assert shares.loc["algorithms", "share"] == pytest.approx(shares.loc["data_efficiency", "share"])
    assert shares.loc["scaling", "share"] + shares.loc["algorithms", "share"] == pytest.approx(1)
    np.testing.assert_allclose(shares["low_share"], shares["share"])


def test_within_one_term_two_factors_of_equal_effect_share_equally() -> None:
    # six and a half years at the rate that multiplies the exponent as much as the growth of parameters does
    years = (pd.Timestamp("2020-07-01").day_of_year - 1) / 365 + 6
    shares = attributed(alpha_year=0.07 * math.log(100) / years)
    assert shares.loc["parameters", "share"] == pytest.approx(shares.loc["parameter_efficiency", "share"])


# ---- gains ----------------------------------------------------------------------------------------------------------


def test_the_transformers_gain_makes_losses_equal() -> None:
    plain = SPECIFICATIONS["benchmark_intercepts"]
    of = Law(with_transformer_gain(plain), OFFSETS, REFERENCES)
    assert set(of.coefficients) == set(law("transformer_gain").coefficients)
    coefficients = theta(of, gamma_transformer=3.0)
    gain = float(transformer_gain(of, coefficients, 1e22, 2023.0)[0])
    half = math.log(1e22 / 6) / 2
    with_it = terms_at(of, coefficients, 2023.0, Conditions("wt103", transformer=True))
    without = terms_at(of, coefficients, 2023.0, Conditions("wt103", transformer=False))
    scaled = half + math.log(gain) / 2
    assert float(without.log_perplexity(scaled, scaled)[0]) == pytest.approx(
        float(with_it.log_perplexity(half, half)[0])
    )
    assert gain > 1
    assert float(loss_reduction(of, coefficients)[0]) == pytest.approx(1 - 1 / (1 + math.exp(-3.0)))


def test_a_gain_that_no_compute_brings_is_infinite() -> None:
    of = law("transformer_gain")
    flat = theta(of, gamma_transformer=3.0, alpha_param=0.0, beta_data=0.0)
    assert transformer_gain(of, flat, 1e22, 2023.0).tolist() == [math.inf]


def test_the_best_split_is_best_and_its_compute_inverts_its_loss() -> None:
    hoffmann = LossLaw(1.69, 406.4, 410.7, 0.34, 0.28)
    n, d = hoffmann.best_split(1e23)
    assert 6 * n * d == pytest.approx(1e23)
    assert hoffmann.loss(n, d) < min(hoffmann.loss(n * 1.01, d / 1.01), hoffmann.loss(n / 1.01, d * 1.01))
    assert hoffmann.compute_for(hoffmann.loss(n, d)) == pytest.approx(1e23)
    own = pd.DataFrame({"allocation": ["best"], "n_parameters": [n], "dataset_size_tokens": [d]})
    gains = allocation_gains(own, hoffmann, KaplanLaw(0.076, 0.103, 6.4e13, 1.8e13)).set_index("split")["gain"]
    assert gains["own"] == pytest.approx(1)
    assert gains["kaplan"] > 1.5


# ---- effective compute ----------------------------------------------------------------------------------------------


def test_growth_is_the_product_of_its_phases() -> None:
    phases = [{"from_year": 2014, "doubling_months": 12}, {"from_year": 2016, "doubling_months": 6}]
    growth = StylisedGrowth.model_validate(
        {"first_year": 2014, "last_year": 2017, "physical": phases, "algorithms_doubling_months": 9}
    )
    verdict = pd.DataFrame({"edition": ["a", "b"], "estimate_months": 18.0, "low_months": [12.0, np.nan],
                            "high_months": np.nan})  # fmt: skip
    grown = effective_compute(growth, verdict, ["a", "b", "c"])
    rows = grown[grown["edition"] == "a"].set_index(["rate", "year"])
    assert rows.loc[("drawn", 2017.0), "physical_growth"] == pytest.approx(2**4)
    assert rows.loc[("drawn", 2017.0), "algorithmic_growth"] == pytest.approx(2**4)
    assert rows.loc[("drawn", 2017.0), "physical_share"] == pytest.approx(0.5)
    assert rows.loc[("estimated", 2017.0), "total_growth"] == pytest.approx(2**6)
    # an infinite doubling time is no growth
    assert rows.loc[("estimated", 2017.0), "low_algorithmic_growth"] == 1
    assert rows.loc[("estimated", 2017.0), "high_algorithmic_growth"] == pytest.approx(2**3)
    # without a low end growth has no bound, and without a verdict no estimate
    open_end = grown[(grown["edition"] == "b") & (grown["rate"] == "estimated")]
    assert len(open_end) and open_end["high_algorithmic_growth"].isna().all()
    assert set(grown.loc[grown["edition"] == "c", "rate"]) == {"drawn"}


def test_frontiers_reach_the_perplexity_and_leave_out_what_cannot() -> None:
    of = law("benchmark_intercepts")
    settings = Frontiers(systems=["a/b"], benchmark="wt103", years=[2014, 2024], reach=1e4, n_points=9)
    systems = pd.DataFrame({"system_id": ["a/b"], "perplexity": [8.0], "dataset_size_tokens": [1e9]})
    points = pareto_frontiers({}, of, theta(of)[0], systems, settings)
    for row in points.to_dict("records"):
        terms = terms_at(of, theta(of), row["year"], Conditions("wt103"))
        loss = terms.log_perplexity(math.log(row["n_parameters"]), math.log(row["n_training_tokens"]))
        assert float(loss[0]) == pytest.approx(math.log(8.0))
    counts = points.groupby("year").size()
    assert counts[2014] < counts[2024] <= 9
    both = points.pivot_table(index="point", columns="year", values="n_parameters").dropna()
    assert (both[2024] < both[2014]).all()


# ---- what was observed ----------------------------------------------------------------------------------------------


def observations(rows: list[tuple[str, float, float, float, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(
        rows,
        columns=["system_id", "publication_year", "perplexity", "training_compute_flop", "training_compute_source"],
    )
    return frame.assign(
        record_id=frame["system_id"] + ":ptb", benchmark="ptb", paper_id=frame["system_id"],
        log_perplexity=np.log(frame["perplexity"]), observation_number=range(1, len(frame) + 1),
    )  # fmt: skip


def test_observed_gain_is_of_the_least_compute_that_is_later_better_and_reported() -> None:
    rows = [
        ("a/first", 2015.0, 50.0, 1e20, "reported"),
        ("a/earlier", 2014.0, 40.0, 1e10, "reported"),
        ("a/worse", 2016.0, 51.0, 1e11, "reported"),
        ("a/counted", 2016.0, 45.0, 1e12, "6ND"),
        ("a/equal", 2017.0, 50.0, 1e18, "reported"),
        ("a/better", 2018.0, 30.0, 1e19, "reported"),
    ]
    found = observed_gains(observations(rows)).set_index("record_id")
    assert found.index.tolist() == ["a/first:ptb"]
    assert found.loc["a/first:ptb", "later_record_id"] == "a/equal:ptb"
    assert found.loc["a/first:ptb", "compute_ratio"] == pytest.approx(100)


def test_observed_halving_time_is_the_slope_of_log_compute() -> None:
    rows = [(f"p{i}/s", 2015.0 + i, 50.0, 1e20 / 4**i, "reported") for i in range(5)]
    rows.append(("q/s", 2018.0, 80.0, 1e30, "reported"))
    found = observed_halving_times(observations(rows), [ObservedBand(system="p0/s", within=1.1)])
    assert found["halving_months"].tolist() == pytest.approx([6.0])
    assert found["n_systems"].tolist() == [5]


# ---- pairs ----------------------------------------------------------------------------------------------------------


def test_best_pairs_come_from_the_ranking_of_their_procedure() -> None:
    published = pd.DataFrame(
        {"reference_id": ["top_ten/7/0.01/rank", "top_ten/10/0.001/rank", "table1/a/b/data"], "value": [2.0, 1.0, 3.0]}
    )
    laws = law_set(SPECIFICATIONS, MODELS.data_variants, [0.001, 0.01])
    pairs = best_pairs(published, "study", laws, 10)
    assert pairs == [(1, "benchmark_intercepts_and_progress", 0.001), (2, "benchmark_intercepts", 0.01)]
    # an edition that is fitted by fewer laws has fewer pairs
    fewer = laws.among(["benchmark_intercepts"])
    assert best_pairs(published, "study", fewer, 10) == pairs[1:]
    assert best_pairs(published, "study", replace(fewer, penalties={"benchmark_intercepts": [0.001]}), 10) == []
    assert in_order(pd.DataFrame(columns=["specification", "penalty"]), []).empty
    corrected = replace(laws, edition="corrected")
    ranking = pd.DataFrame(
        {"edition": "corrected", "procedure": "global", "rank": [2, 1, 1],
         "protocol": ["leave_one_paper_out", "leave_one_paper_out", "leave_one_row_out"],
         "specification": ["b", "a", "c"], "penalty": [0.01, 0.02, 0.0]}
    )  # fmt: skip
    assert best_pairs(ranking, "global", corrected, 1) == [(1, "a", 0.02)]
    assert best_pairs(ranking, "global", laws, 1) == []
    fits = pd.DataFrame({"specification": ["b", "a"], "penalty": [0.01, 0.02]})
    assert in_order(fits, best_pairs(ranking, "global", corrected, 2))["specification"].tolist() == [
        "a",
        "b",
    ]


def test_pooling_counts_every_rate_or_each_pair_once() -> None:
    key = {"edition": "published", "procedure": "study", "method": "numerical", "penalty": 0.0, "ho_number": pd.NA,
           "data_variant": "dataset_size", "resample_unit": "row", "group": "all"}  # fmt: skip
    several = [
        pd.DataFrame({"replicate": [0], "growth_rate_per_year": [rate]}).assign(
            **key, rank=1, specification="a", benchmark=benchmark
        )
        for benchmark, rate in (("wt103", 1.0), ("wt2", 12.0), ("ptb", -3.0))
    ]
    one = pd.DataFrame({"replicate": [0], "growth_rate_per_year": [2.0]}).assign(
        **key, rank=2, specification="b", benchmark="all"
    )
    found = aggregate(pd.concat([*several, one]), "wt103", 100)
    pooled = found[found["rank"] == 0].set_index(["pooling", "interval_method"])
    every = pooled.loc[("every_rate", "times")]
    assert (every["n_values"], every["n_without_progress"], every["low_months"]) == (4, 1, -4)
    assert every["median_months"] == pytest.approx((1 + 6) / 2)
    rates = pooled.loc[("every_rate", "rates")]
    assert pd.isna(rates["high_months"])
    assert rates["low_months"] == 1
    once = pooled.loc[("once_each", "times")]
    assert (once["n_values"], once["low_months"], once["high_months"]) == (2, 6, 12)
