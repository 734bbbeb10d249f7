"""What the checks of a table share: its records, the readings of the papers, and when two numbers are one.

In: records, readings, settings. Out: a context that checks ask.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.settings import Architecture, Benchmark, Family
from lmprogress.provenance.matching import Names, Words
from lmprogress.provenance.sameness import decimal_step, printed_step, same

Record = Mapping[str, Any]
Reading = Mapping[str, Any]


class Hit(NamedTuple):
    """A suspected record, the value expected in place of its own, in digits, and what the suspicion rests on."""

    record: Record
    expected: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Context:
    """Records with None for what is unknown; readings by paper; evidence by record and field; settings."""

    records: Sequence[Record]
    readings: Mapping[str, Sequence[Reading]]
    evidence: Mapping[tuple[str, str], Mapping[str, Any]]
    names: Names
    benchmarks: Mapping[str, Benchmark]
    families: Mapping[str, Family]
    architectures: Mapping[str, Architecture]
    same_within: float
    most_parameters_per_token: float

    @classmethod
    def of(
        cls,
        records: pd.DataFrame,
        readings: pd.DataFrame,
        evidence: pd.DataFrame,
        *,
        least_confidence: float,
        **settings: Any,
    ) -> Context:
        """From the tables RECORDS, READINGS, EVIDENCE; readings below `least_confidence` are left out."""
        ordered = readings[readings["confidence"] >= least_confidence].sort_values(["paper_id", "page", "y0", "x0"])
        by_paper: defaultdict[str, list[Reading]] = defaultdict(list)
        for reading in tables.to_rows(ordered):
            by_paper[reading["paper_id"]].append(reading)
        found = {(row["record_id"], row["field"]): row for row in tables.to_rows(evidence)}
        return cls(tables.to_rows(records), dict(by_paper), found, **settings)

    def of_paper(self, record: Record, quantity: str = "perplexity") -> list[Reading]:
        """Readings of `quantity` in the record's own paper."""
        return [r for r in self.readings.get(record["paper_id"], ()) if r["quantity"] == quantity]

    def in_other_papers(self, record: Record) -> Iterable[Reading]:
        """Perplexities on the record's benchmark in all other papers."""
        for reading in self._perplexities.get(record["benchmark"], ()):
            if reading["paper_id"] != record["paper_id"]:
                yield reading

    @cached_property
    def _perplexities(self) -> Mapping[str | None, Sequence[Reading]]:
        """Of all papers, by benchmark."""
        found: defaultdict[str | None, list[Reading]] = defaultdict(list)
        for readings in self.readings.values():
            for reading in readings:
                if reading["quantity"] == "perplexity":
                    found[reading["benchmark"]].append(reading)
        return found

    def alike(self, one: float | None, other: float | None) -> bool:
        """Whether both counts are known and within `same_within` of each other."""
        return bool(one) and bool(other) and abs(math.log(one / other)) <= math.log1p(self.same_within)  # type: ignore[operator]

    def training_set(self, record: Record) -> Benchmark | None:
        """The benchmark of the record, where it has one."""
        return self.benchmarks.get(str(record["benchmark"]))

    def trained_on_it(self, record: Record) -> bool:
        """Whether the record's data are the training set of its benchmark, as its counts vary with line ends."""
        benchmark = self.training_set(record)
        return benchmark is not None and near(record["dataset_size_tokens"], benchmark.training_tokens)

    def words(self, record: Record) -> Words:
        """The words of the system's name."""
        return self.names.words(record["system"])


COUNTED_OTHERWISE = 0.1  # relative: corpora are counted with and without line ends, and with their test set


def near(one: float | None, other: float | None) -> bool:
    """Whether two sizes of a corpus may be one, counted in different ways."""
    return bool(one) and bool(other) and abs(math.log(one / other)) <= math.log1p(COUNTED_OTHERWISE)  # type: ignore[operator]


def same_result(value: float | None, reading: Reading) -> bool:
    """Whether a reading prints the perplexity `value`, perhaps rounded."""
    if value is None:
        return False
    printed = reading["value"]
    return same(value, decimal_step(value), printed, printed_step(printed, reading["raw"]))


def count(value: float) -> str:
    """A count in digits."""
    return f"{value:.4g}"


def place(reading: Reading) -> str:
    """Paper, page and label of a reading."""
    labels = " / ".join(part for part in (reading["row_label"], reading["column_label"]) if part)
    return f"{reading['paper_id']}, page {reading['page']}" + (f", “{labels}”" if labels else "")
