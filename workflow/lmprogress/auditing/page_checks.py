"""What people and programs read beside the tables: pages and exports, made again and compared byte by byte.

In: a run; of pages, what makes them again, given from outside, since this room shares no code with the rest. Out: the
checks `pages` and `exports`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

from lmprogress.auditing.croissant import croissant
from lmprogress.auditing.exporting import Publication, as_json
from lmprogress.auditing.findings import Check
from lmprogress.auditing.prov import prov
from lmprogress.auditing.ro_crate import ro_crate
from lmprogress.auditing.run_files import RunFiles
from lmprogress.core.errors import InputError

_AGAIN = "if a table was edited, restore it; if this file was, delete it and run again: it is rewritten"
_EXPORTS = {
    "croissant.json": croissant,
    "ro-crate-metadata.json": ro_crate,
    "prov.json": lambda run, _: prov(run),
}
# letters shown on both sides of the first that differs
_AROUND = 30


class Pages(Protocol):
    """Files that are made together: what gives their bytes by path, and why they are not made, where they are not."""

    @property
    def files(self) -> tuple[str, ...]:
        """Paths from the folder of the run."""

    @property
    def make(self) -> Callable[[], Mapping[str, bytes]]:
        """Their bytes by path."""

    @property
    def skipped(self) -> str:
        """Why they cannot be compared here; empty where they can."""


def check_pages(run: RunFiles, again: Callable[[Path], Iterable[Pages]]) -> Check:
    """Pages against what their writers, called by `again`, make of the tables of this run."""
    check = Check("pages", "report, findings, defects and list of readings to review, written again and compared")
    for pages in again(run.folder):
        if pages.skipped:
            check.notes.append(f"not compared: {', '.join(pages.files)}: {pages.skipped}")
            continue
        try:
            made = pages.make()
        except (InputError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError, OSError) as error:
            told = str(error).partition("\n")[0]
            check.fail(pages.files[0], "", f"cannot be made again: {told}", "fix what the other checks name first")
            continue
        for name in pages.files:
            _compare(check, run, name, made[name])
    return check


def check_exports(run: RunFiles) -> Check:
    """Croissant, RO-Crate and PROV-JSON against what is made of the run as it stands."""
    check = Check("exports", "croissant.json, ro-crate-metadata.json and prov.json, made again and compared")
    # in the folder of the run alone, where it is one; the report keeps a copy
    citation = next((p for p in ("CITATION.cff", "results/report/CITATION.cff") if run.has(p)), None)
    if citation is None:
        check.fail("results/report/CITATION.cff", "", "is missing", _AGAIN)
        return check
    publication = Publication.of(run.folder / citation)
    for name, make in _EXPORTS.items():
        _compare(check, run, f"results/provenance/{name}", as_json(make(run, publication)).encode())
    return check


def _compare(check: Check, run: RunFiles, name: str, expected: bytes) -> None:
    check.items += 1
    if not run.has(name):
        check.fail(name, "", "is missing", "run again: it is rewritten")
        return
    held = (run.folder / name).read_bytes()
    if held == expected:
        return
    one, other = (content.decode("utf-8", "replace") for content in (held, expected))
    place = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    line = f"line {one.count(chr(10), 0, place) + 1}"
    excerpts = [text[max(place - _AROUND, 0) : place + _AROUND] for text in (one, other)]
    if all(any(letter.isspace() for letter in excerpt) for excerpt in excerpts):
        told, follows = (json.dumps(excerpt, ensure_ascii=False) for excerpt in excerpts)
        check.fail(name, line, f"says {told}, but {follows} follows from the run", _AGAIN)
    else:
        # a picture, or a compressed table
        check.fail(name, line, f"holds other data than follows from the run, from character {place + 1} on", _AGAIN)
