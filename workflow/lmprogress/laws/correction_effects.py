"""What corrections of the curated table move: doubling times without them, with some of them, and with all.

In: raw tables, an edition, its laws. Out: the frame of correction_effects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.settings import Architecture, Benchmark, Edition
from lmprogress.curation.chain import curate
from lmprogress.curation.observe import fitted
from lmprogress.curation.raw import RawTables, applying
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.fits.uncertainty import named_generator
from lmprogress.laws.inference.law_average import has_single_rate
from lmprogress.laws.inference.rate_test import RateModel
from lmprogress.laws.model.scaling_laws import Law
from lmprogress.laws.rates.progress import doubling_time_months, finite_or_none

NOTHING, EXCLUSIONS = "none", "left out"
_STRENGTHS = (("certain",), ("certain", "likely"), ("certain", "likely", "doubtful"))


def correction_effects(
    raw: RawTables,
    edition: Edition,
    *,
    laws: LawSet,
    benchmarks: Mapping[str, Benchmark],
    architectures: Mapping[str, Architecture],
    n_starts: int,
    least_observations: int,
    systems: bool = False,
) -> pd.DataFrame:
    """Doubling times with some corrections of the edition of `laws`, by each of them: table correction_effects.

    Maximum-likelihood estimates as in the verdict, from `n_starts` points; fewer rows than `least_observations` are not
    fitted. The sets, column `kind`: none; those of one strength and stronger ones; those of one field alone, or
    exclusions alone. With `systems`, only those of one system alone, which take a minute. Corrections of all editions
    are always applied: they change no value that enters a law. Laws without a single rate of progress are left out.
    """
    rows = []
    for kind, name, corrections, exclusions, adapted in _sets(raw, edition, laws.edition):
        if (kind == "system") != systems:
            continue
        wanted = edition.model_copy(
            update={
                "strengths": list(_STRENGTHS[-1]),
                "exclude": edition.exclude if adapted else [*edition.exclude, "adapted"],
            }
        )
        changed = raw._replace(corrections=corrections, exclusions=exclusions)
        observations = fitted(curate(changed, laws.edition, wanted, benchmarks, architectures).observations)
        rows += [
            {
                "kind": kind,
                "name": name,
                "adapted": adapted,
                "specification": specification,
                "n_observations": len(observations),
                "estimate_months": _months(specification, law, used, n_starts),
            }
            for specification, law, used in laws.fittable(observations, least_observations)
            if has_single_rate(law)
        ]
    return tables.of_rows(rows, "correction_effects")


def _sets(raw: RawTables, edition: Edition, name: str) -> Iterator[tuple[str, str, pd.DataFrame, pd.DataFrame, bool]]:
    """Kind, name, corrections and exclusions of each set, and whether adapted results are in."""
    changes, leaves = raw.corrections, raw.exclusions
    always, never = changes["editions"] == "all", leaves["editions"] == "all"
    for adapted in (True, False):
        yield "none", NOTHING, changes[always], leaves[never], adapted
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


def _months(name: str, law: Law, observations: pd.DataFrame, n_starts: int) -> float | None:
    model = RateModel(law, observations)
    found = model.stationary(model.response, n_starts, named_generator("correction effects", name))
    return finite_or_none(doubling_time_months(model.rate(found.points[0])))
