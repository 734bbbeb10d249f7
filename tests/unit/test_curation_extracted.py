"""What is different for an edition of extracted records: corrections outlive readings, and editions are compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from conftest import ROOT
from curated import ARCHITECTURES, BENCHMARK_SETTINGS, EDITIONS, RAW
from lmprogress.core.errors import InputError
from lmprogress.core.settings import Compare, load_config, load_models, load_yaml
from lmprogress.curation.chain import Curation, curate
from lmprogress.curation.correct import correct
from lmprogress.curation.differences import CuratedEdition, compare_editions, count_differences
from lmprogress.curation.raw import RawTables, applying
from read_values import PAPER, linked, reading, readings

EXTRACTED = EDITIONS["extracted"]
COMPARE = Compare(curated="corrected", extracted="extracted", perplexity_within=0.05, same_within=0.05)


def curated_from(
    *rows: dict[str, Any], corrections: Sequence[dict[str, Any]] = (), edition: str = "extracted"
) -> Curation:
    found = linked(*rows)
    raw = RawTables(
        found.papers,
        found.systems,
        found.evaluations,
        pd.DataFrame(list(corrections), columns=RAW.corrections.columns),
        RAW.exclusions,
    )
    return curate(raw, edition, EXTRACTED, BENCHMARK_SETTINGS, ARCHITECTURES)


def changed(system: str, old: str | None, new: str | None, column: str = "perplexity", **more: Any) -> dict[str, Any]:
    row = {"editions": "extracted", "system_id": f"{PAPER}/{system}", "column": column, "strength": "certain"}
    row |= {"reason": "x", "source": "x"}
    return {**row, "benchmark": "ptb" if column == "perplexity" else None, "old_value": old, "new_value": new, **more}


def decision(curation: Curation, step: str = "correct") -> dict[str, str]:
    rows = curation.steps[step].decisions
    return dict(zip(rows["record_id"], rows["reason"], strict=True))


SIZED = reading(80.0, n_parameters=2e7)
RECORD = f"{PAPER}/lstm-ptb:ptb"


def test_rows_for_all_editions_do_not_count_for_extracted_records() -> None:
    rows = pd.DataFrame({"editions": ["all", "corrected; extracted"], "strength": "certain"})
    assert applying(rows, "corrected", ["certain"]).tolist() == [True, True]
    assert applying(rows, "extracted", ["certain"], extracted=True).tolist() == [False, True]


@pytest.mark.parametrize(("new", "left"), [("78.5", [78.5]), ("80", [80.0]), (None, [])])
def test_a_verdict_mends_confirms_or_drops(new: str | None, left: list[float]) -> None:
    curation = curated_from(SIZED, corrections=[changed("lstm-ptb", "80", new)])
    assert decision(curation) == {RECORD: "corrected"}
    assert curation.observations["perplexity"].tolist() == left


def test_a_verdict_on_a_value_now_read_otherwise_is_told_and_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    curation = curated_from(SIZED, corrections=[changed("lstm-ptb", "81", "78.5")])
    assert decision(curation) == {RECORD: "correction_outdated"}
    assert curation.observations["perplexity"].tolist() == [80.0]
    assert "raw/corrections.csv, line 2" in capsys.readouterr().out


def test_a_verdict_on_a_system_no_longer_found_is_told_and_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    curation = curated_from(SIZED, corrections=[changed("gru-ptb", "81", "78.5"), changed("lstm-ptb", "80", "78.5")])
    assert curation.observations["perplexity"].tolist() == [78.5]
    assert "gru-ptb" in capsys.readouterr().out


def test_the_same_stops_a_curated_edition() -> None:
    records = curated_from(SIZED).steps["assemble"].records
    for row in (changed("gru-ptb", "81", "78.5"), changed("lstm-ptb", "81", "78.5")):
        with pytest.raises(InputError, match="line 2"):
            correct(records, pd.DataFrame([row], columns=RAW.corrections.columns), edition="extracted")


def test_the_settings_name_an_edition_of_each_kind() -> None:
    models, content = load_models(ROOT / "config/models.yaml"), load_yaml(ROOT / "config/config.yaml")
    content["compare"]["curated"] = "extracted"
    with pytest.raises(InputError, match="compare"):
        load_config(content, models)


# ---- differences ----------------------------------------------------------------------------------------------------


def side(curation: Curation) -> CuratedEdition:
    decisions = pd.concat([step.decisions for step in curation.steps.values()])
    return CuratedEdition(curation.steps["assemble"].records, decisions, curation.observations)


def compared(
    ours: list[dict[str, Any]], theirs: list[dict[str, Any]], status: str | None = "read", **changes: float
) -> pd.DataFrame:
    curated, extracted = curated_from(*ours, edition="corrected"), curated_from(*theirs)
    row = {"paper_id": PAPER, "status": status}
    return compare_editions(
        side(curated),
        side(extracted),
        readings=readings(*theirs),
        links=linked(*theirs).links,
        statuses=pd.DataFrame([row] if status else [], columns=list(row)),
        settings=COMPARE.model_copy(update=changes),
    )


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({}, "same"),
        ({"value": 80.04}, "same"),
        ({"value": 81.0}, "perplexity_differs"),
        ({"n_parameters": 2.05e7}, "same"),
        ({"n_parameters": 2.2e7}, "parameters_differ"),
    ],
)
def test_status_of_a_pair(change: dict[str, Any], status: str) -> None:
    found = compared([SIZED], [{**SIZED, **change}])
    assert found["status"].tolist() == [status]
    assert found["curated_perplexity"].tolist() == [80.0]


def test_other_training_data_is_a_difference() -> None:
    tokens = reading(4e10, None, quantity="training_tokens", system="LSTM", source="text")
    assert compared([SIZED], [SIZED, tokens])["status"].tolist() == ["data_differ"]


def test_the_same_value_pairs_before_the_same_name() -> None:
    ours = [reading(80.0, "Net A", n_parameters=2e7), reading(70.0, "Net B", n_parameters=2e7)]
    theirs = [reading(80.0, "Net B", n_parameters=2e7), reading(70.0, "Net C", n_parameters=2e7)]
    found = compared(ours, theirs)
    assert found["status"].tolist() == ["same", "same"]
    assert dict(zip(found["curated_system"], found["extracted_system"], strict=True)) == {
        "Net A": "Net B",
        "Net B": "Net C",
    }


def test_unlike_names_with_other_values_are_no_pair() -> None:
    found = compared([reading(80.0, "Net A", n_parameters=2e7)], [reading(60.0, "Kappa", n_parameters=2e7)])
    assert sorted(zip(found["status"], found["reason"], strict=True)) == [
        ("only_curated", "not_read"),
        ("only_extracted", "not_recorded"),
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"n_parameters": None}, "parameters_unknown"),
        ({"own": False}, "quoted"),
        ({"split": "valid"}, "validation"),
        ({"benchmark": "wt2"}, "another_benchmark"),
        ({"value": 33.0}, "not_read"),
        ({"setting": "zero_shot"}, "dataset_size_not_positive"),
    ],
)
def test_why_an_observation_is_not_extracted(change: dict[str, Any], reason: str) -> None:
    found = compared([{**SIZED, "row_label": "Kappa"}], [{**SIZED, **change}])
    assert found.set_index("status")["reason"]["only_curated"] == reason


def test_cap_and_missing_papers_are_reasons() -> None:
    three = [reading(70.0 + number, f"Net {letter}", n_parameters=2e7) for number, letter in enumerate("ABC")]
    found = compared([SIZED], [SIZED, *three]).set_index("status")
    assert found["reason"]["only_curated"] == "beyond_cap"
    assert compared([SIZED], [], status=None)["reason"].tolist() == ["no_pdf"]
    assert compared([SIZED], [], status="encrypted")["reason"].tolist() == ["encrypted"]


def test_every_observation_stands_in_one_row() -> None:
    ours = [reading(70.0 + number, f"Net {number}", n_parameters=2e7) for number in range(3)]
    theirs = [reading(70.0 + 2 * number, f"Net {number}", n_parameters=2e7) for number in range(3)]
    found = compared(ours, theirs)
    assert found["curated_record_id"].notna().sum() == found["extracted_record_id"].notna().sum() == 3
    counts = count_differences(found)
    assert counts["observations"].sum() == len(found)
