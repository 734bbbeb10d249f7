"""Whether the rate depends on scale: drifting exponents, on made-up data with and without a drift."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pandas as pd
import pytest
from test_laws_verdict import NO_EXPONENTS, laws, observations

from lmprogress.core.errors import InputError
from lmprogress.core.schemas import table
from lmprogress.core.settings import ScaleDependence
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.laws.inference.paper_model import PaperModel
from lmprogress.laws.inference.rate_test import RateModel
from lmprogress.laws.inference.scale_dependence import DriftModel
from lmprogress.laws.verdict_sensitivity import vary_verdict

MAIN, WIDER, BOTH = "benchmark_intercepts", "scale_dependent_progress", "drifting_exponents_and_progress"
SETTINGS = ScaleDependence(editions=["published"], specifications=[WIDER], growth_per_tenfold=0.8, n_data_sets=19)


@cache
def models(wider: str = WIDER) -> tuple[RateModel, PaperModel, DriftModel]:
    both = laws(MAIN, wider)
    main, wide = RateModel(*both.prepared(MAIN, observations())), PaperModel(*both.prepared(wider, observations()))
    return main, wide, DriftModel(main, wide)


@cache
def found() -> np.ndarray:
    main = models()[0]
    return main.stationary(main.response, 20, named_generator("scale")).points[0]


@pytest.mark.parametrize("wider", [WIDER, BOTH])
def test_the_rate_of_drifting_exponents_is_linear_in_the_log_of_compute(wider: str) -> None:
    main, wide, drift = models(wider)
    point, growth = found(), 0.03
    np.testing.assert_allclose(wide.mean(drift.without_drift(point)[0]), main.mean(point))
    moved = drift.drifting(point, growth)
    at = drift.at_the_mean_date(moved)
    assert at.rate == pytest.approx(main.rate(point))
    if wider == BOTH:
        assert at.growth == pytest.approx([growth, growth])
        assert at.exponents == pytest.approx(drift.at_the_mean_date(drift.without_drift(point)[0]).exponents)
    # dates that differ by a year, sizes that differ tenfold: each input makes up for the year by κ ln(size) / exponent
    rows = main.in_order(observations())
    year, sizes = wide.law.references.year, ("n_parameters", "dataset_size_tokens")
    base = rows.iloc[[0] * 2].assign(publication_year=[year, year + 0.01], training_tokens=1.0, benchmark="wt103")
    rates = []
    for scale in (1.0, 10.0):
        for name in sizes:
            base[name] = getattr(wide.law.references, name) * math.sqrt(scale)
        base["training_tokens"] = base["dataset_size_tokens"]
        rates.append(_rate(wide, moved, base))
    assert rates[1] - rates[0] == pytest.approx(at.growth.mean() * math.log2(10), rel=0.1 if wider == WIDER else 1e-2)


def _rate(model: PaperModel, point: np.ndarray, rows: pd.DataFrame) -> float:
    """Doublings a year of both inputs together, from the terms themselves at dates 0.01 years apart."""
    terms, _ = model.law.matrices(model.law.columns(rows))
    by_input = []
    theta = _offsets(model, point)
    for matrix, size in zip(terms, ("n_parameters", "training_tokens"), strict=True):
        larger = rows.assign(**{size: rows[size] * 1.001})
        if size == "training_tokens":
            larger["dataset_size_tokens"] = larger[size]
        place = 0 if size == "n_parameters" else 1
        other = model.law.matrices(model.law.columns(larger))[0][place]
        by_size = (other @ theta - matrix @ theta)[0] / math.log(1.001)
        by_year = np.diff(matrix @ theta)[0] / 0.01
        by_input.append(by_year / by_size / math.log(2))
    return sum(by_input)


def _offsets(model: PaperModel, point: np.ndarray) -> np.ndarray:
    theta = point[: model.rows.n_coefficients].copy()
    for place, name in enumerate(model.law.coefficients):
        if name.endswith(("_ptb", "_wt2")):
            theta[place] -= theta[model.law.coefficients.index(name.rsplit("_", 1)[0])]
    return theta


def test_a_large_drift_is_found_and_none_is_not() -> None:
    main, wide, drift = models()
    point = found()
    ends = main.stationary(main.response, 0, named_generator("none"), point[None])
    free = wide.stationary(wide.response, 10, named_generator("wide"), drift.without_drift(point))
    small, large = (
        drift.test(ends, free, 39, named_generator("data"), growth=growth, level=0.05) for growth in (1e-6, 0.3)
    )
    # a ratio of made-up data without a drift, and tests that reject about as often as they should
    assert small.p_value > 0.05 and small.power < 0.25
    assert large.power > 0.9 and large.ratio == small.ratio


def test_a_rate_by_scale_is_a_row() -> None:
    made = vary_verdict(
        {}, observations(), {}, laws=laws(MAIN, WIDER), exponents=NO_EXPONENTS, n_starts=5, least_observations=30,
        scale=SETTINGS,
    )  # fmt: skip
    rows = table("verdict_sensitivity").checked(made, "made").set_index("kind")
    row, own = rows.loc["scale"], rows.query("change == 'free'").iloc[0]
    ratio = 2 * (own["negative_log_likelihood"] - row["negative_log_likelihood"])
    assert row["likelihood_ratio"] == pytest.approx(ratio, abs=1e-6) and ratio >= 0
    assert row["p_value"] == (row["n_exceeding"] + 1) / 20 and 0 <= row["power"] <= 1
    assert row["specification"] == row["change"] == WIDER
    with pytest.raises(InputError, match="power"):
        table("verdict_sensitivity").checked(made.assign(power=1.5), "made")


def test_a_law_that_does_not_contain_the_main_one_is_refused() -> None:
    main, wide, _ = models()
    with pytest.raises(ValueError, match="contains it"):
        DriftModel(wide, main)
    other = PaperModel(
        *laws("exponents_by_architecture").prepared(
            "exponents_by_architecture", observations().assign(transformer=True)
        )
    )
    with pytest.raises(ValueError):
        DriftModel(main, other)


def test_a_main_law_that_the_drifting_laws_do_not_contain_has_no_such_row() -> None:
    """Its coefficients have the names of theirs, and another place."""
    main = "hicks_neutral"
    made = vary_verdict(
        {}, observations(), {}, laws=laws(main, WIDER), exponents=NO_EXPONENTS, n_starts=5, least_observations=30,
        scale=SETTINGS,
    )  # fmt: skip
    assert len(made) and "scale" not in set(made["kind"])
