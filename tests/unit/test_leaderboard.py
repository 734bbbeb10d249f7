"""Readings against a leaderboard that others keep."""

from __future__ import annotations

import pandas as pd

from conftest import ROOT
from lmprogress.core import tables
from lmprogress.reading.leaderboard import compare_leaderboard
from read_values import PAPER, reading, readings


def listed(value: float, split: str = "test", benchmark: str = "ptb") -> str:
    row = {"system": "LSTM", "paper_id": PAPER, "benchmark": benchmark, "split": split, "perplexity": value}
    found = readings(reading(80.0), reading(82.5, split="unknown"), reading(70.0, "Quoted", own=False))
    compared = compare_leaderboard(found, pd.DataFrame([{**row, "n_parameters": None, "source": "x"}]))
    return str(compared["standing"].iloc[0])


def test_a_value_of_the_leaderboard_agrees_differs_or_was_not_read() -> None:
    assert [listed(80.0), listed(82.5, "valid"), listed(70.0)] == ["agrees"] * 3
    assert [listed(80.01), listed(80.1), listed(80.0, "valid")] == ["differs"] * 3
    assert listed(80.0, benchmark="wt2") == "not_read"


def test_readings_kept_agree_with_the_leaderboard() -> None:
    """One of its values is not what its paper prints (1808.10143: 54.19 for 54.91)."""
    kept = tables.read_csv(ROOT / "raw/snapshot/readings.csv", "readings")
    compared = compare_leaderboard(kept, tables.read_csv(ROOT / "raw/leaderboard.csv", "leaderboard"))
    counts = compared["standing"].value_counts()
    differing = compared[compared["standing"] == "differs"]
    assert counts["agrees"] > 70
    assert list(zip(differing["paper_id"], differing["perplexity"], strict=True)) == [("1808.10143", 54.19)]
