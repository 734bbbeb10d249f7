"""The only door to Parquet and CSV.

In: a frame and the name of its table. Out: a file whose bytes depend on the values alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from lmprogress.core.columns import Vocabularies
from lmprogress.core.csv_text import read_cells
from lmprogress.core.errors import InputError
from lmprogress.core.replacing import replacing
from lmprogress.core.schemas import Table, table

_ARROW = {
    "string": pa.string(),
    "float": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.string(),
}


# texts that a spreadsheet takes for a formula (OWASP, CSV injection), behind any number of apostrophes
_FORMULA = r"^('*[=+\-@\t\r\n＝＋－＠])"


def arrow_schema(schema: Table) -> pa.Schema:
    """The Arrow schema of a table: types, nullability, unit and meaning of each column."""
    fields = []
    for column in schema.columns:
        about = {"description": column.description}
        if column.unit:
            about["unit"] = column.unit
        fields.append(pa.field(column.name, _ARROW[column.kind], column.nullable, about))
    return pa.schema(fields, metadata={"table": schema.name, "description": schema.description})


def write(frame: pd.DataFrame, name: str, path: str | Path) -> pd.DataFrame:
    """Check `frame` against schema `name`, sort it, and write it to `path` as Parquet.

    Returns the frame as written. Raises InputError where the schema refuses a row; then nothing is written.
    """
    schema = table(name)
    frame = schema.checked(frame, where=str(path))
    arrow = pa.Table.from_pandas(frame, schema=arrow_schema(schema), preserve_index=False)
    arrow = arrow.replace_schema_metadata({"table": schema.name, "description": schema.description})
    # an open file, since Arrow takes a path for text, and for an address where it looks like one
    with replacing(path) as temporary, temporary.open("wb") as file:
        pq.write_table(arrow, file, compression="zstd", version="2.6", write_statistics=True)
    return frame


def read(path: str | Path, name: str, **only: Collection[object]) -> pd.DataFrame:
    """Read the Parquet file at `path`, which must hold table `name`; checked again against its schema.

    `only` gives columns, and for each the values of the rows that are wanted: of a long table far cheaper than all.
    """
    schema = table(name)
    wanted = [(column, "in", list(values)) for column, values in only.items()]
    try:
        frame = pq.read_table(path, filters=wanted or None).to_pandas()
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            f"is not a readable Parquet file: {error}",
            file=str(path),
            remedy="delete the file and run again; it is rebuilt from its inputs",
        ) from error
    return schema.checked(frame, where=str(path))


def read_parts(paths: Iterable[str | Path], name: str) -> pd.DataFrame:
    """Read table `name` from its parts, one below the other."""
    return pd.concat([read(path, name) for path in paths], ignore_index=True)


def read_by_name(paths: Iterable[str | Path]) -> dict[str, pd.DataFrame]:
    """Read tables whose files have their names; those of one name are parts of one table."""
    held: dict[str, list[str | Path]] = {}
    for path in paths:
        held.setdefault(Path(path).stem, []).append(path)
    return {name: read_parts(parts, name) for name, parts in held.items()}


def read_csv(path: str | Path, name: str, vocabularies: Vocabularies | None = None) -> pd.DataFrame:
    """Read the raw CSV at `path` as table `name`; errors name the line as an editor shows it.

    `vocabularies` gives the ids that the configuration knows (benchmarks, architectures); others are refused.
    """
    return read_csv_as(table(name), path, vocabularies)[0]


def read_csv_as(
    schema: Table, path: str | Path, vocabularies: Vocabularies | None = None, **missing: str | None
) -> tuple[pd.DataFrame, list[int]]:
    """Read the CSV at `path` as a table of `schema`, and the line of each row; errors as in `read_csv`.

    `missing` gives what every cell of a column holds that the file does not have.
    """
    text = read_cells(path)
    frame = pd.DataFrame(text.rows, columns=text.header, dtype="str").replace("", None)
    frame = frame.assign(**{name: value for name, value in missing.items() if name not in frame})
    plain = {c.name: _plain(frame[c.name]) for c in schema.columns if c.kind == "string" and c.name in frame}
    return schema.parsed(frame.assign(**plain), str(path), text.lines, vocabularies), text.lines


def of_rows(rows: Sequence[Mapping[str, Any]], name: str) -> pd.DataFrame:
    """Rows of table `name` as a frame, not yet checked, which has its columns though there be no row."""
    return pd.DataFrame(rows) if rows else empty(name)


def to_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of `frame` by column, as of_rows takes them, None where a value is missing."""
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def empty(name: str) -> pd.DataFrame:
    """Table `name` without rows."""
    return _empty(name).copy()


@cache
def _empty(name: str) -> pd.DataFrame:
    return table(name).empty()


def read_by_kind(path: str | Path, name: str, vocabularies: Vocabularies | None = None) -> pd.DataFrame:
    """Read table `name` from CSV or Parquet, after the ending of `path`: what people wrote, or what a rule made."""
    return read_csv(path, name, vocabularies) if Path(path).suffix == ".csv" else read(path, name)


def write_csv(frame: pd.DataFrame, name: str, path: str | Path) -> None:
    """Write `frame`, already checked as table `name`, as CSV: floats with their shortest exact digits, true and false.

    Texts that a spreadsheet would take for a formula get an apostrophe in front. `read_csv` gives the same frame back.
    """
    with replacing(path) as temporary:
        temporary.write_text(csv_text(frame, name), encoding="utf-8", newline="\n")


def csv_text(frame: pd.DataFrame, name: str) -> str:
    """What `write_csv` writes."""
    schema = table(name)
    shown = {c.name: frame[c.name].map({True: "true", False: "false"}) for c in schema.columns if c.kind == "boolean"}
    shown |= {c.name: inert(frame[c.name]) for c in schema.columns if c.kind == "string"}
    text: str = frame.assign(**shown).to_csv(index=False, columns=[c.name for c in schema.columns], lineterminator="\n")
    return text


def inert(texts: pd.Series) -> pd.Series:
    """Texts as they stand in a CSV: an apostrophe before what would be a formula."""
    return texts.str.replace(_FORMULA, r"'\1", regex=True)


def _plain(texts: pd.Series) -> pd.Series:
    """Texts of a CSV as they are: the inverse of `inert`. What people wrote without an apostrophe stays as it is."""
    return texts.str.replace("^'" + _FORMULA[1:], r"\1", regex=True)


def write_both(frames: Mapping[str, pd.DataFrame], paths: Mapping[str, str]) -> None:
    """Write each frame as Parquet to the path under its table's name, and as CSV to the one under <name>_csv."""
    for name, frame in frames.items():
        write_csv(write(frame, name, paths[name]), name, paths[f"{name}_csv"])
