"""New, replaced and withdrawn papers: what they touch runs again, and nothing else, within one call."""

from __future__ import annotations

import contextlib
import os
import pty
import shutil
import subprocess
import sys

import pandas as pd

from lmprogress.core.file_digest import file_digest
from mini_project import N_BATCHES, PAPERS, TARGETS, MiniProject, paper
from typeset import broken

LAWS = {"fit", "bootstrap", "derive", "fit_within_paper", "settle_observations"}


def dates(project: MiniProject, pattern: str) -> dict[str, int]:
    return {str(path.relative_to(project.path)): path.stat().st_mtime_ns for path in project.path.glob(pattern)}


def kept(project: MiniProject) -> set[str]:
    """Digests of the PDFs that something is kept of; nothing else lies there."""
    files = list((project.path / "processed/kept_papers").iterdir())
    assert all(file.suffix == ".json" and not file.name.startswith(".") for file in files)
    return {file.stem for file in files}


def digests(project: MiniProject) -> set[str]:
    """Digests of the PDFs at hand."""
    return {file_digest(path) for path in (project.path / "papers").iterdir()}


def statuses(project: MiniProject) -> pd.DataFrame:
    return table(project, "processed/paper_statuses.parquet").set_index("paper_id")


def table(project: MiniProject, name: str) -> pd.DataFrame:
    return pd.read_parquet(project.path / name)


def test_second_run_does_nothing(mini: MiniProject) -> None:
    result = mini.snakemake("--cores", "2", *TARGETS)
    assert "Nothing to be done" in result.stdout
    assert mini.run() == {}


