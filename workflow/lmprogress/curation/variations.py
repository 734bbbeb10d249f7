"""One edition curated in other ways than its own, to see what a choice does.

In: raw tables, an edition and named changes. Out: the observations of each change that changes something.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from lmprogress.core.settings import Architecture, Benchmark, CurationChange, Edition
from lmprogress.curation.chain import curate
from lmprogress.curation.raw import RawTables


def changed(edition: Edition, change: CurationChange) -> Edition:
    """`edition` with `change`; equal to `edition` where it already is that way."""
    cap = edition.cap
    if change.keep is not None:
        cap = cap.model_copy(update={"unit": "none"} if change.keep == "all" else {"keep": change.keep})
    also = [objection for objection in change.also_exclude if objection not in edition.exclude]
    asked = [objection for objection in edition.exclude if objection not in change.do_not_exclude]
    return edition.model_copy(
        update={
            "perplexity": change.perplexity or edition.perplexity,
            "exclude": asked + also,
            "strengths": edition.strengths if change.strengths is None else change.strengths,
            "cap": cap,
        }
    )


def observe_variations(
    raw: RawTables,
    name: str,
    edition: Edition,
    changes: Mapping[str, CurationChange],
    benchmarks: Mapping[str, Benchmark],
    architectures: Mapping[str, Architecture],
) -> dict[str, pd.DataFrame]:
    """The observations (schema OBSERVATIONS) of the edition `name` under each of `changes`.

    A change that asks for nothing gives the edition's own observations; one that asks for what the edition already
    does is left out. Raises InputError wherever a step of curation does.
    """
    curated: list[tuple[Edition, pd.DataFrame]] = []
    observations = {}
    for key, change in changes.items():
        wanted = changed(edition, change)
        if wanted == edition and change != CurationChange():
            continue
        known = [rows for other, rows in curated if other == wanted]
        if not known:
            known = [curate(raw, name, wanted, benchmarks, architectures).observations]
            curated.append((wanted, known[0]))
        observations[key] = known[0]
    return observations
