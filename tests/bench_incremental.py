"""What a run costs that has nothing to do, and one with a single new paper, at 200 and at 2,000 papers.

In: the checkout. Out: seconds and jobs, beside the first run of the same project in the same run.
"""

from __future__ import annotations

import resource
import tempfile
import time
from pathlib import Path

from mini_project import N_BATCHES, MiniProject, mini_project, paper
from typeset.sheet import Sheet

SIZES = (200, 2_000)
BATCHES = 16  # as in config/config.yaml


def small_paper(number: int) -> bytes:
    """A page of text that no other paper holds."""
    sheet = Sheet()
    sheet.paragraph(f"Paper number {number} speaks of models of language, without a table. " * 8)
    return sheet.bytes()


def cost(project: MiniProject) -> tuple[float, float, dict[str, int], int]:
    """Seconds on the clock, seconds of CPU, the jobs, and the papers read, of one run."""
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    jobs = project.run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - started, cpu, jobs, project.papers_read()[0]


def grown(folder: Path, n_papers: int) -> MiniProject:
    """A small project of `n_papers` papers in which nothing has run."""
    project = mini_project(folder)
    project.replace("config/config.yaml", f"batches: {N_BATCHES}", f"batches: {BATCHES}")
    at_hand = len(list((folder / "papers").iterdir()))
    for number in range(n_papers - at_hand):
        (folder / f"papers/paper-{number:04d}.pdf").write_bytes(small_paper(number))
    return project


def bench_incremental() -> None:
    """Runs of the small project at each size: the first, one with nothing to do, one with a paper more."""
    columns = f"{'papers':>8}{'clock s':>10}{'CPU s':>10}{'of first':>10}{'jobs':>6}"
    print(f"{'incremental':24}{columns}  papers read, laws fitted")
    for n_papers in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            project = grown(Path(folder) / "project", n_papers)
            first = cost(project)
            nothing = cost(project)
            (project.path / "papers/one-more.pdf").write_bytes(paper(7))
            added = cost(project)
        for name, (clock, cpu, jobs, n_read) in {
            "first run": first,
            "nothing to do": nothing,
            "one paper added": added,
        }.items():
            did = f"{n_read} papers in {jobs.get('read_papers', 0)} jobs, {jobs.get('fit', 0)} fits"
            print(f"{name:24}{n_papers:8d}{clock:10.1f}{cpu:10.1f}{cpu / first[1]:10.3f}{sum(jobs.values()):6d}  {did}")
