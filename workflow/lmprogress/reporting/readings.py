"""The page of readings: every value that the machine read, and what became of it.

In: readings, links, evidence. Out: rows for the page.
"""

from __future__ import annotations

import pandas as pd

_SHOWN = (
    "reading_id", "paper_id", "page", "quantity", "value", "raw", "benchmark", "split", "system", "own", "source",
    "confidence", "row_label", "column_label", "table_label", "setting", "n_parameters_raw", "x0", "y0", "x1", "y1",
)  # fmt: skip
# a box is given in points; a tenth of one is finer than any letter
_BOX = ["x0", "y0", "x1", "y1"]


def reading_rows(readings: pd.DataFrame, links: pd.DataFrame, evidence: pd.DataFrame | None) -> pd.DataFrame:
    """Each of `readings` (READINGS) with its decision (LINKS) and `records`, those whose values it speaks to.

    `reading_id` is empty where it is paper_id:p<page>:<x0>,<y0>:<quantity>; boxes are rounded to tenths of a point.
    """
    rows = readings[list(_SHOWN)].merge(
        links[["reading_id", "decision", "system_ids", "detail"]], on="reading_id", how="left", validate="one_to_one"
    )
    rows[_BOX] = rows[_BOX].round(1)
    # the page makes the usual identifier from what else it knows
    usual = [
        f"{row.paper_id}:p{row.page}:{row.x0:.1f},{row.y0:.1f}:{row.quantity}" for row in rows.itertuples(index=False)
    ]
    rows["own"] = rows["own"].map({True: "own", False: "quoted"}).astype(object)
    cited = {} if evidence is None else _cited(evidence)
    rows["records"] = pd.Series([cited.get(str(reading), []) for reading in rows["reading_id"]], index=rows.index)
    rows["reading_id"] = rows["reading_id"].astype(object).where(rows["reading_id"] != usual, None)
    return rows


def _cited(evidence: pd.DataFrame) -> dict[str, list[list[str]]]:
    """[record_id, field, status] of the values that each reading speaks to, each once."""
    columns = ["reading_id", "record_id", "field", "status"]
    told = evidence.dropna(subset=["reading_id"])[columns].drop_duplicates()
    cited: dict[str, list[list[str]]] = {}
    for reading, *said in told.itertuples(index=False, name=None):
        cited.setdefault(str(reading), []).append([str(word) for word in said])
    return cited
