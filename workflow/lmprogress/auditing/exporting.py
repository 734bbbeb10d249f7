"""What the exports share: who published the run, and JSON whose bytes depend on its content alone.

In: CITATION.cff; plain data. Out: a Publication; a file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

LICENSES = {"MIT": "https://spdx.org/licenses/MIT"}


class Publication(NamedTuple):
    """Title, version, date of release, address of the licence, names of the authors."""

    title: str
    version: str
    date: str
    license: str
    authors: tuple[str, ...]

    @classmethod
    def of(cls, citation: Path) -> Publication:
        """From a CITATION.cff; KeyError where the licence has no address here."""
        said = yaml.safe_load(citation.read_text(encoding="utf-8"))
        authors = tuple(
            author.get("name") or f"{author['given-names']} {author['family-names']}" for author in said["authors"]
        )
        license_address = LICENSES[said["license"]]
        return cls(said["title"], str(said["version"]), str(said["date-released"]), license_address, authors)


def write_json(content: Mapping[str, Any], path: str | Path) -> None:
    """Write `content` to `path`: keys in their order, two spaces, a line end."""
    Path(path).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
