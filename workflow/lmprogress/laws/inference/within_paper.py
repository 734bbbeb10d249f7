"""Fits to all records of a paper, with residuals that share a correlation within it (Ho et al. 2024, appendix I).

In: observations without a cap, a set of laws. Out: the frame of the table within_paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logit

from lmprogress.core import tables
from lmprogress.core.errors import InputError
from lmprogress.core.settings import StudyBootstrap, WithinPaper
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.task import Procedure
from lmprogress.laws.fits.uncertainty import draw_rows, interval, named_generator
from lmprogress.laws.inference.paper_correlation import (
    CorrelatedFit,
    Likelihood,
    fit_correlated,
    fit_correlated_as_study,
)
from lmprogress.laws.model.scaling_laws import Floats, Law, find_references
from lmprogress.laws.rates.progress import (
    EFFECTIVE_COMPUTE,
    doubling_time_interval,
    doubling_time_months,
    finite_or_none,
    growth_rates,
    has_closed_form,
)
from lmprogress.laws.solver.estimation import CONVERGED, STATUS
from lmprogress.laws.solver.multistart import draw_starts
from lmprogress.laws.solver.objective import Problem

# likelihoods that differ by less end in the same place, nats
_SAME = 1e-6
# distinct places from which each replicate starts
_MOST_STARTS = 3
# the correlation from which a search for the greatest likelihood starts
_FIRST_CORRELATION = 0.5


@dataclass(frozen=True)
class _Rows:
    """What is fitted: a law, its rows, and the paper of each, numbered as they come."""

    law: Law
    observations: pd.DataFrame
    paper: NDArray[np.intp]

    @property
    def log_perplexity(self) -> Floats:
        return self.observations["log_perplexity"].to_numpy(float)

    @property
    def problem(self) -> Problem:
        return Problem(*self.law.matrices(self.law.columns(self.observations)), self.log_perplexity)

    def drawn(self, rows: NDArray[np.intp]) -> _Rows:
        """The rows `rows`, with the sizes that they count from taken anew but not the year, as in the study."""
        drawn = self.observations.iloc[rows]
        references = replace(find_references(drawn), year=self.law.references.year)
        return _Rows(replace(self.law, references=references), drawn, self.paper[rows])


def fit_within_paper(
    observations: pd.DataFrame,
    *,
    laws: LawSet,
    settings: WithinPaper,
    study: StudyBootstrap,
    interval_percent: float,
    least_observations: int,
) -> pd.DataFrame:
    """Each of `settings.specifications`, at the greatest likelihood and where the study's optimiser stops.

    A specification that is not among `laws` is left out. Intervals are over replicates of papers, so that a paper drawn
    twice does not agree with itself, and, for the study's procedure, over its replicates of rows, where it does. Raises
    InputError for a logistic gain.
    """
    rows: list[dict[str, Any]] = []
    asked = laws.among(settings.specifications)
    for name, specification in asked.specifications.items():
        if any(factor.link == "logistic" for factor in specification.scale):
            raise InputError(
                "has a logistic gain, for which the correlated likelihood is not written",
                file="config/config.yaml",
                column="within_paper.specifications",
                value=name,
                remedy="take it out of the list",
            )
    for name, law, used in asked.fittable(observations, least_observations):
        specification = law.specification
        fitted = _Rows(law, used, pd.factorize(used["paper_id"])[0])
        key = {"edition": laws.edition, "specification": name, "ho_number": specification.ho_number,
               "n_observations": len(used), "n_papers": used["paper_id"].nunique()}  # fmt: skip
        outcomes: dict[Procedure, tuple[CorrelatedFit, list[CorrelatedFit]]] = {}
        if name in settings.as_study:
            outcomes["study"] = _as_study(fitted, study)
        outcomes["global"] = _greatest_likelihood(fitted, settings, (laws.edition, name))
        for procedure, (found, replicates) in outcomes.items():
            unit = "row" if procedure == "study" else "paper"
            n_converged = sum(fit.status == STATUS[CONVERGED] for fit in replicates)
            about = {**key, "procedure": procedure, "resample_unit": unit, "n_replicates": len(replicates),
                     "n_converged": n_converged}  # fmt: skip
            rows += _summary(about, law, found, replicates, procedure, interval_percent)
    return tables.of_rows(rows, "within_paper")


def _as_study(fitted: _Rows, settings: StudyBootstrap) -> tuple[CorrelatedFit, list[CorrelatedFit]]:
    generator = np.random.RandomState(settings.seed)
    draws = draw_rows(generator, np.arange(len(fitted.paper)), settings.n_replicates)
    every = [fitted, *map(fitted.drawn, draws)]
    found, *replicates = fit_correlated_as_study(
        [rows.law.columns(rows.observations) for rows in every],
        np.array([rows.log_perplexity for rows in every]),
        np.array([rows.paper for rows in every]),
    )
    return found, replicates


def _greatest_likelihood(
    fitted: _Rows, settings: WithinPaper, names: tuple[str, ...]
) -> tuple[CorrelatedFit, list[CorrelatedFit]]:
    problem = fitted.problem
    points = draw_starts(problem, settings.n_starts, named_generator("within-paper starts", *names))
    starts = [np.append(point, logit(_FIRST_CORRELATION)) for point in points]
    found = fit_correlated(Likelihood(problem, fitted.paper), starts, settings.max_iterations)
    known = [found[0]]
    for fit in found[1:]:
        if fit.status == found[0].status and fit.negative_log_likelihood > known[-1].negative_log_likelihood + _SAME:
            known.append(fit)
    again = [np.append(fit.coefficients, logit(np.clip(fit.correlation, 1e-6, 1 - 1e-6))) for fit in known]
    generator = named_generator("within-paper resamples", *names)
    n_papers = int(fitted.paper.max()) + 1
    replicates = []
    for _ in range(settings.n_replicates):
        weights = np.bincount(generator.choice(n_papers, n_papers), minlength=n_papers).astype(float)
        likelihood = Likelihood(problem, fitted.paper, weights)
        replicates.append(fit_correlated(likelihood, again[:_MOST_STARTS], settings.max_iterations)[0])
    return found[0], replicates


def _summary(
    about: Mapping[str, Any],
    law: Law,
    found: CorrelatedFit,
    replicates: list[CorrelatedFit],
    procedure: Procedure,
    percent: float,
) -> Iterator[dict[str, Any]]:
    """One row a quantity: coefficients, correlation, standard deviation, doubling times."""
    common = {**about, "negative_log_likelihood": found.negative_log_likelihood, "status": found.status}
    shared = {"benchmark": "all", "group": "all", "n_without_progress": 0}
    draws = np.array([[*fit.coefficients, fit.correlation, fit.standard_deviation] for fit in replicates])
    names = (*law.coefficients, "correlation", "standard_deviation")
    values = (*found.coefficients, found.correlation, found.standard_deviation)
    for name, value, column in zip(names, values, draws.T, strict=True):
        low, median, high = interval(column, percent)
        yield {**common, **shared, "quantity": name, "estimate": value, "low": low, "median": median, "high": high}
    if not has_closed_form(law.specification):
        return
    points = growth_rates(law.specification, law.offsets, found.coefficients[None])
    for rate, rates in growth_rates(law.specification, law.offsets, draws[:, : len(law.coefficients)]).items():
        if rate.quantity != EFFECTIVE_COMPUTE:
            continue
        low, median, high = doubling_time_interval(rates, percent, of_times=procedure == "study")
        months = {"estimate": doubling_time_months(float(points[rate][0])), "low": low, "median": median, "high": high}
        yield {
            **common,
            "quantity": "doubling_time",
            "benchmark": rate.benchmark,
            "group": rate.group,
            "n_without_progress": int((rates <= 0).sum()),
            **{name: finite_or_none(value) for name, value in months.items()},
        }
