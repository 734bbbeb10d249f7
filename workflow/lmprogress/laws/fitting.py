"""Fit: every specification on every data variant at every penalty.

In: observations, specifications, penalties. Out: frames fits, coefficients, predictions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lmprogress.keeping.errors import InputError
from lmprogress.keeping.settings import DataVariant, GlobalSearch, Specification
from lmprogress.laws.objective import kkt_residual
from lmprogress.laws.scaling_laws import Floats, Law, find_references
from lmprogress.laws.study_procedure import fit_as_study
from lmprogress.laws.task import KEY, Procedure, Task, needed


class Fitted(NamedTuple):
    """Frames of the tables fits, coefficients and predictions."""

    fits: pd.DataFrame
    coefficients: pd.DataFrame
    predictions: pd.DataFrame


def fit(
    observations: pd.DataFrame,
    *,
    edition: str,
    procedure: Procedure,
    specifications: Mapping[str, Specification],
    data_variants: Mapping[str, DataVariant],
    penalties: Sequence[float],
    offsets: Mapping[str, str | None],
    search: GlobalSearch | None = None,
) -> Fitted:
    """Every specification on every data variant at every penalty.

    procedure: study (SLSQP from zero) or global (the true minimum, for which `search` holds the settings).
    offsets: for each benchmark the suffix of its coefficients, none for the reference. Raises InputError where the
    observations are too few to differ.
    """
    if observations["log_perplexity"].nunique() < 2:
        raise InputError(
            "there is nothing to fit: all log perplexities are equal",
            file="observations",
            column="log_perplexity",
            remedy="let curation keep at least two records that differ",
        )
    observations = observations.sort_values("observation_number")
    fits, coefficients, predictions = [], [], []
    for name, specification in specifications.items():
        for variant, data in data_variants.items():
            law = Law(specification, offsets, data.column, find_references(observations, data.column))
            columns = law.columns(observations)
            for penalty in penalties:
                key = dict(zip(KEY, (edition, specification.ho_number, name, variant, penalty, procedure), strict=True))
                task = Task(key, law, columns, observations["log_perplexity"].to_numpy(float))
                estimate, outcome = _estimate(task, search)
                predicted = columns.predicted(estimate)
                fits.append({**key, **outcome, **_quality(task, predicted), **_about(law, observations)})
                coefficients.append(_coefficient_rows(task, estimate))
                predictions.append(
                    observations[["observation_number", "record_id", "benchmark", "log_perplexity"]].assign(
                        **key, predicted_log_perplexity=predicted
                    )
                )
    return Fitted(pd.DataFrame(fits), pd.concat(coefficients), pd.concat(predictions))


def _estimate(task: Task, search: GlobalSearch | None) -> tuple[Floats, dict[str, Any]]:
    """The coefficients, and how the search for them went."""
    if task.key["procedure"] == "global":
        found = task.minimum(needed(search))
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
    stopped = fit_as_study(task.columns, task.log_perplexity, len(task.law.coefficients), task.penalty)
    return stopped.coefficients, {
        "objective": stopped.objective,
        "status": stopped.status,
        "optimality": kkt_residual(task.problem, stopped.coefficients, task.penalty),
        "n_iterations": stopped.n_iterations,
        "n_evaluations": stopped.n_evaluations,
        "n_starts": 1,
        "n_starts_agreeing": 1,
        "next_objective": None,
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
    }


def _coefficient_rows(task: Task, estimate: Floats) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "number": range(1, len(estimate) + 1),
            "coefficient": task.law.coefficients,
            "estimate": estimate,
        }
    ).assign(**task.key, standard_error=np.nan, low=np.nan, high=np.nan)
