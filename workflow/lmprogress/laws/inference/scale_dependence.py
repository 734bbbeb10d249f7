"""Whether the rate of progress depends on scale: laws whose exponents drift with time, tested against the main law.

In: models of the main law and of a law that contains it, on the same rows. Out: a likelihood-ratio test with its power.

If all exponents grow by a share κ a year, effective compute grows by κ ln C / ln 2 doublings a year besides what it
grows by at C = 1: the rate is linear in ln C, and κ = 0 is the main law. The likelihood ratio is compared with its
distribution over data sets simulated from the main law at its maximum (Davison and Hinkley 1997, section 4.2.3); its
power is the share of data sets simulated with a given κ in which the main law is rejected.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lmprogress.core.settings import Factor, Scale, Specification
from lmprogress.laws.inference.compiled_paper_search import CLOSE
from lmprogress.laws.inference.paper_model import ALL_FREE, PaperModel, Stationary, simulated_p_value
from lmprogress.laws.model.scaling_laws import Floats

_SIZES = ("log_parameters", "log_dataset_size", "log_compute")


class AtMeanDate(NamedTuple):
    """exponents: (s,) of the inputs. growth: (s,) the share by which each grows a year. rate: of effective compute,
    doublings a year."""

    exponents: Floats
    growth: Floats
    rate: float


class _Place(NamedTuple):
    """Places of an exponent, of its drift and of its term's coefficient of time; sign of their ratio."""

    exponent: int
    drift: int
    time: int | None
    sign: int


@dataclass(frozen=True)
class ScaleTest:
    """The test of the main law against one with drifting exponents.

    ratio: likelihood ratio of the observations. n_exceeding: how many of n_data_sets simulated from the main law have
    a greater one. power: share of as many data sets, simulated with the alternative, in which the main law is rejected.
    """

    ratio: float
    n_data_sets: int
    n_exceeding: int
    power: float

    @property
    def p_value(self) -> float:
        """Of the main law."""
        return float(simulated_p_value(self.n_exceeding, self.n_data_sets))


def adds_drift(wider: Specification, main: Specification) -> bool:
    """Whether `wider` is `main` but for exponents that drift: with these at zero, both are the same law."""

    def without(law: Specification) -> tuple[dict[str, list[Factor]], list[Scale], list[Factor]]:
        terms = {name: [f.model_copy(update={"plus": []}) for f in term] for name, term in law.terms.items()}
        return terms, law.scale, law.linear

    return wider.terms != main.terms and without(wider) == (main.terms, main.scale, main.linear)


class DriftModel:
    """A law with drifting exponents, `wider`, that is the law of `main` where nothing drifts.

    Raises ValueError for laws on other rows, and where no exponent drifts with the calendar year.
    """

    def __init__(self, main: PaperModel, wider: PaperModel) -> None:
        names, self._wide = list(wider.law.coefficients), wider
        contained = adds_drift(wider.law.specification, main.law.specification)
        if not contained or not np.array_equal(main.response, wider.response):
            raise ValueError("a law is tested against one that contains it, on the same rows")
        self._main = main
        self._places = [names.index(name) for name in main.law.coefficients]
        self._exponents = list(_drifting(wider.law.specification, names))
        if not self._exponents:
            raise ValueError("no exponent of the law drifts with the calendar year")

    def without_drift(self, points: Floats) -> Floats:
        """Points (k, m) of the main law in the coefficients of the wider one."""
        p, wider = self._main.rows.n_coefficients, self._wide.rows.n_coefficients
        points = np.atleast_2d(points)
        found = np.zeros((len(points), wider + points.shape[1] - p))
        found[:, self._places], found[:, wider:] = points[:, :p], points[:, p:]
        return found

    def drifting(self, point: Floats, growth: float) -> Floats:
        """A point (m,) of the main law, its exponents growing by `growth` a year, in the wider law's coefficients.

        They are the point's at the mean date; a drift that exponents share grows by their mean.
        """
        (found,), year = self.without_drift(point), self._wide.law.references.year
        for drift in {place.drift for place in self._exponents}:
            of_it = [place.exponent for place in self._exponents if place.drift == drift]
            found[drift] = growth * year * np.mean(found[of_it])
            found[of_it] -= found[drift] * math.log(year)
        return found

    def at_the_mean_date(self, point: Floats) -> AtMeanDate:
        """What a point (m,) of the wider law says of the mean date, at the mean sizes."""
        year = self._wide.law.references.year
        exponents = np.array([point[p.exponent] + point[p.drift] * math.log(year) for p in self._exponents])
        growth = np.array([point[p.drift] / year for p in self._exponents]) / exponents
        progress = np.array([0.0 if p.time is None else p.sign * point[p.time] for p in self._exponents])
        return AtMeanDate(exponents, growth, float((progress / exponents).sum()) / math.log(2))

    def ratios(self, responses: Floats, main: Floats, wider: Floats) -> Floats:
        """Likelihood ratios (S,) of `responses` (S, n).

        Searches start at points of both laws (k, m), those of the wider one also where the main law's end. On forty
        data sets of the corrected edition twenty random points more changed no ratio.
        """
        points, values = _best(self._main, responses, np.broadcast_to(main, (len(responses), *main.shape)))
        again = self.without_drift(points)[:, None]
        wide = np.concatenate([again, np.broadcast_to(wider, (len(responses), *wider.shape))], axis=1)
        found: Floats = np.maximum(2 * (values - _best(self._wide, responses, wide)[1]), 0.0)
        return found

    def test(
        self, main: Stationary, wider: Stationary, n_data_sets: int, generator: np.random.Generator,
        *, growth: float, level: float,
    ) -> ScaleTest:  # fmt: skip
        """The test at the stationary points of both laws, and its power at significance `level` where exponents grow
        by `growth` a year."""
        point, best = main.points[0], wider.points[:1]
        null = self.ratios(self._main.draw(point, n_data_sets, generator), main.points, best)
        truth = self.drifting(point, growth)
        other = self.ratios(self._wide.draw(truth, n_data_sets, generator), main.points, np.vstack([truth, best]))
        ratio = max(2 * float(main.objectives[0] - wider.objectives[0]), 0.0)
        exceeding = len(null) - np.searchsorted(np.sort(null), other, side="right")
        power = float((simulated_p_value(exceeding, n_data_sets) <= level).mean())
        return ScaleTest(ratio, n_data_sets, int((null > ratio).sum()), power)


def _best(model: PaperModel, responses: Floats, starts: Floats) -> tuple[Floats, Floats]:
    """The best ends (S, m) of searches from `starts` (S, k, m) on `responses` (S, n), and the values there (S,)."""
    ends, values = model.searched(ALL_FREE, responses, starts, CLOSE)
    best = values.argmin(axis=1)[:, None]
    return np.take_along_axis(ends, best[:, :, None], axis=1)[:, 0], np.take_along_axis(values, best, axis=1)[:, 0]


def _drifting(specification: Specification, names: Sequence[str]) -> Iterator[_Place]:
    for term in specification.terms.values():
        time = next((f for f in term if f.column == "time" and f.by is None), None)
        for size in term:
            if size.column in _SIZES and size.by is None:
                for drift in (d for d in size.plus if d.column == "log_calendar_year"):
                    yield _Place(
                        names.index(size.coefficient),
                        names.index(drift.coefficient),
                        names.index(time.coefficient) if time else None,
                        size.sign * (time.sign if time else 1),
                    )
