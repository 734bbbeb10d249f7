"""Where a paper can be looked up.

In: the manifest. Out: addresses by paper_id.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.plain_names import plain_name


class Address(NamedTuple):
    """Where a paper is: its title, its PDF (to which #page=n can be added), and where else it stands."""

    title: str | None
    pdf: str | None
    url: str | None


def addresses(papers: pd.DataFrame) -> dict[str, Address]:
    """The address of each of `papers` (schema PAPERS), in the order of their identifiers; the first row counts."""
    rows = papers.drop_duplicates("paper_id").sort_values("paper_id")
    return {
        row["paper_id"]: Address(
            row["title"] and plain_name(row["title"]),
            f"https://arxiv.org/pdf/{row['arxiv_id']}" if row["arxiv_id"] else None,
            row["url"],
        )
        for row in tables.to_rows(rows)
    }
