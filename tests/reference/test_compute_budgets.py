"""Compute budgets against published allocations.

In: raw/other_laws. Out: agreement with Chinchilla, Kaplan et al. and retold figures.
"""

from __future__ import annotations

import pytest

from lmprogress.other_laws.compute_budget import compare_runs, read_allocations, tabulate_allocations, trade_off_size
from other_laws_cases import raw

ALLOCATIONS = read_allocations(raw("allocation_laws"))
BUDGET = compare_runs(raw("training_runs"), ALLOCATIONS)


def run(model: str, law: str = "twenty_tokens"):
    return BUDGET[(BUDGET["model"] == model) & (BUDGET["law"] == law)].iloc[0]


def test_chinchilla_is_exactly_120_n_squared() -> None:
    chinchilla = run("Chinchilla")
    assert chinchilla["training_compute_flop"] == 5.88e23 == 120 * 70e9**2
    assert chinchilla["optimal_n_parameters"] == pytest.approx(70e9, rel=1e-12)


# D/N and √(C/120): Hoffmann et al. 2022, Table 1, with C = 6ND
@pytest.mark.parametrize(
    ("model", "ratio", "optimal"),
    [("GPT-2", 2.7, 0.55e9), ("GPT-3", 1.71, 51.2e9), ("Gopher", 1.07, 64.8e9), ("MT-NLG", 0.51, 84.6e9),
     ("PaLM", 1.44, 145e9), ("Llama-1-7B", 149, 18.3e9), ("Llama-3-8B", 1868, 77.6e9)],
)  # fmt: skip
def test_runs(model: str, ratio: float, optimal: float) -> None:
    assert run(model)["tokens_per_parameter"] == pytest.approx(ratio, rel=0.02)
    assert run(model)["optimal_n_parameters"] == pytest.approx(optimal, rel=0.01)


def test_tenfold_compute() -> None:
    rows = tabulate_allocations(ALLOCATIONS, [1e22]).set_index("law")
    # Kaplan et al. 2020, section 6: 5.5 and 1.8, from exponents 0.73 and 0.27
    assert rows.loc["kaplan", "tenfold_parameters"] == pytest.approx(5.5, abs=0.15)
    assert rows.loc["kaplan", "tenfold_tokens"] == pytest.approx(1.8, abs=0.1)
    assert rows.loc["twenty_tokens", "tenfold_parameters"] == pytest.approx(10**0.5)
    # Besiroglu et al. 2024: about 20 tokens a parameter, where the printed law has several times as many
    assert rows.loc["besiroglu", "tokens_per_parameter"] == pytest.approx(20, abs=3)
    assert rows.loc["hoffmann_printed", "tokens_per_parameter"] > 50


def test_half_the_size_costs_a_fifth_more() -> None:
    rows = trade_off_size(ALLOCATIONS).set_index(["law", "size_ratio"])
    assert rows.loc[("hoffmann_printed", 0.5), "training_ratio"] == pytest.approx(1.2, abs=0.02)


def test_chinchilla_and_its_refit_agree_on_the_optimum() -> None:
    # Besiroglu et al. 2024: the refit agrees with the other two approaches, by which Chinchilla was sized
    assert run("Chinchilla", "besiroglu")["compute_saved"] == pytest.approx(1, abs=0.01)
