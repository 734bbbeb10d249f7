"""The whole chain for one edition, in memory.

In: the raw tables and the settings of an edition. Out: every step's records and decisions, observations, funnel.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from lmprogress.core.schemas.raw import STRENGTHS
from lmprogress.core.settings import Architecture, Benchmark, Edition
from lmprogress.curation.accepted import with_accepted
from lmprogress.curation.assemble import assemble
from lmprogress.curation.cap import cap
from lmprogress.curation.correct import correct
from lmprogress.curation.decisions import Curated
from lmprogress.curation.deduplicate import deduplicate
from lmprogress.curation.exclude import exclude
from lmprogress.curation.funnel import tabulate_funnel
from lmprogress.curation.observe import observe
from lmprogress.curation.raw import RawTables, applying, load_raw, refuse_unknown_editions


class Curation(NamedTuple):
    """One edition: each step's outcome by name, the observations, and the funnel."""

    steps: dict[str, Curated]
    observations: pd.DataFrame
    funnel: pd.DataFrame


def curate(
    raw: RawTables,
    name: str,
    edition: Edition,
    benchmarks: Mapping[str, Benchmark],
    architectures: Mapping[str, Architecture],
) -> Curation:
    """The edition `name` of the raw tables: assemble, correct, exclude, deduplicate, cap, observe.

    Raises InputError wherever a step does.
    """
    if edition.extends:
        raw = with_accepted(raw, name, edition.extends)
    order = list(benchmarks)
    vocabularies = {"benchmark": order, "architecture": list(architectures)}
    assembled = assemble(
        raw.papers, raw.systems, raw.evaluations, perplexity=edition.perplexity, edition=name, benchmarks=order
    )
    extracted = edition.records == "extracted"
    corrected = correct(
        assembled.records,
        raw.corrections,
        edition=name,
        strengths=edition.strengths,
        extracted=extracted,
        vocabularies=vocabularies,
    )
    excluded = exclude(
        corrected.records,
        raw.exclusions,
        objections=edition.exclude,
        edition=name,
        benchmarks=edition.benchmarks or order,
        strengths=edition.strengths,
        extracted=extracted,
    )
    distinct = deduplicate(excluded.records, by=edition.deduplicate_by, edition=name, benchmarks=order)
    capped = cap(distinct.records, edition.cap, edition=name, benchmarks=order)
    steps = {"assemble": assembled, "correct": corrected, "exclude": excluded, "deduplicate": distinct, "cap": capped}
    decisions = pd.concat([step.decisions for step in steps.values()], ignore_index=True)
    return Curation(
        steps,
        observe(
            capped.records,
            [name for name, family in architectures.items() if family.transformer],
            {name: benchmark.vocabulary_size for name, benchmark in benchmarks.items()},
        ),
        tabulate_funnel(assembled.records, decisions, objections=edition.exclude, edition=name),
    )


def check_raw(
    directory: str | Path,
    editions: Mapping[str, Edition],
    benchmarks: Mapping[str, Benchmark],
    architectures: Mapping[str, Architecture],
) -> None:
    """Refuse bad raw tables before anything runs: every edition of records that people wrote is curated in memory, so
    what a step would say is said at once, also of corrections and exclusions of a strength that it leaves out. Raises
    InputError."""
    raw = load_raw(directory, list(benchmarks), list(architectures))
    refuse_unknown_editions(raw.corrections, "corrections", editions)
    refuse_unknown_editions(raw.exclusions, "exclusions", editions)
    for name, edition in editions.items():
        if edition.records != "extracted":
            curate(raw, name, edition, benchmarks, architectures)
            others = set(STRENGTHS) - set(edition.strengths)
            if any(applying(rows, name, others).any() for rows in (raw.corrections, raw.exclusions)):
                every = edition.model_copy(update={"strengths": list(STRENGTHS)})
                curate(raw, name, every, benchmarks, architectures)
