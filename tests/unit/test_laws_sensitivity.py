"""Variations: which rows and laws are fitted, what is taken from the main run, and what has too few rows."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from laws_cases import OFFSETS, SHARED_RATE, exact_observations, law_set
from lmprogress.core.errors import InputError
from lmprogress.core.schemas import table
from lmprogress.core.settings import (
    Bootstrap,
    CurationChange,
    DataVariant,
    GlobalBootstrap,
    GlobalSearch,
    RowChoice,
    Sensitivity,
    StudyBootstrap,
    Units,
    Variation,
)
from lmprogress.laws.fits.fitting import fit
from lmprogress.laws.sensitivity import Fits, Settings, choose, present_offsets, resampled, vary

TRUTH = {"a": 0.3, "rate": 0.05, "a_size": 0.1, "a_size_ptb": 0.02, "a_size_wt2": -0.01, "b": 0.2, "b_size": 0.06,
         "loss": 0.5}  # fmt: skip
# the same law without its irreducible loss
WITHOUT_LOSS = SHARED_RATE.model_copy(update={"linear": []})
LAWS = {"law": SHARED_RATE, "without_loss": WITHOUT_LOSS}
SETTINGS = Settings(
    varied=["law"],
    laws=law_set(LAWS, {"dataset_size": DataVariant(label="tokens", source="tests")}, [0.001]),
    penalty=0.001,
    search=GlobalSearch(n_starts=10, tolerance=1e-9, max_iterations=500),
    bootstraps={
        "study": StudyBootstrap(resample_unit="row", n_replicates=3, seed=0),
        "global": GlobalBootstrap(resample_unit="paper", n_replicates=4, seed=None, n_starts=2, n_exchanges=1),
    },
    study_laws=["law"],
    interval_percent=95,
    least_observations=20,
)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return exact_observations(SHARED_RATE, TRUTH).assign(transformer=lambda f: f["observation_number"] % 2 == 0)


@pytest.fixture(scope="module")
def main(rows: pd.DataFrame) -> dict:
    """The main run's fits, with a doubling time that no fit of these rows would give."""
    fits = {}
    for procedure in ("study", "global"):
        fitted = fit(
            rows,
            procedure=procedure,
            laws=SETTINGS.laws,
            search=SETTINGS.search,
        )
        key = ["edition", "ho_number", "specification", "data_variant", "penalty", "procedure"]
        times = fitted.fits[key].assign(
            quantity="effective_compute", benchmark="all", group="all", method="closed_form",
            interval_method="paper_bootstrap_rates", n_replicates=9, n_without_progress=0, estimate_months=123.0,
            median_months=1.0, low_months=1.0, high_months=1.0,
        )  # fmt: skip
        fits[procedure] = Fits(fitted.fits, fitted.coefficients, times)
    return fits


def run(rows: pd.DataFrame, main: dict, **variations: Variation) -> pd.DataFrame:
    """The table sensitivity, both frames through their schemas."""
    varied = vary(dict.fromkeys(variations, rows), variations, main, settings=SETTINGS)
    table("sensitivity_coefficients").checked(varied.coefficients, "coefficients")
    return table("sensitivity").checked(varied.sensitivity, "sensitivity")


def a_variation(**changes: object) -> Variation:
    return Variation.model_validate({"label": "Some", "heading": "Data", **changes})


def test_without_a_change_the_main_run_is_taken(rows, main) -> None:
    found = run(rows, main, baseline=a_variation())
    assert set(found["estimate_months"]) == {123.0}
    assert set(found["procedure"]) == {"study", "global"}


