"""Laws of one rate of progress, fitted with that rate held fixed, by a method of their own.

In: an objective, values of the rate. Out: the least objective at each.

Gauss and Newton's method (Levenberg 1944, Marquardt 1963) on the coefficients, that of time being a multiple of its
exponent. The penalty's |θ| is majorised by a parabola through each step's coefficients (Hunter and Lange 2004), so that
every step solves a least-squares problem. Many values are sought at once.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lmprogress.auditing.derivations.law_derivatives import Objective
from lmprogress.auditing.derivations.law_values import Values

Floats = NDArray[np.float64]
_SIZES = ("log_parameters", "log_dataset_size", "log_compute")
_STEPS, _SWEEPS = 60, 3
# a search ends after so many steps that gain no more, squared nats: a likelihood ratio of 0.0005 on 231 rows
_GAIN, _PATIENCE = 1e-7, 5
_SMALLEST = 1e-9  # coefficients below it are treated as it, in the parabola of the penalty


class ConstrainedLaw:
    """The laws of an objective, of which one input alone progresses, at one penalty."""

    def __init__(self, objective: Objective, penalty: float, size: int, time: int, sign: float) -> None:
        """size, time: places of the coefficients whose ratio is the rate, by ln 2 and this sign."""
        self.objective, self.penalty = objective, penalty
        self.size, self.time, self.sign = size, time, sign

    @classmethod
    def of(cls, objective: Objective, specification: Values, penalty: float) -> ConstrainedLaw | None:
        """The law; none where several inputs progress, or one does not by a plain rate."""
        found = []
        for factors in specification["terms"].values():
            sizes = [f for f in factors if f["column"] in _SIZES]
            times = [f for f in (*factors, *specification.get("scale", ())) if f["column"] == "time"]
            if sizes and times:
                found.append((sizes[0], times[0]))
        if len(found) != 1 or any(f.get("by") or f.get("plus") for f in found[0]):
            return None
        size, time = (objective.names.index(f["coefficient"]) for f in found[0])
        return cls(objective, penalty, size, time, found[0][0].get("sign", 1) * found[0][1].get("sign", 1))

    def least_objectives(self, values: Floats, starts: Floats) -> Floats:
        """The least objective at each of `values` (V,), doublings a year, sought from `starts` (s, p), squared nats."""
        best, ends = np.full(len(values), np.inf), np.full((len(values), starts.shape[1]), np.nan)
        for theta in starts:
            _better(best, ends, *self._search(values, np.tile(theta, (len(values), 1))))
        # then from where the neighbours end
        for _ in range(_SWEEPS):
            before = best.copy()
            for shift in (1, -1):
                near = np.clip(np.arange(len(values)) + shift, 0, len(values) - 1)
                _better(best, ends, *self._search(values, ends[near]))
            if (before - best).max() <= _GAIN:
                break
        return best

    def _search(self, values: Floats, starts: Floats) -> tuple[Floats, Floats]:
        """Objective (V,) and coefficients (V, p) where searches end."""
        theta = self._held(starts, values)
        best, damping = self._objective(theta), np.full(len(values), 1e-3)
        open_, quiet = np.arange(len(values)), np.zeros(len(values), int)
        for _ in range(_STEPS):
            at = theta[open_]
            trial = self._held(at + self._step(at, values[open_], damping[open_]), values[open_])
            found = self._objective(trial)
            better = found < best[open_]
            quiet[open_] = np.where(best[open_] - found > _GAIN, 0, quiet[open_] + 1)
            damping[open_] = np.clip(np.where(better, damping[open_] / 8, damping[open_] * 8), 1e-12, 1e9)
            gained = open_[better]
            theta[gained], best[gained] = trial[better], found[better]
            open_ = open_[quiet[open_] < _PATIENCE]
            if not len(open_):
                break
        return best, theta

    def _held(self, theta: Floats, values: Floats) -> Floats:
        """Coefficients with that of time as the rate has it."""
        held = theta.copy()
        held[:, self.time] = self.sign * values * math.log(2) * theta[:, self.size]
        return held

    def _step(self, theta: Floats, values: Floats, damping: Floats) -> Floats:
        """The damped step in the coefficients, (V, p); that of time has none of its own."""
        jacobian = np.tile(np.eye(theta.shape[1]), (len(theta), 1, 1))
        jacobian[:, self.time] = 0.0
        jacobian[:, self.time, self.size] = self.sign * values * math.log(2)
        powers, residual = self._residuals(theta)
        rise = sum(power[..., None] * term for power, term in zip(powers, self.objective.terms, strict=True))
        slopes, turned, n = (rise + self.objective.linear) @ jacobian, np.swapaxes(jacobian, 1, 2), residual.shape[1]
        parabola = self.penalty / np.maximum(np.abs(theta), _SMALLEST)
        square = 2 / n * np.swapaxes(slopes, 1, 2) @ slopes + turned @ (parabola[:, :, None] * jacobian)
        fall = 2 / n * np.swapaxes(slopes, 1, 2) @ residual[..., None] - turned @ (parabola * theta)[..., None]
        diagonal = np.einsum("vpp->vp", square)
        diagonal += damping[:, None] * np.maximum(diagonal, 1e-12) + 1e-14
        return np.asarray(np.linalg.solve(square, fall)[..., 0])

    def _residuals(self, theta: Floats) -> tuple[list[Floats], Floats]:
        # a step too long overflows: it is not taken
        powers = [np.exp(np.clip(theta @ term.T, -700, 50)) for term in self.objective.terms]
        return powers, self.objective.response - sum(powers) - theta @ self.objective.linear.T

    def _objective(self, theta: Floats) -> Floats:
        return np.asarray((self._residuals(theta)[1] ** 2).mean(axis=1) + self.penalty * np.abs(theta).sum(axis=1))


def _better(best: Floats, ends: Floats, found: Floats, theta: Floats) -> None:
    """Keep what is lower, in place."""
    lower = found < best
    best[lower], ends[lower] = found[lower], theta[lower]
