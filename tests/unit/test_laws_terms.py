"""Terms seen from outside, logistic gains, drifts and data variants: against the formulas written out."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from conftest import ROOT
from curated import curated
from laws_cases import OFFSETS, law_set
from lmprogress.core.settings import DataVariant, load_models
from lmprogress.laws.model.scaling_laws import coefficient_names
from lmprogress.laws.model.terms import Conditions, terms_at
from lmprogress.laws.model.training_data import training_tokens, usable
from lmprogress.laws.rates.progress import growth_rates, has_closed_form
from lmprogress.laws.solver.objective import Problem, derivatives

MODELS = load_models(ROOT / "config/models.yaml")
OBSERVATIONS = curated("corrected").observations
CLOSED = [name for name, s in MODELS.specifications.items() if has_closed_form(s)]


def law_and_rows(name: str):
    return law_set(MODELS.specifications, MODELS.data_variants).prepared(name, OBSERVATIONS)


def theta_of(name: str) -> np.ndarray:
    names = coefficient_names(MODELS.specifications[name], OFFSETS)
    return np.random.default_rng(len(names)).uniform(0.01, 0.1, len(names))


@pytest.mark.parametrize("name", MODELS.specifications)
def test_terms_give_what_the_law_gives(name: str) -> None:
    law, rows = law_and_rows(name)
    theta = theta_of(name)
    row = rows.iloc[[7]]
    conditions = Conditions(
        row["benchmark"].item(), bool(row["transformer"].item()), float(row["assumed_vocabulary_size"].item())
    )
    terms = terms_at(law, theta[None], float(row["publication_year"].item()), conditions)
    at = terms.log_perplexity(math.log(row["n_parameters"].item()), math.log(row["training_tokens"].item()))
    assert at[0] == pytest.approx(law.columns(row).predicted(theta)[0], rel=1e-12)


@pytest.mark.parametrize("name", MODELS.specifications)
def test_matrices_give_the_predictions_of_the_factors(name: str) -> None:
    law, rows = law_and_rows(name)
    theta = theta_of(name)
    columns = law.columns(rows)
    problem = Problem(*law.matrices(columns), np.zeros(len(rows)), law.logistic)
    value, gradient, _ = derivatives(problem, theta)
    assert value == pytest.approx(np.mean(np.square(columns.predicted(theta))), rel=1e-12)
    moved = columns.predicted(theta[:, None] + 1e-6 * np.eye(len(theta)))
    back = columns.predicted(theta[:, None] - 1e-6 * np.eye(len(theta)))
    slopes = (np.mean(np.square(moved), axis=1) - np.mean(np.square(back), axis=1)) / 2e-6
    np.testing.assert_allclose(gradient, slopes, rtol=1e-5, atol=1e-6)


def test_second_derivatives_through_a_logistic_gain() -> None:
    law, rows = law_and_rows("transformer_gain")
    theta = theta_of("transformer_gain")
    problem = Problem(*law.matrices(law.columns(rows)), rows["log_perplexity"].to_numpy(float), law.logistic)
    _, _, hessian = derivatives(problem, theta)
    around = [
        (derivatives(problem, theta + 1e-6 * s)[1] - derivatives(problem, theta - 1e-6 * s)[1]) / 2e-6
        for s in np.eye(len(theta))
    ]
    np.testing.assert_allclose(hessian, around, rtol=1e-5, atol=1e-6 * np.abs(hessian).max())


def test_a_transformer_is_better_by_the_logistic_gain() -> None:
    law, _ = law_and_rows("transformer_gain")
    theta = theta_of("transformer_gain")
    with_it, without = (
        terms_at(law, theta[None], 2020.0, Conditions("ptb", transformer)).log_perplexity(18.0, 20.0)[0]
        for transformer in (True, False)
    )
    assert with_it / without == pytest.approx(1 / (1 + math.exp(-theta[-1])))


@pytest.mark.parametrize("name", CLOSED)
def test_a_year_is_worth_the_growth_that_the_rates_state(name: str) -> None:
    # the same law a year later, or with inputs larger by 2 to the growth rate: the same terms
    law, _ = law_and_rows(name)
    theta = theta_of(name)
    rates = growth_rates(law.specification, OFFSETS, theta[None])
    for transformer, group in ((True, "transformers"), (False, "others")):
        for benchmark in OFFSETS:
            early = group == "others" or any(r.group in ("before", "from") for r in rates)
            year = 2013.0 if early else 2021.0
            now, later = (
                terms_at(law, theta[None], y, Conditions(benchmark, transformer, 1e4)) for y in (year, year + 1)
            )
            growth = {
                q: sum(
                    float(rate[0])
                    for r, rate in rates.items()
                    if r.quantity == q and r.benchmark in ("all", benchmark) and r.group in ("all", group, "before")
                )
                for q in ("parameters", "data", "effective_compute")
            }
            if "compute" in law.specification.terms:
                growth["parameters"] = growth["effective_compute"]
            log_n, log_d = 20.0, 22.0
            larger = now.log_perplexity(
                log_n + growth["parameters"] * math.log(2), log_d + growth["data"] * math.log(2)
            )
            assert later.log_perplexity(log_n, log_d)[0] == pytest.approx(larger[0], rel=1e-9)


def test_tokens_by_variant() -> None:
    rows = pd.DataFrame({"dataset_size_tokens": [100.0, 100.0, 100.0], "n_epochs": [1.0, 4.0, np.nan]})
    worth = {"repeats": "diminishing", "repeats_worth": 15.39}
    variant = DataVariant(label="", source="", **worth)
    four = 100 * (1 + 15.39 * (1 - math.exp(-3 / 15.39)))
    np.testing.assert_allclose(training_tokens(rows, variant), [100, four, 100])
    slip = DataVariant(label="", source="", first_pass_repeats=True, repeats="diminishing", repeats_worth=2.9157)
    # one pass counts 1.85 times (what the study's formula does)
    assert training_tokens(rows, slip)[0] == pytest.approx(185, abs=0.5)
    assert training_tokens(rows, DataVariant(label="", source="", repeats="all")).tolist() == [100, 400, 100]
    assert len(usable(rows, DataVariant(label="", source="", unknown_epochs="drop"))) == 2
