"""The growth rate where the scaling exponents are assumed, or informed by experiments.

In: a rate model, exponents or experiments. Out: the maximum of the likelihood, and an interval of the growth rate.

Experiments that train one recipe at many sizes measure exponents without the detour over progress. Their losses follow
E + exp(a − α ln N) + exp(b − β ln D) with the exponents α and β of the law, and intercepts and an error of their own.
The likelihoods are multiplied. Intervals take twice the difference of log likelihoods for χ² of one degree of freedom.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2

from lmprogress.laws.inference.compiled_paper_likelihood import FREE, Held, expanded, grouped
from lmprogress.laws.inference.compiled_paper_search import projected
from lmprogress.laws.inference.rate_test import RateModel
from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.laws.model.search_arrays import of_type

# where searches for the law of experiments start: exponents of parameters and data, share of the parameter term
_FIRST = tuple((n, d, share) for n in (0.05, 0.2, 0.4) for d in (0.05, 0.2) for share in (0.2, 0.5, 0.8))
# steps outwards, doublings a year, in search of the ends of an interval, which are none beyond the last
_STEP, _FACTOR, _FARTHEST = 0.1, 1.5, 30.0
# a search ends where Newton's step would lower the value by less, nats, or after so many steps
_SMALL, _MOST_STEPS, _MOST_DAMPING = 1e-9, 300, 1e12


@dataclass(frozen=True)
class Experiments:
    """Runs (k,) of one recipe: ln of parameters and of training tokens, loss in nats; whether E is free, or zero."""

    log_parameters: Floats
    log_tokens: Floats
    loss: Floats
    irreducible: bool

    @property
    def n_own(self) -> int:
        """Numbers of their own besides the standard deviation, which takes its best value."""
        return 2 + self.irreducible

    def value(self, point: Floats) -> tuple[float, Floats, Floats]:
        """Negative log likelihood, nats without ½ k ln 2π, at exponents and own numbers `point`, with gradient and the
        Hessian of Gauss and Newton."""
        sizes = np.array([self.log_parameters, self.log_tokens])
        sizes = sizes - sizes.mean(axis=1, keepdims=True)
        terms = np.exp(np.clip(point[2:4, None] - point[:2, None] * sizes, None, 50))
        floor = math.exp(min(point[4], 50)) if self.irreducible else 0.0
        left, k = self.loss - floor - terms.sum(axis=0), len(self.loss)
        squares = float(left @ left)
        slopes = np.concatenate([-terms * sizes, terms, np.full((int(self.irreducible), k), floor)])
        return k / 2 * (math.log(squares / k) + 1), -k / squares * (slopes @ left), k / squares * slopes @ slopes.T

    def alone(self) -> tuple[float, Floats]:
        """The least value, and exponents and own numbers there."""
        level, low = float(self.loss.mean()), float(self.loss.min())
        starts = []
        for n, d, share in _FIRST:
            floor = low / 2 if self.irreducible else 0.0
            own = [math.log(share * (level - floor)), math.log((1 - share) * (level - floor)), math.log(low / 2)]
            starts.append(np.array([n, d, *own[: self.n_own]]))
        return min((_descended(self.value, start) for start in starts), key=lambda end: end[0])


@dataclass(frozen=True)
class Assumed:
    """The maximum under an assumption: growth rate with its interval (None: no end), doublings a year; exponents of
    parameters and data; negative log likelihood, nats."""

    rate: float
    low: float | None
    high: float | None
    exponents: tuple[float, float]
    objective: float


class _Joint:
    """The joint negative log likelihood over the point of a rate model and the own numbers of experiments."""

    def __init__(self, model: RateModel, fixed: tuple[float, float] | None, runs: Experiments | None) -> None:
        if model.exponent_places is None:
            raise ValueError("the law has no exponents of parameters and data of their own")
        self._model, self._fixed, self._runs, self.places = model, fixed, runs, list(model.exponent_places)

    def minimum(self, held: Held, starts: Sequence[Floats]) -> tuple[float, Floats]:
        """The least value from `starts`, and where it is."""
        ends = [_descended(lambda point: self._value(held, point), start) for start in starts]
        value, point = min(ends, key=lambda end: end[0])
        return value, self._with_exponents(point)

    def _with_exponents(self, point: Floats) -> Floats:
        point = point.copy()
        if self._fixed is not None:
            point[self.places] = self._fixed
        return point

    def _value(self, held: Held, point: Floats) -> tuple[float, Floats, Floats]:
        point = self._with_exponents(point)
        n_own = 0 if self._runs is None else self._runs.n_own
        m = len(point) - n_own
        total, slope, bend = grouped(self._model.rows, held, self._model.response, of_type(point[:m]))
        gradient, hessian = np.zeros(len(point)), np.zeros((len(point), len(point)))
        gradient[:m], hessian[:m, :m] = slope, bend
        if self._runs is not None:
            places = [*self.places, *range(m, len(point))]
            own, slope, bend = self._runs.value(point[places])
            total += own
            gradient[places] += slope
            hessian[np.ix_(places, places)] += bend
        if self._fixed is not None:
            gradient[self.places] = 0.0
            hessian[self.places] = hessian[:, self.places] = 0.0
        return total, gradient, hessian


def assume(
    model: RateModel,
    starts: Sequence[Floats],
    *,
    exponents: tuple[float, float] | None = None,
    runs: Experiments | None = None,
    interval_percent: float,
) -> Assumed:
    """The maximum of the likelihood of `model` at fixed `exponents`, or together with `runs`, or neither.

    starts: points (m,) of the model where searches start. Raises ValueError for a law without exponents of its own for
    parameters and data.
    """
    joint, m = _Joint(model, exponents, runs), len(starts[0])
    own = np.empty(0) if runs is None else runs.alone()[1]
    first = [np.append(start, own[2:]) for start in starts]
    if runs is not None:
        for point in list(first):
            first.append(point.copy())
            first[-1][joint.places] = own[:2]
    least, best = joint.minimum(model.at(0.0)._replace(kind=FREE), first)
    rate, limit = model.rate(best[:m]), chi2.ppf(interval_percent / 100, 1) / 2

    def end(side: int) -> float | None:
        """Where the value rises by `limit`; each search starts where the one before ended."""
        point, inside, step = best, rate, _STEP
        while abs(inside - rate) < _FARTHEST:
            outside = inside + side * step
            value, there = at(outside, point)
            if value > least + limit:
                known = expanded(model.at(inside), of_type(point[:m])) if inside != rate else point[:m]
                near = np.append(known, point[m:])
                return float(brentq(beyond, inside, outside, args=(near,), xtol=1e-4))
            point = np.append(expanded(model.at(outside), of_type(there[:m])), there[m:])
            inside, step = outside, step * _FACTOR
        return None

    def at(fixed: float, point: Floats) -> tuple[float, Floats]:
        held = model.at(fixed)
        return joint.minimum(held, [np.append(start, point[m:]) for start in projected(held, of_type(point[:m]))])

    def beyond(fixed: float, point: Floats) -> float:
        return at(fixed, point)[0] - least - limit

    low, high = end(-1), end(1)
    return Assumed(rate, low, high, (float(best[joint.places[0]]), float(best[joint.places[1]])), least)


def agreement(alone: float, runs: Experiments, together: float) -> float:
    """Likelihood ratio of common exponents, χ² of two degrees of freedom: negative log likelihoods of the model `alone`
    and of both `together`, nats."""
    return max(2 * (together - alone - runs.alone()[0]), 0.0)


def _descended(value: Callable[[Floats], tuple[float, Floats, Floats]], start: Floats) -> tuple[float, Floats]:
    """Where damped Newton steps lead from `start`: value and point."""
    point, damping = start, 1e-3
    now, gradient, hessian = value(point)
    for _ in range(_MOST_STEPS):
        if not math.isfinite(now):
            break
        curvature, directions = np.linalg.eigh(hessian)
        slope, size = directions.T @ gradient, np.abs(curvature)
        if float(slope @ (slope / np.maximum(size, 1e-8))) < _SMALL:
            break
        while damping <= _MOST_DAMPING:
            trial = point - directions @ (slope / (size + damping * size.max()))
            then = value(trial)
            if then[0] < now:
                break
            damping *= 10
        else:
            break
        point, (now, gradient, hessian), damping = trial, then, max(damping / 10, 1e-12)
    return now, point
