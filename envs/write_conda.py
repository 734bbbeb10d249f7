"""The environments of the lock files for conda: what the project asks for itself, in the versions that are locked.

In: pyproject.toml, envs/build.in, envs/*.lock.txt, envs/conda_names.csv. Out: envs/run.yaml, envs/dev.yaml.
"""

from __future__ import annotations

import csv
import re
import tomllib
from pathlib import Path

ENVS = Path(__file__).resolve().parent
HEAD = """\
# Written by `make lock` from pyproject.toml and envs/{lock}: change those. docs/cluster.md says how to use it.
# What these packages need themselves is left to conda, whose builds divide it in other ways.
name: lmprogress{suffix}
channels:
  - conda-forge
  - bioconda
dependencies:
  - python {python}
  - pip
"""


def locked(path: Path) -> dict[str, str]:
    """Package -> version, of those whose version is the same on every platform."""
    entries = re.findall(r"^([a-z0-9.-]+)==([^ ;\\]+) \\$", path.read_text(encoding="utf-8"), re.M)
    return dict(entries)


def asked_for(requirements: list[str]) -> list[str]:
    """The names of requirements, as lock files spell them."""
    return sorted(re.sub(r"[-_.]+", "-", re.split(r"[<>=;\[ ]", line, maxsplit=1)[0]).lower() for line in requirements)


def main() -> None:
    project = tomllib.loads((ENVS.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    with (ENVS / "conda_names.csv").open(newline="", encoding="utf-8") as file:
        conda_names = {row["pypi"]: row["conda"] for row in csv.DictReader(file)}
    # building the package itself takes no more than this
    run = project["dependencies"] + (ENVS / "build.in").read_text(encoding="utf-8").split()
    dev = run + project["optional-dependencies"]["dev"]
    for name, suffix, requirements in (("run", "", run), ("dev", "-dev", dev)):
        lock = f"{name}.lock.txt"
        versions = locked(ENVS / lock)
        lines = [
            f"  - {conda_names.get(package, package)}=={versions[package]}\n" for package in asked_for(requirements)
        ]
        head = HEAD.format(lock=lock, suffix=suffix, python=project["requires-python"])
        (ENVS / f"{name}.yaml").write_text(head + "".join([*lines, "  - pip\n"]), encoding="utf-8")


if __name__ == "__main__":
    main()
