"""One run at a time in one folder; the system frees the lock when a run ends, however it ends.

In: the file of the lock. Out: nothing, or an InputError that names the other run.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from lmprogress.core.errors import InputError

_HELD: list[int] = []  # open for as long as this process lives


def hold_run_lock(path: str | Path) -> None:
    """Hold the lock at `path` until this process ends. Raises InputError where another process holds it."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        number = os.read(descriptor, 20).decode("ascii", "replace").strip()
        os.close(descriptor)
        raise InputError(
            f"another run is at work in this folder, as process {number or 'unknown'}",
            file=str(path),
            remedy="wait until it has ended, or stop it; a run that was killed holds no lock",
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode("ascii"))
    _HELD.append(descriptor)
