"""The compiled search: its exponential, its small systems, searches that do not disturb each other."""

from __future__ import annotations

import numpy as np
import pytest

from laws_cases import random_problem
from lmprogress.laws.solver.compiled_search import _room, _solve_positive, bounded_exp
from lmprogress.laws.solver.estimation import solve


def test_the_exponential_is_right_to_the_last_bit_or_next_to_it() -> None:
    points = np.concatenate([np.linspace(-50, 50, 4001), [-299.9, 299.9, 0.0, 1e-300, np.log(2) / 2, -np.log(2) / 2]])
    found, expected = np.array([bounded_exp(x) for x in points]), np.exp(points)
    assert (np.abs(found - expected) <= 1.5 * np.spacing(expected)).all()


def test_the_exponential_is_cut_off_at_both_ends() -> None:
    assert bounded_exp(1e6) == bounded_exp(300.0) < np.inf
    assert bounded_exp(-1e6) == bounded_exp(-300.0) > 0


def solved(matrix: np.ndarray, lift: np.ndarray, right: np.ndarray, free: np.ndarray) -> np.ndarray | None:
    """The solution of one system, none where the matrix is not positive."""
    room, solution = _room(len(right)), np.full(len(right), np.nan)
    room.lift[:], room.right[:], room.free[:] = lift, right, free
    positive = _solve_positive(matrix, room, solution)
    assert positive or not solution.any()
    return solution if positive else None


def drawn(seed: int, p: int = 6) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A positive matrix, what is added to its diagonal, a right side, a mask."""
    generator = np.random.default_rng(seed)
    roots = generator.standard_normal((p, p + 2))
    return roots @ roots.T, generator.random(p), generator.standard_normal(p), generator.random(p) < 0.7


@pytest.mark.parametrize("seed", range(5))
def test_a_system_is_solved_over_its_free_unknowns(seed: int) -> None:
    matrix, lift, right, free = drawn(seed)
    solution = solved(matrix, lift, right, free)
    assert solution is not None and not solution[~free].any()
    some = np.flatnonzero(free)
    alone = np.linalg.solve(matrix[np.ix_(some, some)] + np.diag(lift[some]), right[some])
    np.testing.assert_allclose(solution[some], alone, rtol=1e-9)


def test_a_matrix_that_is_not_positive_is_told() -> None:
    matrix, lift, right, free = drawn(0)
    free[:] = True
    matrix[2, 2] = -50
    assert solved(matrix, lift, right, free) is None
    free[2] = False
    assert solved(matrix, lift, right, free) is not None


def test_a_pivot_that_is_rounding_is_not_positive() -> None:
    matrix, lift, right, free = drawn(1)
    free[:] = True
    matrix[1], matrix[:, 1] = matrix[0], matrix[:, 0]
    matrix[1, 1] = matrix[0, 0] * (1 + 1e-15)
    assert solved(matrix, 0 * lift, right, free) is None
    free[1] = False
    assert solved(matrix, 0 * lift, right, free) is not None


def test_where_a_search_ends_depends_on_no_other() -> None:
    problem, _ = random_problem(3)
    generator = np.random.default_rng(3)
    starts = 0.5 * generator.standard_normal((300, problem.n_coefficients))
    weights = generator.integers(0, 3, (300, problem.n_rows)).astype(float)
    together = solve(problem, starts, 0.01, weights)
    for i in (0, 1, 150, 299):
        alone = solve(problem, starts[i : i + 1], 0.01, weights[i : i + 1])
        np.testing.assert_allclose(together.coefficients[i], alone.coefficients[0], rtol=1e-12, atol=1e-14)
        assert together.n_iterations[i] == alone.n_iterations[0]
