"""The simulation study: its errors, its summary, and that a procedure covers a truth of its own kind."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from conftest import ROOT
from curated import BENCHMARK_SETTINGS, curated
from laws_cases import law_set
from lmprogress.core import tables
from lmprogress.core.settings import GlobalSearch, load_config, load_models, load_yaml
from lmprogress.laws.fits.fitting import Fitted, fit
from lmprogress.laws.fits.task import by_fit
from lmprogress.laws.inference.bootstrapping import basins_of, tasks_of
from lmprogress.laws.inference.simulation import draw_data_sets, error_components, simulate
from lmprogress.laws.inference.simulation_summary import summarise_simulation

MODELS = load_models(ROOT / "config/models.yaml")
CONFIG = load_config(load_yaml(ROOT / "config/config.yaml"), MODELS)
OFFSETS = {name: benchmark.offset for name, benchmark in BENCHMARK_SETTINGS.items()}
LAWS = law_set(MODELS.specifications, MODELS.data_variants, [0.0, 0.0025], "corrected", OFFSETS)


@cache
def fitted() -> Fitted:
    names = ("benchmark_intercepts", "compute_only")
    return fit(
        curated("corrected").observations,
        procedure="global",
        laws=LAWS.among(names),
        search=GlobalSearch(n_starts=40, tolerance=1e-9, max_iterations=500),
    )


@cache
def simulated(truth: str) -> pd.DataFrame:
    return simulate(
        curated("corrected").observations,
        fitted(),
        truth=truth,
        laws=replace(LAWS, main=CONFIG.fit.main),
        settings=CONFIG.simulation.model_copy(update={"n_data_sets": 40, "n_study_bootstraps": 2}),
        profile=CONFIG.intervals.profile,
        n_study_replicates=10,
        interval_percent=95,
    )


def test_error_components_are_those_that_the_errors_were_drawn_with() -> None:
    generator = np.random.default_rng(3)
    papers = np.repeat(np.arange(4000), generator.integers(1, 4, 4000))
    residuals = 0.3 * generator.standard_normal(4000)[papers] + 0.2 * generator.standard_normal(len(papers))
    found = error_components(residuals, papers)
    assert found.paper == pytest.approx(0.3, rel=0.03)
    assert found.row == pytest.approx(0.2, rel=0.03)
    # nothing in common: none is found, and none that is negative
    assert error_components(np.tile([1.0, -1.0], 50), np.repeat(np.arange(50), 2)).paper == 0


def test_data_sets_have_the_mean_of_the_law_and_its_errors_within_and_between_papers() -> None:
    fits = fitted().fits
    chosen = fits[(fits["specification"] == "compute_only") & (fits["penalty"] == 0)]
    task, rows = next(tasks_of(chosen, curated("corrected").observations, LAWS))
    at = basins_of(task, by_fit(fitted().basins))[0]
    mean, papers = task.columns.predicted(at), rows["paper_id"]
    drawn = draw_data_sets(task, at, rows, OFFSETS, ("test",), CONFIG.simulation).responses
    truth = error_components(task.log_perplexity - mean, papers)
    assert truth.paper > truth.row / 2  # else nothing is tested
    found = [error_components(response - mean, papers) for response in drawn.T]
    assert np.mean([spread.paper**2 for spread in found]) == pytest.approx(truth.paper**2, rel=0.1)
    assert np.mean([spread.row**2 for spread in found]) == pytest.approx(truth.row**2, rel=0.1)
    assert abs((drawn - mean[:, None]).mean()) < 0.01


def test_a_law_covers_its_own_truth_and_is_without_bias() -> None:
    summary = summarise_simulation(simulated("compute_only")).set_index("procedure")
    own = summary.loc["simple_paper_bootstrap"]
    assert own["n_intervals"] == 40
    assert own["coverage"] > 0.95 - 3 * np.sqrt(0.95 * 0.05 / 40)
    assert abs(own["bias"]) < 3 * own["bias_error"] + 0.03  # the penalty biases a little


def test_equal_names_give_equal_data_and_every_procedure_answers() -> None:
    found = tables.table("simulated_fits").checked(simulated("main_minimum"), "simulated_fits")
    assert found.groupby("procedure").size().to_dict() == dict.fromkeys(
        ("minimum_paper_bootstrap", "minimum_row_bootstrap", "profile_likelihood", "simple_paper_bootstrap",
         "study_row_bootstrap"), 40,
    )  # fmt: skip
    study = found[found["procedure"] == "study_row_bootstrap"]
    assert study["covers"].notna().sum() == 2
    simulated.cache_clear()
    pd.testing.assert_frame_equal(tables.table("simulated_fits").checked(simulated("main_minimum"), "again"), found)


def test_summary_by_hand() -> None:
    frame = pd.DataFrame(
        {
            "edition": "e",
            "truth": "t",
            "procedure": "profile_likelihood",
            "true_growth_rate_per_year": 2.0,
            "data_set": range(4),
            "growth_rate_per_year": [1.0, 2.0, 4.0, -1.0],
            "low_months": [1.0, 2.0, 3.0, 4.0],
            "high_months": [10.0, None, None, None],
            "covers": [True, True, False, True],
        }
    )
    row = summarise_simulation(frame).iloc[0]
    assert row["bias"] == pytest.approx(-0.5)
    assert row["log_bias"] == pytest.approx(0.0)  # twice as slow, right, twice as fast
    assert row["share_without_progress"] == 0.25
    assert (row["coverage"], row["n_intervals"]) == (0.75, 4)
    assert row["coverage_error"] == pytest.approx(np.sqrt(0.75 * 0.25 / 4))
    assert row["median_low_months"] == 2.5
    assert pd.isna(row["median_high_months"])  # infinite
