"""The raw tables of other laws: what is in them fits together, and a bad cell is told before anything runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lmprogress.core.errors import InputError
from lmprogress.core.settings import TrendWindow
from lmprogress.other_laws.forecasting import extend_trends
from lmprogress.other_laws.raw_tables import RAW_TABLES, check_raw_tables
from other_laws_cases import RAW, raw


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(RAW, tmp_path / "other_laws"))


def test_every_file_is_checked_and_every_checked_file_is_there() -> None:
    assert {path.stem for path in RAW.glob("*.csv")} == set(RAW_TABLES)
    assert set(check_raw_tables(RAW)) == {*raw("claims")["table"].dropna(), *raw("claim_terms")["table"]}


@pytest.mark.parametrize("file", RAW_TABLES)
def test_a_row_that_stands_twice_is_told_with_its_line(copy: Path, file: str) -> None:
    path = copy / f"{file}.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"{file}\.csv, line {len(lines) + 1}"):
        check_raw_tables(copy)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("benchmark_scores", "Falcon-40B,MMLU", "Falcon-41B,MMLU"),
        ("density_models", ",Gemma-2-27B,d", ",Gemma-2-28B,d"),
    ],
)
def test_an_unknown_model_is_told(copy: Path, file: str, old: str, new: str) -> None:
    path = copy / f"{file}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match="is not a model of density_models"):
        check_raw_tables(copy)


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("claims", ",funnel,", ",,", "has a table or a column alone"),
        ("claims", ",231,systems,", ",,systems,", "has a table, but no number"),
        ("claim_terms", "llama3_20x,", "llama4_20x,", "is not a claim of claims.csv"),
        ("claim_facts", ",96,", ",many,", "claim_facts.csv"),
    ],
)
def test_a_claim_that_hangs_in_the_air_is_told(copy: Path, file: str, old: str, new: str, told: str) -> None:
    path = copy / f"{file}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=told):
        check_raw_tables(copy)


def test_the_reference_family_is_trained_on_six_multiples_of_its_sizes() -> None:
    # Densing Law, section on the reference models: 10, 15, 20, 30, 40 and 60 tokens a parameter
    ratios = raw("reference_losses")["n_training_tokens"] / raw("reference_losses")["n_parameters"]
    assert set(ratios) <= {10, 15, 20, 30, 40, 60}
    assert raw("reference_losses").groupby("score_basis").size().tolist() == [33] * 6


def test_a_window_without_points_is_told() -> None:
    window = TrendWindow(series="steam_engines", first_year=1900, last_year=1950, targets=[1960])
    with pytest.raises(InputError, match="fewer than two points"):
        extend_trends(raw("technology_series"), [window])
