"""The reader on papers typeset from known numbers: every reading expected, and none else.

In: the cases of tests/typeset. Out: assertions, one test a layout.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lmprogress.core.settings_reading import ReadingVocabulary, load_reading_vocabulary
from lmprogress.reading.paper import read_paper
from typeset import CASES, PERPLEXITY, Case, Expected, sheet, tables

CONFIG = Path(__file__).resolve().parents[2] / "config"
DATE_SLACK = {"stamp": 1 / 365, "identifier": 0.5 / 12}  # years: a day, half a month


@pytest.fixture(scope="session")
def vocabulary() -> ReadingVocabulary:
    return load_reading_vocabulary(CONFIG / "reading.yaml", CONFIG / "benchmarks.yaml")


def letters(text: object) -> str:
    """`text` without spaces, case and signs."""
    return re.sub(r"[^a-z0-9]+", "", str(text or "").lower())


def same_value(expected: Expected, reading: Mapping[str, Any]) -> bool:
    """Whether a reading is the expected one, as far as its place and meaning go."""
    slack = DATE_SLACK.get(expected.source, 1e-9 * abs(expected.value))
    return (
        reading["quantity"] == expected.quantity
        and reading["source"] == expected.source
        and reading["page"] == expected.page
        and abs(reading["value"] - expected.value) <= slack
        and (expected.benchmark is None or reading["benchmark"] == expected.benchmark)
        and (expected.split is None or reading["split"] == expected.split)
    )


def same_count(expected: float | None, read: float | None) -> bool:
    """Whether two parameter counts are the same, or both absent."""
    return read == pytest.approx(expected, rel=1e-9) if expected and read else expected is read is None


def wrong_about(expected: Expected, reading: Mapping[str, Any]) -> list[str]:
    """What a reading of the right value says that is not so."""
    wrong = []
    for key, name in (("label", "row_label"), ("system", "system")):
        asked = getattr(expected, key)
        if asked is not None and letters(asked) not in letters(reading[name]):
            wrong.append(f"{name} is {reading[name]!r}, not {asked!r}")
    if expected.quantity == PERPLEXITY and not same_count(expected.n_parameters, reading["n_parameters"]):
        wrong.append(f"n_parameters is {reading['n_parameters']}, not {expected.n_parameters}")
    if expected.setting is not None and expected.setting != (reading["setting"] or ""):
        wrong.append(f"setting is {reading['setting']}, not {expected.setting!r}")
    if expected.own is not None and reading["own"] is not expected.own:
        wrong.append(f"own is {reading['own']}, not {expected.own}")
    return wrong


def differences(expected: Sequence[Expected], readings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each expected reading that is missing or wrong, and each that is too many, of the quantities expected."""
    told = []
    quantities = {PERPLEXITY, *(e.quantity for e in expected)}
    left = [r for r in readings if r["quantity"] in quantities]
    for one in expected:
        fitting = sorted((r for r in left if same_value(one, r)), key=lambda r: len(wrong_about(one, r)))
        if not fitting:
            told.append(
                f"missing {one.quantity} {one.value:g} {one.benchmark} {one.split} of {one.label or one.system!r}"
            )
            continue
        left.remove(fitting[0])
        told += [f"{one.value:g} {one.benchmark} {one.split}: {w}" for w in wrong_about(one, fitting[0])]
    told += [
        f"too many: {r['quantity']} {r['value']:g} {r['benchmark']} {r['split']} of {r['row_label']}, {r['system']}"
        for r in left
    ]
    return told


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.name)
def test_reads_what_is_printed(case: Case, vocabulary: ReadingVocabulary, tmp_path: Path) -> None:
    pdf, expected = case.typeset()
    path = tmp_path / f"{case.name}.pdf"
    path.write_bytes(pdf)
    assert not differences(expected, read_paper(path, case.name, vocabulary).readings)


# what an author may set otherwise, and the papers whose meaning rests on how it was set
OTHERWISE: dict[str, tuple[Callable[[tables.Table], dict[str, Any]], set[str]]] = {
    "narrow": (lambda table: {"gap": 0.67 * table.gap}, {"a_row_of_growing_numbers_is_a_second_header"}),
    "a rule under every row": (
        lambda table: {"rules": "lines"} if table.rules == "booktabs" else {},
        {
            *("labels_printed_once_in_the_first_row", "sizes_in_group_labels", "headers_a_word_space_apart"),
            "a_heading_of_the_metric_that_other_metrics_end",
        },
    ),
}


@pytest.mark.parametrize("otherwise", OTHERWISE)
def test_reads_the_same_where_tables_are_set_otherwise(
    otherwise: str, vocabulary: ReadingVocabulary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes, resting_on_it = OTHERWISE[otherwise]
    placed = tables.placed
    monkeypatch.setattr(sheet, "placed", lambda table, width: placed(replace(table, **changes(table)), width))
    wrong = {}
    for case in CASES.values():
        pdf, expected = case.typeset()
        (tmp_path / "paper.pdf").write_bytes(pdf)
        found = differences(expected, read_paper(tmp_path / "paper.pdf", "paper", vocabulary).readings)
        if found and case.name not in resting_on_it:
            wrong[case.name] = found
    assert not wrong


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.name)
def test_typesetting_gives_the_same_bytes_each_time(case: Case) -> None:
    assert case.typeset() == case.typeset()
