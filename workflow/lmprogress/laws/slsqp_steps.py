"""SLSQP, step by step: a search that says where it wants to be evaluated, so that many can be evaluated together.

In: a starting point, then the values that were asked for. Out: the points that it asks for, and where it stops.
"""

from __future__ import annotations

import numpy as np

# The routine behind scipy.optimize.minimize(method="SLSQP"); private, but the study's digits need scipy < 1.16 anyway
from scipy.optimize._slsqp import slsqp

from lmprogress.laws.scaling_laws import Floats

# scipy's defaults: tolerance of the objective, the most iterations, and the step of its forward differences
_TOLERANCE, _MAX_ITERATIONS = 1e-6, 100
_STEP = float(np.sqrt(np.finfo(float).eps))
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

    points: (m, p), where it waits for the objective: first the start and a step along each coefficient.
    """

    def __init__(self, start: Floats) -> None:
        p = len(start)
        self.x = np.array(start, float)
        self.value = np.nan
        self.stopped = False
        self.points = self._stepped()
        # what is known at which point, as scipy remembers it, which decides what it counts
        self._at, self._value_known, self._slopes_known = self.x.copy(), True, True
        self._n_values, self._n_slopes = 1, 1
        self._slopes = np.zeros(0)
        # sizes of its work space: scipy's formula for no constraints
        mineq = 2 * (p + 1)
        size = 3 * (p + 1) * (p + 2) + (p + 2) * (mineq + 2) + 2 * mineq + (p + 1 + mineq) * (p + 1)
        size += (p + 1) + (p + 1) * p // 2 + 3 * p + 3 * (p + 1) + 1
        self._mode, self._iteration = np.array(0, int), np.array(_MAX_ITERATIONS - 1, int)
        self._rest = (
            np.zeros(size),
            np.zeros(mineq),
            *(np.array(0, float) for _ in range(10)),
            *(np.array(0, int) for _ in range(8)),
        )
        self._tolerance = np.array(_TOLERANCE, float)
        self._free, self._none, self._normals = np.full(p, np.nan), np.zeros(0), np.zeros((1, p + 1))

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
        return self._n_values + len(self.x) * self._n_slopes

    def tell(self, values: Floats) -> None:
        """Go on with the objective at `points`, until it waits again or has stopped."""
        if len(values) == 1 or not len(self._slopes):
            self.value = float(values[0])
        if len(values) > 1:
            steps = np.diag(self.points[1:]) - self.points[0]
            self._slopes = np.append((values[1:] - values[0]) / steps, 0.0)
        waits = False
        while not (waits or self.stopped):
            waits = self._step()

    def _step(self) -> bool:
        """Go on to where a value or slopes are needed; whether they are not known yet."""
        slsqp(
            *(0, 0, self.x, self._free, self._free, self.value, self._none, self._slopes, self._normals),
            *(self._tolerance, self._iteration, self._mode, *self._rest),
        )
        mode = int(self._mode)
        self.stopped = mode not in (_NEEDS_VALUE, _NEEDS_SLOPES)
        if self.stopped:
            return False
        if not np.array_equal(self.x, self._at):
            self._at, self._value_known, self._slopes_known = self.x.copy(), False, False
        if mode == _NEEDS_VALUE:
            waits, self._value_known = not self._value_known, True
            self._n_values += waits
            self.points = self.x[None].copy()
        else:
            waits, self._slopes_known = not self._slopes_known, True
            self._n_slopes += waits
            self.points = self._stepped()
        return waits

    def _stepped(self) -> Floats:
        return np.vstack([self.x, self.x + _STEP * np.eye(len(self.x))])
