"""Bootstrap: every fit again on resampled rows or papers.

In: observations and fits. Out: the frame of the table replicates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.core import tables
from lmprogress.core.settings import Effort, GlobalBootstrap, GlobalSearch, StudyBootstrap
from lmprogress.laws.fits.law_set import LawSet, references_of
from lmprogress.laws.fits.task import KEY, Task, by_coefficient, by_fit, fit_name, keyed_rows, needed
from lmprogress.laws.fits.uncertainty import draw_counts, draw_rows, named_generator, named_seed
from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.laws.solver.estimation import STATUS
from lmprogress.laws.solver.exchange import exchange
from lmprogress.laws.solver.multistart import minimise_resamples
from lmprogress.laws.study.study_procedure import fit_resamples_as_study


def bootstrap(
    observations: pd.DataFrame,
    fits: pd.DataFrame,
    basins: pd.DataFrame,
    *,
    laws: LawSet,
    settings: StudyBootstrap | GlobalBootstrap,
    search: GlobalSearch | None = None,
    stream: np.random.RandomState | None = None,
) -> pd.DataFrame:
    """Each of `fits` again on resampled rows or papers: the frame of the table replicates.

    The main specification of `laws`, where it names one, gets the effort of the main fit. stream: draws of the study's
    bootstrap for all fits in their order, in place of a seed that each begins with. Times and sizes count from the
    references of the full fit, as in the study (Ho et al. 2024, section 3.1).
    """
    parts, known = [], by_fit(basins)
    main = laws.main.specification if laws.main else None
    for task, rows in tasks_of(fits, observations, laws):
        groups = rows["paper_id" if settings.resample_unit == "paper" else "observation_number"]
        if isinstance(settings, GlobalBootstrap):
            effort = settings.main if settings.main and task.key["specification"] == main else settings
            starts = basins_of(task, known)
            columns = _bootstrap_global(task, groups, starts, settings, effort, needed(search))
        else:
            columns = _bootstrap_study(task, groups, settings, stream)
        parts.append(({**task.key, "resample_unit": settings.resample_unit}, columns))
    return keyed_rows(parts) if parts else tables.empty("replicates")


def basins_of(task: Task, basins: Mapping[tuple[Any, ...], pd.DataFrame]) -> Floats:
    """The stationary points of `task` in the table basins, divided by fit (`by_fit`), best first, (m, p)."""
    return by_coefficient(basins[fit_name(task.key)], "basin")[1]


def tasks_of(fits: pd.DataFrame, observations: pd.DataFrame, laws: LawSet) -> Iterator[tuple[Task, pd.DataFrame]]:
    """The fits again, from their stored references, with the rows that they use."""
    for row in fits.to_dict("records"):
        law, rows = laws.prepared(row["specification"], observations, references_of(row))
        key = {name: row[name] for name in KEY}
        yield Task(key, law, law.columns(rows), rows["log_perplexity"].to_numpy(float)), rows


def _bootstrap_study(
    task: Task, groups: pd.Series, settings: StudyBootstrap, stream: np.random.RandomState | None
) -> dict[str, Any]:
    seed = named_seed("resamples", *task.seed_names) if settings.seed is None else settings.seed
    # the study draws with numpy's legacy generator
    generator = np.random.RandomState(seed) if stream is None else stream
    start = np.zeros(len(task.law.coefficients))
    first = settings.passed_over.get(task.key["specification"], 0)
    drawn = draw_rows(generator, groups, first + settings.n_replicates)[first:]
    results = fit_resamples_as_study(task.columns, task.log_perplexity, drawn, start, task.penalty)
    return _replicate_columns(
        task,
        np.array([r.coefficients for r in results]),
        [r.objective for r in results],
        [r.status for r in results],
    )


def _bootstrap_global(
    task: Task,
    groups: pd.Series,
    basins: Floats,
    settings: GlobalBootstrap,
    effort: Effort | GlobalBootstrap,
    search: GlobalSearch,
) -> dict[str, Any]:
    names = task.seed_names if settings.seed is None else (*task.seed_names, settings.seed)
    weights = draw_counts(named_generator("resamples", *names), groups, effort.n_replicates)
    found = minimise_resamples(
        task.problem,
        task.penalty,
        weights,
        basins,
        effort.n_starts,
        named_generator("replicate starts", *names),
        tolerance=search.tolerance,
        max_iterations=search.max_iterations,
    )
    found = exchange(
        task.problem,
        task.penalty,
        weights,
        found,
        effort.n_exchanges,
        tolerance=search.tolerance,
        max_iterations=search.max_iterations,
    )
    statuses = [STATUS[code] for code in found.status]
    return _replicate_columns(task, found.coefficients, found.objective, statuses)


def _replicate_columns(
    task: Task, coefficients: Floats, objectives: Sequence[float] | Floats, statuses: Sequence[str]
) -> dict[str, Any]:
    n_replicates, p = coefficients.shape
    return {
        "replicate": np.repeat(np.arange(n_replicates), p),
        "number": np.tile(np.arange(1, p + 1), n_replicates),
        "coefficient": np.tile(np.array(task.law.coefficients, object), n_replicates),
        "estimate": coefficients.ravel(),
        "objective": np.repeat(np.asarray(objectives, float), p),
        "status": np.repeat(np.array(statuses, object), p),
    }
