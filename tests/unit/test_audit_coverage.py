"""Columns that no second derivation reaches are listed, and fail nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from lmprogress.auditing.derivations.catalogue import DEEP, DERIVATIONS
from lmprogress.auditing.derivations.coverage import coverage
from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import SETTINGS, RunFiles
from lmprogress.auditing.verifying import CHECKS, told
from lmprogress.core import tables

FILE = "results/tables/evidence_counts.parquet"
ROWS = pd.DataFrame(
    {
        "edition": ["corrected", "published"],
        "field": ["perplexity"] * 2,
        "status": ["confirmed"] * 2,
        "reason": ["same_value"] * 2,
        "n_values": [3, 4],
        "n_in_fit": [1, 2],
        "n_papers": [1, 1],
    }
)
KEY = ["edition", "field", "status", "reason"]


@pytest.fixture
def run(tmp_path: Path) -> RunFiles:
    """A run that holds one table."""
    (tmp_path / SETTINGS).parent.mkdir(parents=True)
    (tmp_path / SETTINGS).write_text(json.dumps({"editions": {}}), encoding="utf-8")
    names = {"evidence_counts": str(tmp_path / FILE), "evidence_counts_csv": str(tmp_path / FILE)[:-7] + "csv"}
    tables.write_both({"evidence_counts": ROWS}, names)
    return RunFiles(tmp_path)


def test_columns_that_are_compared_count_and_the_others_are_listed(run: RunFiles) -> None:
    check = Check("some", "")
    check.equal(FILE, ROWS[[*KEY, "n_values"]], ROWS[[*KEY, "n_values"]], KEY)
    report = coverage(run, [check])
    assert report.notes == ["evidence_counts: n_in_fit, n_papers"] and not report.failures
    check.covers(FILE, "n_in_fit")
    assert coverage(run, [check]).notes == ["evidence_counts: n_papers"]
    assert "n_papers" in told([coverage(run, [check])], 5)


def test_a_copy_and_a_comparison_of_no_rows_derive_nothing(run: RunFiles) -> None:
    copies, empty = Check("results_from_processed", ""), Check("some", "")
    copies.equal(FILE, ROWS, ROWS, KEY)
    empty.equal(FILE, ROWS.iloc[:0], ROWS.iloc[:0], KEY)
    assert coverage(run, [copies, empty]).notes == ["evidence_counts: n_values, n_in_fit, n_papers"]


def test_a_run_is_audited_without_second_derivations() -> None:
    assert not set(CHECKS) & set(DERIVATIONS)
    assert set(DEEP) == {*CHECKS, *DERIVATIONS}
