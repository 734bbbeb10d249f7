"""What a run costs: the whole one, one that has nothing to do, one with a single new paper.

In: the checkout, and the papers of ../shared/papers where they are at hand. Out: seconds and jobs, beside the first run
of the same project: the whole workflow with real papers, and a small project at 200 and at 2,000 papers.
"""

from __future__ import annotations

import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from conftest import ROOT, copy_checkout
from mini_project import N_BATCHES, MiniProject, mini_project, paper
from typeset.sheet import Sheet

SIZES = (200, 2_000)
BATCHES = 16  # as in config/config.yaml
# real papers that are added last, and what the edition `extracted` gains by each
ADDED = {"1605.00064": "no observation", "1707.05589": "observations"}


def small_paper(number: int) -> bytes:
    """A page of text that no other paper holds."""
    sheet = Sheet()
    sheet.paragraph(f"Paper number {number} speaks of models of language, without a table. " * 8)
    return sheet.bytes()


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, seconds of CPU, the jobs by rule, and the papers read, of one run."""

    clock: float
    cpu: float
    jobs: dict[str, int]
    n_read: int


def cost(project: MiniProject, run: Callable[[], dict[str, int]]) -> Cost:
    """What `run`, of `project`, costs."""
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    jobs = run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(time.monotonic() - started, cpu, jobs, project.papers_read()[0])


def show(title: str, n_papers: int, costs: dict[str, Cost]) -> None:
    """A line for each run, beside the first."""
    print(f"{title:36}{'papers':>8}{'clock s':>10}{'CPU s':>10}{'of first':>10}{'jobs':>6}  papers read, laws fitted")
    first = next(iter(costs.values()))
    for name, each in costs.items():
        did = f"{each.n_read} papers in {each.jobs.get('read_papers', 0)} jobs, {each.jobs.get('fit', 0)} fits"
        figures = f"{each.clock:10.1f}{each.cpu:10.1f}{each.cpu / first.cpu:10.3f}{sum(each.jobs.values()):6d}"
        print(f"{name:36}{n_papers:8d}{figures}  {did}", flush=True)


def bench_real_papers() -> None:
    """The whole workflow on two cores: on the kept readings, and with one paper and another beside them."""
    shared = ROOT.parent / "shared/papers"
    if not shared.is_dir():
        print("the whole workflow with real papers: skipped, since ../shared/papers is not beside the checkout")
        return
    with tempfile.TemporaryDirectory() as folder:
        project = MiniProject(copy_checkout(ROOT, Path(folder) / "project").path)
        for name in ("readings", "paper_statuses"):  # as if nobody had read them yet
            file = project.path / f"raw/snapshot/{name}.csv"
            kept = pd.read_csv(file, dtype=str, keep_default_na=False)
            kept = kept[~kept["paper_id"].isin(list(ADDED))]
            kept.to_csv(file, index=False, lineterminator="\n")
        costs = {"make run": cost(project, project.make)}
        costs["nothing to do"] = cost(project, project.make)
        papers = project.path / "papers"
        papers.mkdir()
        for paper_id, gives in ADDED.items():
            shutil.copy2(shared / f"{paper_id}.pdf", papers)
            costs[f"a paper more, {gives}"] = cost(project, lambda: project.make("--config", "papers=papers"))
        show("the whole workflow", len(kept), costs)


def grown(folder: Path, n_papers: int) -> MiniProject:
    """A small project of `n_papers` papers in which nothing has run."""
    project = mini_project(folder)
    project.replace("config/config.yaml", f"batches: {N_BATCHES}", f"batches: {BATCHES}")
    at_hand = len(list((folder / "papers").iterdir()))
    for number in range(n_papers - at_hand):
        (folder / f"papers/paper-{number:04d}.pdf").write_bytes(small_paper(number))
    return project


def bench_incremental() -> None:
    """Runs of the whole workflow, and of the small project at each size: first, with nothing to do, a paper more."""
    bench_real_papers()
    for n_papers in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            project = grown(Path(folder) / "project", n_papers)
            costs = {"first run": cost(project, project.run), "nothing to do": cost(project, project.run)}
            (project.path / "papers/one-more.pdf").write_bytes(paper(7))
            costs["a paper more"] = cost(project, project.run)
        show("a small project", n_papers, costs)
