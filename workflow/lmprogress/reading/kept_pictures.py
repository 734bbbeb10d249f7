"""Pictures that were drawn before, kept so that one more paper does not have those of all others drawn again.

In: a folder, and a digest of the code that draws. Out: PNG files by PDF and place, each checked by its digest; by page
why it cannot be drawn.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Collection
from pathlib import Path

from lmprogress.core.replacing import replacing
from lmprogress.core.settings import ReadingLimits

_LENGTH = 20  # hexadecimal digits of a digest in a name


class KeptPictures:
    """One folder for each PDF, in one for each state of the code; a file is named by its place and its own digest.

    So what other code drew, what another PDF shows, and what a disk or a person has changed is not taken.
    """

    def __init__(self, folder: Path, drawer: str) -> None:
        self.folder, self.drawer = folder, drawer[:_LENGTH]

    def find(self, sha256: str, place: tuple[float, ...]) -> tuple[bytes, Path] | None:
        """The picture of `place` (page and box) in the PDF with digest `sha256`, and its file; None where none is kept.

        A file that is not what its name says is removed.
        """
        for path in self._pdf(sha256).glob(f"{_short(place)}-*.png"):
            content = path.read_bytes()
            if path.stem.endswith(hashlib.sha256(content).hexdigest()[:_LENGTH]):
                return content, path
            path.unlink(missing_ok=True)
        return None

    def keep(self, sha256: str, place: tuple[float, ...], png: bytes) -> Path:
        """Keep a picture; its file. Raises OSError where it cannot be written; then nothing is left."""
        path = self._pdf(sha256) / f"{_short(place)}-{hashlib.sha256(png).hexdigest()[:_LENGTH]}.png"
        with replacing(path) as temporary:
            temporary.write_bytes(png)
        return path

    def trouble(self, sha256: str, page: int, limits: ReadingLimits) -> str | None:
        """Why `page` could not be drawn within `limits` before; None where it was not tried."""
        path = self._trouble(sha256, page, limits)
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def keep_trouble(self, sha256: str, page: int, limits: ReadingLimits, trouble: str) -> None:
        """Keep why `page` cannot be drawn within `limits`, which takes as long each time."""
        with replacing(self._trouble(sha256, page, limits)) as temporary:
            temporary.write_text(trouble, encoding="utf-8")

    def remove_others(self, digests: Collection[str]) -> None:
        """Remove what other code drew, and the pictures of PDFs whose digest is not among `digests`."""
        wanted = {digest[:_LENGTH] for digest in digests}
        for folder in [*self.folder.glob("*"), *(self.folder / self.drawer).glob("*")]:
            if folder.name not in wanted | {self.drawer}:
                shutil.rmtree(folder, ignore_errors=True)

    def _trouble(self, sha256: str, page: int, limits: ReadingLimits) -> Path:
        return self._pdf(sha256) / f"{_short((page, *limits.model_dump().values()))}.txt"

    def _pdf(self, sha256: str) -> Path:
        return self.folder / self.drawer / sha256[:_LENGTH]


def _short(place: tuple[float, ...]) -> str:
    return hashlib.sha256(json.dumps(place).encode()).hexdigest()[:_LENGTH]
