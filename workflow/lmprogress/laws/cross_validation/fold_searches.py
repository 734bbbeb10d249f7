"""Searches for the minima of many folds at once.

In: rows, folds, a law at several penalties, points to start from. Out: the best solution of each search.

References are fitted state: each fold counts time and sizes from the minima of its own training rows. Folds with equal
references are weights on the same rows, and are searched together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.core.settings import FarFolds, GlobalSearch
from lmprogress.laws.cross_validation.folds import Fold, smallest_values
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.task import Task
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.laws.solver.estimation import CONVERGED, Solutions, solve
from lmprogress.laws.solver.multistart import draw_starts

_OF_LAW = ("edition", "specification", "data_variant", "procedure")


@dataclass(frozen=True)
class FoldSearch:
    """One fold at one penalty, and where its searches start, (k, p)."""

    task: Task
    fold: Fold
    starts: Floats


def fold_tasks(
    laws: LawSet,
    name: str,
    rows: pd.DataFrame,
    folds: Sequence[Fold],
    keys: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[list[Task], list[Fold]]]:
    """Folds of the law `name` with equal references, and for each of `keys` the task that they share, on all `rows`."""
    _, group = np.unique(smallest_values(rows, np.array([f.training for f in folds])), axis=0, return_inverse=True)
    for number in range(group.max() + 1):
        members = [folds[i] for i in np.flatnonzero(group == number).tolist()]
        law, _ = laws.prepared(name, rows[members[0].training])
        columns, log_perplexity = law.columns(rows), rows["log_perplexity"].to_numpy(float)
        yield [Task(dict(key), law, columns, log_perplexity) for key in keys], members


def fold_minima(searches: Sequence[FoldSearch], limits: GlobalSearch) -> Solutions:
    """The best solution of each of `searches`, whose tasks differ in their penalty alone.

    Searches that converged go before others.
    """
    masks: dict[bytes, int] = {}
    weight_rows = [masks.setdefault(search.fold.training.tobytes(), len(masks)) for search in searches]
    counts = [len(search.starts) for search in searches]
    found = solve(
        searches[0].task.problem,
        np.concatenate([search.starts for search in searches]),
        np.repeat([search.task.penalty for search in searches], counts),
        np.array([np.frombuffer(mask, bool) for mask in masks], float),
        np.repeat(weight_rows, counts),
        tolerance=limits.tolerance,
        max_iterations=limits.max_iterations,
    )
    owner = np.repeat(np.arange(len(searches)), counts)
    order = np.lexsort((np.where(found.status == CONVERGED, found.objective, np.inf), owner))
    best = order[np.searchsorted(owner, np.arange(len(searches)))]
    return Solutions(*(getattr(found, name)[best] for name in vars(found)))


def with_far_folds_again(
    searches: Sequence[FoldSearch], chosen: Sequence[int], found: Solutions, how: FarFolds, limits: GlobalSearch
) -> Solutions:
    """`found`, one minimum for each of `searches`, with what is lower from random starts for those that moved farthest.

    Of the `chosen` searches of each penalty, the share whose coefficients are farthest from the median, counted in
    standard deviations, start again from random points: what is held out there decides where the minimum is.
    """
    again: list[int] = []
    for penalty in sorted({searches[i].task.penalty for i in chosen}):
        places = np.array([i for i in chosen if searches[i].task.penalty == penalty])
        points = found.coefficients[places]
        spread = np.where(points.std(axis=0) > 0, points.std(axis=0), 1.0)
        distance = np.square((points - np.median(points, axis=0)) / spread).sum(axis=1)
        again += places[np.argsort(-distance, kind="stable")[: math.ceil(how.share * len(places))]].tolist()
    if not again:
        return found
    drawn = [
        replace(searches[i], starts=fresh_starts(searches[i].task, searches[i].fold, how.n_starts, "far folds"))
        for i in again
    ]
    tried = fold_minima(drawn, limits)
    lower = (tried.status == CONVERGED) & (tried.objective < found.objective[again])
    return found.replaced(np.array(again), tried, lower)


def starting_points(
    basins: pd.DataFrame, keys: Sequence[Mapping[str, Any]], coefficients: Sequence[str], n_starts: int
) -> dict[float, Floats]:
    """Where searches of one law start at each penalty, (k, p): all basins there, then the best of other penalties.

    keys: of the fits of the law. n_starts: the least k; points are repeated where there are fewer.
    """
    of_law = basins[np.logical_and.reduce([basins[name] == keys[0][name] for name in _OF_LAW])]
    wide = of_law.pivot_table(index=["penalty", "basin"], columns="coefficient", values="estimate")
    points = {penalty: part.to_numpy(float) for penalty, part in wide[list(coefficients)].groupby(level="penalty")}
    penalties = [key["penalty"] for key in keys]
    starts = {}
    for place, penalty in enumerate(penalties):
        nearest = sorted(range(len(keys)), key=lambda other: (abs(other - place), other))[1:]
        pool = np.concatenate([points[penalty], *(points[penalties[other]][:1] for other in nearest)])
        starts[penalty] = np.resize(pool, (max(n_starts, len(points[penalty])), len(coefficients)))
    return starts


def fresh_starts(task: Task, fold: Fold, n_starts: int, purpose: str) -> Floats:
    """Random points (k, p), which do not depend on what other folds there are."""
    generator = named_generator(purpose, *task.seed_names, fold.protocol, fold.name)
    return draw_starts(task.problem, 1 + n_starts, generator)[1:]
