"""Records turned into what the laws are fitted to.

In: capped records in the order of the fit, and which architectures are transformers. Out: the table of observations.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from lmprogress.core.accounting import FLOP_PER_PARAMETER_AND_TOKEN
from lmprogress.core.dates import decimal_years
from lmprogress.core.schemas.curation import FITTED_OBSERVATIONS, OBSERVATIONS


def observe(
    records: pd.DataFrame, transformers: Collection[str], vocabulary_sizes: Mapping[str, float]
) -> pd.DataFrame:
    """One observation for each record, numbered from 1 in the order given (schema OBSERVATIONS).

    log_perplexity is the natural logarithm. publication_year = year + (day of the year − 1)/365, also in leap
    years, as the study's released code has it. Training compute is the reported one; where the table gives none,
    6 × parameters × tokens × epochs (6NDE), with one epoch where their number is unknown (6ND).
    An unknown vocabulary is taken to be the usual one of the benchmark, `vocabulary_sizes` (study, appendix E.2.2).
    A record without architecture is not a transformer. Raises InputError where a record lacks what a fit needs.
    """
    reported = records["reported_training_compute_flop"]
    estimated = (
        FLOP_PER_PARAMETER_AND_TOKEN
        * records["n_parameters"]
        * records["dataset_size_tokens"]
        * records["n_epochs"].fillna(1)
    )
    observations = records.assign(
        observation_number=range(1, len(records) + 1),
        # the C library's logarithm: numpy's own differs between processors in the last bit
        log_perplexity=records["perplexity"].map(math.log),
        publication_year=decimal_years(records["publication_date"]),
        training_compute_flop=reported.fillna(estimated),
        training_compute_source=np.select([reported.notna(), records["n_epochs"].notna()], ["reported", "6NDE"], "6ND"),
        assumed_vocabulary_size=records["vocabulary_size"].fillna(records["benchmark"].map(dict(vocabulary_sizes))),
        transformer=records["architecture"].isin(list(transformers)),
    )
    return OBSERVATIONS.checked(observations[[column.name for column in OBSERVATIONS.columns]], where="observations")


def fitted(observations: pd.DataFrame) -> pd.DataFrame:
    """What laws read of `observations` (schema FITTED_OBSERVATIONS)."""
    return observations[[column.name for column in FITTED_OBSERVATIONS.columns]]
