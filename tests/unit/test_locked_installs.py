"""What the Makefile and the validators install from a lock is the lock, whatever newer releases an index holds.

In: the Makefile, and an index of small wheels on disk. Out: environments with the versions of the lock.

The index is as one that was met: a package asks for another with an extra, and of that other there is a newer release
than the one locked. A pip that resolves asks the index for it again, and stops because it is not pinned.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from conftest import ROOT
from locked_environments import make_environment

PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
LOCKS = ("run", "dev", "slurm")
# by lock: what is locked in it besides `measured`, which all share; each asks for `measured` with an extra
LOCKED = {"run": "measuring", "dev": "testing", "slurm": "submitting"}
PYPROJECT = """[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "lmprogress"
version = "0.1.0"
"""
# in place of setuptools, which no index on disk holds: an editable install is a wheel with one .pth file
BACKEND = """import pathlib, zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "lmprogress-0.1.0-py3-none-any.whl"
    info = "lmprogress-0.1.0.dist-info"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as wheel:
        wheel.writestr("lmprogress.pth", str(pathlib.Path("workflow").resolve()))
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: lmprogress\\nVersion: 0.1.0\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", "")
    return name
"""


def interpreters() -> dict[str, str]:
    """Version -> a Python that the Makefile takes, as far as the machine has them: on the path, or kept by pyenv."""
    kept = [str(path) for path in sorted(PYENV.glob("versions/3.1[123]*/bin/python"))]
    found: dict[str, str] = {}
    for python in [sys.executable, "python3.11", "python3.12", "python3.13", *kept]:
        if command := shutil.which(python):
            told = subprocess.run([command, "--version"], capture_output=True, text=True, check=False)
            if match := re.match(r"Python (3\.1[123])\.", told.stdout):
                found.setdefault(match[1], command)
    return found


INTERPRETERS = interpreters()


@pytest.fixture(params=["3.11", "3.12", "3.13"])
def python(request: pytest.FixtureRequest) -> str:
    if request.param not in INTERPRETERS:
        pytest.skip(f"there is no Python {request.param} on this machine")
    return INTERPRETERS[request.param]


class Index:
    """An index of packages on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, name: str, version: str, *requires: str) -> str:
        """Put a release there; the lines of a lock that pin it."""
        info = f"{name}-{version}.dist-info"
        metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", "Provides-Extra: fast"]
        metadata += [f"Requires-Dist: {requirement}" for requirement in requires]
        files = {
            f"{name}.py": f"version = {version!r}\n",
            f"{info}/METADATA": "\n".join(metadata) + "\n",
            f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        rows = [
            f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip('=')},"
            for path, text in files.items()
        ]
        files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,"]) + "\n"
        page = self.folder / name
        page.mkdir(parents=True, exist_ok=True)
        wheel = page / f"{name}-{version}-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            for path, text in files.items():
                archive.writestr(path, text)
        links = [f'<a href="{path.name}">{path.name}</a>' for path in sorted(page.glob("*.whl"))]
        (page / "index.html").write_text("<!DOCTYPE html>\n" + "\n".join(links), encoding="utf-8")
        return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@pytest.fixture
def locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The text of each lock, of packages that an index on disk holds; pip is told of this index alone."""
    index = Index(tmp_path / "index")
    shared = index.add("measured", "7.17.3")
    locked = {lock: shared + index.add(name, "1.0", "measured[fast]>=7") for lock, name in LOCKED.items()}
    index.add("measured", "7.17.5")
    for variable in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", index.folder.as_uri())
    return locked


def installed(python: Path, *pip: str) -> dict[str, str]:
    """Package -> version in the environment of `python`, where all that each asks for must be found."""
    command = [*pip] or [str(python), "-m", "pip"]
    checked = subprocess.run([*command, "check"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    told = subprocess.run([*command, "list", "--format", "json"], capture_output=True, text=True, check=True)
    return {row["name"]: row["version"] for row in json.loads(told.stdout) if row["name"] not in ("pip", "setuptools")}


def test_make_installs_the_locks_and_nothing_else(python: str, locks: dict[str, str], tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "envs").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", project)
    for name, text in locks.items():
        (project / f"envs/{name}.lock.txt").write_text(text, encoding="utf-8")
    (project / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    (project / "backend.py").write_text(BACKEND, encoding="utf-8")
    laws = project / "workflow/lmprogress/laws"
    laws.mkdir(parents=True)
    (laws / "compile_ahead.py").touch()
    made = subprocess.run(
        ["make", f"PYTHON={python}", "CANDIDATES=$(PYTHON)", ".venv/dev.stamp", "slurm"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    everyday = {"lmprogress": "0.1.0", "measured": "7.17.3", "measuring": "1.0", "testing": "1.0"}
    pip = [str(project / ".venv/bin/python"), "-m", "pip"]
    assert installed(project / ".venv/bin/python") == everyday
    # the cluster's environment sees the everyday one
    cluster = installed(project / ".venv-slurm/bin/python", *pip, "--python", str(project / ".venv-slurm/bin/python"))
    assert cluster == {**everyday, "submitting": "1.0"}


def test_validators_get_their_lock_and_nothing_else(python: str, locks: dict[str, str], tmp_path: Path) -> None:
    lock = tmp_path / "validator.lock.txt"
    lock.write_text(locks["dev"], encoding="utf-8")
    assert installed(make_environment(tmp_path / "environment", lock, python)) == {
        "measured": "7.17.3",
        "testing": "1.0",
    }


def test_a_file_other_than_the_locked_one_is_refused(locks: dict[str, str], tmp_path: Path) -> None:
    lock = tmp_path / "validator.lock.txt"
    lock.write_text(re.sub(r"sha256:\w{8}", "sha256:00000000", locks["dev"]), encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError) as error:
        make_environment(tmp_path / "environment", lock)
    assert "HASHES" in error.value.stderr


@pytest.mark.parametrize(
    "file", ["Makefile", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")), "README.md"]
)
def test_whoever_installs_a_lock_is_told_to_resolve_nothing(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    commands = [line for line in text.splitlines() if re.search(r"\bpip\b.* install .*-r ", line)]
    assert all("--no-deps" in line and "--require-hashes" in line for line in commands), commands
