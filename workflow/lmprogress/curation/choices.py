"""What a reader of an edition can choose otherwise: every record, and what speaks against it.

In: the raw tables and the settings of an edition, or its corrected records. Out: records with objections, twins, ranks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import get_args

import pandas as pd

from lmprogress.core.dates import decimal_years
from lmprogress.core.schemas.raw import STRENGTHS
from lmprogress.core.settings import Architecture, Benchmark, Cap, Edition, Objection
from lmprogress.curation.assemble import assemble
from lmprogress.curation.cap import cap
from lmprogress.curation.correct import correct
from lmprogress.curation.decisions import in_order
from lmprogress.curation.exclude import applies_to
from lmprogress.curation.raw import RawTables, applying

OBJECTIONS: tuple[str, ...] = get_args(Objection)


def corrected_by_strength(
    raw: RawTables,
    name: str,
    edition: Edition,
    benchmarks: Mapping[str, Benchmark],
    architectures: Mapping[str, Architecture],
) -> Iterator[tuple[Edition, pd.DataFrame]]:
    """The edition `name` with corrections of the strongest kind alone, then with weaker ones, and its records.

    Where the same corrections and exclusions apply as to the edition as it is, there is nothing to choose. Raises
    InputError wherever a step of curation does.
    """

    def same(strengths: Sequence[str]) -> bool:
        tables = (raw.corrections, raw.exclusions)
        return all(applying(t, name, strengths).equals(applying(t, name, edition.strengths)) for t in tables)

    choices = [strengths for strengths in accumulate([each] for each in STRENGTHS) if not same(strengths)]
    order = list(benchmarks)
    vocabularies = {"benchmark": order, "architecture": list(architectures)}
    assembled = assemble(
        raw.papers, raw.systems, raw.evaluations, perplexity=edition.perplexity, edition=name, benchmarks=order
    )
    for strengths in choices:
        corrected = correct(
            assembled.records, raw.corrections, edition=name, strengths=strengths, vocabularies=vocabularies
        )
        yield edition.model_copy(update={"strengths": strengths}), corrected.records


def with_objections(
    records: pd.DataFrame,
    exclusions: pd.DataFrame,
    name: str,
    edition: Edition,
    benchmarks: Sequence[str],
    transformers: Sequence[str],
) -> pd.DataFrame:
    """`records` after corrections, in the order in which duplicates are looked for, and what a choice needs to know.

    Added are met: the objections that apply, a sum of 2 to the power of their places in OBJECTIONS. twin: equal for
    records of which `deduplicate_by` keeps the first; rank: place in the order of the cap; unit: equal for records
    that the cap counts together; year: decimal; transformer.
    """
    ordered = in_order(records, benchmarks)
    here = applying(exclusions, name, edition.strengths, extracted=edition.records == "extracted")
    named = set(exclusions.loc[here, "system_id"])
    met = pd.Series(0, index=ordered.index)
    for place, objection in enumerate(OBJECTIONS):
        met += applies_to(ordered, objection, named, edition.benchmarks or benchmarks).astype(int) * 2**place
    by, uncapped = edition.deduplicate_by, Cap.model_validate(edition.cap.model_dump() | {"unit": "none"})
    ranked = cap(ordered, uncapped, edition=name, benchmarks=benchmarks).records["record_id"]
    rank = pd.Series(range(len(ranked)), index=ranked)
    twin = ordered.groupby(list(by), sort=False, dropna=False).ngroup() if by else pd.Series(ordered.index)
    counted = ordered["record_id" if edition.cap.unit == "none" else edition.cap.unit]
    return ordered.assign(
        met=met,
        twin=twin,
        rank=ordered["record_id"].map(rank),
        unit=pd.factorize(counted)[0],
        year=decimal_years(ordered["publication_date"]),
        transformer=ordered["architecture"].isin(transformers),
    )
