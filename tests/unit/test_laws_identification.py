"""Verdicts on identification: each from the evidence that it names."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from conftest import ROOT
from curated import BENCHMARK_SETTINGS, curated
from laws_cases import law_set
from lmprogress.core import tables
from lmprogress.core.settings import GlobalSearch, Identification, load_models
from lmprogress.laws.fits.fitting import Fitted, fit
from lmprogress.laws.fits.task import KEY
from lmprogress.laws.inference.identification import identify
from lmprogress.laws.rates.deriving import derive

MODELS = load_models(ROOT / "config/models.yaml")
OFFSETS = {name: benchmark.offset for name, benchmark in BENCHMARK_SETTINGS.items()}
LAWS = law_set(MODELS.specifications, MODELS.data_variants, [0.0025], "published", OFFSETS)
NAMES = ("benchmark_intercepts", "compute_only", "no_progress")
SETTINGS = Identification(basin_within=0.0005, same_doubling_time=1.25, wide_interval=5, slowest_months=1200)


@cache
def fitted() -> Fitted:
    return fit(
        curated("published").observations,
        procedure="global",
        laws=LAWS.among(NAMES),
        search=GlobalSearch(n_starts=60, tolerance=1e-9, max_iterations=500),
    )


def verdicts(low: float, high: float | None, without: int = 0, **changed: float) -> pd.DataFrame:
    """The table where every law's bootstrap gave this interval, months, so many of 1,000 without progress."""
    times = derive(
        fitted().coefficients,
        tables.empty("replicates"),
        laws=LAWS,
        interval_percent=95,
    ).doubling_times
    times = times.assign(
        interval_method="paper_bootstrap_rates", n_replicates=1000, n_without_progress=without,
        low_months=low, high_months=np.nan if high is None else high,
    )  # fmt: skip
    found = identify(
        curated("published").observations,
        fitted().fits,
        fitted().basins,
        times,
        tables.empty("profile_intervals"),
        laws=LAWS,
        settings=SETTINGS.model_copy(update=changed),
        interval_percent=95,
    )
    return tables.table("identification").checked(found, "identification").set_index("specification")


@pytest.mark.parametrize(
    ("evidence", "main", "simple"),
    [
        ({"low": 6, "high": 12}, "several_basins", "identified"),
        ({"low": 6, "high": 12, "same_doubling_time": 3}, "identified", "identified"),
        ({"low": 6, "high": 12, "basin_within": 1e-6}, "identified", "identified"),
        ({"low": 3, "high": 16, "same_doubling_time": 3}, "flat_ridge", "flat_ridge"),
        ({"low": 3, "high": None, "without": 30}, "no_progress_not_excluded", "no_progress_not_excluded"),
        ({"low": 6, "high": 12, "without": 25}, "several_basins", "identified"),
        ({"low": 1000, "high": 1500}, "no_progress_not_excluded", "no_progress_not_excluded"),
    ],
)
def test_each_verdict_from_its_evidence(evidence: dict[str, Any], main: str, simple: str) -> None:
    found = verdicts(**evidence)["verdict"]
    assert found["benchmark_intercepts"] == main
    assert found["compute_only"] == simple
    assert found["no_progress"] == "no_progress_in_law"


def test_rivals_of_the_main_model_are_its_two_known_basins() -> None:
    # an independent replication found 6.08 and 16.0 months, 0.0004 apart in objective
    main = verdicts(6, 12).loc["benchmark_intercepts"]
    assert main["n_rivals"] == 2
    assert main["fastest_rival_months"] == pytest.approx(6.08, abs=0.01)
    assert main["slowest_rival_months"] == pytest.approx(16.0, abs=0.05)
    assert main["rate_correlation"] < 0
    assert pd.isna(verdicts(6, 12).loc["compute_only", "rate_correlation"])


def test_a_fit_without_any_interval_has_no_verdict() -> None:
    times = tables.empty("doubling_times")
    found = identify(
        curated("published").observations,
        fitted().fits,
        fitted().basins,
        times,
        tables.empty("profile_intervals"),
        laws=LAWS,
        settings=SETTINGS,
        interval_percent=95,
    )
    assert found.empty
    assert set(KEY) <= set(found.columns)
