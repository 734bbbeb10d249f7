"""fit, bootstrap, derive: a new specification needs no Python, and the tables keep their schemas."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from laws_cases import SHARED_RATE, exact_observations, law_set
from lmprogress.core.errors import InputError
from lmprogress.core.schemas import table
from lmprogress.core.settings import DataVariant, GlobalBootstrap, GlobalSearch, Specification, StudyBootstrap
from lmprogress.laws.fits.fitting import fit
from lmprogress.laws.inference.bootstrapping import bootstrap
from lmprogress.laws.rates.deriving import derive

TRUTH = {"a": 0.3, "rate": 0.05, "a_size": 0.1, "a_size_ptb": 0.02, "a_size_wt2": -0.01, "b": 0.2, "b_size": 0.06,
         "loss": 0.5}  # fmt: skip
SEARCH = GlobalSearch(n_starts=30, tolerance=1e-13, max_iterations=3000)
DATA = {"dataset_size": DataVariant(label="tokens", source="tests")}
RESAMPLING = {
    "study": StudyBootstrap(resample_unit="row", n_replicates=4, seed=0),
    "global": GlobalBootstrap(resample_unit="paper", n_replicates=5, seed=None, n_starts=3, n_exchanges=1),
}


def run(procedure: str, penalty: float = 0.0, observations: pd.DataFrame | None = None, edition: str = "published"):
    """fit, bootstrap and derive, each frame through its schema."""
    rows = exact_observations(SHARED_RATE, TRUTH) if observations is None else observations
    search = SEARCH if procedure == "global" else None
    laws = law_set({"shared_rate": SHARED_RATE}, DATA, [penalty], edition)
    fitted = fit(
        rows,
        procedure=procedure,
        laws=laws,
        search=search,
    )
    fits, coefficients, predictions = (
        table(name).checked(frame, name) for name, frame in zip(fitted._fields[:3], fitted[:3], strict=True)
    )
    replicates = bootstrap(rows, fits, fitted.basins, laws=laws, settings=RESAMPLING[procedure], search=search)
    replicates = table("replicates").checked(replicates, "replicates")
    derived = derive(coefficients, replicates, interval_percent=95, laws=laws)
    return {
        "fits": fits,
        "predictions": predictions,
        "replicates": replicates,
        "doubling_time_draws": table("doubling_time_draws").checked(derived.draws, "draws"),
        "doubling_times": table("doubling_times").checked(derived.doubling_times, "doubling_times"),
        "coefficients": table("coefficients").checked(derived.coefficients, "coefficients"),
    }


@pytest.fixture(scope="module")
def converged() -> dict[str, pd.DataFrame]:
    return run("global")


def test_a_specification_written_as_data_is_fitted(converged: dict[str, pd.DataFrame]) -> None:
    estimates = converged["coefficients"].set_index("coefficient")["estimate"]
    np.testing.assert_allclose(estimates[list(TRUTH)], list(TRUTH.values()), atol=1e-6)
    fits = converged["fits"].iloc[0]
    assert fits["status"] == "converged"
    assert fits["r2"] == pytest.approx(1)
    assert pd.isna(fits["ho_number"])
    assert (fits["n_observations"], fits["n_papers"], fits["n_coefficients"]) == (90, 45, 8)


def test_doubling_times_are_the_laws(converged: dict[str, pd.DataFrame]) -> None:
    times = converged["doubling_times"].set_index(["quantity", "benchmark"])
    assert times.loc[("data", "all"), "estimate_months"] == pytest.approx(12 * math.log(2) * 0.06 / 0.05, rel=1e-5)
    ptb = 12 * math.log(2) / (0.05 / 0.12 + 0.05 / 0.06)
    row = times.loc[("effective_compute", "ptb")]
    assert row["estimate_months"] == pytest.approx(ptb, rel=1e-5)
    # the rows follow the law exactly, so each replicate finds it again
    assert row["low_months"] == pytest.approx(ptb, rel=1e-3)
    assert row["high_months"] == pytest.approx(ptb, rel=1e-3)
    assert row["interval_method"] == "paper_bootstrap_rates"


def test_reported_error_is_that_of_the_predictions(converged: dict[str, pd.DataFrame]) -> None:
    noisy = exact_observations(SHARED_RATE, TRUTH)
    noisy["log_perplexity"] += np.random.default_rng(0).normal(0, 0.1, len(noisy))
    for procedure in ("study", "global"):
        tables = run(procedure, 0.001, noisy)
        fits, predictions = tables["fits"].iloc[0], tables["predictions"]
        residual = predictions["log_perplexity"] - predictions["predicted_log_perplexity"]
        size = tables["coefficients"]["estimate"].abs().sum()
        assert fits["mse"] == pytest.approx((residual**2).mean(), rel=1e-12)
        assert fits["objective"] == pytest.approx(fits["mse"] + 0.001 * size, rel=1e-9)
        assert fits["r2"] == pytest.approx(1 - (residual**2).mean() / np.var(predictions["log_perplexity"]), rel=1e-12)


def test_both_procedures_give_every_table_and_the_study_two_intervals() -> None:
    tables = run("study", 0.001)
    assert set(tables["doubling_times"]["interval_method"]) == {"row_bootstrap_times", "row_bootstrap_rates"}
    assert tables["replicates"]["replicate"].nunique() == 4
    assert tables["fits"]["n_evaluations"].item() > 8
    assert tables["coefficients"][["standard_error", "low", "high"]].notna().all(axis=None)


def test_replicates_without_progress_count_as_infinite_save_in_the_studys_way() -> None:
    size = 1 / math.log(2)  # so that the growth rate is the coefficient of time
    law = Specification.model_validate(
        {
            "label": "made up",
            "source": "tests",
            "terms": {
                "only": [
                    {"column": "time", "coefficient": "rate", "sign": -1},
                    {"column": "log_parameters", "coefficient": "size", "sign": -1},
                ]
            },
        }
    )
    drawn = [-1.0, 1.0, 2.0, 3.0, 4.0]
    key = {"edition": "published", "ho_number": pd.NA, "specification": "made_up", "data_variant": "dataset_size",
           "penalty": 0.0, "procedure": "study"}  # fmt: skip
    names = pd.DataFrame({"number": [1, 2], "coefficient": ["rate", "size"]})
    coefficients = names.assign(**key, estimate=[-0.5, size], standard_error=np.nan, low=np.nan, high=np.nan)
    replicates = pd.concat(
        names.assign(**key, resample_unit="row", replicate=i, estimate=[rate, size], objective=0.0, status="")
        for i, rate in enumerate(drawn)
    )
    derived = derive(
        coefficients, replicates, laws=law_set({"made_up": law}, DATA), interval_percent=100
    )  # fmt: skip
    assert derived.draws.query("quantity == 'parameters'")["growth_rate_per_year"].tolist() == pytest.approx(drawn)
    times = derived.doubling_times.query("quantity == 'parameters'").set_index("interval_method")
    months = times[["low_months", "median_months", "high_months"]].astype(float)
    assert months.loc["row_bootstrap_times"].tolist() == pytest.approx([-12, 4, 12])
    assert months.loc["row_bootstrap_rates"].tolist() == pytest.approx([3, 6, np.nan], nan_ok=True)
    assert times["estimate_months"].isna().all()
    assert times["n_without_progress"].tolist() == [1, 1]
    rate = derived.coefficients.set_index("coefficient").loc["rate"]
    assert rate["standard_error"] == pytest.approx(np.sqrt(np.mean((np.array(drawn) - 1.8) ** 2)))
    assert (rate["low"], rate["high"]) == (-1, 4)


def test_order_of_rows_and_run_change_nothing_and_the_edition_seeds(converged: dict[str, pd.DataFrame]) -> None:
    shuffled = exact_observations(SHARED_RATE, TRUTH).sample(frac=1, random_state=1)
    for name, frame in run("global", observations=shuffled).items():
        pd.testing.assert_frame_equal(frame, converged[name], check_exact=True)
    other = run("global", edition="corrected")["replicates"]
    assert not other["objective"].equals(converged["replicates"]["objective"])


@pytest.mark.parametrize("n_rows", [0, 1])
def test_too_few_observations_are_refused(n_rows: int) -> None:
    with pytest.raises(InputError, match="nothing to fit"):
        run("study", observations=exact_observations(SHARED_RATE, TRUTH).head(n_rows))


def test_a_benchmark_without_rows_leaves_its_offset_at_zero() -> None:
    rows = exact_observations(SHARED_RATE, TRUTH)
    tables = run("global", observations=rows[rows["benchmark"] != "ptb"])
    estimates = tables["coefficients"].set_index("coefficient")["estimate"]
    assert estimates["a_size_ptb"] == 0
    assert estimates["rate"] == pytest.approx(TRUTH["rate"], abs=1e-6)


def test_a_search_without_settings_is_refused() -> None:
    with pytest.raises(ValueError, match="settings"):
        fit(
            exact_observations(SHARED_RATE, TRUTH),
            procedure="global", laws=law_set({"shared_rate": SHARED_RATE}, DATA, [0.0])
        )  # fmt: skip
