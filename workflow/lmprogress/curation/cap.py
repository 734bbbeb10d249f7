"""At most so many records of one paper, best first; what stays stands in the order of the fit.

In: records and the cap of the edition. Out: records in the order of the fit, and decisions.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from lmprogress.core.settings import Cap
from lmprogress.curation.decisions import KEPT, Curated, benchmark_rank, decide


def cap(records: pd.DataFrame, settings: Cap, *, edition: str, benchmarks: Sequence[str]) -> Curated:
    """The best `settings.keep` records for each `settings.unit` (Ho et al. 2024, section 2.2.2).

    All records are ordered by title (code points), `settings.best_first`, then `settings.tie_break`; the rank
    counts within the unit in that order, and the records that stay keep it. The order matters: the study's
    bootstrap draws row numbers, and sums of floats depend on it in the last digit.
    """
    columns = {"benchmark": "_benchmark_rank", "position": "position", "record_id": "record_id"}
    ordered = (
        records.assign(_benchmark_rank=benchmark_rank(records["benchmark"], benchmarks))
        .sort_values(["title", settings.best_first, *(columns[tie] for tie in settings.tie_break)], ignore_index=True)
        .drop(columns="_benchmark_rank")
    )
    unit = ordered["record_id"] if settings.unit == "none" else ordered[settings.unit]
    rank = ordered.groupby(unit, sort=False).cumcount() + 1
    beyond = rank > settings.keep
    last_kept = ordered["record_id"].set_axis(unit)[(rank == settings.keep).to_numpy(bool)]
    place = "rank " + rank.astype("str") + f" by {settings.best_first} in its {settings.unit}; {settings.keep} are kept"
    return decide(
        ordered,
        "cap",
        edition,
        kept=~beyond.to_numpy(bool),
        reason=pd.Series(KEPT, index=ordered.index, dtype="str").mask(beyond, "beyond_cap"),
        detail=place.where(beyond),
        kept_record_id=unit.map(last_kept).where(beyond),
        source=pd.Series("cap in config/config.yaml", index=ordered.index, dtype="str").where(beyond),
    )
