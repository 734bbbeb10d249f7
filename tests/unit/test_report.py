"""The pages of the report: what they hold, what they leave out, and that they are the same each time."""

from __future__ import annotations

import base64
import gzip
import json
import re
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from PIL import Image

from conftest import ROOT
from lmprogress.core.plain_names import plain_name
from lmprogress.core.schemas import all_tables
from lmprogress.core.yaml_files import load_yaml
from lmprogress.reporting.chart_library import chart_library
from lmprogress.reporting.charts import observations_chart, rates_chart
from lmprogress.reporting.compact import compact, packed
from lmprogress.reporting.dictionary import dictionary
from lmprogress.reporting.figures import figure, shown, shown_in
from lmprogress.reporting.findings import findings_html
from lmprogress.reporting.formula import formula
from lmprogress.reporting.loading import tables_digest
from lmprogress.reporting.overview import overview
from lmprogress.reporting.readings import reading_rows
from lmprogress.reporting.records import record_rows
from lmprogress.reporting.report import pages
from lmprogress.reporting.run import File
from report_cases import BENCHMARKS, HOSTILE, filled, made_up_run, made_up_verdict, paper_of

FOLDER = Path("results/report")


def data_of(page: str) -> dict[str, Any]:
    """The data that a page carries."""
    text = re.search(r'<script type="text/plain" id="data">(.*?)</script>', page, re.S)
    assert text
    return dict(json.loads(gzip.decompress(base64.b64decode(text[1]))))


def rows_of(table: dict[str, Any]) -> list[dict[str, Any]]:
    columns = {
        name: column["values"]
        if "values" in column
        else [None if at < 0 else column["texts"][at] for at in column["at"]]
        for name, column in table["columns"].items()
    }
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words, self.skipped = list[str](), 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.skipped += tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self.skipped -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.words += data.split()


def words_of(page: str) -> str:
    """What a person reads."""
    parser = _Words()
    parser.feed(page)
    return " ".join(parser.words)


def test_compact_columns_give_the_rows_back() -> None:
    frame = pd.DataFrame(
        {
            "name": ["a", None, "a"],
            "size": [1.0, float("nan"), 2.5],
            "count": pd.array([1, None, 3], dtype="Int64"),
            "sure": pd.array([True, None, False], dtype="boolean"),
            "steps": [[["cap", None]], [], [["fit", float("inf")]]],
        }
    )
    assert rows_of(compact(frame)) == [
        {"name": "a", "size": 1, "count": 1, "sure": True, "steps": [["cap", None]]},
        {"name": None, "size": None, "count": None, "sure": None, "steps": []},
        {"name": "a", "size": 2.5, "count": 3, "sure": False, "steps": [["fit", None]]},
    ]


def test_data_in_a_page_is_never_markup_and_has_no_date() -> None:
    text = packed({"name": "</script><script>", "more": "é\u2028"})
    assert re.fullmatch(r"[A-Za-z0-9+/=]+", text)
    # bytes 4 to 8 of gzip are a time
    assert base64.b64decode(text)[4:8] == b"\0\0\0\0"


def test_equal_runs_give_equal_pages_without_machine_or_clock() -> None:
    first, second = (pages(made_up_run(4), FOLDER) for _ in range(2))
    assert first == second
    for page in first.values():
        assert str(ROOT) not in page and "/tmp/" not in page


def test_every_record_of_every_edition_is_there_once_with_its_fate() -> None:
    run = made_up_run(4)
    rows = record_rows(run.editions)
    for edition, tables in run.editions.items():
        mine = rows[rows["edition"] == edition]
        assert sorted(mine["record_id"]) == sorted(tables.records["record_id"])
        assert set(mine.loc[mine["state"] == "in the fit", "record_id"]) == set(tables.observations["record_id"])
        # no record is left out without a reason, and none in the fit has one
        assert mine.loc[mine["state"] == "left out", "reason"].eq("outlier").all()
        assert mine.loc[mine["state"] == "in the fit", "reason"].isna().all()


