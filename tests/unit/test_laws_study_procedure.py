"""The study's optimiser: its order of operations, and which scipy gives its digits."""

from __future__ import annotations

import numpy as np
import pytest
import scipy

from laws_cases import OFFSETS, SHARED_RATE, exact_observations
from lmprogress.laws.objective import Problem, derivatives
from lmprogress.laws.scaling_laws import Law, find_references
from lmprogress.laws.study_procedure import fit_as_study, study_objective


def test_objective_is_that_of_the_solver() -> None:
    truth = dict.fromkeys(("a", "rate", "a_size", "a_size_ptb", "a_size_wt2", "b", "b_size", "loss"), 0.1)
    observations = exact_observations(SHARED_RATE, truth)
    law = Law(SHARED_RATE, OFFSETS, find_references(observations))
    columns, response = law.columns(observations), observations["log_perplexity"].to_numpy() + 0.2
    theta = np.random.default_rng(0).normal(size=len(law.coefficients)) * 0.1
    smooth, _, _ = derivatives(Problem(*law.matrices(columns), response), theta)
    expected = smooth + 0.01 * np.abs(theta).sum()
    assert study_objective(theta, columns, response, 0.01) == pytest.approx(expected, rel=1e-13)
    stopped = fit_as_study(columns, response, np.zeros(len(theta)), 0.01)
    assert stopped.status.startswith("stopped: ")
    assert stopped.objective == study_objective(stopped.coefficients, columns, response, 0.01)


def test_installed_scipy_is_of_the_series_that_gives_the_published_digits() -> None:
    # scipy 1.16 rewrote SLSQP; with it the search stops elsewhere
    assert scipy.__version__.startswith("1.15.")
