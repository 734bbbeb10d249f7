"""SLSQP, step by step: a search that says what it needs to know, so that many can be served together.

In: a starting point, then the values and slopes that it needs. Out: the points where it needs them, and where it stops.
"""

from __future__ import annotations

import numpy as np
import scipy

from lmprogress.laws.model.scaling_laws import Floats

# scipy's defaults: tolerance of the objective and the most iterations
_TOLERANCE, _MAX_ITERATIONS = 1e-6, 100
_NEEDS_SLOPES, _NEEDS_VALUE = -1, 1
# what scipy says of each way to stop
_MESSAGES = {
    0: "Optimization terminated successfully",
    3: "More than 3*n iterations in LSQ subproblem",
    5: "Singular matrix E in LSQ subproblem",
    8: "Positive directional derivative for linesearch",
    9: "Iteration limit reached",
}


class Search:
    """One search without bounds or constraints, to the bits and counts of scipy.optimize.minimize.

    point: where it is, (p,); the array given is moved. slopes: the array from which it reads the slopes there,
    (p + 1,), the last one zero. value: the objective there. Both are to be known at the start before it goes on.
    """

    def __init__(self, point: Floats, slopes: Floats) -> None:
        p = len(point)
        self.point, self.value = point, np.nan
        # what is known at which point, as scipy remembers it, which decides what it counts
        self._known_at, self._value_known, self._slopes_known = point.tolist(), True, True
        self._n_values, self._n_slopes = 1, 1
        # sizes of its work space: scipy's formula for no constraints
        mineq = 2 * (p + 1)
        size = 3 * (p + 1) * (p + 2) + (p + 2) * (mineq + 2) + 2 * mineq + (p + 1 + mineq) * (p + 1)
        size += (p + 1) + (p + 1) * p // 2 + 3 * p + 3 * (p + 1) + 1
        self._mode, self._iteration = np.array(0), np.array(_MAX_ITERATIONS - 1)
        free, no_constraints, no_normals = np.full(p, np.nan), np.zeros(0), np.zeros((1, p + 1))
        self._before_value = (0, 0, point, free, free)
        self._after_value = (
            *(no_constraints, slopes, no_normals, np.array(_TOLERANCE), self._iteration, self._mode),
            *(np.zeros(size), np.zeros(mineq, np.intc)),
            *(np.array(0.0) for _ in range(10)),
            *(np.array(0) for _ in range(8)),
        )

    @property
    def needs_value(self) -> bool:
        """It waits for the objective at its point."""
        return int(self._mode) == _NEEDS_VALUE

    @property
    def needs_slopes(self) -> bool:
        """It waits for the slopes at its point."""
        return int(self._mode) == _NEEDS_SLOPES

    @property
    def message(self) -> str:
        """Why it stopped, in scipy's words."""
        return _MESSAGES.get(int(self._mode), f"mode {int(self._mode)}")

    @property
    def n_iterations(self) -> int:
        """Major iterations."""
        return int(self._iteration)

    @property
    def n_evaluations(self) -> int:
        """Values of the objective, as scipy counts them, and one along each coefficient for each gradient."""
        return self._n_values + len(self.point) * self._n_slopes

    def go_on(self) -> None:
        """Go on until a value or slopes are needed that are not known, or to the end."""
        while True:
            # The routine behind minimize(method="SLSQP"); private, but the study's digits need scipy < 1.16 anyway
            scipy.optimize._slsqp.slsqp(*self._before_value, self.value, *self._after_value)
            mode, at = int(self._mode), self.point.tolist()
            if at != self._known_at:
                self._known_at, self._value_known, self._slopes_known = at, False, False
            if mode == _NEEDS_VALUE and not self._value_known:
                self._value_known = True
                self._n_values += 1
                return
            if mode == _NEEDS_SLOPES and not self._slopes_known:
                self._slopes_known = True
                self._n_slopes += 1
                return
            if mode not in (_NEEDS_VALUE, _NEEDS_SLOPES):
                return
