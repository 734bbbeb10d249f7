"""Papers, systems and evaluations joined: one record for each system on each benchmark.

In: the raw tables and what counts as a record's perplexity. Out: records and decisions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from lmprogress.core.schemas.shared import LINKED_FACTS
from lmprogress.curation.decisions import KEPT, Curated, decide, in_order, shown
from lmprogress.curation.raw import refuse_unknown


def assemble(
    papers: pd.DataFrame,
    systems: pd.DataFrame,
    evaluations: pd.DataFrame,
    *,
    perplexity: Literal["own", "first_reported"],
    edition: str,
    benchmarks: Sequence[str],
) -> Curated:
    """One record for each evaluation, and one without benchmark for each system that has none.

    `own` gives a record the perplexity of its benchmark. `first_reported` gives every record of a system the
    perplexity of the first benchmark that the system reports, in the order of `benchmarks`: the study fills that
    column before it stacks its table by benchmark (released code of Ho et al. 2024). Nothing is dropped here; a
    record that shows another benchmark's perplexity has the reason `perplexity_of_another_benchmark`.

    Raises InputError for a system of an unknown paper, and an evaluation of an unknown system or benchmark.
    """
    refuse_unknown(
        systems, "systems", "paper_id", papers["paper_id"], "correct the id, or add the paper to raw/papers.csv"
    )
    refuse_unknown(
        evaluations,
        "evaluations",
        "system_id",
        systems["system_id"],
        "correct the id, or add the system to raw/systems.csv",
    )
    refuse_unknown(
        evaluations, "evaluations", "benchmark", benchmarks, f"use one of {', '.join(benchmarks)}, or add it to config/"
    )

    paper = papers.set_index("paper_id")
    told = [column.name for column in LINKED_FACTS if column.name not in systems.columns]
    facts = systems.assign(
        **dict.fromkeys(told),
        position=range(1, len(systems) + 1),
        title=systems["paper_id"].map(paper["title"]),
        publication_date=systems["publication_date"].fillna(systems["paper_id"].map(paper["publication_date"])),
    )
    records = facts.merge(
        evaluations.rename(columns={"source": "evaluation_source"}), on="system_id", how="left", validate="one_to_many"
    )
    records["record_id"] = records["system_id"] + ":" + records["benchmark"].fillna("none")
    records["perplexity_benchmark"] = records["benchmark"]
    same = records["evaluation_source"].isna() | (records["evaluation_source"] == records["source"])
    records["source"] = records["source"].where(same, records["source"] + "; " + records["evaluation_source"])
    records = in_order(records, benchmarks)

    reason, detail = pd.Series(KEPT, index=records.index), None
    if perplexity == "first_reported":
        first = records.groupby("system_id", sort=False)[["benchmark", "perplexity"]].transform("first")
        other = first["benchmark"].notna() & (first["benchmark"] != records["benchmark"])
        own = _shown(records["benchmark"], records["perplexity"])
        detail = (_shown(first["benchmark"], first["perplexity"]) + " in place of " + own).where(other)
        reason = reason.mask(other, "perplexity_of_another_benchmark")
        records = records.assign(perplexity=first["perplexity"], perplexity_benchmark=first["benchmark"])
    return decide(records, "assemble", edition, reason=reason, detail=detail, source=records["source"])


def _shown(benchmark: pd.Series, perplexity: pd.Series) -> pd.Series:
    return benchmark + " " + perplexity.map(shown).astype("str")
