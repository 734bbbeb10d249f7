"""The same result entered twice, kept once.

In: records and the columns that together make two of them the same. Out: records and decisions.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from lmprogress.core.errors import InputError
from lmprogress.core.schemas.curation import RECORDS
from lmprogress.curation.decisions import KEPT, Curated, decide, in_order


def deduplicate(records: pd.DataFrame, *, by: Sequence[str], edition: str, benchmarks: Sequence[str]) -> Curated:
    """`records` without those that equal an earlier one in every column of `by`; an empty `by` keeps all.

    Earlier is by line in raw/systems.csv, then benchmark in the order of `benchmarks`. Two missing values are
    equal. Raises InputError for a column that records do not have.
    """
    known = [column.name for column in RECORDS.columns]
    for column in by:
        if column not in known:
            raise InputError(
                "is not a column of the records",
                file="config/config.yaml", column=f"editions.{edition}.deduplicate_by", value=column,
                remedy=f"use some of {', '.join(known)}",
            )  # fmt: skip
    records = in_order(records, benchmarks)
    first = records["record_id"]
    if by:
        first = records.groupby(list(by), sort=False, dropna=False)["record_id"].transform("first")
    doubled = first != records["record_id"]
    return decide(
        records,
        "deduplicate",
        edition,
        kept=~doubled.to_numpy(bool),
        reason=pd.Series(KEPT, index=records.index, dtype="str").mask(doubled, "duplicate"),
        detail=pd.Series("equal in " + ", ".join(by), index=records.index, dtype="str").where(doubled),
        kept_record_id=first.where(doubled),
        source=pd.Series("deduplicate_by in config/config.yaml", index=records.index, dtype="str").where(doubled),
    )
