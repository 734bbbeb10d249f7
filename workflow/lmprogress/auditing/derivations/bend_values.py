"""Bends of a straight line: which one explains most, and what chance alone would explain.

In: times and values. Out: breaks, the share of the squared residual that they take away, histories without a break.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lmprogress.auditing.derivations.trend_values import Floats

_LEAST_SIDE, _N_BREAKS = 5, 200  # points on either side of a break, breaks tried
_ROUNDING = 1e-18  # squared residuals of a straight line
_STRAIGHT = 1e-9  # a hinge that differs by less from a line is one


class Bends(NamedTuple):
    """Times (n,) and breaks (m,), both counted from the mean time; the point after each break; how long the part of a
    hinge there is that no line follows; lines, (n, 2) orthonormal."""

    times: Floats
    breaks: Floats
    after: NDArray[np.intp]
    length: Floats
    line: Floats

    @classmethod
    def at(cls, times: Floats) -> Bends | None:
        """Bends at `times` (n,), in order; None where there are too few."""
        if len(times) <= 2 * _LEAST_SIDE or times[_LEAST_SIDE] >= times[-1 - _LEAST_SIDE]:
            return None
        breaks = np.linspace(times[_LEAST_SIDE], times[-1 - _LEAST_SIDE], _N_BREAKS)
        x = times - times.mean()
        line = np.column_stack([np.full(len(x), len(x) ** -0.5), x / np.sqrt(x @ x)])
        hinges = np.maximum(times - breaks[:, None], 0.0)
        hinges -= (hinges @ line) @ line.T
        length = np.sqrt((hinges**2).sum(axis=1))
        bent = length > _STRAIGHT
        return cls(x, (breaks - times.mean())[bent], np.searchsorted(times, breaks[bent], "right"), length[bent], line)

    def residual(self, values: Floats) -> Floats:
        """Values (n,) or (n, r) less their line."""
        return np.asarray(values - self.line @ (self.line.T @ values))

    def best(self, values: Floats) -> tuple[Floats, NDArray[np.intp], Floats]:
        """Of each column of `values` (n, r): share explained by the best bend, its place, its sign (−1 a slowdown)."""
        left = self.residual(values)
        # sums of what lies after each break give the product with its hinge; with lines it is none
        weight, moment = (
            np.vstack([np.cumsum(part[::-1], axis=0)[::-1], np.zeros((1, part.shape[1]))])
            for part in (left, left * self.times[:, None])
        )
        along = moment[self.after]
        along -= self.breaks[:, None] * weight[self.after]
        along /= self.length[:, None]
        place = np.abs(along).argmax(axis=0)
        found = along[place, np.arange(along.shape[1])]
        return found**2 / np.maximum((left**2).sum(axis=0), _ROUNDING), place, np.sign(found)


def shuffled(residual: Floats, times: int, generator: np.random.Generator) -> Floats:
    """Residuals (n,) in so many other orders, (n, times)."""
    return np.asarray(generator.permuted(np.repeat(residual[:, None], times, axis=1), axis=0))


def two_slopes(times: Floats, values: Floats, at: float) -> tuple[float, float, Floats]:
    """Slopes before and after a break, and what is left of the values, (n,)."""
    columns = np.column_stack([np.ones(len(times)), np.minimum(times - at, 0), np.maximum(times - at, 0)])
    weights = np.linalg.lstsq(columns, values, rcond=None)[0]
    return float(weights[1]), float(weights[2]), values - columns @ weights


def histories(times: Floats, slope: float, residual: Floats, number: int, generator: np.random.Generator) -> Floats:
    """Histories (n, number) of one slope, with the residuals turned round and mirrored at random."""
    turns, signs = generator.integers(0, len(times), number), generator.choice([-1.0, 1.0], number)
    turned = residual[(np.arange(len(times))[:, None] - turns) % len(times)]
    return np.asarray(slope * (times - times[0])[:, None] + signs * turned)


def paced(
    dates: Floats, levels: Floats, until: float, looks: Floats, number: int, generator: np.random.Generator
) -> Floats:
    """Standing records (k, number) at `looks`: those of `dates` (r,) and `levels`, at uniform dates, gains shuffled."""
    come = np.sort(generator.uniform(dates[0], until, (number, len(dates) - 1)), axis=1)
    gains = generator.permuted(np.repeat(np.diff(levels)[None], number, axis=0), axis=1)
    sums = levels[0] + np.cumsum(np.insert(gains, 0, 0.0, axis=1), axis=1)
    return np.column_stack(
        [one[np.searchsorted(when, looks, side="right")] for one, when in zip(sums, come, strict=True)]
    )
