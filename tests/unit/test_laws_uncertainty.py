"""Resampling and intervals."""

from __future__ import annotations

import numpy as np

from lmprogress.laws.fits.uncertainty import draw_counts, draw_rows, interval, named_generator, named_seed

PAPERS = np.array(["b", "a", "b", "c", "c", "c"])


def test_rows_are_drawn_as_the_study_draws_them() -> None:
    # the released code seeds the legacy generator once, then calls choice(index, n) for each replicate
    expected = np.random.RandomState(0)
    for drawn in draw_rows(np.random.RandomState(0), np.arange(1, 50), 3):
        assert drawn.tolist() == expected.choice(np.arange(49), size=49, replace=True).tolist()


def test_a_paper_comes_whole_or_not_at_all() -> None:
    counts = draw_counts(named_generator("test"), PAPERS, 200)
    assert np.array_equal(counts[:, 0], counts[:, 2])
    assert np.array_equal(counts[:, 3], counts[:, 4])
    assert np.array_equal(counts[:, 3], counts[:, 5])
    papers = counts[:, [0, 1, 3]]
    assert np.all(papers.sum(axis=1) == 3)
    assert set(papers.ravel()) == {0, 1, 2, 3}


def test_counts_are_those_of_the_rows_drawn() -> None:
    draws = draw_rows(named_generator("test"), PAPERS, 200)
    expected = np.array([np.bincount(rows, minlength=len(PAPERS)) for rows in draws])
    assert np.array_equal(draw_counts(named_generator("test"), PAPERS, 200), expected)


def test_more_replicates_leave_the_first_ones_alone() -> None:
    few, many = (draw_rows(named_generator("test"), PAPERS, n) for n in (3, 9))
    assert [d.tolist() for d in few] == [d.tolist() for d in many[:3]]


def test_a_seed_depends_on_every_name_and_on_where_it_ends() -> None:
    names = [("published", "law", 0.0025), ("published", "law", 0.005), ("published", "la", "w0.0025"), ("law",)]
    assert len({named_seed(*n) for n in names}) == len(names)
    assert named_seed("published", 0.0025) == named_seed("published", 0.0025)


def test_interval_is_the_central_one() -> None:
    low, median, high = interval(np.arange(101.0), 90)
    assert (low, median, high) == (5, 50, 95)


def test_an_infinite_end_is_infinite() -> None:
    low, median, high = interval([1.0, 2.0, 3.0, np.inf, np.inf], 95)
    assert (median, high) == (3.0, np.inf)
    assert 1 < low < 2
