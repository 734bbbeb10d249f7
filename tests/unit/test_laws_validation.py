"""Cross-validation: folds, references that belong to the fold, the best of several starts, uncertainty over papers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from conftest import ROOT
from curated import BENCHMARK_SETTINGS, curated
from laws_cases import law_set
from lmprogress.core.settings import FarFolds, Validation, load_config, load_models, load_yaml
from lmprogress.laws.cross_validation.comparison import compare, mean_over_papers, rank_draws
from lmprogress.laws.cross_validation.fold_searches import (
    FoldSearch,
    fold_minima,
    fold_tasks,
    fresh_starts,
    with_far_folds_again,
)
from lmprogress.laws.cross_validation.folds import leave_one_out, rolling_origin, smallest_values, split_rows
from lmprogress.laws.cross_validation.validation import fold_keys, validate
from lmprogress.laws.fits.fitting import fit
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.laws.model.scaling_laws import find_references
from lmprogress.laws.rates.progress import EFFECTIVE_COMPUTE, SHARED, Rate, growth_rates
from lmprogress.laws.solver.estimation import solve
from lmprogress.laws.solver.multistart import draw_starts

MODELS = load_models(ROOT / "config/models.yaml")
CONFIG = load_config(load_yaml(ROOT / "config/config.yaml"), MODELS)
OFFSETS = {name: benchmark.offset for name, benchmark in BENCHMARK_SETTINGS.items()}
LIMITS = CONFIG.fit.global_
PENALTY = 0.0025


def settings(**changes) -> Validation:
    return Validation.model_validate({**CONFIG.validation.model_dump(), **changes})


def laws(*names: str, penalties: Sequence[float] = (PENALTY,)) -> LawSet:
    chosen = {name: MODELS.specifications[name] for name in names}
    return law_set(chosen, MODELS.data_variants, penalties, offsets=OFFSETS)


def observations(n_papers: int = 30) -> pd.DataFrame:
    """The rows of the first papers by date, without gaps in their numbers."""
    rows = curated("published").observations.sort_values("publication_year", kind="stable")
    rows = rows[rows["paper_id"].isin(rows["paper_id"].unique()[:n_papers])].sort_values("observation_number")
    return rows.assign(observation_number=range(1, len(rows) + 1))


def fitted_basins(rows: pd.DataFrame, *names: str) -> pd.DataFrame:
    return fit(rows, procedure="global", laws=laws(*names), search=LIMITS).basins


@pytest.fixture(scope="module")
def validated():
    rows, name = observations(), "compute_only"
    few = settings(study_split={"editions": [], "set_aside": 0.2, "seed": 1}, rolling_years=[2016])
    return rows, validate(
        rows,
        fitted_basins(rows, name),
        laws=laws(name),
        main_penalty=PENALTY,
        settings=few,
        limits=LIMITS,
    )


def test_the_split_is_that_of_scikit_learn() -> None:
    # train_test_split(range(10), test_size=0.2, random_state=1) of scikit-learn
    kept, set_aside = split_rows(10, 0.2, 1)
    assert set_aside.tolist() == [2, 9]
    assert kept.tolist() == [6, 4, 0, 3, 1, 7, 8, 5]
    assert [len(part) for part in split_rows(231, 0.2, 1)] == [184, 47]


def test_folds_hold_out_each_row_once_and_whole_groups() -> None:
    groups = pd.Series(["a", "b", "a", "c", "b"])
    among = np.array([True, True, True, True, False])
    folds = leave_one_out("leave_one_paper_out", groups, among)
    assert [fold.name for fold in folds] == ["a", "b", "c"]
    assert np.sum([fold.held_out for fold in folds], axis=0).tolist() == [1, 1, 1, 1, 0]
    for fold in folds:
        assert set(groups[fold.held_out]).isdisjoint(groups[fold.training])
        assert np.array_equal(fold.training, among & ~fold.held_out)


def test_rolling_origin_never_looks_ahead() -> None:
    years = pd.Series([2015.2, 2016.0, 2016.9, 2017.0, 2018.5])
    folds = rolling_origin(years, [2014, 2016, 2017, 2018, 2019], 2)
    assert [fold.name for fold in folds] == ["2017", "2018"]
    for fold in folds:
        assert years[fold.training].max() < int(fold.name) <= years[fold.held_out].min()
        assert years[fold.held_out].max() < int(fold.name) + 1


def test_references_are_those_of_the_training_rows() -> None:
    name = "benchmark_intercepts"
    both = laws(name, penalties=[0.0, PENALTY])
    rows = both.prepared(name, observations())[1]
    folds = leave_one_out("leave_one_paper_out", rows["paper_id"])
    keys = fold_keys(both, name, "global")
    seen, references = [], set()
    for tasks, members in fold_tasks(both, name, rows, folds, keys):
        for fold in members:
            assert {task.law.references for task in tasks} == {find_references(rows[fold.training])}
        seen += [fold.name for fold in members]
        references.add(tasks[0].law.references)
    assert sorted(seen) == sorted(fold.name for fold in folds)
    # leaving out the smallest system, and the first one, moves the references
    assert len(references) > 1
    masks = np.array([fold.training for fold in folds])
    assert len(np.unique(smallest_values(rows, masks), axis=0)) == len(references)


def test_a_row_alone_is_predicted_as_in_the_table() -> None:
    rows = observations()
    for name in ("benchmark_intercepts", "compute_only", "effective_epochs", "vocabulary", "drifting_exponents"):
        law, rows_of_law = laws(name).prepared(name, rows)
        theta = 0.1 * named_generator(name).standard_normal(len(law.coefficients))
        together = law.columns(rows_of_law).predicted(theta)
        alone = [law.columns(rows_of_law.iloc[[i]]).predicted(theta)[0] for i in range(len(rows_of_law))]
        assert alone == together.tolist()


def test_each_fold_is_what_a_fit_to_its_training_rows_alone_predicts(validated) -> None:
    rows, result = validated
    held_out = result.held_out.set_index(["protocol", "fold"])
    for protocol, column in (("leave_one_paper_out", "paper_id"), ("leave_one_row_out", "observation_number")):
        for fold in rows[column].unique()[:4]:
            is_held_out = rows[column] == fold
            law, trained = laws("compute_only").prepared("compute_only", rows[~is_held_out])
            fitted = fit(
                trained,
                procedure="global",
                laws=laws("compute_only"),
                search=LIMITS,
            )
            theta = fitted.coefficients.sort_values("number")["estimate"].to_numpy(float)
            expected = law.columns(rows[is_held_out]).predicted(theta)
            found = held_out.loc[[(protocol, str(fold))], "predicted_log_perplexity"].to_numpy()
            np.testing.assert_allclose(found, expected, atol=1e-6)


def test_every_row_is_held_out_once_by_each_protocol(validated) -> None:
    rows, result = validated
    for protocol in ("leave_one_row_out", "leave_one_paper_out"):
        of_it = result.held_out[result.held_out["protocol"] == protocol]
        assert sorted(of_it["observation_number"]) == rows["observation_number"].tolist()
    years = result.held_out[result.held_out["protocol"] == "rolling_origin"]
    assert len(years) == ((rows["publication_year"] >= 2016) & (rows["publication_year"] < 2017)).sum()
    assert result.rolling_rates["year"].tolist() == [2016]
    rate = result.rolling_rates.iloc[0]
    assert rate["doubling_months"] * rate["growth_rate_per_year"] == pytest.approx(12)


def test_a_fold_has_the_rate_of_a_fit_without_what_it_holds_out(validated) -> None:
    rows, result = validated
    of_paper = result.fold_fits[result.fold_fits["protocol"] == "leave_one_paper_out"].set_index("fold")
    for paper in rows["paper_id"].unique()[:3]:
        fitted = fit(rows[rows["paper_id"] != paper], procedure="global", laws=laws("compute_only"), search=LIMITS)
        theta = fitted.coefficients.sort_values("number")["estimate"].to_numpy(float)
        rates = growth_rates(MODELS.specifications["compute_only"], OFFSETS, theta[None])
        expected = rates[Rate(EFFECTIVE_COMPUTE, SHARED, SHARED)][0]
        assert of_paper.loc[paper, "growth_rate_per_year"] == pytest.approx(expected, rel=1e-4)


def test_the_best_of_the_starts_is_taken() -> None:
    rows, name = observations(), "benchmark_intercepts"
    both = laws(name, penalties=[0.0, PENALTY])
    rows = both.prepared(name, rows)[1]
    folds = leave_one_out("leave_one_row_out", rows["observation_number"])[:3]
    keys = fold_keys(both, name, "global")
    tasks, members = max(
        fold_tasks(both, name, rows, folds, keys),
        key=lambda group: len(group[1]),
    )
    starts = draw_starts(tasks[0].problem, 6, named_generator("test"))
    searches = [FoldSearch(task, fold, starts) for task in tasks for fold in members]
    found = fold_minima(searches, LIMITS)
    for place, search in enumerate(searches):
        alone = solve(search.task.problem, starts, search.task.penalty, search.fold.training.astype(float))
        assert found.objective[place] == pytest.approx(alone.objective[alone.status == 0].min(), abs=1e-10)
    assert not np.array_equal(
        fresh_starts(tasks[0], folds[0], 4, "cold starts"), fresh_starts(tasks[0], folds[1], 4, "cold starts")
    )


def test_folds_that_moved_farthest_start_again_from_random_points() -> None:
    rows, name = observations(), "benchmark_intercepts"
    one = laws(name, penalties=[0.0])
    rows = one.prepared(name, rows)[1]
    folds = leave_one_out("leave_one_row_out", rows["observation_number"])
    tasks, members = max(
        fold_tasks(one, name, rows, folds, fold_keys(one, name, "global")), key=lambda group: len(group[1])
    )
    # all start at the worst of the points where searches end
    ends = solve(tasks[0].problem, draw_starts(tasks[0].problem, 30, named_generator("test")), 0.0)
    worst = ends.coefficients[[np.where(ends.status == 0, ends.objective, -1).argmax()]]
    searches = [FoldSearch(tasks[0], fold, worst) for fold in members[:10]]
    found, every = fold_minima(searches, LIMITS), range(10)
    lower = {
        share: found.objective
        - with_far_folds_again(searches, every, found, FarFolds(share=share, n_starts=8), LIMITS).objective
        for share in (0, 0.25, 1)
    }
    assert not lower[0].any() and (lower[1] > 1e-6).sum() > 5 and (lower[1] >= 0).all()
    # the same draws, for three of ten
    assert 0 < (lower[0.25] > 0).sum() <= 3
    assert (lower[1][lower[0.25] > 0] == lower[0.25][lower[0.25] > 0]).all()


def test_standard_error_counts_papers_not_rows() -> None:
    generator = np.random.default_rng(1)
    values = generator.normal(size=(40, 2))
    mean, alone, n_papers = mean_over_papers(values, np.arange(40))
    np.testing.assert_allclose(mean, values.mean(axis=0))
    np.testing.assert_allclose(alone, values.std(axis=0, ddof=1) / np.sqrt(40))
    assert n_papers == 40
    # each row three times within its paper teaches nothing
    _, thrice, _ = mean_over_papers(np.repeat(values, 3, axis=0), np.repeat(np.arange(40), 3))
    np.testing.assert_allclose(thrice, alone)
    assert np.isnan(mean_over_papers(values, np.zeros(40))[1]).all()
    # what cancels within each paper leaves no doubt about the mean
    opposite = np.array([[1.0], [-1.0], [2.0], [-2.0]])
    assert mean_over_papers(opposite, np.array([0, 0, 1, 1]))[1].tolist() == [0.0]


def test_ranks_are_certain_only_where_differences_are() -> None:
    generator = np.random.default_rng(2)
    base = generator.exponential(size=(60, 1))
    values = np.hstack([base, base + 1, base + generator.normal(size=(60, 1)) * 0.5])
    ranks = rank_draws(values, np.arange(60) // 2, named_generator("ranks"), 400)
    assert set(ranks[:, 1]) == {3}
    assert 0.02 < np.mean(ranks[:, 0] == 1) < 0.98


def test_comparison_of_made_up_errors() -> None:
    made_up = (("benchmark_intercepts", 0.1, 0), ("compute_only", 0.1, 0.3), ("no_progress", 1.0, 1))
    rows = [
        {"specification": name, "observation_number": i, "paper_id": f"p{i // 2}", "log_perplexity": 3.0,
         "predicted_log_perplexity": 3.0 + error + (0.2 if i % 3 else -0.1) * wobble}
        for name, error, wobble in made_up
        for i in range(30)
    ]  # fmt: skip
    key = {"edition": "e", "ho_number": 1, "data_variant": "d", "penalty": PENALTY, "procedure": "global"}
    frame = pd.DataFrame(rows).assign(**key, protocol="leave_one_row_out", benchmark="ptb")
    frame["fold"] = frame["observation_number"].astype(str)
    fits = frame[[*key, "specification", "protocol", "fold"]].assign(
        n_training=29, n_held_out=1, objective=0.05, status="converged", n_starts=2, cold_objective=np.nan,
        growth_rate_per_year=2.0,
    )  # fmt: skip
    by_fold = {("benchmark_intercepts", "7"): 4.0, ("benchmark_intercepts", "9"): 1.5, ("compute_only", "4"): -1.0}
    for (name, fold), rate in by_fold.items():
        fits.loc[(fits["specification"] == name) & (fits["fold"] == fold), "growth_rate_per_year"] = rate
    fits.loc[fits["specification"] == "no_progress", "growth_rate_per_year"] = np.nan
    fits.loc[fits["fold"] == "3", "cold_objective"] = 0.04
    rates = pd.DataFrame(columns=[*key, "specification", "year", "benchmark", "group", "doubling_months"])
    criteria = pd.DataFrame({"specification": ["compute_only", "another"], "aic": [3.0, 4.0], "bic": [5.0, 6.0]})
    result = compare(frame, fits, rates, criteria, 30, main=CONFIG.fit.main, n_replicates=50, interval_percent=95)
    validation = result.cross_validation.set_index("specification")
    assert validation.loc["benchmark_intercepts", "mse"] == pytest.approx(0.01)
    assert validation.loc["no_progress", "rank"] == 3
    assert validation["n_improved"].tolist() == [1, 1, 1]
    assert validation.loc["no_progress", "greatest_improvement"] == pytest.approx(0.01)
    influence = ["shortest_months", "longest_months", "most_influential", "most_influential_months"]
    assert validation.loc["benchmark_intercepts", influence].tolist() == [3, 8, "7", 3]
    assert validation.loc["compute_only", influence].tolist() == [6, np.inf, "4", np.inf]
    assert validation.loc["no_progress", influence].isna().all()
    against_main = result.specification_comparison.set_index(["against", "specification"]).loc["main"]
    assert bool(against_main.loc["no_progress", "beyond_noise"])
    assert not bool(against_main.loc["benchmark_intercepts", "beyond_noise"])
    assert against_main.loc["benchmark_intercepts", "mean_difference"] == 0
