"""The likelihood with correlation within papers: its value, its derivatives, and what a fit recovers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import multivariate_normal

from laws_cases import OFFSETS, SHARED_RATE, exact_observations, law_set, random_problem
from lmprogress.core.errors import InputError
from lmprogress.core.schemas import table
from lmprogress.core.settings import DataVariant, Specification, StudyBootstrap, WithinPaper
from lmprogress.laws.inference.paper_correlation import Likelihood, fit_correlated, fit_correlated_as_study
from lmprogress.laws.inference.within_paper import fit_within_paper
from lmprogress.laws.model.scaling_laws import Law, find_references
from lmprogress.laws.solver.objective import Problem

TRUTH = {"a": 0.3, "rate": 0.05, "a_size": 0.1, "a_size_ptb": 0.02, "a_size_wt2": -0.01, "b": 0.2, "b_size": 0.06,
         "loss": 0.5}  # fmt: skip
PAPERS = np.array([0, 0, 0, 1, 2, 2, *range(3, 37)])
DATA = {"dataset_size": DataVariant(label="tokens", source="tests")}
COMPUTE = Specification.model_validate(
    {
        "label": "made up",
        "source": "tests",
        "terms": {
            "compute": [
                {"column": "intercept", "coefficient": "a"},
                {"column": "time", "coefficient": "rate", "sign": -1},
                {"column": "log_compute", "coefficient": "size", "sign": -1},
            ]
        },
    }
)


def point_and_likelihood(weights: np.ndarray | None = None) -> tuple[np.ndarray, Likelihood]:
    problem, theta = random_problem(3)
    return np.append(theta, -0.4), Likelihood(problem, PAPERS, weights)


def test_value_is_the_normal_density() -> None:
    problem, theta = random_problem(3)
    point, likelihood = point_and_likelihood()
    rho, sigma = 1 / (1 + np.exp(0.4)), likelihood.standard_deviation(point)
    covariance = sigma**2 * (np.eye(40) + rho * (np.equal.outer(PAPERS, PAPERS) - np.eye(40)))
    mean = np.exp(problem.terms @ theta).sum(axis=0) + problem.linear @ theta
    density = multivariate_normal(mean, covariance).logpdf(problem.response)
    assert likelihood.value(point) == pytest.approx(-density - 20 * np.log(2 * np.pi), rel=1e-12)


@pytest.mark.parametrize("weights", [None, np.arange(37) % 3 + 0.0])
def test_derivatives_are_those_of_the_value(weights: np.ndarray | None) -> None:
    point, likelihood = point_and_likelihood(weights)
    steps = 1e-6 * np.eye(len(point))
    slopes = [(likelihood.value(point + s) - likelihood.value(point - s)) / 2e-6 for s in steps]
    curvature = [(likelihood.gradient(point + s) - likelihood.gradient(point - s)) / 2e-6 for s in steps]
    gradient, hessian = likelihood.gradient(point), likelihood.hessian(point)
    np.testing.assert_allclose(gradient, slopes, atol=1e-7 * np.abs(gradient).max())
    np.testing.assert_allclose(hessian, curvature, atol=1e-7 * np.abs(hessian).max())


def test_a_paper_drawn_twice_is_two_papers() -> None:
    problem, theta = random_problem(3)
    twice = np.where(np.arange(37) == 0, 2.0, 1.0)
    rows = np.concatenate([np.arange(40), [0, 1, 2]])
    doubled = Problem(problem.terms[:, rows], problem.linear[rows], problem.response[rows])
    point = np.append(theta, 0.7)
    weighted = Likelihood(problem, PAPERS, twice).value(point)
    apart = Likelihood(doubled, np.append(PAPERS, [37, 37, 37])).value(point)
    together = Likelihood(doubled, np.append(PAPERS, [0, 0, 0])).value(point)
    assert weighted == pytest.approx(apart, rel=1e-12)
    assert abs(weighted - together) > 1e-3


def correlated_observations(correlation: float) -> pd.DataFrame:
    """90 records in papers of two that follow the law of TRUTH up to correlated noise of 0.1 nats."""
    rows = exact_observations(SHARED_RATE, TRUTH).assign(title=lambda frame: frame["paper_id"])
    generator = np.random.default_rng(11)
    own, shared = generator.normal(size=90), np.repeat(generator.normal(size=45), 2)
    noise = 0.1 * (np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own)
    return rows.assign(log_perplexity=rows["log_perplexity"] + noise)


@pytest.mark.parametrize("correlation", [0.1, 0.8])
def test_correlation_and_rate_are_recovered_by_both_procedures(correlation: float) -> None:
    rows = correlated_observations(correlation)
    law = Law(COMPUTE, OFFSETS, find_references(rows))
    columns, response = law.columns(rows), rows["log_perplexity"].to_numpy()
    paper = np.repeat(np.arange(45), 2)
    likelihood = Likelihood(Problem(*law.matrices(columns), response), paper)
    best = fit_correlated(likelihood, [np.zeros(4)], 100)[0]
    stopped = fit_correlated_as_study([columns], response[None], paper[None])[0]
    assert best.status == "converged"
    assert best.correlation == pytest.approx(correlation, abs=0.2)
    assert best.negative_log_likelihood <= stopped.negative_log_likelihood + 1e-9
    assert stopped.correlation == pytest.approx(best.correlation, abs=0.01)
    assert stopped.standard_deviation == pytest.approx(best.standard_deviation, rel=0.01)


def test_the_study_sums_over_pairs_one_after_another_and_many_at_once_are_each_alone() -> None:
    rows, generator = correlated_observations(0.5), np.random.default_rng(4)
    # with references of their own, and rows that are drawn twice
    draws = [np.arange(90), *(generator.integers(0, 90, 90) for _ in range(2))]
    every = [Law(COMPUTE, OFFSETS, find_references(rows.iloc[d])).columns(rows.iloc[d]) for d in draws]
    responses = np.array([rows["log_perplexity"].to_numpy()[d] for d in draws])
    papers = np.array(draws) // 2
    step, start = float(np.sqrt(np.finfo(float).eps)), np.append(np.zeros(4), 0.5)
    for columns, response, paper, found in zip(
        every, responses, papers, fit_correlated_as_study(every, responses, papers), strict=True
    ):
        members = [np.flatnonzero(paper == number) for number in np.unique(paper)]

        def objective(point: np.ndarray, columns=columns, response=response, members=members) -> float:
            residual = (response - columns.predicted(point[:3])).tolist()
            # far from any fit there are zeros to divide by, which numpy's numbers bear
            sigma, rho = np.float64(math.exp(point[3])), 1 / np.float64(1 + math.exp(-point[4]))
            total = 0.0
            for of_paper in members:
                total += (len(of_paper) - 1) * np.log(1 - rho) + np.log(1 + rho * (len(of_paper) - 1))
            total = total / 2 + len(residual) * np.log(sigma * sigma) / 2
            for of_paper in members:
                shared = 1 / ((1 / rho + len(of_paper) / (1 - rho)) * ((1 - rho) * (1 - rho)))
                for i in of_paper:
                    for j in of_paper:
                        coefficient = 1 / (1 - rho) - shared if i == j else -shared
                        total += coefficient * residual[i] * residual[j] / (2 * (sigma * sigma))
            return float(total)

        def slopes(point: np.ndarray, objective=objective) -> np.ndarray:
            stepped = point + step * np.eye(5)
            return (np.array([objective(at) for at in stepped]) - objective(point)) / (np.diag(stepped) - point)

        with np.errstate(all="ignore"):
            expected = minimize(objective, start, jac=slopes, method="SLSQP")
        assert expected.nit > 5
        np.testing.assert_array_equal(found.coefficients, expected.x[:3])
        assert found.negative_log_likelihood == expected.fun


def run(**changes: object) -> pd.DataFrame:
    settings = WithinPaper(
        specifications=["law"], as_study=["law"], n_starts=4, n_replicates=5, max_iterations=100
    ).model_copy(update=changes)
    return table("within_paper").checked(
        fit_within_paper(
            correlated_observations(0.5),
            laws=law_set({"law": COMPUTE}, DATA),
            settings=settings,
            study=StudyBootstrap(resample_unit="row", n_replicates=5, seed=0),
            interval_percent=95,
            least_observations=30,
        ),
        "within_paper",
    )


def test_table_holds_every_quantity_of_both_procedures() -> None:
    rows = run().set_index(["procedure", "quantity"])
    quantities = {"a", "rate", "size", "correlation", "standard_deviation", "doubling_time"}
    assert set(rows.index) == {(procedure, name) for procedure in ("study", "global") for name in quantities}
    assert (rows["low"] <= rows["median"]).all()
    assert (rows["median"] <= rows["high"]).all()
    expected = 12 * np.log(2) * rows.loc[("global", "size"), "estimate"] / rows.loc[("global", "rate"), "estimate"]
    assert rows.loc[("global", "doubling_time"), "estimate"] == pytest.approx(expected)
    assert set(run(as_study=[])["procedure"]) == {"global"}


def test_a_logistic_gain_is_refused() -> None:
    gain = {"column": "transformer", "coefficient": "gain", "link": "logistic"}
    specification = Specification.model_validate({**COMPUTE.model_dump(), "scale": [gain]})
    with pytest.raises(InputError, match="logistic"):
        fit_within_paper(
            correlated_observations(0.5),
            laws=law_set({"law": specification}, DATA),
            settings=WithinPaper(specifications=["law"], as_study=[], n_starts=1, n_replicates=2, max_iterations=9),
            study=StudyBootstrap(resample_unit="row", n_replicates=2, seed=0),
            interval_percent=95,
            least_observations=30,
        )
