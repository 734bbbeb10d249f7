"""Where the project's own files are: commands that need no run work in any folder.

In: a path as it stands in the project's folder. Out: the file of this folder, where it is such a one, or the one that
comes with the package.
"""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

from lmprogress.core.errors import InputError

# what such a folder holds; one that lacks a single of them is damaged, and told so by whoever reads that file
_MARKS = ("config/config.yaml", "config/models.yaml", "config/reading.yaml", "raw/papers.csv")
# where data-files of pyproject.toml puts them
_SHIPPED = "share/lmprogress"


def is_project(folder: Path) -> bool:
    """Whether `folder` is one of lmprogress: of what marks it, one file at most is missing."""
    return sum((folder / mark).is_file() for mark in _MARKS) >= len(_MARKS) - 1


def in_project(path: str | Path, folder: Path = Path()) -> Path:
    """`path` in `folder`. Raises InputError where `folder` is not one of lmprogress."""
    if not is_project(folder):
        checkout = _checkout()
        wanted = "change to one" if folder == Path() else "name one"
        place = f", such as {checkout}" if checkout else ": it holds Snakefile, config and raw"
        raise InputError("this is not an lmprogress folder", file=str(folder.absolute()), remedy=wanted + place)
    return folder / path


def project_file(path: str) -> Path:
    """`path` of this folder, where it is one of lmprogress; else as it comes with the package.

    An editable install has the files in its checkout, any other beside its scripts, where the installer put them.
    Raises InputError where they are in neither.
    """
    if is_project(Path()):
        return Path(path)
    if checkout := _checkout():
        return checkout / path
    try:
        files = importlib.metadata.files("lmprogress") or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.as_posix().endswith(f"{_SHIPPED}/{path}"):
            return Path(str(file.locate())).resolve()
    raise InputError("did not come with the package", file=path, remedy="change to an lmprogress folder, or reinstall")


def _checkout() -> Path | None:
    """The folder that this package is imported from, where it is one of lmprogress."""
    folder = Path(__file__).resolve().parents[3]
    return folder if is_project(folder) else None