def test_evidence_of_curated_and_of_read_records() -> None:
    data = data_of(pages(made_up_run(4), FOLDER)["observations.html"])
    evidence = rows_of(data["evidence"])
    for row in rows_of(data["rows"]):
        found = [evidence[place] for place in row["evidence"]]
        assert {each["paper_id"] for each in found} == {row["paper_id"]}
        if row["edition"] == "extracted":
            assert [each["status"] for each in found] == ["read"]
            assert f"memory-augmented-lstm-{int(float(found[0]['x0']) - 60) // 40}:" in row["record_id"]
        else:
            assert [each["status"] for each in found] == ["confirmed", "not_found"]
    # published and corrected say the same of the same record, which is kept once
    assert len(evidence) == 4 * (3 * 2 + 6)


def test_a_perplexity_of_another_benchmark_is_no_evidence_for_a_read_record() -> None:
    run = made_up_run(1)
    readings = run.readings.assign(benchmark="ptb")
    evidence = rows_of(data_of(pages(made_up_run(1, readings=readings), FOLDER)["observations.html"])["evidence"])
    read = [row for row in evidence if row["status"] == "read"]
    assert len(read) == 2 and len([row for row in evidence if row["status"] != "read"]) == 6


def test_identifiers_of_readings_are_left_out_only_where_the_page_can_make_them() -> None:
    run = made_up_run(2)
    readings = run.readings.copy()
    readings.loc[0, "reading_id"] += "#2"
    links = run.links.assign(reading_id=readings["reading_id"])
    rows = reading_rows(readings, links, None)
    assert rows["reading_id"].dropna().tolist() == [readings.loc[0, "reading_id"]]
    assert rows["decision"].tolist() == links["decision"].tolist()


def test_the_headline_is_the_verdict_on_the_shown_edition() -> None:
    words = words_of(pages(made_up_run(4), FOLDER)["index.html"])
    assert "11.2 months per doubling" in words and "95 % interval: 3.5 to 35.2 months" in words
    assert "Not identified: the interval is wide" in words and "no progress is 0.016 ± 0.003" in words
    assert "9 laws with a single rate give 7.8 to 16.8 months" in words and "11.0 (4.0 to 24.0)" in words
    assert "reported 8.4 months, interval 4.5 to 14.3" in words
    assert "8 perplexities of 4 papers" in words and "4 more left out" in words
    assert "8 of these perplexities confirmed" in words and "0 of their parameter counts confirmed" in words
    # what the study's objective gives stands in the findings alone
    assert "What the study’s objective gives" in words and "7.2" not in words


def test_the_headline_has_the_coverage_that_was_studied() -> None:
    run = made_up_run(2)
    results = {**run.results, "verdict": made_up_verdict(min_coverage=0.934)}
    assert "at least 93 % of cases" in words_of(pages(made_up_run(2, results=results), FOLDER)["index.html"])
    assert "of cases" not in words_of(pages(run, FOLDER)["index.html"])


def test_the_overview_says_what_other_evaluation_does_to_the_estimate() -> None:
    run = made_up_run(2)
    change = {
        "edition": "corrected", "kind": "choice", "change": "words", "label": "Words alone", "heading": "Evaluation",
        "specification": run.main.specification, "n_observations": 3, "n_papers": 2, "estimate_months": 5.25,
        "growth_rate_per_year": 12 / 5.25, "negative_log_likelihood": -1.0,
    }  # fmt: skip
    others = [change | {"heading": "Law", "change": "law"}, change | {"edition": "published"}]
    results = {**run.results, "verdict_sensitivity": filled("verdict_sensitivity", [change, *others])}
    told = words_of(pages(made_up_run(2, results=results), FOLDER)["index.html"])
    assert told.count("by how results were evaluated it is 5.2 (“Words alone”, 3 observations)") == 1
    assert told.count("Words alone") == 1


