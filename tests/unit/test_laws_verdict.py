"""The verdict: the same in every unit, found again by another solver, and its interval an inversion of its own test."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import chi2, multivariate_normal

from laws_cases import OFFSETS, law_set
from lmprogress.core.errors import InputError
from lmprogress.core.schemas import table
from lmprogress.core.settings import Identification, MainFit, Specification, Verdict, load_models
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.inference.compiled_paper_search import FREE, SHARED, expanded, grouped, projected
from lmprogress.laws.inference.rate_test import RateModel
from lmprogress.laws.inference.verdict import Judged, judge
from lmprogress.laws.model.search_arrays import of_type

MODELS = load_models()
SETTINGS = Verdict(
    editions="all",
    n_starts=12,
    n_rates=4,
    n_data_sets=39,
    no_progress_data_sets=19,
    end_precision=0.05,
    most_data_sets=200,
)
RULES = Identification(basin_within=0.0005, same_doubling_time=1.25, wide_interval=5, slowest_months=1200)
KINDS = {"separate": "benchmark_intercepts", "shared": "hicks_neutral", "single": "compute_only"}


def observations(rate: float = 0.9) -> pd.DataFrame:
    """150 records of 60 papers on three benchmarks; effective parameters and data grow by half of `rate` each."""
    generator = np.random.default_rng(8)
    paper = np.sort(generator.integers(0, 60, 150))
    benchmark = generator.integers(0, 3, 150)
    year, parameters = generator.uniform(2012, 2023, 150), generator.uniform(14, 25, 150)
    data = 0.6 * parameters + generator.uniform(5, 12, 150)
    progress = np.log(2) * rate / 2 * (year - 2017)
    law = np.exp(0.7 - 0.15 * (parameters - 20 + progress)) + np.exp(
        0.6 + 0.1 * benchmark - 0.1 * (data - 20 + progress)
    )
    deviation = np.array([0.08, 0.08, 0.16])[benchmark]
    errors = 0.7 * generator.normal(size=60)[paper] + generator.normal(size=150)
    return pd.DataFrame(
        {
            "observation_number": np.arange(1, 151),
            "record_id": [f"system-{i}" for i in range(150)],
            "paper_id": [f"paper-{i:02}" for i in paper],
            "benchmark": np.array(list(OFFSETS))[benchmark],
            "publication_year": year,
            "n_parameters": np.exp(parameters),
            "dataset_size_tokens": np.exp(data),
            "log_perplexity": law + deviation * errors,
        }
    )


def laws(name: str, edition: str = "published") -> LawSet:
    main = MainFit(specification=name, penalty=0.0025, interval_methods={})
    chosen = law_set({name: MODELS.specifications[name]}, MODELS.data_variants, edition=edition)
    return LawSet(chosen.edition, chosen.specifications, chosen.penalties, chosen.data_variants, chosen.offsets, main)


def judged(rows: pd.DataFrame, name: str = "benchmark_intercepts", **changes: object) -> Judged:
    found = judge(
        rows,
        laws=laws(name),
        settings=SETTINGS.model_copy(update=changes),
        identification=RULES,
        interval_percent=95,
        least_observations=30,
    )
    return Judged(*(table(kind).checked(frame, kind) for kind, frame in found._asdict().items()))


@cache
def verdict() -> Judged:
    return judged(observations())


@cache
def model(kind: str) -> RateModel:
    return RateModel(*laws(KINDS[kind]).prepared(KINDS[kind], observations()))


def own_residuals(rows: pd.DataFrame, point: np.ndarray) -> np.ndarray:
    """What the main law leaves, in standard deviations of its benchmark's rows, (n,)."""
    benchmark = rows["benchmark"].map({name: place for place, name in enumerate(OFFSETS)}).to_numpy()
    year = rows["publication_year"].to_numpy() - 2017.0
    mean = np.zeros(len(rows))
    for term, name in ((point[:5], "n_parameters"), (point[5:10], "dataset_size_tokens")):
        size = np.log(rows[name].to_numpy()) - 20
        mean += np.exp(np.minimum(term[:3][benchmark] - term[3] * year - term[4] * size, 50))
    return (rows["log_perplexity"].to_numpy() - mean) / np.exp(point[10:13])[benchmark]


def own_likelihood(rows: pd.DataFrame, point: np.ndarray) -> float:
    """Its negative log likelihood, without ½ n ln 2π: each paper's effect integrated out in closed form."""
    paper, residual = pd.factorize(rows["paper_id"])[0], own_residuals(rows, point)
    counts = rows["benchmark"].value_counts()[list(OFFSETS)].to_numpy()
    sizes, sums = np.bincount(paper), np.bincount(paper, residual)
    spread = 1 + point[13] ** 2 * sizes
    explained = np.sum(point[13] ** 2 / spread * sums**2)
    return float(counts @ point[10:13] + 0.5 * np.log(spread).sum() + 0.5 * (residual @ residual - explained))


