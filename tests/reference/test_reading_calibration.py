"""Whether the confidence of a reading means what it says.

In: the labelled papers of ../shared. Out: assertions on the confidences of config/reading.yaml.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from scipy.stats import binomtest

from calibrate import confidences, judged_readings, tabulate
from conftest import ROOT
from lmprogress.core.settings_reading import load_reading_vocabulary

BINS = (0.0, 0.9, 0.95, 0.97, 0.98, 0.99, 1.0)


@pytest.fixture(scope="module")
def readings(shared: Path) -> pd.DataFrame:
    return judged_readings(shared)


def test_confidence_is_not_overstated_on_papers_held_out(readings: pd.DataFrame) -> None:
    """In each bin the upper end of the share right (Wilson, 95 %) is no less than the mean confidence."""
    held_out = readings[readings["use"] == "held_out"]
    bins = pd.cut(held_out["confidence"], BINS, right=False, include_lowest=True).astype(str)
    overstated = {
        name: (int(group["right"].sum()), len(group), group["confidence"].mean())
        for name, group in held_out.groupby(bins)
        if binomtest(int(group["right"].sum()), len(group)).proportion_ci(0.95, method="wilson").high
        < group["confidence"].mean()
    }
    assert len(held_out) > 500
    assert not overstated


def test_confidences_are_those_of_the_calibration(readings: pd.DataFrame) -> None:
    """Off by 0.02 or more: run `make calibrate`, and keep its lines in config/reading.yaml."""
    stated = load_reading_vocabulary(ROOT / "config/reading.yaml", ROOT / "config/benchmarks.yaml").confidence
    counted = confidences(tabulate(readings))
    assert {k: (stated.get(k), v) for k, v in counted.items() if abs(stated.get(k, stated["other"]) - v) >= 0.02} == {}


def test_a_reading_carries_the_confidence_of_its_evidence(readings: pd.DataFrame) -> None:
    stated = load_reading_vocabulary(ROOT / "config/reading.yaml", ROOT / "config/benchmarks.yaml").confidence
    assert (readings["evidence"].map(stated).fillna(stated["other"]) == readings["confidence"]).all()
