"""Fit, bootstrap, derive: from observations and settings to the tables of laws.

In: observations, specifications, penalties. Out: frames fits, coefficients, predictions, replicates, doubling times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from lmprogress.keeping.errors import InputError
from lmprogress.keeping.settings import DataVariant, GlobalBootstrap, GlobalSearch, Specification, StudyBootstrap
from lmprogress.laws.estimation import STATUS
from lmprogress.laws.multistart import Minimum, minimise, minimise_resamples
from lmprogress.laws.objective import Problem, kkt_residual
from lmprogress.laws.progress import doubling_time_months, growth_rates
from lmprogress.laws.scaling_laws import Columns, Floats, Law, References, find_references
from lmprogress.laws.study_procedure import fit_as_study
from lmprogress.laws.uncertainty import draw_rows, interval, named_generator, named_seed, row_counts

Procedure = Literal["study", "global"]
KEY = ["edition", "ho_number", "specification", "data_variant", "penalty", "procedure"]


class Fitted(NamedTuple):
    """Frames of the tables fits, coefficients and predictions."""

    fits: pd.DataFrame
    coefficients: pd.DataFrame
    predictions: pd.DataFrame


class Derived(NamedTuple):
    """Frames of the tables doubling_time_draws, doubling_times, and coefficients with their intervals."""

    draws: pd.DataFrame
    doubling_times: pd.DataFrame
    coefficients: pd.DataFrame


@dataclass(frozen=True)
class _Task:
    """One fit: its key, its law, and the law's columns on the observations."""

    key: dict[str, Any]
    law: Law
    columns: Columns
    log_perplexity: Floats

    @property
    def penalty(self) -> float:
        return float(self.key["penalty"])

    @property
    def seed_names(self) -> tuple[object, ...]:
        """What random draws are seeded by; the procedure is not among it."""
        return (self.key["edition"], self.key["specification"], self.key["data_variant"], self.penalty)

    @property
    def problem(self) -> Problem:
        return Problem(*self.law.matrices(self.columns), self.log_perplexity)

    def minimum(self, search: GlobalSearch) -> Minimum:
        return minimise(
            self.problem,
            self.penalty,
            search.n_starts,
            named_generator("starts", *self.seed_names),
            tolerance=search.tolerance,
            max_iterations=search.max_iterations,
        )


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
                task = _Task(key, law, columns, observations["log_perplexity"].to_numpy(float))
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


def bootstrap(
    observations: pd.DataFrame,
    fits: pd.DataFrame,
    *,
    specifications: Mapping[str, Specification],
    data_variants: Mapping[str, DataVariant],
    offsets: Mapping[str, str | None],
    settings: StudyBootstrap | GlobalBootstrap,
    search: GlobalSearch | None = None,
) -> pd.DataFrame:
    """Each of `fits` again on resampled rows or papers: the frame of the table replicates.

    Times and sizes count from the references of the full fit, as in the study (Ho et al. 2024, section 3.1).
    """
    observations = observations.sort_values("observation_number")
    frames = []
    for task in _tasks(fits, observations, specifications, data_variants, offsets):
        groups = observations["paper_id" if settings.resample_unit == "paper" else "observation_number"]
        if isinstance(settings, GlobalBootstrap):
            frames.append(_bootstrap_global(task, groups, settings, _needed(search)))
        else:
            frames.append(_bootstrap_study(task, groups, settings))
    return pd.concat(frames)


def derive(
    coefficients: pd.DataFrame,
    replicates: pd.DataFrame,
    *,
    specifications: Mapping[str, Specification],
    offsets: Mapping[str, str | None],
    interval_percent: float,
) -> Derived:
    """Doubling times of each fit in closed form, with intervals over its replicates.

    interval_percent: width of the central interval, percent.
    """
    draws: list[pd.DataFrame] = []
    times: list[dict[str, Any]] = []
    intervals: list[pd.DataFrame] = []
    for identity, fitted in coefficients.groupby(KEY, dropna=False, sort=False):
        key: dict[str, Any] = dict(zip(KEY, identity, strict=True))
        names = fitted.sort_values("number")["coefficient"].tolist()
        estimate = fitted.set_index("coefficient")["estimate"][names].to_numpy()
        same = replicates[_same_fit(replicates, key)]
        unit = str(same["resample_unit"].iloc[0])
        table = same.pivot_table(index="replicate", columns="coefficient", values="estimate")[names]
        specification = specifications[key["specification"]]
        points = growth_rates(specification, offsets, estimate[None])
        for (quantity, benchmark), rates in growth_rates(specification, offsets, table.to_numpy()).items():
            what = {**key, "quantity": quantity, "benchmark": benchmark}
            draws.append(
                pd.DataFrame({"replicate": table.index, "growth_rate_per_year": rates}).assign(
                    **what, resample_unit=unit
                )
            )
            point = float(points[quantity, benchmark][0])
            times.extend(
                {**what, **row} for row in _doubling_time_rows(key["procedure"], unit, point, rates, interval_percent)
            )
        ends = np.array([interval(column, interval_percent) for column in table.to_numpy().T])
        bounds = pd.DataFrame(
            {"standard_error": table.to_numpy().std(axis=0), "low": ends[:, 0], "high": ends[:, 2]}, index=names
        )
        intervals.append(fitted.drop(columns=bounds.columns).join(bounds, on="coefficient"))
    return Derived(pd.concat(draws), pd.DataFrame(times), pd.concat(intervals))


