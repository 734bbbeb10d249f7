"""What a person sees while many papers are read: how many are done, the time left, what went wrong.

In: one status after another. Out: a line that renews itself on a terminal; elsewhere a line only for what went wrong.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from types import TracebackType
from typing import Any, TextIO


class PaperProgress:
    """Follow the reading of `total` papers on `stream`."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self.total, self.stream = total, stream
        self.statuses: Counter[str] = Counter()
        self.started = time.monotonic()
        self.live = stream.isatty()

    def __enter__(self) -> PaperProgress:
        return self

    def told(self, status: Mapping[str, Any]) -> None:
        """Count one paper; say in one line what went wrong with it."""
        self.statuses[status["status"]] += 1
        if status["status"] not in ("read", "no_tables"):
            detail = f": {status['detail']}" if status.get("detail") else ""
            self._clear()
            print(f"{status['file']}: {status['status']}{detail}", file=self.stream)
        if self.live:
            done = self.statuses.total()
            left = (time.monotonic() - self.started) / done * (self.total - done)
            print(f"\r{done}/{self.total} papers, {left:.0f} s left ", end="", file=self.stream, flush=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clear()

    def _clear(self) -> None:
        if self.live:
            print("\r\033[K", end="", file=self.stream, flush=True)
