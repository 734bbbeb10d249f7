"""Cross-validation with converged fits: every law at every penalty on folds of rows, papers and years.

In: observations, the basins of the full fits. Out: frames held_out, fold_fits, rolling_rates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lmprogress.core import tables
from lmprogress.core.settings import GlobalSearch, Specification, Validation
from lmprogress.laws.cross_validation.fold_searches import (
    FoldSearch,
    fold_minima,
    fold_tasks,
    fresh_starts,
    starting_points,
    with_far_folds_again,
)
from lmprogress.laws.cross_validation.folds import (
    ORIGIN,
    PAPER,
    ROW,
    STUDY_SPLIT,
    Fold,
    leave_one_out,
    rolling_origin,
    split_rows,
)
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.task import Task
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.laws.model.scaling_laws import Floats, coefficient_names
from lmprogress.laws.rates.progress import EFFECTIVE_COMPUTE, SHARED, Rate, growth_rates, has_closed_form
from lmprogress.laws.solver.estimation import STATUS, Solutions


class Validated(NamedTuple):
    """Frames of the tables held_out, fold_fits and rolling_rates."""

    held_out: pd.DataFrame
    fold_fits: pd.DataFrame
    rolling_rates: pd.DataFrame


@dataclass(frozen=True)
class FoldFit:
    """What one fold came to: coefficients (p,), what it predicts of its held-out rows in nats, how the search went.

    cold_objective: of fresh random starts, squared nats; nan where there were none.
    """

    key: Mapping[str, Any]
    fold: Fold
    coefficients: Floats
    predicted: Floats
    objective: float
    status: str
    n_starts: int
    cold_objective: float = float("nan")


def validate(
    observations: pd.DataFrame,
    basins: pd.DataFrame,
    *,
    laws: LawSet,
    main_penalty: float,
    settings: Validation,
    limits: GlobalSearch,
    least_observations: int = 2,
) -> Validated:
    """Every specification at each of its penalties on every fold; rolling origins at `main_penalty` alone.

    basins: the stationary points of the full fits, where searches start. A specification whose data variant can use
    fewer rows than `least_observations` is left out.
    """
    parts = []
    edition = laws.edition
    for name, law, rows in laws.fittable(observations, least_observations):
        specification = law.specification
        keys = fold_keys(laws, name, "global")
        folds = folds_of(rows, edition, settings, least_observations)
        again = _chosen(folds, settings.cold_check.n_folds, edition, name)
        known = starting_points(basins, keys, coefficient_names(specification, laws.offsets), settings.n_starts)
        fits = []
        for tasks, members in fold_tasks(laws, name, rows, folds, keys):
            fits += _fits(tasks, members, known, main_penalty, again, settings, limits)
        parts.append(validation_frames(fits, rows, specification, laws.offsets))
    return joined(parts)


def fold_keys(laws: LawSet, name: str, procedure: str) -> list[dict[str, Any]]:
    """The key of a law's fit at each of its penalties."""
    return [laws.key(name, penalty, procedure) for penalty in laws.penalties[name]]


def folds_of(rows: pd.DataFrame, edition: str, settings: Validation, least_observations: int) -> list[Fold]:
    """The folds of every protocol; of the study's split where it applies to the edition."""
    folds = leave_one_out(ROW, rows["observation_number"])
    folds += leave_one_out(PAPER, rows["paper_id"])
    if edition in settings.study_split.editions:
        used = np.zeros(len(rows), bool)
        used[split_rows(len(rows), settings.study_split.set_aside, settings.study_split.seed)[0]] = True
        folds += leave_one_out(STUDY_SPLIT, rows["observation_number"], used)
    return folds + rolling_origin(rows["publication_year"], settings.rolling_years, least_observations)


def _chosen(folds: Sequence[Fold], n_folds: int, *names: object) -> set[tuple[str, str]]:
    """Protocol and name of the folds that are searched again, drawn by name."""
    plain = [(fold.protocol, fold.name) for fold in folds if fold.protocol != ORIGIN]
    generator = named_generator("cold folds", *names)
    return {plain[i] for i in generator.choice(len(plain), size=min(n_folds, len(plain)), replace=False)}


