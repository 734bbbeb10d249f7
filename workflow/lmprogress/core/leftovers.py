"""What earlier runs left in results/: removed where they sealed it, set aside where they did not.

In: the folder of a run, and what this run makes. Out: the same without leftovers, and what became of them in words.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

from lmprogress.core.file_digest import file_digest

SET_ASIDE = "results/set_aside"
_SEALED = "results/provenance/manifest.csv"
# the engine's own, in a folder that a rule made
_STAMP = ".snakemake_timestamp"


def clear_leftovers(folder: Path, made: Collection[str]) -> Iterator[str]:
    """Clear the folders of results that a run fills of all that it does not make; say so in lines before it is done.

    A file that an earlier run sealed, unchanged since, is removed. Any other may be somebody's own: it moves to
    results/set_aside/. made: files and folders that this run makes, as paths below `folder`.
    """
    found = sorted(_leftovers(folder, made))
    sealed = _sealed(folder)
    removed = [name for name in found if sealed.get(name) == file_digest(folder / name)]
    set_aside = [name for name in found if name not in set(removed)]
    if removed:
        yield f"lmprogress: removing what an earlier run made and this one does not: {_counted(removed)}"
    if set_aside:
        yield f"lmprogress: moving to {SET_ASIDE} what no rule makes: {_counted(set_aside)}"
    for name in removed:
        (folder / name).unlink(missing_ok=True)
    for name in set_aside:
        target = _free(folder / SET_ASIDE / Path(name).relative_to("results"))
        target.parent.mkdir(parents=True, exist_ok=True)
        (folder / name).rename(target)
    for place in sorted((path for top in _filled(made) for path in (folder / top).rglob("*")), reverse=True):
        own = place.relative_to(folder).as_posix() in made
        if place.is_dir() and not own and {path.name for path in place.iterdir()} <= {_STAMP}:
            (place / _STAMP).unlink(missing_ok=True)
            place.rmdir()


def _filled(made: Collection[str]) -> set[Path]:
    """The folders of results that files of `made` are in."""
    return {Path(*Path(name).parts[:2]) for name in made if name.startswith("results/") and name.count("/") > 1}


def _leftovers(folder: Path, made: Collection[str]) -> Iterator[str]:
    whole = set(made)
    for place in _filled(made):
        for path in (folder / place).rglob("*"):
            name = path.relative_to(folder).as_posix()
            hidden = any(piece.startswith(".") for piece in name.split("/"))
            if path.is_file() and not hidden and not whole & {name, *map(Path.as_posix, Path(name).parents)}:
                yield name


def _sealed(folder: Path) -> dict[str, str]:
    """The digest of each file that the last run sealed; none where there is no manifest that can be read."""
    try:
        with (folder / _SEALED).open(encoding="utf-8", newline="") as file:
            return {row["path"]: row["sha256"] for row in csv.DictReader(file)}
    except (OSError, UnicodeDecodeError, csv.Error, KeyError):
        return {}


def _free(path: Path) -> Path:
    """`path`, or where there is something, the next free name beside it."""
    number, free = 1, path
    while free.exists():
        number, free = number + 1, path.with_name(f"{path.stem}-{number + 1}{path.suffix}")
    return free


def _counted(names: Collection[str]) -> str:
    """Names of a few files; of more, how many in which folder."""
    if len(names) <= 3:
        return ", ".join(names)
    places = Counter(Path(name).parent.as_posix() for name in names)
    return ", ".join(f"{place}/ ({count} file{'s' if count > 1 else ''})" for place, count in sorted(places.items()))
