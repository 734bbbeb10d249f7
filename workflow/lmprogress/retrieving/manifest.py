"""The manifest of papers: rows are added one after another, and what stands there stays as it is to the byte.

In: raw/papers.csv, a new row. Out: the same file with one line more.
"""

from __future__ import annotations

import csv
import fcntl
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.errors import InputError
from lmprogress.core.schemas import table
from lmprogress.core.text_files import normalised
from lmprogress.curation.raw import line_of


def read_manifest(path: Path) -> pd.DataFrame:
    """The papers (schema PAPERS), in the order of the file. Raises InputError."""
    return tables.read_csv(path, "papers")


def listed_files(path: str | Path) -> list[str]:
    """The name that the PDF of each paper of the manifest has, or will have. Raises InputError."""
    return sorted(f"{paper_id}.pdf" for paper_id in read_manifest(Path(path))["paper_id"])


def row_of_paper(papers: pd.DataFrame, row: Mapping[str, str | None]) -> int | None:
    """The row, from 0, at which the paper of `row` stands: by identifier, address, or title without regard to form."""
    same = pd.Series(False, index=papers.index)
    for column in ("paper_id", "arxiv_id", "url"):
        if row.get(column):
            same |= papers[column] == row[column]
    if row.get("title"):
        same |= papers["title"].map(_bare) == _bare(str(row["title"]))
    return int(same.to_numpy(bool).argmax()) if same.any() else None


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file at `path` alone: others who ask for it wait. Raises InputError where it cannot be written.

    The lock is the system's and ends with the process. It lies on the file itself, which is replaced when a row is
    added, so it is taken again where that happened while this process waited.
    """
    while True:
        try:
            descriptor = os.open(path, os.O_RDWR)
        except OSError as error:
            raise InputError(
                f"cannot be written: {error.strerror}", file=str(path), remedy="restore it, or fix its permissions"
            ) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if path.exists() and os.path.samestat(os.fstat(descriptor), os.stat(path)):
                yield
                return
        finally:
            os.close(descriptor)


def append_row(path: Path, row: Mapping[str, str | None], name: str = "papers") -> int:
    """Add `row` as `append_rows` does; the line where it stands."""
    return append_rows(path, [row], name)


def append_rows(path: Path, rows: Sequence[Mapping[str, str | None]], name: str) -> int:
    """Add `rows` at the end of the file at `path` of table `name`, with its line ends; the line of the first.

    The file is replaced at once or not at all. Raises InputError, and changes nothing, where the table refuses one.
    """
    content = path.read_bytes()
    whole = content.endswith((b"\n", b"\r"))
    line = normalised(content).count(b"\n") + (1 if whole else 2)
    columns = [column.name for column in table(name).columns]
    new = pd.DataFrame(rows, columns=columns, dtype="str")
    table(name).parsed(new, str(path), [line + place for place in range(len(rows))])
    end = "\r\n" if content.split(b"\n", 1)[0].endswith(b"\r") else "\n"
    said = io.StringIO()
    csv.writer(said, lineterminator=end).writerows(new.apply(tables.inert).fillna("").to_numpy())
    missing = b"" if whole else end.encode()
    with tables.replacing(path) as temporary:
        temporary.write_bytes(content + missing + said.getvalue().encode("utf-8"))
    return line


def fill_row(path: Path, row: int, cells: Mapping[str, str]) -> None:
    """Write `cells` into the row, from 0, of the file at `path`; all other lines stay as they are to the byte."""
    lines = path.read_bytes().splitlines(keepends=True)
    place = line_of(row) - 1
    end = lines[place][len(lines[place].rstrip(b"\r\n")) :]
    header, held = (next(csv.reader([lines[i].decode("utf-8-sig").rstrip("\r\n")])) for i in (0, place))
    said = io.StringIO()
    csv.DictWriter(said, header, lineterminator="").writerow({**dict(zip(header, held, strict=True)), **cells})
    lines[place] = said.getvalue().encode("utf-8") + end
    with tables.replacing(path) as temporary:
        temporary.write_bytes(b"".join(lines))


def _bare(title: str) -> str:
    return re.sub(r"[\W_]+", "", title).casefold()
