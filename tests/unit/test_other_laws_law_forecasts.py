"""Forecasts of perplexities by laws: a true law foretells exactly, and nothing after the origin is used."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from conftest import ROOT
from laws_cases import SHARED_RATE, exact_observations, law_set
from lmprogress.core.settings import GlobalSearch, load_models
from lmprogress.other_laws.law_forecasts import forecast_perplexities

TRUTH = {"a": 0.9, "rate": 0.02, "a_size": 0.06, "a_size_wt2": 0.01, "a_size_ptb": -0.01, "b": 0.8, "b_size": 0.05,
         "loss": 0.3}  # fmt: skip
OBSERVATIONS = exact_observations(SHARED_RATE, TRUTH, n_rows=120)


def forecasts(observations: pd.DataFrame) -> pd.DataFrame:
    return forecast_perplexities(
        observations,
        laws=law_set(
            {"true_law": SHARED_RATE}, load_models(ROOT / "config" / "models.yaml").data_variants, edition="made"
        ),
        penalty=0.0,
        search=GlobalSearch(n_starts=8, tolerance=1e-12, max_iterations=500),
        least_observations=60,
        left_out=0.05,
    )


def test_the_true_law_foretells_exactly_and_others_do_not() -> None:
    found = forecasts(OBSERVATIONS)
    error = (found["predicted_log2"] - found["actual_log2"]).abs().groupby(found["method"]).max()
    assert error["true_law"] == pytest.approx(0, abs=1e-6)
    assert error["naive"] > 0.1
    assert found["origin_year"].nunique() >= 5
    assert (found["year"] >= found["origin_year"]).all()
    targets = found.groupby("method")[["origin_year", "year"]].apply(lambda rows: sorted(map(tuple, rows.to_numpy())))
    assert all(mine == targets.iloc[0] for mine in targets)


def test_nothing_after_the_origin_is_used() -> None:
    later = OBSERVATIONS["publication_year"] >= 2019
    changed = OBSERVATIONS.assign(log_perplexity=OBSERVATIONS["log_perplexity"] + 2.0 * later)
    before, after = (
        frame[frame["origin_year"] <= 2019].reset_index() for frame in map(forecasts, (OBSERVATIONS, changed))
    )
    columns = ["method", "origin_year", "number", "predicted_log2", "low_log2", "high_log2"]
    pd.testing.assert_frame_equal(before[columns], after[columns])
    assert not np.allclose(before["actual_log2"], after["actual_log2"])


def test_too_few_observations_give_no_forecast() -> None:
    assert forecasts(OBSERVATIONS.iloc[:20]).empty
    assert forecasts(OBSERVATIONS.iloc[:0]).empty
