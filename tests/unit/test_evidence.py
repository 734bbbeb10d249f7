"""What counts as the same number, the same system, and evidence for or against a recorded value."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from conftest import ROOT
from curated import curated
from lmprogress.core import tables
from lmprogress.core.schemas import table
from lmprogress.provenance.contradictions import count_evidence, list_contradictions
from lmprogress.provenance.evidence import EditionTables, find_evidence
from lmprogress.provenance.matching import Label, Match, Names, match
from lmprogress.provenance.sameness import decimal_step, printed_step, same, significant_step
from lmprogress.reading.words import lexicon
from read_values import BENCHMARKS, PAPER, VOCABULARY, reading, readings

NAMES = Names(BENCHMARKS, lexicon(VOCABULARY))


@pytest.mark.parametrize(
    ("raw", "value", "step"),
    [
        ("103M", 1.03e8, 1e6),
        ("103 million", 1.03e8, 1e6),
        ("58.3", 58.3, 0.1),
        ("24,5", 24.5, 0.1),
        ("24.2M", 2.42e7, 1e5),
        ("33, 278", 33278.0, 1.0),
        ("929k", 9.29e5, 1e3),
        ("5", 5e6, 1e6),
        ("17.12 ± 0.1", 17.12, 0.01),
        ("1,024", 1024, 1),
    ],
)
def test_the_last_digit_of_what_is_printed(raw: str, value: float, step: float) -> None:
    assert printed_step(value, raw) == pytest.approx(step)


@pytest.mark.parametrize(
    ("recorded", "printed", "raw", "agree"),
    [
        (1.03e8, 103227021.0, "103,227,021", True),  # rounded
        (2.08e6, 2088628.0, "2,088,628", True),  # cut off
        (1e8, 1.03e8, "103M", True),
        (2.4e7, 2.42e7, "24.2M", True),
        (2.42e7, 2.4e7, "24M", True),
        (2.1e7, 2.0e7, "20M", False),
        (2.4e7, 2.47e8, "247M", False),
        (1.1e8, 1.03e8, "103M", False),
        (5.4e6, 5e6, "5 million", True),
    ],
)
def test_counts_agree_up_to_the_coarser_digits(recorded: float, printed: float, raw: str, agree: bool) -> None:
    steps = significant_step(recorded), printed_step(printed, raw)
    assert same(recorded, steps[0], printed, steps[1], cut=True) is agree
    assert same(printed, steps[1], recorded, steps[0], cut=True) is agree


@pytest.mark.parametrize(
    ("recorded", "printed", "raw", "agree"),
    [
        (17.1, 17.12, "17.12", True),
        (17.2, 17.12, "17.12", False),
        (24.08, 24.09, "24.09", False),
        (100.0, 100.4, "100.4", True),
        (65.8, 65.9, "65.9", False),
    ],
)
def test_perplexities_agree_when_rounded(recorded: float, printed: float, raw: str, agree: bool) -> None:
    assert same(recorded, decimal_step(recorded), printed, printed_step(printed, raw)) is agree


@pytest.mark.parametrize(
    ("name", "label", "expected"),
    [
        ("WeNet (PTB)", "WeNet", Match.FULL),
        ("AWD-LSTM-MoS + dynamic evaluation (WT2, 2017)", "Ours - AWD-LSTM-MoS + dynamical evaluation†", Match.FULL),
        ("Densely Connected LSTM + Var. Dropout", "Dens. Con. LSTM + Var. Dropout", Match.FULL),
        ("GPT3-6.7B + muP", "GPT3 6.7B+μP", Match.FULL),
        ("Partial Shuffle LSTM", "LSTM PartialShuffle", Match.FULL),
        ("Deep Network AWD-LSTM", "AWD-LSTM", Match.STRONG),
        ("LSTM", "LSTM + cache", Match.COMPATIBLE),
        ("LSTM+Noise(Beta)", "Beta", Match.COMPATIBLE),
        ("Anything", "Our model", Match.COMPATIBLE),
        ("S + I-Attention (3)", "S + I-Attention (2)", Match.NONE),
        ("LSTM+Noise(Beta)", "Gaussian Noise", Match.NONE),
        ("LSTM", "Transformer", Match.NONE),
    ],
)
def test_names_of_systems(name: str, label: str, expected: Match) -> None:
    seen = {*NAMES.words("LSTM Noise Beta Gaussian + cache"), "2", "3"}
    assert match(NAMES.words(name), Label(NAMES.words(label), (), False), seen) is expected


RECORD: dict[str, Any] = {
    "system_id": f"{PAPER}/lstm", "paper_id": PAPER, "position": 1, "system": "LSTM", "title": "A Paper", "source": "x",
    "publication_date": "2018-01-01", "benchmark": "ptb", "perplexity": 80.0, "perplexity_benchmark": "ptb",
    "n_parameters": 2e7, "dataset_size_tokens": 9.29e5, "zero_shot": 0.0, "uses_cache": False,
}  # fmt: skip


def _columns(name: str) -> list[str]:
    return [column.name for column in table(name).columns]


def found(
    *rows: dict[str, Any], field: str = "perplexity", status: str | None = "read", **changes: Any
) -> dict[str, Any]:
    """The evidence for one field of one record."""
    record = {**dict.fromkeys(_columns("records")), **RECORD, **changes}
    record["record_id"] = f"{record['system_id']}:{record['benchmark']}"
    records = table("records").checked(pd.DataFrame([record]), "records of a test")
    statuses = pd.DataFrame(
        [{"paper_id": PAPER, "status": status, "change": "same", "n_readings": len(rows), "sha256": "0" * 64}]
        if status
        else [],
        columns=_columns("paper_statuses"),
    )
    evidence = find_evidence(
        {"corrected": EditionTables(records, tables.empty("observations"))},
        readings(*rows),
        table("paper_statuses").checked(statuses, "statuses of a test"),
        benchmarks=BENCHMARKS,
        vocabulary=VOCABULARY,
        least_confidence=0.5,
    )
    return evidence.set_index("field").loc[field].to_dict()


def verdict(*rows: dict[str, Any], **changes: Any) -> tuple[str, str]:
    row = found(*rows, **changes)
    return row["status"], row["reason"]


@pytest.mark.parametrize(
    ("rows", "changes", "expected"),
    [
        ([reading(80.0)], {}, ("confirmed", "own_result")),
        ([reading(80.04)], {}, ("confirmed", "own_result")),
        ([reading(80.0, own=False)], {}, ("confirmed", "quoted_result")),
        ([reading(80.0, "Ours")], {}, ("confirmed", "own_result")),
        ([reading(81.0)], {}, ("contradicted", "its_row")),
        ([reading(81.0), reading(80.0, "RHN")], {}, ("contradicted", "another_row")),
        ([reading(81.0), reading(80.0, split="valid")], {}, ("contradicted", "validation_result")),
        ([reading(80.0, split="valid")], {}, ("not_found", "validation_result")),
        ([reading(80.0, split="unknown")], {}, ("not_found", "no_split")),
        ([reading(80.0, "RHN")], {}, ("not_found", "another_system")),
        ([reading(80.0, benchmark="wt2")], {}, ("not_found", "another_benchmark")),
        ([reading(80.0, benchmark="unknown")], {}, ("not_found", "unclear_benchmark")),
        ([reading(80.0, "RHN", benchmark="wt2")], {}, ("not_found", "another_place")),
        ([reading(81.0, "LSTM + cache", setting="cache")], {}, ("not_found", "not_printed")),
        ([reading(81.0, setting="cache")], {}, ("not_found", "not_printed")),
        ([reading(81.0, setting="cache")], {"uses_cache": True}, ("contradicted", "its_row")),
        ([reading(81.0, n_parameters=5e7, n_parameters_raw="50M")], {}, ("not_found", "not_printed")),
        ([reading(80.0, "RHN", n_parameters=2e7, n_parameters_raw="20M")], {}, ("confirmed", "own_result")),
        ([reading(80.0, confidence=0.4)], {}, ("not_found", "not_printed")),
        ([reading(80.0)], {"status": None}, ("no_paper", "no_pdf")),
        ([], {"status": "encrypted"}, ("no_paper", "encrypted")),
        ([], {"status": "no_tables"}, ("not_found", "not_printed")),
    ],
)
def test_perplexity(rows: list[dict[str, Any]], changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert verdict(*rows, **changes) == expected


def test_the_exact_value_goes_before_one_that_rounds_to_it() -> None:
    row = found(reading(80.4), reading(80.0, "LSTM + Noise"))
    assert (row["printed_value"], row["reading_id"]) == (80.0, "r2")


def test_the_row_shown_is_the_one_that_contradicts_and_has_its_place() -> None:
    row = found(reading(81.0, raw="81.0†"), reading(80.0, "RHN"))
    assert (row["reading_id"], row["raw"], row["printed_value"], row["page"]) == ("r1", "81.0†", 81.0, 5)
    assert "RHN" in row["detail"]
    assert row["sha256"] == "0" * 64


def sized(value: float, label: str = "LSTM", perplexity: float = 80.0) -> dict[str, Any]:
    return reading(perplexity, label, n_parameters=value, n_parameters_raw=f"{value / 1e6:g}M")


def said(value: float, quantity: str, system: str | None = None, **more: Any) -> dict[str, Any]:
    unit = f"{value / 1e6:g}M" if value >= 1e6 else f"{value:g}"
    return reading(value, None, quantity=quantity, raw=unit, system=system, source="text", **more)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([sized(2e7)], ("confirmed", "its_row")),
        ([sized(2.04e7)], ("confirmed", "its_row")),
        ([sized(2.1e7)], ("contradicted", "its_row")),
        ([sized(2.1e7), sized(2e7)], ("confirmed", "its_row")),
        ([sized(2.1e7), sized(2e7, perplexity=90.0)], ("contradicted", "its_row")),
        ([sized(2e7, perplexity=90.0)], ("confirmed", "row_of_its_name")),
        ([sized(2e7, "RHN", perplexity=90.0)], ("not_found", "not_printed")),
        ([said(2e7, "parameters", "LSTM")], ("confirmed", "sentence")),
        ([said(2e7, "parameters", "LSTM", benchmark="wt2")], ("not_found", "not_printed")),
        ([said(2e7, "parameters", "our model")], ("not_found", "unnamed_sentence")),
        ([{**sized(2e7, perplexity=90.0), "benchmark": "wt2"}], ("not_found", "not_printed")),
        ([reading(90.0, "RHN"), said(2e7, "parameters", "RHN")], ("not_found", "not_printed")),
        ([reading(80.0, "LSTM (20M)")], ("confirmed", "label")),
    ],
)
def test_parameters(rows: list[dict[str, Any]], expected: tuple[str, str]) -> None:
    assert verdict(*rows, field="n_parameters") == expected


def test_a_count_of_the_row_says_that_the_box_is_another_values() -> None:
    row = found(sized(2e7), field="n_parameters")
    assert (row["place"], row["raw"]) == ("row", "20M")


@pytest.mark.parametrize(
    ("rows", "changes", "expected"),
    [
        ([said(9.29e5, "training_tokens", benchmark="ptb")], {}, ("confirmed", "benchmark_sentence")),
        (
            [said(9.29e5, "training_tokens")],
            {"benchmark": "wt2", "zero_shot": 1.0},
            ("not_found", "unnamed_sentence"),
        ),
        ([], {"dataset_size_tokens": 1.86e6}, ("contradicted", "counted_twice")),
        ([], {}, ("confirmed", "training_set")),
        ([], {"zero_shot": 1.0}, ("not_found", "not_printed")),
        ([], {"dataset_size_tokens": 1.03e8}, ("contradicted", "another_training_set")),
        ([], {"dataset_size_tokens": 1.03e8, "zero_shot": 1.0}, ("not_found", "not_printed")),
        ([], {"dataset_size_tokens": 5e9}, ("not_found", "not_printed")),
        ([], {"dataset_size_tokens": 0.0}, ("not_found", "not_printed")),
        ([said(3e9, "training_tokens", "LSTM")], {"dataset_size_tokens": 5e9}, ("contradicted", "sentence")),
        (
            [said(3e9, "training_tokens", "LSTM"), said(4e9, "training_tokens", "LSTM")],
            {"dataset_size_tokens": 5e9},
            ("not_found", "not_printed"),
        ),
        ([said(3e9, "training_tokens")], {"dataset_size_tokens": 5e9}, ("not_found", "not_printed")),
    ],
)
def test_training_data(rows: list[dict[str, Any]], changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert verdict(*rows, field="dataset_size_tokens", **changes) == expected


@pytest.mark.parametrize(
    ("field", "rows", "changes", "expected"),
    [
        ("n_epochs", [said(200, "epochs", "LSTM")], {"n_epochs": 200.0}, ("confirmed", "sentence")),
        ("n_epochs", [said(300, "epochs", "LSTM")], {"n_epochs": 200.0}, ("contradicted", "sentence")),
        ("n_epochs", [said(300, "epochs", "network")], {"n_epochs": 200.0}, ("not_found", "not_printed")),
        (
            "vocabulary_size",
            [said(33278, "vocabulary")],
            {"vocabulary_size": 33000.0},
            ("not_found", "unnamed_sentence"),
        ),
        (
            "vocabulary_size",
            [said(1e4, "vocabulary", benchmark="ptb")],
            {"vocabulary_size": 1e4},
            ("confirmed", "benchmark_sentence"),
        ),
        (
            "vocabulary_size",
            [said(1e4, "vocabulary", benchmark="wt2")],
            {"vocabulary_size": 1e4},
            ("not_found", "not_printed"),
        ),
    ],
)
def test_epochs_and_vocabulary(
    field: str, rows: list[dict[str, Any]], changes: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert verdict(*rows, field=field, **changes) == expected


def dated(value: float, source: str) -> dict[str, Any]:
    return reading(value, None, quantity="publication_date", raw="x", source=source)


@pytest.mark.parametrize(
    ("rows", "date", "expected"),
    [
        ([dated(2018.0, "identifier")], "2018-01-20", ("confirmed", "identifier")),
        ([dated(2018.0, "identifier")], "2018-03-20", ("contradicted", "identifier")),
        ([dated(2018.0, "identifier"), dated(2018 + 4 / 365, "stamp")], "2018-01-05", ("confirmed", "stamp")),
        ([dated(2018.0, "identifier"), dated(2018 + 4 / 365, "stamp")], "2018-01-20", ("contradicted", "stamp")),
        ([], "2018-01-20", ("not_found", "no_date")),
    ],
)
def test_dates(rows: list[dict[str, Any]], date: str, expected: tuple[str, str]) -> None:
    assert verdict(*rows, field="publication_date", publication_date=date) == expected


def test_no_result_is_older_than_its_benchmark() -> None:
    stamped = dated(2016 + 269 / 365, "identifier")
    changes = {"benchmark": "wt2", "publication_date": "2016-09-26"}
    assert verdict(stamped, field="publication_date", **changes) == ("contradicted", "before_the_benchmark")


@pytest.fixture(scope="module")
def real() -> pd.DataFrame:
    """The evidence for both curated editions by the readings of the snapshot."""
    editions = {
        name: EditionTables(curated(name).steps["correct"].records, curated(name).observations)
        for name in ("published", "corrected")
    }
    snapshot = {
        name: tables.read_csv(ROOT / f"raw/snapshot/{name}.csv", name) for name in ("readings", "paper_statuses")
    }
    return find_evidence(
        editions,
        snapshot["readings"],
        snapshot["paper_statuses"],
        benchmarks=BENCHMARKS,
        vocabulary=VOCABULARY,
        least_confidence=0.5,
    )


def test_every_value_of_every_record_has_evidence_once(real: pd.DataFrame) -> None:
    for name, mine in real.groupby("edition"):
        records = curated(name).steps["correct"].records.set_index("record_id")
        for field, rows in mine.groupby("field"):
            assert sorted(rows["record_id"]) == sorted(records.index[records[field].notna()])
        assert set(mine.loc[mine["in_fit"], "record_id"]) == set(curated(name).observations["record_id"])


def test_what_is_confirmed_or_contradicted_points_at_a_reading_of_the_same_paper(real: pd.DataFrame) -> None:
    snapshot = tables.read_csv(ROOT / "raw/snapshot/readings.csv", "readings").set_index("reading_id")
    cited = real[real["reading_id"].notna()]
    assert (snapshot.loc[cited["reading_id"], "paper_id"].to_numpy() == cited["paper_id"].to_numpy()).all()
    by_benchmark = ["training_set", "another_training_set", "counted_twice", "before_the_benchmark"]
    proven = real["status"].isin(["confirmed", "contradicted"]) & ~real["reason"].isin(by_benchmark)
    assert real.loc[proven, ["reading_id", "page", "raw", "place", "sha256"]].notna().all(axis=None)
    values = cited[cited["place"] == "value"]
    assert (snapshot.loc[values["reading_id"], "raw"].to_numpy() == values["raw"].to_numpy()).all()


# read from the pages themselves: what the table gives, and what the paper prints in the row of that result
ERRORS_OF_THE_TABLE = [
    ("2012.15832/shortformer:wt103", "n_parameters", 2.47e8),  # Table 5, page 8
    ("2108.12409/alibi-l-3072-lvalid-3072:wt103", "n_parameters", 2.47e8),  # Table 7, page 20
    ("1909.01377/deq-trellisnet:ptb", "n_parameters", 2.4e7),  # Table 2, page 7
    ("1708.04116/ei-rehn-1200d:ptb", "n_parameters", 2.5e7),  # Table 4, page 8
    ("1609.07843/pointer-sentinel-lstm:wt2", "n_parameters", 2.1e7),  # Table 3, page 9
    ("2210.17357/transformerxl-powersgd-l-greco:wt103", "perplexity", 24.09),  # Table 5, page 7
]


@pytest.mark.parametrize(("record_id", "field", "printed"), ERRORS_OF_THE_TABLE)
def test_errors_of_the_studys_table_are_found(real: pd.DataFrame, record_id: str, field: str, printed: float) -> None:
    rows = real[(real["record_id"] == record_id) & (real["field"] == field)]
    statuses = rows.set_index("edition")["status"].to_dict()
    assert set(statuses) == {"published", "corrected"}
    assert statuses["published"] == "contradicted"
    assert set(rows["printed_value"]) == {printed}
    # a correction of the study's table must leave what the paper prints
    mended = rows["edition"].eq("corrected") & rows["value"].eq(printed)
    assert (rows["status"].eq("confirmed") == mended).all()


def test_counts_add_up(real: pd.DataFrame) -> None:
    counts = count_evidence(real)
    assert counts["n_values"].sum() == len(real)
    assert counts["n_in_fit"].sum() == real["in_fit"].sum()


def test_contradictions_are_listed_once_and_what_matters_most_comes_first(real: pd.DataFrame) -> None:
    listed = list_contradictions(real)
    contradicted = real[real["status"] == "contradicted"]
    assert set(zip(contradicted["record_id"], contradicted["field"], strict=True)) <= set(
        zip(listed["record_id"], listed["field"], strict=True)
    )
    assert listed["in_fit"].is_monotonic_decreasing
    top = listed[listed["in_fit"] & (listed["status"] == "contradicted") & ~listed["field"].str.startswith("vocab")]
    assert top["size"].is_monotonic_decreasing
    assert len(top) > 3
