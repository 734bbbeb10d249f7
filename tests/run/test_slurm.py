"""The small project on a real SLURM of one node: one job is cancelled, and the bytes are those of a local run.

In: SLURM's programs, and the environment that `make slurm` makes. Out: assertions, or a reason why they were left out.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from conftest import ROOT, Checkout
from mini_project import TARGETS, MiniProject, mini_project
from slurm_node import PATIENCE, SlurmNode, missing, slurm_node

PYTHON = ROOT / ".venv-slurm/bin/python"
# long enough for most jobs to have ended at the first look
SECONDS_BETWEEN_LOOKS = "10"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlurmNode]:
    if reason := missing():
        pytest.skip(f"SLURM is left out: {reason}")
    if not PYTHON.exists():
        pytest.skip("SLURM is left out: its executor is not installed (make slurm)")
    with slurm_node(tmp_path_factory.mktemp("slurm")) as running:
        yield running


def submit(project: MiniProject, node: SlurmNode, log: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Begin to make the targets with the profile."""
    command = [PYTHON, "-m", "snakemake", "--profile", "config/profiles/slurm", *TARGETS, *arguments]
    # no accounting here, so that the queue itself is asked; logs are kept to be looked at
    command += ["--slurm-status-command", "squeue", "--slurm-keep-successful-logs"]
    command += ["--slurm-init-seconds-before-status-checks", SECONDS_BETWEEN_LOOKS]
    environment = {**node.environment, "PYTHONPATH": str(project.path / "workflow"), "PYTHONDONTWRITEBYTECODE": "1"}
    with log.open("ab") as said:
        return subprocess.Popen(command, cwd=project.path, env=environment, stdout=said, stderr=said)


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Wait for a process after the context; it does not go on after this, whatever happens."""
    try:
        yield
        process.wait(300)
    finally:
        process.terminate()
        process.wait()


def cancel_one(node: SlurmNode, process: subprocess.Popen[bytes]) -> str:
    """Cancel the first job that reads papers once it runs; its number."""
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        for number, (state, comment) in node.jobs().items():
            if state == "RUNNING" and "read_papers" in comment:
                node.ask("scancel", number)
                return number
        time.sleep(0.1)
    raise TimeoutError("no job that reads papers was ever seen to run")


def test_a_cluster_gives_the_bytes_of_one_machine_though_a_job_is_cancelled(
    node: SlurmNode, mini_run: MiniProject, tmp_path: Path
) -> None:
    project, log = mini_project(tmp_path / "checkout"), tmp_path / "run.log"
    with ended(process := submit(project, node, log)):
        cancelled = cancel_one(node, process)
    output = log.read_text(encoding="utf-8")
    assert process.returncode == 0, output[-6000:]

    # the job that was cancelled was submitted again, and nothing else
    states = {number: state for number, (state, _) in node.jobs().items()}
    assert [number for number, state in states.items() if state != "COMPLETED"] == [cancelled]
    assert states[cancelled] == "CANCELLED"
    assert output.count("Trying to restart job") == 1
    assert len(re.findall(r"submitted with SLURM jobid", output)) == len(states)

    # rules share SLURM jobs, and each SLURM job starts the workflow once
    rules = output.count("Finished jobid: ")
    assert len(states) - 1 <= 6 < rules / 2
    logs = {path.stem: path.read_text(encoding="utf-8") for path in project.path.glob(".snakemake/slurm_logs/**/*.log")}
    assert logs.keys() == states.keys()
    starts = {number: text.count("Building DAG of jobs") for number, text in logs.items() if number != cancelled}
    assert set(starts.values()) == {1}, starts

    ours, theirs = project.results(), mini_run.results()
    assert ours.keys() == theirs.keys()
    assert [name for name in theirs if ours[name] != theirs[name]] == []
    # the next run, on one machine, finds nothing to do
    assert project.run() == {}


def test_groups_of_the_profile_fit_the_whole_workflow(first_run: Checkout) -> None:
    profile = yaml.safe_load((ROOT / "config/profiles/slurm/config.yaml").read_text(encoding="utf-8"))
    rules = {
        name
        for path in ROOT.glob("rules/*.smk")
        for name in re.findall(
            r"^ *(?:rule|checkpoint|use rule \w+ as) (\w+)(?:| with):$", path.read_text(encoding="utf-8"), re.M
        )
    }
    grouped = dict(entry.split("=") for entry in profile["groups"])
    assert grouped.keys() <= rules
    assert {entry.split(":")[0] for entry in profile["set-resources"]} <= rules
    assert {entry.split("=")[0] for entry in profile["group-components"]} <= set(grouped.values())
    # the engine refuses a group that waits for itself; a finished run knows all of its jobs
    settings = ["--groups", *profile["groups"], "--group-components", *profile["group-components"]]
    plan = first_run.snakemake("--dry-run", "--cores", "1", "--forcerun", "fit", "validate", *settings)
    assert plan.returncode == 0, plan.stdout[-3000:]
    assert "Group job closing" in plan.stdout
