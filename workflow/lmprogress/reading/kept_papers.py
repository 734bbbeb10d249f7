"""What each PDF gave when it was last read, kept so that its neighbours in a batch are not read again with it.

In: a folder, and a digest of all that decides what a PDF gives. Out: readings, accounts of
tables and status of PDFs that still agree.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from lmprogress.core.replacing import replacing


def reader_digest(**parts: Any) -> str:
    """SHA-256 of what decides, beside the PDF, what is read in it: code, vocabulary, limits, as plain data."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class KeptPapers:
    """One file in `folder` for each PDF, named by the PDF's digest, as `reader` (a digest) read it.

    `reused` holds the digests of the PDFs found there. A file is sealed: it opens with a digest of the reader, the
    PDF's digest and what follows.
    So what other code, another PDF or a damaged disk left there is not taken. No check against the schema is needed
    beside it: the schema is part of the code.
    """

    def __init__(self, folder: Path, reader: str) -> None:
        self.folder, self.reader = folder, reader
        self.reused: set[str] = set()

    def find(self, sha256: str | None) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Any]] | None:
        """Rows of tables `readings` and `tables` and status (of `read_files`) of the PDF with this digest, else None.

        A file that does not agree is removed.
        """
        if sha256 is None:
            return None
        path = self._path(sha256)
        try:
            seal, _, content = path.read_bytes().partition(b"\n")
        except FileNotFoundError:
            return None
        if seal != self._seal(sha256, content):
            path.unlink()
            return None
        self.reused.add(sha256)
        held = json.loads(content)
        return held["readings"], held["tables"], held["status"]

    def keep(
        self, sha256: str, rows: list[dict[str, Any]], account: list[dict[str, Any]], status: dict[str, Any]
    ) -> None:
        """Keep what the PDF gave. Raises OSError where it cannot be written; then nothing is left."""
        content = json.dumps({"status": status, "readings": rows, "tables": account}).encode()
        with replacing(self._path(sha256)) as temporary:
            temporary.write_bytes(self._seal(sha256, content) + b"\n" + content)

    def line(self, status: Mapping[str, Any]) -> str:
        """What a log says of a PDF, by its row of `read_files`."""
        reused = ", kept" if status["sha256"] in self.reused else ""
        return f"{status['file']}: {status['status']}, {status['n_readings']} readings{reused}"

    def _path(self, sha256: str) -> Path:
        return self.folder / f"{sha256}.json"

    def _seal(self, sha256: str, content: bytes) -> bytes:
        about = json.dumps([self.reader, sha256]).encode()
        return hashlib.sha256(about + b"\n" + content).hexdigest().encode()


def orphans(folder: Path, digests: Collection[str]) -> Iterator[Path]:
    """Files in `folder` of PDFs that are not among `digests`, and what a killed job left half-written."""
    for path in sorted(folder.glob("*.json*")):
        if path.name.startswith(".") or path.stem not in digests:
            yield path


def other_batches(folders: Collection[Path], batches: Collection[Path]) -> list[Path]:
    """Tables in `folders` that are not of `batches`: no paper is in theirs any more."""
    return sorted({path for folder in folders for path in folder.glob("*.parquet")} - set(batches))
