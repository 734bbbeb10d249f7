"""Where compiled code is kept: one folder for each state of the sources, so that what is loaded is never of other code.

In: a function of this package. Out: the same, compiled by numba when it is first called.

numba itself compiles again when the file of a function changes, but not when a constant does that the file imports.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import _CacheLocator

from lmprogress.core.code_digest import source_digest

# states of one file whose compiled code is kept: that in use, and those before it, which a branch may go back to
_STATES = 3


def compiled(**options: Any) -> Callable[[Any], Any]:
    """Give a decorator: `function` compiled when it is first called, with numba's `options`, and kept on disk.

    Where no folder can be written to, a warning says so once, and each process compiles for itself.
    """

    def decorated(function: Any) -> Any:
        kept = _folder(function.__code__.co_filename) is not None
        config: Any = numba.config
        others = config.CACHE_LOCATOR_CLASSES
        # read when the decorator is applied; other users of numba keep their own
        config.CACHE_LOCATOR_CLASSES = f"{__name__}.{_Locator.__name__}"
        try:
            return numba.njit(cache=kept, **options)(function)
        finally:
            config.CACHE_LOCATOR_CLASSES = others

    return decorated


class _Locator(_CacheLocator):
    """Tells numba where the compiled code of a function is kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def from_function(cls, function: Any, file: str) -> _Locator | None:
        """A locator for `function` of the source `file`; none where nothing can be kept."""
        folder = _folder(file)
        return cls(folder) if folder else None

    def get_cache_path(self) -> str:
        """The folder."""
        return str(self._folder)

    def get_source_stamp(self) -> str:
        """The state of the sources, which the folder is named after."""
        return self._folder.name

    def get_disambiguator(self) -> str:
        """Nothing: no two functions of a file have one name."""
        return "0"


@cache
def _folder(file: str) -> Path | None:
    """Where the compiled code of the source `file` is kept, in its present state; None where nothing can be written.

    That is beside the source, or in NUMBA_CACHE_DIR, or, where neither is to be had, among the user's caches. What was
    compiled beside a source that cannot be written to is taken along.
    """
    source = Path(file)
    name = f"{source.stem}-{source_digest(source)[:16]}"
    beside = source.parent / "__pycache__/compiled"
    for root in [Path(given)] if (given := os.environ.get("NUMBA_CACHE_DIR")) else [beside, _users_caches()]:
        place = root / name
        fresh = not place.exists()
        try:
            if fresh and root != beside and (beside / name).is_dir():
                _copy(beside / name, place)
            place.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=place).close()
        except OSError:
            continue
        if fresh:
            _remove_old(root, source.stem)
        return place
    _warn()
    return None


def _users_caches() -> Path:
    given = os.environ.get("XDG_CACHE_HOME")
    return (Path(given) if given else Path("~/.cache").expanduser()) / "lmprogress/compiled"


def _copy(source: Path, target: Path) -> None:
    """Copy a folder so that no other process sees half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".") as temporary:
        shutil.copytree(source, Path(temporary) / target.name)
        with contextlib.suppress(FileExistsError, NotADirectoryError):  # another process was faster
            (Path(temporary) / target.name).rename(target)


def _remove_old(root: Path, stem: str) -> None:
    """Remove the compiled code of all but the last states of a source; a process that uses it compiles again."""
    states = sorted(root.glob(f"{stem}-*"), key=lambda path: (path.stat().st_mtime, path.name), reverse=True)
    for state in states[_STATES:]:
        shutil.rmtree(state, ignore_errors=True)


@cache
def _warn() -> None:
    message = "compiled code cannot be kept, so each job compiles for itself, some 20 s"
    warnings.warn(f"{message}: set NUMBA_CACHE_DIR to a folder that can be written to", stacklevel=2)
