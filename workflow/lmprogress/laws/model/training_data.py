"""What counts as training data: tokens counted once, each pass, or repeats at a discount.

In: observations and a data variant. Out: the observations that the variant can use, with their training tokens.
"""

from __future__ import annotations

import pandas as pd

from lmprogress.core.errors import InputError
from lmprogress.core.settings import DataVariant
from lmprogress.laws.model.scaling_laws import Floats, c_exp


def usable(observations: pd.DataFrame, variant: DataVariant) -> pd.DataFrame:
    """The rows for which `variant` knows all that it needs, in their order."""
    known = pd.Series(True, index=observations.index)
    if variant.unknown_epochs == "drop":
        known &= observations["n_epochs"].notna()
    if variant.unknown_vocabulary == "drop":
        known &= observations["vocabulary_size"].notna()
    return observations[known]


def training_tokens(observations: pd.DataFrame, variant: DataVariant) -> Floats:
    """Tokens of training data of each row, (n,).

    With diminishing repeats, e passes over U tokens are worth U · (1 + R · (1 − exp(−(e − 1) / R))) (Muennighoff et
    al. 2023, arXiv 2305.16264, section 3.1); where the first pass counts as a repeat, e stands for e − 1, the study's
    slip. An unknown number of passes is one.
    """
    tokens: Floats = observations["dataset_size_tokens"].to_numpy(float)
    if variant.repeats == "none":
        return tokens
    epochs = observations["n_epochs"].fillna(1.0).to_numpy(float)
    if variant.repeats == "all":
        return tokens * epochs
    if variant.repeats_worth is None:
        raise InputError("needs repeats_worth", file="config/models.yaml", column="data_variants", remedy="add it")
    repeats = epochs if variant.first_pass_repeats else epochs - 1
    worth = variant.repeats_worth
    return tokens * (1 + worth * (1 - c_exp(-repeats / worth)))
