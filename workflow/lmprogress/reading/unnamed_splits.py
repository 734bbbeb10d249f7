"""Results whose part of the benchmark a paper does not name: whether they are taken as results on the test set.

In: the perplexities of a paper, the results of all papers. Out: for each table and benchmark, what is taken, and why.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from typing import Any, NamedTuple

from lmprogress.reading.kinds import Remarks
from lmprogress.reading.other_papers import OtherPapers

Reading = Mapping[str, Any]
Place = tuple[Any, Any, Any]


class TakenAs(NamedTuple):
    """Whether a result counts as one on the test set, and what decided it."""

    test: bool
    because: str


def place(reading: Reading) -> Place:
    """Page and label of a reading's table, and its benchmark."""
    return reading["page"], reading["table_label"], reading["benchmark"]


def unnamed_splits(
    perplexities: Sequence[Reading],
    names: Mapping[str, str | None],
    benchmarks: Container[str],
    others: OtherPapers,
    setting: str,
) -> dict[Place, TakenAs]:
    """What is taken of each table and benchmark of a paper that names no split; `setting`: Link.unnamed_split.

    A result of the table, also a quoted one, that this or another paper prints with its split decides; else whether
    the paper speaks of validation results. A paper that speaks of none follows the convention: it means the test set.
    """
    unnamed: defaultdict[Place, list[Reading]] = defaultdict(list)
    validated = list[str]()
    for reading in perplexities:
        if reading["split"] not in ("test", "valid"):
            unnamed[place(reading)].append(reading)
        elif reading["split"] == "valid" and reading["own"] is not False and reading["benchmark"] in benchmarks:
            validated.append(f"page {reading['page']}")
    return {
        where: TakenAs(True, "as the settings say")
        if setting == "test"
        else _printed(readings, names, others)
        or _convention(validated or Remarks(readings[0]).words("validated", "text"), setting)
        for where, readings in unnamed.items()
    }


def _printed(readings: Sequence[Reading], names: Mapping[str, str | None], others: OtherPapers) -> TakenAs | None:
    """What is told by the splits under which results of a table stand elsewhere; one validation result decides."""
    found: dict[str, Reading] = {}
    for reading in readings:
        found = others.splits(names[reading["reading_id"]] or "", reading) | found
    for split, told in (("valid", "a validation result"), ("test", "a test result")):
        if split in found:
            known = found[split]
            because = f"{known['paper_id']} prints {known['value']:g} as {told} (reading {known['reading_id']})"
            return TakenAs(split == "test", because)
    return None


def _convention(validated: Sequence[str], setting: str) -> TakenAs:
    if validated:
        return TakenAs(False, f"it speaks of validation results ({validated[0]})")
    if setting == "doubt":
        return TakenAs(False, "none of the results beside it stands elsewhere with its split")
    return TakenAs(True, "by convention, as the paper speaks of no validation result")
