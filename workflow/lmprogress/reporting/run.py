"""What the report is made of.

In: frames, figures, names. Out: one value that every page is made from.
"""

from __future__ import annotations

import os.path
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from lmprogress.core.schemas import table
from lmprogress.core.settings import MainFit
from lmprogress.reporting.figures import Figure
from lmprogress.reporting.links import Address
from lmprogress.reporting.records import EditionTables


@dataclass(frozen=True)
class File:
    """A table as files: the name for people, its schema, and where Parquet and CSV stand, from the run's folder."""

    name: str
    schema: str
    parquet: str
    csv: str


@dataclass(frozen=True)
class Run:
    """What a run made. Result tables (schemas of their names), evidence and findings may be missing.

    about: what each edition is.
    """

    editions: Mapping[str, EditionTables]
    read_editions: Sequence[str]
    readings: pd.DataFrame
    links: pd.DataFrame
    papers: Mapping[str, Address]
    evidence: pd.DataFrame | None
    results: Mapping[str, pd.DataFrame]
    figures: Sequence[Figure]
    files: Sequence[File]
    findings: str | None
    main: MainFit
    shown_edition: str
    interval_percent: float
    benchmarks: Mapping[str, str]
    architectures: Mapping[str, str]
    # docs/method.md
    method: str | None = None
    crops: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    # raw: the tables that people write (RawTables); settings: explorer.explorer_settings
    explored: Mapping[str, Any] | None = None
    # over the Parquet files of `files` (loading.tables_digest)
    tables_digest: str | None = None


def seen_from(folder: Path, path: str) -> str:
    """`path` as an address relative to `folder`, both from the same place."""
    return Path(os.path.relpath(path, folder)).as_posix()


def file_links(file: File, folder: Path) -> dict[str, str]:
    """What a page in `folder` says of `file`: its name, schema, description, and addresses."""
    return {
        "name": file.name,
        "meaning": file.schema,
        "about": table(file.schema).description,
        "csv": seen_from(folder, file.csv),
        "parquet": seen_from(folder, file.parquet),
    }
