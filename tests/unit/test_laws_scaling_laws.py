"""A specification as data: names, matrices, references, predictions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from conftest import ROOT
from laws_cases import OFFSETS, SHARED_RATE, exact_observations
from lmprogress.core.errors import InputError
from lmprogress.core.settings import Specification, load_models
from lmprogress.laws.model.scaling_laws import Columns, FactorColumn, Law, coefficient_names, find_references, stacked

TRUTH = {"a": 0.3, "rate": 0.05, "a_size": 0.1, "a_size_ptb": 0.02, "a_size_wt2": -0.01, "b": 0.2, "b_size": 0.06,
         "loss": 0.5}  # fmt: skip
# a rate that stands in two terms, offsets, drifts whose sum depends on its order, and what scales all terms
DRIFTS = [
    {"coefficient": "fade", "column": "log_calendar_year"},
    {"coefficient": "drift", "column": "from_year", "year": 2018},
]
SCALED = Specification.model_validate(
    {
        **SHARED_RATE.model_dump(),
        "scale": [
            {"column": "time", "coefficient": "shrink", "sign": -1, "plus": DRIFTS},
            {"column": "transformer", "coefficient": "gain", "link": "logistic"},
        ],
    }
)
LINEAR_FIRST = SHARED_RATE.model_copy(update={"linear_first": True})


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


@pytest.mark.parametrize("specification", [SHARED_RATE, LINEAR_FIRST])
def test_parts_are_added_in_the_order_of_the_specification(observations, specification: Specification) -> None:
    law = Law(specification, OFFSETS, find_references(observations))
    theta, columns = np.random.default_rng(6).normal(size=len(law.coefficients)) * 0.1, law.columns(observations)
    first, second = (
        replace(columns, terms=(t,), linear=(), linear_first=False).predicted(theta) for t in columns.terms
    )
    loss = theta[law.coefficients.index("loss")]
    orders = [first + second + loss, loss + first + second]
    np.testing.assert_array_equal(columns.predicted(theta), orders[specification.linear_first])
    assert (orders[0] != orders[1]).any()


@pytest.mark.parametrize("specification", [SHARED_RATE, SCALED, LINEAR_FIRST])
def test_predictions_around_a_point_are_those_of_each_to_the_last_bit(
    observations, specification: Specification
) -> None:
    rows = observations.assign(transformer=np.arange(len(observations)) % 2)
    law = Law(specification, OFFSETS, find_references(rows))
    columns, p = law.columns(rows), len(law.coefficients)
    # two coefficients more than the law has, and steps as small as those of the search
    points = np.repeat(np.random.default_rng(3).normal(size=(1, 3, p + 2)) * 0.1, p + 3, axis=0)
    points[np.arange(1, p + 3), :, np.arange(p + 2)] += 1.5e-8
    around = columns.predicted_around(points)
    np.testing.assert_array_equal(around, [columns.predicted(at.T) for at in points])
    assert [bool((moved != around[0]).any()) for moved in around[1:]] == [True] * p + [False] * 2
    np.testing.assert_array_equal(columns.predicted_around(points[:1]), around[:1])
    # problems with rows and references of their own
    parts = [rows.iloc[first : first + 40] for first in (0, 20, 50)]
    several = [Law(specification, OFFSETS, find_references(part)).columns(part) for part in parts]
    together = stacked(several).predicted_around(points[:, :2], np.array([2, 0]))
    np.testing.assert_array_equal(together[:, 0], [several[2].predicted(at[0]) for at in points])
    np.testing.assert_array_equal(together[:, 1], [several[0].predicted(at[1]) for at in points])


@pytest.mark.filterwarnings("error")
def test_predictions_around_a_point_are_the_same_where_doubles_end(observations) -> None:
    # exponentials from below the smallest double, over subnormal ones, to above the largest
    exponents = np.random.default_rng(4).uniform(-760, 720, 100_000)
    alone = Columns(len(exponents), ((FactorColumn(exponents, (0,), (None,)),),), ())
    one = alone.predicted(np.ones(1))
    assert [((one > 0) & (one < np.finfo(float).tiny)).any(), (one == 0).any(), np.isinf(one).any()] == [True] * 3
    np.testing.assert_array_equal(alone.predicted_around(np.ones((1, 1, 1)))[0, 0], one)
    # and of coefficients that run away: infinite times zero is not a number
    law = Law(SCALED, OFFSETS, find_references(observations))
    columns, p = law.columns(observations.assign(transformer=np.arange(len(observations)) % 2)), len(law.coefficients)
    points = np.tile(np.random.default_rng(5).normal(size=p) * 0.1, (p + 1, 4, 1))
    points[np.arange(1, p + 1), :, np.arange(p)] = np.array([1e3, -1e3, np.inf, np.nan])
    expected = [columns.predicted(at.T) for at in points]
    assert np.isinf(expected).any() and np.isnan(expected).any()
    np.testing.assert_array_equal(columns.predicted_around(points), expected)


@pytest.mark.filterwarnings("error")
def test_a_prediction_too_large_for_a_double_is_infinite_without_a_warning(law: Law, observations) -> None:
    assert np.isinf(law.columns(observations).predicted(np.full(len(law.coefficients), -1e3))).any()


def test_nothing_to_fit_is_refused(observations) -> None:
    with pytest.raises(InputError, match="nothing to fit"):
        find_references(observations.iloc[:0])


def test_unknown_benchmark_is_refused(law: Law, observations) -> None:
    with pytest.raises(InputError, match="lambada"):
        law.columns(observations.assign(benchmark="lambada"))
