"""A small project: the checkout with two editions, one law, few replicates, and papers typeset by a program.

In: a folder. Out: a copy of the checkout, whose targets take a minute.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from conftest import ROOT, Checkout, copy_checkout
from typeset import CASES

EDITIONS = ("corrected", "extracted")
TARGETS = (
    *(f"processed/{edition}/study/doubling_times.parquet" for edition in EDITIONS),
    "processed/corrected/within_paper.parquet",
    "results/tables/funnel.csv",
    "results/tables/paper_files.csv",
)
# papers of the manifest, each printing a table of perplexities
PAPERS = ("1609.07843", "1707.05589", "1810.06682")
# the first two papers are dealt to one batch, the third to another
N_BATCHES = 4
READING_LOGS = "results/logs/read_papers"


def paper(number: int) -> bytes:
    """A typeset paper with a table of perplexities."""
    return list(CASES.values())[number].typeset()[0]


class MiniProject(Checkout):
    """A small project; `jobs` are those that a run did, rule by rule."""

    def run(self, *arguments: str, cores: int = 2) -> dict[str, int]:
        """Make the targets; rule -> jobs that ran. The run must end well."""
        return self.make(*TARGETS, *arguments, cores=cores)

    def make(self, *arguments: str, cores: int = 2) -> dict[str, int]:
        """The same for other targets than all."""
        # so that those of this run alone are there to count
        shutil.rmtree(self.path / READING_LOGS, ignore_errors=True)
        result = self.snakemake("--cores", str(cores), *arguments)
        assert result.returncode == 0, result.stdout[-6000:]
        return ran(result.stdout)

    def papers_read(self) -> tuple[int, int]:
        """How many papers the last run read, and how many more its jobs took as they were kept."""
        logs = [path.read_text(encoding="utf-8") for path in (self.path / READING_LOGS).glob("*.log")]
        told = [re.search(r"^\d+ papers: (\d+) read, (\d+) as kept$", log, re.M) for log in logs]
        assert all(told), logs
        return sum(int(counts[1]) for counts in told if counts), sum(int(counts[2]) for counts in told if counts)

    def add(self, *arguments: str | Path) -> str:
        """Run `lmprogress add` in the project, without the network; what it says."""
        environment = {**os.environ, "PYTHONPATH": str(self.path / "workflow")}
        command = [sys.executable, "-m", "lmprogress.cli", "add", "--offline", *map(str, arguments)]
        result = subprocess.run(command, cwd=self.path, env=environment, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def start(self) -> subprocess.Popen[bytes]:
        """Begin to make the targets, in a group of processes of its own."""
        environment = {**os.environ, "PYTHONPATH": str(self.path / "workflow"), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "snakemake", "--cores", "2", *TARGETS]
        return subprocess.Popen(
            command,
            cwd=self.path,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def results(self) -> dict[str, bytes]:
        """What a run makes, but logs and benchmarks."""
        return self.files("processed", "results/tables")


def ran(output: str) -> dict[str, int]:
    """The jobs that Snakemake says it started: rule -> count."""
    jobs: dict[str, int] = {}
    for name in re.findall(r"^(?:local)?(?:rule|checkpoint) (\w+):$", output, re.M):
        jobs[name] = jobs.get(name, 0) + 1
    return jobs


def mini_project(path: Path, papers: str | None = "papers") -> MiniProject:
    """A fresh one at `path`; its PDFs are in its folder `papers`."""
    copy_checkout(ROOT, path)
    file = path / "config/config.yaml"
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    config["papers"] = papers
    # its own three papers alone, which takes less time
    config["papers_only"] = papers is not None
    limits = {"seconds": 20, "megabytes": 1000}
    config["reading"] = {"batches": N_BATCHES, "limits": limits, "picture_limits": limits}
    config["editions"] = {name: config["editions"][name] for name in EDITIONS}
    main = config["fit"]["main"]
    laws = [main["specification"], config["simulation"]["simple_specification"]]
    config["fit"] |= {"specifications": laws, "penalties": [main["penalty"]], "variants": []}
    config["editions"]["extracted"]["laws"] = {"specifications": laws, "penalties": [main["penalty"]]}
    config["fit"]["global"]["n_starts"] = 1
    config["bootstrap"]["study"]["n_replicates"] = 2
    config["bootstrap"]["global"] |= {"n_replicates": 2, "n_starts": 1, "n_exchanges": 0}
    config["intervals"]["profile"] |= {"specifications": laws, "penalties": [main["penalty"]]}
    config["within_paper"] |= {"specifications": laws[:1], "as_study": [], "n_starts": 1, "n_replicates": 2}
    config["verdict"] |= {
        "n_starts": 1,
        "n_rates": 4,
        "n_data_sets": 19,
        "no_progress_data_sets": 19,
        "most_data_sets": 0,
    }
    truths = config["simulation"]["truths"]
    config["coverage"] |= {
        "truths": {name: truth for name, truth in config["coverage"]["truths"].items() if name == "main_maximum"},
        "n_data_sets": 1,
    }
    config["simulation"]["truths"] = {name: truth for name, truth in truths.items() if truth["specification"] in laws}
    file.write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (path / "papers").mkdir()
    for number, paper_id in enumerate(PAPERS):
        (path / "papers" / f"{paper_id}.pdf").write_bytes(paper(number))
    return MiniProject(path)


def copied(project: MiniProject, path: Path) -> MiniProject:
    """A copy of a project after a run, dates included."""
    shutil.copytree(project.path, path, symlinks=True)
    return MiniProject(path)
