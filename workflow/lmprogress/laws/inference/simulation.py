"""Simulation study: what each procedure says of data whose rate of progress is known.

In: observations, the fit that is the truth, the fits and basins of the procedures. Out: the frame simulated_fits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from lmprogress.core.errors import InputError
from lmprogress.core.settings import Profile, Simulation
from lmprogress.laws.fits.fitting import Fitted
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.task import Task, by_fit, of_fit
from lmprogress.laws.fits.uncertainty import draw_rows, named_generator
from lmprogress.laws.inference.bootstrapping import basins_of, tasks_of
from lmprogress.laws.inference.profiling import (
    ConstrainedFits,
    constrained_fits,
    descend,
    free_coefficients,
    ratio_threshold,
    valleys,
)
from lmprogress.laws.inference.rate_constraints import rate_constraint
from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.laws.rates.progress import (
    EFFECTIVE_COMPUTE,
    SHARED,
    Rate,
    doubling_time_interval,
    doubling_time_months,
    finite_or_none,
    growth_rates,
)
from lmprogress.laws.solver.estimation import CONVERGED, solve
from lmprogress.laws.study.study_procedure import fit_resamples_as_study

# KKT residual and iterations at which a fit of simulated data ends: its rate is then exact to far below its spread
_LIMITS: dict[str, Any] = {"tolerance": 1e-6, "max_iterations": 100}
# basins of the fit to the real data that fits to simulated data start from
_MOST_STARTS = 4
# resamples solved at once
_RESAMPLES = 4000
# places on the line of laws with the true rate where the constrained fit is sought first
_N_PLACES = 9
# rates beyond it, doublings a year, come from exponents of zero; an interval that ends there has no end
_LARGEST_RATE = 1e6


@dataclass(frozen=True)
class ErrorComponents:
    """Standard deviations, nats, of what the results of one paper share and of what each has of its own."""

    paper: float
    row: float


@dataclass(frozen=True)
class Simulated:
    """Data sets of one known law: responses (n, S) nats, its growth rate in doublings a year, names for seeds."""

    responses: Floats
    papers: NDArray[np.str_]
    growth_rate: float
    names: tuple[str, ...]

    @property
    def n_data_sets(self) -> int:
        return int(self.responses.shape[1])

    def weights(self, unit: str, n_replicates: int, first: int, last: int) -> Floats:
        """How often replicates of data sets `first` to `last` hold each row, ((last − first) · R, n)."""
        groups = self.papers if unit == "paper" else np.arange(len(self.papers))
        labels, group = np.unique(groups, return_inverse=True)
        even = np.full(len(labels), 1 / len(labels))
        return np.concatenate(
            [
                named_generator("simulated resamples", *self.names, unit, i).multinomial(
                    len(labels), even, size=n_replicates
                )[:, group]
                for i in range(first, last)
            ]
        ).astype(float)


def simulate(
    observations: pd.DataFrame,
    fitted: Fitted,
    *,
    truth: str,
    laws: LawSet,
    settings: Simulation,
    profile: Profile,
    n_study_replicates: int,
    interval_percent: float,
) -> pd.DataFrame:
    """Data sets drawn from the law that `truth` names, on the rows observed, and every procedure's answer to each.

    fitted: of both procedures. laws: with the main fit. Errors have a part that results of one paper share, both
    Gaussian with the spread of the truth's residuals. The study's bootstrap, which takes most of a second for each data
    set, runs on the first n_study_bootstraps of them. Raises InputError where a fit that is needed is not there, or has
    other rows than the truth.
    """
    law, known, fits = settings.truths[truth], by_fit(fitted.basins), fitted.fits
    main, offsets, edition = laws.main, laws.offsets, laws.edition
    if main is None:
        raise ValueError("the simulation study needs to know the main fit")

    def task_of(specification: str, penalty: float, procedure: str) -> tuple[Task, pd.DataFrame]:
        chosen = (
            (fits["specification"] == specification) & (fits["penalty"] == penalty) & (fits["procedure"] == procedure)
        )
        if not chosen.any():
            raise _not_fitted(specification, penalty)
        found, its_rows = next(tasks_of(fits[chosen], observations, laws))
        if len(its_rows) != len(observations):
            raise _not_fitted(specification, penalty)
        return found, its_rows

    task, rows = task_of(law.specification, main.penalty, law.procedure)
    theta = _coefficients_of(task, fitted.coefficients)
    simulated = draw_data_sets(task, theta, rows, offsets, (edition, truth), settings)
    minimum, _ = task_of(main.specification, main.penalty, "global")
    unpenalised, _ = task_of(main.specification, 0.0, "global")
    simple, _ = task_of(settings.simple_specification, main.penalty, "global")
    rate, n, percent = simulated.growth_rate, settings.n_replicates, interval_percent
    frames = [_study_rows(minimum, simulated, offsets, settings.n_study_bootstraps, n_study_replicates, percent)]
    for name, its_task, units in (("minimum", minimum, ("row", "paper")), ("simple", simple, ("paper",))):
        minima, _ = _minima(its_task, simulated, basins_of(its_task, known))
        estimates = _rate(its_task, offsets, minima)
        for unit in units:
            rates = _resampled_rates(its_task, simulated, minima, unit, n, offsets)
            frames.append(_rows(f"{name}_{unit}_bootstrap", estimates, rates, rate, percent))
    line = profile.growth_rates_in_parameters
    frames.append(_profile_rows(unpenalised, simulated, basins_of(unpenalised, known), offsets, line, percent))
    return pd.concat(frames).assign(edition=edition, truth=truth, true_growth_rate_per_year=rate)


def _not_fitted(specification: str, penalty: float) -> InputError:
    return InputError(
        f"is not fitted to all observations at penalty {penalty:g}, which the simulation study needs",
        file="config/config.yaml",
        column="simulation",
        value=specification,
        remedy="name one of fit.specifications whose data is dataset_size, and keep penalty 0 and the main one",
    )


def error_components(residuals: Floats, papers: ArrayLike) -> ErrorComponents:
    """Spread of residuals (n,) between and within papers, by the analysis of variance (Searle 1971, chapter 10).

    A paper's share that would be negative is zero.
    """
    _, group, counts = np.unique(np.asarray(papers), return_inverse=True, return_counts=True)
    n, n_papers = len(residuals), len(counts)
    means = np.bincount(group, residuals) / counts
    within = float(np.sum(np.square(residuals - means[group])) / (n - n_papers))
    between = float(np.sum(counts * np.square(means - residuals.mean())) / (n_papers - 1))
    size = (n - np.sum(np.square(counts)) / n) / (n_papers - 1)
    return ErrorComponents(float(np.sqrt(max((between - within) / size, 0.0))), float(np.sqrt(within)))


def draw_data_sets(
    task: Task,
    coefficients: Floats,
    rows: pd.DataFrame,
    offsets: Mapping[str, str | None],
    names: tuple[str, ...],
    settings: Simulation,
) -> Simulated:
    """Data sets of the law of `task` at `coefficients` (p,)."""
    papers = rows["paper_id"].to_numpy(str)
    mean = task.columns.predicted(coefficients)
    spread = error_components(task.log_perplexity - mean, papers)
    labels, group = np.unique(papers, return_inverse=True)
    responses = np.empty((len(rows), settings.n_data_sets))
    for i in range(settings.n_data_sets):
        generator = named_generator("simulated errors", *names, i)
        shared = spread.paper * generator.standard_normal(len(labels))
        responses[:, i] = mean + shared[group] + spread.row * generator.standard_normal(len(rows))
    return Simulated(responses, papers, float(_rate(task, offsets, coefficients[None])[0]), names)


def _coefficients_of(task: Task, coefficients: pd.DataFrame) -> Floats:
    estimates = of_fit(coefficients, task.key).set_index("coefficient")["estimate"]
    return estimates[list(task.law.coefficients)].to_numpy(float)


def _rate(task: Task, offsets: Mapping[str, str | None], coefficients: Floats) -> Floats:
    """Growth rate of effective compute, doublings a year, (B,)."""
    return growth_rates(task.law.specification, offsets, coefficients)[Rate(EFFECTIVE_COMPUTE, SHARED, SHARED)]


def _minima(task: Task, simulated: Simulated, basins: Floats) -> tuple[Floats, Floats]:
    """The best fit to each data set, (S, p), and its objective, (S,)."""
    known = basins[:_MOST_STARTS]
    n, m = simulated.n_data_sets, len(known)
    found = solve(
        replace(task.problem, response=simulated.responses),
        np.tile(known, (n, 1)),
        task.penalty,
        weight_rows=np.repeat(np.arange(n), m),
        **_LIMITS,
    )
    rank = np.where(found.status == CONVERGED, found.objective, found.objective + 1e300).reshape(n, m)
    best = rank.argmin(axis=1) + m * np.arange(n)
    return found.coefficients[best], found.objective[best]


def _resampled_rates(
    task: Task,
    simulated: Simulated,
    minima: Floats,
    unit: str,
    n_replicates: int,
    offsets: Mapping[str, str | None],
) -> Floats:
    """Growth rates of the converged bootstrap of each data set, (S, R), each replicate from the data set's minimum."""
    rates = []
    together = max(1, _RESAMPLES // n_replicates)
    for first in range(0, len(minima), together):
        last = min(first + together, len(minima))
        which = np.repeat(np.arange(first, last), n_replicates)
        found = solve(
            replace(task.problem, response=simulated.responses[:, which]),
            minima[which],
            task.penalty,
            simulated.weights(unit, n_replicates, first, last),
            **_LIMITS,
        )
        rates.append(_rate(task, offsets, found.coefficients).reshape(-1, n_replicates))
    return np.concatenate(rates)


def _rows(procedure: str, estimates: Floats, rates: Floats, truth: float, percent: float) -> pd.DataFrame:
    """One row a data set: percentiles of growth rates (S, R), and whether the true one lies between them."""
    share = (1 - percent / 100) / 2
    # with R replicates the place of a share q is q · (R + 1), so that few of them do not make the interval too narrow
    # (Davison and Hinkley 1997, section 5.3.1)
    low, high = np.quantile(np.clip(rates, -_LARGEST_RATE, _LARGEST_RATE), [share, 1 - share], axis=1, method="weibull")
    return pd.DataFrame(
        {
            "procedure": procedure,
            "data_set": range(len(estimates)),
            "growth_rate_per_year": estimates,
            "low_months": [finite_or_none(doubling_time_months(rate)) for rate in high],
            "high_months": [finite_or_none(doubling_time_months(rate)) for rate in low],
            "covers": (low <= truth) & (truth <= high),
        }
    )


def _study_rows(
    task: Task,
    simulated: Simulated,
    offsets: Mapping[str, str | None],
    n_bootstraps: int,
    n_replicates: int,
    percent: float,
) -> pd.DataFrame:
    """The study's stopping point on each data set, and on the first few its bootstrap: percentiles of times."""
    zero = np.zeros(len(task.law.coefficients))
    true_months = doubling_time_months(simulated.growth_rate)
    rows: list[dict[str, Any]] = []
    every = np.arange(len(simulated.responses))
    fits = fit_resamples_as_study(
        task.columns, simulated.responses.T, [every] * simulated.responses.shape[1], zero, task.penalty
    )
    for i, (response, fit) in enumerate(zip(simulated.responses.T, fits, strict=True)):
        rate = float(_rate(task, offsets, fit.coefficients[None])[0])
        row: dict[str, Any] = {"data_set": i, "growth_rate_per_year": rate}
        row |= {"low_months": None, "high_months": None, "covers": None}
        if i < n_bootstraps:
            generator = named_generator("simulated study resamples", *simulated.names, i)
            draws = draw_rows(generator, np.arange(len(response)), n_replicates)
            again = fit_resamples_as_study(task.columns, response, draws, zero, task.penalty)
            rates = _rate(task, offsets, np.array([f.coefficients for f in again]))
            low, _, high = doubling_time_interval(rates, percent, of_times=True)
            row |= {"low_months": low, "high_months": high, "covers": low <= true_months <= high}
        rows.append(row)
    return pd.DataFrame(rows).assign(procedure="study_row_bootstrap")


def _profile_rows(
    task: Task,
    simulated: Simulated,
    basins: Floats,
    offsets: Mapping[str, str | None],
    line: tuple[float, float],
    percent: float,
) -> pd.DataFrame:
    """The minimum of each data set, and whether the likelihood ratio lets the true rate stand."""
    constraint = rate_constraint(task.law.specification, offsets)
    if constraint is None:
        return pd.DataFrame()
    minima, objectives = _minima(task, simulated, basins)
    n, rate, places = simulated.n_data_sets, simulated.growth_rate, constraint.places(line, _N_PLACES)

    def fit(data_sets: NDArray[np.intp], inner: Floats, starts: Floats) -> ConstrainedFits:
        problem = replace(task.problem, response=simulated.responses[:, data_sets])
        return constrained_fits(problem, constraint, np.full(len(inner), rate), inner, starts[None], task.penalty)

    starts = free_coefficients(constraint, minima, np.full(len(places), rate), places)
    found = fit(np.repeat(np.arange(n), len(places)), np.tile(places, n), starts.reshape(n * len(places), -1))
    objective, free = found.objective.reshape(n, -1), found.free.reshape(n, len(places), -1)
    lowest = objective.min(axis=1)
    if len(places) > 1:
        sets, columns = valleys(objective)
        low, high = places[columns] - (places[1] - places[0]), places[columns] + (places[1] - places[0])
        bottoms = descend(lambda k, inner, some: fit(sets[k], inner, some), low, high, free[sets, columns])
        np.minimum.at(lowest, sets, bottoms)
    ratios = task.columns.n_rows * np.log(lowest / objectives)
    return pd.DataFrame(
        {
            "procedure": "profile_likelihood",
            "data_set": range(n),
            "growth_rate_per_year": _rate(task, offsets, minima),
            "low_months": np.nan,
            "high_months": np.nan,
            "covers": ratios <= ratio_threshold(percent),
        }
    )
