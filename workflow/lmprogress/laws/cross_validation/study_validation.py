"""Cross-validation in the study's way: its own search, started where the fold before stopped.

In: observations. Out: frames held_out, fold_fits, rolling_rates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lmprogress.core.settings import Validation
from lmprogress.laws.cross_validation.folds import STUDY_SPLIT, Fold, leave_one_out, rolling_origin, split_rows
from lmprogress.laws.cross_validation.validation import FoldFit, Validated, fold_keys, joined, validation_frames
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.model.scaling_laws import Columns, Floats, Law, compute_flop
from lmprogress.laws.study.study_procedure import fit_as_study, fit_penalties_as_study


def validate_as_study(
    observations: pd.DataFrame,
    *,
    laws: LawSet,
    main_penalty: float,
    settings: Validation,
    least_observations: int = 2,
) -> Validated:
    """The study's protocol where it applies to the edition, and rolling origins, searched from zero.

    The protocol (Ho et al. 2024, section 2.3 and Table 11, with its released notebook): 80 % of the rows, in the order
    of their draw; each is held out once; a search starts where that of the fold before stopped; time and sizes count
    from the minima of all those rows, the held-out one included.
    """
    parts = []
    for name, whole, rows in laws.fittable(observations, least_observations):
        specification = whole.specification
        keys = fold_keys(laws, name, "study")
        if laws.edition in settings.study_split.editions:
            order, _ = split_rows(len(rows), settings.study_split.set_aside, settings.study_split.seed)
            drawn = rows.iloc[order]
            law, _ = laws.prepared(name, drawn)
            fits = _leave_one_out(law, drawn, keys)
            parts.append(validation_frames(fits, drawn, specification, laws.offsets))
        main = [key for key in keys if key["penalty"] == main_penalty]
        folds = rolling_origin(rows["publication_year"], settings.rolling_years, least_observations)
        fits = [_from_zero(laws, name, rows, fold, key) for key in main for fold in folds]
        if fits:
            parts.append(validation_frames(fits, rows, specification, laws.offsets))
    return joined(parts)


def _leave_one_out(law: Law, rows: pd.DataFrame, keys: Sequence[Mapping[str, Any]]) -> list[FoldFit]:
    """Each of `rows` held out in their order, at each penalty; each search from the end of the one before."""
    every, log_perplexity = np.arange(len(rows)), rows["log_perplexity"].to_numpy(float)
    columns, flop = law.columns(rows), compute_flop(rows).to_numpy(float)
    folds = leave_one_out(STUDY_SPLIT, rows["observation_number"])
    kept = [np.delete(every, place) for place in every]
    trained = [_given(law, rows, columns, flop, index) for index in kept]
    held_out = [_given(law, rows, columns, flop, every[place : place + 1]) for place in every]
    penalties = np.array([key["penalty"] for key in keys], float)
    starts = np.zeros((len(keys), len(law.coefficients)))
    fits: list[list[FoldFit]] = []
    for place, fold in enumerate(folds):
        stopped = fit_penalties_as_study(trained[place], log_perplexity[kept[place]], starts, penalties)
        starts = np.array([each.coefficients for each in stopped])
        fits.append(
            [
                FoldFit(
                    key,
                    fold,
                    each.coefficients,
                    held_out[place].predicted(each.coefficients),
                    each.objective,
                    each.status,
                    1,
                )
                for key, each in zip(keys, stopped, strict=True)
            ]
        )
    return [fit for each_penalty in zip(*fits, strict=True) for fit in each_penalty]


def _given(law: Law, rows: pd.DataFrame, columns: Columns, flop: Floats, index: NDArray[np.intp]) -> Columns:
    """The columns of the rows `index`, as the released code makes them of what it is given.

    It counts compute from the least of the rows at hand, also where that is the one row held out.
    """
    if not _has_compute(law):
        return columns.rows(index)
    least = float(flop[index].min())
    if least == law.references.compute_flop:
        return columns.rows(index)
    return replace(law, references=replace(law.references, compute_flop=least)).columns(rows.iloc[index])


def _has_compute(law: Law) -> bool:
    return any(factor.column == "log_compute" for term in law.specification.terms.values() for factor in term)


def _from_zero(
    laws: LawSet,
    name: str,
    rows: pd.DataFrame,
    fold: Fold,
    key: Mapping[str, Any],
) -> FoldFit:
    """The study's fit to the training rows, with their own references."""
    law, trained = laws.prepared(name, rows[fold.training])
    start = np.zeros(len(law.coefficients))
    stopped = fit_as_study(law.columns(trained), trained["log_perplexity"].to_numpy(float), start, key["penalty"])
    predicted = law.columns(rows[fold.held_out]).predicted(stopped.coefficients)
    return FoldFit(key, fold, stopped.coefficients, predicted, stopped.objective, stopped.status, 1)
