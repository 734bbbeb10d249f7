"""What all tests share: the study's material where it is at hand, and copies of the workflow to run and to break.

In: the checkout, and the folder `shared` beside it where there is one. Out: fixtures.
"""

from __future__ import annotations

import os
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

if TYPE_CHECKING:
    from mini_project import MiniProject

ROOT = Path(__file__).resolve().parents[1]
# what a finished run printed, in its folder
OUTPUT = "printed.txt"
PARTS = (
    "Snakefile",
    "rules",
    "workflow",
    "config",
    "envs",
    "profiles",
    "raw",
    "pyproject.toml",
    "CITATION.cff",
    "docs",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put whole runs first: at the end no worker waits long for another (with --no-loadscope-reorder)."""
    items.sort(key=lambda item: item.path.parent.name != "run")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of the study's own table and of papers beside the checkout; the test is skipped without it."""
    path = ROOT.parent / "shared"
    if not path.is_dir():
        pytest.skip("the folder ../shared (the study's released table, papers, labels) is not beside the checkout")
    return path


MadeOnce = Callable[[str, Callable[[Path], object]], "Checkout"]


# the readings of a paper by its name, found in the first of the given folders of ../shared that has it
ReadOnce = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def read_once(shared: Path, shared_by_workers: Path) -> ReadOnce:
    """Read papers of ../shared, each once for all tests and workers."""
    from lmprogress.core.replacing import replacing
    from lmprogress.core.settings_reading import load_reading_vocabulary
    from lmprogress.reading.paper import read_paper

    vocabulary = load_reading_vocabulary(ROOT / "config/reading.yaml", ROOT / "config/benchmarks.yaml")

    def read(name: str, *folders: str) -> list[dict[str, Any]]:
        path = next(file for folder in folders if (file := shared / folder / f"{name}.pdf").exists())
        kept = shared_by_workers / "readings" / path.parent.name / f"{name}.pickle"
        if not kept.exists():
            with replacing(kept) as temporary:
                temporary.write_bytes(pickle.dumps(read_paper(path, name, vocabulary).readings))
        readings: list[dict[str, Any]] = pickle.loads(kept.read_bytes())
        return readings

    return read


class Checkout:
    """A copy of the workflow in a folder of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def snakemake(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Snakemake in the copy, on the copy's package; stdout and stderr together in `stdout`."""
        environment = {**os.environ, "PYTHONPATH": str(self.path / "workflow"), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            [sys.executable, "-m", "snakemake", *arguments],
            cwd=self.path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def planned(self) -> dict[str, int]:
        """The jobs that a run would now do: rule -> count; empty when there is nothing to do."""
        result = self.snakemake("--dry-run", "--cores", "1")
        assert result.returncode == 0, result.stdout
        jobs = {}
        for line in result.stdout.split("Job stats:")[-1].splitlines():
            if match := re.fullmatch(r"(\w+) +(\d+)", line.strip()):
                jobs[match[1]] = int(match[2])
        jobs.pop("total", None)
        jobs.pop("all", None)
        return jobs

    def replace(self, file: str, old: str, new: str) -> None:
        """Replace text in a file of the copy; the text must be there."""
        path = self.path / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} does not hold {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def files(self, *folders: str) -> dict[str, bytes]:
        """The bytes of every file below the given folders."""
        return {
            str(path.relative_to(self.path)): path.read_bytes()
            for folder in folders
            for path in sorted((self.path / folder).rglob("*"))
            if path.is_file()
        }


def copy_checkout(source: Path, target: Path, parts: tuple[str, ...] = PARTS) -> Checkout:
    """Copy `parts` of `source` to `target`, dates included."""
    target.mkdir(parents=True, exist_ok=True)
    for part in parts:
        if (source / part).is_dir():
            # what numba compiled goes with its modules: no copy compiles again
            shutil.copytree(source / part, target / part, ignore=shutil.ignore_patterns("*.pyc", "*.egg-info", "pdf"))
        elif (source / part).exists():
            shutil.copy2(source / part, target / part)
    return Checkout(target)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh copy in which nothing has run."""
    return copy_checkout(ROOT, tmp_path / "checkout")


@pytest.fixture(scope="session")
def shared_by_workers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run of the tests."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def made_once(shared_by_workers: Path) -> MadeOnce:
    """Make a checkout by name once for all workers: the first that asks makes it, the others wait."""

    def made(name: str, make: Callable[[Path], object]) -> Checkout:
        folder = shared_by_workers / f"once_{name}"
        with FileLock(f"{folder}.lock"):
            if not folder.exists():
                folder.mkdir()
                make(folder / "checkout")
                (folder / "made").touch()
        assert (folder / "made").exists(), f"the {name} run failed in the test that asked for it first"
        return Checkout(folder / "checkout")

    return made


@pytest.fixture(scope="session")
def first_run(made_once: MadeOnce) -> Checkout:
    """A copy in which everything has run once, the study's numbers whole. Not to be changed: copy it."""
    from light import shorten

    return made_once("first", lambda path: _run(shorten(copy_checkout(ROOT, path)), max(2, os.cpu_count() or 2)))


@pytest.fixture
def finished(first_run: Checkout, tmp_path: Path) -> Checkout:
    """A finished run of the test's own, to change and run again."""
    return copy_checkout(first_run.path, tmp_path / "checkout", (*PARTS, "processed", "results", ".snakemake"))


def _run(checkout: Checkout, cores: int) -> None:
    result = checkout.snakemake("--cores", str(cores), "--logger", "lmprogress")
    (checkout.path / OUTPUT).write_text(result.stdout, encoding="utf-8")
    assert result.returncode == 0, result.stdout[-6000:]


@pytest.fixture(scope="session")
def mini_run(made_once: MadeOnce) -> MiniProject:
    """A small project that has run once. Not to be changed: copy it."""
    from mini_project import MiniProject, mini_project

    return MiniProject(made_once("mini", lambda path: mini_project(path).run()).path)


@pytest.fixture
def mini(mini_run: MiniProject, tmp_path: Path) -> MiniProject:
    """A small project of the test's own that has run once, to change and run again."""
    from mini_project import copied

    return copied(mini_run, tmp_path / "checkout")