def test_the_audit_of_the_table_opens_with_what_is_replaced_and_each_value_has_an_address() -> None:
    run = made_up_run(1)
    value = {
        "record_id": "p/a:wt2", "system_id": "p/a", "paper_id": "p", "system": "A", "benchmark": "wt2",
        "publication_date": "2018-05-01", "field": "n_parameters", "value": "2e7", "status": "contradicted",
        "basis": "own_table", "n_quoting": 0, "verdict": "replaced", "new_value": "3e7", "in_fit": True,
    }  # fmt: skip
    kept = value | {"field": "perplexity", "verdict": "kept", "new_value": None}
    made = pages(made_up_run(1, results={**run.results, "table_audit": filled("table_audit", [value, kept])}), FOLDER)
    data = data_of(made["table_audit.html"])
    assert data["initial"] == {"verdict": "replaced"}
    addresses = [row[data["identified_by"]] for row in rows_of(data["rows"])]
    assert addresses == ["p/a:wt2:n_parameters", "p/a:wt2:perplexity"]


def test_every_page_gives_the_level_of_the_run() -> None:
    one, other = (pages(made_up_run(2, interval_percent=percent), FOLDER) for percent in (95, 80))
    assert one["index.html"].count("95 %") == other["index.html"].count("80 %") >= 2
    # the method tells of the study's interval as well
    assert not [name for name, page in other.items() if "95 %" in page and name != "method.html"]
    labels = [next(c["label"] for c in data_of(made["rates.html"])["columns"] if c["key"] == "low_months")
              for made in (one, other)]  # fmt: skip
    assert labels == ["95 % interval", "80 % interval"]


def test_editions_are_told_as_the_settings_tell_them() -> None:
    index = pages(made_up_run(2, about={"published": "as printed", "corrected": ""}), FOLDER)["index.html"]
    assert "ways of curating the same material: published is as printed." in words_of(index)


def test_an_interval_without_an_end_says_so() -> None:
    index = pages(made_up_run(4, shown_edition="published"), FOLDER)["index.html"]
    assert "3.5 to ∞ months" in words_of(index) and "Not identified: no progress is not excluded" in words_of(index)


def test_what_was_not_made_is_said_and_nothing_breaks() -> None:
    made = pages(made_up_run(2, results={}, evidence=None, findings=None, files=[]), FOLDER)
    assert "The verdict is not available yet" in words_of(made["index.html"])
    assert "The findings ( results/findings.md ) are not available yet" in words_of(made["findings.html"])
    assert "No figure is available yet" in words_of(made["figures.html"])
    for name in ("ledger.html", "table_audit.html", "rates.html", "claims.html"):
        assert "This table was not made in this run" in words_of(made[name])
        assert "<script" not in made[name]
    assert len(rows_of(data_of(made["observations.html"])["rows"])) == 2 * (3 + 3 + 6)


def test_names_from_papers_are_text_in_every_page() -> None:
    made = pages(made_up_run(1, findings=HOSTILE), FOLDER)
    for name, page in made.items():
        assert HOSTILE not in page, name
    assert HOSTILE in words_of(made["findings.html"])


def test_no_page_asks_the_network_for_anything() -> None:
    for name, page in pages(made_up_run(2), FOLDER).items():
        for kind, address in re.findall(r'<(img|script|link|iframe|source)\b[^>]*?(?:src|href)="([^"]*)"', page):
            assert not re.match(r"(https?:)?//", address), (name, kind, address)


def test_findings_stand_under_the_heading_of_the_page_and_link_from_there() -> None:
    html = findings_html(
        "# Title\n\n## Part\n\n[rows](tables/fits.csv), [paper](https://arxiv.org/abs/1), [a](#b)\n", "../"
    )
    assert "Title" not in html and '<h3 id="part">Part</h3>' in html
    assert re.findall('href="([^"]*)"', html) == ["../tables/fits.csv", "https://arxiv.org/abs/1", "#b"]


