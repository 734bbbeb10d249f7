"""The explorer: its solver against the one in Python, its rows against curation, and the page in a browser."""

from __future__ import annotations

import base64
import csv
import gzip
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
import yaml

from browsing import TOO_FAINT, UNNAMED, Visit, browser, sync_api
from lmprogress.core import tables
from lmprogress.core.settings import (
    CurationChange,
    Variation,
    load_architectures,
    load_benchmarks,
    load_config,
    load_models,
)
from lmprogress.core.yaml_files import load_yaml
from lmprogress.curation.chain import curate
from lmprogress.curation.raw import load_raw
from lmprogress.curation.variations import observe_variations
from lmprogress.laws.fits.fitting import fit
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.rates.deriving import derive
from lmprogress.reporting.chart_library import chart_library
from lmprogress.reporting.explorer import explorer_page, explorer_settings
from lmprogress.reporting.records import EditionTables
from report_cases import filled, made_up_run

__all__ = ["browser"]  # a fixture
ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "workflow/lmprogress/reporting/templates"
EDITION, N_STARTS, N_SUBSETS = "corrected", 24, 2
MODELS = load_models(ROOT / "config/models.yaml")
CONFIG = load_config(load_yaml(ROOT / "config/config.yaml"), MODELS)
BENCHMARKS = load_benchmarks(ROOT / "config/benchmarks.yaml")
ARCHITECTURES = load_architectures(ROOT / "config/architectures.yaml")
PENALTY = CONFIG.fit.main.penalty
# ways to curate, by the address that asks for them
CHANGES = {
    "keep=1&zero_shot=out&strengths=certain": CurationChange(keep=1, also_exclude=["zero_shot"], strengths=["certain"]),
    "keep=all&outlier=in&strengths=certain+likely+doubtful": CurationChange(
        keep="all", do_not_exclude=["outlier"], strengths=["certain", "likely", "doubtful"]
    ),
    "subword=out&protocol_unknown=out": CurationChange(also_exclude=["subword", "protocol_unknown"]),
    "adapted=out&uncertain=in": CurationChange(also_exclude=["adapted"], do_not_exclude=["uncertain"]),
}


class Explored(NamedTuple):
    """The study's table curated; the page, and the data within it."""

    page: str
    data: dict[str, Any]
    observations: pd.DataFrame
    varied: dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def explored() -> Explored:
    raw = load_raw(ROOT / "raw", list(BENCHMARKS), list(ARCHITECTURES))
    edition = CONFIG.editions[EDITION]
    curated = curate(raw, EDITION, edition, BENCHMARKS, ARCHITECTURES)
    corrected = curated.steps["correct"].records
    held = EditionTables(corrected, curated.observations, curated.steps["cap"].decisions)
    varied = observe_variations(raw, EDITION, edition, CHANGES, BENCHMARKS, ARCHITECTURES)
    settings = explorer_settings(CONFIG, MODELS, BENCHMARKS, ARCHITECTURES)
    run = made_up_run(4)
    key = {"edition": EDITION, "specification": "compute_only", "data_variant": "dataset_size", "penalty": PENALTY}
    stopped = {"quantity": "effective_compute", "benchmark": "all", "group": "all", "method": "closed_form"}
    times = filled(
        "doubling_times",
        [
            {**key, **stopped, "procedure": "study", "interval_method": "none", "n_replicates": 0,
             "n_without_progress": 0, "estimate_months": 12.5},
        ],
    )  # fmt: skip
    run = replace(
        run,
        editions={EDITION: held},
        main=CONFIG.fit.main,
        explored={"raw": raw, "settings": settings},
        results={**run.results, "doubling_times": times},
    )
    text = explorer_page(run, Path("results/report"))
    packed = re.search(r'id="data">([^<]*)<', text)
    assert packed
    return Explored(text, json.loads(gzip.decompress(base64.b64decode(packed[1]))), curated.observations, varied)


# ---- the solver and the choice of rows, in Node ---------------------------------------------------


class Node:
    """Node, and what the page computes with."""

    def __init__(self, folder: Path, data: dict[str, Any]) -> None:
        found = shutil.which("node")
        if found is None:
            pytest.skip("no Node: install it (apt-get install nodejs)")
        self.program, self.folder, self.data = found, folder, data

    def __call__(self, *tasks: dict[str, Any]) -> list[Any]:
        given = self.folder / "given.json"
        given.write_text(json.dumps({"data": self.data, "tasks": tasks}), encoding="utf-8")
        command = [self.program, str(ROOT / "tests/explorer.js"), str(TEMPLATES), str(given)]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@pytest.fixture(scope="module")
