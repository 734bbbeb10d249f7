"""What a person decided on candidate systems, as rows of raw/verdicts.csv.

In: a CSV of candidate systems with verdicts, the candidates as they are read, earlier verdicts. Out: new rows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.columns import Column, Table, Vocabularies
from lmprogress.core.errors import InputError
from lmprogress.core.schemas.raw import DECIDED, VERDICTS
from lmprogress.core.schemas.reading import CANDIDATE_SYSTEMS
from lmprogress.reading.system_names import slug

# columns of the file beside those of candidate_systems
_OWN = tuple(
    Column(name, "string", description, allowed=allowed, nullable=True)
    for name, description, allowed in (
        ("verdict", "what was decided; empty where nothing was", ("accept", "correct", "reject")),
        ("why", "what on the page decided it, in a sentence", ()),
        ("by", "who decided", ()),
    )
)
_COLUMNS = (*_OWN, *CANDIDATE_SYSTEMS.columns)
_DECIDED_FILE = Table("decided systems", "", _COLUMNS, key=tuple(column.name for column in _COLUMNS))
# what an accepted system has to have: a training run, tested, with the sizes that laws read
_NEEDED = ("system", "n_parameters", "training_tokens")
_ONLY = {"split": "test", "kind": "trained"}

# what was read in place of each corrected value
_WAS = re.compile(rf"({'|'.join(DECIDED)})=(.*?)(?=; (?:{'|'.join(DECIDED)})=|$)", re.DOTALL)

_Row = dict[str, Any]


def read_decided(path: Path, by: str | None, vocabularies: Vocabularies) -> dict[int, _Row]:
    """The rows of the CSV at `path` that have a verdict, by line. Raises InputError where a row cannot be understood,
    or decides on a reading that another row decides on.

    The columns are those of candidate_systems, verdict, why, and by, unless `by` says who decided.
    """
    frame, places = tables.read_csv_as(_DECIDED_FILE, path, vocabularies, **({"by": by} if by else {}))
    rows = {line: row for line, row in zip(places, tables.to_rows(frame), strict=True) if row["verdict"]}
    lines: dict[str, int] = {}
    for line, row in rows.items():
        first = lines.setdefault(row["reading_id"], line)
        if first != line:
            raise _refused(path, line, "reading_id", row["reading_id"],
                f"is decided twice: {rows[first]['verdict']} in line {first}, {row['verdict']} here",
                "keep one of the two rows; a verdict is changed by a later file",
            )  # fmt: skip
        for column in ("why", "by"):
            if not row[column]:
                raise _refused(path, line, column, "", "a verdict says who decided, and why", f"fill in {column}")
    return rows


def new_verdicts(
    decided: Mapping[int, _Row],
    path: Path,
    candidates: pd.DataFrame,
    verdicts: pd.DataFrame,
    *,
    papers: Collection[str],
    systems: Collection[str],
    today: str,
) -> list[_Row]:
    """Rows of VERDICTS for what was `decided` (read_decided), without what stands there already.

    candidates, verdicts: as in their schemas. papers: the ids of raw/papers.csv; systems: those of raw/systems.csv.
    today: YYYY-MM-DD. Raises InputError for a verdict on a system that is not read, or not read so; for a correction
    that changes nothing; and for an accepted system that could not enter.
    """
    read = {str(row["reading_id"]): row for row in tables.to_rows(candidates)}
    earlier = {str(row["reading_id"]): row for row in tables.to_rows(verdicts)}
    taken = {*systems, *(str(row["system_id"]) for row in earlier.values())}
    number, found = int(verdicts["number"].max()) if len(verdicts) else 0, []
    for line, row in decided.items():
        candidate = read.get(row["reading_id"])
        if candidate is None:
            raise _refused(path, line, "reading_id", row["reading_id"], "is no candidate system: it is not read so",
                "run lmprogress systems on its paper again, and decide on the rows that it writes",
            )  # fmt: skip
        was = {name: candidate[name] for name in DECIDED if row[name] != candidate[name]}
        _refuse_unfit(path, line, row, was, papers)
        standing = earlier.get(row["reading_id"])
        said = {name: row[name] for name in ("verdict", *DECIDED)}
        if standing and all(standing[name] == value for name, value in said.items()):
            continue
        system_id = standing["system_id"] if standing else _new_id(row, taken)
        taken.add(system_id)
        number += 1
        found.append(
            {name: row[name] for name in (*said, "reading_id", "page", "by", "why")}
            | {"number": number, "decided_on": today, "system_id": system_id}
            | {"was": "; ".join(f"{name}={_shown(value)}" for name, value in was.items()) or None}
        )
    return tables.to_rows(VERDICTS.checked(tables.of_rows(found, "verdicts"), str(path)))


def undecided(candidates: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    """Those of `candidates` whose reading has no verdict, or another value than when it was decided on."""
    settled = set()
    read = {str(row["reading_id"]): row for row in tables.to_rows(candidates)}
    for reading_id, row in {str(row["reading_id"]): row for row in tables.to_rows(verdicts)}.items():
        was = dict(_WAS.findall(row["was"] or ""))
        if reading_id in read and all(
            _shown(read[reading_id][name]) == was.get(name, _shown(row[name])) for name in DECIDED
        ):
            settled.add(reading_id)
    return candidates[~candidates["reading_id"].isin(settled)]


def as_text(row: Mapping[str, Any]) -> dict[str, str | None]:
    """A row as the cells of a CSV, numbers with their fewest digits."""
    return {name: None if value is None else _shown(value) for name, value in row.items()}


def _refuse_unfit(path: Path, line: int, row: _Row, was: Mapping[str, Any], papers: Collection[str]) -> None:
    if was and (row["verdict"] != "correct" or "paper_id" in was):
        column = next(iter(was))
        raise _refused(path, line, column, _shown(row[column]), f"is not what is read: {_shown(was[column])}",
            "where the page says so, the verdict is 'correct' (but for the paper); else decide on what is read now",
        )  # fmt: skip
    if row["verdict"] == "correct" and not was:
        raise _refused(path, line, "verdict", "correct", "corrects nothing", "change a value, or accept the row")
    if row["verdict"] == "reject":
        return
    for column in _NEEDED:
        if not row[column]:
            raise _refused(path, line, column, "", "an accepted system needs it",
                "fill it in from the page and say 'correct', or reject the row",
            )  # fmt: skip
    for column, value in _ONLY.items():
        if row[column] != value:
            raise _refused(path, line, column, _shown(row[column]), f"an accepted system is {value}",
                "correct it where the page says so, or reject the row",
            )  # fmt: skip
    if row["paper_id"] not in papers:
        raise _refused(path, line, "paper_id", row["paper_id"], "is no paper of raw/papers.csv",
            f"lmprogress add {row['paper_id']}",
        )  # fmt: skip


def _new_id(row: _Row, taken: Collection[str]) -> str:
    """The id of a system that has none, as in raw/systems.csv: the second use of a name gets -2."""
    name = f"{row['paper_id']}/{slug(row['system'] or '')}"
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = f"{name}-{number}"
    return unique


def _refused(path: Path, line: int, column: str, value: object, problem: str, remedy: str) -> InputError:
    return InputError(problem, file=str(path), row=line, column=column, value=value, remedy=remedy)


def _shown(value: Any) -> str:
    """A cell as text: the fewest digits that give the number back; nothing for a missing one."""
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)