def test_the_method_is_a_page_of_its_own_without_links_to_other_documents() -> None:
    text = (ROOT / "docs/method.md").read_text(encoding="utf-8")
    page = pages(made_up_run(1, method=text + "\n[one](reading.md#a) and [another](https://arxiv.org/abs/1)\n"), FOLDER)
    for heading in ("The law", "The verdict", "Glossary"):
        assert f'<h2 id="{heading.lower().replace(" ", "-")}">{heading}</h2>' in page["method.html"]
    assert "<p>one and <a href=" in page["method.html"]
    assert not re.search(r'href="(?!https://|#)[^"]*\.md', page["method.html"])
    assert 'href="method.html"' in page["index.html"]


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    path = tmp_path / "results" / "figures" / "corrected" / "trend.png"
    path.parent.mkdir(parents=True)
    Image.linear_gradient("L").resize((2200, 1100)).save(path)
    (tmp_path / "trend.rst").write_text("**A trend** (edition ``{{ snakemake.wildcards.edition }}``).\n", "utf-8")
    return path


def test_a_figure_of_one_column_is_as_much_narrower_as_its_file(drawn: Path) -> None:
    Image.linear_gradient("L").resize((1051, 1148)).save(drawn)
    assert shown(drawn, within=True)[1:] == (535, 584)


def test_a_figure_carries_its_caption_its_files_and_the_rows_behind_it(drawn: Path, tmp_path: Path) -> None:
    rows, other = tmp_path / "results/tables/corrected/observations.parquet", tmp_path / "processed/fits.parquet"
    image = shown(drawn, within=True)
    within = figure(drawn, tmp_path / "trend.rst", "Rates", [str(rows), str(other)], {"edition": "corrected"}, image)
    assert within.image.startswith("data:image/webp;base64,") and (within.width, within.height) == (1100, 550)
    file = File("corrected/observations", "observations", str(rows), str(rows.with_suffix(".csv")))
    index = pages(made_up_run(1, figures=[within], files=[file]), tmp_path / FOLDER)["figures.html"]
    assert "<strong>A trend</strong>" in index and "corrected" in index
    links = re.findall(r'<a href="(\.\./[^"]*)"', index[index.index('<figure id="trend') :])
    assert shown_in(index) == {"trend-corrected": image}
    assert "corrected/observations (<a" in index and "processed/fits (<a" in index
    assert links[:3] == [f"../figures/corrected/trend.{kind}" for kind in ("pdf", "svg", "png")]
    assert links[3:6] == [
        "../tables/corrected/observations.csv", "../tables/corrected/observations.parquet",
        "../../processed/fits.parquet",
    ]  # fmt: skip


def test_figures_of_other_editions_stay_files(drawn: Path, tmp_path: Path) -> None:
    image = shown(drawn, within=False)
    apart = figure(drawn, tmp_path / "trend.rst", "Rates", [], {"edition": "published"}, image)
    index = pages(made_up_run(1, figures=[apart]), tmp_path / FOLDER)["figures.html"]
    assert 'src="../figures/corrected/trend.png"' in index and "data:image" not in index
    assert shown_in(index) == {"trend-published": image}


def test_every_page_says_which_tables_it_shows_as_sha256sum_does(tmp_path: Path) -> None:
    files = [File(name, "fits", f"results/tables/{name}.parquet", "") for name in ("fits", "corrected/fits")]
    for place, file in enumerate(files):
        (tmp_path / file.parquet).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file.parquet).write_bytes(bytes([place]))
    find = "find results/tables -name '*.parquet' | LC_ALL=C sort | xargs sha256sum | sha256sum"
    said = subprocess.run(["sh", "-c", find], cwd=tmp_path, capture_output=True, text=True, check=True)
    digest = tables_digest(files, tmp_path)
    assert said.stdout.split()[0] == digest
    assert all(digest in page for page in pages(made_up_run(1, tables_digest=digest), FOLDER).values())


