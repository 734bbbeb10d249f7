"""What the numbers of a table mean.

In: a grid, its caption and the text around. Out: perplexities with benchmark, split, system, parameters, own or quoted.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from lmprogress.keeping.settings_reading import ReadingVocabulary
from lmprogress.reading import quantities
from lmprogress.reading.benchmarks import among_benchmarks, benchmark_of, splits_of
from lmprogress.reading.cells import Chunk, Grid, Row, is_blank
from lmprogress.reading.contexts import CellTexts, Context
from lmprogress.reading.origins import Origins
from lmprogress.reading.other_corpora import OtherCorpora
from lmprogress.reading.parameters import ParameterCounts
from lmprogress.reading.pdf import Box
from lmprogress.reading.quantity import Left, counts_something, ended_groups, is_name, metric_in_rows, quantity_of
from lmprogress.reading.words import Lexicon

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


def perplexities(grid: Grid, context: Context, lexicon: Lexicon, vocabulary: ReadingVocabulary) -> list[Meaning]:
    """The perplexities of `grid` on the benchmarks of `vocabulary`, in the order of rows and columns."""
    caption = grid.region.caption.text if grid.region.caption else ""
    found: list[Meaning] = []
    others = OtherCorpora(grid, context, lexicon)
    origins = Origins(grid, context, lexicon)
    counts = ParameterCounts(grid, [t for t in (grid.region.panel, caption) if t], lexicon)
    ended = ended_groups(grid, lexicon)
    for row in grid.rows:
        if row is counts.row:
            continue
        for column, chunks in sorted(row.cells.items()):
            if column in grid.stub or column in counts.columns:
                continue
            for chunk in chunks:
                values = quantities.values(chunk.unmarked)
                if not values or not _plausible(values, vocabulary) or _is_power(chunk):
                    continue
                cell = CellTexts(
                    grid.headers[column][::-1], [t for t in row.stub[::-1] if t],
                    [] if id(row) in ended else row.groups[::-1],
                    [t for t in (grid.region.panel, caption) if t],
                    [context.citing, context.section, context.around, context.page],
                )  # fmt: skip
                if counts_something(grid, column, lexicon) or others.hold(row, column):
                    continue
                found += _meanings(grid, row, column, chunk, values, cell, context, lexicon, vocabulary, counts,
                                   origins)  # fmt: skip
    return found


def _plausible(values: Sequence[quantities.Value], vocabulary: ReadingVocabulary) -> bool:
    return (
        all(vocabulary.least_perplexity <= v.number <= vocabulary.most_perplexity for v in values) and len(values) <= 3
    )


def _plausible_in_text(
    grid: Grid, column: int, values: Sequence[quantities.Value], vocabulary: ReadingVocabulary
) -> bool:
    """Whether values may be perplexities where only the text says so; a model that failed may stand among others."""
    usual = statistics.median_low(v.number for t in grid.texts(column) for v in quantities.values(t))
    least = min(v.number for v in values)
    return least >= vocabulary.least_perplexity_in_text and usual <= vocabulary.most_perplexity_in_text


def _is_power(chunk: Chunk) -> bool:
    """Whether a cell is a share, a factor ("2x"), a negative power or a bare power of ten ("10^-3")."""
    return bool(re.search(r"%|\dx$|\^-|^\W*10\s?\^|\d\s?x\s?10(?!\s?\^)", chunk.unmarked))


def _meanings(
    grid: Grid, row: Row, column: int, chunk: Chunk, values: Sequence[quantities.Value], cell: CellTexts,
    context: Context, lexicon: Lexicon, vocabulary: ReadingVocabulary, counts: ParameterCounts, origins: Origins,
) -> list[Meaning]:  # fmt: skip
    quantity = quantity_of(cell, grid, column, lexicon, context.whole)
    if isinstance(quantity, Left) or (quantity not in {"row", "header"} and metric_in_rows(grid, row, lexicon)):
        return []
    lower_is_better = any("↓" in t for t in cell.header)
    if quantity == "text" and not lower_is_better and not _plausible_in_text(grid, column, values, vocabulary):
        return []
    generation = any(_GENERATION.search(" ".join(path)) for path in grid.headers)  # of texts for a task of its own
    benchmark, benchmark_evidence = benchmark_of(cell, context, lexicon, generation)
    if benchmark_evidence not in {"header", "row", "group"} and among_benchmarks(grid, row, column, lexicon):
        return []
    if benchmark == "other" or (benchmark is None and quantity == "text"):
        return []
    splits, split_evidence = splits_of(cell, len(values), context, lexicon)
    own, own_evidence = origins.of(row, column, chunk, cell)
    row_label = " | ".join([*row.groups, *(t for t in row.stub if t and not is_blank(t))])
    column_label = " | ".join(grid.headers[column])
    system = _system(row, grid, column, lexicon)
    printed = counts.of(row, column)
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
    return found


def _settings(grid: Grid, cell: CellTexts, lexicon: Lexicon) -> list[str]:
    """Settings of the evaluation that a cell's row and column name; the caption's where no row or column names any."""
    stated = lexicon.settings(" . ".join([*cell.row, *cell.group, *cell.header]))
    told = lexicon.settings(" . ".join(cell.caption))
    if stated or len(told) != 1:
        return stated
    inside = [*(t for path in grid.headers for t in path), *(t for r in grid.rows for t in [*r.groups, *r.stub])]
    return [] if lexicon.settings(" . ".join(inside)) else told


# ---- row and system -------------------------------------------------------------------------------------------------


def _system(row: Row, grid: Grid, column: int, lexicon: Lexicon) -> str:
    """The name of the system: the row's label, or the column's where the row only names benchmark, split or metric."""
    labels = [t for t in [*row.groups, *row.stub] if t]
    if labels and not any(is_name(t, lexicon) for t in labels):
        names = [t for t in grid.headers[column] if not lexicon.is_scale(t)]
        if names or grid.headers[column]:
            return " | ".join(names or grid.headers[column])
    return " | ".join(t for t in labels if is_name(t, lexicon)) or " | ".join(labels)
