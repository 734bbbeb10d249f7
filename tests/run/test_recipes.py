"""Each recipe of the documentation, followed word for word in a small project, gives what it promises."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

from conftest import ROOT, Checkout, copy_checkout
from lmprogress.core.settings import load_benchmarks
from lmprogress.core.settings_reading import load_reading_vocabulary
from lmprogress.reading.words import Lexicon
from mini_project import MiniProject, copied
from sessions import follow, steps

RECIPES = ROOT / "docs/recipes.md"
EDITIONS = ("published", "corrected")
LAWS = ("benchmark_intercepts", "compute_only")
PENALTY = 0.0025


def small(text: str) -> str:
    """The configuration for two laws, one penalty and few draws; comments stay, since recipes show them."""
    config = yaml.safe_load(text)
    config["bootstrap"]["study"]["n_replicates"] = 2
    config["bootstrap"]["global"] = {
        "resample_unit": "paper",
        "n_replicates": 2,
        "seed": None,
        "n_starts": 1,
        "n_exchanges": 0,
    }
    config["intervals"]["profile"] |= {"specifications": list(LAWS), "penalties": [PENALTY]}
    config["within_paper"] |= {"specifications": list(LAWS), "as_study": []}
    for study in ("simulation", "coverage"):
        truths = config[study]["truths"]
        config[study]["truths"] = {name: truth for name, truth in truths.items() if truth["specification"] in LAWS}
    for old, new in (
        (rf"^    - (?!(?:{'|'.join(LAWS)})$)\w+\n", ""),
        (r"^  variants:\n", "  variants: []\n"),
        (r"^  penalties: .*\n", f"  penalties: [{PENALTY}]\n"),
        (r"^    n_starts: .*\n", "    n_starts: 1\n"),
        (r"^( +)specifications: \[.*\]\n", rf"\1specifications: [{', '.join(LAWS)}]\n"),
        (r"^( {6,})penalties: .*\n", rf"\1penalties: [{PENALTY}]\n"),
    ):
        text = re.sub(old, new, text, flags=re.M)
    for name in ("bootstrap", "intervals", "within_paper", "simulation", "coverage"):
        section = yaml.safe_dump({name: config[name]}, sort_keys=False)
        text, found = re.subn(rf"^{name}:\n(?:[ #].*\n|\n)*", lambda _, s=section: s, text, flags=re.M)
        assert found == 1, name
    return text


def small_project(path: Path) -> MiniProject:
    """A fresh copy of the checkout at `path` with that configuration, for two editions."""
    copy = copy_checkout(ROOT, path)
    copy.replace("rules/common.smk", "EDITIONS = list(CONFIG.editions)", f"EDITIONS = {list(EDITIONS)}")
    file = copy.path / "config/config.yaml"
    file.write_text(small(file.read_text(encoding="utf-8")), encoding="utf-8")
    return MiniProject(path)


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> MiniProject:
    """A small project to which a specification was added, its tables made. Not to be changed: copy it."""
    project = small_project(tmp_path_factory.mktemp("recipes") / "checkout")
    follow(steps(RECIPES, "Add a specification"), project.path)
    return project


def table(project: Checkout, name: str) -> pd.DataFrame:
    return pd.read_parquet(project.path / f"results/tables/{name}.parquet")


def fits(project: Checkout) -> pd.DataFrame:
    return table(project, "fits").set_index(["edition", "procedure", "specification"]).sort_index()


def test_every_recipe_is_followed_here() -> None:
    headings = re.findall(r"^## (.+)$", RECIPES.read_text(encoding="utf-8"), re.M)
    followed_here = re.findall(r'"(Add a [a-z]+)"', Path(__file__).read_text(encoding="utf-8"))
    assert sorted(headings) == sorted(set(followed_here))


def test_an_added_specification_is_fitted_and_timed(extended: MiniProject) -> None:
    (law,) = set(fits(extended).index.get_level_values("specification")) - set(LAWS)
    new = fits(extended).xs(law, level="specification")
    assert set(new.index) == {(edition, procedure) for edition in EDITIONS for procedure in ("study", "global")}
    assert new.loc[("corrected", "global"), "status"] == "converged"
    times = table(extended, "doubling_times")
    assert {"transformers", "others"} <= set(times.loc[times["specification"] == law, "group"])


def test_an_added_paper_is_among_the_observations(extended: MiniProject, tmp_path: Path) -> None:
    project = copied(extended, tmp_path / "checkout")
    follow(steps(RECIPES, "Add a paper"), project.path)
    paper_id = pd.read_csv(project.path / "raw/papers.csv")["paper_id"].iloc[-1]
    observations = table(project, "corrected/observations")
    assert (observations["paper_id"] == paper_id).sum() == 1
    assert len(observations) == fits(extended).loc["corrected", "n_observations"].iloc[0] + 1
    # and the study's table is as it was
    before, after = (
        pd.read_parquet(each.path / "processed/published/observations.parquet") for each in (extended, project)
    )
    pd.testing.assert_frame_equal(before, after)


def test_an_added_benchmark_gets_its_fits(extended: MiniProject, tmp_path: Path) -> None:
    project = copied(extended, tmp_path / "checkout")
    follow(steps(RECIPES, "Add a benchmark"), project.path)
    before, after = (set(load_benchmarks(each.path / "config/benchmarks.yaml")) for each in (extended, project))
    (benchmark,) = after - before
    observations = table(project, "corrected/observations")
    assert (observations["benchmark"] == benchmark).sum() == 3
    offsets = table(project, "coefficients").set_index(["procedure", "edition", "specification", "coefficient"])
    offsets = offsets[offsets.index.get_level_values("coefficient").str.endswith(f"_{benchmark}")]["estimate"]
    assert set(offsets["study"]["corrected"].index.get_level_values("specification")) > set(LAWS)
    # of the new rows alone: where there are none, the penalty leaves nothing
    assert offsets["global"]["corrected"].groupby("specification").any().all()
    # the study's table names its own benchmarks
    assert "published" not in offsets["global"]
    # to the machine it is no longer another benchmark
    config = project.path / "config"
    words = Lexicon(load_reading_vocabulary(config / "reading.yaml", config / "benchmarks.yaml"))
    assert words.benchmarks("Test perplexity on the One Billion Word benchmark") == [benchmark]


def test_an_added_figure_is_in_the_report(finished: Checkout) -> None:
    before = set(finished.files("results/figures"))
    follow(steps(RECIPES, "Add a figure"), finished.path)
    new = set(finished.files("results/figures")) - before
    assert len(new) == 9
    (name,) = {Path(file).stem for file in new}
    page = (finished.path / "results/report/figures.html").read_text(encoding="utf-8")
    caption = (finished.path / f"workflow/report/{name}.rst").read_text(encoding="utf-8").split("**")[1]
    for edition in ("published", "corrected", "extracted"):
        assert f'<figure id="{name}-{edition}">' in page
        assert f"../figures/{edition}/{name}.pdf" in page
    assert page.count(f"<strong>{caption}</strong>") == 3
    # as clean as the rest
    for command in (["snakefmt", "--check", "rules"], ["ruff", "check", "."], ["ruff", "format", "--check", "."]):
        result = subprocess.run([sys.executable, "-m", *command], cwd=finished.path, capture_output=True, text=True)
        assert result.returncode == 0, result.stdout + result.stderr


def test_an_added_column_is_described_wherever_its_table_is(finished: Checkout) -> None:
    before = set(table(finished, "funnel").columns)
    follow(steps(RECIPES, "Add a column"), finished.path)
    (name,) = set(table(finished, "funnel").columns) - before
    described = pq.read_schema(finished.path / "results/tables/funnel.parquet").field(name).metadata
    assert described[b"unit"] and described[b"description"]


def test_an_added_table_is_known_to_the_audit(finished: Checkout) -> None:
    before = set(finished.files("results/tables"))
    follow(steps(RECIPES, "Add a table"), finished.path)
    new = set(finished.files("results/tables")) - before
    assert {Path(file).suffix for file in new} == {".csv", ".parquet"}
    (name,) = {Path(file).stem for file in new}
    for edition, rows in table(finished, name).groupby("edition"):
        assert rows["observations"].sum() == len(table(finished, f"{edition}/observations"))
    # in a process of its own, which knows the new schema
    code = """
from pathlib import Path
from lmprogress.auditing.contents import expected_files
from lmprogress.auditing.run_files import RunFiles
print(*expected_files(RunFiles(Path())), sep="\\n")
"""
    environment = {**os.environ, "PYTHONPATH": "workflow"}
    printed = subprocess.check_output([sys.executable, "-c", code], cwd=finished.path, env=environment, text=True)
    assert new <= set(printed.splitlines())
