"""Runs from PDFs to the end: whatever papers there are, the run ends well, audited and sealed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from conftest import PARTS, Checkout, copy_checkout
from light import ABOUT_LAWS, with_settings
from lmprogress.auditing.run_files import ROOT, RunFiles
from lmprogress.auditing.verifying import audit, failures
from lmprogress.core import tables
from mini_project import PAPERS, paper
from typeset import broken

ONLY = ("--config", "papers=papers", "papers_only=True")
NO_LAWS = {"specifications": [], "penalties": []}


@pytest.fixture
def finished(first_run: Checkout, tmp_path: Path) -> Checkout:
    """A finished run with a folder for papers, for one test to change."""
    made = copy_checkout(first_run.path, tmp_path / "checkout", (*PARTS, "processed", "results", ".snakemake"))
    (made.path / "papers").mkdir()
    return made


def ends_well(run: Checkout, *arguments: str) -> str:
    """Run everything, with the audit within the run; the root of what was sealed."""
    (run.path / ROOT).unlink(missing_ok=True)
    result = run.snakemake("--cores", "2", *arguments)
    assert result.returncode == 0, result.stdout[-6000:]
    return (run.path / ROOT).read_text(encoding="ascii")


def changes(run: Checkout) -> dict[str, int]:
    """How many papers were kept, read and withdrawn."""
    statuses = tables.read(run.path / "processed/paper_statuses.parquet", "paper_statuses")
    return {str(change): int(n) for change, n in statuses["change"].value_counts().items()}


def laws_of_extracted(run: Checkout, name: str) -> set[str]:
    """The laws that the table has for the edition `extracted`; for the other editions it must have some."""
    found = tables.read(run.path / f"results/tables/{name}.parquet", name)
    assert set(found["edition"]) >= {"published", "corrected"}, name
    return set(found.loc[found["edition"] == "extracted", "specification"])


def test_papers_and_settings_come_and_go_until_nothing_is_left(finished: Checkout) -> None:
    before, folder = (finished.path / ROOT).read_text(encoding="ascii"), finished.path / "papers"
    config = RunFiles(finished.path).config
    for number, name in enumerate(PAPERS):
        (folder / f"{name}.pdf").write_bytes(paper(number))
    came = ends_well(finished, *ONLY)
    found = changes(finished)
    # the snapshot does not have the third
    assert (found["replaced"], found["added"]) == (2, 1) and "kept" not in found and came != before
    # too little to be fitted, which every table and figure that follows has to stand
    assert laws_of_extracted(finished, "fits") == set()
    # the audit passes beside the run, too
    assert [failure.told() for failure in failures(audit(finished.path))] == []
    assert len(tables.read(finished.path / "results/tables/extracted/records.parquet", "records"))

    picture = next((finished.path / "results/report/crops").rglob("*.png"))
    assert "Nothing to be done" in finished.snakemake("--dry-run", "--cores", "1", *ONLY).stdout
    picture.unlink()
    planned = finished.snakemake("--dry-run", "--cores", "1", *ONLY).stdout
    assert re.search(r"^picture_evidence +1$", planned, re.M), planned[-2000:]

    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "words.pdf").write_bytes(broken.text_without_table())
    (folder / "no paper.pdf").write_bytes(broken.garbage())
    ends_well(finished, *ONLY)
    assert tables.read(finished.path / "processed/readings.parquet", "readings").empty
    assert laws_of_extracted(finished, "fits") == set()

    # settings of the command line are those that are audited and sealed, also such that leave an edition no law
    figures = names_of_figures(finished)
    assert ends_well(finished, "--config", f"editions={{extracted: {{laws: {NO_LAWS}}}}}") != before
    extracted = dict(config["editions"]["extracted"])
    extracted |= {"laws": extracted["laws"] | NO_LAWS}
    assert RunFiles(finished.path).config == config | {"editions": config["editions"] | {"extracted": extracted}}
    assert {name for name in ABOUT_LAWS if laws_of_extracted(finished, name)} == set()
    assert names_of_figures(finished) == figures

    # what is kept and set gives the same, whatever came between: nothing of theirs is left where people look
    assert ends_well(finished) == before
    assert RunFiles(finished.path).config == config
    assert not (finished.path / "results/report/crops").exists()


def names_of_figures(run: Checkout) -> set[str]:
    return {path.name for path in (run.path / "results/figures/extracted").iterdir()}


def test_real_papers_are_added_to_what_is_kept_and_fitted_by_one_law(finished: Checkout, shared: Path) -> None:
    with_settings(finished, {"editions.extracted.laws": {"specifications": ["compute_only"], "penalties": [0.0025]}})
    chosen = sorted((shared / "papers").glob("*.pdf"))[:3]
    assert len(chosen) == 3
    for path in chosen:
        shutil.copy(path, finished.path / "papers" / path.name)
    ends_well(finished, "--config", "papers=papers")
    found = changes(finished)
    assert found.pop("kept") > 100
    assert sum(found.values()) == 3
    assert all(laws_of_extracted(finished, name) == {"compute_only"} for name in ABOUT_LAWS)
    # the boxes of evidence are those of the papers themselves
    assert not failures(audit(finished.path, None, finished.path / "papers"))