def normal_density(rows: pd.DataFrame, point: np.ndarray) -> float:
    """The same from the covariance matrix of all rows."""
    scale = np.exp(point[10:13])[rows["benchmark"].map({name: i for i, name in enumerate(OFFSETS)}).to_numpy()]
    same = np.equal.outer(rows["paper_id"].to_numpy(), rows["paper_id"].to_numpy())
    covariance = np.outer(scale, scale) * (np.eye(len(rows)) + point[13] ** 2 * same)
    density = multivariate_normal(np.zeros(len(rows)), covariance).logpdf(own_residuals(rows, point) * scale)
    return float(-density - 0.5 * len(rows) * np.log(2 * np.pi))


def test_another_solver_finds_the_same_rate() -> None:
    rows, generator = observations(), np.random.default_rng(2)
    ends = []
    for _ in range(4):
        start = np.array([0.6, 0.6, 0.6, 0.05, 0.1] * 2 + [-2.0, -2.0, -2.0, 0.5])
        start[:10] *= generator.uniform(0.6, 1.4, 10)
        found = minimize(lambda point: own_likelihood(rows, point), start, method="BFGS", options={"gtol": 1e-5})
        ends.append((float(found.fun), found.x))
    value, point = min(ends, key=lambda end: end[0])
    rate = (point[3] / point[4] + point[8] / point[9]) / np.log(2)
    row = verdict().verdict.iloc[0]
    assert normal_density(rows, point) == pytest.approx(value, rel=1e-9)
    assert row["negative_log_likelihood"] == pytest.approx(value, abs=1e-6)
    assert row["growth_rate_per_year"] == pytest.approx(rate, rel=1e-3)
    assert row["correlation"] == pytest.approx(point[13] ** 2 / (1 + point[13] ** 2), abs=1e-3)


def test_units_do_not_matter() -> None:
    rows = observations()
    others = rows.assign(
        n_parameters=rows["n_parameters"] / 1e6,
        dataset_size_tokens=rows["dataset_size_tokens"] * 7,
        publication_year=rows["publication_year"] - 2000,
    )
    one, other = verdict().verdict.iloc[0], judged(others).verdict.iloc[0]
    for name in ("growth_rate_per_year", "low_growth_rate_per_year", "high_growth_rate_per_year"):
        assert other[name] == pytest.approx(one[name], rel=1e-6), name
    assert other["p_no_progress"] == one["p_no_progress"]


