"""Kept + dropped = in, at every step, on the real tables and on random ones.

In: raw tables. Out: failures where a record is lost, doubled or undecided.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from curated import ARCHITECTURES, BENCHMARK_SETTINGS, BENCHMARKS, EDITIONS, curated
from lmprogress.core.schemas import table
from lmprogress.core.schemas.raw import STRENGTHS
from lmprogress.curation.chain import Curation, curate
from lmprogress.curation.raw import RawTables


def check_conservation(curation: Curation) -> None:
    incoming: set[str] | None = None
    for name, step in curation.steps.items():
        decisions = step.decisions
        assert decisions["record_id"].is_unique, name
        assert set(decisions["step"]) <= {name}
        if incoming is not None:
            assert set(decisions["record_id"]) == incoming, name
        kept = decisions["kept"].astype(bool)
        assert set(decisions.loc[kept, "record_id"]) == set(step.records["record_id"]), name
        assert step.records["record_id"].is_unique
        assert len(step.records) + int((~kept).sum()) == len(decisions), name
        assert (decisions.loc[~kept, "reason"] != "kept").all(), name
        assert decisions.loc[~kept, ["detail", "source"]].notna().all(axis=None), name
        # who took the place of a dropped record is itself still there
        replaced_by = decisions["kept_record_id"].dropna()
        assert set(replaced_by) <= set(step.records["record_id"]), name
        table("records").checked(step.records, where=name)
        incoming = set(step.records["record_id"])
    assert set(curation.observations["record_id"]) == incoming
    assert curation.funnel["rows"].iloc[-1] == len(curation.observations)
    assert curation.funnel["papers"].iloc[-1] == curation.observations["paper_id"].nunique()
    for unit, rows in curation.funnel.groupby("unit")["rows"]:
        assert rows.is_monotonic_decreasing, unit


def random_raw(seed: int) -> RawTables:
    """Raw tables with missing values, zeros, ties, duplicates and flags of every kind."""
    rng = np.random.default_rng(seed)
    n_papers, n_systems = int(rng.integers(1, 6)), int(rng.integers(1, 30))

    def maybe(values: list[object], missing: float) -> list[object]:
        return [None if rng.random() < missing else value for value in values]

    def pick(values: list[object], missing: float = 0.0) -> list[object]:
        return maybe([values[i] for i in rng.integers(0, len(values), n_systems)], missing)

    days = pd.Timestamp("2012-01-01") + pd.to_timedelta(rng.integers(0, 4000, n_papers), unit="D")
    papers = pd.DataFrame(
        {
            "paper_id": [f"p{i}" for i in range(n_papers)],
            "title": [f"T{i % 3}" for i in range(n_papers)],
            "publication_date": days.strftime("%Y-%m-%d"),
            "source": "s",
        }
    ).reindex(columns=[c.name for c in table("papers").columns])
    owner = rng.integers(0, n_papers, n_systems)
    systems = pd.DataFrame(
        {
            "system_id": [f"p{owner[i]}/s{i}" for i in range(n_systems)],
            "paper_id": [f"p{i}" for i in owner],
            "system": [f"S{i}" for i in range(n_systems)],
            "publication_date": pick(["2019-02-03"], 0.8),
            "n_parameters": pick([1e6, 2e6], 0.2),
            "dataset_size_tokens": pick([0.0, 1e6, 1e8], 0.1),
            "n_epochs": pick([1.0, 20.0], 0.5),
            "reported_training_compute_flop": pick([1e18], 0.7),
            "architecture": pick(list(ARCHITECTURES), 0.1),
            "study_included": pick([True, True, True, False], 0.1),
            "study_outlier": pick([False, False, False, True], 0.1),
            "study_uncertain": pick([False, False, False, True], 0.1),
            "source": "s",
        }
    ).reindex(columns=[c.name for c in table("systems").columns])
    cells = [(s, b) for s in systems["system_id"] for b in BENCHMARKS if rng.random() < 0.6]
    evaluations = pd.DataFrame(
        {
            "system_id": [s for s, _ in cells],
            "benchmark": [b for _, b in cells],
            "perplexity": rng.integers(2, 9, len(cells)).astype(float),
            "source": "s",
        }
    ).sample(frac=1, random_state=seed)
    exclusions = pd.DataFrame(
        {
            "editions": "all",
            "system_id": systems["system_id"].sample(frac=0.1, random_state=seed),
            "strength": "certain",
            "reason": "r",
            "source": "s",
        }
    )
    corrections = (
        pd.DataFrame(
            {
                "editions": "published;other",
                "system_id": systems["system_id"],
                "column": "n_epochs",
                "old_value": [None if pd.isna(v) else repr(v) for v in systems["n_epochs"]],
                "new_value": "7",
                "strength": [STRENGTHS[i % len(STRENGTHS)] for i in range(len(systems))],
                "reason": "r",
                "source": "s",
            }
        )
        .sample(frac=0.3, random_state=seed)
        .reindex(columns=[c.name for c in table("corrections").columns])
    )
    frames = (papers, systems, evaluations, corrections, exclusions)
    return RawTables(
        *(
            table(name).checked(frame.reset_index(drop=True), where=name)
            for name, frame in zip(RawTables._fields, frames, strict=False)
        )
    )


@pytest.mark.parametrize("edition", list(EDITIONS))
def test_real_tables(edition: str) -> None:
    check_conservation(curated(edition))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("edition", list(EDITIONS))
def test_random_tables(edition: str, seed: int) -> None:
    check_conservation(curate(random_raw(seed), edition, EDITIONS[edition], BENCHMARK_SETTINGS, ARCHITECTURES))
