"""Work on files that come from anywhere, in processes with limits, so that none can end the run or hang it.

In: a function and its arguments. Out: what it gives, or how it was ended.
"""

from __future__ import annotations

import contextlib
import resource
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from lmprogress.core.settings import ReadingLimits

# Processor time decides, which counts the same on a busy machine. The clock is for what waits without working, such as
# a disk that does not answer: so many times the limit, and so many seconds at least.
_PATIENCE = 30
_LEAST_PATIENCE = 600.0


class Ended(Exception):
    """A task that its limits ended, or that ended its process; `status` is one of table `paper_statuses`."""

    def __init__(self, status: str, detail: str) -> None:
        self.status, self.detail = status, detail
        super().__init__(f"{status}: {detail}")


class LimitedPool:
    """`jobs` processes, in which each task may take limits.seconds of processor time and limits.megabytes of memory.

    A task that has gone over them costs its process, and no other task. Left by an exception, as of Ctrl-C, the pool
    ends what still runs.
    """

    def __init__(self, limits: ReadingLimits, jobs: int = 1) -> None:
        self.limits = limits
        self._patience = max(_PATIENCE * limits.seconds, _LEAST_PATIENCE)
        self._pool = ProcessPool(max_workers=jobs, initializer=_let_timer_end)

    def __enter__(self) -> LimitedPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._pool.close()
        else:
            self._pool.stop()
        self._pool.join()

    def begin(self, function: Callable[..., Any], *arguments: Any) -> ProcessFuture:
        """Begin a task as soon as a process is free; function and arguments must be such as can be pickled."""
        return self._pool.schedule(_limited, (self.limits, function, arguments), timeout=self._patience)

    def result(self, task: ProcessFuture) -> Any:
        """What the task gives. Raises Ended, or what the function raised."""
        try:
            return task.result()
        except FutureTimeoutError:
            raise Ended("timeout", f"did not end within {self._patience:g} s on the clock") from None
        except MemoryError:
            raise self._out_of_memory() from None
        except ProcessExpired as error:
            if error.exitcode == -signal.SIGPROF:
                raise Ended("timeout", f"took longer than {self.limits.seconds:g} s of processor time") from None
            if error.exitcode == -signal.SIGABRT:  # how the PDF library ends when it gets no more memory
                raise self._out_of_memory() from None
            raise Ended("damaged", f"ended the process that read it (exit code {error.exitcode})") from None

    def _out_of_memory(self) -> Ended:
        return Ended("out_of_memory", f"needed more than {self.limits.megabytes} MB")


def _let_timer_end() -> None:
    # ends the process even in the midst of the PDF library, where no handler of Python's would be called
    signal.signal(signal.SIGPROF, signal.SIG_DFL)


def _limited(limits: ReadingLimits, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    with _memory(limits.megabytes):
        signal.setitimer(signal.ITIMER_PROF, limits.seconds)
        try:
            return function(*arguments)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)


@contextmanager
def _memory(megabytes: int) -> Iterator[None]:
    """Limit the address space to so much beyond what this process has, from its parent and from earlier tasks."""
    statm = Path("/proc/self/statm")
    held = int(statm.read_text(encoding="ascii").split()[0]) * resource.getpagesize() if statm.exists() else 0
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = held + megabytes * 2**20
    if soft != resource.RLIM_INFINITY:
        most = min(most, soft)  # a limit that the user has set stays
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    try:
        yield
    finally:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
