"""Title, version, licences and citation stand in CITATION.cff; whatever else names them says the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from conftest import ROOT
from lmprogress.auditing.croissant import croissant
from lmprogress.auditing.exporting import Publication
from lmprogress.auditing.ro_crate import ro_crate
from lmprogress.auditing.run_files import RunFiles
from lmprogress.reporting.report import pages
from report_cases import made_up_run

SAID = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DATA, STUDY = (next(held for held in SAID["references"] if held["type"] == kind) for kind in ("data", "article"))
SOFTWARE_LICENCE, DATA_LICENCE = SAID["license"], DATA["license"].replace("-", " ", 1).replace("-", " ")
LICENCES = r"\b(?:MIT|BSD|Apache|GPL|CC[ -](?:BY|0)(?:[ -][A-Z]{2})*(?:[ -]\d\.\d)?)\b"


def test_the_package_has_version_and_licence_of_the_citation() -> None:
    assert (PROJECT["version"], PROJECT["license"]) == (SAID["version"], SOFTWARE_LICENCE)
    assert f"{SOFTWARE_LICENCE} License" in (ROOT / "LICENSE").read_text(encoding="utf-8").splitlines()[0]
    assert f"## {SAID['version']}\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("place", ["README.md", "raw/README.md", "index.html", "observations.html"])
def test_people_read_the_licences_of_the_citation(place: str) -> None:
    if place.endswith(".html"):
        # a script of others names its own licence
        text = re.sub(r"<(script|style).*?</\1>", "", pages(made_up_run(2), Path("results/report"))[place], flags=re.S)
    else:
        text = (ROOT / place).read_text(encoding="utf-8")
    expected = {DATA_LICENCE} if place.startswith("raw") else {SOFTWARE_LICENCE, DATA_LICENCE}
    assert set(re.findall(LICENCES, text)) == expected
    assert STUDY["identifiers"][0]["value"].split(":")[1] in text


def test_data_have_the_licence_of_data_and_code_that_of_code(tmp_path: Path) -> None:
    (tmp_path / "results/tables").mkdir(parents=True)
    run, publication = RunFiles(tmp_path), Publication.of(ROOT / "CITATION.cff")
    described = croissant(run, publication)
    assert described["license"].endswith(f"/{DATA['license']}")
    assert described["version"] == SAID["version"]
    assert DATA["title"] in described["citeAs"] and STUDY["title"] in described["citeAs"]
    assert SAID["title"] not in described["citeAs"]
    entities = {entity["@id"]: entity for entity in ro_crate(run, publication)["@graph"]}
    assert entities["./"]["license"]["@id"].endswith(f"/{DATA['license']}")
    assert entities["Snakefile"]["license"]["@id"].endswith(f"/{SOFTWARE_LICENCE}")
    assert all(entities[entities[name]["license"]["@id"]]["name"] for name in ("./", "Snakefile"))
