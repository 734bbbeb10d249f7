"""Frames that know their units.

In: a frame that obeys a schema. Out: the same, with units and meanings of its columns among its attributes.
"""

from __future__ import annotations

import pandas as pd

from lmprogress.core.schemas import table


def with_units(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """`frame`, rows of table `name`, with `attrs`: table, units and descriptions, both by column."""
    columns = table(name).columns
    frame.attrs["table"] = name
    frame.attrs["units"] = {column.name: column.unit for column in columns if column.unit}
    frame.attrs["descriptions"] = {column.name: column.description for column in columns}
    return frame
