"""Compiled code is that of the present sources, wherever it can be kept, and is not compiled again for a copy."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, Checkout, copy_checkout
from lmprogress.laws import compile_ahead

# what a compiled function gives beyond the largest exponent, which another file sets, and how often it was compiled
CALL = """
import math
from lmprogress.laws.solver.compiled_search import bounded_exp
print(math.log(bounded_exp(1e9)), sum(bounded_exp.stats.cache_misses.values()))
"""
# what a verdict compiles beyond what is compiled ahead: functions with kinds of arguments that were not there before
VERDICT = """
import pkgutil, sys
from importlib import import_module
from lmprogress import laws
from lmprogress.laws import compile_ahead
from test_laws_verdict import judged, observations
compile_ahead.main()
modules = [import_module(found.name) for found in pkgutil.walk_packages(laws.__path__, "lmprogress.laws.")]
functions = {id(f): f for module in modules for f in vars(module).values() if hasattr(f, "signatures")}
before = {place: set(map(str, f.signatures)) for place, f in functions.items()}
judged(observations(), n_starts=2, n_rates=2, most_data_sets=0)
called = [f for place, f in functions.items() if f.signatures and "inference" in f.__module__]
print(len(called), *(f.__name__ for place, f in functions.items() if set(map(str, f.signatures)) - before[place]))
"""
BESIDE = "workflow/lmprogress/laws/solver/__pycache__/compiled"


class Copy(Checkout):
    """A copy of the package; its compiled code may be kept where `given` variables say."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.given = {"XDG_CACHE_HOME": str(path / "caches")}
        self.said = ""

    def call(self) -> tuple[float, int]:
        """The largest exponent as a process finds it, and how many functions it compiled."""
        without = {key: value for key, value in os.environ.items() if key != "NUMBA_CACHE_DIR"}
        environment = without | {"PYTHONPATH": str(self.path / "workflow")} | self.given
        ended = subprocess.run(
            [sys.executable, "-c", CALL], env=environment, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stderr
        self.said = ended.stderr
        exponent, compiled = ended.stdout.split()
        return round(float(exponent), 6), int(compiled)

    def states(self, folder: str | Path = BESIDE) -> list[str]:
        """What is kept of the searches."""
        return sorted(path.name for path in (self.path / folder).glob("compiled_search-*"))


@pytest.fixture(scope="module", autouse=True)
def _everything_compiled() -> None:
    compile_ahead.main()


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(copy_checkout(ROOT, tmp_path / "checkout", ("workflow",)).path)


def make_unwritable(copy: Copy) -> None:
    """Put a file where the folder would be: this stops root, too."""
    for path in sorted((copy.path / BESIDE).rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    (copy.path / BESIDE).rmdir()
    (copy.path / BESIDE).touch()


def test_a_copy_compiles_nothing(copy: Copy) -> None:
    assert copy.call() == (300, 0)


def test_a_constant_of_another_file_counts(copy: Copy) -> None:
    copy.replace(
        "workflow/lmprogress/laws/model/search_arrays.py", "LARGEST_EXPONENT = 300.0", "LARGEST_EXPONENT = 200.0"
    )
    assert [copy.call(), copy.call()] == [(200, 1), (200, 0)]


def test_a_comment_does_not(copy: Copy) -> None:
    copy.replace(
        "workflow/lmprogress/laws/model/search_arrays.py", "LARGEST_EXPONENT = 300.0", "LARGEST_EXPONENT = 300.0  # !"
    )
    copy.replace("workflow/lmprogress/laws/solver/compiled_search.py", "import math\n", "import math\n\n# !\n")
    assert copy.call() == (300, 0)


def test_old_states_go_and_the_last_ones_are_found_again(copy: Copy) -> None:
    for old, new in ((300, 200), (200, 100), (100, 50), (50, 100)):
        copy.replace("workflow/lmprogress/laws/model/search_arrays.py", f"EXPONENT = {old}.0", f"EXPONENT = {new}.0")
        exponent, compiled = copy.call()
        assert (exponent, compiled) == (new, 0 if (old, new) == (50, 100) else 1)
    assert len(copy.states()) == 3


def test_where_the_package_cannot_be_written_to_the_users_caches_serve(copy: Copy) -> None:
    make_unwritable(copy)
    assert [copy.call(), copy.call()] == [(300, 1), (300, 0)]
    assert copy.said == ""
    assert len(copy.states("caches/lmprogress/compiled")) == 1


def test_the_folder_that_is_asked_for_takes_what_is_compiled_already(copy: Copy) -> None:
    copy.given["NUMBA_CACHE_DIR"] = str(copy.path / "mine")
    assert copy.call() == (300, 0)
    assert len(copy.states("mine")) == 1


def test_where_nothing_can_be_kept_it_works_and_one_line_says_what_to_do(copy: Copy) -> None:
    make_unwritable(copy)
    copy.given["XDG_CACHE_HOME"] = str(copy.path / BESIDE)
    assert copy.call()[0] == 300
    (line,) = [line for line in copy.said.splitlines() if "UserWarning" in line]
    assert "NUMBA_CACHE_DIR" in line


def test_a_verdict_compiles_nothing_more() -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'workflow'}:{ROOT / 'tests'}:{ROOT / 'tests/unit'}"}
    command = [sys.executable, "-c", VERDICT]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    called, *compiled = ended.stdout.split()
    assert int(called) > 3 and compiled == []
