"""The study's optimiser: its order of operations, and which scipy gives its digits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import scipy
from scipy.optimize import minimize

from laws_cases import OFFSETS, SHARED_RATE, exact_observations, study_objective
from lmprogress.laws.model.scaling_laws import Law, find_references
from lmprogress.laws.solver.objective import Problem, derivatives
from lmprogress.laws.study.study_procedure import (
    StudyFit,
    fit_as_study,
    fit_penalties_as_study,
    fit_resamples_as_study,
    minimise_all_as_study,
)


def test_objective_is_that_of_the_solver() -> None:
    truth = dict.fromkeys(("a", "rate", "a_size", "a_size_ptb", "a_size_wt2", "b", "b_size", "loss"), 0.1)
    observations = exact_observations(SHARED_RATE, truth)
    law = Law(SHARED_RATE, OFFSETS, find_references(observations))
    columns, response = law.columns(observations), observations["log_perplexity"].to_numpy() + 0.2
    theta = np.random.default_rng(0).normal(size=len(law.coefficients)) * 0.1
    smooth, _, _ = derivatives(Problem(*law.matrices(columns), response), theta)
    expected = smooth + 0.01 * np.abs(theta).sum()
    assert study_objective(theta, columns, response, 0.01) == pytest.approx(expected, rel=1e-13)
    stopped = fit_as_study(columns, response, np.zeros(len(theta)), 0.01)
    assert stopped.status.startswith("stopped: ")
    assert stopped.objective == study_objective(stopped.coefficients, columns, response, 0.01)


def test_steps_are_those_of_scipy() -> None:
    # values that overflow, slopes of zero and kinks are met on the way too
    generators = [np.random.default_rng(seed) for seed in range(8)]
    matrices = np.array([generator.normal(size=(7, 4)) for generator in generators])
    targets = np.array([generator.normal(size=7) for generator in generators])
    starts = np.array([generator.normal(size=4) * seed for seed, generator in enumerate(generators)])

    def objectives(points: np.ndarray, problem: np.ndarray) -> np.ndarray:
        # not a matrix product, whose last bit depends on the number of rows
        predictor = (points[..., None, :] * matrices[problem]).sum(axis=-1)
        with np.errstate(over="ignore", invalid="ignore"):
            fitted = np.exp(3 * predictor).sum(axis=-1) / (1 + problem)
        return (predictor - targets[problem]).std(axis=-1) + fitted + 0.1 * np.abs(points).sum(axis=-1)

    step = float(np.sqrt(np.finfo(float).eps))
    searches = minimise_all_as_study(objectives, starts)
    for number, (start, search) in enumerate(zip(starts, searches, strict=True)):

        def values(points: np.ndarray, number: int = number) -> np.ndarray:
            return objectives(points[:, None], np.array([number]))[:, 0]

        def slopes(theta: np.ndarray, values: Callable[[np.ndarray], np.ndarray] = values) -> np.ndarray:
            stepped = theta + step * np.eye(4)
            return (values(stepped) - values(theta[None])) / (np.diag(stepped) - theta)

        with np.errstate(all="ignore"):
            expected = minimize(lambda theta, f=values: float(f(theta[None])[0]), start, jac=slopes, method="SLSQP")
        np.testing.assert_array_equal(search.coefficients, expected.x)
        np.testing.assert_array_equal(search.objective, expected.fun)
        assert search.status == f"stopped: {expected.message}"
        assert search.n_iterations == expected.nit
        assert search.n_evaluations == expected.nfev + 4 * expected.njev


def test_many_at_once_are_each_alone() -> None:
    truth = dict.fromkeys(("a", "rate", "a_size", "a_size_ptb", "a_size_wt2", "b", "b_size", "loss"), 0.1)
    observations = exact_observations(SHARED_RATE, truth)
    law = Law(SHARED_RATE, OFFSETS, find_references(observations))
    columns, generator = law.columns(observations), np.random.default_rng(2)
    response = observations["log_perplexity"].to_numpy() + generator.normal(size=columns.n_rows) / 5
    start = np.zeros(len(law.coefficients))

    def same(some: list[StudyFit], others: list[StudyFit]) -> None:
        for one, other in zip(some, others, strict=True):
            np.testing.assert_array_equal(one.coefficients, other.coefficients)
            assert (one.objective, one.status, one.n_evaluations) == (
                other.objective,
                other.status,
                other.n_evaluations,
            )

    # replicates of whole papers differ in length
    draws = [generator.integers(0, columns.n_rows, columns.n_rows - i % 3) for i in range(9)]
    alone = [fit_as_study(columns.rows(rows), response[rows], start, 0.01) for rows in draws]
    same(fit_resamples_as_study(columns, response, draws, start, 0.01), alone)
    assert len({fit.objective for fit in alone}) == len(draws)
    responses = response + generator.normal(size=(9, 1)) / 9
    alone = [fit_as_study(columns.rows(d), r[d], start, 0.01) for d, r in zip(draws, responses, strict=True)]
    same(fit_resamples_as_study(columns, responses, draws, start, 0.01), alone)
    penalties, starts = np.array([0.0, 0.001, 0.1]), generator.normal(size=(3, len(start))) / 10
    alone = [fit_as_study(columns, response, s, p) for s, p in zip(starts, penalties, strict=True)]
    same(fit_penalties_as_study(columns, response, starts, penalties), alone)


def test_installed_scipy_is_of_the_series_that_gives_the_published_digits() -> None:
    # scipy 1.16 rewrote SLSQP; with it the search stops elsewhere
    assert scipy.__version__.startswith("1.15.")
