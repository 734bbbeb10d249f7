"""The exports of a finished run under the validators of their formats, offline, in environments of their own."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from conftest import ROOT, Checkout
from locked_environments import make_environment

VALIDATORS = ROOT / "tests/validators"
Validate = Callable[[Path], "subprocess.CompletedProcess[str]"]


def environment(name: str) -> Path:
    """The Python of the environment locked in `name`; made once and kept, skipped where packages are not to be had."""
    lock = VALIDATORS / f"{name}.lock.txt"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "lmprogress-validators"
    folder = cache / f"{name}-{digest}"
    if not (folder / "complete").exists():
        try:
            make_environment(folder, lock)
        except subprocess.CalledProcessError as error:
            pytest.skip(f"the validators of {lock.name} cannot be installed: {error.stderr.strip()[-300:]}")
        (folder / "complete").touch()
    return folder / "bin/python"


def validator(python: Path, program: str) -> Validate:
    def validate(path: Path) -> subprocess.CompletedProcess[str]:
        arguments = [str(python), str(VALIDATORS / program), str(path)]
        return subprocess.run(arguments, capture_output=True, text=True, check=False)

    return validate


@pytest.fixture(scope="module")
def ro_crate() -> Validate:
    return validator(environment("ro_crate"), "validate_ro_crate.py")


@pytest.fixture(scope="module")
def croissant() -> Validate:
    return validator(environment("croissant"), "load_croissant.py")


@pytest.fixture
def crate(first_run: Checkout, tmp_path: Path) -> Path:
    """The folder of the run as a crate: the metadata at its top."""
    for part in ("config", "raw", "results"):
        shutil.copytree(first_run.path / part, tmp_path / part, copy_function=os.link)
    shutil.copy(first_run.path / "Snakefile", tmp_path)
    shutil.copy(first_run.path / "results/provenance/ro-crate-metadata.json", tmp_path)
    return tmp_path


def test_the_crate_conforms_to_provenance_run_crate(crate: Path, ro_crate: Validate) -> None:
    result = ro_crate(crate)
    assert result.returncode == 0, result.stdout + result.stderr
    assert json.loads(result.stdout)["checks"] > 50


def test_the_crate_names_the_software_that_the_run_was_made_by(crate: Path) -> None:
    said = json.loads((crate / "results/provenance/software.json").read_text(encoding="utf-8"))
    graph = json.loads((crate / "ro-crate-metadata.json").read_text(encoding="utf-8"))["@graph"]
    programs = {entity["@id"]: entity.get("softwareVersion") for entity in graph}
    assert programs["#package-scipy"] == said["packages"]["scipy"]
    assert programs["#rule-compare_published"] == f"sha256:{said['rules']['compare_published']}"
    (workflow,) = (entity for entity in graph if entity["@id"] == "Snakefile")
    assert said["python"] in workflow["runtimePlatform"] and said["platform"]["machine"] in workflow["runtimePlatform"]
    assert {"@id": "#package-scipy"} in workflow["softwareRequirements"]


@pytest.mark.parametrize("lacks", ["license", "mainEntity", "a file"])
def test_a_crate_that_lacks_something_does_not_conform(crate: Path, ro_crate: Validate, lacks: str) -> None:
    path = crate / "ro-crate-metadata.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    if lacks == "a file":
        (crate / "results/tables/fits.csv").unlink()
    else:
        del next(entity for entity in content["@graph"] if entity["@id"] == "./")[lacks]
        path.write_text(json.dumps(content), encoding="utf-8")
    assert ro_crate(crate).returncode != 0


def test_mlcroissant_reads_every_table_with_its_digest(crate: Path, croissant: Validate) -> None:
    file = crate / "results/provenance/croissant.json"
    result = croissant(file)
    assert result.returncode == 0, result.stderr[-3000:]
    rows = json.loads(result.stdout)
    for name in ("fits", "doubling_times", "evidence"):
        assert rows[name] == len(pd.read_csv(crate / f"results/tables/{name}.csv"))


def test_a_table_that_was_edited_is_refused(crate: Path, croissant: Validate) -> None:
    content = json.loads((crate / "results/provenance/croissant.json").read_text(encoding="utf-8"))
    content["recordSet"] = [records for records in content["recordSet"] if records["name"] == "funnel"]
    content["distribution"] = [file for file in content["distribution"] if file["name"] == "funnel.csv"]
    file = crate / "results/provenance/funnel.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    assert croissant(file).returncode == 0
    table = crate / "results/tables/funnel.csv"
    text = table.read_text(encoding="utf-8")
    table.unlink()
    table.write_text(text.replace("408", "409", 1), encoding="utf-8")
    assert croissant(file).returncode != 0


def test_prov_names_nothing_that_it_does_not_describe(first_run: Checkout) -> None:
    content = json.loads((first_run.path / "results/provenance/prov.json").read_text(encoding="utf-8"))
    known = set(content["entity"]) | set(content["agent"])
    derived = content["wasDerivedFrom"].values()
    assert {row[end] for row in derived for end in ("prov:generatedEntity", "prov:usedEntity")} <= known
    evidence = pd.read_parquet(first_run.path / "results/tables/evidence.parquet").dropna(subset=["reading_id"])
    values = [name for name in content["entity"] if name.startswith("lmp:value/")]
    assert len(values) == len(evidence)
    papers = {row["prov:usedEntity"] for row in derived if row["prov:usedEntity"].startswith("lmp:paper/")}
    assert papers == {f"lmp:paper/{paper}" for paper in evidence["paper_id"]}
