"""The objective: exact derivatives, weights, conditions of a minimum."""

from __future__ import annotations

import numpy as np
import pytest

from laws_cases import random_problem
from lmprogress.laws.solver.objective import Problem, derivatives, kkt_residual


def objective(problem: Problem, theta: np.ndarray, weights: np.ndarray) -> complex:
    """The definition, written for complex steps."""
    residual = problem.response - np.exp(problem.terms @ theta).sum(axis=0) - problem.linear @ theta
    return (weights * residual * residual).sum() / weights.sum()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("linear", [True, False])
def test_gradient_against_complex_steps_and_hessian_against_gradient(seed: int, linear: bool) -> None:
    problem, theta = random_problem(seed, linear=linear)
    weights = np.random.default_rng(seed).integers(0, 4, problem.n_rows).astype(float)
    value, gradient, hessian = derivatives(problem, theta, weights)
    assert value == pytest.approx(objective(problem, theta, weights), rel=1e-13)
    steps = np.eye(6)
    expected = [objective(problem, theta + 1e-30j * step, weights).imag / 1e-30 for step in steps]
    np.testing.assert_allclose(gradient, expected, rtol=1e-11, atol=1e-13)
    around = [
        (derivatives(problem, theta + 1e-6 * s, weights)[1] - derivatives(problem, theta - 1e-6 * s, weights)[1]) / 2e-6
        for s in steps
    ]
    np.testing.assert_allclose(hessian, around, rtol=1e-6, atol=1e-7 * np.abs(hessian).max())


def test_weights_stand_for_rows_left_out_and_repeated() -> None:
    problem, theta = random_problem(3)
    counts = np.random.default_rng(3).integers(0, 3, problem.n_rows)
    index = np.repeat(np.arange(problem.n_rows), counts)
    repeated = Problem(problem.terms[:, index], problem.linear[index], problem.response[index])
    for weighted, plain in zip(
        derivatives(problem, theta, counts.astype(float)), derivatives(repeated, theta), strict=True
    ):
        np.testing.assert_allclose(weighted, plain, rtol=1e-11, atol=1e-13)


def test_conditions_of_a_minimum_against_the_directional_derivatives() -> None:
    problem, theta = random_problem(4)
    theta[[0, 3]] = 0
    _, gradient, _ = derivatives(problem, theta)
    for penalty in (0.0, 0.01, 0.3):
        # steepest fall along any one coefficient, from the definition of |θ|
        falls = [
            max(0.0, *(-(s * gradient[j] + penalty * (s * np.sign(theta[j]) if theta[j] else 1)) for s in (1, -1)))
            for j in range(6)
        ]
        assert kkt_residual(problem, theta, penalty) == pytest.approx(max(falls), rel=1e-12)


def test_a_coefficient_in_no_row_is_not_identified() -> None:
    problem, _ = random_problem(0)
    assert problem.identified.tolist() == [True] * 5 + [False]