def test_captions_may_not_read_files(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret words", "utf-8")
    (tmp_path / "caption.rst").write_text(f"A figure.\n\n.. include:: {tmp_path / 'secret.txt'}\n", "utf-8")
    Image.new("L", (10, 10)).save(tmp_path / "a.png")
    image = shown(tmp_path / "a.png", within=False)
    made = figure(tmp_path / "a.png", tmp_path / "caption.rst", "Rates", [], {}, image)
    assert "secret words" not in made.caption and "A figure." in made.caption


def test_charts_name_columns_that_the_page_has() -> None:
    made = pages(made_up_run(1), FOLDER)
    # added to each row by the page itself
    added = {
        "observations.html": {
            "date",
            "benchmark_name",
            "architecture_name",
            "size_text",
            "tokens_text",
            "compute_text",
            "state_text",
        },
        "rates.html": {"label", "centre", "centre_text", "from", "to", "interval_text"},
    }
    charts = {"observations.html": observations_chart(BENCHMARKS), "rates.html": rates_chart(["a"], 95)}
    for name, chart in charts.items():
        known = set(data_of(made[name])["rows"]["columns"]) | added[name]
        fields = set(re.findall(r'"field": "(\w+)"', json.dumps(chart)))
        assert fields and fields <= known


def test_the_library_of_charts_is_the_same_each_time() -> None:
    assert chart_library() == chart_library() and "vegaEmbed" in chart_library()


def test_250_papers_stay_small() -> None:
    sizes = [len(page.encode()) for page in pages(made_up_run(250), FOLDER).values()]
    # what is left of 5 MB holds 60 figures of 50 kB
    assert sum(sizes) + len(chart_library().encode()) < 2_000_000


def test_columns_of_tables_are_sorted_by_what_their_rows_hold() -> None:
    made = pages(made_up_run(2), FOLDER)
    for name in ("observations.html", "readings.html", "ledger.html", "rates.html", "claims.html"):
        data = data_of(made[name])
        shown = [column["key"] for column in data["columns"]]
        assert len(shown) == len(set(shown)) and set(shown) <= set(data["rows"]["columns"])
        assert set(data["searched"]) <= set(data["rows"]["columns"])
        assert set(data["initial"]) <= {column["key"] for column in data["columns"] if column.get("filter")}


def test_every_row_opens_at_the_paper() -> None:
    data = data_of(pages(made_up_run(3), FOLDER)["readings.html"])
    assert data["papers"][paper_of(2)]["pdf"] == f"https://arxiv.org/pdf/{paper_of(2)}"
    assert {row["paper_id"] for row in rows_of(data["rows"])} == set(data["papers"])


def test_the_data_dictionary_names_every_column_of_every_table() -> None:
    text = dictionary()
    for table in all_tables():
        part = text[text.index(f"\n## {table.name}\n") :].split("\n## ")[1]
        for column in table.columns:
            assert f"| `{column.name}` | {column.kind} |" in part, (table.name, column.name)
            assert column.description


def test_tables_of_findings_scroll_by_themselves() -> None:
    assert findings_html("# T\n\n| a |\n|---|\n| b |\n", "").count('role="region" aria-label="Table"><table>') == 1


def test_names_are_read_without_latex() -> None:
    assert plain_name(r"$\infty$-former (SM)") == "∞-former (SM)"
    assert plain_name(r"Mega-$\alpha_{2}$, $\text{big}$ $\times 2$, $5 or $6") == "Mega-α2, big ×2, $5 or $6"
    rows = record_rows(made_up_run(1).editions)
    run = made_up_run(1)
    edition, held = next(iter(run.editions.items()))
    held = held._replace(records=held.records.assign(system=r"$\Omega$-net"))
    assert set(record_rows({edition: held})["system"]) == {"Ω-net"} != set(rows["system"])


def test_a_law_is_shown_as_a_formula() -> None:
    laws = load_yaml(ROOT / "config/models.yaml")["specifications"]
    terms = ["".join(part for factor in term for part in factor) for term in formula(laws["benchmark_intercepts"])]
    assert terms == [
        "αconst, benchmark − αyear (t − t₀) − αparam ln(N/N₀)",
        "βconst, benchmark − βyear (t − t₀) − βdata ln(D/D₀)",
    ]
    assert formula(laws["irreducible_loss"]) == formula(laws["rates_from_2016"]) == []
    run = made_up_run(1)
    laws = {run.main.specification: laws["benchmark_intercepts"]}
    index = overview(
        replace(run, explored={"settings": {"laws": laws, "names": {}}}), record_rows(run.editions), FOLDER
    )
    assert (
        "ln P = exp(α<sub>const, benchmark</sub> − α<sub>year</sub> (t − t₀)" in index and index.count(") + exp(β") == 1
    )
