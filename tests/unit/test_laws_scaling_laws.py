"""A specification as data: names, matrices, references, predictions."""

from __future__ import annotations

import numpy as np
import pytest

from conftest import ROOT
from laws_cases import OFFSETS, SHARED_RATE, exact_observations
from lmprogress.keeping.errors import InputError
from lmprogress.keeping.settings import load_models
from lmprogress.laws.scaling_laws import Law, coefficient_names, find_references

TRUTH = {"a": 0.3, "rate": 0.05, "a_size": 0.1, "a_size_ptb": 0.02, "a_size_wt2": -0.01, "b": 0.2, "b_size": 0.06,
         "loss": 0.5}  # fmt: skip


@pytest.fixture(scope="module")
def observations():
    return exact_observations(SHARED_RATE, TRUTH)


@pytest.fixture(scope="module")
def law(observations) -> Law:
    return Law(SHARED_RATE, OFFSETS, find_references(observations))


def test_coefficients_of_the_main_model_are_the_studys() -> None:
    # Ho et al. 2024, Table 2, in its order
    main = load_models(ROOT / "config/models.yaml").specifications["benchmark_intercepts"]
    assert coefficient_names(main, OFFSETS) == (
        "alpha_const", "alpha_const_ptb", "alpha_const_wt2", "alpha_year", "alpha_param",
        "beta_const", "beta_const_ptb", "beta_const_wt2", "beta_year", "beta_data",
    )  # fmt: skip


def test_matrices_give_the_predictions_of_the_factors(law: Law, observations) -> None:
    columns = law.columns(observations)
    terms, linear = law.matrices(columns)
    theta = np.random.default_rng(1).normal(size=len(law.coefficients)) * 0.1
    by_matrices = np.exp(terms @ theta).sum(axis=0) + linear @ theta
    np.testing.assert_allclose(by_matrices, columns.predicted(theta), rtol=1e-13)


def test_prediction_by_hand(law: Law, observations) -> None:
    row = observations[observations["benchmark"] == "ptb"].iloc[[0]]
    years = row["publication_year"].item() - observations["publication_year"].min()
    size = np.log(row["n_parameters"].item() / observations["n_parameters"].min())
    data = np.log(row["dataset_size_tokens"].item() / observations["dataset_size_tokens"].min())
    expected = np.exp(0.3 - 0.05 * years - (0.1 + 0.02) * size) + np.exp(0.2 - 0.05 * years - 0.06 * data) + 0.5
    theta = np.array([TRUTH[name] for name in law.coefficients])
    assert law.columns(row).predicted(theta) == pytest.approx(expected, rel=1e-12)


def test_one_row_alone_is_predicted_as_within_the_table(law: Law, observations) -> None:
    theta = np.array([TRUTH[name] for name in law.coefficients])
    together = law.columns(observations).predicted(theta)
    alone = [law.columns(observations.iloc[[i]]).predicted(theta)[0] for i in range(len(observations))]
    assert together.tolist() == alone


def test_chosen_rows_keep_their_values(law: Law, observations) -> None:
    theta = np.array([TRUTH[name] for name in law.coefficients])
    columns, index = law.columns(observations), np.array([5, 5, 2, 80])
    assert columns.rows(index).predicted(theta).tolist() == columns.predicted(theta)[index].tolist()


@pytest.mark.filterwarnings("error")
def test_a_prediction_too_large_for_a_double_is_infinite_without_a_warning(law: Law, observations) -> None:
    assert np.isinf(law.columns(observations).predicted(np.full(len(law.coefficients), -1e3))).any()


def test_nothing_to_fit_is_refused(observations) -> None:
    with pytest.raises(InputError, match="nothing to fit"):
        find_references(observations.iloc[:0])


def test_unknown_benchmark_is_refused(law: Law, observations) -> None:
    with pytest.raises(InputError, match="lambada"):
        law.columns(observations.assign(benchmark="lambada"))
