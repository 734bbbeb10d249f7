"""Figures: each in all its kinds, under its own name, drawn from the data that the run holds.

In: a run. Out: the check `figures`.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles

# what a figure of each kind begins with
_MAGIC = {"png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-", "svg": b"<?xml"}
# what it says of itself, in whatever its kind keeps texts in
_ABOUT = re.compile(rb"figure=([\w%./~-]+) data=((?:[\w%./~-]+:[0-9a-f]{64},?)*)")
_REDRAW = "delete the figure and run again: it is redrawn from its data"


def check_figures(run: RunFiles) -> Check:
    """Every figure is there as PNG, PDF and SVG, and says its own name and the digests of the data of this run."""
    check = Check("figures", "each figure in its kinds, its name, and digests of the data it was drawn from")
    stems = {name.rpartition(".")[0] for name in run if name.startswith("results/figures/")}
    digests: dict[str, str] = {}
    for stem in sorted(stems):
        for kind, magic in _MAGIC.items():
            check.items += 1
            name = f"{stem}.{kind}"
            if not run.has(name):
                check.fail(name, "", "is missing beside the figure's other kinds", _REDRAW)
                continue
            content = (run.folder / name).read_bytes()
            if not content.startswith(magic):
                check.fail(name, "", f"is no {kind.upper()} file", _REDRAW)
                continue
            about = _ABOUT.search(content)
            if about is None:
                check.fail(name, "", "does not say what it was drawn from", _REDRAW)
                continue
            if (said := unquote(about[1].decode())) != stem:
                check.fail(name, "", f"is the figure {said}", _REDRAW)
            for entry in filter(None, about[2].decode().split(",")):
                path, _, digest = entry.rpartition(":")
                source = unquote(path)
                check.items += 1
                if not _inside(source) or not run.has(source):
                    check.fail(name, source, "was drawn from a file that is not there", _REDRAW)
                elif digests.setdefault(source, run.digest(source)) != digest:
                    check.fail(name, source, "was drawn from other data than the run holds", _REDRAW)
    return check


def _inside(path: str) -> bool:
    """Whether a path names a file of the run: a figure may say anything."""
    return not Path(path).is_absolute() and ".." not in Path(path).parts
