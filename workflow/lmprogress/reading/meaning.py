"""What the numbers of a table mean.

In: a grid, its caption and the text around. Out: perplexities with benchmark, split, system, parameters, own or quoted.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lmprogress.core.settings_reading import ReadingVocabulary
from lmprogress.reading import quantities
from lmprogress.reading.benchmarks import among_benchmarks, among_columns, benchmark_of, splits_of
from lmprogress.reading.cells import Chunk, Grid, Row, is_blank
from lmprogress.reading.contexts import CellTexts, Context
from lmprogress.reading.origins import Origins
from lmprogress.reading.other_corpora import OtherCorpora
from lmprogress.reading.parameters import ParameterCounts
from lmprogress.reading.pdf import Box
from lmprogress.reading.quantity import (
    Left,
    counts_something,
    ended_groups,
    is_like_systems,
    is_name,
    is_scale_of_columns,
    metric_in_rows,
    quantity_of,
    speaks_of_perplexity,
)
from lmprogress.reading.words import Lexicon

_CHANGE = re.compile(r"(?<=\d)\s?\([^()]*\)\s*$")
_PAIR = re.compile(r"(\d[\d.,]*)\s?\((\d[\d.,]*)\)")
_MARKED = re.compile(r"[*∗†‡§¶]+")
_SENTENCE = re.compile(r"(?<=[a-z0-9)\]])[.;]\s+")
_GENERATION = re.compile(r"(?i)\b(?:bleu|rouge|meteor|cider|wer)\b")


@dataclass(slots=True)
class Meaning:
    """One perplexity of a table. Names as in table `readings`."""

    value: float
    raw: str
    box: Box
    benchmark: str | None
    split: str
    row_label: str
    column_label: str
    system: str
    n_parameters: float | None
    n_parameters_raw: str | None
    own: bool
    setting: str | None
    quantity_evidence: str
    benchmark_evidence: str | None
    split_evidence: str | None
    own_evidence: str


@dataclass(slots=True)
class Counted:
    """A count of parameters in a table without perplexities, and the label of its row."""

    n: float
    raw: str
    box: Box
    label: str


@dataclass(slots=True)
class TableReading:
    """What was read in a table, and the place of each number that was left, with the reason.

    `n_cells` counts the cells that were read. `counted` is filled where a table prints parameters of systems, but no
    perplexity.
    """

    read: list[Meaning]
    left: list[tuple[Box, Left]]
    n_cells: int = 0
    counted: list[Counted] = field(default_factory=list)


def read_table(grid: Grid, context: Context, lexicon: Lexicon, vocabulary: ReadingVocabulary) -> TableReading:
    """The perplexities of `grid` on the benchmarks of `vocabulary`, in the order of rows and columns."""
    return _Reader(grid, context, lexicon, vocabulary).table()


class _Reader:
    """Asks of each number of a table what it is."""

    def __init__(self, grid: Grid, context: Context, lexicon: Lexicon, vocabulary: ReadingVocabulary) -> None:
        self._grid, self._context, self._lexicon, self._vocabulary = grid, context, lexicon, vocabulary
        caption = grid.region.caption.text if grid.region.caption else ""
        self._above = [t for t in (grid.region.panel, caption) if t]
        self._others = OtherCorpora(grid, context, lexicon)
        self._origins = Origins(grid, context, lexicon)
        self._counts = ParameterCounts(grid, self._above, lexicon)
        self._ended = ended_groups(grid, lexicon)
        self._generation = any(
            _GENERATION.search(" ".join(path)) for path in grid.headers
        )  # of texts, a task of its own
        self._is_about = speaks_of_perplexity(grid, self._above, lexicon)

    def table(self) -> TableReading:
        found = TableReading([], [])
        for row in self._grid.rows:
            for column, chunks in sorted(row.cells.items()):
                if column in self._grid.stub:
                    continue
                for chunk in chunks:
                    if not chunk.numeric:
                        continue
                    result = self._cell(row, column, chunk)
                    if isinstance(result, Left):
                        if result is Left.NOT_TOLD and not self._is_about:
                            result = Left.NOT_ABOUT
                        found.left.append((chunk.box, result))
                    else:
                        found.read += result
                        found.n_cells += 1
        if not found.read and len(self._counts.columns) == 1:
            found.counted = list(self._counted(self._counts.columns[0]))
        return found

    def _counted(self, column: int) -> Iterator[Counted]:
        """The counts of the table's one column of parameters, whose header says that word."""
        if not self._lexicon.is_parameters(" ".join(self._grid.headers[column])):
            return
        for row in self._grid.rows:
            chunks = row.cells.get(column, [])
            printed = self._counts.of(row, column) if len(chunks) == 1 else None
            label = " | ".join(t for t in [*row.groups, *row.stub] if t and not is_blank(t))
            if printed and printed.evidence == "column" and is_name(label, self._lexicon):
                yield Counted(printed.n, printed.raw, chunks[0].box, label)

    def _cell(self, row: Row, column: int, chunk: Chunk) -> list[Meaning] | Left:
        """The perplexities of a cell, or why it has none."""
        grid, context, lexicon = self._grid, self._context, self._lexicon
        if any(row is r for r in self._counts.rows) or column in self._counts.columns:
            return Left.PARAMETERS
        if _is_share(chunk):
            return Left.SHARE
        values = _paired(grid.headers[column], chunk, lexicon) or quantities.values(chunk.unmarked)
        if not values or len(values) > 3:
            return Left.NOT_READABLE
        cell = CellTexts(
            grid.headers[column][::-1], [t for t in row.stub[::-1] if t],
            [] if id(row) in self._ended else row.groups[::-1], self._above,
            [context.citing, context.section, context.around, context.page],
        )  # fmt: skip
        named = self._names_system(row)
        quantity = quantity_of(cell, grid, column, lexicon, context.whole, named=named)
        if isinstance(quantity, Left):
            return quantity
        if quantity not in {"row", "header"} and metric_in_rows(grid, row, lexicon):
            return Left.OTHER_QUANTITY
        if counts_something(grid, column, lexicon) or is_scale_of_columns(grid, row):
            return Left.WHOLE_NUMBERS
        if not self._is_plausible(values, column, quantity, cell):
            return Left.OUT_OF_RANGE
        if self._others.hold(row, column):
            return Left.OTHER_BENCHMARK
        benchmark, benchmark_evidence = benchmark_of(cell, context, lexicon, self._generation)
        if benchmark_evidence not in {"header", "row", "group"} and among_benchmarks(grid, row, column, lexicon):
            return Left.OTHER_BENCHMARK
        if benchmark_evidence in {"row", "group"} and among_columns(grid, column, lexicon):
            return Left.OTHER_BENCHMARK
        if benchmark == "other":
            return Left.OTHER_BENCHMARK
        if benchmark is None and quantity == "text":
            return Left.NOT_TOLD
        splits, split_evidence = splits_of(cell, len(values), context, lexicon)
        own, own_evidence = self._origins.of(row, column, chunk, cell)
        row_label = " | ".join([*row.groups, *(self._setting(row, column) or _stub(row))])
        column_label = " | ".join(grid.headers[column])
        system = _system(row, grid, column, lexicon, named=named)
        printed = self._counts.of(row, column)
        setting = ";".join(_settings(grid, cell, lexicon)) or None
        found = []
        box = chunk.box
        for i, value in enumerate(values):
            split = splits[i] if i < len(splits) else "unknown"
            if split == "train":
                continue
            wide = (box.x1 - box.x0) / len(values)
            place = Box(box.x0 + i * wide, box.y0, box.x0 + (i + 1) * wide, box.y1)
            found.append(
                Meaning(
                    value.number,
                    value.raw,
                    place,
                    benchmark,
                    split,
                    row_label,
                    column_label,
                    system,
                    printed.n if printed else None,
                    printed.raw if printed else None,
                    own,
                    setting,
                    quantity,
                    benchmark_evidence,
                    split_evidence if split != "unknown" else None,
                    own_evidence,
                )
            )
        return found or Left.TRAINING

    def _names_system(self, row: Row) -> bool:
        """Whether a label that is also a metric or a property ("Delta", "Dropout") names a system all the same."""
        if any(is_name(t, self._lexicon) for t in row.stub if t) or not any(row.stub):
            return False
        if any("perplexity" in self._lexicon.metrics(t) or self._lexicon.names_corpus(t) for t in row.stub):
            return False
        return self._counts.counts(row) or is_like_systems(self._grid, row, self._lexicon)

    def _setting(self, row: Row, column: int) -> list[str]:
        """The whole numbers by which a row without a label is told from the others: "15 0 5 0", up to its results."""
        if any(re.search(r"[^\W\d_]", t) for t in [*row.stub, *row.groups]):
            return []
        found = list(_stub(row))
        for k, chunks in sorted(row.cells.items()):
            texts = [c.unmarked for c in chunks]
            if k in self._grid.stub or k in self._counts.columns or any(map(is_blank, texts)):
                continue
            if k >= column or not self._is_setting(k):
                break
            found += texts
        return [" ".join(found)] if len(found) > len(row.stub) else []

    def _is_setting(self, column: int) -> bool:
        values = [v for t in self._grid.texts(column) for v in quantities.values(t)]
        low = self._vocabulary.least_perplexity
        return bool(values) and (
            sum(v.decimals == 0 for v in values) > 0.9 * len(values) or all(v.number < low for v in values)
        )

    def _is_plausible(self, values: Sequence[quantities.Value], column: int, quantity: str, cell: CellTexts) -> bool:
        """Whether values may be perplexities: within wide limits, and within narrow ones where only the text says so.

        A model that failed may stand above the narrow ones, among others that did not.
        """
        vocabulary = self._vocabulary
        if not all(vocabulary.least_perplexity <= v.number <= vocabulary.most_perplexity for v in values):
            return False
        if quantity != "text" or any("↓" in t for t in cell.header):
            return True
        usual = statistics.median_low(v.number for t in self._grid.texts(column) for v in quantities.values(t))
        least = min(v.number for v in values)
        return least >= vocabulary.least_perplexity_in_text and usual <= vocabulary.most_perplexity_in_text


