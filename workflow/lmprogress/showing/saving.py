"""Figures to files: PDF, SVG and PNG of the same figure, equal bytes for equal figures.

In: a figure and a path without extension. Out: three files, each complete or absent.
"""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from lmprogress.keeping.tables import replacing
from lmprogress.showing.style import look

# what matplotlib would write about itself and the clock; None leaves it out
_METADATA: dict[str, dict[str, None]] = {
    "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
    "svg": {"Creator": None, "Date": None},
    "png": {"Software": None},
}


def save(figure: Figure, stem: str | Path, dpi: int) -> tuple[Path, ...]:
    """Write `figure` to stem.pdf, stem.svg and stem.png and return the three paths.

    `dpi` (dots per inch) is the resolution of the PNG; the other two are vectors. A file takes the place of an
    older one only when it is complete.
    """
    paths = tuple(Path(f"{stem}.{kind}") for kind in _METADATA)
    for path, (kind, metadata) in zip(paths, _METADATA.items(), strict=True):
        with look(), replacing(path) as temporary:
            figure.savefig(temporary, format=kind, dpi=dpi, metadata=metadata)
    return paths
