"""Fit: every specification at each of its penalties.

In: observations, a set of laws. Out: frames fits, coefficients, predictions, basins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lmprogress.core import tables
from lmprogress.core.errors import InputError
from lmprogress.core.settings import GlobalSearch
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.task import Procedure, Task, keyed_rows, minima, needed
from lmprogress.laws.model.scaling_laws import Floats, Law
from lmprogress.laws.solver.multistart import Minimum
from lmprogress.laws.solver.objective import kkt_residual, objectives
from lmprogress.laws.study.study_procedure import fit_penalties_as_study

# distinct stationary points that are kept of one search, best first
MOST_BASINS = 8
# what a prediction takes from its observation
_OBSERVED = ("observation_number", "record_id", "benchmark", "log_perplexity")


class Fitted(NamedTuple):
    """Frames of the tables fits, coefficients, predictions and basins; basins are empty for the study's procedure."""

    fits: pd.DataFrame
    coefficients: pd.DataFrame
    predictions: pd.DataFrame
    basins: pd.DataFrame


def fit(
    observations: pd.DataFrame,
    *,
    procedure: Procedure,
    laws: LawSet,
    search: GlobalSearch | None = None,
    least_observations: int = 2,
) -> Fitted:
    """Every specification at each of its penalties, on the training data that it names.

    procedure: study (SLSQP from zero) or global (the global minimum, for which `search` holds the settings).
    A specification whose data variant can use fewer rows than `least_observations` is left out, and said so.
    Raises InputError where the observations are too few to differ.
    """
    if observations["log_perplexity"].nunique() < 2:
        raise InputError(
            "there is nothing to fit: all log perplexities are equal",
            file="observations",
            column="log_perplexity",
            remedy="let curation keep at least two records that differ",
        )
    fits, coefficients, predictions, basins = [], [], [], []
    for name, law, rows in laws.fittable(observations, least_observations):
        columns, log_perplexity = law.columns(rows), rows["log_perplexity"].to_numpy(float)
        tasks = [
            Task(laws.key(name, penalty, procedure), law, columns, log_perplexity) for penalty in laws.penalties[name]
        ]
        if procedure == "study":
            outcomes = _where_the_study_stops(tasks)
        else:
            found = minima(tasks, needed(search))
            outcomes = [_outcome(minimum) for minimum in found]
            basins += [(task.key, _basin_columns(task, minimum)) for task, minimum in zip(tasks, found, strict=True)]
        for task, (estimate, outcome) in zip(tasks, outcomes, strict=True):
            predicted = columns.predicted(estimate)
            fits.append({**task.key, **outcome, **_quality(task, predicted), **_about(law, rows)})
            coefficients.append((task.key, _coefficient_columns(task, estimate)))
            observed = {column: rows[column] for column in _OBSERVED}
            predictions.append((task.key, {**observed, "predicted_log_perplexity": predicted}))
    if not fits:
        return Fitted(*(tables.empty(name) for name in Fitted._fields))
    return Fitted(
        pd.DataFrame(fits),
        keyed_rows(coefficients),
        keyed_rows(predictions),
        keyed_rows(basins) if basins else tables.empty("basins"),
    )


def _outcome(found: Minimum) -> tuple[Floats, dict[str, Any]]:
    """The coefficients at the minimum, and how the search for it went."""
    return found.coefficients, {
        "objective": found.objective,
        "status": found.status,
        "optimality": found.optimality,
        "n_iterations": found.n_iterations,
        "n_evaluations": None,
        "n_starts": found.n_starts,
        "n_starts_agreeing": found.n_starts_agreeing,
        "next_objective": found.next_objective,
    }


def _where_the_study_stops(tasks: Sequence[Task]) -> list[tuple[Floats, dict[str, Any]]]:
    """The coefficients at which the study's optimiser stops, and how it went; `tasks` differ in their penalty alone."""
    first, penalties = tasks[0], np.array([task.penalty for task in tasks])
    starts = np.zeros((len(tasks), len(first.law.coefficients)))
    stops = fit_penalties_as_study(first.columns, first.log_perplexity, starts, penalties)
    return [
        (
            stopped.coefficients,
            {
                "objective": stopped.objective,
                "status": stopped.status,
                "optimality": kkt_residual(task.problem, stopped.coefficients, task.penalty),
                "n_iterations": stopped.n_iterations,
                "n_evaluations": stopped.n_evaluations,
                "n_starts": 1,
                "n_starts_agreeing": 1,
                "next_objective": None,
            },
        )
        for task, stopped in zip(tasks, stops, strict=True)
    ]


def _basin_columns(task: Task, found: Minimum) -> dict[str, Any]:
    """The best distinct stationary points of the search, one row a coefficient."""
    kept = found.basins[:MOST_BASINS]
    values = objectives(task.problem, kept, task.penalty)
    m, p = kept.shape
    return {
        "basin": np.repeat(np.arange(1, m + 1), p),
        "objective": np.repeat(values, p),
        "number": np.tile(np.arange(1, p + 1), m),
        "coefficient": np.tile(np.array(task.law.coefficients, object), m),
        "estimate": kept.ravel(),
    }


def _quality(task: Task, predicted: Floats) -> dict[str, float]:
    mse = float(np.mean(np.square(task.log_perplexity - predicted)))
    return {"mse": mse, "r2": 1 - mse / float(np.var(task.log_perplexity))}


def _about(law: Law, observations: pd.DataFrame) -> dict[str, Any]:
    return {
        "n_observations": len(observations),
        "n_papers": observations["paper_id"].nunique(),
        "n_coefficients": len(law.coefficients),
        "reference_year": law.references.year,
        "reference_n_parameters": law.references.n_parameters,
        "reference_dataset_size_tokens": law.references.dataset_size_tokens,
        "reference_compute_flop": law.references.compute_flop,
    }


def _coefficient_columns(task: Task, estimate: Floats) -> dict[str, Any]:
    without_interval = dict.fromkeys(("standard_error", "low", "high"), np.full(len(estimate), np.nan))
    return {
        "number": np.arange(1, len(estimate) + 1),
        "coefficient": np.array(task.law.coefficients, object),
        "estimate": estimate,
        **without_interval,
    }
