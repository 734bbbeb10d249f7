"""What the exports share: who published the run, and JSON whose bytes depend on its content alone.

In: CITATION.cff; plain data. Out: a Publication; a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml


class Publication(NamedTuple):
    """Software and data as CITATION.cff names them: title, licence by its SPDX address; version and date of both.

    study: how the study is cited that the data are taken from.
    """

    title: str
    version: str
    date: str
    license: str
    data_title: str
    data_license: str
    authors: tuple[str, ...]
    study: str

    @classmethod
    def of(cls, citation: Path) -> Publication:
        """From a CITATION.cff, whose references hold one of type data and one of type article."""
        said = yaml.safe_load(citation.read_text(encoding="utf-8"))
        references = {reference["type"]: reference for reference in said["references"]}
        data, study = references["data"], references["article"]
        place = study["identifiers"][0]["value"]
        return cls(
            title=said["title"],
            version=str(said["version"]),
            date=str(said["date-released"]),
            license=_address(said["license"]),
            data_title=data["title"],
            data_license=_address(data["license"]),
            authors=_names(said["authors"]),
            study=f"{', '.join(_names(study['authors']))}: {study['title']} ({study['year']}), {place}",
        )


def _address(license_id: str) -> str:
    return f"https://spdx.org/licenses/{license_id}"


def _names(authors: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(author.get("name") or f"{author['given-names']} {author['family-names']}" for author in authors)


def as_json(content: Mapping[str, Any]) -> str:
    """`content` as JSON: keys in their order, two spaces, a line end."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def write_json(content: Mapping[str, Any], path: str | Path) -> None:
    """Write `content` to `path`, as `as_json` gives it."""
    Path(path).write_text(as_json(content), encoding="utf-8")
