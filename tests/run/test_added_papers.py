"""Papers at hand beside those that are kept, in a folder and under names of any kind, and what the run says of them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from conftest import ROOT
from lmprogress.core import tables
from mini_project import MiniProject, mini_project, paper
from typeset import broken

READ = ("processed/linked/links.parquet", "results/tables/paper_statuses.csv")
CURATED = ("processed/extracted/observations.parquet", "results/tables/funnel.csv")
NAMES = [
    "Zaremba – RNN (2014).pdf",
    "2105.14850 (1).pdf",
    "empty#hash.pdf",
    "{batch} 'a' \"b\".pdf",
    "论文.pdf",
    "a\nb.pdf",
]
FOLDER = "my {pdfs}, it's #1 (new)"


@pytest.fixture
def project(tmp_path: Path) -> MiniProject:
    """A small project whose snapshot serves, and a folder with a name and files of any kind."""
    made = mini_project(tmp_path / "checkout", None)
    shutil.rmtree(made.path / "papers")
    folder = made.path / FOLDER
    folder.mkdir()
    for number, name in enumerate(NAMES):
        (folder / name).write_bytes(paper(number))
    (folder / "bad one.pdf").write_bytes(broken.garbage())
    (folder / "9912.00001.pdf").write_bytes(broken.text_without_table())
    (folder / "._2105.14850.pdf").write_bytes(b"left by a file system")
    return made


def given_papers(project: MiniProject, *more: str) -> list[str]:
    """The settings that make gives to the engine for PAPERS=FOLDER."""
    engine = project.path / ".venv/bin/snakemake"
    engine.parent.mkdir(parents=True, exist_ok=True)
    engine.write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    engine.chmod(0o755)
    command = ["make", "-s", "-f", str(ROOT / "Makefile"), "run", f"PAPERS={FOLDER}", "FOLLOWED=", *more]
    told = subprocess.run(
        [*command, "-o", ".venv/run.stamp"], cwd=project.path, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    return told.stdout.split()[2:]


def test_files_of_any_name_are_added_to_what_is_kept(project: MiniProject) -> None:
    given = given_papers(project)
    result = project.snakemake("--cores", "2", *READ, *CURATED, *given)
    assert result.returncode == 0, result.stdout[-4000:]
    files = tables.read(project.path / "processed/paper_files.parquet", "paper_files").set_index("file")
    assert set(files.index) == {*NAMES[:-1], "a\\nb.pdf", "bad one.pdf", "9912.00001.pdf"}
    assert files["status"].drop("bad one.pdf").isin(["read", "no_tables"]).all()
    assert files.loc["bad one.pdf", "status"] == "damaged"
    assert "is in the future" in files.loc["9912.00001.pdf", "detail"]
    # what is kept is as it was
    kept = tables.read_csv(ROOT / "raw/snapshot/readings.csv", "readings")
    readings = tables.read(project.path / "processed/readings.parquet", "readings")
    # but for the one paper of it that is at hand
    kept = kept[kept["paper_id"] != "2105.14850"]
    there = readings[readings["paper_id"].isin(kept["paper_id"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(there, tables.read(_as_table(kept, project), "readings"))
    changes = pd.read_csv(project.path / READ[1], dtype=str)["change"].value_counts()
    at_hand = files.loc[files.index.drop("2105.14850 (1).pdf"), "paper_id"].nunique()
    assert changes.to_dict() == {"kept": kept["paper_id"].nunique(), "added": at_hand, "replaced": 1}
    said = result.stdout[result.stdout.index("lmprogress: done.") :]
    assert "7 read" in said and "1 failed" in said and "bad one.pdf: damaged" in said
    assert re.search(r"2105\.14850 \(replaced\): [1-9]\d* records, 0 observations: dataset size not positive\n", said)
    assert re.search(r"deeper-memories\S+: 0 records, 0 observations: no publication date\n", said)
    again = project.snakemake("--cores", "2", *READ, *CURATED, *given)
    assert "Nothing to be done" in again.stdout


def _as_table(readings: pd.DataFrame, project: MiniProject) -> Path:
    """What people keep, as the one writer writes it."""
    path = project.path / "kept.parquet"
    tables.write(readings, "readings", path)
    return path


def test_papers_only_uses_nothing_else_and_needs_papers(project: MiniProject) -> None:
    result = project.snakemake("--cores", "2", *READ, *given_papers(project, "ONLY=1"))
    assert result.returncode == 0, result.stdout[-4000:]
    files = tables.read(project.path / "processed/paper_files.parquet", "paper_files")
    readings = tables.read(project.path / "processed/readings.parquet", "readings")
    assert set(readings["paper_id"]) <= set(files["paper_id"])
    kept = set(tables.read_csv(ROOT / "raw/snapshot/paper_statuses.csv", "paper_statuses")["paper_id"])
    assert f"{len(kept - set(files['paper_id']))} withdrawn" in result.stdout
    alone = project.snakemake("--dry-run", *READ, "--config", "papers_only=True")
    assert alone.returncode != 0 and "papers_only" in alone.stdout and "Traceback" not in alone.stdout
