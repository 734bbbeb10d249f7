"""Which papers are others than those of the snapshot.

In: statuses of this run and of the snapshot (schema PAPER_STATUSES). Out: one row a paper (schema PAPER_CHANGES).
"""

from __future__ import annotations

import pandas as pd

from lmprogress.keeping.schemas import table

_SHOWN = ["status", "n_readings", "sha256"]


def compare_papers(statuses: pd.DataFrame, snapshot: pd.DataFrame) -> pd.DataFrame:
    """Every paper of either: the same PDF, another one (by digest), added, or withdrawn."""
    both = statuses[["paper_id", *_SHOWN]].merge(
        snapshot[["paper_id", *_SHOWN]].rename(columns={name: f"snapshot_{name}" for name in _SHOWN}),
        on="paper_id",
        how="outer",
        indicator="side",
    )
    same = both["sha256"].fillna("") == both["snapshot_sha256"].fillna("")
    change = both["side"].astype(str).map({"left_only": "added", "right_only": "withdrawn", "both": "replaced"})
    both["change"] = change.mask((both["side"] == "both") & same, "same")
    columns = [column.name for column in table("paper_changes").columns]
    return table("paper_changes").checked(both[columns], "the changes")
