"""The tables of a finished run, read when they are asked for.

In: the folder in which the workflow ran. Out: frames, or an InputError that says what to run first.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.errors import InputError
from lmprogress.core.settings import Reading, ReadingLimits, load_yaml

STEPS = ("assemble", "correct", "exclude", "deduplicate", "cap")


class FinishedRun:
    """What a run in `folder` wrote. Each table is read once; InputError where it is not there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def editions(self) -> list[str]:
        """Editions that have observations, in the order of their names."""
        found = sorted(path.parent.name for path in (self.folder / "processed").glob("*/observations.parquet"))
        if not found:
            raise InputError(
                "holds no finished run",
                file=str(self.folder / "processed"),
                remedy="go to the folder of the workflow, and let it run there: make run",
            )
        return found

    @cached_property
    def records(self) -> dict[str, pd.DataFrame]:
        """Records with corrected values by edition (schema RECORDS)."""
        return {e: self._read(f"processed/{e}/records_corrected.parquet", "records") for e in self.editions}

    @cached_property
    def observations(self) -> dict[str, pd.DataFrame]:
        """Observations by edition (schema OBSERVATIONS)."""
        return {e: self._read(f"processed/{e}/observations.parquet", "observations") for e in self.editions}

    @cached_property
    def decisions(self) -> dict[str, pd.DataFrame]:
        """Decisions of all steps, in the order of the chain, by edition (schema DECISIONS)."""
        return {
            e: pd.concat([self._read(f"processed/{e}/decisions/{step}.parquet", "decisions") for step in STEPS])
            for e in self.editions
        }

    @cached_property
    def readings(self) -> pd.DataFrame:
        """Readings (schema READINGS)."""
        return self._read("processed/readings.parquet", "readings")

    @cached_property
    def links(self) -> pd.DataFrame:
        """Links (schema LINKS)."""
        return self._read("processed/linked/links.parquet", "links")

    @cached_property
    def statuses(self) -> pd.DataFrame:
        """How the reading of each paper went (schema PAPER_STATUSES)."""
        return self._read("processed/paper_statuses.parquet", "paper_statuses")

    @cached_property
    def papers(self) -> pd.DataFrame:
        """The manifest, and what was linked of papers that it does not name (schema PAPERS)."""
        both = [
            tables.read_csv(self.folder / "raw/papers.csv", "papers"),
            self._read("processed/linked/papers.parquet", "papers"),
        ]
        return pd.concat(both).drop_duplicates("paper_id")

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """Evidence (schema EVIDENCE)."""
        return self._read("results/tables/evidence.parquet", "evidence")

    @cached_property
    def laws(self) -> dict[str, Any]:
        """The specifications of config/models.yaml, as they stand there."""
        return dict(load_yaml(self.folder / "config/models.yaml")["specifications"])

    @cached_property
    def papers_folder(self) -> Path | None:
        """The folder of PDFs that the run was given; None where it had none, or does not say."""
        path = self.folder / "results/provenance/papers_folder.txt"
        given = path.read_text(encoding="utf-8").strip() if path.exists() else ""
        return self.folder / {"arxiv": "raw/pdf"}.get(given, given) if given else None

    @cached_property
    def picture_limits(self) -> ReadingLimits:
        """What the picture of a page may cost, by the settings of the run."""
        return Reading.model_validate(self._settings["reading"]).picture_limits

    @property
    def shown_edition(self) -> str:
        """The edition of the headline, by the settings of the run."""
        return str(self._settings["report"]["edition"])

    @cached_property
    def _settings(self) -> dict[str, Any]:
        path = self.folder / "results/provenance/settings.json"
        if not path.exists():
            raise InputError("is not there", file=str(path), remedy="let the workflow run to its end: make run")
        return dict(json.loads(path.read_text(encoding="utf-8")))

    def result(self, name: str) -> pd.DataFrame | None:
        """The table `name` of results/tables; None where there is none."""
        path = self.folder / "results/tables" / f"{name}.parquet"
        return self._read(str(path.relative_to(self.folder)), name) if path.exists() else None

    @cached_property
    def result_names(self) -> list[str]:
        """Tables of results/tables."""
        return sorted(path.stem for path in (self.folder / "results/tables").glob("*.parquet"))

    def _read(self, path: str, name: str) -> pd.DataFrame:
        if not (self.folder / path).exists():
            raise InputError(
                "is not there", file=str(self.folder / path), remedy="let the workflow run to its end: make run"
            )
        return tables.read(self.folder / path, name)
