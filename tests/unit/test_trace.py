"""The way back from results to pages, in a small run: what is told, what is refused, and what is suggested."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from conftest import ROOT
from curated import ARCHITECTURES, BENCHMARK_SETTINGS, EDITIONS, RAW, curated
from lmprogress.cli import main
from lmprogress.core import tables
from lmprogress.core.schemas import table
from lmprogress.core.settings import Config, Link, load_config, load_models, load_yaml
from lmprogress.curation.chain import Curation, curate
from lmprogress.curation.raw import RawTables
from lmprogress.provenance.contradictions import list_contradictions
from lmprogress.provenance.evidence import EditionTables, find_evidence
from lmprogress.reading.linking import link
from read_values import FAMILIES, VOCABULARY

RECORD = "1909.01377/deq-trellisnet:ptb"
READING = "1909.01377:p7:423.9,283.7:perplexity"
FIT = {"edition": "published", "specification": "benchmark_intercepts", "data_variant": "dataset_size"}


def write_edition(folder: Path, name: str, curation: Curation) -> None:
    tables.write(curation.steps["correct"].records, "records", folder / name / "records_corrected.parquet")
    tables.write(curation.observations, "observations", folder / name / "observations.parquet")
    for step, made in curation.steps.items():
        tables.write(made.decisions, "decisions", folder / name / f"decisions/{step}.parquet")


def filled(name: str, **given: Any) -> pd.DataFrame:
    """One row of table `name`: what is given, and plausible values for what must not be empty."""
    kinds = {"float": 0.5, "integer": 1, "string": "text", "boolean": True}
    row = {c.name: None if c.nullable else (c.allowed[0] if c.allowed else kinds[c.kind]) for c in table(name).columns}
    return pd.DataFrame([row | given])


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what a run makes of the snapshot, and two fits in place of all."""
    folder = tmp_path_factory.mktemp("run")
    shutil.copytree(ROOT / "config", folder / "config")
    (folder / "raw").mkdir()
    shutil.copy(ROOT / "raw/papers.csv", folder / "raw")
    (folder / "results/provenance").mkdir(parents=True)
    settings = _config().model_dump_json(by_alias=True)
    (folder / "results/provenance/settings.json").write_text(settings, encoding="utf-8")
    snapshot = {
        name: tables.read_csv(ROOT / f"raw/snapshot/{name}.csv", name) for name in ("readings", "paper_statuses")
    }
    made = link(
        snapshot["readings"],
        RAW.papers,
        benchmarks=BENCHMARK_SETTINGS,
        architectures=ARCHITECTURES,
        vocabulary=VOCABULARY,
        families=FAMILIES,
        settings=_link_settings(),
    )
    raw = RawTables(made.papers, made.systems, made.evaluations, RAW.corrections, RAW.exclusions)
    processed = folder / "processed"
    write_edition(processed, "published", curated("published"))
    write_edition(
        processed, "extracted", curate(raw, "extracted", EDITIONS["extracted"], BENCHMARK_SETTINGS, ARCHITECTURES)
    )
    for name, frame in {**snapshot, **made._asdict()}.items():
        schema = "linked_systems" if name == "systems" else name
        tables.write(frame, schema, processed / ("linked" if name not in snapshot else "") / f"{schema}.parquet")
    published = curated("published")
    evidence = find_evidence(
        {"published": EditionTables(published.steps["correct"].records, published.observations)},
        snapshot["readings"],
        snapshot["paper_statuses"],
        benchmarks=BENCHMARK_SETTINGS,
        vocabulary=VOCABULARY,
        least_confidence=0.5,
    )
    results = folder / "results/tables"
    tables.write(evidence, "evidence", results / "evidence.parquet")
    tables.write(list_contradictions(evidence), "contradictions", results / "contradictions.parquet")
    fits = [filled("fits", **FIT, penalty=penalty, procedure="study", mse=0.25) for penalty in (0.0, 0.0025)]
    tables.write(pd.concat(fits), "fits", results / "fits.parquet")
    times = [
        filled("doubling_times", **FIT, penalty=penalty, procedure="study", quantity=quantity, estimate_months=months)
        for penalty, quantity, months in ((0.0, "data", 7.0), (0.0025, "data", 8.0), (0.0025, "parameters", 9.0))
    ]
    tables.write(pd.concat(times), "doubling_times", results / "doubling_times.parquet")
    return folder


