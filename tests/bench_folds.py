"""Speed of the cross-validation: every fold of every law at its minimum, against the study's search on some of them.

In: the published edition of the checkout. Out: seconds of one core, their ratio, and whose objective is lower.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from conftest import ROOT
from curated import BENCHMARK_SETTINGS, curated
from laws_cases import law_set, study_objective
from lmprogress.core.settings import load_config, load_models, load_yaml
from lmprogress.laws.cross_validation.fold_searches import FoldSearch, fold_minima, fold_tasks, starting_points
from lmprogress.laws.cross_validation.folds import ROW, Fold, leave_one_out
from lmprogress.laws.cross_validation.validation import fold_keys
from lmprogress.laws.fits.fitting import fit
from lmprogress.laws.fits.task import Task
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.laws.model.scaling_laws import coefficient_names
from lmprogress.laws.solver.estimation import CONVERGED
from lmprogress.laws.study.study_procedure import fit_as_study

EDITION = "published"
# of the fits to all rows, which give each fold its starts, and starts of each fold
FULL_STARTS, FOLD_STARTS = 24, 2
# folds of each cell that the study's search gets
SAMPLE = 1


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor time of one call, and what it gave."""
    begin = time.process_time()
    given = work()
    return time.process_time() - begin, given


def bench_folds(everything: bool) -> None:
    """The whole leave-one-row-out table at global minima, against the study's search on a sample of its folds."""
    models = load_models(ROOT / "config/models.yaml")
    config = load_config(load_yaml(ROOT / "config/config.yaml"), models)
    offsets = {name: benchmark.offset for name, benchmark in BENCHMARK_SETTINGS.items()}
    laws = law_set(
        {name: models.specifications[name] for name in config.fit.specifications},
        models.data_variants,
        config.fit.penalties,
        EDITION,
        offsets,
    )
    observations = curated(EDITION).observations
    limits = config.fit.global_

    def full_fits() -> pd.DataFrame:
        return fit(
            observations,
            procedure="global",
            laws=laws,
            search=limits.model_copy(update={"n_starts": FULL_STARTS}),
        ).basins

    def every_fold() -> tuple[list[FoldSearch], np.ndarray, np.ndarray]:
        searches, objectives, statuses = [], [], []
        for name, law in laws.specifications.items():
            rows = laws.prepared(name, observations)[1]
            keys = fold_keys(laws, name, "global")
            starts = starting_points(basins, keys, coefficient_names(law, offsets), FOLD_STARTS)
            folds = leave_one_out(ROW, rows["observation_number"])
            for tasks, members in fold_tasks(laws, name, rows, folds, keys):
                some = [FoldSearch(task, fold, starts[task.penalty]) for task in tasks for fold in members]
                found = fold_minima(some, limits)
                searches += some
                objectives.append(found.objective)
                statuses.append(found.status)
        return searches, np.concatenate(objectives), np.concatenate(statuses)

    preparing, basins = seconds(full_fits)
    ours, (searches, objectives, statuses) = seconds(every_fold)
    cells: dict[tuple[str, float], list[int]] = {}
    for place, search in enumerate(searches):
        cells.setdefault((search.task.key["specification"], search.task.penalty), []).append(place)
    generator = named_generator("bench folds")
    size = len(searches) if everything else SAMPLE
    chosen = [
        int(i) for places in cells.values() for i in generator.choice(places, min(size, len(places)), replace=False)
    ]
    print(f"folds: {len(searches)} folds, {FOLD_STARTS} starts each; {np.sum(statuses != CONVERGED)} not converged")
    print(
        f"{'':44}{'CPU s':>10}{'folds':>8}{'CPU s for all':>15}{'ratio':>8}{'lower than ours':>17}{'within 1e-6':>13}"
    )
    print(f"{'full fits, for the starts':44}{preparing:10.2f}")
    print(f"{'this, global minima':44}{ours:10.2f}{len(searches):8d}{ours:15.2f}{1:8.1f}{0:17d}{len(searches):13d}")
    for label, search in (
        ("study's search on arrays", slsqp),
        ("the same, differences of all at once", slsqp_at_once),
    ):
        theirs, ends = seconds(lambda search=search: [search(searches[i].task, searches[i].fold) for i in chosen])
        gap = np.array(ends) - objectives[chosen]
        whole = theirs / len(chosen) * len(searches)
        print(
            f"{label:44}{theirs:10.2f}{len(chosen):8d}{whole:15.1f}{whole / ours:8.1f}"
            f"{np.sum(gap < -1e-12):17d}{np.sum(gap < 1e-6):13d}"
        )
        if np.any(gap < -1e-12):
            raise SystemExit(f"the study's search ends {-gap.min():.2e} lower than ours in a fold: {label}")


def slsqp(task: Task, fold: Fold) -> float:
    """Where the study's search ends from zero, with scipy's own differences: the objective, squared nats."""
    columns, response = task.columns.rows(np.flatnonzero(fold.training)), task.log_perplexity[fold.training]
    start = np.zeros(len(task.law.coefficients))
    return float(
        minimize(lambda x: float(study_objective(x, columns, response, task.penalty)), start, method="SLSQP").fun
    )


def slsqp_at_once(task: Task, fold: Fold) -> float:
    """The same search as the project runs it."""
    columns, response = task.columns.rows(np.flatnonzero(fold.training)), task.log_perplexity[fold.training]
    return fit_as_study(columns, response, np.zeros(len(task.law.coefficients)), task.penalty).objective
