"""The data dictionary: what every column of every table means.

In: the schemas. Out: Markdown, or the same as plain data for a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lmprogress.core.columns import Column, Table
from lmprogress.core.schemas import all_tables

_HEAD = """# Data dictionary

Every table, in the order of the data. Made from the schemas by `lmprogress dictionary`.

Kinds: string (text), float (number), integer (whole number), boolean (true or false), date (YYYY-MM-DD). A column that
*may be empty* has missing values; all others are filled in every row. Parquet files carry unit and meaning of each
column in their own metadata.
"""


@dataclass(frozen=True)
class Entry:
    """One column in words."""

    name: str
    kind: str
    unit: str
    meaning: str
    values: str


def entries(table: Table) -> list[Entry]:
    """The columns of `table` in words, in their order."""
    return [Entry(c.name, c.kind, c.unit, c.description, _values(c)) for c in table.columns]


def _values(column: Column) -> str:
    parts = [part for part in (column.legal(), "may be infinite" if column.may_be_infinite else "") if part]
    return "; ".join([*parts, "may be empty"] if column.nullable else parts)


def dictionary(tables: Sequence[Table] | None = None) -> str:
    """The data dictionary as Markdown: for each table its writer, key, and columns with unit, meaning and values."""
    parts = [_HEAD]
    for table in tables or all_tables():
        parts.append(
            f"\n## {table.name}\n\n{table.description}\n\n"
            f"Written by: {table.writer}. Key: {', '.join(f'`{name}`' for name in table.key)}.\n\n"
            "| column | kind | unit | meaning | allowed values |\n|---|---|---|---|---|\n"
        )
        parts += [
            "| " + " | ".join(map(_cell, (f"`{e.name}`", e.kind, e.unit, e.meaning, e.values))) + " |\n"
            for e in entries(table)
        ]
    return "".join(parts)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
