"""What differs between two finished runs: rows of every table by their keys, with reasons, and the headline.

In: the folders of two runs. Out: differences table by table, the headline before and after.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from lmprogress.auditing.findings import differs
from lmprogress.auditing.run_files import SOFTWARE, RunFiles
from lmprogress.auditing.table_checks import readable
from lmprogress.core.schemas import table

_STEPS = ("assemble", "correct", "exclude", "deduplicate", "cap")
_MONTHS = ("estimate_months", "low_months", "high_months")


@dataclass
class TableDifference:
    """One file in two runs: rows that only the second has, only the first has, and cells that changed.

    added, removed: key -> reason, empty where none is known. changed: (key, column, before, after).
    """

    file: str
    key: tuple[str, ...]
    added: dict[tuple[Any, ...], str] = field(default_factory=dict)
    removed: dict[tuple[Any, ...], str] = field(default_factory=dict)
    changed: list[tuple[tuple[Any, ...], str, Any, Any]] = field(default_factory=list)
    note: str = ""

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.removed or self.changed or self.note)


def differences(before: RunFiles, after: RunFiles) -> list[TableDifference]:
    """Every table of `processed` and `results/tables` that is not the same in both runs, observations first."""
    names = sorted({name for run in (before, after) for name in run if name.endswith(".parquet")})
    names = [name for name in names if name.startswith(("processed/", "results/tables/")) and "/settled/" not in name]
    names.sort(key=lambda name: (not name.endswith("/observations.parquet"), not name.startswith("results/"), name))
    found = [_difference(name, before, after) for name in names]
    return [difference for difference in found if difference]


def made_otherwise(before: RunFiles, after: RunFiles) -> dict[str, tuple[Any, Any]]:
    """What the second run was made with and by that the first was not: settings, versions, platform, code of rules.

    By its place, such as "settings: fit.global.n_starts": its values in both, None where it is not there.
    """
    held = [_leaves("settings: ", run.config) for run in (before, after)]
    if before.software and after.software:
        held = [{**leaves, **_leaves("", run.software)} for leaves, run in zip(held, (before, after), strict=True)]
    elif before.software or after.software:
        for leaves, run in zip(held, (before, after), strict=True):
            leaves[SOFTWARE] = "there" if run.software else None
    places = dict.fromkeys(place for leaves in held for place in leaves)
    pairs = {place: (held[0].get(place), held[1].get(place)) for place in places}
    return {place: pair for place, pair in pairs.items() if pair[0] != pair[1]}


def _leaves(place: str, held: dict[str, Any]) -> dict[str, Any]:
    """Every value of nested mappings by its place."""
    leaves: dict[str, Any] = {}
    for name, value in held.items():
        inner = isinstance(value, dict) and value
        leaves |= _leaves(f"{place}{name}.", value) if inner else {f"{place}{name}": value}
    return leaves


def headline(before: RunFiles, after: RunFiles) -> list[dict[str, Any]]:
    """The verdict of each edition in both runs, months; None where a run has none."""
    pairs: dict[str, dict[str, Any]] = {}
    for place, run in (("before", before), ("after", after)):
        verdict = readable(run, "results/tables/verdict.parquet")
        for row in [] if verdict is None else verdict.to_dict("records"):
            pair = pairs.setdefault(str(row["edition"]), {"edition": row["edition"], "before": None, "after": None})
            pair[place] = {name: None if pd.isna(row[name]) else float(row[name]) for name in _MONTHS}
    return [pairs[edition] for edition in sorted(pairs)]


def _difference(name: str, before: RunFiles, after: RunFiles) -> TableDifference:
    one, other = (readable(run, name) for run in (before, after))
    held = (after if other is not None else before).table_name(name)
    if held is None:
        return TableDifference(name, (), note="cannot be read")
    key = table(held).key
    difference = TableDifference(name, key)
    if one is None or other is None:
        difference.note = f"is only in the {'first' if other is None else 'second'} run"
        return difference
    if before.digest(name) == after.digest(name):
        return difference
    if set(one.columns) != set(other.columns):
        difference.note = "has other columns: " + ", ".join(sorted(set(one.columns) ^ set(other.columns)))
    if missing := set(key) - (set(one.columns) & set(other.columns)):
        difference.note += f"; the key {', '.join(sorted(missing))} is not in both"
        return difference
    first, second = _keyed(one, key), _keyed(other, key)
    why_not_before, why_not_after = _reasons(before, name), _reasons(after, name)
    unknown = "no such record" if why_not_before or why_not_after else ""
    difference.added = {row: why_not_before.get(row[0], unknown) for row in second.index.difference(first.index)}
    difference.removed = {row: why_not_after.get(row[0], unknown) for row in first.index.difference(second.index)}
    common = first.index.intersection(second.index)
    if first.index.is_unique and second.index.is_unique:
        first, second = first.loc[common], second.loc[common]
        for column in [name for name in first.columns if name in second.columns]:
            for place in np.flatnonzero(differs(first[column], second[column])).tolist():
                difference.changed.append(
                    (common[place], column, first[column].iloc[place], second[column].iloc[place])
                )
    return difference


def _keyed(frame: pd.DataFrame, key: tuple[str, ...]) -> pd.DataFrame:
    values = frame[list(key)].astype(object)
    rows = list(values.where(values.notna(), "").itertuples(index=False, name=None))
    return frame.drop(columns=list(key)).set_axis(pd.Index(rows, tupleize_cols=False))


def _reasons(run: RunFiles, name: str) -> dict[Any, str]:
    """Why `run` does not have a record among the rows of `name`: its last decision."""
    parts = name.split("/")
    if not name.endswith(("/observations.parquet", "/records_included.parquet", "/records_distinct.parquet")):
        return {}
    reasons: dict[Any, str] = {}
    for row in _decisions(run, parts[-2]):
        if not row["kept"]:
            told = f"{row['step']}: {row['reason']}"
            reasons[row["record_id"]] = told + (f" ({row['detail']})" if isinstance(row["detail"], str) else "")
    return reasons


def _decisions(run: RunFiles, edition: str) -> Iterator[dict[Any, Any]]:
    for step in _STEPS:
        frame = readable(run, f"processed/{edition}/decisions/{step}.parquet")
        if frame is not None:
            yield from frame.to_dict("records")
