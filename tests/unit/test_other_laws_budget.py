"""Budgets: optima are optima, the cheapest run is the cheapest, 6ND has its limits, the command says what is wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from conftest import ROOT
from lmprogress.cli import main
from lmprogress.core import tables
from lmprogress.other_laws.compute_budget import project_budgets
from lmprogress.other_laws.loss_law import LossLaw
from lmprogress.other_laws.transformer_compute import block_parameters, training_flop_per_token
from report_cases import made_up_verdict

LAW = LossLaw(482.0, 0.348, 2085.0, 0.366, 1.817)
BUDGET = 1e23
LAWS = str(ROOT / "raw" / "other_laws" / "allocation_laws.csv")


def test_the_best_allocation_beats_all_others() -> None:
    size, tokens = LAW.best(BUDGET)
    assert 6 * size * tokens == pytest.approx(BUDGET)
    others = size * np.geomspace(0.2, 5, 400)
    assert LAW.loss(size, tokens) <= min(LAW.loss(n, BUDGET / (6 * n)) for n in others)


def test_the_cheapest_run_to_a_loss_is_the_best_run_of_its_budget() -> None:
    assert LAW.cheapest(LAW.loss(*LAW.best(BUDGET))) == pytest.approx(LAW.best(BUDGET))


def test_sizes_and_tokens_invert_the_loss() -> None:
    assert LAW.loss(LAW.parameters(2.1, 1e12), 1e12) == pytest.approx(2.1)
    assert LAW.loss(1e11, LAW.tokens(2.1, 1e11)) == pytest.approx(2.1)
    assert LAW.parameters(1.8, 1e12) == np.inf


@pytest.mark.parametrize("served", [1e11, 1e13, 1e15])
def test_the_cheapest_served_run_beats_all_others_at_its_loss(served: float) -> None:
    loss = LAW.loss(*LAW.best(BUDGET))
    size, tokens = LAW.cheapest_served(loss, served)
    assert LAW.loss(size, tokens) == pytest.approx(loss)
    assert size < LAW.best(BUDGET)[0]
    others = size * np.geomspace(0.5, 3, 400)
    totals = [6 * n * LAW.tokens(loss, n) + 2 * n * served for n in others]
    assert 6 * size * tokens + 2 * size * served <= min(totals) * (1 + 1e-9)


def test_six_flop_a_parameter_where_context_and_vocabulary_are_small() -> None:
    size = block_parameters(96, 12288)
    assert size == pytest.approx(175e9, rel=0.01)  # GPT-3 (Brown et al. 2020, Table 2.1)
    assert training_flop_per_token(96, 12288, 0, 0) == 6 * size
    # a context of six widths doubles the compute of the blocks
    assert training_flop_per_token(96, 12288, 6 * 12288, 0) == pytest.approx(12 * size)
    # the output layer: six FLOP for each of its width × vocabulary weights
    output = training_flop_per_token(96, 12288, 0, 50257) - 6 * size
    assert output == pytest.approx(6 * 12288 * 50257)
    assert training_flop_per_token(96, 12288, 0, 0, recompute=True) == 8 * size


def verdict(low: float, estimate: float, high: float) -> pd.DataFrame:
    return pd.DataFrame([{"edition": "e", "estimate_months": estimate, "low_months": low, "high_months": high}])


def test_progress_over_the_years() -> None:
    row = project_budgets(verdict(6.0, 12.0, 24.0), [1e24], [2]).iloc[0]
    assert row[["gain", "gain_low", "gain_high"]].tolist() == [4, 2, 16]
    assert row["needed_flop"] == 2.5e23


def test_a_slow_end_without_bound_is_no_progress_and_a_fast_one_bounds_nothing() -> None:
    row = project_budgets(verdict(np.nan, 12.0, np.nan), [1e24], [2]).iloc[0]
    assert row["gain_low"] == 1
    assert np.isnan(row["gain_high"])


@pytest.mark.parametrize("months", [1e-6, -1e-6, 0.0, -0.0, 1e-300, 1e300, np.nan, 0.095])
def test_any_doubling_time_gives_a_row_that_its_schema_takes(months: float, tmp_path: Path) -> None:
    projected = project_budgets(verdict(months, months, months), [1e24], [0, 1, 50])
    tables.write(projected, "budget_projection", tmp_path / "budget_projection.parquet")
    assert projected.loc[projected["years"] == 0, ["gain", "gain_low"]].eq(1).all(axis=None)


def test_the_command_prints_each_law(capsys) -> None:
    assert main(["budget", "--parameters", "7e10", "--tokens", "1.4e12", "--laws", LAWS]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "5.88e+23 FLOP" in lines[0]
    assert any(line.split()[-6:-3] == ["7e+10", "1.4e+12", "20.0"] for line in lines)


def test_the_command_says_what_progress_does(capsys) -> None:
    assert main(["budget", "1e24", "--doubling-months", "12,6,24", "--years", "2", "--laws", LAWS]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split()[-5:] == ["4", "[2,", "16]", "2.5e+23", "FLOP"]


def test_the_command_takes_the_verdict_of_the_last_run(tmp_path, capsys) -> None:
    found = made_up_verdict(estimate_months=12.0, low_months=6.0, high_months=None)
    tables.write(found, "verdict", tmp_path / "verdict.parquet")
    assert main(["budget", "1e24", "--years", "2", "--verdict", str(tmp_path / "verdict.parquet"), "--laws", LAWS]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    # no slow end: no progress is not ruled out
    assert last.startswith("corrected: 12.0 months (95 %: 6.0 to ∞)")
    assert last.split()[-5:] == ["4", "[1,", "16]", "2.5e+23", "FLOP"]


def test_a_verdict_of_an_older_version_is_named_with_what_to_do(tmp_path, capsys) -> None:
    path = tmp_path / "verdict.parquet"
    made_up_verdict().drop(columns="p_no_progress").to_parquet(path)
    assert main(["budget", "1e24", "--verdict", str(path), "--laws", LAWS]) == 1
    told = capsys.readouterr().err
    assert str(path) in told and "was not written by this version" in told and "--doubling-months" in told


@pytest.mark.parametrize(
    "arguments",
    [[], ["1e23", "--parameters", "1e9", "--tokens", "1e9"], ["--parameters", "1e9"], ["-1"],
     ["1e23", "--shape", "80,8192"], ["1e23", "--doubling-months", "eight"]],
)  # fmt: skip
def test_the_command_says_what_is_wrong(arguments: list[str], capsys) -> None:
    assert main(["budget", *arguments, "--laws", LAWS]) == 1
    assert "remedy" in capsys.readouterr().err