def test_other_rows_and_other_penalties_are_fitted_anew(rows, main) -> None:
    found = run(
        rows,
        main,
        some=a_variation(rows=RowChoice(transformer=True)),
        penalty=a_variation(penalties=[0.002, 0.003]),
        law=a_variation(laws={"law": "without_loss"}),
    )
    anew = found[found["sensitivity"] != "law"]
    assert 123.0 not in set(anew["estimate_months"])
    assert set(found[found["sensitivity"] == "some"]["n_observations"]) == {45}
    assert set(found[found["sensitivity"] == "penalty"]["penalty"]) == {0.002, 0.003}
    assert set(found[found["sensitivity"] == "law"]["specification"]) == {"without_loss"}
    assert {(p, m) for p, m, n in zip(anew["procedure"], anew["interval_method"], anew["n_replicates"], strict=True)
            if n} == {("study", "row_bootstrap_times"), ("study", "row_bootstrap_rates"),
                      ("global", "paper_bootstrap_rates")}  # fmt: skip


def test_units_matter_where_there_is_a_penalty(rows, main) -> None:
    units = Units(year=2000.0, n_parameters=1.0)
    found = run(rows, main, own=a_variation(penalties=[0.01]), other=a_variation(penalties=[0.01], units=units))
    own, other = (found[found["sensitivity"] == name].iloc[0] for name in ("own", "other"))
    assert abs(other["estimate_months"] / own["estimate_months"] - 1) > 0.02
    in_units = replace(SETTINGS.laws, units=units.model_dump(exclude_none=True)).prepared("law", rows)[0].references
    assert (in_units.year, in_units.n_parameters) == (2000.0, 1.0)
    assert in_units.dataset_size_tokens == rows["dataset_size_tokens"].min()


def test_the_study_is_resampled_only_where_asked(rows, main) -> None:
    settings = SETTINGS._replace(study_laws=[])
    variations = {"some": a_variation(rows=RowChoice(transformer=False))}
    found = vary({"some": rows}, variations, main, settings=settings).sensitivity
    assert set(found[found["procedure"] == "study"]["interval_method"]) == {"none"}
    asked = Sensitivity(
        laws=["law"],
        study_laws=["law"],
        study_editions=["a"],
        search_starts=1,
        n_replicates=7,
        n_starts=2,
        variations={},
    )
    bootstraps = Bootstrap.model_validate(
        {"study": SETTINGS.bootstraps["study"].model_dump(), "global": SETTINGS.bootstraps["global"].model_dump()}
    )
    assert set(resampled(asked, bootstraps, "a")) == {"study", "global"}
    assert resampled(asked, bootstraps, "b")["global"].n_replicates == 7
    assert set(resampled(asked, bootstraps, "b")) == {"global"}


def test_too_few_rows_have_a_status_and_other_editions_nothing(rows, main) -> None:
    found = run(rows, main, late=a_variation(rows=RowChoice(from_year=2022)), other=a_variation(editions=["corrected"]))
    assert set(found["sensitivity"]) == {"late"}
    assert set(found["status"]) == {"too few observations"}
    assert found["estimate_months"].isna().all()
    assert (found["n_observations"] < 20).all()


def test_a_variation_without_observations_is_left_out(rows, main) -> None:
    variations = {"same": a_variation(curation=CurationChange(keep=3))}
    assert vary({}, variations, main, settings=SETTINGS).sensitivity.empty


def test_rows_are_chosen(rows) -> None:
    chosen = choose(rows, RowChoice(benchmark="ptb", from_year=2015), OFFSETS)
    assert set(chosen["benchmark"]) == {"ptb"}
    assert chosen["publication_year"].min() >= 2015
    assert len(chosen) == ((rows["benchmark"] == "ptb") & (rows["publication_year"] >= 2015)).sum()
    with pytest.raises(InputError, match="not a known benchmark"):
        choose(rows, RowChoice(benchmark="lambada"), OFFSETS)


def test_one_benchmark_alone_is_its_own_reference(rows) -> None:
    assert present_offsets(OFFSETS, rows[rows["benchmark"] == "ptb"]) == {"ptb": None}
    assert present_offsets(OFFSETS, rows[rows["benchmark"] != "wt103"]) == {"wt2": None, "ptb": "ptb"}
    assert present_offsets(OFFSETS, rows) == OFFSETS
