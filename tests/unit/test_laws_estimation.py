"""The solver: stationary points, many at once, weights, the penalty, wild starts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize as scipy_minimize

from laws_cases import random_problem
from lmprogress.laws.solver.estimation import CONVERGED, ITERATION_LIMIT, SADDLE, solve
from lmprogress.laws.solver.objective import Problem, derivatives, kkt_residual

PENALTIES = (0.0, 0.003, 0.05)


def starts(n: int, seed: int = 0) -> np.ndarray:
    points = np.random.default_rng(seed).normal(size=(n, 6))
    points[:, 5] = 0  # in no row
    return points


@pytest.mark.parametrize("penalty", PENALTIES)
def test_conditions_of_a_minimum_hold_where_it_says_so(penalty: float) -> None:
    problem, _ = random_problem(1)
    found = solve(problem, starts(20), penalty)
    converged = found.status == CONVERGED
    assert converged.mean() > 0.8
    for theta, optimality in zip(found.coefficients[converged], found.optimality[converged], strict=True):
        assert optimality <= 1e-9
        assert kkt_residual(problem, theta, penalty) == pytest.approx(optimality, abs=1e-12)
        _, gradient, hessian = derivatives(problem, theta)
        at_zero = theta == 0
        assert np.all(np.abs(gradient[at_zero]) <= penalty + 1e-9)
        assert np.all(np.abs(gradient + penalty * np.sign(theta))[~at_zero] <= 1e-9)
        assert np.linalg.eigvalsh(hessian[np.ix_(~at_zero, ~at_zero)]).min() > -1e-7


def test_many_problems_at_once_are_each_alone() -> None:
    problem, _ = random_problem(2)
    generator = np.random.default_rng(2)
    points, weights = starts(30, 2), generator.integers(0, 3, (30, problem.n_rows)).astype(float)
    penalties = generator.choice(PENALTIES, 30)
    together = solve(problem, points, penalties, weights)
    for i in range(30):
        alone = solve(problem, points[i : i + 1], penalties[i], weights[i])
        assert together.objective[i] == pytest.approx(alone.objective[0], abs=1e-12)
        np.testing.assert_allclose(together.coefficients[i], alone.coefficients[0], atol=1e-5)
        assert together.status[i] == alone.status[0]


def test_weight_rows_choose_the_weights() -> None:
    problem, _ = random_problem(2)
    weights = np.random.default_rng(2).integers(0, 3, (3, problem.n_rows)).astype(float)
    rows = np.array([2, 0, 0, 1])
    chosen = solve(problem, starts(4), 0.01, weights, rows)
    written_out = solve(problem, starts(4), 0.01, weights[rows])
    assert chosen.objective.tolist() == written_out.objective.tolist()
    assert len(set(chosen.objective.round(6))) == 3


def test_more_problems_than_one_chunk_holds() -> None:
    problem, _ = random_problem(2)
    few = solve(problem, starts(3), 0.01)
    many = solve(problem, np.tile(starts(3), (1400, 1)), 0.01)
    np.testing.assert_allclose(many.objective.reshape(-1, 3), np.tile(few.objective, (1400, 1)), atol=1e-12)


@pytest.mark.parametrize("penalty", [0.0, 0.01])
def test_weights_stand_for_rows_left_out_and_repeated(penalty: float) -> None:
    problem, _ = random_problem(6)
    counts = np.random.default_rng(6).integers(0, 3, problem.n_rows)
    index = np.repeat(np.arange(problem.n_rows), counts)
    repeated = Problem(problem.terms[:, index], problem.linear[index], problem.response[index])
    weighted = solve(problem, starts(10), penalty, counts.astype(float))
    plain = solve(repeated, starts(10), penalty)
    assert weighted.objective.min() == pytest.approx(plain.objective.min(), abs=1e-11)
    np.testing.assert_allclose(
        weighted.coefficients[weighted.objective.argmin()], plain.coefficients[plain.objective.argmin()], atol=1e-5
    )


def test_a_large_penalty_leaves_nothing() -> None:
    problem, _ = random_problem(1)
    found = solve(problem, starts(10), 1e3)
    assert np.all(found.status == CONVERGED)
    assert np.all(found.coefficients == 0)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("penalty", PENALTIES)
def test_no_worse_than_scipy_from_many_starts(seed: int, penalty: float) -> None:
    problem, _ = random_problem(seed)

    def split(both: np.ndarray) -> tuple[float, np.ndarray]:
        # θ = u − v with u, v ≥ 0 makes the penalty smooth
        value, gradient, _ = derivatives(problem, both[:6] - both[6:])
        return value + penalty * both.sum(), np.concatenate([gradient, -gradient]) + penalty

    points = starts(12, seed)
    theirs = min(
        scipy_minimize(
            split,
            np.concatenate([np.maximum(x, 0), np.maximum(-x, 0)]),
            jac=True,
            bounds=[(0, 20)] * 12,
            method="L-BFGS-B",
            options={"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-9},
        ).fun
        for x in points
    )
    assert solve(problem, points, penalty).objective.min() <= theirs + 1e-9


@pytest.mark.filterwarnings("error")
def test_wild_starts_end_without_overflow() -> None:
    problem, _ = random_problem(1)
    found = solve(problem, 300 * starts(50), 0.01)
    assert np.all(np.isfinite(found.objective))
    best = solve(problem, starts(50), 0.01).objective.min()
    assert found.objective.min() == pytest.approx(best, abs=1e-9)


def test_a_saddle_is_not_called_a_minimum() -> None:
    # two equal terms from equal starts stay equal, though unequal ones fit far better
    x = np.linspace(0, 2, 40)
    terms = np.zeros((2, 40, 4))
    for k in range(2):
        terms[k, :, 2 * k], terms[k, :, 2 * k + 1] = 1, x
    problem = Problem(terms, np.zeros((40, 4)), np.exp(1 - 4 * x) + np.exp(-0.1 * x))
    found = solve(problem, np.array([[0.1, -1.0, 0.1, -1.0], [0.9, -3.0, 0.1, -0.2]]), 0.0)
    assert found.status.tolist() == [SADDLE, CONVERGED]
    assert found.objective[1] < 1e-12 < found.objective[0]


def test_an_exhausted_search_says_so() -> None:
    problem, _ = random_problem(1)
    found = solve(problem, starts(5), 0.01, max_iterations=2)
    assert np.all(found.status == ITERATION_LIMIT)
    assert np.all(found.n_iterations == 2)
