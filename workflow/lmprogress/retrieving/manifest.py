"""The manifest of papers: rows are added to it, what stands there stays as it is to the byte.

In: raw/papers.csv, new rows. Out: the same file with more lines.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from lmprogress.curation.raw import line_of
from lmprogress.keeping import tables
from lmprogress.keeping.schemas import table
from lmprogress.reading.papers_at_hand import Paper

COLUMNS = tuple(column.name for column in table("papers").columns)


def read_manifest(path: Path) -> pd.DataFrame:
    """The papers (schema PAPERS), in the order of the file. Raises InputError."""
    return tables.read_csv(path, "papers")


def listed_papers(path: str | Path, folder: str | Path) -> list[Paper]:
    """Every paper of the manifest and where its PDF is, or will be: <folder>/<paper_id>.pdf. Raises InputError."""
    return [
        Paper(paper_id, Path(folder) / f"{paper_id}.pdf") for paper_id in sorted(read_manifest(Path(path))["paper_id"])
    ]


def line_of_paper(papers: pd.DataFrame, row: Mapping[str, str | None]) -> int | None:
    """The line at which the paper of `row` stands already: by identifier, address, or title without regard to form."""
    same = pd.Series(False, index=papers.index)
    for column in ("paper_id", "arxiv_id", "url"):
        if row.get(column):
            same |= papers[column] == row[column]
    if row.get("title"):
        same |= papers["title"].map(_bare) == _bare(str(row["title"]))
    return line_of(int(same.to_numpy(bool).argmax())) if same.any() else None


def append_rows(path: Path, rows: Sequence[Mapping[str, str | None]]) -> None:
    """Add `rows` at the end of the file at `path`, with its line ends. The file is replaced at once or not at all."""
    content = path.read_bytes()
    end = "\r\n" if content.split(b"\n", 1)[0].endswith(b"\r") else "\n"
    lines = io.StringIO()
    writer = csv.DictWriter(lines, COLUMNS, lineterminator=end)
    writer.writerows(rows)
    missing = b"" if content.endswith(b"\n") else end.encode()
    with tables.replacing(path) as temporary:
        temporary.write_bytes(content + missing + lines.getvalue().encode("utf-8"))


def _bare(title: str) -> str:
    return re.sub(r"[\W_]+", "", title).casefold()
