"""What corrections of the curated table move: doubling times without them, with some of them, and with all.

In: raw tables, an edition, its laws. Out: doubling times by set of corrections.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from lmprogress.core.settings import Architecture, Benchmark, Edition
from lmprogress.curation.chain import curate
from lmprogress.curation.observe import fitted
from lmprogress.curation.raw import RawTables, applying
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.laws.inference.rate_test import RateModel
from lmprogress.laws.rates.progress import doubling_time_months

EXCLUSIONS = "left out"
_STRENGTHS = (("certain",), ("certain", "likely"), ("certain", "likely", "doubtful"))


def correction_effects(
    raw: RawTables,
    edition: Edition,
    *,
    laws: LawSet,
    benchmarks: Mapping[str, Benchmark],
    architectures: Mapping[str, Architecture],
    n_starts: int,
) -> pd.DataFrame:
    """Doubling times in months (infinite: no progress), one column for each of `laws`, by set of corrections.

    Maximum-likelihood estimates as in the verdict, from `n_starts` points. The sets, column `kind`: none; those of one
    strength and stronger ones; those of one field alone, or exclusions alone; those of one system alone. `adapted`:
    whether results adapted to the test text are in. Corrections of all editions are always applied: they change no
    value that enters a law.
    """
    rows = []
    for kind, name, corrections, exclusions, adapted in _sets(raw, edition, laws.edition):
        wanted = edition.model_copy(
            update={
                "strengths": list(_STRENGTHS[-1]),
                "exclude": edition.exclude if adapted else [*edition.exclude, "adapted"],
            }
        )
        tables = raw._replace(corrections=corrections, exclusions=exclusions)
        observations = fitted(curate(tables, laws.edition, wanted, benchmarks, architectures).observations)
        months = {law: _months(laws, law, observations, n_starts) for law in laws.specifications}
        rows.append({"kind": kind, "name": name, "adapted": adapted, "n_observations": len(observations), **months})
    return pd.DataFrame(rows)


def _sets(raw: RawTables, edition: Edition, name: str) -> Iterator[tuple[str, str, pd.DataFrame, pd.DataFrame, bool]]:
    """Kind, name, corrections and exclusions of each set, and whether adapted results are in."""
    changes, leaves = raw.corrections, raw.exclusions
    always, never = changes["editions"] == "all", leaves["editions"] == "all"
    for adapted in (True, False):
        yield "none", "", changes[always], leaves[never], adapted
        for strengths in _STRENGTHS:
            some, out = (applying(table, name, strengths) for table in (changes, leaves))
            yield "strength", strengths[-1], changes[always | some], leaves[never | out], adapted
    mine, out = (applying(table, name, edition.strengths) for table in (changes, leaves))
    for column in sorted(changes.loc[mine & ~always, "column"].unique()):
        yield "field", column, changes[always | (mine & (changes["column"] == column))], leaves[never], True
    yield "field", EXCLUSIONS, changes[always], leaves[never | out], True
    systems = pd.concat([changes.loc[mine & ~always, "system_id"], leaves.loc[out & ~never, "system_id"]])
    for system in sorted(systems.unique()):
        of_it, out_of_it = mine & (changes["system_id"] == system), out & (leaves["system_id"] == system)
        yield "system", system, changes[always | of_it], leaves[never | out_of_it], True


def _months(laws: LawSet, name: str, observations: pd.DataFrame, n_starts: int) -> float:
    model = RateModel(*laws.prepared(name, observations))
    found = model.stationary(model.response, n_starts, named_generator("correction effects", name))
    return float(doubling_time_months(model.rate(found.points[0])))


def moved(effects: pd.DataFrame, laws: Sequence[str]) -> pd.DataFrame:
    """The sets of one field or system with what they change against none, largest change of the first law first."""
    base: Any = effects[(effects["kind"] == "none") & effects["adapted"]].iloc[0]
    alone = effects[effects["kind"].isin(["field", "system"])].copy()
    for law in laws:
        alone[f"change_{law}"] = alone[law] - base[law]
    return alone.sort_values(f"change_{laws[0]}", key=lambda change: -change.abs(), kind="stable")
