"""The list for review, its page, and the audit of a random sample."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fpdf import FPDF
from PIL import Image

from lmprogress.core import tables
from lmprogress.core.schemas import table
from lmprogress.core.schemas.curation import EDITION_DIFFERENCES
from lmprogress.core.schemas.raw import AUDIT_VERDICTS, CORRECTIONS
from lmprogress.core.settings import Audit, ReadingLimits, Review
from lmprogress.reading.audit_sample import draw_audit_sample, tabulate_audit
from lmprogress.reading.crops import crops
from lmprogress.reading.review import list_review
from lmprogress.reporting.review_page import review_page
from read_values import PAPER, linked, reading, readings

LIMITS = ReadingLimits(seconds=10, megabytes=1000)
ORDINARY: dict[str, Any] = {"doubted_below": 0.8, "out_of_line": 5, "most_crops": 10}
NO_CORRECTION = pd.DataFrame(columns=[column.name for column in CORRECTIONS.columns])


def correction(system_id: str, edition: str = "extracted", benchmark: str = "ptb") -> pd.DataFrame:
    row = {"editions": edition, "system_id": system_id, "benchmark": benchmark, "column": "perplexity"}
    return pd.DataFrame(
        [{**row, "old_value": "80", "new_value": "80", "strength": "certain", "reason": "x", "source": "x"}]
    )


def listed(
    *rows: dict[str, Any], differences: Sequence[dict[str, Any]] = (), observed: tuple[str, ...] = (), **changes: Any
) -> pd.DataFrame:
    found = linked(*rows)
    return list_review(
        readings(*rows),
        found.links,
        found.systems,
        pd.DataFrame({"record_id": list(observed)}, dtype="str"),
        pd.DataFrame(list(differences), columns=[column.name for column in EDITION_DIFFERENCES.columns]),
        changes.pop("corrections", NO_CORRECTION),
        changes.pop("accounts", tables.empty("tables")),
        edition="extracted",
        settings=Review(**{**ORDINARY, **changes}),
    )


def account(paper_id: str = "other", **changes: Any) -> dict[str, Any]:
    """The account of a table of 12 numbers of which 6 were read."""
    row: dict[str, Any] = {column.name: None for column in table("tables").columns}
    row |= {"paper_id": paper_id, "page": 3, "x0": 1.0, "y0": 2.0, "x1": 3.0, "y1": 4.0, "table_label": "Table 2"}
    row |= {"speaks_of": "both", "n_rows": 6, "n_columns": 2, "n_numbers": 12, "n_read": 6, "n_unexplained": 0}
    row |= {"reasons": "parameters: 6", **changes}
    return row | {"table_id": f"{paper_id}:p{row['page']}:1.0,2.0:table"}


def accounts(*rows: dict[str, Any]) -> pd.DataFrame:
    return table("tables").checked(pd.DataFrame(list(rows)), "accounts")


def test_a_table_with_reasons_for_less_than_half_of_its_numbers_is_listed_last() -> None:
    unexplained = account(PAPER, n_read=4, reasons=None, n_unexplained=8)
    found = listed(reading(80.0, confidence=0.1), accounts=accounts(unexplained))
    assert found["reading_id"].tolist() == ["r1", unexplained["table_id"]] and found["place"].tolist() == [1, 2]
    assert found["doubts"].iloc[1].startswith("Table 2: 8 of its 12 numbers") and pd.isna(found["value"].iloc[1])
    page = review_page(found, {}, edition="extracted", most=10)
    assert "Table 2: 8 of its 12 numbers" in page and page.count("<dt>read</dt>") == 1
    half = account(PAPER, reasons=None, n_unexplained=6)
    assert listed(reading(80.0), accounts=accounts(half)).empty
    silent = account(PAPER, n_read=0, reasons=None, n_unexplained=12, speaks_of=None)
    assert listed(reading(80.0), accounts=accounts(silent)).empty


def test_a_caption_that_names_perplexity_without_numbers_is_listed() -> None:
    bare = account(PAPER, n_rows=0, n_columns=0, n_numbers=0, n_read=0, reasons=None)
    found = listed(reading(80.0), accounts=accounts(bare))
    assert found["reading_id"].tolist() == [bare["table_id"]] and "no numbers were found" in found["doubts"].iloc[0]
    assert listed(reading(80.0), accounts=accounts({**bare, "speaks_of": "benchmark"})).empty


def test_a_paper_that_names_perplexity_and_gives_none_is_listed_once() -> None:
    rows = [account("other", n_read=0), account("other", n_read=0, page=4), account(PAPER, n_read=0, page=5)]
    rows.append(account("benchmark-only", n_read=0, speaks_of="benchmark"))
    found = listed(reading(80.0), accounts=accounts(*rows))
    assert list(zip(found["paper_id"], found["page"], strict=True)) == [("other", 3)]
    assert "none was read" in found["doubts"].iloc[0]


def test_what_nothing_speaks_against_is_not_listed() -> None:
    assert listed(reading(80.0), reading(30.0, "Old net", own=False, confidence=0.5)).empty


def test_low_confidence_is_a_doubt() -> None:
    assert listed(reading(80.0, confidence=0.79))["doubts"].str.contains("0.79").tolist() == [True]
    assert listed(reading(80.0, confidence=0.8)).empty


def test_what_the_second_reader_finds_elsewhere_is_a_doubt() -> None:
    doubted = listed(reading(80.0, second_value="agrees", second_row="differs"))["doubts"]
    assert len(doubted) == 1 and "row's label" in doubted.iloc[0]
    assert listed(reading(80.0, second_value="agrees", second_row="agrees", second_parameters="not_found")).empty


def test_a_table_with_more_numbers_for_the_second_reader_is_listed() -> None:
    at_most, more = (accounts(account(PAPER, n_numbers_again=n)) for n in (36, 37))
    assert listed(reading(80.0), accounts=at_most).empty
    assert listed(reading(80.0), accounts=more)["doubts"].str.contains("37").tolist() == [True]


def test_left_out_for_low_confidence_is_listed_too() -> None:
    assert listed(reading(80.0, confidence=0.1))["reading_id"].tolist() == ["r1"]


def test_two_values_of_a_label_are_a_doubt_of_the_one_that_counts() -> None:
    found = listed(reading(80.0), reading(78.0))
    assert found["reading_id"].tolist() == ["r2"]
    assert "80" in found["doubts"].iloc[0]
    assert listed(reading(80.0), reading(80.0, page=6)).empty


@pytest.mark.parametrize(
    ("status", "told"), [("perplexity_differs", "82"), ("parameters_differ", "2e+07"), ("same", None)]
)
def test_what_the_curated_edition_holds_otherwise_is_a_doubt(status: str, told: str | None) -> None:
    row = {"extracted_record_id": f"{PAPER}/lstm-ptb:ptb", "status": status, "curated_system": "An LSTM"}
    found = listed(
        reading(80.0), differences=[{**row, "curated_perplexity": 82.0, "curated_n_parameters": 2e7}]
    )  # fmt: skip
    assert [told in doubts for doubts in found["doubts"]] == ([True] if told else [])


def test_far_from_its_benchmark_is_a_doubt() -> None:
    usual = [
        reading(value, f"Net {letter}") for value, letter in zip((80.0, 82.0, 85.0, 88.0, 90.0), "ABCDE", strict=True)
    ]
    found = listed(*usual, reading(8.0, "Net F"))
    assert found["reading_id"].tolist() == ["r6"]
    assert listed(*usual, reading(8.0, "Net F"), out_of_line=500).empty


def test_what_observations_rest_on_comes_first_then_the_less_sure() -> None:
    rows = [reading(80.0 + number, f"Net {number}", confidence=0.7 - number / 100) for number in range(3)]
    found = listed(*rows, observed=(f"{PAPER}/net-0-ptb:ptb",))
    assert found["reading_id"].tolist() == ["r1", "r3", "r2"]
    assert found["observed"].tolist() == [True, False, False]


def test_a_verdict_takes_a_reading_from_the_list() -> None:
    doubted = reading(80.0, confidence=0.6)
    assert listed(doubted, corrections=correction(f"{PAPER}/lstm-ptb")).empty
    for other in (
        correction(f"{PAPER}/lstm-ptb", edition="corrected"),
        correction(f"{PAPER}/lstm-ptb", benchmark="wt2"),
        correction(f"{PAPER}/gru-ptb"),
    ):
        assert len(listed(doubted, corrections=other)) == 1


# ---- the page -------------------------------------------------------------------------------------------------------


def test_page_escapes_labels_and_holds_the_pictures() -> None:
    review = listed(reading(80.0, "<b>LSTM</b> & co", confidence=0.6), reading(81.0, "GRU", confidence=0.7))
    page = review_page(review, {"r1": b"picture"}, edition="extracted", most=1)
    assert "&lt;b&gt;LSTM&lt;/b&gt; &amp; co" in page and "<b>" not in page
    assert "data:image/png;base64,cGljdHVyZQ==" in page
    assert page.count("<article") == 1 and "1 of 2 readings" in page
    assert f"extracted,{PAPER}/b-lstm-b-co-ptb,ptb,perplexity,80.0,80.0," in page


def test_page_says_why_there_is_no_picture() -> None:
    review = listed(reading(80.0, "LSTM", confidence=0.6))
    page = review_page(review, {}, edition="extracted", most=1, troubles={"r1": "timeout: took <long>"})
    assert "No picture: timeout: took &lt;long&gt;" in page and "<img" not in page


def test_crop_frames_the_value_on_its_page(tmp_path: Path) -> None:
    pdf = FPDF(unit="pt", format=(600, 800))
    pdf.add_page()
    pdf.add_page()
    pdf.set_font("Helvetica", size=10)
    pdf.text(300, 408, "60.7")
    pdf.output(str(tmp_path / "a.pdf"))
    place = {"page": 2, "x0": 300.0, "y0": 400.0, "x1": 320.0, "y1": 410.0}
    rows = readings(reading(60.7, **place), reading(60.7, **{**place, "paper_id": "missing"}))
    found = dict(crops(rows, {PAPER: tmp_path / "a.pdf"}, LIMITS))
    assert list(found) == ["r1"]
    picture = Image.open(io.BytesIO(found["r1"].png)).convert("RGB")
    red = [
        (x, y) for x in range(picture.width) for y in range(picture.height) if picture.getpixel((x, y)) == (220, 0, 0)
    ]
    scale = picture.width / 600
    left, right = min(x for x, _ in red) / scale, max(x for x, _ in red) / scale
    assert left == pytest.approx(297, abs=1.5) and right == pytest.approx(323, abs=1.5)
    inside = picture.crop(
        (round(300 * scale), min(y for _, y in red) + 4, round(320 * scale), max(y for _, y in red) - 4)
    )
    assert min(value for value, _ in inside.convert("L").getextrema() and [inside.convert("L").getextrema()]) < 90
    assert dict(crops(rows, {PAPER: tmp_path / "a.pdf"}, LIMITS)) == found


# ---- audit ----------------------------------------------------------------------------------------------------------


def verdicts(*rows: tuple[float, str, str | None], **changes: Any) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["value", "verdict", "wrong"]).assign(by="someone")
    says = {name: value for name, value in reading(0.0, **changes).items() if name in frame.columns or name in JUDGED}
    frame = frame.assign(**{name: says[name] for name in JUDGED if name != "value"})
    return AUDIT_VERDICTS.checked(frame[[column.name for column in AUDIT_VERDICTS.columns]], "verdicts of a test")


JUDGED = ("paper_id", "page", "value", "benchmark", "split", "own", "row_label", "n_parameters")
MANY = readings(*(reading(50.0 + number) for number in range(40)), reading(2e7, quantity="parameters"))


def test_sample_is_seeded_and_of_perplexities_alone() -> None:
    one = draw_audit_sample(MANY, verdicts(), Audit(size=10, seed=1))
    assert len(one) == 10 and one["reading_id"].is_unique
    pd.testing.assert_frame_equal(one, draw_audit_sample(MANY.iloc[::-1], verdicts(), Audit(size=10, seed=1)))
    other = draw_audit_sample(MANY, verdicts(), Audit(size=10, seed=2))
    assert set(one["reading_id"]) != set(other["reading_id"])
    everything = draw_audit_sample(MANY, verdicts(), Audit(size=100, seed=1))
    assert len(everything) == 40


def test_a_smaller_corpus_keeps_the_rest_of_the_draw() -> None:
    one = draw_audit_sample(MANY, verdicts(), Audit(size=10, seed=1))
    gone = one["reading_id"].iloc[0]
    less = draw_audit_sample(MANY[MANY["reading_id"] != gone], verdicts(), Audit(size=10, seed=1))
    assert set(one["reading_id"]) - set(less["reading_id"]) == {gone}


def test_audit_counts_verdicts_on_what_is_still_read() -> None:
    told = verdicts(
        (50.0, "wrong", "benchmark;split"), (51.0, "right", None), (52.0, "right", None), (53.0, "right", None),
        (99.0, "wrong", "value"),
    )  # fmt: skip
    sample = draw_audit_sample(MANY, told, Audit(size=40, seed=1))
    audit = tabulate_audit(sample, told, 95).set_index("field")
    assert audit.loc["any", ["sampled", "judged", "errors"]].tolist() == [40, 4, 1]
    assert audit["errors"].drop("any").to_dict() == {
        "quantity": 0, "value": 0, "benchmark": 1, "split": 1, "own": 0, "row_label": 0, "n_parameters": 0,
    }  # fmt: skip
    # Wilson's interval ends where (p̂ − p)² = z² p (1 − p) / n
    z = 1.959963984540054
    for end in ("low", "high"):
        p = audit.loc["any", end]
        assert (0.25 - p) ** 2 == pytest.approx(z**2 * p * (1 - p) / 4)
    assert audit.loc["any", "low"] < 0.25 < audit.loc["any", "high"]
    narrower = tabulate_audit(sample, told, 80).set_index("field")
    assert audit.loc["any", "low"] < narrower.loc["any", "low"] < narrower.loc["any", "high"] < audit.loc["any", "high"]


def test_nothing_judged_gives_no_rate() -> None:
    sample = draw_audit_sample(MANY, verdicts(), Audit(size=5, seed=1))
    audit = tabulate_audit(sample, verdicts(), 95)
    assert audit["judged"].eq(0).all() and audit["error_rate"].isna().all()


def test_a_verdict_counts_for_what_it_was_given_on() -> None:
    for change, counts in (({}, 1), ({"split": "valid"}, 0), ({"own": False}, 0), ({"n_parameters": 2e7}, 0)):
        told = verdicts((50.0, "right", None), **change)
        sample = draw_audit_sample(MANY, told, Audit(size=40, seed=1))
        assert tabulate_audit(sample, told, 95).set_index("field").loc["any", "judged"] == counts


def test_a_reading_found_some_points_away_keeps_its_verdict() -> None:
    told = verdicts((50.0, "right", None))
    moved = MANY.assign(y0=MANY["y0"] + 0.7, reading_id="moved " + MANY["reading_id"])
    one, other = (draw_audit_sample(table, told, Audit(size=40, seed=1)) for table in (MANY, moved))
    assert one["value"].tolist() == other["value"].tolist()
    assert one["verdict"].notna().sum() == other["verdict"].notna().sum() == 1
