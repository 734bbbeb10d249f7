"""The digest changes with the code that a script can reach, with libraries, and with nothing else."""

from __future__ import annotations

import importlib.metadata
import shutil
from pathlib import Path

import pytest

from lmprogress.core import code_digest as module
from lmprogress.core.software import software

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def package(tmp_path, monkeypatch) -> Path:
    """A copy of the package and the scripts, and the digest looking there."""
    shutil.copytree(ROOT / "workflow/lmprogress", tmp_path / "lmprogress", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "workflow/scripts", tmp_path / "scripts")

    class Spec:
        origin = str(tmp_path / "lmprogress/__init__.py")

    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: Spec)
    return tmp_path


def digest(package: Path, script: str) -> str:
    module.code_digest.cache_clear()
    module._module.cache_clear()
    return module.code_digest(package / f"scripts/{script}.py")


@pytest.fixture
def kept(tmp_path, monkeypatch) -> Path:
    """Where this test keeps what modules say, so that no other process has kept it."""
    monkeypatch.setattr(module, "_KEPT", tmp_path / "__pycache__/modules.json")
    module._kept.cache_clear()
    yield tmp_path / "__pycache__/modules.json"
    module._kept.cache_clear()


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_place_of_the_checkout_does_not_matter(package: Path) -> None:
    here = digest(package, "fit")
    shutil.copytree(package / "scripts", package / "elsewhere/scripts")
    assert digest(package / "elsewhere", "fit") == here


@pytest.mark.parametrize(
    "file", ["lmprogress/laws/solver/estimation.py", "lmprogress/core/tables.py", "scripts/fit.py"]
)
def test_code_that_is_reached_counts(package: Path, file: str) -> None:
    before = digest(package, "fit")
    append(package / file, "\nx = 1\n")
    assert digest(package, "fit") != before


def test_code_that_is_not_reached_does_not(package: Path) -> None:
    before = digest(package, "fit")
    append(package / "lmprogress/figures/fit_figures.py", "\nx = 1\n")
    append(package / "lmprogress/curation/cap.py", "\nx = 1\n")
    assert digest(package, "fit") == before


def test_docstrings_and_comments_do_not(package: Path) -> None:
    before = digest(package, "fit")
    path = package / "lmprogress/laws/solver/estimation.py"
    text = path.read_text(encoding="utf-8")
    assert text.startswith('"""')
    path.write_text('"""Truly. ' + text[3:] + "\n# more\n", encoding="utf-8")
    assert digest(package, "fit") == before


def test_a_changed_constant_inside_a_function_counts(package: Path) -> None:
    path = package / "scripts/extra.py"
    path.write_text("def f():\n    'about'\n    return 1\n", encoding="utf-8")
    before = digest(package, "extra")
    path.write_text("def f():\n    'about'\n    return 2\n", encoding="utf-8")
    assert digest(package, "extra") != before


def test_an_import_inside_a_function_is_followed(package: Path) -> None:
    path = package / "scripts/extra.py"
    path.write_text("def f():\n    from lmprogress.laws.rates import progress\n", encoding="utf-8")
    before = digest(package, "extra")
    append(package / "lmprogress/laws/rates/progress.py", "\nx = 1\n")
    assert digest(package, "extra") != before


def test_an_upgraded_library_counts(package: Path, monkeypatch) -> None:
    before = digest(package, "fit")
    version = module._version
    monkeypatch.setattr(module, "_version", lambda name: "scipy 9" if name == "scipy" else version(name))
    assert digest(package, "fit") != before


def test_the_software_of_a_run_names_what_its_code_imports(tmp_path: Path) -> None:
    scripts = {rule: ROOT / f"workflow/scripts/{rule}.py" for rule in ("fit", "write_report")}
    lock = tmp_path / "lock.txt"
    lock.write_text("scipy==1\n", encoding="utf-8")
    said = software(scripts, lock)
    assert said["packages"]["scipy"] == importlib.metadata.version("scipy") and "pillow" in said["packages"]
    assert not {"lmprogress", "json", "pytest"} & set(said["packages"])
    assert said["rules"] == {rule: module.code_digest(script) for rule, script in scripts.items()}
    before = said["lock"]
    lock.write_text("scipy==2\n", encoding="utf-8")
    said = software({"fit": scripts["fit"]}, lock)
    assert said["lock"] != before and "pillow" not in said["packages"]
    assert software({}, tmp_path / "none")["lock"] is None


def test_what_is_kept_of_modules_is_not_parsed_again(package: Path, kept: Path, monkeypatch) -> None:
    first = digest(package, "fit")
    append(package / "lmprogress/core/tables.py", "\nx = 1\n")
    module._kept.cache_clear()
    parsed: list[str] = []
    parse = module.ast.parse
    monkeypatch.setattr(module.ast, "parse", lambda text, filename: parsed.append(filename) or parse(text, filename))
    changed = digest(package, "fit")
    assert changed != first and [Path(name).name for name in parsed] == ["tables.py"]
    # what cannot be read is made again
    kept.write_text("{", encoding="utf-8")
    module._kept.cache_clear()
    assert digest(package, "fit") == changed and len(parsed) > 20
    assert kept.read_text(encoding="utf-8").startswith('{"')
