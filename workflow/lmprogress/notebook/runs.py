"""A finished run in a notebook.

In: its folder. Out: its tables as frames with units, its settings.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

import pandas as pd
from pydantic import ValidationError

from lmprogress.core import tables
from lmprogress.core.errors import InputError
from lmprogress.core.settings import Config
from lmprogress.notebook.frames import with_units

_SETTINGS = "provenance/settings.json"


class Run:
    """The results of a finished run. Each table is read from its Parquet file when it is asked for.

    results: the folder `results` of the run.
    """

    def __init__(self, results: Path) -> None:
        self.results = results

    def __repr__(self) -> str:
        return f"<run in {self.results}: {len(self.names)} tables, editions {', '.join(self.editions)}>"

    @cached_property
    def settings(self) -> Config:
        """The settings that the run was made with. Raises InputError where they are not those of this version."""
        path = self.results / _SETTINGS
        try:
            return Config.model_validate(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            problem = "is not there" if isinstance(error, OSError) else "is not what this version writes"
            first = error.errors()[0]["msg"] if isinstance(error, ValidationError) else None
            raise InputError(
                problem, file=str(path), value=first, remedy="make run with the version that you import"
            ) from error

    @property
    def editions(self) -> list[str]:
        """Ways to curate the same material, in the order of the settings."""
        return list(self.settings.editions)

    @property
    def names(self) -> list[str]:
        """Tables of the run, and those of each edition, which `table` takes with an edition; sorted."""
        places = (self.results / "tables", *(self.results / "tables" / edition for edition in self.editions))
        return sorted({path.stem for place in places for path in place.glob("*.parquet")})

    def table(self, name: str, edition: str | None = None) -> pd.DataFrame:
        """A table of the run, or of one edition (records, observations, decisions; default: that of the headline).

        `attrs` of the frame hold units and descriptions of its columns. Raises InputError for a name that is not there.
        """
        path = self.results / "tables" / f"{name}.parquet"
        if edition is not None or not path.exists():
            edition = edition or self.settings.report.edition
            path = self.results / "tables" / edition / f"{name}.parquet"
        if not path.exists():
            raise InputError(
                "is no table of the run" if edition in self.editions else "is no edition of the run",
                file=str(self.results / "tables"), value=name if edition in self.editions else edition,
                remedy=f"use one of {', '.join(self.names if edition in self.editions else self.editions)}",
            )  # fmt: skip
        return with_units(tables.read(path, name), name)

    def observations(self, edition: str | None = None) -> pd.DataFrame:
        """What the laws of an edition are fitted to; `fit` takes it. The default is the edition of the headline."""
        edition = edition or self.settings.report.edition
        frame = self.table("observations", edition)
        frame.attrs["edition"] = edition
        return frame

    @property
    def headline(self) -> pd.DataFrame:
        """The verdict, one row per edition: doubling time of effective compute, its interval, what it rests on."""
        return self.table("verdict")


def open_run(folder: str | Path = "results") -> Run:
    """The finished run in `folder`, which is its folder `results` or the one that holds it.

    Raises InputError where there is no finished run.
    """
    given = Path(folder)
    for results in (given, given / "results"):
        if (results / "tables").is_dir() and (results / _SETTINGS).is_file():
            return Run(results)
    raise InputError(
        "holds no finished run", file=str(given),
        remedy="name the folder `results` of a run; make run makes one",
    )  # fmt: skip
