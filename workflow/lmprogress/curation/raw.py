"""The raw tables of curation, and what ties them together.

In: a folder of CSV files and the ids that the configuration knows. Out: typed frames, or an InputError.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.errors import InputError

ALL_EDITIONS = "all"


class RawTables(NamedTuple):
    """The tables that people write; rows in the order of the file (schemas PAPERS … EXCLUSIONS, VERDICTS)."""

    papers: pd.DataFrame
    systems: pd.DataFrame
    evaluations: pd.DataFrame
    corrections: pd.DataFrame
    exclusions: pd.DataFrame
    # on candidate systems; of use to an edition of reviewed records alone
    verdicts: pd.DataFrame = tables.empty("verdicts")


def load_raw(directory: str | Path, benchmarks: Sequence[str], architectures: Sequence[str]) -> RawTables:
    """Read the tables in `directory`, each checked against its schema and the ids of the configuration.

    Raises InputError with file, line, column, value and remedy.
    """
    known = {"benchmark": benchmarks, "architecture": architectures}
    return RawTables(*(tables.read_csv(Path(directory) / f"{name}.csv", name, known) for name in RawTables._fields))


def read_raw(paths: Mapping[str, str]) -> RawTables:
    """The tables at `paths`, by name, each a file named after its schema: what people wrote, or what linking made.

    Without a path for them there are no verdicts.
    """
    named = [name for name in RawTables._fields if name in paths or name not in RawTables._field_defaults]
    return RawTables(**{name: tables.read_by_kind(paths[name], Path(paths[name]).stem) for name in named})


def line_of(row: int) -> int:
    """The line of a raw CSV that an editor shows for data row `row`, counted from 0 below one header line."""
    return row + 2


def refuse_unknown(frame: pd.DataFrame, name: str, column: str, known: Collection[str], remedy: str) -> None:
    """Raise InputError for the first value of `column` in raw table `name` that is not among `known`."""
    unknown = ~frame[column].isin(list(known)).to_numpy(bool)
    if unknown.any():
        row = int(unknown.argmax())
        raise InputError(
            f"is not a known {column}",
            file=f"raw/{name}.csv",
            row=line_of(row),
            column=column,
            value=frame[column].iloc[row],
            remedy=remedy,
        )


def applying(rows: pd.DataFrame, edition: str, strengths: Collection[str], *, extracted: bool = False) -> pd.Series:
    """Which corrections or exclusions count for `edition`, as true or false for each of `rows`.

    A row counts where it names the edition, or 'all', and its strength is among `strengths`. 'all' are the editions of
    curated records: the systems of an `extracted` edition have ids of their own.
    """
    names = {edition} if extracted else {ALL_EDITIONS, edition}
    named = [bool(names & {name.strip() for name in editions.split(";")}) for editions in rows["editions"]]
    return rows["strength"].isin(list(strengths)) & pd.Series(named, index=rows.index, dtype=bool)


def refuse_unknown_editions(frame: pd.DataFrame, name: str, known: Collection[str]) -> None:
    """Raise InputError for the first row of raw table `name` that names an edition outside `known`."""
    for row, editions in enumerate(frame["editions"]):
        for edition in editions.split(";"):
            if edition.strip() not in {ALL_EDITIONS, *known}:
                raise InputError(
                    "names an unknown edition",
                    file=f"raw/{name}.csv",
                    row=line_of(row),
                    column="editions",
                    value=editions,
                    remedy=f"use {ALL_EDITIONS}, or one or more of {', '.join(known)} separated by ';'",
                )
