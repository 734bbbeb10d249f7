"""What an identifier means: a record, a reading, an observation, or a cell of a results table.

In: what a person typed, and a finished run. Out: the thing meant, or an InputError that suggests near ones.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

import pandas as pd

from lmprogress.core.errors import InputError
from lmprogress.core.schemas import table as schema
from lmprogress.provenance.finished_run import FinishedRun

FIT_KEY = ("edition", "specification", "data_variant", "penalty", "procedure")
_SUGGESTED = 5
_MOST_VALUES = 20


class Meant(NamedTuple):
    """A record_id, a reading_id, an observation's record_id, or a table's name; with edition, or row and column."""

    kind: Literal["record", "reading", "observation", "cell"]
    name: str
    edition: str | None = None
    row: pd.Series | None = None
    column: str | None = None


def identify(asked: str, run: FinishedRun) -> Meant:
    """What `asked` means in `run`.

    A record_id ("1909.01377/deq-trellisnet:ptb"); a reading_id ("1909.01377:p7:331.5,192.2:perplexity"); an edition
    and the number of an observation ("published:17"); a table of results/tables, conditions that leave one row, and a
    column ("doubling_times:edition=…,penalty=…:estimate_months"); "headline", the verdict's estimate. Raises InputError
    for anything else.
    """
    if asked == "headline":
        asked = f"verdict:edition={run.shown_edition}:estimate_months"
    if (match := re.fullmatch(r"(\w+):(\d+)", asked)) and match[1] in run.editions:
        return _observation(asked, match[1], int(match[2]), run)
    if any((frame["record_id"] == asked).any() for frame in run.records.values()):
        return Meant("record", asked)
    if (run.readings["reading_id"] == asked).any():
        return Meant("reading", asked)
    table, *rest = asked.split(":")
    if table in run.result_names:
        return _cell(asked, table, rest, run)
    raise InputError("is no record, reading, observation or result", file="ID", value=asked, remedy=_near(asked, run))


def _observation(asked: str, edition: str, number: int, run: FinishedRun) -> Meant:
    observations = run.observations[edition]
    found = observations[observations["observation_number"] == number]
    if found.empty:
        raise InputError(
            f"is no observation: '{edition}' has {len(observations)}", file="ID", value=asked,
            remedy=f"give a number from 1 to {len(observations)}",
        )  # fmt: skip
    return Meant("observation", str(found["record_id"].iloc[0]), edition)


def _cell(asked: str, table: str, rest: list[str], run: FinishedRun) -> Meant:
    frame = run.result(table)
    assert frame is not None, "result_names lists what is there"
    # values such as identifiers of records hold colons of their own
    conditions, column = (":".join(rest[:-1]), rest[-1]) if rest else ("", "")
    if column not in frame.columns:
        raise InputError(
            f"names no column of {table}", file="ID", value=asked, column=column,
            remedy=f"end it with ':' and one of {', '.join(frame.columns)}",
        )  # fmt: skip
    rows = frame
    for condition in _conditions(conditions, list(frame.columns)):
        name, _, value = condition.partition("=")
        if name not in frame.columns:
            near = difflib.get_close_matches(name, list(frame.columns), 3) or list(frame.columns)
            raise InputError(
                f"is no column of {table}", file="ID", value=name, remedy=f"did you mean {', '.join(near)}?"
            )
        kept = rows[rows[name].map(lambda held, value=value: _equals(held, value)).astype(bool)]
        if kept.empty:
            raise InputError(
                f"no row of {table} has {condition}", file="ID", value=asked, remedy=f"{name} is {_one_of(rows[name])}"
            )
        rows = kept
    if len(rows) > 1 and rows[[column, *(name for name in FIT_KEY if name in rows)]].drop_duplicates().shape[0] > 1:
        name = next((name for name in schema(table).key if len(rows[name].drop_duplicates()) > 1), column)
        raise InputError(
            f"means {len(rows)} rows of {table}", file="ID", value=asked, remedy=f"add {name}={_one_of(rows[name])}"
        )
    return Meant("cell", table, row=rows.iloc[0], column=column)


def _conditions(text: str, columns: list[str]) -> list[str]:
    """The conditions of `text`, parted at commas that a column's name and "=" follow: values may hold commas."""
    named = "|".join(map(re.escape, columns))
    return [part for part in re.split(rf",(?=\w+=)|,(?=(?:{named})=)", text) if part]


def _equals(held: object, value: str) -> bool:
    if held is None or pd.isna(held):  # type: ignore[call-overload]
        return value == ""
    if isinstance(held, (bool, str)):
        return str(held).lower() == value.lower()
    try:
        return float(held) == float(value)  # type: ignore[arg-type]
    except ValueError:
        return False


def _one_of(values: pd.Series) -> str:
    """The distinct values in words, the first of many."""
    told = sorted({_told(held) for held in values})
    return " or ".join(told[:_MOST_VALUES]) + (" …" if len(told) > _MOST_VALUES else "")


def _told(held: object) -> str:
    if held is None or pd.isna(held):  # type: ignore[call-overload]
        return "''"
    return f"{held:g}" if isinstance(held, float) else str(held)


def _near(asked: str, run: FinishedRun) -> str:
    """What may have been meant."""
    records = sorted({str(name) for frame in run.records.values() for name in frame["record_id"]})
    readings = sorted(map(str, run.readings["reading_id"]))
    words = [word for word in re.split(r"[\s/:]+", asked.lower()) if word]
    holding = [name for name in records if words and all(word in name.lower() for word in words)]
    near: Iterable[str] = sorted(holding, key=len)[:_SUGGESTED] or difflib.get_close_matches(
        asked, [*records, *run.result_names], _SUGGESTED
    )
    if re.search(r":p\d+:", asked):
        paper = asked.split(":")[0]
        near = difflib.get_close_matches(asked, [name for name in readings if name.startswith(paper + ":")], _SUGGESTED)
    if found := list(near):
        return "did you mean " + ", ".join(found) + "?"
    return (
        f"name a record of results/tables/evidence.csv, a reading, <edition>:<number> ({', '.join(run.editions)}), or "
        f"<table>:<column>=<value>,…:<column> of {', '.join(run.result_names)}"
    )