def test_order_of_rows_and_repetition_change_nothing() -> None:
    little = {"n_data_sets": 19, "most_data_sets": 0}
    once, again = (judged(rows, **little) for rows in (observations(), observations().sample(frac=1, random_state=3)))
    for one, other in zip(once, again, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_the_interval_is_where_the_test_does_not_reject() -> None:
    row, tests = verdict().verdict.iloc[0], verdict().rate_tests
    assert row["low_growth_rate_per_year"] < row["growth_rate_per_year"] < row["high_growth_rate_per_year"]
    outside = (tests["growth_rate_per_year"] < row["low_growth_rate_per_year"] - 3 * row["low_error"]) | (
        tests["growth_rate_per_year"] > row["high_growth_rate_per_year"] + 3 * row["high_error"]
    )
    assert outside.any() and (tests.loc[outside, "p_value"] <= 0.1).all()
    near = (tests["growth_rate_per_year"] - row["growth_rate_per_year"]).abs().nsmallest(2).index
    assert (tests.loc[near, "p_value"] > 0.05).all()
    assert row["low_months"] == pytest.approx(12 / row["high_growth_rate_per_year"])
    zero = tests[tests["growth_rate_per_year"] == 0].iloc[0]
    assert (row["p_no_progress"], row["no_progress_ratio"]) == (zero["p_value"], zero["likelihood_ratio"])


def test_a_rate_that_data_cannot_tell_from_none_is_not_identified() -> None:
    row = judged(observations(0.0), n_data_sets=19, most_data_sets=0).verdict.iloc[0]
    assert row["p_no_progress"] > 0.05 and not row["identified"]
    assert row["why_not"] == "no_progress_not_excluded" and pd.isna(row["high_months"])


@pytest.mark.parametrize("kind", KINDS)
def test_derivatives_with_the_rate_held_are_those_of_the_value(kind: str) -> None:
    fitted, generator = model(kind), np.random.default_rng(1)
    held = fitted.at(0.7)
    point = np.append(0.3 + 0.05 * generator.normal(size=len(fitted.law.coefficients)), [-2.0, -1.9, -2.1, 0.6])
    _, gradient, hessian = grouped(fitted._rows, held, fitted.response, point)
    steps = 1e-6 * np.eye(len(point))
    ends = [[grouped(fitted._rows, held, fitted.response, point + sign * s) for s in steps] for sign in (1, -1)]
    slopes = [(up[0] - down[0]) / 2e-6 for up, down in zip(*ends, strict=True)]
    bends = np.array([(up[1] - down[1]) / 2e-6 for up, down in zip(*ends, strict=True)])
    follows = [not np.array_equal(expanded(held, point + s), expanded(held, point)) for s in steps]
    assert sum(follows) == len(point) - 1
    np.testing.assert_allclose(gradient, slopes, atol=1e-7 * np.abs(gradient).max())
    np.testing.assert_allclose(hessian[np.ix_(follows, follows)], bends[np.ix_(follows, follows)],
                               atol=1e-6 * np.abs(hessian).max())  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_held_fit_has_the_rate_that_it_was_held_at(kind: str) -> None:
    fitted = model(kind)
    free = fitted.stationary(fitted.response, 8, np.random.default_rng(0))
    for point in projected(fitted.at(1.7), free.points[0]):
        assert fitted.rate(expanded(fitted.at(1.7), point)) == pytest.approx(1.7)
    held = fitted.stationary_at(fitted.response, 1.7, free.points)
    assert fitted.rate(fitted.with_own_coefficients(held.points, 1.7)[0]) == pytest.approx(1.7)
    assert held.objectives[0] >= free.objectives[0]
    at_estimate = fitted.stationary_at(fitted.response, fitted.rate(free.points[0]), free.points)
    assert at_estimate.objectives[0] == pytest.approx(free.objectives[0], abs=1e-8)
    assert np.linalg.norm(grouped(fitted._rows, fitted.at(0)._replace(kind=FREE), fitted.response,
                                  of_type(free.points[0]))[1]) < 1e-6  # fmt: skip
    assert fitted.at(0).kind != FREE and (kind != "shared" or fitted.at(0).kind == SHARED)


def test_p_values_of_a_true_rate_are_uniform_for_a_law_that_is_nearly_linear() -> None:
    # compute alone with one exponential: the ratio is χ² of one degree of freedom but for few papers
    fitted = model("single")
    free = fitted.stationary(fitted.response, 4, np.random.default_rng(0))
    tested = fitted.test(
        fitted.rate(free.points[0]) + 0.05, free, free.points, np.random.default_rng(5), n_data_sets=400
    )
    expected = float(chi2.sf(tested.ratio, 1))
    assert 0.02 < expected < 0.5
    assert tested.p_value == pytest.approx(expected, abs=0.08)


def test_a_large_p_value_takes_few_data_sets() -> None:
    fitted = model("single")
    free = fitted.stationary(fitted.response, 4, np.random.default_rng(0))
    rate = fitted.rate(free.points[0]) + 1e-3
    tested = fitted.test(rate, free, free.points, np.random.default_rng(5), n_data_sets=400, enough=10)
    assert tested.n_exceeding == 9 and tested.n_data_sets < 100
    assert tested.p_value == pytest.approx(10 / (tested.n_data_sets + 1))


def test_a_law_without_a_single_rate_has_no_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    name = "benchmark_intercepts_and_progress"
    found = judged(observations(), name)
    assert found.verdict.empty and found.rate_tests.empty
    assert "no single growth rate" in capsys.readouterr().out


def test_a_benchmark_of_few_rows_has_no_deviation_of_its_own() -> None:
    rows = observations()
    few = rows[(rows["benchmark"] != "wt2") | (rows.groupby("benchmark").cumcount() < 5)]
    fitted = RateModel(*laws("benchmark_intercepts").prepared("benchmark_intercepts", few))
    assert set(fitted.benchmarks) == {"wt103", "ptb"}


@pytest.mark.parametrize(("column", "value"), [("p_no_progress", 1.2), ("why_not", "bad luck"), ("level", 0.0)])
def test_a_bad_verdict_is_refused(column: str, value: object) -> None:
    with pytest.raises(InputError, match=column):
        table("verdict").checked(verdict().verdict.assign(**{column: value}), "verdict")


def test_a_law_with_a_logistic_gain_has_no_verdict() -> None:
    specification = MODELS.specifications["transformer_gain"]
    assert isinstance(specification, Specification)
    assert judged(observations().assign(transformer=True), "transformer_gain").verdict.empty