def test_second_run_says_so_on_a_terminal(mini: MiniProject) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "snakemake", *TARGETS, "--cores", "2", "--logger", "lmprogress"]
    environment = {**os.environ, "PYTHONPATH": str(mini.path / "workflow")}
    with subprocess.Popen(command, cwd=mini.path, env=environment, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        told = b""
        # the end of what a terminal holds is an error on Linux
        with contextlib.suppress(OSError):
            while said := os.read(ours, 4096):
                told += said
        assert process.wait() == 0
    os.close(ours)
    assert "lmprogress: nothing to do, everything is up to date." in told.decode("utf-8")


def test_paper_without_observation_is_read_alone_and_runs_no_fit(mini: MiniProject) -> None:
    fitted = dates(mini, "processed/*/study/*.parquet")
    assert len(fitted) > 6
    file = mini.path / "new.pdf"
    file.write_bytes(broken.text_without_table())
    mini.add(file, "--title", "A paper of words", "--date", "2020-02-02")
    jobs = mini.run()
    assert (jobs["read_papers"], mini.papers_read()) == (1, (1, 1))
    assert len(kept(mini)) == len(PAPERS) + 1 and kept(mini) == digests(mini)
    assert jobs["curate"] == jobs["digest_observations"] == 2
    assert set(jobs) & LAWS == set()
    assert dates(mini, "processed/*/study/*.parquet") == fitted
    assert statuses(mini).loc["a-paper-of-words", "change"] == "added"
    assert mini.run() == {}


def test_changed_observation_runs_the_fits_of_its_edition(mini: MiniProject) -> None:
    mini.replace("raw/evaluations.csv", ",wt103,17.1,", ",wt103,17.2,")
    jobs = mini.run()
    # settled are the edition's own and those under other ways to curate it; both procedures fit and resample
    twice = ("settle_observations", "fit", "bootstrap")
    assert {name: jobs[name] for name in LAWS} == dict.fromkeys(LAWS, 1) | dict.fromkeys(twice, 2)
    assert "read_papers" not in jobs
    assert len(list((mini.path / "processed/corrected/settled").iterdir())) == 1
    assert mini.run() == {}
    # what was so before is found by its digest, and fitted again to the same bytes
    fits = (mini.path / "processed/corrected/study/fits.parquet").read_bytes()
    mini.replace("raw/evaluations.csv", ",wt103,17.2,", ",wt103,17.1,")
    assert mini.run()["fit"] == 2
    assert (mini.path / "processed/corrected/study/fits.parquet").read_bytes() != fits


def test_replaced_paper_is_read_alone_whatever_its_date(mini: MiniProject) -> None:
    file = mini.path / f"papers/{PAPERS[0]}.pdf"
    before = statuses(mini)["sha256"].dropna()
    file.write_bytes(paper(5))
    os.utime(file, (0, 0))
    jobs = mini.run()
    assert (jobs["read_papers"], mini.papers_read()) == (1, (1, 1))
    after = statuses(mini)["sha256"].dropna()
    assert list(after.index[after != before]) == [PAPERS[0]]
    changed = statuses(mini).loc[PAPERS[0]]
    # of what the snapshot has of this paper, the typeset one has the month in its identifier alone
    assert (changed["change"], changed["n_readings_new"]) == ("replaced", changed["n_readings"] - 1)
    assert changed["n_readings_gone"] > 5
    log = (mini.path / "results/logs/gather.log").read_text(encoding="utf-8")
    assert f"{PAPERS[0]}: replaced, read" in log


def test_withdrawn_paper_leaves_nothing(mini: MiniProject) -> None:
    assert PAPERS[0] in set(table(mini, "processed/readings.parquet")["paper_id"])
    # one of two papers of a batch, and all of another
    for paper_id in (PAPERS[0], PAPERS[2]):
        (mini.path / f"papers/{paper_id}.pdf").unlink()
    (mini.path / "processed/kept_papers/.0123.json.half").write_text("of a job that was killed")
    jobs = mini.run()
    assert (jobs["read_papers"], mini.papers_read()) == (1, (0, 1))
    assert jobs["gather"] == 1
    assert len(kept(mini)) == 1 and kept(mini) == digests(mini)
    for path in mini.path.glob("processed/**/*.parquet"):
        frame = pd.read_parquet(path)
        if path.parent.name == "read_files" or path.stem == "paper_files":
            assert set(frame["file"]) <= {f"{PAPERS[1]}.pdf"}, path
        if path.stem == "readings" or (path.parent.name == "linked" and "paper_id" in frame):
            assert set(frame["paper_id"]) <= {PAPERS[1]}, path
    changes = statuses(mini)["change"]
    # the third is in the manifest alone
    assert changes[PAPERS[0]] == "withdrawn" and PAPERS[2] not in changes.index
    for folder in ("readings", "read_files", "tables"):
        assert len(list((mini.path / "processed" / folder).iterdir())) == 1


DAMAGES = {
    "one digit": lambda content: content.replace(b'"page": 1', b'"page": 7', 1),
    "half": lambda content: content[: len(content) // 2],
    "nothing": lambda content: b"",
}


def test_damaged_kept_paper_is_read_again_to_the_same_bytes(mini: MiniProject) -> None:
    before = mini.files("processed")
    batches = [f"processed/readings/{number}.parquet" for number in range(N_BATCHES)]
    batches = [name for name in batches if name in before]
    for digest, damage in zip(sorted(digests(mini)), DAMAGES.values(), strict=True):
        file = mini.path / f"processed/kept_papers/{digest}.json"
        damaged = damage(file.read_bytes())
        assert damaged != file.read_bytes()
        file.write_bytes(damaged)
    for name in batches:
        (mini.path / name).unlink()
    jobs = mini.make(*batches)
    assert (jobs["read_papers"], mini.papers_read()) == (len(batches), (len(PAPERS), 0))
    assert mini.files("processed") == before


OTHER_READERS = {
    "limits": ("config/config.yaml", "seconds: 20", "seconds: 30"),
    "words": ("config/reading.yaml", "most_pages: ", "most_pages: 1"),
    "code": ("workflow/lmprogress/reading/prose.py", "\n\n\n", "\n\nADDED = 1\n\n\n"),
}


def test_kept_papers_are_taken_by_other_batches_and_by_no_other_reader(mini: MiniProject) -> None:
    # all papers
    batch = "processed/readings/0.parquet"
    mini.replace("config/config.yaml", f"batches: {N_BATCHES}", "batches: 1")
    jobs = mini.make(batch)
    assert (jobs["read_papers"], mini.papers_read()) == (1, (0, len(PAPERS)))
    for what, change in OTHER_READERS.items():
        mini.replace(*change)
        jobs = mini.make(batch)
        assert (jobs["read_papers"], mini.papers_read()) == (1, (len(PAPERS), 0)), what


def test_deleted_intermediates_are_made_again_to_the_same_bytes(mini: MiniProject) -> None:
    before = mini.results()
    for name in ("corrected/settled", "readings", "extracted/decisions", "linked"):
        shutil.rmtree(mini.path / "processed" / name)
    for name in ("corrected/records.parquet", "extracted/fitted_observations.sha256", "corrected/study/fits.parquet"):
        (mini.path / "processed" / name).unlink()
    targets = [name for name in before if "/kept_papers/" not in name]
    asked = [name for name in targets if "/study/" not in name or "doubling" in name]
    result = mini.snakemake("--cores", "2", *(name for name in asked))
    assert result.returncode == 0, result.stdout[-4000:]
    after = mini.results()
    assert {name for name in asked if after[name] != before[name]} == set()
