"""Fits with their rate of progress held fixed: the constraint makes coefficients of time multiples of exponents.

In: a law. Out: for values of a rate, the matrices that turn free coefficients into the law's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lmprogress.core.settings import Factor, Specification
from lmprogress.laws.model.scaling_laws import Floats, coefficient_names

_SIZES = ("log_parameters", "log_dataset_size", "log_compute")


@dataclass(frozen=True)
class _Progress:
    """Places of one term's coefficients of time (none without progress) and size; sign: of their ratio."""

    time: int | None
    size: int
    sign: int


@dataclass(frozen=True)
class RateConstraint:
    """How the growth rate of effective compute, doublings a year, enters a law of p coefficients.

    A term's input grows by g = coefficient of time / (ln 2 · exponent) (Ho et al. 2024, section 3.1), so that at a
    given g its coefficient of time is a multiple of its exponent, and the law stays linear inside its exponentials.
    One number more, `inner`, fixes what each input contributes to the total: the rate of the first input where each
    has its own (kind separate), its share of the total where they share one coefficient of time (shared). There is
    none where one input alone progresses (single).
    """

    n_coefficients: int
    progress: tuple[_Progress, ...]
    kind: str

    def maps(self, total: Floats, inner: Floats) -> Floats:
        """Matrices (p, p, m) from free to all coefficients at `total` (m,) and `inner` (m,).

        A free coefficient that stands for several has the sum of their sizes, so that an L1 penalty is the same in
        both. Columns of coefficients that are not free are empty.
        """
        p = self.n_coefficients
        maps = np.repeat(np.eye(p)[:, :, None], len(total), axis=2)
        if self.kind == "shared":
            first, second = self.progress
            if first.time is None:
                raise ValueError("a shared rate needs a coefficient of time")
            maps[first.size, first.size] = 1 - inner
            maps[second.size, first.size] = inner * first.sign * second.sign
            maps[first.time, first.size] = total * math.log(2) * inner * (1 - inner) * first.sign
            maps[:, second.size] = maps[:, first.time] = 0.0
            free = [first.size]
        else:
            free = []
            rates = (inner, total - inner) if self.kind == "separate" else (total,) * len(self.progress)
            for term, rate in zip(self.progress, rates, strict=True):
                if term.time is not None:
                    maps[term.time, term.size] = rate * math.log(2) * term.sign
                    maps[:, term.time] = 0.0
                    free.append(term.size)
        for place in free:
            maps[:, place] /= np.abs(maps[:, place]).sum(axis=0)
        return maps

    def places(self, growth_rates: tuple[float, float], n_points: int) -> Floats:
        """Values of `inner` to look at: rates of the first input from one to the other, or shares within (0, 1)."""
        if self.kind == "separate":
            return np.linspace(*growth_rates, n_points)
        return (np.arange(n_points) + 0.5) / n_points if self.kind == "shared" else np.zeros(1)


def rate_constraint(specification: Specification, offsets: Mapping[str, str | None]) -> RateConstraint | None:
    """The constraint for `specification`, or none where its effective compute has no single rate.

    A single rate needs coefficients of time and size that differ neither by group nor with time, one size a term, and
    progress either of its own in each term or shared by two. Time in the linear part is no progress of a term.
    """
    names = coefficient_names(specification, offsets)
    common = [f for f in specification.scale if f.column == "time"]
    found: list[_Progress] = []
    for factors in specification.terms.values():
        sizes = [f for f in factors if f.column in _SIZES]
        times = [f for f in factors if f.column == "time"] + common
        if not sizes:
            continue
        if len(sizes) > 1 or len(times) > 1 or not all(_plain(f) for f in sizes + times):
            return None
        time = names.index(times[0].coefficient) if times else None
        sign = sizes[0].sign * times[0].sign if times else 1
        found.append(_Progress(time, names.index(sizes[0].coefficient), sign))
    places = [term.time for term in found if term.time is not None]
    if not places or len({term.size for term in found}) < len(found):
        return None
    if len(places) == 1:
        return RateConstraint(len(names), tuple(term for term in found if term.time is not None), "single")
    if len(found) > 2 or len(set(places)) not in (1, 2):
        return None
    return RateConstraint(len(names), tuple(found), "shared" if len(set(places)) == 1 else "separate")


def _plain(factor: Factor) -> bool:
    return factor.by is None and not factor.plus
