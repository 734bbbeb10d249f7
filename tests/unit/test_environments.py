"""Environments agree: what conda installs is what the lock files name, and the cluster's part stays out of the rest.

In: pyproject.toml and the files of envs/. Out: assertions.
"""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from conftest import ROOT

ENVS = ROOT / "envs"


def locked(name: str) -> dict[str, set[str]]:
    """Package -> its versions in a lock file; more than one where they differ by platform."""
    found: dict[str, set[str]] = {}
    for line in (ENVS / f"{name}.lock.txt").read_text(encoding="utf-8").splitlines():
        if re.match(r"[A-Za-z0-9]", line):
            requirement = Requirement(line.rstrip(" \\"))
            (version,) = requirement.specifier
            assert version.operator == "=="
            found.setdefault(canonicalize_name(requirement.name), set()).add(version.version)
    return found


def asked_for(name: str) -> set[str]:
    """What the project asks for itself, in an environment of this name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = project["dependencies"] + (ENVS / "build.in").read_text(encoding="utf-8").split()
    if name == "dev":
        lines += project["optional-dependencies"]["dev"]
    return {canonicalize_name(Requirement(line).name) for line in lines}


def differences(conda: str, versions: dict[str, set[str]], asked: set[str]) -> list[str]:
    """Where an environment of conda and a lock file disagree, package by package; nothing where they do not."""
    with (ENVS / "conda_names.csv").open(newline="", encoding="utf-8") as file:
        pypi = {row["conda"]: row["pypi"] for row in csv.DictReader(file)}
    entries = [entry for entry in yaml.safe_load(conda)["dependencies"] if not re.match(r"(python|pip)\b(?!-)", entry)]
    given = dict(entry.split("==") for entry in entries)
    given = {pypi.get(name, name): version for name, version in given.items()}
    found = [f"{name}: not in conda's" for name in sorted(asked - given.keys())]
    found += [f"{name}: asked for by nothing" for name in sorted(given.keys() - asked)]
    for name, version in sorted(given.items()):
        if versions.get(name, set()) != {version}:
            found.append(f"{name}: {version}, locked {', '.join(sorted(versions.get(name, {'not at all'})))}")
    return found


@pytest.mark.parametrize("name", ["run", "dev"])
def test_conda_installs_what_is_locked(name: str) -> None:
    conda = (ENVS / f"{name}.yaml").read_text(encoding="utf-8")
    assert differences(conda, locked(name), asked_for(name)) == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"python {project['requires-python']}" in yaml.safe_load(conda)["dependencies"]


def test_a_difference_is_told() -> None:
    conda = (ENVS / "run.yaml").read_text(encoding="utf-8")
    versions, asked = locked("run"), asked_for("run")
    (scipy,) = versions["scipy"]
    assert differences(conda.replace(f"scipy=={scipy}", "scipy==1.0"), versions, asked) == [
        f"scipy: 1.0, locked {scipy}"
    ]
    assert differences(conda.replace(f"  - scipy=={scipy}\n", ""), versions, asked) == ["scipy: not in conda's"]
    assert differences(f"{conda}  - slurm==1\n", versions, asked) == [
        "slurm: asked for by nothing",
        "slurm: 1, locked not at all",
    ]


def test_conda_files_are_what_the_lock_files_give(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ENVS, tmp_path / "envs", ignore=shutil.ignore_patterns("*.yaml"))
    subprocess.run([sys.executable, tmp_path / "envs/write_conda.py"], check=True)
    for name in ("run.yaml", "dev.yaml"):
        assert (tmp_path / "envs" / name).read_bytes() == (ENVS / name).read_bytes(), f"{name}: run make lock"


@pytest.mark.parametrize("name", ["dev", "slurm"])
def test_what_lock_files_share_has_one_version(name: str) -> None:
    run, other = locked("run"), locked(name)
    shared = run.keys() & other.keys()
    assert {package for package in shared if not other[package] <= run[package]} == set()
    assert len(shared) > 5


def test_the_executor_stays_out_of_the_everyday_environment() -> None:
    added = locked("slurm").keys() - locked("run").keys()
    assert "snakemake-executor-plugin-slurm" in added
    assert added & locked("dev").keys() == set()
