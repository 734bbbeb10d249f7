"""A law seen from outside: what its terms are at a year, as functions of parameters and training tokens.

In: a law, coefficients, a year and conditions. Out: log perplexity of any size, for many coefficient vectors at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lmprogress.laws.model.scaling_laws import Floats, Law


@dataclass(frozen=True)
class Conditions:
    """What a prediction is about: a benchmark, whether a transformer, and the size of the vocabulary, entries."""

    benchmark: str
    transformer: bool = True
    vocabulary_size: float = 1.0


@dataclass(frozen=True)
class Terms:
    """log perplexity = Σ_k exp(constant_k + by_log_parameters_k · ln N + by_log_data_k · ln D) + linear.

    constant, by_log_parameters, by_log_data: (K, B) for K terms and B coefficient vectors; linear: (B,).
    """

    constant: Floats
    by_log_parameters: Floats
    by_log_data: Floats
    linear: Floats

    def log_perplexity(self, log_parameters: Floats | float, log_data: Floats | float) -> Floats:
        """At ln N and ln D, scalars or (B,): nats, (B,)."""
        with np.errstate(over="ignore"):
            powers = np.exp(self.constant + self.by_log_parameters * log_parameters + self.by_log_data * log_data)
        return powers.sum(axis=0) + self.linear


def terms_at(law: Law, coefficients: Floats, year: float, conditions: Conditions) -> Terms:
    """The terms of `law` at `coefficients` (B, p) in `year` (decimal) under `conditions`.

    Every predictor is linear in ln N and ln D, so three points give it whole.
    """
    e = float(np.e)
    rows = pd.DataFrame(
        {
            "publication_year": year,
            "n_parameters": [1.0, e, 1.0],
            "dataset_size_tokens": [1.0, 1.0, e],
            "benchmark": conditions.benchmark,
            "transformer": conditions.transformer,
            "assumed_vocabulary_size": conditions.vocabulary_size,
        }
    )
    terms, linear = law.matrices(law.columns(rows))
    theta = np.array(coefficients, float)
    theta[:, law.logistic] = -np.logaddexp(0.0, -theta[:, law.logistic])
    predictors = np.einsum("knp,bp->knb", terms, theta)
    return Terms(
        predictors[:, 0],
        predictors[:, 1] - predictors[:, 0],
        predictors[:, 2] - predictors[:, 0],
        theta @ linear[0],
    )
