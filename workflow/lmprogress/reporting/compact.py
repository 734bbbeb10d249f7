"""Tables small enough to stand within a page.

In: a frame. Out: its columns as plain data, texts that recur written once; and the whole as compressed JSON.
"""

from __future__ import annotations

import base64
import gzip
import json
import math
from typing import Any

import pandas as pd


def compact(frame: pd.DataFrame) -> dict[str, Any]:
    """`frame` column by column: {"n": rows, "columns": {name: {"values": […]} or {"texts": […], "at": […]}}}.

    Missing values are null, or −1 in `at`. Texts stand in the order in which they first occur. Columns of lists are
    written as they are.
    """
    return {"n": len(frame), "columns": {str(name): _column(frame[name]) for name in frame}}


def _column(values: pd.Series) -> dict[str, Any]:
    if values.map(lambda value: isinstance(value, str)).any():
        places, texts = pd.factorize(values.astype(object), use_na_sentinel=True)
        return {"texts": [str(text) for text in texts], "at": [int(place) for place in places]}
    return {"values": [plain(value) for value in values]}


def plain(value: Any) -> Any:
    """`value` as JSON knows it: no missing or infinite numbers, whole numbers without a point."""
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return value


def packed(data: Any) -> str:
    """`data` as JSON, compressed (gzip without a date) and in base 64: a fifth of its size, and no markup in it.

    A page of 12,000 readings is then 0.4 MB; every browser since 2023 unpacks it by itself.
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(gzip.compress(text.encode("utf-8"), mtime=0)).decode("ascii")