def node(explored: Explored, tmp_path_factory: pytest.TempPathFactory) -> Node:
    return Node(tmp_path_factory.mktemp("node"), explored.data)


def fitted_here(rows: pd.DataFrame, names: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The global minima of `names` by the workflow: objectives by law, and doubling times."""
    laws = LawSet(
        EDITION,
        {name: MODELS.specifications[name] for name in names},
        {name: [PENALTY] for name in names},
        MODELS.data_variants,
        {name: benchmark.offset for name, benchmark in BENCHMARKS.items()},
    )
    search = CONFIG.fit.global_.model_copy(update={"n_starts": N_STARTS})
    found = fit(rows, procedure="global", laws=laws, search=search)
    times = derive(found.coefficients, tables.empty("replicates"), laws=laws, interval_percent=95).doubling_times
    return found.fits.set_index("specification"), times[times["method"] == "closed_form"]


@pytest.fixture(scope="module")
def minima(explored: Explored, node: Node) -> tuple[list[str], pd.DataFrame, pd.DataFrame]:
    (offered,) = node({"ask": "offered"})
    return offered, *fitted_here(explored.observations, offered)


def check_fit(found: dict[str, Any], objective: float, times: pd.DataFrame) -> None:
    assert found["objective"] == pytest.approx(objective, rel=1e-8)
    months = {(r["quantity"], r["benchmark"], r["group"]): r["months"] for r in found["rates"]}
    expected = times.set_index(["quantity", "benchmark", "group"])["estimate_months"]
    assert set(months) == set(expected.index)
    for key, value in expected.items():
        if pd.isna(value):
            assert months[key] is None or months[key] <= 0
        else:
            assert months[key] == pytest.approx(value, rel=1e-6)


def test_each_law_on_offer_has_the_minimum_and_the_rates_of_the_workflow(minima: Any, node: Node) -> None:
    offered, fits, times = minima
    assert len(offered) > 25
    asked = [{"ask": "fit", "edition": EDITION, "law": law, "starts": N_STARTS, "penalty": PENALTY} for law in offered]
    for law, found in zip(offered, node(*asked), strict=True):
        check_fit(found, fits.loc[law, "objective"], times[times["specification"] == law])


def test_random_subsets_are_fitted_alike(explored: Explored, node: Node) -> None:
    generator = np.random.default_rng(0)
    for _ in range(N_SUBSETS):
        rows = explored.observations.sample(120, random_state=generator)
        (found,) = node(
            {"ask": "fit", "edition": EDITION, "law": "benchmark_intercepts", "starts": N_STARTS, "penalty": PENALTY,
             "keep": list(rows["record_id"])}
        )  # fmt: skip
        fits, times = fitted_here(rows, ["benchmark_intercepts"])
        check_fit(found, fits["objective"].iloc[0], times)


def test_each_way_to_curate_chooses_the_rows_of_the_workflow(explored: Explored, node: Node) -> None:
    addresses = {"": explored.observations, **explored.varied}
    assert len({len(rows) for rows in addresses.values()}) == len(addresses)
    answers = node(*({"ask": "choose", "edition": EDITION, "address": address} for address in addresses))
    for (address, rows), chosen in zip(addresses.items(), answers, strict=True):
        expected = rows[["record_id", "perplexity", "n_parameters"]].to_numpy(object).tolist()
        assert sorted(chosen) == sorted(expected), address


GOOD = "system,benchmark,perplexity,n_parameters,dataset_size_tokens,publication_date\n"


def test_what_is_wrong_with_systems_of_ones_own_is_told_by_line(node: Node) -> None:
    cells = [
        'Mine,wt103,18.5,1.3e8,1.03e8,2021-05-30\n"Two,\nlines",PTB,60,1e7,9.3e5,2016-02-29\n',
        "A,imagenet,18.5,1e8,1e8,2021-05-30\nB,ptb,0.5,1e8,1e8,2021-02-29\nC,ptb,20,,1e8,2021-01-01\nD,ptb\n",
    ]
    heads = [{"ask": "csv", "text": text} for text in ("system,perplexity\nA,1\n", GOOD)]
    good, bad, head, empty = node(*({"ask": "csv", "text": GOOD + each} for each in cells), *heads)
    assert good["errors"] == [] and [row["system"] for row in good["rows"]] == ["Mine", "Two,\nlines"]
    # ten years of observations count a leap day as the study does
    assert good["rows"][1]["year"] == pytest.approx(2016 + 59 / 365)
    assert [re.split(r": ", error)[0] for error in bad["errors"]] == [
        *("line 2, benchmark", "line 3, perplexity", "line 3, publication_date", "line 4, n_parameters"),
        "line 5, the whole line",
    ]
    assert bad["rows"] == []
    assert head["errors"][0].startswith("line 1: no column benchmark") and empty["errors"] == ["line 2: no system"]


# ---- the page ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(explored: Explored, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explorer") / "results" / "report"
    folder.mkdir(parents=True)
    # all that the report adds to the library of charts
    assert len(explored.page.encode()) < 1_000_000
    (folder / "explore.html").write_text(explored.page, encoding="utf-8")
    (folder / "charts.js").write_text(chart_library(), encoding="utf-8")
    return folder


@pytest.fixture
def visit(browser: sync_api.Browser, page: Path) -> Iterator[Visit]:
    window = Visit(browser, page, viewport={"width": 1280, "height": 900})
    yield window
    window.close()


def answer(visit: Visit) -> str:
    return visit.page.locator("#answer").inner_text()


def fitted(visit: Visit, act: Any) -> tuple[float, float]:
    """The months in the sentence, and the objective, once what `act` changes is fitted."""
    before = visit.page.evaluate("document.documentElement.dataset.asked ?? ''")
    act()
    # an answer to what was asked before may still come
    page = "document.documentElement.dataset"
    visit.page.wait_for_function(f"was => {page}.asked !== was && {page}.answered === {page}.asked", arg=before)
    objective = re.search(r"Objective ([\d.e-]+)", visit.page.locator("#which").inner_text())
    assert objective
    return float(visit.page.locator("#answer .found").inner_text().split()[0]), float(objective[1])


def test_the_verdict_stands_there_first_and_says_what_it_is(visit: Visit) -> None:
    # the best of three: other work on the machine is no fault of the page
    assert min(visit.open("explore.html") for _ in range(3)) < 1
    assert "every 11.3 months (95 %: 3.5 to 35.3 months)" in answer(visit)
    assert "maximum likelihood" in visit.page.locator("#which").inner_text()
    assert "ridge" in visit.page.locator("#badges").inner_text()
    assert "not calibrated" not in visit.page.locator("#badges").inner_text()
    assert visit.page.evaluate(UNNAMED) == []


def test_another_law_is_fitted_here_and_a_link_restores_it(visit: Visit, minima: Any) -> None:
    visit.open("explore.html")
    _, fits, times = minima
    row = times[(times["specification"] == "compute_only") & (times["quantity"] == "effective_compute")].iloc[0]
    visit.page.get_by_label("Law", exact=True).select_option("compute_only")
    months, objective = fitted(visit, lambda: visit.page.get_by_label("Estimate").select_option(str(PENALTY)))
    assert months == pytest.approx(row["estimate_months"], abs=0.06)
    assert objective == pytest.approx(fits.loc["compute_only", "objective"], rel=1e-8)
    assert "not calibrated for this choice" in visit.page.locator("#badges").inner_text()
    fewer = fitted(visit, lambda: visit.page.get_by_role("checkbox", name="Penn Treebank", exact=True).uncheck())
    assert "WikiText-103 and WikiText-2 only" in answer(visit)
    address = visit.page.evaluate("location.hash")
    visit.page.goto("about:blank")
    assert fitted(visit, lambda: visit.open(f"explore.html{address}")) == fewer
    assert visit.page.get_by_label("Law", exact=True).input_value() == "compute_only"
    assert not visit.page.get_by_role("checkbox", name="Penn Treebank", exact=True).is_checked()
    # what the run computed is shown where only it can be
    visit.open("explore.html#law=compute_only&estimator=study")
    visit.page.get_by_text("12.5 months").wait_for()


def test_a_point_is_left_out_by_keyboard_and_the_number_moves(visit: Visit) -> None:
    first = fitted(visit, lambda: visit.open("explore.html#estimator=0&from=2016"))
    visit.page.locator("#listed summary").press("Enter")
    boxes = visit.page.locator("#listed input[type=checkbox]")
    boxes.first.wait_for()
    n = boxes.count()
    boxes.nth(n - 1).focus()
    second = fitted(visit, lambda: visit.page.keyboard.press("Space"))
    assert second != first and "1 left out by hand" in answer(visit)
    assert visit.page.evaluate("document.activeElement.type") == "checkbox"
    assert f"{n - 1} observations" in visit.page.locator("#which").inner_text()
    assert "drop=" in visit.page.evaluate("location.hash")
    assert fitted(visit, lambda: visit.page.keyboard.press("Space")) == first


def test_a_mark_leads_to_its_evidence_and_its_paper_is_left_out(visit: Visit) -> None:
    fitted(visit, lambda: visit.open("explore.html#estimator=0"))
    mark = visit.page.locator("#scatter .mark-symbol.role-mark path").first
    mark.wait_for()
    mark.click(force=True)
    link = visit.page.locator("#picked a")
    assert (link.get_attribute("href") or "").startswith("observations.html#row=")
    fitted(visit, lambda: visit.page.get_by_role("button", name="Leave out its paper").click())
    assert "drop=paper" in visit.page.evaluate("location.hash")


def test_systems_of_ones_own_enter_the_fit_from_a_dropped_file(visit: Visit, explored: Explored) -> None:
    visit.open("explore.html#estimator=0")
    drop = """text => {
      const held = new DataTransfer();
      held.items.add(new File([text], "mine.csv", { type: "text/csv" }));
      const drop = { bubbles: true, cancelable: true, dataTransfer: held };
      document.querySelector("h1").dispatchEvent(new DragEvent("drop", drop));
    }"""
    visit.page.evaluate(drop, GOOD + "A,imagenet,18.5,1e8,1e8,2021-05-30\n")
    visit.page.get_by_text("line 2, benchmark: “imagenet” is not one of").wait_for()
    fitted(visit, lambda: visit.page.evaluate(drop, GOOD + "Mine,wt103,11,1e8,1.03e8,2023-05-30\n"))
    assert "1 of your own" in answer(visit)
    assert f"{len(explored.observations) + 1} observations" in visit.page.locator("#which").inner_text()


def test_a_choice_is_taken_along(visit: Visit, explored: Explored, tmp_path: Path) -> None:
    fitted(visit, lambda: visit.open("explore.html#estimator=0.01&keep=1&zero_shot=out&benchmarks=wt103"))
    for name in ("Copy settings (YAML)", "Copy BibTeX", "Copy link"):
        visit.page.get_by_role("button", name=name).click()
        text = visit.page.get_by_label("Text to copy").input_value()
        if "YAML" in name:
            (made,) = yaml.safe_load(text).values()
            variation = Variation.model_validate(made)
            assert variation.curation.keep == 1 and variation.curation.also_exclude == ["zero_shot"]
            assert variation.rows.benchmark == "wt103" and variation.penalties == [0.01]
        elif "BibTeX" in name:
            assert "estimator=0.01" in text and text.count("{") == text.count("}")
        else:
            assert text.endswith("#estimator=0.01&keep=1&benchmarks=wt103&zero_shot=out")
    visit.page.wait_for_selector("#scatter svg")
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="Save chart (SVG)").click()
    svg = Path(download.value.path()).read_text(encoding="utf-8")
    assert "<title>" in svg and "CC BY 4.0" in svg and "arXiv 2403.05812" in svg
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="Save these rows").click()
    with open(download.value.path(), encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["benchmark"] for row in rows} == {"wt103"}
    assert max(pd.Series([row["paper_id"] for row in rows]).value_counts()) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_explorer_fits_a_phone_and_stands_out(browser: sync_api.Browser, page: Path, scheme: str) -> None:
    window = Visit(browser, page, viewport={"width": 390, "height": 844}, is_mobile=True, color_scheme=scheme)
    window.open("explore.html#estimator=0")
    window.page.wait_for_selector("#multiverse svg")
    assert window.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert window.page.evaluate(TOO_FAINT) == []
    window.close()


def test_an_embedded_explorer_is_the_answer_and_its_chart(visit: Visit) -> None:
    visit.open("explore.html#embed=1&law=compute_only")
    visit.page.wait_for_selector("#scatter svg")
    assert not visit.page.locator("header.top").is_visible() and not visit.page.locator("#exports").is_visible()
