"""CPU time and memory of each stage that knows of papers, at 100, 1,000 and 10,000 typeset papers.

In: the checkout. Out: one table: for each stage, seconds of CPU of all its processes and megabytes of the largest.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pandas as pd

from conftest import ROOT, Checkout, copy_checkout
from typeset import CASES

FEW, MANY = (100, 1_000), (10_000,)
CORES = 2
REPORT = Path("results/report")
EDITIONS = ("published", "corrected", "extracted", "reviewed")
# what each stage makes, in the order of the data; laws are fitted to observations, and know of no paper
STAGES = {
    "read": ("processed/readings.parquet", "processed/paper_statuses.parquet"),
    "link": ("processed/linked/links.parquet",),
    "curate": tuple(f"processed/{edition}/observations.sha256" for edition in EDITIONS),
    "find evidence": ("results/tables/evidence_counts.csv",),
    "compare": ("results/tables/paper_files.csv", "results/tables/edition_differences.csv"),
    "list for review": ("results/review.csv", "results/tables/audit_sample.csv"),
    "tabulate": (
        *(f"results/tables/{edition}/observations.csv" for edition in EDITIONS),
        "results/tables/readings.csv",
    ),
    "picture": (str(REPORT / "crops"),),
}
EVERYTHING = tuple(target for targets in STAGES.values() for target in targets)


@dataclass(frozen=True)
class Cost:
    """Seconds of CPU of a process and of all that it started, and megabytes at the peak of the largest of them."""

    seconds: float
    megabytes: float


def corpus(folder: Path, n_papers: int) -> None:
    """Fill `folder` with papers, each other bytes; their identifiers tell the months from 2015 to 2023 in turn."""
    typeset = [case.typeset()[0] for case in CASES.values()]
    folder.mkdir()
    for number in range(n_papers):
        paper_id = f"{15 + number % 9:02d}{1 + number // 9 % 12:02d}.{90_000 + number % 10_000:05d}"
        # what follows the end of a PDF is no part of what it shows
        content = typeset[number % len(typeset)] + b"%% %d\n" % number
        (folder / f"{paper_id}.pdf").write_bytes(content)


def cost(project: Checkout, *command: str) -> Cost:
    """What a command takes. The machine may have other work meanwhile: no time on the clock is taken."""
    environment = {**os.environ, "PYTHONPATH": str(project.path / "workflow"), "OMP_NUM_THREADS": "1"}
    log = project.path / "command.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=project.path, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(log.read_text(encoding="utf-8")[-6000:])
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def snakemake(*arguments: str) -> tuple[str, ...]:
    """The command of a run."""
    return ("-m", "snakemake", "--cores", str(CORES), *arguments)


def measured(folder: Path, n_papers: int) -> dict[str, Cost]:
    """The cost of each stage for `n_papers` papers, of a run with nothing to do, and of one paper more."""
    project = copy_checkout(ROOT, folder)
    corpus(folder / "papers", n_papers)
    project.replace("config/config.yaml", "papers: null", "papers: papers")
    costs: dict[str, Cost] = {}

    def measure(stage: str, *command: str) -> None:
        costs[stage] = cost(project, *command)
        print(f"{n_papers:,} papers, {stage}: {costs[stage]}", file=sys.stderr, flush=True)

    measure("plan of everything", *snakemake("--dry-run"))
    for stage, targets in STAGES.items():
        measure(stage, *snakemake(*targets))
    measure("report", __file__)
    measure("nothing to do", *snakemake(*EVERYTHING))
    (folder / "papers/one-more.pdf").write_bytes(next(iter(CASES.values())).typeset()[0] + b"%% one more\n")
    measure("one paper added, read", *snakemake(*STAGES["read"]))
    # all pictures are made again, which was measured above
    rest = [target for target in EVERYTHING if target not in STAGES["picture"]]
    measure("one paper added, rest without pictures", *snakemake(*rest))
    sizes = {
        "readings": len(pd.read_parquet(folder / "processed/readings.parquet")),
        "extracted observations": len(pd.read_parquet(folder / "processed/extracted/observations.parquet")),
        "pictures": len(list((folder / REPORT / "crops").iterdir())),
        "report without pictures, MB": sum(file.stat().st_size for file in (folder / REPORT).glob("*.html")) / 1e6,
    }
    print(f"{n_papers:,} papers: " + ", ".join(f"{size:,.1f} {name}" for name, size in sizes.items()), flush=True)
    return costs


def write_report() -> None:
    """The pages of the report in the folder of a run, without laws."""
    from lmprogress.core.settings import load_yaml
    from lmprogress.reporting.loading import load_run
    from lmprogress.reporting.report import pages

    fit = load_yaml("config/config.yaml")["fit"]["main"]
    editions = {
        name: [f"results/tables/{edition}/{name}.parquet" for edition in EDITIONS]
        for name in ("records", "observations", "decisions")
    }
    given = SimpleNamespace(
        **editions,
        readings="results/tables/readings.parquet",
        links="results/tables/links.parquet",
        papers=["raw/papers.csv", "processed/linked/papers.parquet"],
        evidence=["results/tables/evidence.parquet"],
        results=[],
        findings=[],
        method="docs/method.md",
        crops=[REPORT / "crops"],
    )
    run = load_run(
        given,
        figures=[],
        files=[],
        settings={
            "editions": EDITIONS,
            "main": fit,
            "read_editions": EDITIONS[2:],
            "shown_edition": EDITIONS[1],
            "interval_percent": 95,
            "benchmarks": {name: b["name"] for name, b in load_yaml("config/benchmarks.yaml").items()},
            "architectures": {name: a["name"] for name, a in load_yaml("config/architectures.yaml").items()},
        },
    )
    for name, text in pages(run, REPORT).items():
        (REPORT / name).write_text(text, encoding="utf-8")


def bench_scale(everything: bool) -> None:
    """Measure at 100 and 1,000 papers, with `everything` at 10,000 too.

    Growth is from the last size but one to the last. Each run of Snakemake holds its start, that of "nothing to do".
    """
    sizes = FEW + MANY if everything else FEW
    costs = {}
    with tempfile.TemporaryDirectory() as folder:
        for n_papers in sizes:
            costs[n_papers] = measured(Path(folder) / str(n_papers), n_papers)
            shutil.rmtree(Path(folder) / str(n_papers))
    print("| CPU s, MB | " + " | ".join(f"{n:,} papers" for n in sizes) + " | ratio | ms per paper |")
    print("|---|" + "---|" * (len(sizes) + 2))
    for stage in costs[sizes[-1]]:
        cells = [costs[n][stage] for n in sizes]
        grown = cells[-1].seconds / cells[-2].seconds
        each = 1000 * (cells[-1].seconds - cells[-2].seconds) / (sizes[-1] - sizes[-2])
        told = " | ".join(f"{cell.seconds:.1f}, {cell.megabytes:.0f}" for cell in cells)
        print(f"| {stage} | {told} | {grown:.1f} | {each:.1f} |")


if __name__ == "__main__":
    write_report()
