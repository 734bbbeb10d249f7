"""Many starts: the best point, how many agree, the next basin."""

from __future__ import annotations

import numpy as np

from laws_cases import random_problem
from lmprogress.laws.solver.estimation import CONVERGED, ITERATION_LIMIT, Solutions, solve
from lmprogress.laws.solver.exchange import exchange
from lmprogress.laws.solver.multistart import draw_starts, minimise, minimise_resamples
from lmprogress.laws.solver.objective import Problem, objectives

LIMITS = {"tolerance": 1e-9, "max_iterations": 500}


def two_basins() -> Problem:
    """A falling and a nearly flat exponential with differing columns: either term can be either."""
    x = np.linspace(0, 2, 30)
    terms = np.zeros((2, 30, 4))
    terms[0, :, 0], terms[0, :, 1] = 1, x
    terms[1, :, 2], terms[1, :, 3] = 1, x**1.2
    return Problem(terms, np.zeros((30, 4)), np.exp(1 - 4 * x) + np.exp(-0.1 * x))


def test_starts_repeat_with_the_generator_and_begin_at_zero() -> None:
    problem, _ = random_problem(0)
    first, second = (draw_starts(problem, 9, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(first, second)
    assert not first[0].any()
    assert len(np.unique(first, axis=0)) == 9
    assert not first[:, 5].any()  # a coefficient in no row stays at zero


def test_counts_of_agreeing_starts_and_the_next_basin() -> None:
    problem = two_basins()
    found = minimise(problem, [0.0], 40, [np.random.default_rng(1)], **LIMITS)[0]
    every = solve(problem, draw_starts(problem, 40, np.random.default_rng(1)), 0.0)
    objectives = every.objective[every.status == CONVERGED]
    assert found.status == "converged"
    assert found.objective <= objectives.min() + 1e-12
    assert found.n_starts_agreeing == (np.abs(every.objective - objectives.min()) <= 1e-9).sum()
    assert found.next_objective == objectives[objectives > objectives.min() + 1e-9].min()
    assert found.optimality < 1e-11


def test_no_other_basin_leaves_its_objective_empty() -> None:
    problem, _ = random_problem(1)
    found = minimise(problem, [1e3], 10, [np.random.default_rng(1)], **LIMITS)[0]
    assert found.n_starts_agreeing == 10
    assert np.isnan(found.next_objective)


def test_the_winners_digits_do_not_depend_on_the_starts() -> None:
    problem, _ = random_problem(1)
    first, second = (minimise(problem, [0.003], 20, [np.random.default_rng(seed)], **LIMITS)[0] for seed in (1, 2))
    np.testing.assert_allclose(first.coefficients, second.coefficients, rtol=1e-9, atol=1e-12)


def test_each_replicate_takes_the_best_of_its_starts() -> None:
    problem = two_basins()
    basins = minimise(problem, [0.0], 40, [np.random.default_rng(1)], **LIMITS)[0].basins
    weights = np.random.default_rng(3).integers(0, 3, (5, 30)).astype(float)
    from_each = [
        minimise_resamples(problem, 0.0, weights, basin[None], 1, np.random.default_rng(4), **LIMITS).objective
        for basin in basins
    ]
    for basin, objective in zip(basins, from_each, strict=True):
        alone = [solve(problem, basin[None], 0.0, w).objective[0] for w in weights]
        np.testing.assert_allclose(objective, alone, atol=1e-12)
    assert np.ptp(from_each, axis=0).max() > 1e-3
    best = minimise_resamples(problem, 0.0, weights, basins, len(basins), np.random.default_rng(4), **LIMITS)
    np.testing.assert_allclose(best.objective, np.min(from_each, axis=0), atol=1e-12)
    more = minimise_resamples(problem, 0.0, weights, basins, len(basins) + 4, np.random.default_rng(4), **LIMITS)
    assert np.all(more.objective <= best.objective + 1e-12)


def test_a_replicate_starts_from_the_basin_that_is_best_on_its_own_rows() -> None:
    problem = two_basins()
    # two points that fit well where x is small, and where it is large
    near, far = np.array([1, -4, -0.1, -0.2]), np.array([0.5, -3, 0, -0.09])
    weights = np.random.default_rng(3).integers(0, 3, (40, 30)).astype(float)
    weights[::2, 5:], weights[1::2, :20] = 0, 0
    values = np.array([[objectives(problem, point[None], 0.0, w)[0] for point in (near, far)] for w in weights])
    best = values.argmin(axis=1)
    assert set(best) == {0, 1}
    points = np.array([near, far])
    found = minimise_resamples(problem, 0.0, weights, points, 1, np.random.default_rng(4), **LIMITS)
    alone = solve(problem, points[best], 0.0, weights)
    np.testing.assert_allclose(found.coefficients, alone.coefficients, atol=1e-12)


def test_a_replicate_takes_over_what_another_found() -> None:
    problem = two_basins()
    basins = minimise(problem, [0.0], 40, [np.random.default_rng(1)], **LIMITS)[0].basins
    weights = np.random.default_rng(3).integers(0, 3, (20, 30)).astype(float)
    generator = np.random.default_rng(4)
    first, second = (
        minimise_resamples(problem, 0.0, weights, basin[None], 1, generator, **LIMITS) for basin in basins[1::-1]
    )
    # all in one basin but one, which knows the other
    chosen = np.arange(len(weights)) == 0
    mixed = Solutions(
        *(
            np.where(chosen.reshape(-1, *[1] * (a.ndim - 1)), b, a)
            for a, b in zip(vars(first).values(), vars(second).values(), strict=True)
        )
    )
    lower = exchange(problem, 0.0, weights, mixed, 1, **LIMITS).objective
    np.testing.assert_allclose(lower, np.minimum(first.objective, second.objective), atol=1e-12)
    assert (second.objective[1:] < first.objective[1:] - 1e-4).any()
    np.testing.assert_array_equal(exchange(problem, 0.0, weights, mixed, 0, **LIMITS).objective, mixed.objective)


def test_searches_that_failed_take_over_what_converged() -> None:
    problem = two_basins()
    basins = minimise(problem, [0.0], 40, [np.random.default_rng(1)], **LIMITS)[0].basins
    weights = np.ones((3, 30))
    found = minimise_resamples(problem, 0.0, weights, basins, 1, np.random.default_rng(4), **LIMITS)
    found.coefficients[1] += 5
    found.status[1] = ITERATION_LIMIT
    found.objective[1] = 1e9
    mended = exchange(problem, 0.0, weights, found, 1, **LIMITS)
    assert (mended.status == CONVERGED).all()
    np.testing.assert_allclose(mended.objective, found.objective[0], atol=1e-12)
