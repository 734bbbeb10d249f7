"""The published side, checked before anything runs.

In: raw/reference/*.csv. Out: the names of the tables that published numbers are selected from.
"""

from __future__ import annotations

from pathlib import Path

from lmprogress.core import tables
from lmprogress.core.errors import InputError


def check_reference_tables(directory: str | Path) -> list[str]:
    """Names of the tables that `published.csv` selects from, sorted.

    Raises InputError for a row that its schema refuses, and for a defect that defects.csv does not know.
    """
    folder = Path(directory)
    published = tables.read_csv(folder / "published.csv", "published")
    known = set(tables.read_csv(folder / "defects.csv", "defects")["defect_id"])
    tables.read_csv(folder / "studied_systems.csv", "studied_systems")
    tables.read_csv(folder / "compared_allocations.csv", "compared_allocations")
    tables.read_csv(folder / "vision_models.csv", "vision_models")
    tables.read_csv(folder / "coverage.csv", "coverage_data_sets")
    for row in published[published["defect"].notna()].to_dict("records"):
        if row["defect"] not in known:
            raise InputError(
                "there is no such defect",
                file=str(folder / "published.csv"),
                row=row["reference_id"],
                column="defect",
                value=row["defect"],
                remedy="add it to defects.csv, or use one of its defect_ids",
            )
    return sorted(published["table"].dropna().unique())