def _is_share(chunk: Chunk) -> bool:
    """Whether a cell is a share, a factor ("2x"), a negative power or a bare power of ten ("10^-3").

    A value with its change in brackets, "140.06 (-1.4%)", is none of these.
    """
    text = _CHANGE.sub("", chunk.unmarked)
    return bool(re.search(r"%|\dx$|\^-|^\W*10\s?\^|\d\s?x\s?10(?!\s?\^)", text))


def _paired(header: Sequence[str], chunk: Chunk, lexicon: Lexicon) -> tuple[quantities.Value, ...]:
    """The two values of a cell "23.1 (24.0)" whose header names two parts of a benchmark so: "dev (test)"."""
    pair = _PAIR.fullmatch(chunk.unmarked.strip())
    named = any("(" in t and set(lexicon.splits(t)) == {"valid", "test"} for t in header)
    return quantities.values(f"{pair[1]} / {pair[2]}") if pair and named else ()


def _settings(grid: Grid, cell: CellTexts, lexicon: Lexicon) -> list[str]:
    """Settings of the evaluation that a cell's row and column name; the caption's where no row or column names any.

    What the caption says of a mark ("† with dynamic evaluation") holds of the rows that carry it alone, if some do.
    """
    stated = lexicon.settings(" . ".join([*cell.row, *cell.group, *cell.header]))
    labels = [t for r in grid.rows for t in [*r.groups, *r.stub]]
    said = [s for text in cell.caption for s in _SENTENCE.split(text)]
    others = {m for m in _MARKED.findall(" ".join(labels)) if m not in " ".join([*cell.row, *cell.group])}
    told = lexicon.settings(" . ".join(s for s in said if not any(s.lstrip().startswith(mark) for mark in others)))
    if stated or len(told) != 1:
        return stated
    inside = [*(t for path in grid.headers for t in path), *labels]
    return [] if lexicon.settings(" . ".join(inside)) else told


def _stub(row: Row) -> list[str]:
    return [t for t in row.stub if t and not is_blank(t)]


# ---- row and system -------------------------------------------------------------------------------------------------


def _system(row: Row, grid: Grid, column: int, lexicon: Lexicon, *, named: bool) -> str:
    """The name of the system: the row's label, or the column's where the row only names benchmark, split or metric.

    `named`: the label of the row names a system, whatever else it means.
    """
    labels = [t for t in [*row.groups, *row.stub] if t]
    if labels and not named and not any(is_name(t, lexicon) for t in labels):
        names = [t for t in grid.headers[column] if not lexicon.is_scale(t)]
        if names or grid.headers[column]:
            return " | ".join(names or grid.headers[column])
    return " | ".join(t for t in labels if is_name(t, lexicon)) or " | ".join(labels)
