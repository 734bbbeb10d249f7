"""Files that are whole or not there.

In: a path. Out: the file at it, once it is complete. Loads no library, for jobs that need none.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# the names that `replacing` gives: a dot, the name that is to be with its ending, and what makes it the only one
_TEMPORARY = re.compile(r"\..+\.[a-z]+\.[a-z0-9_]{8}")


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside `path` that takes its place only when the block ends well."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def remove_abandoned(*folders: str | Path) -> None:
    """Remove what `replacing` left below `folders` in a process that was killed. None may be at work there."""
    for folder in folders:
        for place, _, names in os.walk(folder):
            for name in filter(_TEMPORARY.fullmatch, names):
                (Path(place) / name).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
