"""The tables that a whole run wrote: nothing lost between steps, evidence for all, a way back from every headline."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from conftest import Checkout
from conservation import check_chain, check_links
from lmprogress.cli import main
from lmprogress.core import tables
from lmprogress.reading.linking import Linked

WRITTEN = {
    "assemble": "records",
    "correct": "records_corrected",
    "exclude": "records_included",
    "deduplicate": "records_distinct",
}


@pytest.mark.parametrize("edition", ["published", "corrected", "extracted"])
def test_every_record_is_kept_or_dropped_once_in_each_step(first_run: Checkout, edition: str) -> None:
    folder = first_run.path / "processed" / edition
    ids = {
        step: list(tables.read(folder / f"{file}.parquet", "records")["record_id"]) for step, file in WRITTEN.items()
    }
    ids["cap"] = list(tables.read(folder / "observations.parquet", "observations")["record_id"])
    decisions = {step: tables.read(folder / f"decisions/{step}.parquet", "decisions") for step in ids}
    check_chain(ids, decisions)


def test_every_reading_is_linked_or_says_why_not(first_run: Checkout) -> None:
    folder = first_run.path / "processed"
    names = ("papers", "linked_systems", "evaluations", "links")
    linked = Linked(*(tables.read(folder / f"linked/{name}.parquet", name) for name in names))
    check_links(tables.read(folder / "readings.parquet", "readings"), linked)
    records = tables.read(folder / "extracted/records.parquet", "records")
    made = linked.evaluations["system_id"] + ":" + linked.evaluations["benchmark"]
    assert sorted(made) == sorted(records["record_id"])


def test_every_value_has_evidence(first_run: Checkout) -> None:
    evidence = tables.read(first_run.path / "results/tables/evidence.parquet", "evidence")
    csv = tables.read_csv(first_run.path / "results/tables/evidence.csv", "evidence")
    pd.testing.assert_frame_equal(evidence, csv)
    for edition in ("published", "corrected"):
        records = tables.read(first_run.path / f"processed/{edition}/records_corrected.parquet", "records")
        mine = evidence[evidence["edition"] == edition]
        for field, rows in mine.groupby("field"):
            assert sorted(rows["record_id"]) == sorted(records.loc[records[field].notna(), "record_id"])


def test_each_headline_is_traced_to_its_rows(
    first_run: Checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(first_run.path)
    times = tables.read(first_run.path / "results/tables/doubling_times.parquet", "doubling_times")
    main_fit = times[(times["specification"] == "benchmark_intercepts") & (times["penalty"] == 0.0025)]
    for row in main_fit[main_fit["quantity"] == "effective_compute"].to_dict("records"):
        keys = ("edition", "procedure", "specification", "penalty", "quantity", "method", "interval_method")
        conditions = ",".join(f"{name}={row[name]}" for name in keys)
        assert main(["trace", f"doubling_times:{conditions}:estimate_months", "--json"]) == 0
        steps = {step["kind"]: step for step in json.loads(capsys.readouterr().out)["steps"]}
        observations = tables.read(first_run.path / f"processed/{row['edition']}/observations.parquet", "observations")
        assert [found["record_id"] for found in steps["observations"]["rows"]] == list(observations["record_id"])
        assert f"procedure {row['procedure']}" in steps["fit"]["title"]
