"""The edition `reviewed`: a curated edition, and the systems that people accepted in raw/verdicts.csv.

In: raw tables, verdicts, the edition that it extends. Out: raw tables with the accepted systems, for the same curation.
"""

from __future__ import annotations

import pandas as pd

from lmprogress.core.schemas.raw import EVALUATIONS, SYSTEMS
from lmprogress.core.schemas.shared import LINKED_FACTS
from lmprogress.core.settings import Config
from lmprogress.curation.raw import RawTables, line_of

_FILE = "raw/verdicts.csv"


def accepted(verdicts: pd.DataFrame) -> pd.DataFrame:
    """The verdicts (schema VERDICTS) that let a system in: accept or correct, and the last one on their reading."""
    last = verdicts.sort_values("number").drop_duplicates("reading_id", keep="last")
    return last[last["verdict"].isin(["accept", "correct"])]


def with_accepted(raw: RawTables, name: str, extends: str) -> RawTables:
    """`raw` as the edition `name` takes it: accepted systems below those of raw/systems.csv; what is corrected or
    excluded by name in the edition `extends` is so in `name`.

    Accepted systems have their kind, protocol and adaptation (LINKED_FACTS); those of raw/systems.csv have none.
    """
    chosen = accepted(raw.verdicts)
    lines = pd.Series([line_of(row) for row in range(len(raw.verdicts))], index=raw.verdicts.index)[chosen.index]
    places = chosen["paper_id"] + ", page " + chosen["page"].astype("str")
    source = _FILE + ", line " + lines.astype("str") + ": " + places
    told = chosen.rename(columns={"training_tokens": "dataset_size_tokens"}).assign(source=source)
    facts = [column.name for column in (*SYSTEMS.columns, *LINKED_FACTS)]
    evaluated = told[[column.name for column in EVALUATIONS.columns]]
    return raw._replace(
        systems=_below(raw.systems.reindex(columns=facts), told.reindex(columns=facts)),
        evaluations=_below(raw.evaluations, evaluated),
        corrections=_also_of(raw.corrections, name, extends),
        exclusions=_also_of(raw.exclusions, name, extends),
    )


def present_editions(config: Config, verdicts: pd.DataFrame) -> Config:
    """`config` without editions of reviewed records where nothing of `verdicts` lets a system in."""
    if len(accepted(verdicts)):
        return config
    editions = {name: edition for name, edition in config.editions.items() if edition.records != "reviewed"}
    return config.model_copy(update={"editions": editions})


def _below(upper: pd.DataFrame, lower: pd.DataFrame) -> pd.DataFrame:
    """`lower` under `upper`, with the kinds of columns that either has values of."""
    typed = {
        column: upper[column].dtype if upper[column].notna().any() else lower[column].dtype for column in upper.columns
    }
    return pd.concat([frame.astype(typed) for frame in (upper, lower)], ignore_index=True)


def _also_of(rows: pd.DataFrame, name: str, extends: str) -> pd.DataFrame:
    """Corrections or exclusions, those that name the edition `extends` naming `name` too."""
    named = [extends in {each.strip() for each in editions.split(";")} for editions in rows["editions"]]
    more = [f";{name}" if also else "" for also in named]
    return rows.assign(editions=rows["editions"] + pd.Series(more, index=rows.index, dtype="str"))
