"""The verdict: the same in every unit, found again by another solver, and its interval an inversion of its own test."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import chi2, multivariate_normal

from laws_cases import OFFSETS, law_set
from lmprogress.core import tables
from lmprogress.core.doubling_times import months, what_changes
from lmprogress.core.errors import InputError
from lmprogress.core.schemas import table
from lmprogress.core.settings import (
    Coverage,
    CoverageTruth,
    CurationChange,
    Identification,
    MainFit,
    RowChoice,
    Specification,
    Variation,
    Verdict,
    load_models,
)
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.laws.inference.compiled_paper_likelihood import FREE, SHARED, expanded, grouped
from lmprogress.laws.inference.compiled_paper_search import exceed, projected
from lmprogress.laws.inference.coverage import ERRORS, study_coverage
from lmprogress.laws.inference.law_average import information_criteria
from lmprogress.laws.inference.rate_test import RateModel
from lmprogress.laws.inference.verdict import Judged, Searched, judge
from lmprogress.laws.inference.verdict_summary import summarise_coverage, tabulate_verdict
from lmprogress.laws.model.search_arrays import of_type
from lmprogress.laws.verdict_sensitivity import Exponents, vary_verdict

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
NO_EXPONENTS = Exponents({}, pd.DataFrame({"benchmark": []}), 95)
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


def laws(name: str, *others: str, edition: str = "published") -> LawSet:
    main = MainFit(specification=name, penalty=0.0025, interval_methods={})
    chosen = law_set(
        {one: MODELS.specifications[one] for one in (name, *others)}, MODELS.data_variants, edition=edition
    )
    return LawSet(chosen.edition, chosen.specifications, chosen.penalties, chosen.data_variants, chosen.offsets, main)


def judged(rows: pd.DataFrame, *names: str, **changes: object) -> Judged:
    found = judge(
        rows,
        laws=laws(*(names or ("benchmark_intercepts",))),
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
    row = verdict().rate_estimates.iloc[0]
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
    one, other = verdict().rate_estimates.iloc[0], judged(others).rate_estimates.iloc[0]
    for name in ("growth_rate_per_year", "low_growth_rate_per_year", "high_growth_rate_per_year"):
        assert other[name] == pytest.approx(one[name], rel=1e-6), name
    assert other["p_no_progress"] == one["p_no_progress"]


def test_order_of_rows_and_repetition_change_nothing() -> None:
    little = {"n_data_sets": 19, "most_data_sets": 0}
    once, again = (judged(rows, **little) for rows in (observations(), observations().sample(frac=1, random_state=3)))
    for one, other in zip(once, again, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


def test_the_interval_is_where_the_test_does_not_reject() -> None:
    row, tests = verdict().rate_estimates.iloc[0], verdict().rate_tests
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
    row = judged(observations(0.0), n_data_sets=19, most_data_sets=0).rate_estimates.iloc[0]
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
    assert found.rate_estimates.empty and found.rate_tests.empty
    assert "no single growth rate" in capsys.readouterr().out


def test_a_benchmark_of_few_rows_has_no_deviation_of_its_own() -> None:
    rows = observations()
    few = rows[(rows["benchmark"] != "wt2") | (rows.groupby("benchmark").cumcount() < 5)]
    fitted = RateModel(*laws("benchmark_intercepts").prepared("benchmark_intercepts", few))
    assert set(fitted.benchmarks) == {"wt103", "ptb"}


@pytest.mark.parametrize(("column", "value"), [("p_no_progress", 1.2), ("why_not", "bad luck"), ("level", 0.0)])
def test_a_bad_verdict_is_refused(column: str, value: object) -> None:
    with pytest.raises(InputError, match=column):
        table("rate_estimates").checked(verdict().rate_estimates.assign(**{column: value}), "rate_estimates")


def test_a_law_with_a_logistic_gain_has_no_verdict() -> None:
    specification = MODELS.specifications["transformer_gain"]
    assert isinstance(specification, Specification)
    assert judged(observations().assign(transformer=True), "transformer_gain").rate_estimates.empty


# ---- other laws -----------------------------------------------------------------------------------------------------


def test_other_laws_have_their_weights_and_an_average() -> None:
    others = ("hicks_neutral", "compute_only", "all_by_benchmark", "tokens_seen")
    rows = observations().assign(n_epochs=2.0)
    found = judged(rows, "benchmark_intercepts", *others, most_data_sets=0)
    compared, row = found.law_estimates.set_index("specification"), found.rate_estimates.iloc[0]
    # a law without a single rate cannot be averaged, and one that counts other tokens has another likelihood
    assert set(compared.index) == {"benchmark_intercepts", "hicks_neutral", "compute_only"}
    assert compared["akaike_weight"].sum() == pytest.approx(1)
    deviance = 2 * compared["negative_log_likelihood"] + 150 * np.log(2 * np.pi)
    assert compared["aic"].to_numpy() == pytest.approx((deviance + 2 * compared["n_estimated"]).to_numpy())
    assert compared["bic"].to_numpy() == pytest.approx((deviance + np.log(150) * compared["n_estimated"]).to_numpy())
    gap = compared.loc["compute_only", "aic"] - compared.loc["hicks_neutral", "aic"]
    weights = compared["akaike_weight"]
    assert weights["compute_only"] / weights["hicks_neutral"] == pytest.approx(np.exp(-gap / 2))
    assert 12 / row["averaged_months"] == pytest.approx((weights * compared["growth_rate_per_year"]).sum())
    assert row["averaged_low_months"] < row["averaged_months"]
    assert (row["n_laws"], row["fastest_law_months"]) == (3, compared["estimate_months"].min())


def test_the_average_of_one_law_is_its_own_verdict() -> None:
    row = verdict().rate_estimates.iloc[0]
    assert row["averaged_months"] == pytest.approx(row["estimate_months"])
    # both ends come from the same tests: here by interpolation, there by regression
    assert row["averaged_low_months"] == pytest.approx(row["low_months"], rel=0.3)


# ---- coverage -------------------------------------------------------------------------------------------------------

COVERAGE = Coverage(
    editions=["published"],
    truths={
        at: CoverageTruth(specification="benchmark_intercepts", at=at, label=at)
        for at in ("maximum", "no_progress", "study")
    },
    n_data_sets=1,
    n_data_sets_full=1,
    n_intervals_full=1,
)
QUICK = SETTINGS.model_copy(update={"n_starts": 2, "n_data_sets": 19})


def covered(truth: str, numbers: range, n_intervals: int = 0) -> pd.DataFrame:
    found = model("separate")
    point = found.stationary(found.response, 8, np.random.default_rng(0)).points[0][: len(found.law.coefficients)]
    coefficients = pd.DataFrame(
        {
            "specification": "benchmark_intercepts",
            "penalty": 0.0025,
            "coefficient": found.law.coefficients,
            "estimate": point * 0.9,
        }
    )
    return study_coverage(
        observations(),
        coefficients,
        truth=truth,
        laws=laws("benchmark_intercepts"),
        settings=COVERAGE,
        verdict=QUICK,
        interval_percent=95,
        numbers=numbers,
        n_intervals=n_intervals,
        code="0" * 64,
    )


def test_coverage_is_that_of_the_test_behind_the_verdict() -> None:
    name, fitted = "benchmark_intercepts", model("separate")
    searched = Searched(fitted, fitted.response, SETTINGS, ("published", name))
    generator = named_generator("verdict data sets", "published", name, 0)
    test = searched.test(0.0, generator, SETTINGS.no_progress_data_sets)
    row = verdict().rate_estimates.iloc[0]
    assert searched.estimate == row["growth_rate_per_year"]
    assert (test.p_value, test.ratio) == (row["p_no_progress"], row["no_progress_ratio"])


@pytest.mark.parametrize("truth", ["maximum", "no_progress", "study"])
def test_a_data_set_depends_on_its_name_alone(truth: str) -> None:
    both, second = covered(truth, range(1, 3)), covered(truth, range(2, 3))
    assert set(both["errors"]) == set(ERRORS) and len(both) == 4
    again = both[both["number"] == 2].reset_index(drop=True)
    pd.testing.assert_frame_equal(again, second, check_exact=True)
    assert (both["true_growth_rate_per_year"] == 0).all() == (truth == "no_progress")
    table = summarise_coverage(both, second)
    assert table["n_repeated"].tolist() == [1, 1] and table["n_same"].tolist() == [1, 1]
    moved = second.assign(growth_rate_per_year=second["growth_rate_per_year"] + 0.01)
    assert summarise_coverage(both, moved)["n_same"].tolist() == [0, 0]
    assert summarise_coverage(both, second.assign(observations_digest="0" * 12))["n_repeated"].tolist() == [0, 0]


def test_an_interval_of_a_data_set_leaves_its_test_as_it_is() -> None:
    tested, found = covered("maximum", range(1, 3)), covered("maximum", range(1, 3), n_intervals=1)
    assert found["inverted"].tolist() == [True, False] * 2 and not tested["inverted"].any()
    ends = [f"{end}_growth_rate_per_year" for end in ("low", "high")]
    same = [column for column in tested if column not in ("inverted", *ends)]
    pd.testing.assert_frame_equal(tested[same], found[same], check_exact=True)
    first = found[found["inverted"]]
    assert (first[ends[0]] <= first["growth_rate_per_year"]).all()
    assert (first["growth_rate_per_year"] <= first[ends[1]]).all()
    assert found.loc[~found["inverted"], ends].isna().all(axis=None)
    table = summarise_coverage(found, tested)
    assert table["n_intervals"].tolist() == [1, 1] and table["n_same"].tolist() == [2, 2]
    assert table["median_length"].tolist() == (first[ends[1]] - first[ends[0]]).tolist()


def test_an_interval_without_an_end_is_infinitely_long() -> None:
    row = covered("no_progress", range(1, 2)).iloc[:1].assign(inverted=True, covered=True)
    lows, highs = [-1.0, -1.0, None, 0.5], [1.0, 2.0, 1.0, 1.0]
    ends = {"low_growth_rate_per_year": lows, "high_growth_rate_per_year": highs}
    rows = pd.concat([row] * 4).assign(number=range(1, 5), **ends)
    table = summarise_coverage(rows, rows).iloc[0]
    # the last interval does not contain the true rate, which the test did not reject
    assert (table["n_intervals"], table["n_agreeing"], table["median_length"]) == (4, 3, 2.5)
    assert summarise_coverage(rows.iloc[2:3], rows)["median_length"].isna().all()
    assert summarise_coverage(rows.assign(inverted=False), rows)["n_intervals"].tolist() == [0]


def test_simulated_errors_have_the_components_of_the_fit() -> None:
    fitted, generator = model("separate"), np.random.default_rng(3)
    point = fitted.stationary(fitted.response, 8, np.random.default_rng(0)).points[0]
    draws = fitted.draw(point, 40, generator)
    found = [fitted.components(draw - fitted.mean(point)) for draw in draws]
    ratio = np.mean([ratio for _, ratio in found])
    deviation = np.mean([deviation for deviation, _ in found], axis=0)
    assert ratio == pytest.approx(float(point[-1]), rel=0.1)
    assert deviation == pytest.approx(fitted.deviation(point), rel=0.1)


def test_a_verdict_has_the_least_coverage_and_the_values_that_pages_confirm() -> None:
    estimates = verdict().rate_estimates
    evidence = pd.DataFrame(
        {"edition": "published", "field": ["perplexity"] * 3 + ["n_parameters"], "in_fit": [True, True, False, True],
         "status": ["confirmed", "not_found", "confirmed", "confirmed"]}
    )  # fmt: skip
    coverage = pd.DataFrame({"edition": ["published", "published", "other"], "coverage": [0.97, 0.91, 0.2]})
    row = tabulate_verdict(estimates, evidence, coverage, tables.empty("verdict_sensitivity")).iloc[0]
    assert (row["n_confirmed"], row["share_confirmed"], row["min_coverage"]) == (1, 1 / 150, 0.91)
    nothing = (evidence.assign(edition="other"), coverage.iloc[2:], changes().assign(edition="other"))
    none = tabulate_verdict(estimates, *nothing).iloc[0]
    assert (
        none[["n_confirmed", "share_confirmed", "min_coverage", "slowest_paper", "fastest_choice_months"]].isna().all()
    )


@cache
def changes() -> pd.DataFrame:
    rows = observations()
    variations = {
        "early": Variation(label="Early papers", heading="Evaluation", curation=CurationChange(keep=2)),
        "late": Variation(label="Late papers", heading="Data", curation=CurationChange(keep=1)),
        "one": Variation(label="One benchmark", heading="Parts", rows=RowChoice(benchmark="wt103")),
        "neutral": Variation(label="Neutral", heading="Law", laws={"compute_only": "hicks_neutral"}),
        "elsewhere": Variation(label="Elsewhere", heading="Law", editions=["other"]),
    }
    varied = dict.fromkeys(variations, rows) | {
        "early": rows[rows["publication_year"] < 2019],
        "late": rows[rows["publication_year"] > 2016],
    }
    made = vary_verdict(
        varied, rows, variations, laws=laws("compute_only", "hicks_neutral"), exponents=NO_EXPONENTS, n_starts=10,
        least_observations=30,
    )  # fmt: skip
    return table("verdict_sensitivity").checked(made, where="test")


def test_what_changes_the_verdict_is_its_estimate_on_other_rows_and_laws() -> None:
    rows, made = observations(), changes().set_index("change")
    kinds = {"choice": 3, "paper_left_out": rows["paper_id"].nunique(), "part_of_data": 1}
    assert made.groupby("kind").size().to_dict() == kinds
    own = laws("compute_only", "hicks_neutral")
    for change, name, part in (
        (rows["paper_id"].iloc[70], "compute_only", rows[rows["paper_id"] != rows["paper_id"].iloc[70]]),
        ("early", "compute_only", rows[rows["publication_year"] < 2019]),
        ("neutral", "hicks_neutral", rows),
    ):
        model = RateModel(*own.prepared(name, part))
        found = model.stationary(model.response, 40, named_generator("another search"))
        row = made.loc[change]
        assert row["growth_rate_per_year"] == pytest.approx(model.rate(found.points[0]), rel=1e-6)
        assert row["negative_log_likelihood"] == pytest.approx(found.objectives[0], abs=1e-7)
        assert (row["specification"], row["n_observations"]) == (name, len(part))
    assert made.loc["one", "n_observations"] == (rows["benchmark"] == "wt103").sum()
    with pytest.raises(InputError, match="n_papers"):
        table("verdict_sensitivity").checked(changes().assign(n_papers=0), where="test")


def test_a_verdict_has_the_changes_that_move_it_most() -> None:
    estimates = verdict().rate_estimates
    made = changes()
    row = tabulate_verdict(estimates, tables.empty("evidence"), tables.empty("coverage"), made).iloc[0]
    papers = made[made["kind"] == "paper_left_out"].sort_values("estimate_months")
    assert row[["fastest_paper", "slowest_paper"]].tolist() == papers["change"].iloc[[0, -1]].tolist()
    assert row["slowest_paper_months"] == papers["estimate_months"].iloc[-1]
    choices = made[made["kind"] == "choice"].sort_values("estimate_months")
    assert row[["fastest_choice", "slowest_choice"]].tolist() == choices["label"].iloc[[0, -1]].tolist()
    told = what_changes(row)
    assert f"(without {row['fastest_paper']})" in told and f"(“{row['slowest_choice']}”) months" in told
    # of all changes, those of the heading Evaluation
    early = made.set_index("change").loc["early"]
    assert what_changes(row, made.to_dict("records")) == (
        f"{told}; by how results were evaluated it is {months(early['estimate_months'])} (“Early papers”, "
        f"{early['n_observations']} observations)"
    )
    assert what_changes(row, made.assign(edition="other").to_dict("records")) == told
    # no progress at all is the longest doubling time
    made = made[made["kind"] == "paper_left_out"].assign(growth_rate_per_year=-1.0, estimate_months=np.nan)
    row = tabulate_verdict(estimates, tables.empty("evidence"), tables.empty("coverage"), made).iloc[0]
    assert np.isnan(row["slowest_paper_months"]) and "to ∞ (without" in what_changes(row)


def test_searches_left_out_change_no_answer() -> None:
    """Whether a ratio is exceeded is decided by part of the searches; all of them, from everywhere, say the same."""
    # few rows, and so several stationary points
    tested, rate = RateModel(*laws(KINDS["separate"]).prepared(KINDS["separate"], observations().iloc[::3])), 0.4
    searched = Searched(tested, tested.response, SETTINGS, ("left out",))
    held = tested.at(rate)
    null = tested.stationary_at(tested.response, rate, searched.observed.points)
    truth = of_type(expanded(held, null.points[0]))
    responses = tested.draw(truth, 40, np.random.default_rng(3))
    starts = of_type(np.vstack([truth[None], searched.observed.points]))
    free = held._replace(kind=FREE)
    ratios = []
    for response in responses:
        (ends,), values = tested.searched(free, response[None], starts[None], 1e-9)
        fixed = np.array([start for point in ends for start in projected(held, point)] + list(null.points))
        least = tested.searched(held, response[None], fixed[None], 1e-9)[1].min()
        ratios.append(2 * (least - values.min()))
    for limit in (0.5, 1.0, 2.0, 3.0):
        exceeding = exceed(tested._rows, held, responses, starts, of_type(null.points), limit)
        clear = np.abs(np.array(ratios) - limit) > 0.01
        assert 0 < exceeding.sum() < 40
        np.testing.assert_array_equal(exceeding[clear], (np.array(ratios) > limit)[clear])


def test_information_criteria_are_those_of_the_law_estimates_and_also_of_laws_without_one_rate() -> None:
    compared = laws("benchmark_intercepts", "compute_only", "all_by_benchmark", "transformer_gain")
    rows = observations().assign(transformer=True)
    found = information_criteria(rows, compared, "benchmark_intercepts", 40).set_index("specification")
    assert set(found.index) == {"benchmark_intercepts", "compute_only", "all_by_benchmark"}
    estimate = verdict().law_estimates.iloc[0]
    assert found.loc["benchmark_intercepts"].tolist() == pytest.approx([estimate["aic"], estimate["bic"]], abs=1e-6)
    # eight more coefficients, and as good a fit at least
    gain = found.loc["benchmark_intercepts", "aic"] - found.loc["all_by_benchmark", "aic"]
    assert -2 * 8 <= gain < 30
