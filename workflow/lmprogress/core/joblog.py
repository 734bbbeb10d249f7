"""What a rule's script says goes to its log, and bad input is told without a stack trace.

In: the path of the log. Out: everything printed or warned inside the block, and the error that ended it.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

from lmprogress.core.errors import InputError

# what a place may lack, by the system's number, and what to do about it
_ROOM = "make room there and run again; what is whole is kept"
_RIGHTS = "make it writable and run again"
_PLACE = {errno.ENOSPC: _ROOM, errno.EDQUOT: _ROOM, errno.EROFS: _RIGHTS, errno.EACCES: _RIGHTS, errno.EPERM: _RIGHTS}
# new objects between two passes of the garbage collector; Python's 700 suit programs that run for long
_ALLOCATIONS = 20_000


@contextlib.contextmanager
def logged(path: str | Path) -> Iterator[None]:
    """Send stdout and stderr of the block to the file at `path`; end the process with status 1 on an error."""
    # what was imported stays to the end of the job: the collector need not go through it again and again
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with (
        Path(path).open("w", encoding="utf-8", errors="backslashreplace") as log,
        contextlib.redirect_stdout(log),
        contextlib.redirect_stderr(log),
    ):
        try:
            yield
        except InputError as error:
            print(error, file=log)
            sys.exit(1)
        except OSError as error:
            if error.errno not in _PLACE:
                traceback.print_exc(file=log)
            else:
                place = error.filename or "a file of this step"
                print(
                    InputError(f"cannot be written: {error.strerror}", file=place, remedy=_PLACE[error.errno]), file=log
                )
            sys.exit(1)
        except Exception:
            traceback.print_exc(file=log)
            sys.exit(1)
