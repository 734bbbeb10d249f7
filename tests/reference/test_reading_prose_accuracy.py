"""What stands beside the tables, against papers labelled by hand.

In: the papers and labels of ../shared. Out: shares of the labelled statements that are read, and of readings that are
right; the test fails when one drops.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from conftest import ReadOnce
from lmprogress.reading.system_names import words

LABELS = {"perplexity": "prose", "parameters": "params_mentions", "training_tokens": "training_tokens_mentions"}
# share of labelled statements that must be read; labels of sizes and tokens hold each paper's, not every mention
RECALL = {"perplexity": 0.55, "parameters": 0.85, "training_tokens": 0.75}
SAME = 0.01  # relative difference: 929k and 929,590 are one count


class Scored(NamedTuple):
    """A labelled statement, and the reading that gives it."""

    label: dict[str, Any]
    reading: dict[str, Any] | None


class Score(NamedTuple):
    """Statements by quantity; perplexities read that no label and no cell of a table holds; stamps."""

    statements: dict[str, list[Scored]]
    wrong: list[dict[str, Any]]
    stamps: list[tuple[str, list[dict[str, Any]]]]


@pytest.fixture(scope="module")
def score(shared: Path, read_once: ReadOnce) -> Score:
    scored = Score({quantity: [] for quantity in LABELS}, [], [])
    for path in sorted((shared / "labels").glob("*.json")):
        labels = json.loads(path.read_text(encoding="utf-8"))
        readings = read_once(labels["paper"], "papers")
        told = [r for r in readings if r["source"] == "text"]
        scored.stamps.append((labels["stamp"] or "", [r for r in readings if r["source"] == "stamp"]))
        cells = {(c["benchmark"], c["value"]) for table in labels["tables"] for c in table["cells"]}
        for quantity, key in LABELS.items():
            left = [r for r in told if r["quantity"] == quantity]
            for label in statements(labels[key]):
                same = sorted((r for r in left if is_same(label, r)), key=lambda r: not names_it(r, label))
                found = same[0] if same else None
                if found:
                    left.remove(found)
                scored.statements[quantity].append(Scored(label, found))
            if quantity == "perplexity":
                scored.wrong.extend(r for r in left if (r["benchmark"], r["value"]) not in cells)
    return scored


def statements(labels: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The labels of running text."""
    return (label for label in labels if label.get("where") != "table")


def is_same(label: dict[str, Any], reading: dict[str, Any]) -> bool:
    """Whether page and value agree, and the benchmark of a result."""
    return (
        reading["page"] == label["page"]
        and abs(reading["value"] / label["value"] - 1) < SAME
        and reading["benchmark"] == label.get("benchmark", reading["benchmark"])
    )


def names_it(reading: dict[str, Any], label: dict[str, Any]) -> bool:
    """Whether the reading's system and the label's share a word."""
    return bool(words(reading["system"] or "") & words(label.get("model", "")))


@pytest.mark.parametrize("quantity", LABELS)
def test_labelled_statements_are_read(score: Score, quantity: str) -> None:
    found = [s.reading is not None for s in score.statements[quantity]]
    assert sum(found) >= RECALL[quantity] * len(found)


def test_perplexities_read_in_prose_are_right(score: Score) -> None:
    right = [s.reading for s in score.statements["perplexity"] if s.reading]
    assert len(right) >= 0.9 * (len(right) + len(score.wrong)), score.wrong


def test_own_and_quoted_are_told_apart(score: Score) -> None:
    told = [s.reading["own"] == s.label["own"] for s in score.statements["perplexity"] if s.reading]
    assert sum(told) >= 0.85 * len(told)


def test_a_split_that_is_read_is_that_of_the_label(score: Score) -> None:
    told = [s for s in score.statements["perplexity"] if s.reading and s.reading["split"] != "unknown"]
    assert sum(s.reading["split"] == s.label["split"] for s in told if s.reading) >= 0.85 * len(told)


def test_sizes_go_to_the_systems_that_carry_them(score: Score) -> None:
    named = [s for s in score.statements["parameters"] if s.reading and words(s.reading["system"] or "")]
    # labels call some by their part ("teacher") where the sentence gives the size alone ("1.4B model")
    assert sum(names_it(s.reading, s.label) for s in named if s.reading) >= 0.7 * len(named)


def test_stamps_are_read_as_printed(score: Score) -> None:
    assert all(readings and stamp.endswith(readings[0]["raw"]) for stamp, readings in score.stamps if stamp)
