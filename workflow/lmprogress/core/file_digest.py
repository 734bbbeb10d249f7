"""The digest of a file's bytes.

In: a path. Out: 64 hexadecimal digits.
"""

from __future__ import annotations

import hashlib
from pathlib import Path


def file_digest(path: str | Path) -> str:
    """SHA-256 of the file at `path`, read piece by piece. Raises OSError where it cannot be read."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
