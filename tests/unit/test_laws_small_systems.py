"""Many small systems at once: the answers of one system at a time, masks, matrices that are not positive."""

from __future__ import annotations

import numpy as np
import pytest

from lmprogress.laws.small_systems import _FEW, solve_positive

SIZES = pytest.mark.parametrize("n", [3, _FEW, _FEW + 1, 200])


def drawn(n: int, p: int = 6) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Positive matrices, what is added to their diagonals, right sides, masks."""
    generator = np.random.default_rng(n)
    roots = generator.standard_normal((n, p, p + 2))
    matrix = (roots @ roots.transpose(0, 2, 1)).transpose(1, 2, 0)
    return matrix, generator.random((p, n)), generator.standard_normal((p, n)), generator.random((p, n)) < 0.7


@SIZES
def test_each_system_is_solved_over_its_free_unknowns(n: int) -> None:
    matrix, lift, right, free = drawn(n)
    solution, positive = solve_positive(matrix, lift, right, free)
    assert positive.all()
    assert not solution[~free].any()
    for i in range(n):
        some = np.flatnonzero(free[:, i])
        alone = np.linalg.solve(matrix[np.ix_(some, some, [i])][:, :, 0] + np.diag(lift[some, i]), right[some, i])
        np.testing.assert_allclose(solution[some, i], alone, rtol=1e-9)


@SIZES
def test_a_matrix_that_is_not_positive_is_named_and_leaves_the_others_alone(n: int) -> None:
    matrix, lift, right, free = drawn(n)
    free[0] = True
    expected, _ = solve_positive(matrix, lift, right, free)
    matrix[0, 0, ::2] = -50
    with np.errstate(all="raise"):
        solution, positive = solve_positive(matrix, lift, right, free)
    assert np.array_equal(np.flatnonzero(~positive), np.arange(0, n, 2))
    assert not solution[:, ~positive].any()
    np.testing.assert_allclose(solution[:, positive], expected[:, positive], rtol=1e-12)


@SIZES
def test_a_pivot_that_is_rounding_is_not_positive(n: int) -> None:
    matrix, lift, right, free = drawn(n)
    free[:] = True
    matrix[1], matrix[:, 1] = matrix[0], matrix[:, 0]
    matrix[1, 1] = matrix[0, 0] * (1 + 1e-15)
    assert not solve_positive(matrix, 0 * lift, right, free)[1].any()
    # where one of the two is not free, nothing is wrong
    free[1] = False
    assert solve_positive(matrix, 0 * lift, right, free)[1].all()
