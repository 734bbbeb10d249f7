"""A release: a run frozen with metadata, citation and changes. A site: its report published. What both refuse."""

from __future__ import annotations

import copy
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml

from lmprogress.auditing.contents import AFTERWARDS
from lmprogress.auditing.manifest import check_digests, make_manifest, root_digest
from lmprogress.auditing.run_files import MANIFEST, ROOT, RunFiles
from lmprogress.cli import main
from lmprogress.core import tables
from lmprogress.releasing import publishing
from lmprogress.reporting.headline import releases
from lmprogress.reporting.overview import overview
from lmprogress.reporting.records import record_rows
from report_cases import made_up_run

HERE = Path(__file__).resolve().parents[2]
RAW = ("papers", "systems", "evaluations", "corrections", "exclusions", "releases")


class Project:
    """A folder that holds what a run with one table would have left, sealed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for part in ("config", "CITATION.cff", "Snakefile", "LICENSE"):
            copied = shutil.copytree if (HERE / part).is_dir() else shutil.copy2
            copied(HERE / part, path / part)
        (path / "raw").mkdir()
        for name in RAW:
            shutil.copy2(HERE / f"raw/{name}.csv", path / "raw")
        self.verdict = made_up_run(1).results["verdict"]
        for edition in self.verdict["edition"]:
            self.observed(str(edition), "0" * 64)
        (path / "results/provenance").mkdir(parents=True)
        settings = yaml.load((HERE / "config/config.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
        (path / "results/provenance/settings.json").write_text(json.dumps(settings, default=str), encoding="utf-8")
        self.write()

    def observed(self, edition: str, digest: str) -> None:
        folder = self.path / f"processed/{edition}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "fitted_observations.sha256").write_text(f"{digest}\n", "ascii")

    def write(self) -> None:
        """Write the verdict, and seal the run."""
        results = self.path / "results/tables"
        results.mkdir(parents=True, exist_ok=True)
        names = {"verdict": str(results / "verdict.parquet"), "verdict_csv": str(results / "verdict.csv")}
        tables.write_both({"verdict": self.verdict}, names)
        for name in AFTERWARDS - {MANIFEST, ROOT}:
            (self.path / name).write_text("", "utf-8")
        self.seal()

    def seal(self) -> None:
        manifest = make_manifest(RunFiles(self.path))
        manifest.to_csv(self.path / MANIFEST, index=False, lineterminator="\n")
        (self.path / ROOT).write_text(f"{root_digest(manifest)}\n", "ascii")

    def release(self, version: str, *arguments: str) -> int:
        return main(["release", version, str(self.path), "--date", "2026-11-30", *arguments])


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("sealed") / "run"
    folder.mkdir()
    return Project(folder)


@pytest.fixture
def project(sealed: Project, tmp_path: Path) -> Project:
    own = copy.copy(sealed)
    own.path = tmp_path / "run"
    shutil.copytree(sealed.path, own.path)
    return own


def test_a_run_is_frozen_whole_and_described(project: Project) -> None:
    root = (project.path / ROOT).read_text("ascii").strip()
    assert project.release("1.0") == 0
    folder = project.path / "releases/2026-11-30-1.0"
    assert (project.path / "releases/latest").resolve() == folder.resolve()
    # what stands beside the files of the run is no part of it: it still holds against its manifest
    assert check_digests(RunFiles(folder)).failures == []
    said = json.loads((folder / "results/tables/verdict.csv.metadata.json").read_text("utf-8"))
    columns = {column["name"]: column for column in said["columns"]}
    assert list(columns) == list(pd.read_csv(folder / "results/tables/verdict.csv").columns)
    assert columns["estimate_months"]["unit"] == "months" and said["licence"] == "CC-BY-4.0"
    assert said["version"] == "1.0" and said["sha256"] == RunFiles(folder).digest("results/tables/verdict.csv")
    assert (folder / "raw/papers.csv.metadata.json").is_file()
    deposit = json.loads((folder / ".zenodo.json").read_text("utf-8"))
    assert deposit["related_identifiers"][0]["identifier"] == "arXiv:2403.05812"
    assert (deposit["version"], deposit["license"], deposit["publication_date"]) == ("1.0", "cc-by-4.0", "2026-11-30")
    cited = yaml.safe_load((folder / "CITATION.cff").read_text("utf-8"))
    assert (cited["version"], cited["date-released"]) == ("1.0", "2026-11-30")
    assert root in (folder / "CITATION.bib").read_text("utf-8")
    front = yaml.safe_load((folder / "README.md").read_text("utf-8").split("---")[1])
    assert all((folder / config["data_files"]).is_file() for config in front["configs"]) and front["configs"]
    assert "11.2 months (95 %: 3.5 to 35.2)" in (folder / "README.md").read_text("utf-8")
    assert "The first release." in (folder / "CHANGES.md").read_text("utf-8")
    rows = tables.read_csv(project.path / "raw/releases.csv", "releases")
    assert set(rows["root"]) == {root} and set(rows["edition"]) == set(project.verdict["edition"])


def test_the_next_release_says_what_changed(project: Project) -> None:
    assert project.release("1.0") == 0
    project.verdict = project.verdict.assign(estimate_months=project.verdict["estimate_months"] + 2.0)
    project.write()
    assert project.release("1.1") == 0
    changes = (project.path / "releases/latest/CHANGES.md").read_text("utf-8")
    # the observations are the same: all of it is method
    assert re.search(r"\| corrected \| 11\.2 .* \| 13\.2 .* \| \+2 \| 0 \|", changes)
    assert "estimate_months: 11.2" in changes
    assert list(tables.read_csv(project.path / "raw/releases.csv", "releases")["version"].unique()) == ["1.0", "1.1"]


def test_releases_are_drawn_once_there_are_two(project: Project) -> None:
    project.release("1.0")
    table = tables.read_csv(project.path / "raw/releases.csv", "releases")
    assert releases(table, "corrected") == []
    later = table.assign(version="0.9", date="2026-12-30", high_months=None)
    drawn = releases(pd.concat([later, table]), "corrected")
    assert [release.version for release in drawn] == ["1.0", "0.9"]
    run = made_up_run(1)
    for held, told in ((later, False), (pd.concat([later, table]), True)):
        with_releases = replace(run, results={**run.results, "releases": held})
        index = overview(with_releases, record_rows(run.editions), Path("results/report"))
        assert ("The headline over releases" in index) == ("2026-12-30" in index) == told
    assert drawn[1].high > 99.9 > drawn[0].high > drawn[0].estimate > drawn[0].low > 0


BREAKS: dict[str, Callable[[Project], object]] = {
    "is released already": lambda project: project.release("1.0"),
    "files are not as the run left them": lambda project: (project.path / "raw/papers.csv").write_text("x", "utf-8"),
    "has no verdict": lambda project: _without_verdict(project),
}


def _without_verdict(project: Project) -> None:
    for ending in ("csv", "parquet"):
        (project.path / f"results/tables/verdict.{ending}").unlink()
    project.seal()


@pytest.mark.parametrize("problem", BREAKS)
def test_what_cannot_be_released_leaves_nothing(
    project: Project, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    BREAKS[problem](project)
    before = sorted(project.path.rglob("*"))
    capsys.readouterr()
    assert project.release("1.0") == 1
    said = capsys.readouterr().err
    assert problem in said and "remedy" in said
    assert sorted(project.path.rglob("*")) == before


def test_the_key_to_another_table_names_systems_that_are_there_once() -> None:
    names = tables.read_csv(HERE / "raw/epoch_names.csv", "epoch_names")
    systems = tables.read_csv(HERE / "raw/systems.csv", "systems").set_index("system_id")["system"]
    assert names["system_id"].isin(systems.index).all()
    bare = names.assign(system=names["system_id"].map(systems))[["system", "epoch_model"]].map(
        lambda text: re.sub(r"[\W_]+", "", text).casefold()
    )
    assert ((bare["system"] == bare["epoch_model"]) == (names["match"] == "exact")).all()


def test_a_version_is_a_number(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    for version in ("", "../x", "v1 2", "one"):
        assert project.release(version) == 1
        assert "is no version" in capsys.readouterr().err


# ---- a site ---------------------------------------------------------------------------------------------------------

PAGE = """<head><title>A &amp; B</title></head><a href="../tables/verdict.csv">v</a>
<a href="../../raw/papers.csv#row">p</a><footer></footer>"""


@pytest.fixture
def reported(project: Project) -> Project:
    """With a report of one page."""
    folder = project.path / "results/report"
    folder.mkdir()
    shutil.copy2(HERE / "CITATION.cff", folder)
    (folder / "index.html").write_text(PAGE, "utf-8")
    project.seal()
    return project


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def publish(project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.chdir(project.path)
    return main(["publish", str(folder), *arguments])


def test_a_site_takes_the_place_of_an_earlier_one(
    reported: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "new/site"
    assert publish(reported, site, monkeypatch) == 0
    first = files(site)
    assert 'href="tables/verdict.csv"' in first["index.html"].decode()
    assert first["tables/verdict.csv"] == (reported.path / "results/tables/verdict.csv").read_bytes()
    assert 'href="raw/papers.csv#row"' in first["index.html"].decode() and "raw/papers.csv" in first
    assert '<meta property="og:title" content="A &amp; B">' in first["index.html"].decode()
    assert "11.2 months (95 %: 3.5 to 35.2)" in first["index.html"].decode()
    assert "sitemap.xml" not in first and "No version has been released" in first["releases.html"].decode()
    kept = {".git/config": b"[core]", "CNAME": b"example.org"}
    for name, content in kept.items():
        (site / name).parent.mkdir(exist_ok=True)
        (site / name).write_bytes(content)
    (reported.path / "results/report/index.html").write_text(
        PAGE.replace("../../raw/papers.csv#row", "x.html"), "utf-8"
    )
    reported.seal()
    assert reported.release("1.0") == 0
    reported.seal()
    assert publish(reported, site, monkeypatch) == 0
    second = files(site)
    assert kept.items() <= second.items() and "raw/papers.csv" not in second
    assert 'href="releases/2026-11-30-1.0/CHANGES.md"' in second["releases.html"].decode()
    frozen = reported.path / "releases/2026-11-30-1.0"
    assert second["releases/2026-11-30-1.0/CHANGES.md"] == (frozen / "CHANGES.md").read_bytes()
    assert list(site.parent.iterdir()) == [site]


REFUSED: dict[str, Callable[[Project, Path], object]] = {
    "holds notes.txt, which is no part of a site": lambda project, site: (site / "notes.txt").write_text("x", "utf-8"),
    "is no folder": lambda project, site: (shutil.rmtree(site), site.write_text("x", "utf-8")),
    "files are not as the run left them": lambda project, site: (project.path / "raw/papers.csv").write_text(
        "x", "utf-8"
    ),
    "has no verdict": lambda project, site: _without_verdict(project),
    "is linked by the report, but not there": lambda project, site: _linking_nowhere(project),
}


def _linking_nowhere(project: Project) -> None:
    (project.path / "results/report/index.html").write_text(PAGE.replace("verdict", "gone"), "utf-8")
    project.seal()


@pytest.mark.parametrize("problem", REFUSED)
def test_what_cannot_be_published_changes_nothing(
    reported: Project, tmp_path: Path, problem: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "out/site"
    site.mkdir(parents=True)
    REFUSED[problem](reported, site)
    before = files(site.parent)
    assert publish(reported, site, monkeypatch) == 1
    said = capsys.readouterr().err
    assert problem in said and "remedy" in said
    assert files(site.parent) == before and list(site.parent.iterdir()) == [site]


def test_a_site_that_is_not_finished_leaves_the_earlier_one(
    reported: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "out/site"
    assert publish(reported, site, monkeypatch) == 0
    (site / "CNAME").write_text("example.org", "utf-8")
    before = files(site.parent)
    rename = Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(publishing.Path, "rename", interrupted)
    assert publish(reported, site, monkeypatch) == 130
    assert files(site.parent) == before and list(site.parent.iterdir()) == [site]
