"""Figures to files: PDF, SVG and PNG of the same figure, equal bytes for equal figures, each saying what it shows.

In: a figure, a path without extension, the files it was drawn from. Out: three files, each complete or absent.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from matplotlib.figure import Figure

from lmprogress.core.file_digest import file_digest
from lmprogress.core.replacing import replacing
from lmprogress.core.text_files import content_digest
from lmprogress.figures.style import footed, look

# what matplotlib would write about itself and the clock; None leaves it out
_METADATA: dict[str, dict[str, None]] = {
    "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
    "svg": {"Creator": None, "Date": None},
    "png": {"Software": None},
}
# where each kind keeps a text about itself
_ABOUT = {"pdf": "Subject", "svg": "Description", "png": "Description"}


def save(
    figure: Figure, stem: str | Path, dpi: int, data: Iterable[str | Path] = (), footer: str = ""
) -> tuple[Path, ...]:
    """Write `figure` to stem.pdf, stem.svg and stem.png, with `footer` at its foot, and return the three paths.

    `dpi` (dots per inch) is the resolution of the PNG; the other two are vectors. Each file tells its name and the
    digests of `data`, the files that it was drawn from. It takes the place of an older one only when it is complete.
    """
    paths = tuple(Path(f"{stem}.{kind}") for kind in _METADATA)
    about = described(stem, data)
    with look():
        foot = footed(figure, footer)
        for path, (kind, metadata) in zip(paths, _METADATA.items(), strict=True):
            with replacing(path) as temporary:
                figure.savefig(temporary, format=kind, dpi=dpi, metadata={**metadata, _ABOUT[kind]: about})
        foot.remove()
    return paths


def described(stem: str | Path, data: Iterable[str | Path]) -> str:
    """What a figure's file says of itself: `figure=stem data=path:sha256,…`, paths quoted as in addresses, sorted."""
    # tables that people write count by what they say, however they were saved
    digests = {quote(str(path)): (content_digest if str(path).endswith(".csv") else file_digest)(path) for path in data}
    return f"figure={quote(str(stem))} data={','.join(f'{path}:{digest}' for path, digest in sorted(digests.items()))}"
