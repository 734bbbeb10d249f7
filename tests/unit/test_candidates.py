"""Candidate systems: each with what speaks against it, and those that enter are those that curation keeps."""

from __future__ import annotations

from typing import Any

import pandas as pd

from curated import ARCHITECTURES, BENCHMARK_SETTINGS, EDITIONS
from lmprogress.provenance.candidates import list_candidates
from read_values import linked, reading, readings


def candidates(*rows: dict[str, Any]) -> pd.DataFrame:
    found = list_candidates(readings(*rows), linked(*rows), EDITIONS["extracted"], BENCHMARK_SETTINGS, ARCHITECTURES)
    return found.set_index("reading_id")


def test_each_candidate_enters_or_says_why_not() -> None:
    sized = {"n_parameters": 2e7}
    found = candidates(
        reading(80.0, **sized),
        reading(79.0, "Delta net"),
        reading(78.0, "GRU", remarks=None, **sized),
        reading(77.0, "LSTM, pruned", **sized),
        reading(76.0, "LSTM", setting="dynamic_evaluation", **sized),
        reading(75.0, "LSTM, BPE", **sized),
        reading(74.0, "RHN", own=False, **sized),
        reading(73.0, "LSTM", split="valid", **sized),
        reading(7.0e4, "LSTM, tiny", n_parameters=7e4),
    )
    starts = {
        "r2": "parameters_unknown",
        "r3": "training data unknown: nothing says",
        "r4": "not_trained (derived: its label says pruned)",
        "r5": "adapted (dynamic_evaluation)",
        "r6": "subword",
        "r7": "quoted",
        "r8": "validation",
        "r9": "doubted (fewer parameters than 8",
    }
    assert found.index[found["enters"]].tolist() == ["r1"] and pd.isna(found.loc["r1", "reason"])
    assert set(found.index) == {"r1", *starts}
    assert {name: found.loc[name, "reason"][: len(start)] for name, start in starts.items()} == starts
    assert (found.loc["r7", "kind"], found.loc["r4", "kind"], found.loc["r1", "kind"]) == (
        "quoted",
        "derived",
        "trained",
    )


def test_a_paper_without_results_has_no_candidates() -> None:
    assert candidates(reading(9.3e5, None, quantity="training_tokens")).empty