def _link_settings() -> Link:
    return _config().link


def _config() -> Config:
    return load_config(load_yaml(ROOT / "config/config.yaml"), load_models(ROOT / "config/models.yaml"))


@pytest.fixture
def trace(run: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """`lmprogress trace` in the small run: exit status, what was printed, what was complained of."""
    monkeypatch.chdir(run)

    def traced(*arguments: str) -> tuple[int, str, str]:
        status = main(["trace", *arguments])
        return status, *capsys.readouterr()

    return traced


def steps(traced: tuple[int, str, str]) -> dict[str, dict[str, Any]]:
    """The steps of a trace in JSON by kind, the first of each."""
    status, printed, _ = traced
    assert status == 0
    return {step["kind"]: step for step in reversed(json.loads(printed)["steps"])}


def test_a_record_leads_to_page_box_text_digest_and_address(trace) -> None:
    found = steps(trace(RECORD, "--json"))
    assert list(found)[::-1] == ["observation", "decisions", "record", "evidence", "paper"]
    evidence = {row["field"]: row for row in found["evidence"]["rows"]}
    # the paper's Table 2, page 7
    assert evidence["n_parameters"]["status"] == "contradicted"
    assert (evidence["n_parameters"]["recorded"], evidence["n_parameters"]["raw"]) == ("1.1e+08", "24M")
    assert evidence["perplexity"]["status"] == "confirmed"
    assert (evidence["perplexity"]["page"], evidence["perplexity"]["raw"]) == (7, "57.1")
    assert evidence["perplexity"]["address"] == "https://arxiv.org/pdf/1909.01377#page=7"
    statuses = tables.read_csv(ROOT / "raw/snapshot/paper_statuses.csv", "paper_statuses").set_index("paper_id")
    assert found["paper"]["facts"]["sha256"] == statuses.loc["1909.01377", "sha256"]
    assert [row["step"] for row in found["decisions"]["rows"]] == [
        "assemble", "correct", "exclude", "deduplicate", "cap"
    ]  # fmt: skip


def test_the_text_tells_the_same(trace) -> None:
    status, printed, _ = trace(RECORD)
    assert status == 0
    for told in ("57.1", "24M", "page 7", "423.9, 283.7", READING, "#page=7", "contradicted", "cap"):
        assert told in printed
    assert max(map(len, printed.splitlines())) < 250


def test_a_dropped_record_says_why(trace) -> None:
    dropped = curated("published").steps["exclude"].decisions
    record = dropped[~dropped["kept"].astype(bool)].iloc[0]
    found = steps(trace(record["record_id"], "--json"))
    assert found["observation"]["title"].startswith("none")
    assert found["decisions"]["rows"][-1]["reason"] == record["reason"]


def test_an_observation_is_its_record(trace) -> None:
    observations = curated("published").observations
    number = int(observations.set_index("record_id").loc[RECORD, "observation_number"])
    found = steps(trace(f"published:{number}", "--json"))
    assert RECORD in found["record"]["title"]


def test_a_reading_leads_to_what_rests_on_it(trace) -> None:
    found = steps(trace(READING, "--json"))
    assert {(row["record_id"], row["field"]) for row in found["evidence"]["rows"]} == {
        (RECORD, "perplexity"),
        (RECORD, "n_parameters"),
    }
    assert found["link"]["title"] == "used"
    assert found["reading"]["facts"]["raw"] == "57.1"


def test_an_extracted_record_leads_to_its_readings(trace) -> None:
    found = steps(trace("extracted:5", "--json"))
    used = [row for row in found["readings"]["rows"] if row["quantity"] == "perplexity"]
    assert used[0]["value"] == found["record"]["facts"]["perplexity"]
    assert used[0]["address"].endswith(f"#page={used[0]['page']}")


def test_a_cell_leads_to_its_fit_and_all_its_rows(trace) -> None:
    asked = "doubling_times:edition=published,penalty=0.0025,quantity=data:estimate_months"
    found = steps(trace(asked, "--json"))
    assert found["result"]["facts"]["estimate_months"] == 8.0
    assert found["result"]["facts"]["in"] == "months"
    assert "penalty 0.0025" in found["fit"]["title"]
    ids = [row["record_id"] for row in found["observations"]["rows"]]
    assert ids == list(curated("published").observations["record_id"])
    _, short, _ = trace(asked)
    _, whole, _ = trace(asked, "--rows")
    assert "--rows lists all" in short and "--rows lists all" not in whole
    assert all(record_id in whole for record_id in ids)


def test_a_cell_that_names_a_record_leads_to_the_record(trace) -> None:
    found = steps(trace(f"contradictions:record_id={RECORD},field=n_parameters:printed_value", "--json"))
    assert found["result"]["facts"]["printed_value"] == 2.4e7
    assert RECORD in found["record"]["title"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("1909.01377/deq-trelisnet:ptb", RECORD),
        ("deq-trellisnet ptb", RECORD),
        ("1909.01377:p7:423.9,283.6:perplexity", READING),
        ("published:999", "give a number from 1 to"),
        ("nothing of the kind", "extracted, published"),
        ("doubling_times:edition=published:estimate_months", "add penalty=0 or 0.0025"),
        ("doubling_times:edition=publishd:estimate_months", "edition is published"),
        ("doubling_times:editon=published:estimate_months", "did you mean edition"),
        ("doubling_times:edition=published:months", "estimate_months"),
        ("doubling_times", "estimate_months"),
    ],
)
def test_what_is_not_there_is_refused_with_what_may_be_meant(trace, asked: str, said: str) -> None:
    status, printed, complaint = trace(asked)
    assert status == 1
    assert printed == ""
    assert said in complaint
    assert "Traceback" not in complaint


