"""Folds: which rows each fold trains on, which it holds out, and the references that belong to it.

In: rows of observations. Out: folds, and the smallest values among each fold's training rows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lmprogress.laws.model.scaling_laws import Floats, compute_flop

STUDY_SPLIT, ROW, PAPER, ORIGIN = "study_split", "leave_one_row_out", "leave_one_paper_out", "rolling_origin"


@dataclass(frozen=True)
class Fold:
    """One fold: its protocol, the name of what it holds out, and two masks of the rows, (n,) each."""

    protocol: str
    name: str
    training: NDArray[np.bool_]
    held_out: NDArray[np.bool_]


def split_rows(n_rows: int, share_set_aside: float, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Row numbers to work with and row numbers set aside, each in the order of the draw.

    A permutation by numpy's legacy generator whose first part, rounded up, is set aside: the split of scikit-learn's
    train_test_split, which the study used (Ho et al. 2024, released notebook of the cross-validation).
    """
    order = np.random.RandomState(seed).permutation(n_rows)
    n_set_aside = math.ceil(share_set_aside * n_rows)
    return order[n_set_aside:], order[:n_set_aside]


def leave_one_out(protocol: str, groups: pd.Series, of: NDArray[np.bool_] | None = None) -> list[Fold]:
    """A fold for each value of `groups` (n,), held out whole; among the rows `of` (n,), all where not given."""
    labels, among = groups.astype(str).to_numpy(), np.ones(len(groups), bool) if of is None else of
    folds = []
    for name in dict.fromkeys(labels[among]):
        held_out = among & (labels == name)
        folds.append(Fold(protocol, str(name), among & ~held_out, held_out))
    return folds


def rolling_origin(publication_years: pd.Series, years: Sequence[int], least_training: int) -> list[Fold]:
    """A fold for each of `years`: all that was published before it, and what was published within it.

    publication_years: (n,) decimal. Years with less than `least_training` rows before them, or none within, are left
    out.
    """
    published = publication_years.to_numpy(float)
    folds = []
    for year in years:
        training, held_out = published < year, (published >= year) & (published < year + 1)
        if training.sum() >= least_training and held_out.any():
            folds.append(Fold(ORIGIN, str(year), training, held_out))
    return folds


def smallest_values(rows: pd.DataFrame, training: NDArray[np.bool_]) -> Floats:
    """What references are taken from: the least year, parameters, tokens, counted tokens, compute of each fold, (m, 5).

    rows: with training_tokens. training: (m, n). Folds with equal values have equal references.
    """
    names = ["publication_year", "n_parameters", "dataset_size_tokens", "training_tokens"]
    columns = np.vstack([rows[names].to_numpy(float).T, compute_flop(rows).to_numpy(float)])
    return np.array([columns[:, mask].min(axis=1) for mask in training])
