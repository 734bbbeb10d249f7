"""The command `diff`: what differs between two finished runs, what moved in the headline, and what may be the reason.

In: two folders. Out: text or JSON; exit status 1 where anything differs.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lmprogress.core.errors import InputError
from lmprogress.core.project import in_project

if TYPE_CHECKING:
    from lmprogress.auditing.differing import TableDifference
    from lmprogress.auditing.run_files import RunFiles

_RULES = "rules."


def add_diff(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to `commands`."""
    command = commands.add_parser(
        "diff",
        help="compare two finished runs: rows added, removed, changed, with reasons; headline, settings, software",
        description="A and B are folders of the workflow after make run, A the earlier.",
    )
    command.add_argument("before", type=Path, metavar="A", help="the folder of a run")
    command.add_argument("after", type=Path, metavar="B", help="the folder of another")
    command.add_argument("--most", type=int, default=10, metavar="N", help="rows shown of each kind (default: 10)")
    command.add_argument("--json", action="store_true", help="everything, for programs")
    command.set_defaults(run=_diff)


def _diff(parsed: argparse.Namespace) -> int:
    from lmprogress.auditing.differing import differences, headline, made_otherwise
    from lmprogress.auditing.run_files import RunFiles

    for folder in (parsed.before, parsed.after):
        if not in_project("processed", folder).is_dir():
            raise InputError("holds no finished run", file=str(folder), remedy="name the folder after make run")
    before, after = RunFiles(parsed.before), RunFiles(parsed.after)
    found = differences(before, after)
    if parsed.json:
        made = {place: {"before": old, "after": new} for place, (old, new) in made_otherwise(before, after).items()}
        all_of_it = {
            "headline": headline(before, after),
            "made_otherwise": made,
            "tables": [_plain(one) for one in found],
        }
        print(json.dumps(all_of_it, indent=1, default=str))
    else:
        print(told_differences(before, after, parsed.most, found))
    return 1 if found else 0


def told_differences(before: RunFiles, after: RunFiles, most: int, found: list[TableDifference] | None = None) -> str:
    """What differs between two runs, as text; `most` rows of each kind. found: the differences, where known."""
    from lmprogress.auditing.differing import differences, headline, made_otherwise

    found = differences(before, after) if found is None else found
    tables = [line for one in found for line in _told(one, most)]
    lines = [*_told_headline(headline(before, after)), *_told_made(made_otherwise(before, after), most), *tables]
    return "\n".join([*lines, f"{len(found)} tables differ"])


def _told_headline(rows: list[dict[str, Any]]) -> list[str]:
    lines = ["doubling time of effective compute, months [interval]"] if rows else ["neither run has a verdict"]
    for row in rows:
        one, other = (_months(row[name]) for name in ("before", "after"))
        change = "unchanged" if one == other else f"→ {other}"
        lines.append(f"  {row['edition']:12}{one:28}{change}")
    return [*lines, ""]


def _told_made(otherwise: dict[str, tuple[Any, Any]], most: int) -> list[str]:
    """What may explain the differences; of code the rules alone, since digests say nothing to people."""
    if not otherwise:
        return ["made with the same settings and software", ""]
    rules = [place.removeprefix(_RULES) for place in otherwise if place.startswith(_RULES)]
    others = [f"  {place}: {old} → {new}" for place, (old, new) in otherwise.items() if not place.startswith(_RULES)]
    lines = ["made otherwise", *others[:most]]
    if len(others) > most:
        lines.append(f"  … and {len(others) - most} more")
    if rules:
        more = f" and {len(rules) - most} more" if len(rules) > most else ""
        lines.append(f"  other code in {', '.join(rules[:most])}{more}")
    return [*lines, ""]


def _months(row: dict[str, float | None] | None) -> str:
    if row is None:
        return "none"
    estimate, low, high = (None if value is None else f"{value:.4g}" for value in row.values())
    return f"{estimate or '∞'} [{low or '0'}, {high or '∞'}]"


def _told(one: TableDifference, most: int) -> list[str]:
    counts = f"{len(one.added)} added, {len(one.removed)} removed, {len(one.changed)} cells changed"
    lines = [f"{one.file}: {one.note or counts}"]
    rows = (
        [f"+ {_key(key)}{_why(reason)}" for key, reason in one.added.items()],
        [f"- {_key(key)}{_why(reason)}" for key, reason in one.removed.items()],
        [f"~ {_key(key)}, {column}: {old} → {new}" for key, column, old, new in one.changed],
    )
    for kind in rows:
        lines += [f"  {line}" for line in kind[:most]]
        if len(kind) > most:
            lines.append(f"  … and {len(kind) - most} more")
    return lines


def _key(key: tuple[Any, ...]) -> str:
    return " ".join(str(value) for value in key if value != "")


def _why(reason: str) -> str:
    return f"  ({reason})" if reason else ""


def _plain(one: TableDifference) -> dict[str, Any]:
    def named(key: tuple[Any, ...]) -> dict[str, Any]:
        return dict(zip(one.key, key, strict=True))

    return {
        "file": one.file,
        "note": one.note,
        "added": [{"key": named(key), "not_before": reason} for key, reason in one.added.items()],
        "removed": [{"key": named(key), "not_after": reason} for key, reason in one.removed.items()],
        "changed": [
            {"key": named(key), "column": column, "before": old, "after": new} for key, column, old, new in one.changed
        ],
    }
