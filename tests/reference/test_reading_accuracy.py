"""The reader on papers whose every perplexity cell was labelled by hand.

In: the labels and papers in ../shared, and tests/data/labels.csv. Out: assertions on recall and precision.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from conftest import ROOT, ReadOnce
from scoring import Score, cells_of, load_labels, score

# What the reader has to reach: share of labelled cells found, of readings right, and of the found cells' particulars.
DEVELOPED_ON = {"recall": 0.98, "precision": 0.98, "label": 0.97, "parameters": 0.95, "own": 0.90}
OTHERS = {"recall": 0.95, "precision": 0.95, "label": 0.95, "parameters": 0.90, "own": 0.90}


def reached(shared: Path, read_once: ReadOnce, labels: pd.DataFrame) -> Score:
    """The score over those of the labelled papers that are at hand."""
    labels = labels[labels["paper_id"].isin(path.stem for path in (shared / "papers").glob("*.pdf"))]
    rows = [row for paper_id in labels["paper_id"].unique() for row in read_once(paper_id, "papers")]
    return score(labels, pd.DataFrame(rows))["all"]


def shortfalls(one: Score, least: dict[str, float]) -> dict[str, tuple[float, float]]:
    """What falls short, with the share reached and the share wanted."""
    assert one.counts["cells"] > 0, "none of the labelled papers is in ../shared/papers"
    shares = {
        "recall": one.share("found", "cells"),
        "precision": one.share("found", "readings"),
        "label": one.share("label", "found"),
        "parameters": one.share("parameters", "with_parameters"),
        "own": one.share("own", "with_own"),
    }
    return {name: (shares[name], wanted) for name, wanted in least.items() if shares[name] < wanted}


def test_papers_that_the_reader_was_developed_on(shared: Path, read_once: ReadOnce) -> None:
    one = reached(shared, read_once, cells_of(shared / "labels"))
    assert not shortfalls(one, DEVELOPED_ON), f"of {dict(one.counts)}"


@pytest.mark.parametrize("use", ["development", "held_out"])
def test_other_papers(shared: Path, read_once: ReadOnce, use: str) -> None:
    labels = load_labels(ROOT / "tests/data/labels.csv")
    one = reached(shared, read_once, labels[labels["use"] == use])
    assert not shortfalls(one, OTHERS), f"of {dict(one.counts)}"
