"""Whether the reader finds what the study took from tables.

In: raw/systems.csv and raw/evaluations.csv, the papers of ../shared, tests/data/study_values_elsewhere.csv. Out: an
assertion on the share of the study's values that are read with the study's benchmark.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from conftest import ROOT, ReadOnce
from lmprogress.reading.pdf import opened
from lmprogress.reading.text import plain

LEAST = 0.97
KEY = ["system_id", "benchmark"]
ELSEWHERE = ROOT / "tests/data/study_values_elsewhere.csv"


@pytest.fixture(scope="module")
def values(shared: Path, read_once: ReadOnce) -> pd.DataFrame:
    """The study's perplexities of papers at hand, with columns `printed` and `read`.

    Printed is what stands as a number of its own in the text of a page that also holds the caption of a table, with
    one or two decimals or as the study gives it; the others come from curves, other versions or the study's own runs.
    Read is what stands among the readings from tables of that paper with the study's benchmark.
    """
    systems = pd.read_csv(ROOT / "raw/systems.csv", dtype=str)[["system_id", "paper_id"]]
    study = pd.read_csv(ROOT / "raw/evaluations.csv", dtype=str).merge(systems, on="system_id")
    paths = {path.stem: path for path in (shared / "papers").glob("*.pdf")}
    study = study[study["paper_id"].isin(paths)]
    found = []
    for paper_id, group in study.groupby("paper_id"):
        pages = pages_with_tables(paths[paper_id])
        read = {
            (r["benchmark"], r["value"])
            for r in read_once(str(paper_id), "papers")
            if r["quantity"] == "perplexity" and r["source"] == "table"
        }
        found.append(
            group.assign(
                printed=[any(is_printed(p, text) for text in pages) for p in group["perplexity"]],
                read=[(b, float(p)) in read for b, p in zip(group["benchmark"], group["perplexity"], strict=True)],
            )
        )
    return pd.concat(found)


def pages_with_tables(path: Path) -> list[str]:
    """The texts of the pages on which a line starts as a table's caption does."""
    with opened(path) as document:
        texts = [document.text(page) for page in range(document.n_pages)]
    return [plain(text) for text in texts if re.search(r"(?mi)^\s*(?:Table|Tab\.)\s*[A-Z]?\d", text)]


def is_printed(perplexity: str, text: str) -> bool:
    """Whether `perplexity` stands in `text` as a number of its own."""
    value = float(perplexity)
    spellings = {s for s in (perplexity, f"{value:.1f}", f"{value:.2f}") if float(s) == value}
    return any(re.search(rf"(?<![\d.]){re.escape(s)}(?!\d)(?!\.\d)", text) for s in spellings)


def test_values_of_the_study_are_read_with_its_benchmark(values: pd.DataFrame) -> None:
    """Left out are the values that the paper prints as something else or outside of tables, each with its evidence."""
    elsewhere = pd.MultiIndex.from_frame(pd.read_csv(ELSEWHERE, dtype=str)[KEY])
    counted = values[values["printed"] & ~pd.MultiIndex.from_frame(values[KEY]).isin(elsewhere)]
    missed = counted[~counted["read"]]
    assert len(counted) > 150
    assert len(missed) <= (1 - LEAST) * len(counted), missed[[*KEY, "perplexity"]].to_string()


def test_what_is_left_out_is_printed_and_not_read(values: pd.DataFrame) -> None:
    listed = pd.read_csv(ELSEWHERE, dtype=str).merge(values, on=[*KEY, "perplexity"], how="left")
    assert (listed["printed"] == True).all()  # noqa: E712 - missing where the study has no such value
    assert (listed["read"] == False).all()  # noqa: E712
