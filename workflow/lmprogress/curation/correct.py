"""Corrections applied: one value of one system or evaluation replaced, never in code.

In: records and raw/corrections.csv. Out: the same records with the new values, and decisions that show each change.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping
from typing import Any

import pandas as pd

from lmprogress.core.columns import Table, Vocabularies
from lmprogress.core.errors import InputError
from lmprogress.core.schemas.curation import RECORDS
from lmprogress.core.schemas.raw import STRENGTHS, SYSTEMS
from lmprogress.core.schemas.shared import ADAPTATION, PROTOCOL
from lmprogress.curation.decisions import KEPT, Curated, decide, shown
from lmprogress.curation.raw import applying, line_of

_FILE = "raw/corrections.csv"
_IDS = ("system_id", "paper_id", "source")
CORRECTABLE = (
    *(column.name for column in SYSTEMS.columns if column.name not in _IDS),
    *(PROTOCOL.name, ADAPTATION.name, "perplexity"),
)


class UnknownRecord(InputError):
    """A correction of a system, or of an evaluation, that is not there."""


def correct(
    records: pd.DataFrame,
    corrections: pd.DataFrame,
    *,
    edition: str,
    strengths: Collection[str] = STRENGTHS,
    extracted: bool = False,
    vocabularies: Vocabularies | None = None,
) -> Curated:
    """`records` with the corrections of `edition` that have one of `strengths`, applied in the order of their file.

    A changed record has the reason `corrected` and each change in `detail`. Raises InputError where a correction
    names an unknown system or column, where its new value breaks the column's schema, and where the record holds
    another value than `old_value`. `vocabularies` gives the ids that new values of
    architecture may have; without it they are not checked.

    Where the records are `extracted`, they change with the papers and the reader: a correction of a system that is no
    longer found, or of a value that now is another, is left out with a warning, and the record that holds the other
    value has the reason `correction_outdated`.
    """
    corrected = records.copy()
    changes: defaultdict[int, list[str]] = defaultdict(list)
    lines: defaultdict[int, list[str]] = defaultdict(list)
    outdated: set[int] = set()
    here = applying(corrections, edition, strengths, extracted=extracted)
    by_line = corrections.set_axis([line_of(number) for number in range(len(corrections))])
    typed = _typed(by_line[here.to_numpy() & by_line["column"].isin(CORRECTABLE).to_numpy()], vocabularies)
    systems = {name: list(places) for name, places in records.groupby("system_id").indices.items()}
    # as Python's own values, in which single cells are read and written at a hundredth of the cost
    cells = {
        str(name): records[name].astype(object).to_list() for name in by_line["column"].unique() if name in records
    }
    for number, correction in enumerate(corrections.to_dict("records")):
        if not here.iloc[number]:
            continue
        line, column = line_of(number), correction["column"]
        try:
            target = _target(records, systems, correction, line)
        except UnknownRecord as error:
            if not extracted:
                raise
            print(f"warning: not applied: {error}")
            continue
        old, new = typed[line]
        held = [cells[column][place] for place in target]
        others = [value for value in held if (pd.notna(value) if pd.isna(old) else pd.isna(value) or value != old)]
        if others:
            other = InputError(
                f"the record holds another value, {shown(others[0])}",
                file=_FILE, row=line, column="old_value", value="" if pd.isna(old) else correction["old_value"],
                remedy="the raw table has changed: check whether the correction is needed, then correct or remove it",
            )  # fmt: skip
            if not extracted:
                raise other
            print(f"warning: not applied: {other}")
            outdated.update(target)
            for place, value in zip(target, held, strict=True):
                changes[place].append(f"{column}: {shown(old)} → {shown(new)} not applied to {shown(value)}")
                lines[place].append(f"{_FILE}, line {line}")
            continue
        for place in target:
            changes[place].append(f"{column}: {shown(old)} → {shown(new)}")
            lines[place].append(f"{_FILE}, line {line}")
            cells[column][place] = new
    for name, values in cells.items():
        corrected[name] = pd.Series(values, corrected.index, dtype=records[name].dtype)
    places = pd.RangeIndex(len(corrected))
    changed, outlived = places.isin(list(changes)), places.isin(list(outdated))
    return decide(
        corrected,
        "correct",
        edition,
        reason=pd.Series(KEPT, index=corrected.index).mask(changed, "corrected").mask(outlived, "correction_outdated"),
        detail=_joined(changes, corrected.index),
        source=_joined(lines, corrected.index),
    )


def _target(
    records: pd.DataFrame, systems: Mapping[Any, list[int]], correction: Mapping[Hashable, Any], line: int
) -> list[int]:
    """Places of the rows that the correction changes, of those of each system.

    None where the edition uses another benchmark's perplexity instead.
    """
    column, benchmark = correction["column"], correction["benchmark"]
    if column not in CORRECTABLE:
        raise InputError(
            "cannot be corrected",
            file=_FILE, row=line, column="column", value=column,
            remedy=f"use one of {', '.join(CORRECTABLE)}",
        )  # fmt: skip
    if pd.notna(benchmark) != (column == "perplexity"):
        raise InputError(
            "a benchmark belongs to a perplexity, and only to a perplexity",
            file=_FILE, row=line, column="benchmark", value="" if pd.isna(benchmark) else benchmark,
            remedy="name the benchmark where the column is perplexity; leave it empty otherwise",
        )  # fmt: skip
    own = systems.get(correction["system_id"], [])
    if not own:
        raise UnknownRecord(
            "is not a known system_id",
            file=_FILE, row=line, column="system_id", value=correction["system_id"],
            remedy="correct the id, or add the system to raw/systems.csv",
        )  # fmt: skip
    if column != "perplexity":
        return own
    evaluated = records.iloc[own]
    if not (evaluated["benchmark"] == benchmark).any():
        raise UnknownRecord(
            "the system has no evaluation on this benchmark",
            file=_FILE, row=line, column="benchmark", value=benchmark,
            remedy="correct the benchmark, or add the evaluation to raw/evaluations.csv",
        )  # fmt: skip
    used = (evaluated["perplexity_benchmark"] == benchmark).fillna(False).to_numpy(bool)
    return [place for place, is_used in zip(own, used, strict=True) if is_used]


def _typed(by_line: pd.DataFrame, vocabularies: Vocabularies | None) -> dict[Hashable, tuple[Any, Any]]:
    """Old and new value of each correction, by its line, typed and refused by the same checks as the raw table's."""
    found: dict[str, dict[Hashable, Any]] = {"old_value": {}, "new_value": {}}
    for column, rows in by_line.groupby("column", sort=False):
        for field, values in found.items():
            schema = dataclasses.replace(RECORDS.column(str(column)), name=field)
            if field == "old_value":
                schema = dataclasses.replace(schema, nullable=True)
            each = rows[field].drop_duplicates()
            cells = Table("corrections", "", (schema,), key=(field,))
            parsed = cells.parsed(each.to_frame(), _FILE, list(each.index), vocabularies)[field]
            by_text = dict(zip(each.fillna(""), parsed, strict=True))
            values.update((line, by_text[text]) for line, text in rows[field].fillna("").items())
    return {line: (found["old_value"][line], new) for line, new in found["new_value"].items()}


def _joined(texts: dict[int, list[str]], index: pd.Index) -> pd.Series:
    """By row, where `texts` has them by place."""
    return pd.Series(
        ["; ".join(texts[place]) if place in texts else None for place in range(len(index))], index, dtype="str"
    )
