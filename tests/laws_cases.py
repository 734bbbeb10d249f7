"""Laws and observations made up for tests.

In: a seed. Out: random problems, and observations that follow a known law exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from lmprogress.core.settings import DataVariant, Specification
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.model.scaling_laws import Columns, Floats, Law, find_references
from lmprogress.laws.solver.objective import Problem

OFFSETS = {"wt103": None, "wt2": "wt2", "ptb": "ptb"}

# one rate of progress in both terms, exponents that differ by benchmark, and an irreducible loss
SHARED_RATE = Specification.model_validate(
    {
        "label": "made up",
        "source": "tests",
        "terms": {
            "parameter": [
                {"column": "intercept", "coefficient": "a"},
                {"column": "time", "coefficient": "rate", "sign": -1},
                {"column": "log_parameters", "coefficient": "a_size", "sign": -1, "by": "benchmark"},
            ],
            "data": [
                {"column": "intercept", "coefficient": "b"},
                {"column": "time", "coefficient": "rate", "sign": -1},
                {"column": "log_dataset_size", "coefficient": "b_size", "sign": -1},
            ],
        },
        "linear": [{"column": "intercept", "coefficient": "loss"}],
    }
)


def law_set(
    specifications: Mapping[str, Specification],
    data_variants: Mapping[str, DataVariant],
    penalties: Sequence[float] = (0.0025,),
    edition: str = "published",
    offsets: Mapping[str, str | None] = OFFSETS,
) -> LawSet:
    """`specifications`, each at `penalties`."""
    return LawSet(edition, specifications, dict.fromkeys(specifications, penalties), data_variants, offsets)


def random_problem(seed: int, n_rows: int = 40, linear: bool = True) -> tuple[Problem, np.ndarray]:
    """Two terms of two and three columns, one coefficient shared, and a linear column; and a point (6,)."""
    generator = np.random.default_rng(seed)
    columns = generator.normal(size=(n_rows, 3))
    terms, offset = np.zeros((2, n_rows, 6)), np.zeros((n_rows, 6))
    terms[0, :, 0], terms[0, :, 1] = 1, columns[:, 0]
    terms[1, :, 2], terms[1, :, 3], terms[1, :, 1] = 1, columns[:, 1], -columns[:, 2]
    if linear:
        offset[:, 4] = columns[:, 2]
    truth = generator.normal(size=6) * 0.5
    response = np.exp(terms @ truth).sum(axis=0) + offset @ truth + 0.3 * generator.normal(size=n_rows)
    return Problem(terms, offset, response), generator.normal(size=6) * 0.5


def exact_observations(specification: Specification, coefficients: dict[str, float], n_rows: int = 90) -> pd.DataFrame:
    """Observations whose log perplexity is what the law says at `coefficients`."""
    generator = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "observation_number": np.arange(1, n_rows + 1),
            "record_id": [f"system-{i}" for i in range(n_rows)],
            "paper_id": [f"paper-{i // 2}" for i in range(n_rows)],
            "benchmark": np.array(list(OFFSETS))[generator.integers(0, 3, n_rows)],
            "publication_year": generator.uniform(2012, 2023, n_rows),
            "n_parameters": np.exp(generator.uniform(14, 25, n_rows)),
            "dataset_size_tokens": np.exp(generator.uniform(13, 27, n_rows)),
        }
    )
    law = Law(specification, OFFSETS, find_references(frame))
    theta = np.array([coefficients[name] for name in law.coefficients])
    frame["log_perplexity"] = law.columns(frame).predicted(theta)
    return frame


def study_objective(theta: Floats, columns: Columns, log_perplexity: Floats, penalty: float) -> Floats:
    """Mean squared residual + penalty · Σ|θ|, in the study's order of operations (Ho et al. 2024, section 3.1).

    One value for `theta` (p,), or (m,) for (m, p).
    """
    with np.errstate(over="ignore"):
        squares = np.square(log_perplexity - columns.predicted(theta.T))
    return np.add.reduce(squares, axis=-1) / squares.shape[-1] + penalty * np.add.reduce(np.abs(theta), axis=-1)