# ---- one fit --------------------------------------------------------------------------------------------------------


def _estimate(task: _Task, search: GlobalSearch | None) -> tuple[Floats, dict[str, Any]]:
    """The coefficients, and how the search for them went."""
    if task.key["procedure"] == "global":
        found = task.minimum(_needed(search))
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


def _needed(search: GlobalSearch | None) -> GlobalSearch:
    if search is None:
        raise ValueError("the search for the true minimum needs its settings")
    return search


def _quality(task: _Task, predicted: Floats) -> dict[str, float]:
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


def _coefficient_rows(task: _Task, estimate: Floats) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "number": range(1, len(estimate) + 1),
            "coefficient": task.law.coefficients,
            "estimate": estimate,
        }
    ).assign(**task.key, standard_error=np.nan, low=np.nan, high=np.nan)


# ---- replicates -----------------------------------------------------------------------------------------------------


def _tasks(
    fits: pd.DataFrame,
    observations: pd.DataFrame,
    specifications: Mapping[str, Specification],
    data_variants: Mapping[str, DataVariant],
    offsets: Mapping[str, str | None],
) -> Iterator[_Task]:
    """The fits again, from their stored references."""
    for row in fits.to_dict("records"):
        references = References(
            row["reference_year"], row["reference_n_parameters"], row["reference_dataset_size_tokens"]
        )
        data_column = data_variants[row["data_variant"]].column
        law = Law(specifications[row["specification"]], offsets, data_column, references)
        yield _Task(
            {name: row[name] for name in KEY},
            law,
            law.columns(observations),
            observations["log_perplexity"].to_numpy(float),
        )


def _bootstrap_study(task: _Task, groups: pd.Series, settings: StudyBootstrap) -> pd.DataFrame:
    seed = named_seed("resamples", *task.seed_names) if settings.seed is None else settings.seed
    # the study draws with numpy's legacy generator
    generator = np.random.RandomState(seed)
    results = [
        fit_as_study(task.columns.rows(rows), task.log_perplexity[rows], len(task.law.coefficients), task.penalty)
        for rows in draw_rows(generator, groups, settings.n_replicates)
    ]
    return _replicate_rows(
        task,
        settings.resample_unit,
        np.array([r.coefficients for r in results]),
        [r.objective for r in results],
        [r.status for r in results],
    )


def _bootstrap_global(task: _Task, groups: pd.Series, settings: GlobalBootstrap, search: GlobalSearch) -> pd.DataFrame:
    names = task.seed_names if settings.seed is None else (*task.seed_names, settings.seed)
    draws = draw_rows(named_generator("resamples", *names), groups, settings.n_replicates)
    found = minimise_resamples(
        task.problem,
        task.penalty,
        row_counts(draws, task.columns.n_rows),
        task.minimum(search).basins,
        settings.n_starts,
        named_generator("replicate starts", *names),
        tolerance=search.tolerance,
        max_iterations=search.max_iterations,
    )
    statuses = [STATUS[code] for code in found.status]
    return _replicate_rows(task, settings.resample_unit, found.coefficients, found.objective, statuses)


def _replicate_rows(
    task: _Task, unit: str, coefficients: Floats, objectives: Sequence[float] | Floats, statuses: Sequence[str]
) -> pd.DataFrame:
    n_replicates, p = coefficients.shape
    return pd.DataFrame(
        {
            "replicate": np.repeat(np.arange(n_replicates), p),
            "number": np.tile(np.arange(1, p + 1), n_replicates),
            "coefficient": np.tile(np.array(task.law.coefficients, object), n_replicates),
            "estimate": coefficients.ravel(),
            "objective": np.repeat(np.asarray(objectives, float), p),
            "status": np.repeat(np.array(statuses, object), p),
        }
    ).assign(**task.key, resample_unit=unit)


# ---- doubling times -------------------------------------------------------------------------------------------------


def _same_fit(frame: pd.DataFrame, key: Mapping[str, Any]) -> pd.Series:
    # the number in the study follows from the specification and may be empty
    return np.logical_and.reduce([frame[name] == key[name] for name in KEY if name != "ho_number"])


def _doubling_time_rows(
    procedure: str, unit: str, point: float, rates: Floats, percent: float
) -> Iterator[dict[str, Any]]:
    """One row for each way to take an interval."""
    common = {
        "method": "closed_form",
        "n_replicates": len(rates),
        "n_without_progress": int((rates <= 0).sum()),
        "estimate_months": doubling_time_months(point),
    }
    if procedure == "study" and unit == "row":
        # the study takes percentiles of the doubling times themselves, negative ones among them
        with np.errstate(divide="ignore"):
            low, median, high = interval(12 / rates, percent)
        yield _times(common, f"{unit}_bootstrap_times", low, median, high)
    slow, median, fast = interval(rates, percent)
    ends = (doubling_time_months(rate) for rate in (fast, median, slow))
    yield _times(common, f"{unit}_bootstrap_rates", *ends)


def _times(common: Mapping[str, Any], method: str, low: float, median: float, high: float) -> dict[str, Any]:
    months = {"low_months": low, "median_months": median, "high_months": high}
    row = {**common, "interval_method": method, **months}
    return {name: None if isinstance(v, float) and np.isinf(v) else v for name, v in row.items()}
