"""Checks that passed are not made again while nothing that they depend on has changed.

In: a file that remembers, and digests of what a check depends on. Out: whether the check has to be made.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from lmprogress.core.replacing import replacing


@contextlib.contextmanager
def unless_passed(memory: str | Path, state: Iterable[str]) -> Iterator[bool]:
    """Give whether the check has to be made; where the block ends well, `state` is remembered in the file `memory`.

    state: everything that the check depends on, as text. Where the file cannot be written, each process checks.
    """
    memory = Path(memory)
    digest = hashlib.sha256("\0".join(state).encode()).hexdigest()
    try:
        passed = memory.read_text(encoding="ascii") == digest
    except (OSError, ValueError):
        passed = False
    yield not passed
    if not passed:
        with contextlib.suppress(OSError), replacing(memory) as temporary:
            temporary.write_text(digest, encoding="ascii")
