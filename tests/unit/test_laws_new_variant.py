"""A specification and a data variant that nobody wrote Python for: entries in models.yaml, and all else follows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from conftest import ROOT
from curated import BENCHMARK_SETTINGS, curated
from laws_cases import law_set
from lmprogress.core.schemas import table
from lmprogress.core.settings import load_config, load_models, load_yaml
from lmprogress.laws.cross_validation.validation import validate
from lmprogress.laws.fits.fitting import fit
from lmprogress.laws.inference.bootstrapping import bootstrap
from lmprogress.laws.rates.deriving import derive

SPECIFICATION = """\
  shared_exponent_and_step:
    label: One exponent for parameters and data, a step for transformers, other progress from 2019 on
    source: made up
    data: half_of_repeats
    terms:
      parameter:
        - {column: intercept, coefficient: a, by: benchmark}
        - {column: time, coefficient: rate, sign: -1, plus: [{coefficient: later, column: from_year, year: 2019}]}
        - {column: log_parameters, coefficient: size, sign: -1}
      data:
        - {column: intercept, coefficient: b}
        - {column: log_dataset_size, coefficient: size, sign: -1}
    scale:
      - {column: transformer, coefficient: step, sign: -1}
    linear:
      - {column: intercept, coefficient: floor}
"""
DATA_VARIANT = """\
  half_of_repeats:
    label: Repeats count for little
    repeats: diminishing
    repeats_worth: 1.5
    unknown_epochs: drop
    source: made up
"""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory):
    """The models of the checkout with one entry more in each section."""
    text = (ROOT / "config/models.yaml").read_text(encoding="utf-8")
    text = text.replace("specifications:\n", "specifications:\n" + SPECIFICATION, 1)
    path: Path = tmp_path_factory.mktemp("config") / "models.yaml"
    path.write_text(text.replace("data_variants:\n", "data_variants:\n" + DATA_VARIANT, 1), encoding="utf-8")
    return load_models(path)


def test_a_new_entry_is_fitted_resampled_derived_and_validated(models) -> None:
    config = load_config(load_yaml(ROOT / "config/config.yaml"), models)
    observations = curated("published").observations
    laws = law_set(
        {"shared_exponent_and_step": models.specifications["shared_exponent_and_step"]},
        models.data_variants,
        offsets={name: benchmark.offset for name, benchmark in BENCHMARK_SETTINGS.items()},
    )
    for procedure, settings in (("study", config.bootstrap.study), ("global", config.bootstrap.global_)):
        fitted = fit(observations, procedure=procedure, laws=laws, search=config.fit.global_)
        row = table("fits").checked(fitted.fits, "fits").iloc[0]
        assert row["data_variant"] == "half_of_repeats"
        assert row["n_observations"] == observations["n_epochs"].notna().sum()
        assert row["n_coefficients"] == len({"a", "a_ptb", "a_wt2", "rate", "later", "size", "b", "step", "floor"})
        few = settings.model_copy(update={"n_replicates": 6})
        replicates = bootstrap(
            observations, fitted.fits, fitted.basins, laws=laws, settings=few, search=config.fit.global_
        )  # fmt: skip
        derived = derive(
            fitted.coefficients, replicates, laws=laws, interval_percent=95
        )  # fmt: skip
        times = table("doubling_times").checked(derived.doubling_times, "doubling_times")
        assert set(times["group"]) >= {"before", "from"}
        # the rate of progress and the exponent are in the same predictor
        estimate = derived.coefficients.set_index("coefficient")["estimate"]
        before = times[(times["quantity"] == "parameters") & (times["group"] == "before")]["estimate_months"].iloc[0]
        rate = estimate["rate"] / (estimate["size"] * np.log(2))
        assert before == pytest.approx(12 / rate) if rate > 0 else np.isnan(before)
    held_out = validate(
        observations, fitted.basins, laws=laws, main_penalty=0.0025, settings=config.validation,
        limits=config.fit.global_,
    ).held_out  # fmt: skip
    assert set(held_out["specification"]) == {"shared_exponent_and_step"}
    assert held_out["observation_number"].nunique() == observations["n_epochs"].notna().sum()