def _fits(
    tasks: Sequence[Task],
    folds: Sequence[Fold],
    known: Mapping[float, Floats],
    main_penalty: float,
    again: set[tuple[str, str]],
    settings: Validation,
    limits: GlobalSearch,
) -> list[FoldFit]:
    """The fits of folds with equal references, all searched at once; equal training rows are fitted once."""
    searches: list[FoldSearch] = []
    wanted: list[tuple[Task, Fold, int]] = []
    for task in tasks:
        places: dict[bytes, int] = {}
        for fold in folds:
            starts = known[task.penalty]
            if fold.protocol == ORIGIN:
                if task.penalty != main_penalty:
                    continue
                # early data are other data
                drawn = fresh_starts(task, fold, settings.rolling_starts, "rolling starts")
                starts = np.concatenate([starts, drawn])
            place = places.setdefault(fold.training.tobytes(), len(searches))
            if place == len(searches):
                searches.append(FoldSearch(task, fold, starts))
            wanted.append((task, fold, place))
    if not searches:
        return []
    checked = {
        (task.penalty, fold.protocol, fold.name): FoldSearch(
            task, fold, fresh_starts(task, fold, settings.cold_check.n_starts, "cold starts")
        )
        for task in tasks
        for fold in folds
        if (fold.protocol, fold.name) in again
    }
    every = fold_minima([*searches, *checked.values()], limits)
    cold = dict(zip(checked, every.objective[len(searches) :], strict=True))
    found = Solutions(*(values[: len(searches)] for values in vars(every).values()))
    plain = [i for i, search in enumerate(searches) if search.fold.protocol != ORIGIN]
    found = with_far_folds_again(searches, plain, found, settings.far_folds, limits)
    predicted = tasks[0].columns.predicted(found.coefficients.T)
    return [
        FoldFit(
            task.key,
            fold,
            found.coefficients[place],
            predicted[place, fold.held_out],
            float(found.objective[place]),
            STATUS[found.status[place]],
            len(searches[place].starts),
            float(cold.get((task.penalty, fold.protocol, fold.name), np.nan)),
        )
        for task, fold, place in wanted
    ]


def validation_frames(
    fits: Sequence[FoldFit], rows: pd.DataFrame, specification: Specification, offsets: Mapping[str, str | None]
) -> Validated:
    """The frames of one specification, whose folds are masks of `rows`."""
    keys = pd.DataFrame([{**fit.key, "protocol": fit.fold.protocol, "fold": fit.fold.name} for fit in fits])
    of_fit, of_row = np.nonzero([fit.fold.held_out for fit in fits])
    about = rows[["observation_number", "paper_id", "benchmark", "log_perplexity"]].iloc[of_row]
    held_out = pd.concat([keys.iloc[of_fit].reset_index(drop=True), about.reset_index(drop=True)], axis=1)
    fold_fits = keys.assign(
        n_training=[int(fit.fold.training.sum()) for fit in fits],
        n_held_out=[int(fit.fold.held_out.sum()) for fit in fits],
        objective=[fit.objective for fit in fits],
        status=[fit.status for fit in fits],
        n_starts=[fit.n_starts for fit in fits],
        growth_rate_per_year=_shared_rates(fits, specification, offsets),
        cold_objective=[fit.cold_objective for fit in fits],
    )
    return Validated(
        held_out.assign(predicted_log_perplexity=np.concatenate([fit.predicted for fit in fits])),
        fold_fits,
        _rolling_rates(fits, specification, offsets),
    )


def joined(parts: Sequence[Validated]) -> Validated:
    """The frames of several specifications as one; empty tables where there are none."""
    names = Validated._fields
    return Validated(*(pd.concat([tables.empty(name), *(getattr(p, name) for p in parts)]) for name in names))


def _shared_rates(fits: Sequence[FoldFit], specification: Specification, offsets: Mapping[str, str | None]) -> Floats:
    """Doublings of effective compute a year by each of `fits`; nan for a law without one rate for all."""
    if fits and has_closed_form(specification):
        rates = growth_rates(specification, offsets, np.array([fit.coefficients for fit in fits]))
        if (shared := rates.get(Rate(EFFECTIVE_COMPUTE, SHARED, SHARED))) is not None:
            return shared
    return np.full(len(fits), np.nan)


def _rolling_rates(
    fits: Sequence[FoldFit], specification: Specification, offsets: Mapping[str, str | None]
) -> pd.DataFrame:
    rolling = [fit for fit in fits if fit.fold.protocol == ORIGIN]
    if not rolling or not has_closed_form(specification):
        return tables.empty("rolling_rates")
    rates = growth_rates(specification, offsets, np.array([fit.coefficients for fit in rolling]))
    return pd.DataFrame(
        {
            **fit.key,
            "year": int(fit.fold.name),
            "benchmark": rate.benchmark,
            "group": rate.group,
            "growth_rate_per_year": value,
            "doubling_months": 12 / value if 0 < value < np.inf else np.nan,
        }
        for rate, values in rates.items()
        if rate.quantity == EFFECTIVE_COMPUTE
        for fit, value in zip(rolling, values.tolist(), strict=True)
    )
