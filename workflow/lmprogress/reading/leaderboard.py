"""The reader against a leaderboard that others keep by hand.

In: readings and raw/leaderboard.csv. Out: the table leaderboard_comparison.
"""

from __future__ import annotations

import pandas as pd

from lmprogress.core.schemas.curation import LEADERBOARD_COMPARISON


def compare_leaderboard(readings: pd.DataFrame, leaderboard: pd.DataFrame) -> pd.DataFrame:
    """Each row of `leaderboard` (schema LEADERBOARD) with the nearest perplexity of `readings` (schema READINGS).

    Nearest among those of its paper, benchmark and split; readings without a named split count for either. Half a unit
    of the last decimal there is agreement: leaderboards round.
    """
    found = readings[readings["quantity"] == "perplexity"].sort_values("reading_id")
    rows = []
    for row in leaderboard.to_dict("records"):
        here = found[(found["paper_id"] == row["paper_id"]) & (found["benchmark"] == row["benchmark"])]
        here = here[here["split"].isin([row["split"], "unknown"])]
        if here.empty:
            rows.append({**row, "standing": "not_read"})
            continue
        nearest = here.loc[(here["value"] - row["perplexity"]).abs().idxmin()]
        decimals = len(f"{row['perplexity']:.2f}".rstrip("0").split(".")[1]) or 1
        same = abs(nearest["value"] - row["perplexity"]) <= 0.5 * 10**-decimals + 1e-9
        standing = "agrees" if same else "differs"
        rows.append(
            {**row, "standing": standing, "reading_id": nearest["reading_id"], "read_perplexity": nearest["value"]}
        )
    columns = [column.name for column in LEADERBOARD_COMPARISON.columns]
    return LEADERBOARD_COMPARISON.checked(pd.DataFrame(rows, columns=columns), "leaderboard_comparison")
