"""The study's cross-validation to the printed digit, and what is left of it at global minima.

In: the published edition of the checkout, raw/reference/published.csv. Out: agreement with Ho et al. 2024, Table 11.
"""

from __future__ import annotations

import pandas as pd
import pytest

from conftest import ROOT
from curated import BENCHMARK_SETTINGS, curated
from laws_cases import law_set
from lmprogress.core import tables
from lmprogress.core.settings import load_config, load_models, load_yaml
from lmprogress.laws.cross_validation.comparison import compare
from lmprogress.laws.cross_validation.study_validation import validate_as_study
from lmprogress.laws.cross_validation.validation import Validated

MODELS = load_models(ROOT / "config/models.yaml")
CONFIG = load_config(load_yaml(ROOT / "config/config.yaml"), MODELS)
PUBLISHED = tables.read_csv(ROOT / "raw/reference/published.csv", "published").set_index("reference_id")
TABLE_11 = PUBLISHED[PUBLISHED.index.str.startswith("table11/")]


@pytest.fixture(scope="module")
def study() -> Validated:
    return validate_as_study(
        curated("published").observations,
        laws=law_set(
            {name: MODELS.specifications[name] for name in CONFIG.fit.specifications},
            MODELS.data_variants,
            CONFIG.fit.penalties,
            offsets={name: benchmark.offset for name, benchmark in BENCHMARK_SETTINGS.items()},
        ),
        main_penalty=CONFIG.fit.main.penalty,
        settings=CONFIG.validation,
    )


@pytest.fixture(scope="module")
def compared(study: Validated):
    none = pd.DataFrame(columns=["specification", "aic", "bic"])
    return compare(*study, none, 231, main=CONFIG.fit.main, n_replicates=20, interval_percent=95)


def test_table_11_to_the_printed_digit(compared) -> None:
    rows = compared.cross_validation[compared.cross_validation["protocol"] == "study_split"]
    found = {f"table11/{row.ho_number}/{row.penalty:g}": f"{row.mse:.5f}" for row in rows.itertuples()}
    assert len(TABLE_11) == 120
    assert found == TABLE_11["printed"].to_dict()


def test_rows_that_the_study_works_with(compared) -> None:
    row = compared.cross_validation.set_index("protocol").loc["study_split"].iloc[0]
    assert row["n_held_out"] == row["n_folds"] == PUBLISHED.loc["cross_validation/n_training", "value"]
    assert row["n_set_aside"] == PUBLISHED.loc["cross_validation/n_validation", "value"]


# an independent replication: trained on what was published before the year; root mean squared error, months
BACKTEST = {
    "benchmark_intercepts": {2018: (0.264, 1.7), 2019: (0.282, 7.0), 2020: (0.241, 12.4), 2021: (0.212, 15.0),
                             2022: (0.190, 11.1)},
    "compute_only": {2018: (0.246, 8.8), 2019: (0.275, 7.8), 2020: (0.236, 9.6), 2021: (0.210, 9.6),
                     2022: (0.210, 9.8)},
    "no_progress": {2019: (0.281, None), 2020: (0.281, None), 2021: (0.249, None), 2022: (0.211, None)},
}  # fmt: skip


@pytest.mark.parametrize("specification", BACKTEST)
def test_forecasts_of_the_next_year_as_replicated(compared, specification: str) -> None:
    rolling = compared.rolling_origin.set_index(["specification", "year"])
    for year, (error, months) in BACKTEST[specification].items():
        row = rolling.loc[(specification, year)]
        assert row["rmse"] == pytest.approx(error, abs=0.00051)
        if months is None:
            assert pd.isna(row["doubling_months"])
        else:
            assert row["doubling_months"] == pytest.approx(months, abs=0.051)
