"""Copies of a finished run to tamper with: hard links, so that a copy is made in no time, and files replaced whole.

In: the folder of a run. Out: a copy; edits of its tables; its manifest made anew, as one who covers tracks would.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from lmprogress.auditing.manifest import make_manifest, root_digest
from lmprogress.auditing.run_files import CONTENTS, MANIFEST, ROOT, RunFiles
from lmprogress.core import tables

Edit = Callable[[pd.DataFrame], pd.DataFrame]


class Tampered:
    """A copy of the run in `source` at `path`."""

    def __init__(self, source: Path, path: Path) -> None:
        self.path = path
        for part in ("config", "raw", "processed", "results"):
            shutil.copytree(source / part, path / part, copy_function=os.link)

    def write(self, name: str, content: bytes) -> None:
        """Put another file in the place of one; the linked original stays as it was."""
        (self.path / name).unlink(missing_ok=True)
        (self.path / name).write_bytes(content)

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace text in a file, which must hold it."""
        text = (self.path / name).read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        self.write(name, text.replace(old, new, 1).encode())

    def edit(self, name: str, edit: Edit) -> None:
        """Rewrite a Parquet file, and the CSV of results that shows the same rows."""
        held = pq.read_table(self.path / name)
        frame = edit(held.to_pandas())
        (self.path / name).unlink()
        pq.write_table(pa.Table.from_pandas(frame, schema=held.schema, preserve_index=False), self.path / name)
        csv = name.replace(".parquet", ".csv")
        if (self.path / csv).exists():
            (self.path / csv).unlink()
            tables.write_csv(frame, held.schema.metadata[b"table"].decode(), self.path / csv)

    def remove(self, *patterns: str) -> set[str]:
        """Remove the files that each glob pattern matches, some at least, and give their names."""
        removed = set[str]()
        for pattern in patterns:
            found = [path for path in self.path.glob(pattern) if path.is_file()]
            assert found, f"there is no {pattern}"
            for path in found:
                path.unlink()
            removed |= {path.relative_to(self.path).as_posix() for path in found}
        return removed

    def unlist(self, *names: str) -> None:
        """Take files off the list of what the run holds."""
        lines = (self.path / CONTENTS).read_text(encoding="utf-8").splitlines(keepends=True)
        self.write(CONTENTS, "".join(line for line in lines if line.strip() not in names).encode())

    def seal(self) -> None:
        """Make manifest and root anew."""
        manifest = make_manifest(RunFiles(self.path))
        self.write(MANIFEST, manifest.to_csv(index=False).encode())
        self.write(ROOT, f"{root_digest(manifest)}\n".encode())


def changed(column: str, by: Callable[[object], object], where: str = "") -> Edit:
    """An edit of the first row that meets the query `where`: `by` applied to its cell in `column`."""

    def edit(frame: pd.DataFrame) -> pd.DataFrame:
        row = (frame.query(where, engine="python") if where else frame).index[0]
        frame.loc[row, column] = by(frame.loc[row, column])
        return frame

    return edit


def swapped(column: str, where: str = "") -> Edit:
    """An edit that swaps the cells of `column` in the first two rows that meet `where` and differ there."""

    def edit(frame: pd.DataFrame) -> pd.DataFrame:
        rows = (frame.query(where, engine="python") if where else frame).drop_duplicates(column).index[:2]
        frame.loc[rows, column] = frame.loc[rows[::-1], column].to_numpy()
        return frame

    return edit
