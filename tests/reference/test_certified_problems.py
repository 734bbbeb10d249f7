"""The solver against certified problems: NIST's sums of exponentials.

In: tests/data/nist_lanczos.csv. Out: agreement with the certified coefficients and residual sums of squares.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lmprogress.laws.solver.estimation import CONVERGED, solve
from lmprogress.laws.solver.objective import Problem

DATA = Path(__file__).resolve().parents[1] / "data" / "nist_lanczos.csv"
# NIST StRD, nonlinear regression: b1 … b6 of y = Σ b·exp(−b'·x), and the residual sum of squares
CERTIFIED = {
    "lanczos1": (
        [9.5100000027e-02, 1.0000000001e00, 8.6070000013e-01, 3.0000000002e00, 1.5575999998e00, 5.0000000001e00],
        1.4307867721e-25,
    ),
    "lanczos2": (
        [9.6251029939e-02, 1.0057332849e00, 8.6424689056e-01, 3.0078283915e00, 1.5529016879e00, 5.0028798100e00],
        2.2299428125e-11,
    ),
    "lanczos3": (
        [8.6816414977e-02, 9.5498101505e-01, 8.4400777463e-01, 2.9515951832e00, 1.5825685901e00, 4.9863565084e00],
        1.6117193594e-08,
    ),
}
STARTS = np.array([[1.2, 0.3, 5.6, 5.5, 6.5, 7.6], [0.5, 0.7, 3.6, 4.2, 4.0, 6.3]])


def exponential_form(b: np.ndarray) -> np.ndarray:
    """b·exp(−b'·x) = exp(ln b − b'·x)."""
    theta = b.astype(float).copy()
    theta[..., 0::2] = np.log(theta[..., 0::2])
    theta[..., 1::2] *= -1
    return theta


def certified_form(theta: np.ndarray) -> np.ndarray:
    """The way back, with the terms in NIST's order: slowest decay first."""
    order = np.argsort(-theta[1::2])
    return np.column_stack([np.exp(theta[0::2]), -theta[1::2]])[order].ravel()


@pytest.mark.parametrize("name", CERTIFIED)
def test_certified_values_from_both_certified_starts(name: str) -> None:
    table = pd.read_csv(DATA, comment="#")
    terms = np.zeros((3, len(table), 6))
    for k in range(3):
        terms[k, :, 2 * k], terms[k, :, 2 * k + 1] = 1, table["x"]
    problem = Problem(terms, np.zeros((len(table), 6)), table[name].to_numpy())

    # the residuals are as small as 1e-13, so that convergence is asked for far below the default
    found = solve(problem, exponential_form(STARTS), 0.0, tolerance=1e-17, max_iterations=3000)

    expected, residual_sum = CERTIFIED[name]
    for theta, objective, status, optimality in zip(
        found.coefficients, found.objective, found.status, found.optimality, strict=True
    ):
        assert status == CONVERGED or optimality < 1e-14
        np.testing.assert_allclose(certified_form(theta), expected, rtol=1e-6)
        # lanczos1 fits to the last bit of its data: there the sum itself is rounding
        assert objective * len(table) == pytest.approx(residual_sum, rel=1e-6 if residual_sum > 1e-20 else 0.1)
