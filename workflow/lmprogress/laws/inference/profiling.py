"""Profile likelihood: the best fit at each value of a rate of progress, and the interval that it leaves.

In: observations, fits and basins. Out: frames rate_surface, profiles, profile_intervals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from lmprogress.core import tables
from lmprogress.core.schemas.laws import FIT_NAMES
from lmprogress.core.settings import Profile
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.task import KEY, Task, by_coefficient, by_fit, keyed_rows
from lmprogress.laws.inference.bootstrapping import basins_of, tasks_of
from lmprogress.laws.inference.rate_constraints import RateConstraint, rate_constraint
from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.laws.rates.progress import SHARED, Rate, doubling_time_months, finite_or_none, growth_rates
from lmprogress.laws.solver.estimation import CONVERGED, solve
from lmprogress.laws.solver.multistart import SAME_BASIN
from lmprogress.laws.solver.objective import Problem, objectives

GROWTH_RATE, SHARE = "growth_rate_per_year", "share_in_parameters"
# stationary points of the free fit that constrained ones start from
_MOST_STARTS = 2
# valleys along a line that are searched to their bottom, each by cutting its bracket in five so many times: to 10⁻³ of
# it, where the objective is off by its curvature times 10⁻⁶
_MOST_VALLEYS, _CUTS = 3, 7
# an end of an interval is bracketed by points of the grid, then so many times by seven points between them
_ZOOMS, _ZOOM_POINTS = 2, 7
# the grid of rates is made finer so many times where some corner of a cell has no greater likelihood ratio
_FINER, _FITS_WELL = 4, 16.0
# KKT residual and iterations at which a constrained fit ends: its objective is then exact to 10⁻⁸ on the flattest ridge
_LIMITS: dict[str, Any] = {"tolerance": 1e-7, "max_iterations": 100}


class Profiled(NamedTuple):
    """Frames of the tables rate_surface, profiles and profile_intervals."""

    surface: pd.DataFrame
    profiles: pd.DataFrame
    intervals: pd.DataFrame


@dataclass(frozen=True)
class ConstrainedFits:
    """Minima at m points of a constraint: objective (m,), squared nats; free coefficients (m, p)."""

    objective: Floats
    free: Floats


@dataclass(frozen=True)
class _Curve:
    """Lines of points (total, inner), one for each value of a quantity: `points` takes values and places on the line.

    grid: (V,) values. places: (J,) on every line.
    """

    quantity: str
    grid: Floats
    places: Floats
    points: Callable[[Floats, Floats], tuple[Floats, Floats]]


def profile(
    observations: pd.DataFrame,
    fits: pd.DataFrame,
    basins: pd.DataFrame,
    *,
    laws: LawSet,
    settings: Profile,
    interval_percent: float,
) -> Profiled:
    """Profile likelihood of each of `fits` (global minima) whose effective compute has a single rate.

    Of the growth rate of effective compute, doublings a year, and, where two inputs progress, of the share of it that
    is in parameters. Errors are independent and Gaussian, with the variance that suits each value best, so that the
    likelihood ratio is n · ln(F / F_min), compared with χ² of one degree of freedom (Wilks 1938). With a penalty F
    includes it: a penalised likelihood, whose interval has the same form but is not calibrated.
    """
    frames = {name: [tables.empty(name)] for name in ("rate_surface", "profiles", "profile_intervals")}
    known = by_fit(basins)
    for task, _ in tasks_of(fits, observations, laws):
        constraint = rate_constraint(task.law.specification, laws.offsets)
        if constraint is not None:
            profiler = _Profiler(task, constraint, basins_of(task, known), settings)
            for name, rows in profiler.frames(laws.offsets, interval_percent).items():
                frames[name].append(rows.assign(**task.key))
    return Profiled(*(pd.concat(parts) for parts in frames.values()))


def ratio_threshold(percent: float) -> float:
    """The likelihood ratio that an interval of `percent` percent reaches to, of χ² with one degree of freedom."""
    return float(scipy.special.chdtri(1, 1 - percent / 100))


def constrained_fits(
    problem: Problem,
    constraint: RateConstraint,
    total: Floats,
    inner: Floats,
    starts: Floats,
    penalty: float,
) -> ConstrainedFits:
    """The best fit at each point (total, inner), both (m,), from `starts`, free coefficients (s, m, p).

    problem: its response is (n,), or (n, m) with one for each point.
    """
    s, m, p = starts.shape
    found = solve(
        replace(problem, maps=constraint.maps(total, inner)),
        starts.reshape(s * m, p),
        penalty,
        weight_rows=np.tile(np.arange(m), s),
        **_LIMITS,
    )
    objective = found.objective.reshape(s, m)
    # a search that did not end at a minimum stands behind all that did
    best = np.where(found.status.reshape(s, m) == CONVERGED, objective, objective + 1e300).argmin(axis=0)
    return ConstrainedFits(objective[best, np.arange(m)], found.coefficients.reshape(s, m, p)[best, np.arange(m)])


def free_coefficients(constraint: RateConstraint, coefficients: Floats, total: Floats, inner: Floats) -> Floats:
    """The free coefficients (s, m, p) that come closest to `coefficients` (s, p) of the law at each point (m,)."""
    inverse = np.linalg.pinv(constraint.maps(total, inner).transpose(2, 0, 1))
    return np.einsum("mqp,sp->smq", inverse, coefficients)


def stationary_points(
    fits: pd.DataFrame, coefficients: pd.DataFrame, basins: pd.DataFrame, *, laws: LawSet
) -> pd.DataFrame:
    """Growth rates in parameters and in data where the search for each of `fits` ended, and at its other basins.

    coefficients, basins: of the same fits; the study's procedure has no basins but its stopping point.
    """
    ends = coefficients.merge(fits[[*FIT_NAMES, "objective"]], on=list(FIT_NAMES)).assign(basin=1)
    known = pd.concat([ends[ends["procedure"] == "study"], basins])[[*KEY, "basin", "objective", "number", "estimate"]]
    parts: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for identity, rows in known.groupby(KEY, dropna=False, sort=False):
        key: dict[str, Any] = dict(zip(KEY, identity, strict=True))
        specification = laws.specifications[key["specification"]]
        constraint = rate_constraint(specification, laws.offsets)
        if constraint is None or constraint.kind != "separate":
            continue
        numbers, points = by_coefficient(rows, "basin")
        rates = growth_rates(specification, laws.offsets, points)
        known_points = {
            "basin": numbers,
            "objective": rows.drop_duplicates("basin").set_index("basin")["objective"][numbers],
            "growth_rate_in_parameters": rates[Rate("parameters", SHARED, SHARED)],
            "growth_rate_in_data": rates[Rate("data", SHARED, SHARED)],
        }
        parts.append((key, known_points))
    return keyed_rows(parts) if parts else tables.empty("stationary_points")


class _Profiler:
    """One fit profiled: on a grid of (total, inner), then along lines through it."""

    def __init__(self, task: Task, constraint: RateConstraint, basins: Floats, settings: Profile) -> None:
        self.task, self.constraint, self.basins = task, constraint, basins
        self.problem = task.problem
        self.totals = np.linspace(*settings.growth_rates, settings.n_points)
        self.inners = constraint.places(settings.growth_rates_in_parameters, settings.n_points)
        self._fit_grid()
        self.least = float(min(self.surface.min(), objectives(self.problem, basins[:1], task.penalty)[0]))

    def _fit_grid(self) -> None:
        """The best fit at each point of the grid: from the free fit's basins, then from neighbours that got better."""
        total, inner = (grid.ravel() for grid in np.meshgrid(self.totals, self.inners, indexing="ij"))
        shape = (len(self.totals), len(self.inners))
        known = self.basins if len(self.inners) == 1 else self.basins[:_MOST_STARTS]
        found = self._fits(total, inner, free_coefficients(self.constraint, known, total, inner))
        objective, free = found.objective, found.free
        better = np.ones(len(total), bool)
        while better.any():
            near = [_shifted(np.arange(len(total)).reshape(shape), axis, step) for axis in (0, 1) for step in (1, -1)]
            again = np.flatnonzero(np.any([better[places] for places in near], axis=0))
            found = self._fits(total[again], inner[again], np.array([free[places[again]] for places in near]))
            gained = found.objective < objective[again] - SAME_BASIN
            better = np.zeros(len(total), bool)
            better[again[gained]] = True
            objective[better], free[better] = found.objective[gained], found.free[gained]
        self.surface, self.free = objective.reshape(shape), free.reshape(*shape, -1)

    def _fits(self, total: Floats, inner: Floats, starts: Floats) -> ConstrainedFits:
        return constrained_fits(self.problem, self.constraint, total, inner, starts, self.task.penalty)

    def frames(self, offsets: Mapping[str, str | None], percent: float) -> dict[str, pd.DataFrame]:
        """The rows of the three tables, without the key of the fit."""
        estimates = self._estimates(offsets)
        profiles, intervals = [], []
        for curve in self._curves():
            estimate = estimates[curve.quantity]
            values = np.union1d(curve.grid, estimate[np.isfinite(estimate)])
            ratios = self.ratios(curve, values)
            profiles.append(pd.DataFrame({"quantity": curve.quantity, "value": values, "likelihood_ratio": ratios}))
            intervals.append(self._interval(curve, values, ratios, float(estimate[0]), percent))
        return {
            "rate_surface": self._surface_rows(),
            "profiles": pd.concat(profiles),
            "profile_intervals": pd.DataFrame(intervals),
        }

    def _estimates(self, offsets: Mapping[str, str | None]) -> dict[str, Floats]:
        rates = growth_rates(self.task.law.specification, offsets, self.basins[:1])
        total = rates[Rate("effective_compute", SHARED, SHARED)]
        in_parameters = rates.get(Rate("parameters", SHARED, SHARED), np.full(1, np.nan))
        with np.errstate(divide="ignore", invalid="ignore"):
            return {GROWTH_RATE: total, SHARE: in_parameters / total}

    def _curves(self) -> Iterator[_Curve]:
        yield _Curve(GROWTH_RATE, self.totals, self.inners, lambda total, inner: (total, inner))
        if self.constraint.kind == "single":
            return
        # directions of (rate in parameters, rate in data) at equal angles; along −π/4 there is no progress in all
        quarter = np.pi / 4
        edge = 0.0 if self.constraint.kind == "shared" else -quarter
        angles = edge + (np.arange(len(self.totals)) + 0.5) / len(self.totals) * 2 * (quarter - edge)
        shares = np.sort(np.cos(angles) / (np.cos(angles) + np.sin(angles)))
        if self.constraint.kind == "shared":
            yield _Curve(SHARE, shares, self.totals, lambda share, total: (total, share))
        else:
            # places on a line are the larger of the two rates
            yield _Curve(SHARE, shares, self.inners, _rates_at_share)

    def ratios(self, curve: _Curve, values: Floats) -> Floats:
        """Likelihood ratio of the best fit on the line of each of `values` (V,) against the free fit."""
        value, place = (grid.ravel() for grid in np.meshgrid(values, curve.places, indexing="ij"))
        total, inner = curve.points(value, place)
        found = self._fits(total, inner, self._beside(total, inner))
        objective, free = (
            found.objective.reshape(len(values), -1),
            found.free.reshape(len(values), len(curve.places), -1),
        )
        lowest = objective.min(axis=1)
        if len(curve.places) > 1:
            rows, columns = valleys(objective)
            step = curve.places[1] - curve.places[0]

            def fit(lines: NDArray[np.intp], places: Floats, starts: Floats) -> ConstrainedFits:
                return self._fits(*curve.points(values[rows[lines]], places), starts[None])

            places = curve.places[columns]
            np.minimum.at(lowest, rows, descend(fit, places - step, places + step, free[rows, columns]))
        return self._ratio(lowest)

    def _ratio(self, objective: Floats) -> Floats:
        """n · ln(F / F_min), not below zero where rounding would have it so."""
        return np.maximum(self.task.columns.n_rows * np.log(objective / self.least), 0.0)

    def _beside(self, total: Floats, inner: Floats) -> Floats:
        """The free coefficients at the grid's points beside each point, at the total below and above it, (2, m, p)."""
        above = np.clip(np.searchsorted(self.totals, total), 1, len(self.totals) - 1)
        column = np.abs(np.subtract.outer(inner, self.inners)).argmin(axis=1)
        return np.array([self.free[above - 1, column], self.free[above, column]])

    def _interval(
        self, curve: _Curve, values: Floats, ratios: Floats, estimate: float, percent: float
    ) -> dict[str, Any]:
        """One row of profile_intervals: from the least to the greatest value that the likelihood does not reject."""
        threshold = ratio_threshold(percent)
        if ratios.min() > threshold:
            # no value of a coarse grid fits as well as the best fit of all: the interval is around the best of them
            threshold += float(ratios.min())
        inside = np.flatnonzero(ratios <= threshold)
        first, last = inside[0], inside[-1]
        low = self._end(curve, values[first - 1], values[first], threshold) if first > 0 else None
        high = self._end(curve, values[last + 1], values[last], threshold) if last + 1 < len(values) else None
        row: dict[str, Any] = {
            "quantity": curve.quantity,
            "n_observations": self.task.columns.n_rows,
            "estimate": estimate if np.isfinite(estimate) else None,
            "low": low,
            "high": high,
            "n_pieces": 1 + int((np.diff(inside) > 1).sum()),
        }
        if curve.quantity == GROWTH_RATE:
            ratio = float(self.ratios(curve, np.zeros(1))[0])
            months = {
                "estimate_months": doubling_time_months(estimate),
                "low_months": None if high is None else doubling_time_months(high),
                "high_months": None if low is None else doubling_time_months(low),
            }
            row |= {name: None if m is None else finite_or_none(m) for name, m in months.items()}
            row |= {"no_progress_ratio": ratio, "no_progress_p_value": float(scipy.special.chdtrc(1, ratio))}
        return row

    def _end(self, curve: _Curve, outside: float, inside: float, threshold: float) -> float:
        """Where the likelihood ratio crosses `threshold` between a value outside and one inside the interval."""
        for _ in range(_ZOOMS):
            values = np.linspace(outside, inside, _ZOOM_POINTS + 2)
            ratios = self.ratios(curve, values)
            i = int(np.flatnonzero(ratios <= threshold)[0])
            outside, inside = values[i - 1], values[i]
        share = (ratios[i - 1] - threshold) / (ratios[i - 1] - ratios[i])
        return float(outside + share * (inside - outside))

    def _surface_rows(self) -> pd.DataFrame:
        """The grid, and within its cells that fit well a finer one."""
        if self.constraint.kind != "separate":
            return tables.empty("rate_surface")
        fine = [np.linspace(grid[0], grid[-1], 1 + _FINER * (len(grid) - 1)) for grid in (self.totals, self.inners)]
        corners = (self._ratio(self.surface) <= _FITS_WELL).astype(int)
        well = (corners[:-1, :-1] + corners[1:, :-1] + corners[:-1, 1:] + corners[1:, 1:]) > 0
        cells = [np.minimum(np.arange(len(x)) // _FINER, len(x) // _FINER - 1) for x in fine]
        wanted = well[np.ix_(*cells)]
        total, inner = (grid[wanted] for grid in np.meshgrid(*fine, indexing="ij"))
        found = self._fits(total, inner, self._beside(total, inner))
        coarse = [grid.ravel() for grid in np.meshgrid(self.totals, self.inners, indexing="ij")]
        rows = pd.DataFrame(
            {
                "growth_rate_in_parameters": np.concatenate([inner, coarse[1]]),
                "total": np.concatenate([total, coarse[0]]),
                "objective": np.concatenate([found.objective, self.surface.ravel()]),
            }
        )
        rows["growth_rate_in_data"] = rows["total"] - rows["growth_rate_in_parameters"]
        rows["likelihood_ratio"] = self._ratio(rows["objective"].to_numpy())
        rates = ["growth_rate_in_parameters", "growth_rate_in_data"]
        # a point of both grids stands once, and rates that rounding alone tells apart are the same
        return rows.assign(**rows[rates].round(9)).drop(columns="total").drop_duplicates(rates)


def _shifted(numbers: NDArray[np.intp], axis: int, step: int) -> NDArray[np.intp]:
    """The number of each point's neighbour along `axis`, its own at the edge, (m,)."""
    moved = np.take(numbers, np.arange(numbers.shape[axis]) + step, axis, mode="clip")
    return moved.ravel()


def _rates_at_share(share: Floats, largest: Floats) -> tuple[Floats, Floats]:
    """Total rate and rate in parameters, which is `share` of it, where the larger rate of both inputs is `largest`."""
    total = largest / np.maximum(np.abs(share), np.abs(1 - share))
    return total, share * total


def valleys(objective: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the lowest few local minima of each row of `objective` (V, J)."""
    padded = np.pad(objective, ((0, 0), (1, 1)), constant_values=np.inf)
    local = (objective <= padded[:, :-2]) & (objective <= padded[:, 2:])
    order = np.argsort(np.where(local, objective, np.inf), axis=1, kind="stable")[:, :_MOST_VALLEYS]
    rows, columns = np.repeat(np.arange(len(objective)), order.shape[1]), order.ravel()
    kept = local[rows, columns]
    return rows[kept], columns[kept]


def descend(
    fit: Callable[[NDArray[np.intp], Floats, Floats], ConstrainedFits], low: Floats, high: Floats, free: Floats
) -> Floats:
    """The lowest objective between places `low` and `high` on each of k lines, (k,).

    fit: takes numbers of lines, a place on each and starts. free: (k, p) to start from.
    """
    k = len(low)
    lowest = np.full(k, np.inf)
    for _ in range(_CUTS):
        places = low + np.array([[0.2], [0.4], [0.6], [0.8]]) * (high - low)
        found = fit(np.tile(np.arange(k), 4), places.ravel(), np.tile(free, (4, 1)))
        objective = found.objective.reshape(4, k)
        best = objective.argmin(axis=0)
        at, width = places[best, np.arange(k)], (high - low) / 5
        low, high = at - width, at + width
        free = found.free.reshape(4, k, -1)[best, np.arange(k)]
        lowest = np.minimum(lowest, objective.min(axis=0))
    return lowest
