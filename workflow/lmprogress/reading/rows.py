"""Rows of table `readings`.

In: what is known of a value. Out: a row with every column of the table but reading_id filled or empty.
"""

from __future__ import annotations

from typing import Any

from lmprogress.core.schemas.reading import READINGS
from lmprogress.reading.pdf import Box

_COLUMNS = tuple(column.name for column in READINGS.columns)


def bare_row(paper_id: str, page: int, box: Box, quantity: str, value: float, raw: str, source: str) -> dict[str, Any]:
    """A reading of which nothing is known but value and place (`page` from 1, `box` in points of the page)."""
    return dict.fromkeys(_COLUMNS) | {
        "paper_id": paper_id,
        "page": page,
        **{k: round(v, 1) for k, v in box._asdict().items()},
        "quantity": quantity,
        "value": value,
        "raw": raw,
        "source": source,
    }
