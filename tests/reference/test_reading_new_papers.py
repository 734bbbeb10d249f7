"""The reader on papers from elsewhere: later ones, ones labelled before the reader had seen them, controls.

In: ../shared/papers, papers-more, papers-later and labels-more; tests/data/labels_unseen.csv, labels_fresh.csv and
labels_blind.csv, made before the reader was seen on their papers, and candidate_systems.csv. Out: assertions on recall,
precision and particulars. First looks, before anything was changed for these papers: docs/reading.md.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from conftest import ROOT, ReadOnce
from scoring import Score, cells_of, load_labels, score

DEVELOPED_ON = {"recall": 0.95, "precision": 0.98, "label": 0.90, "parameters": 0.95, "own": 0.95}
# as far as the reader comes, less one table
LABELLED_BLIND = {"recall": 0.96, "precision": 0.99, "label": 0.95, "parameters": 0.98, "own": 0.96}
LAST_LABELLED = {"recall": 0.99, "precision": 0.97, "label": 0.97, "parameters": 0.99, "own": 0.98}


@pytest.fixture
def readings(read_once: ReadOnce) -> Callable[[list[str]], pd.DataFrame]:
    """The readings of the named papers."""
    folders = ("papers", "papers-more", "papers-later")
    return lambda paper_ids: pd.DataFrame([row for p in paper_ids for row in read_once(p, *folders)])


def shortfalls(one: Score, least: dict[str, float]) -> dict[str, tuple[float, float]]:
    """What falls short, with the share reached and the share wanted."""
    parts = {"recall": ("found", "cells"), "precision": ("found", "readings"), "label": ("label", "found")}
    parts |= {"parameters": ("parameters", "with_parameters"), "own": ("own", "with_own")}
    shares = {name: one.share(*of) for name, of in parts.items()}
    return {name: (shares[name], wanted) for name, wanted in least.items() if shares[name] < wanted}


def test_later_papers_that_the_reader_was_developed_on(shared: Path, readings) -> None:
    labels = cells_of(shared / "labels-more")
    one = score(labels, readings(list(labels["paper_id"].unique())))["all"]
    assert not shortfalls(one, DEVELOPED_ON), f"of {dict(one.counts)}"


def on_labelled_pages(labels: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """The readings without those of pages that are not labelled in papers labelled in part."""
    part = labels[labels["use"] == "blind_pages"]
    pages = set(zip(part["paper_id"], part["page"], strict=True))
    here = pd.Series([pair in pages for pair in zip(found["paper_id"], found["page"], strict=True)], index=found.index)
    return found[here | ~found["paper_id"].isin(part["paper_id"])]


@pytest.mark.parametrize(
    ("name", "least"),
    [("labels_unseen", LABELLED_BLIND), ("labels_fresh", LABELLED_BLIND), ("labels_blind", LAST_LABELLED)],
)
def test_papers_labelled_blind(shared: Path, readings, name: str, least: dict[str, float]) -> None:
    labels = load_labels(ROOT / f"tests/data/{name}.csv")
    found = readings(list(labels["paper_id"].unique()))
    one = score(labels, on_labelled_pages(labels, found))["all"]
    assert not shortfalls(one, least), f"of {dict(one.counts)}"


def test_papers_without_such_results_give_no_perplexity(shared: Path, readings) -> None:
    index = pd.read_csv(shared / "papers-later/index.csv", dtype={"name": str})
    controls = list(index.loc[index["role"] == "control", "name"])
    found = readings(controls)
    of_benchmarks = (found["quantity"] == "perplexity") & found["benchmark"].isin(["wt103", "wt2", "ptb"])
    assert len(controls) >= 10 and found[of_benchmarks].empty, found[of_benchmarks][["paper_id", "page", "raw"]]


def test_candidate_systems_stand_among_the_labelled_cells() -> None:
    cells = load_labels(ROOT / "tests/data/labels_unseen.csv")
    cells = cells[cells["value"].notna()]
    known = set(zip(cells["paper_id"], cells["benchmark"], cells["value"], strict=True))
    systems = pd.read_csv(ROOT / "tests/data/candidate_systems.csv", dtype={"paper_id": str})
    systems = systems[systems["enters"].astype(str).str.lower() == "true"]
    systems = systems[systems["paper_id"].isin(cells["paper_id"])]
    lost = [row for row in systems.itertuples() if (row.paper_id, row.benchmark, row.perplexity) not in known]
    assert len(systems) > 30 and not lost, lost
    assert systems[["n_parameters", "n_training_tokens"]].gt(0).all(axis=None)
    assert (systems["kind"] == "trained").all() and (systems["split"] == "test").all()
