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
from lmprogress.core.schemas.shared import ADAPTATION
from lmprogress.curation.decisions import KEPT, Curated, decide, shown
from lmprogress.curation.raw import applying, line_of

_FILE = "raw/corrections.csv"
_IDS = ("system_id", "paper_id", "source")
CORRECTABLE = (*(column.name for column in SYSTEMS.columns if column.name not in _IDS), ADAPTATION.name, "perplexity")


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
    changes: defaultdict[Hashable, list[str]] = defaultdict(list)
    lines: defaultdict[Hashable, list[str]] = defaultdict(list)
    outdated: set[Hashable] = set()
    here = applying(corrections, edition, strengths, extracted=extracted)
    by_line = corrections.set_axis([line_of(number) for number in range(len(corrections))])
    typed = _typed(by_line[here.to_numpy() & by_line["column"].isin(CORRECTABLE).to_numpy()], vocabularies)
    for number, correction in enumerate(corrections.to_dict("records")):
        if not here.iloc[number]:
            continue
        line, column = line_of(number), correction["column"]
        try:
            target = _target(corrected, correction, line)
        except UnknownRecord as error:
            if not extracted:
                raise
            print(f"warning: not applied: {error}")
            continue
        old, new = typed[line]
        held = corrected.loc[target, column]
        agrees = held.isna() if pd.isna(old) else (held == old).fillna(False).astype(bool)
        if not agrees.all():
            other = InputError(
                f"the record holds another value, {shown(held[~agrees].iloc[0])}",
                file=_FILE, row=line, column="old_value", value="" if pd.isna(old) else correction["old_value"],
                remedy="the raw table has changed: check whether the correction is needed, then correct or remove it",
            )  # fmt: skip
            if not extracted:
                raise other
            print(f"warning: not applied: {other}")
            outdated.update(target)
            for index in target:
                changes[index].append(f"{column}: {shown(old)} → {shown(new)} not applied to {shown(held[index])}")
                lines[index].append(f"{_FILE}, line {line}")
            continue
        for index in target:
            changes[index].append(f"{column}: {shown(old)} → {shown(new)}")
            lines[index].append(f"{_FILE}, line {line}")
        corrected.loc[target, column] = new
    changed = pd.Series(corrected.index.isin(list(changes)), index=corrected.index)
    outlived = pd.Series(corrected.index.isin(list(outdated)), index=corrected.index)
    return decide(
        corrected,
        "correct",
        edition,
        reason=pd.Series(KEPT, index=corrected.index).mask(changed, "corrected").mask(outlived, "correction_outdated"),
        detail=_joined(changes, corrected.index),
        source=_joined(lines, corrected.index),
    )


def _target(records: pd.DataFrame, correction: Mapping[Hashable, Any], line: int) -> pd.Index:
    """Rows that the correction changes. Empty where the edition uses another benchmark's perplexity instead."""
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
    own = records["system_id"] == correction["system_id"]
    if not own.any():
        raise UnknownRecord(
            "is not a known system_id",
            file=_FILE, row=line, column="system_id", value=correction["system_id"],
            remedy="correct the id, or add the system to raw/systems.csv",
        )  # fmt: skip
    if column != "perplexity":
        return records.index[own]
    if not (own & (records["benchmark"] == benchmark)).any():
        raise UnknownRecord(
            "the system has no evaluation on this benchmark",
            file=_FILE, row=line, column="benchmark", value=benchmark,
            remedy="correct the benchmark, or add the evaluation to raw/evaluations.csv",
        )  # fmt: skip
    return records.index[own & (records["perplexity_benchmark"] == benchmark)]


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


def _joined(texts: dict[Hashable, list[str]], index: pd.Index) -> pd.Series:
    return pd.Series({key: "; ".join(parts) for key, parts in texts.items()}, dtype="str").reindex(index)
