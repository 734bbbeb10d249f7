"""The library in a notebook: what its page shows works, and gives what a run gives."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import lmprogress
from conftest import ROOT, Checkout
from lmprogress.core.errors import InputError
from lmprogress.laws.rates.headline import headline_doubling_times
from typeset import CASES

PAGE = ROOT / "docs/notebook.md"
OWN = ["paper_id", "benchmark", "perplexity", "publication_date", "n_parameters", "dataset_size_tokens"]


@pytest.fixture
def run(first_run: Checkout, monkeypatch: pytest.MonkeyPatch) -> lmprogress.Run:
    """A finished run, in its folder, whose settings fits take."""
    monkeypatch.chdir(first_run.path)
    return lmprogress.open_run("results")


def test_every_line_of_the_page_runs(first_run: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in ("config", "raw"):
        shutil.copytree(first_run.path / part, tmp_path / part)
    (tmp_path / "results").symlink_to(first_run.path / "results")
    (tmp_path / "paper.pdf").write_bytes(CASES["three_horizontal_rules"].typeset()[0])
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    held: dict[str, object] = {}
    for block in blocks:
        exec(block, held)
    assert len(blocks) >= 6 and len(held["readings"]) and len(held["worst"]) == 5  # type: ignore[arg-type]
    assert (tmp_path / "fit.png").stat().st_size and (tmp_path / "doubling_time.png").stat().st_size


def test_importing_and_opening_load_no_solver(first_run: Checkout) -> None:
    program = (
        "import sys, lmprogress; before = set(sys.modules); run = lmprogress.open_run('results'); lmprogress.fit; "
        "run.headline; parts = ('numba', 'scipy.optimize', 'matplotlib', 'snakemake'); "
        "print('pandas' in before, [part for part in parts if part in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=first_run.path, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(ROOT / "workflow"), "PATH": ""},
    )  # fmt: skip
    assert done.stdout.strip() == "False []", done.stderr


@pytest.mark.parametrize("procedure", ["study", "global"])
def test_observations_of_a_run_give_its_numbers(run: lmprogress.Run, procedure: str) -> None:
    edition = run.settings.report.edition
    fit = lmprogress.fit(run.observations(), procedure=procedure, n_replicates=None)  # type: ignore[arg-type]
    shown = headline_doubling_times(run.table("doubling_times"), run.settings.fit.main)
    row = shown[(shown["edition"] == edition) & (shown["procedure"] == procedure)].iloc[0]
    expected = [math.inf if pd.isna(row[f"{name}_months"]) else row[f"{name}_months"]
                for name in ("estimate", "median", "low", "high")]  # fmt: skip
    assert [fit.months, fit.median, *(fit.interval or ())] == pytest.approx(expected, rel=1e-12)
    fits = run.table("fits")
    key = {"edition": edition, "procedure": procedure, "specification": fit.law, "penalty": fit.penalty}
    same = fits[(fits[list(key)] == pd.Series(key)).all(axis=1)].iloc[0]
    assert fit.quality["objective"] == pytest.approx(same["objective"], rel=1e-12)
    assert (fit.residuals["residual"] ** 2).mean() == pytest.approx(same["mse"])
    assert fit.residuals.attrs["units"]["residual"] == "nats"


def test_a_table_of_ones_own_gives_the_same_fit(run: lmprogress.Run) -> None:
    observations = run.observations()
    whole = lmprogress.fit(observations, n_replicates=0)
    mine = lmprogress.fit(observations[OWN].reset_index(drop=True), n_replicates=0)
    assert whole.interval is None and whole.median is None
    # other starts, the same minimum
    assert mine.quality["n_observations"] == whole.quality["n_observations"]
    assert mine.quality["objective"] == pytest.approx(whole.quality["objective"], rel=0.05)


def test_a_law_without_a_closed_form_and_one_without_a_rate_are_fitted(run: lmprogress.Run) -> None:
    drifting = lmprogress.fit(run.observations(), law="drifting_exponents_and_progress", n_replicates=2)
    assert drifting.interval is not None and not math.isnan(drifting.months)
    still = lmprogress.fit(run.observations(), law="no_progress", n_replicates=0)
    assert still.months in (math.inf,) or math.isnan(still.months)


def test_what_is_wrong_is_named_with_a_remedy(run: lmprogress.Run, tmp_path: Path) -> None:
    observations = run.observations()
    for wrong, message in (
        (lambda: lmprogress.fit(observations, law="man"), r"is no law.*'man'.*remedy: use main"),
        (lambda: lmprogress.fit(observations, penalty=-1), r"penalty: must not be negative"),
        (lambda: lmprogress.fit(observations, n_replicates=1), r"n_replicates: must be 0, or at least 2"),
        (lambda: lmprogress.fit(observations[OWN[1:]]), r"lack the column paper_id.*remedy"),
        (lambda: lmprogress.fit(observations.assign(benchmark="c4")), r"is no benchmark.*'c4'.*remedy: use one of"),
        (lambda: lmprogress.fit(observations.head(8)), r"too few: 8 rows for \d+ coefficients"),
        (lambda: lmprogress.fit(observations.iloc[:0]), r"have no rows"),
        (lambda: run.table("doubling_time"), r"is no table of the run.*'doubling_time'.*doubling_times"),
        (lambda: run.observations("corected"), r"is no edition of the run.*'corected'.*corrected"),
        (lambda: lmprogress.open_run(tmp_path), r"holds no finished run.*make run"),
        (lambda: lmprogress.read_pdf(tmp_path / "none.pdf"), r"none\.pdf: does not exist"),
    ):
        with pytest.raises(InputError, match=rf"(?s){message}"):
            wrong()
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4 no more than this")
    with pytest.raises(InputError, match=r"(?s)broken\.pdf: was not read.*remedy"):
        lmprogress.read_pdf(tmp_path / "broken.pdf")


def test_a_pdf_gives_the_readings_that_the_command_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(CASES["three_horizontal_rules"].typeset()[0])
    monkeypatch.chdir(tmp_path)
    readings = lmprogress.read_pdf(paper)
    command = [sys.executable, "-m", "lmprogress.cli", "read", str(paper), "--out", "readings.parquet"]
    subprocess.run(command, check=True, capture_output=True, env={"PYTHONPATH": str(ROOT / "workflow"), "PATH": ""})
    pd.testing.assert_frame_equal(
        readings.reset_index(drop=True), pd.read_parquet("readings.parquet"), check_dtype=False, check_like=True
    )
    assert readings.attrs["units"]["x0"].startswith("points")
