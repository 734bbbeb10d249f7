"""Many small systems of linear equations solved at once, each over the unknowns that are free.

In: symmetric matrices, right sides, masks. Out: solutions, and which matrices are positive.

Few systems go to LAPACK one by one. Many are factored together, column by column, with the system as the last axis: a
call of LAPACK takes several times longer than its work on ten unknowns.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from lmprogress.laws.scaling_laws import Floats

# a pivot below this share of the largest diagonal element is rounding
_LEAST_PIVOT = 1e-13
# up to as many systems LAPACK is faster
_FEW = 48


def solve_positive(
    matrix: Floats, lift: Floats, right: Floats, free: NDArray[np.bool_]
) -> tuple[Floats, NDArray[np.bool_]]:
    """(matrix + lift)⁻¹ · right over the free unknowns, zero at the others, and whether that matrix is positive.

    matrix: (p, p, B), of which the upper triangle is read. lift: what is added to its diagonal, right, free: (p, B).
    Zero everywhere where the matrix is not positive.
    """
    # an unknown that is not free becomes an equation of its own: 1 · x = 0
    places = np.arange(len(right))
    diagonal = np.where(free, matrix[places, places] + lift, 1.0)
    least = _LEAST_PIVOT * np.maximum(np.where(free, diagonal, 0.0).max(axis=0), 0.0)
    share = free.astype(float)
    method = _one_by_one if right.shape[1] <= _FEW else _together
    solution, positive = method(matrix, diagonal, right * share, share, least)
    solution[:, ~positive] = 0.0
    return solution, positive


def _one_by_one(
    matrix: Floats, diagonal: Floats, right: Floats, share: Floats, least: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    places = np.arange(len(right))
    systems = (matrix * share[:, None] * share).transpose(2, 0, 1).copy()
    systems[:, places, places] = diagonal.T
    solution = right.T.copy()
    # in place: each factor takes the place of its matrix, each solution that of its right side
    failed = [
        scipy.linalg.lapack.dposv(system, one, lower=True, overwrite_a=True, overwrite_b=True)[2]
        for system, one in zip(systems.transpose(0, 2, 1), solution, strict=True)
    ]
    positive = (np.array(failed) == 0) & (systems[:, places, places].min(axis=1) > np.sqrt(least))
    return np.ascontiguousarray(solution.T), positive


def _together(
    matrix: Floats, diagonal: Floats, right: Floats, share: Floats, least: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    p, n = right.shape
    # the right side as one row more: its part of the factor is the solution of the lower triangle
    factor = np.empty((p + 1, p, n))
    positive = np.ones(n, bool)
    for j in range(p):
        column = np.empty((p + 1 - j, n))
        column[0] = diagonal[j]
        np.multiply(matrix[j, j + 1 :], share[j] * share[j + 1 :], out=column[1:-1])
        column[-1] = right[j]
        if j:
            column -= np.einsum("ikb,kb->ib", factor[j:, :j], factor[j, :j])
        positive &= column[0] > least
        # what follows in a matrix that is not positive is zero
        root = np.sqrt(np.where(positive, column[0], np.inf))
        factor[j, j] = root
        np.divide(column[1:], root, out=factor[j + 1 :, j])
    solution = factor[p].copy()
    for j in range(p - 1, -1, -1):
        if j + 1 < p:
            solution[j] -= np.einsum("ib,ib->b", factor[j + 1 : p, j], solution[j + 1 :])
        solution[j] /= factor[j, j]
    return solution, positive
