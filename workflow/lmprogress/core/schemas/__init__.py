"""One schema a table: every table of the project, its columns with unit and meaning, its key and its writer.

In: the name of a table. Out: its schema. The data dictionary is made from here.
"""

from __future__ import annotations

from lmprogress.core.columns import Table
from lmprogress.core.schemas import (
    auditing,
    curation,
    gains,
    intervals,
    laws,
    ledger,
    other_laws,
    provenance,
    raw,
    reading,
    reference,
    retrieving,
    sensitivity,
    validation,
)

_TABLES: dict[str, Table] = {
    value.name: value
    for room in (
        raw,
        retrieving,
        reading,
        reference,
        curation,
        laws,
        gains,
        intervals,
        sensitivity,
        other_laws,
        provenance,
        validation,
        ledger,
        auditing,
    )
    for value in vars(room).values()
    if isinstance(value, Table)
}


def table(name: str) -> Table:
    """The schema called `name`; KeyError lists the known ones."""
    if name not in _TABLES:
        raise KeyError(f"no table '{name}'; known: {', '.join(_TABLES)}")
    return _TABLES[name]


def all_tables() -> tuple[Table, ...]:
    """Every schema, in the order of the data."""
    return tuple(_TABLES.values())
