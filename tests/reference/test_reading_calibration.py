"""Whether the confidence of a reading means what it says, and what docs say of new papers, from first looks at papers.

In: tests/data/first_looks.csv and first_look_readings.csv. Out: assertions on config/reading.yaml, calibration.csv and
docs.
"""

from __future__ import annotations

import pandas as pd
import pytest

import calibrate
from conftest import ROOT
from lmprogress.core.settings_reading import FieldConfidence, load_reading_vocabulary
from lmprogress.reading.confidence import evidence, rate
from read_values import reading

DOCS = (ROOT / "docs/reading.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def readings() -> pd.DataFrame:
    return pd.read_csv(calibrate.READINGS, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def calibrated(readings: pd.DataFrame) -> pd.DataFrame:
    return calibrate.calibration(readings)


def test_weights_are_those_of_the_fit(readings: pd.DataFrame) -> None:
    """Else run `make calibrate`, and keep its lines in config/reading.yaml."""
    used = load_reading_vocabulary(ROOT / "config/reading.yaml", ROOT / "config/benchmarks.yaml").confidence
    fitted = {
        field: calibrate.fit(calibrate.labelled(readings, field), names) for field, names in calibrate.EVIDENCE.items()
    }
    assert used == fitted


def test_ninety_nine_is_right_in_papers_left_out(calibrated: pd.DataFrame) -> None:
    surest = calibrated[calibrated["from"] == 0.99].set_index("field")
    assert (surest["share"] >= 0.97).all(), surest
    assert {"value", "benchmark", "split"} <= set(surest.index) and surest["papers"].min() >= 40


def test_confidence_ranks_in_papers_left_out(calibrated: pd.DataFrame) -> None:
    areas = calibrated[calibrated["from"] == "all"].set_index("field")
    ranked = areas.drop(index="split")  # two of its readings are wrong
    assert (ranked["area"] < ranked["area_unranked"]).all(), areas
    assert ranked["area"]["value"] < 0.1 * ranked["area_unranked"]["value"]


def test_calibration_and_docs_are_of_these_readings(calibrated: pd.DataFrame) -> None:
    """Else run `make calibrate`, and keep its lines in docs/reading.md."""
    kept = pd.read_csv(calibrate.TABLE, dtype={"from": str}).round(4)
    made = calibrated.assign(**{"from": calibrated["from"].astype(str)}).round(4).reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, made, check_dtype=False, atol=1.1e-4)
    assert [line for line in calibrate.lines_of_table(calibrated) if line not in DOCS] == []


def test_what_docs_say_of_new_papers_is_what_first_looks_gave() -> None:
    looks = calibrate.expected(pd.read_csv(calibrate.LOOKS, dtype={"paper_id": str}))
    assert [line for line in calibrate.lines_of_looks(looks) if line not in DOCS] == []
    every = looks.set_index("set").loc["all"]
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    shares = [f"{every[name]:.2f}" for name in ("recall", "recall, papers", "precision")]
    told = (
        f"in {every['papers']:.0f} labelled papers read for the first time, it found {shares[0]} of the perplexities"
        f" ({shares[1]} as the mean over papers); {shares[2]} of what it read was right"
    )
    assert told in readme, told


def test_a_field_that_is_not_stated_has_no_confidence() -> None:
    plain = FieldConfidence(constant=0.5, weights={"split_evidence": {"header": 1.0}})
    fields = dict.fromkeys(calibrate.EVIDENCE, plain)
    said = reading(80.0, split_evidence="header", own=True, n_parameters=2.4e7, n_parameters_raw="24M")
    silent = reading(80.0, split="unknown", benchmark="unknown", own=None)
    rate([said, silent], fields)
    # 1 / (1 + exp(-1.5)) and 1 / (1 + exp(-0.5)), rounded down
    assert [said[f"{field}_confidence"] for field in fields] == [0.81] * 5
    assert silent["value_confidence"] == silent["confidence"] == 0.62
    assert {silent[f"{field}_confidence"] for field in fields if field != "value"} == {None}
    assert evidence(said)["unit"] == "yes" and evidence(said)["size_in_label"] == "no"


def test_nothing_is_more_than_sure() -> None:
    row = reading(80.0)
    rate([row], dict.fromkeys(calibrate.EVIDENCE, FieldConfidence(constant=20, weights={})))
    assert row["confidence"] == 0.99
