"""Checks that suspect values of the curated table, each on a record that it must hit and on one that it must not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from conftest import ROOT
from lmprogress.core import tables
from lmprogress.core.settings import load_architectures, load_families
from lmprogress.provenance.matching import Names
from lmprogress.provenance.suspecting import Context
from lmprogress.provenance.suspicion_checks import CHECKS
from lmprogress.provenance.suspicions import count_suspicions, find_suspicions
from lmprogress.provenance.table_audit import audit_table
from lmprogress.reading.words import lexicon
from read_values import BENCHMARKS, PAPER, VOCABULARY, readings
from read_values import reading as read

SETTINGS = {
    "benchmarks": BENCHMARKS,
    "names": Names(BENCHMARKS, lexicon(VOCABULARY)),
    "families": load_families(ROOT / "config/families.yaml"),
    "architectures": load_architectures(ROOT / "config/architectures.yaml"),
    "least_confidence": 0.5,
    "same_within": 0.05,
    "most_parameters_per_token": 100,
}
OTHER = "1901.00001"
NO_CORRECTIONS = pd.DataFrame(columns=["system_id", "benchmark", "column", "old_value", "new_value", "strength"])
NO_EXCLUSIONS = pd.DataFrame(columns=["system_id", "strength"])


COLUMNS = [column.name for column in tables.table("records").columns]
RECORD = {
    "system_id": f"{PAPER}/lstm", "paper_id": PAPER, "system": "LSTM", "title": "A Paper", "source": "x",
    "publication_date": "2018-01-01", "benchmark": "ptb", "perplexity": 80.0, "perplexity_benchmark": "ptb",
    "n_parameters": 2e7, "dataset_size_tokens": 9.29e5, "zero_shot": 0.0, "uses_cache": False,
    "architecture": "recurrent",
}  # fmt: skip


def record(**changes: Any) -> dict[str, Any]:
    row = {**dict.fromkeys(COLUMNS), **RECORD, **changes}
    return {**row, "record_id": f"{row['system_id']}:{row['benchmark']}"}


def sized(value: float, label: str = "LSTM", perplexity: float = 80.0) -> dict[str, Any]:
    return read(perplexity, label, n_parameters=value, n_parameters_raw=f"{value / 1e6:g}M")


def stated(value: float, quantity: str) -> dict[str, Any]:
    return read(value, None, quantity=quantity, raw=f"{value / 1e6:g}M", system=None, source="text")


def suspected(*records: dict[str, Any], found: list[dict[str, Any]] | None = None) -> pd.DataFrame:
    context = asked(*records, found=found)
    return find_suspicions(context, NO_CORRECTIONS, NO_EXCLUSIONS, fitted={records[0]["record_id"]})


def asked(*records: dict[str, Any], found: list[dict[str, Any]] | None = None) -> Context:
    rows = [{**row, "position": number} for number, row in enumerate(records, 1)]
    held = tables.table("records").checked(pd.DataFrame(rows), "records of a test")
    return Context.of(held, readings(*(found or [])), tables.empty("evidence"), **SETTINGS)


SECOND = {"system_id": f"{PAPER}/second", "system": "LSTM two"}
THEIRS = {"paper_id": OTHER, "system_id": f"{OTHER}/lstm", "publication_date": "2019-01-02"}


@pytest.mark.parametrize(
    ("check", "wrong", "right"),
    [
        ("neither_stated_nor_known_size", [{"dataset_size_tokens": 7e8}], [{"dataset_size_tokens": 9.0e5}]),
        ("another_benchmarks_size", [{"dataset_size_tokens": 1.03e8}], [{}]),
        ("counted_twice", [{"dataset_size_tokens": 1.86e6}], [{"dataset_size_tokens": 2.08e6}]),
        ("differs_from_its_family", [{"system": "GPT-2 + x"}], [{"system": "GPT-2 + x", "dataset_size_tokens": 4.1e9}]),
        ("subwords_of_other_data", [{"tokenizer": "byte level BPE"}], [{"tokenizer": "Word-level"}]),
        (
            "differs_within_paper",
            [{"base_model": "LSTM"}, {**SECOND, "base_model": "LSTM", "dataset_size_tokens": 5e9}],
            [{"base_model": "LSTM"}, {**SECOND, "base_model": "LSTM", "dataset_size_tokens": 9.3e5}],
        ),
        ("zero_shot_with_little_data", [{"zero_shot": 1.0}], [{"zero_shot": 1.0, "dataset_size_tokens": 4e9}]),
        (
            "zero_shot_after_finetuning",
            [{"zero_shot": 1.0, "finetuning_dataset_size_tokens": 9.29e5}],
            [{"finetuning_dataset_size_tokens": 9.29e5}],
        ),
        (
            "trained_without_the_benchmarks_data",
            [{"dataset_size_tokens": 4e9}],
            [{"dataset_size_tokens": 4e9, "finetuning_dataset_size_tokens": 9.29e5}],
        ),
        ("smaller_than_embedding", [{"n_parameters": 9e5}], [{"n_parameters": 1.1e6}]),
        ("too_large_for_data", [{"n_parameters": 1e8}], [{"n_parameters": 6.6e7}]),
        ("size_in_name", [{"system": "LSTM (30M)"}], [{"system": "LSTM (20M)"}]),
        (
            "same_on_two_benchmarks",
            [{}, {**SECOND, "benchmark": "wt2", "dataset_size_tokens": 2.08e6}],
            [{}, {**SECOND, "benchmark": "wt2", "dataset_size_tokens": 2.08e6, "n_parameters": 3e7}],
        ),
        (
            "larger_is_worse",
            [{}, {**SECOND, "n_parameters": 4e7, "perplexity": 81.0}],
            [{}, {**SECOND, "n_parameters": 4e7, "perplexity": 79.0}],
        ),
        (
            "compute_disagrees",
            [{"n_epochs": 10.0, "reported_training_compute_flop": 1e16}],
            [{"n_epochs": 10.0, "reported_training_compute_flop": 2e15}],
        ),
        ("under_two_titles", [{}, THEIRS], [{}, {**THEIRS, "perplexity": 80.1}]),
        ("outside_the_identifiers_month", [{"publication_date": "2018-03-20"}], [{"publication_date": "2018-01-31"}]),
        (
            "before_the_data_set",
            [{"benchmark": "wt2", "dataset_size_tokens": 2.08e6, "publication_date": "2016-09-26"}],
            [{"publication_date": "2016-09-26"}],
        ),
        ("before_its_family", [{"system": "GPT-2"}], [{"system": "GPT-2", "publication_date": "2019-03-01"}]),
        ("under_another_papers_name", [{"source": f"arXiv {OTHER}"}], [{"source": f"arXiv {PAPER}"}]),
        ("not_the_benchmarks_vocabulary", [{"vocabulary_size": 33278.0}], [{"vocabulary_size": 1e4}]),
        ("per_subword", [{"tokenizer": "GPT-2 tokenizer"}], [{"tokenizer": "word-level"}]),
        ("family_in_its_name", [{"architecture": "transformer"}], [{}]),
        (
            "differs_from_its_kin",
            [{"system": "Trellis", "architecture": "transformer"}]
            + [{"system_id": f"{PAPER}/{n}", "system": f"Trellis {n}", "architecture": "convolutional"} for n in "abc"],
            [{"system_id": f"{PAPER}/{n}", "system": f"Trellis {n}", "architecture": "convolutional"} for n in "abc"],
        ),
    ],
)
def test_the_table_alone(check: str, wrong: list[dict[str, Any]], right: list[dict[str, Any]]) -> None:
    hits = suspected(*(record(**changes) for changes in wrong))
    assert check in set(hits["check"]) and hits["in_fit"].any()
    assert check not in set(suspected(*(record(**changes) for changes in right))["check"])


def elsewhere(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "paper_id": OTHER, "own": False}


@pytest.mark.parametrize(
    ("check", "wrong", "right"),
    [
        ("zero_shot_said", [read(80.0, setting="zero_shot")], [read(80.0)]),
        ("size_of_another_benchmark", [{**sized(2e7, perplexity=90.0), "benchmark": "wt2"}], [sized(2e7)]),
        ("quoted_otherwise", [elsewhere(sized(3e7))], [elsewhere(sized(3e7)), elsewhere(sized(2e7))]),
        ("only_validation", [read(80.0, split="valid")], [read(80.0, split="valid"), read(80.0)]),
        ("only_another_benchmark", [read(80.0, benchmark="wt2")], [read(80.0)]),
        (
            "result_quoted_otherwise",
            [{**elsewhere(sized(2e7, perplexity=85.0)), "paper_id": paper} for paper in (OTHER, "1901.00002")],
            [elsewhere(sized(2e7, perplexity=85.0))],
        ),
        ("neither_stated_nor_known_size", [], [stated(7e8, "training_tokens")]),
    ],
)
def test_against_readings(check: str, wrong: list[dict[str, Any]], right: list[dict[str, Any]]) -> None:
    mine = record(dataset_size_tokens=7e8) if check == "neither_stated_nor_known_size" else record()
    assert check in set(suspected(mine, found=wrong)["check"])
    assert check not in set(suspected(mine, found=right)["check"])


def test_the_size_of_a_base_model_is_that_at_the_nearest_perplexity() -> None:
    printed = [
        elsewhere(sized(1.51e8, "Trellis", perplexity=82.0)),
        elsewhere(sized(2.57e8, "Trellis", perplexity=76.0)),
    ]
    mine = record(system="Trellis + noise", n_parameters=2.57e8, dataset_size_tokens=1.03e8)
    hits = suspected(mine, found=printed).set_index("check")
    assert hits.loc["base_model_has_another", "expected"] == "1.51e+08"
    nearer = suspected({**mine, "perplexity": 77.0}, found=printed)
    assert "base_model_has_another" not in set(nearer["check"])


def test_known_errors_are_counted_by_value() -> None:
    rows = [record(), record(benchmark="wt2", dataset_size_tokens=2.08e6, n_parameters=9e5)]
    fix = {"system_id": RECORD["system_id"], "benchmark": None, "old_value": "9e5", "strength": "certain"}
    corrections = pd.DataFrame(
        [
            {**fix, "column": "n_parameters", "new_value": "2e7"},
            {**fix, "column": "zero_shot", "new_value": "1"},
            {**fix, "column": "vocabulary_size", "new_value": "9e5"},
        ]
    )
    found = suspected(*rows)
    counts = count_suspicions(asked(*rows), found, corrections, NO_EXCLUSIONS).set_index(["field", "check"])
    assert counts.loc[("n_parameters", "any"), ["n_values", "n_errors", "n_errors_of_field"]].tolist() == [1, 1, 1]
    assert counts.loc[("zero_shot", "any"), ["n_values", "n_errors", "n_errors_of_field"]].tolist() == [0, 0, 1]
    assert counts.loc[("vocabulary_size", "any"), "n_errors_of_field"] == 0


def test_each_kind_has_a_name_of_its_own_and_a_field_of_the_records() -> None:
    assert len({(check.field, check.name) for check in CHECKS}) == len(CHECKS)
    assert {check.field for check in CHECKS} <= set(COLUMNS)


def test_a_value_stands_on_its_paper_then_on_others_and_is_replaced_by_a_correction() -> None:
    quoting = {**elsewhere(sized(2e7, "An LSTM")), "paper_id": OTHER}
    fix = {
        "system_id": RECORD["system_id"],
        "benchmark": "ptb",
        "column": "perplexity",
        "old_value": "80",
        "source": "s",
    }
    corrections = pd.DataFrame([{**fix, "new_value": "81", "strength": "certain", "reason": "page 3"}])
    exclusions = pd.DataFrame([{"system_id": SECOND["system_id"], "strength": "likely", "reason": "r", "source": "s"}])
    mine, second = record(), record(**SECOND, n_parameters=3e7)
    context = asked(mine, second, found=[quoting])
    confirmed = {
        "status": "confirmed",
        "reason": "own_result",
        "page": 3,
        "row_label": "LSTM",
        "detail": None,
        "raw": "80",
    }
    unread = {"status": "no_paper", "reason": "no_pdf", "page": None, "row_label": None, "detail": None, "raw": None}
    evidence = {(mine["record_id"], "perplexity"): confirmed, (mine["record_id"], "n_parameters"): unread}
    context = replace(context, evidence={**evidence, (second["record_id"], "n_parameters"): unread})
    none = suspected(mine).iloc[:0]
    audit = audit_table(context, none, corrections, exclusions, fitted={mine["record_id"]})
    audit = audit.set_index(["record_id", "field"])
    columns = ["status", "basis", "n_quoting", "verdict", "new_value"]
    of_mine, of_second = audit.loc[mine["record_id"]], audit.loc[second["record_id"]]
    assert of_mine.loc["perplexity", columns].tolist() == ["confirmed", "own_table", 1, "replaced", "81"]
    assert of_mine.loc["n_parameters", columns[:4]].tolist() == ["quoted", "other_papers", 1, "kept"]
    assert of_second.loc["n_parameters", columns[:3]].tolist() == ["no_paper", "no_pdf", 0]
    assert of_second.loc["perplexity", ["status", "verdict", "strength"]].tolist() == [
        "not_asked",
        "left_out",
        "likely",
    ]
    assert of_mine["in_fit"].all() and not of_second["in_fit"].any()


@pytest.mark.parametrize(
    ("reason", "quoted", "expected"),
    [
        ("own_result", True, "own_paper"),
        ("validation_result", False, "own_paper"),
        ("quoted_result", False, "another_paper"),
        ("not_printed", True, "another_paper"),
        ("not_printed", False, "nobody_at_hand"),
    ],
)
def test_who_evaluated_a_system(reason: str, quoted: bool, expected: str) -> None:
    mine = record()
    found = {"status": "not_found", "reason": reason, "page": None, "row_label": None, "detail": None, "raw": None}
    context = replace(
        asked(mine, found=[elsewhere(read(80.0))] if quoted else []),
        evidence={(mine["record_id"], "perplexity"): found},
    )
    audit = audit_table(
        context, suspected(mine).iloc[:0], tables.empty("corrections"), tables.empty("exclusions"), fitted=set()
    )
    by = audit.set_index("field")["evaluated_by"]
    assert by["perplexity"] == expected and by.drop("perplexity").isna().all()