def test_an_unknown_edition_is_refused(trace) -> None:
    status, _, complaint = trace(RECORD, "--edition", "corrected")
    assert status == 1
    assert "extracted, published" in complaint


def test_without_a_run_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "config", tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    assert main(["trace", RECORD]) == 1
    assert "make run" in capsys.readouterr().err


def test_pictures_need_papers(trace, tmp_path: Path) -> None:
    status, _, complaint = trace(RECORD, "--open")
    assert status == 1
    assert "--papers" in complaint
    (tmp_path / "other.pdf").write_bytes(b"%PDF-1.4")
    status, _, complaint = trace(RECORD, "--open", "--papers", str(tmp_path))
    assert status == 1
    assert "1909.01377.pdf" in complaint


def test_pictures_are_written_and_named(trace, shared: Path, run: Path) -> None:
    status, printed, complaint = trace(RECORD, "--open", "--papers", str(shared / "papers"), "--json")
    assert (status, complaint) == (0, "")
    pictures = json.loads(printed)["pictures"]
    assert len(pictures) > 1
    for picture in pictures:
        assert (run / picture).read_bytes().startswith(b"\x89PNG")


def test_another_pdf_of_the_same_name_is_said(trace, shared: Path, tmp_path: Path) -> None:
    content = (shared / "papers/1909.01377.pdf").read_bytes()
    (tmp_path / "1909.01377.pdf").write_bytes(content + b"\n")
    status, _, complaint = trace(RECORD, "--open", "--papers", str(tmp_path))
    assert status == 0
    assert "another file" in complaint
