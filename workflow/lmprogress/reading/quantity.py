"""Whether a number of a table is a perplexity.

In: the texts that speak of a cell. Out: what says that it is one, or why it is left.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from itertools import pairwise
from statistics import median

from lmprogress.reading import quantities
from lmprogress.reading.cells import Grid, Row
from lmprogress.reading.contexts import CellTexts
from lmprogress.reading.words import Lexicon

_OURS = {"test", "valid", "train"}
_SIZED = re.compile(r"\d\s?(?:[MB]|million|billion)\b")
_COUNTED_ROW = re.compile(r"#\s?[A-Za-z]{3}")  # "#sent"
_STEP = re.compile(r"(?i)[-+]\s?[a-z]|(?:w/o?|no|with|without)\s")  # a label of an ablation: "- weight decay"
# bits of what is predicted, not of a number format: "4 bits", "y-bit"
_OTHER_METRIC = re.compile(
    r"(?i)\b(?:bits?(?=\W+per\b|/)|(?<![\d-])(?<!\d )bits|bpc|bpb|nats|cross.?entrop|xes?|accurac\w*|bleu|loss|kld?"
    r"|divergences?)\b(?! function)"
)
_CHOSEN = re.compile(r"[~≈<>≤≥]?\s?\d+(?:[.,]\d+)?\s?(?:%|[kKMBT])?")  # "50%", "125M", "2048"
_VALUE = re.compile(r"=\s*[\d.]+|\d\s?%|\d:\d")  # of a property that was chosen: "ratio = 20%", "2:4 sparsity"


class Left(Enum):
    """Why a number of a table is not read as a perplexity."""

    PARAMETERS = "parameters"  # it counts parameters
    OTHER_QUANTITY = "other_quantity"  # its header, row, group or caption names another quantity
    OTHER_BENCHMARK = "other_benchmark"  # it was measured on none of the benchmarks, or stands beside those that were
    TRAINING = "training"  # it was measured on the training set
    SHARE = "share"  # a share or a factor: "12 %", "2x"
    WHOLE_NUMBERS = "whole_numbers"  # its column counts something, beside columns with decimals
    NOT_ABOUT = "not_about_perplexity"  # nothing in the table or its caption speaks of perplexity or a benchmark
    OUT_OF_RANGE = "out_of_range"  # no perplexity is so low or so high
    NOT_TOLD = "not_told"  # the table speaks of perplexity or a benchmark, but not of this number
    NOT_READABLE = "not_readable"  # more than a number


def speaks_of_perplexity(grid: Grid, above: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether a table or what stands `above` it names perplexity or one of the benchmarks."""
    labels = {t for row in grid.rows for t in (*row.groups, *row.stub)}
    texts = [*above, *(t for path in grid.headers for t in path), *grid.corner, *sorted(labels)]
    return any(
        "perplexity" in lexicon.metrics(t) or any(name != "other" for name in lexicon.benchmarks(t)) for t in texts
    )


def quantity_of(cell: CellTexts, grid: Grid, column: int, lexicon: Lexicon, whole: str, *, named: bool) -> str | Left:
    """What says that a number is a perplexity, or why it is left; `whole` is the text of the paper.

    `named`: the label of the row names a system, whatever else it means.
    """
    header = cell.header
    if any("perplexity" in lexicon.metrics(t) and lexicon.is_scale(t) for t in cell.row) and not any(
        "other" in lexicon.metrics(t) for t in header
    ):
        return "row"
    for level, text in enumerate(header):
        metrics = lexicon.metrics(text)
        if "perplexity" in metrics:
            return "header"
        if level and (
            _spans_quantities(text, column, grid, lexicon) or _heads_values(text, header[level - 1], lexicon)
        ):
            continue
        if (
            metrics
            and not _is_chosen(text, metrics)
            and ("other" in metrics or lexicon.is_scale(text) or text.startswith("#"))
        ):
            return Left.OTHER_QUANTITY
    for text in cell.row:
        metrics = lexicon.metrics(text)
        if "perplexity" in metrics and len(text.split()) <= 4:
            return "row"
        if (metrics and not named and not is_name(text, lexicon)) or _COUNTED_ROW.match(text):
            return Left.OTHER_QUANTITY
    for text in cell.group:
        metrics = lexicon.metrics(text)
        if "perplexity" in metrics:
            return "group"
        if "other" in metrics and not is_name(text, lexicon):
            return Left.OTHER_QUANTITY
    corner = lexicon.metrics(" ".join(grid.corner))
    if "perplexity" in corner:
        return "header"
    if any(map(lexicon.without_results, cell.caption)):
        return Left.OTHER_QUANTITY
    heads = " ".join(header)
    told = lexicon.benchmarks(heads) or lexicon.shortened(heads) or set(lexicon.splits(heads)) & _OURS
    others = [t for c in range(len(grid.columns)) if c not in grid.stub for t in grid.headers[c]]
    if any("perplexity" in lexicon.metrics(t) for t in others):
        # some other column says perplexity: this one means something else, unless it is a split of a benchmark
        return "header" if told else Left.OTHER_QUANTITY
    for text in cell.caption:
        metrics = lexicon.metrics(text)
        if "perplexity" in metrics:
            return "caption"
        if "other" in metrics and _OTHER_METRIC.search(text):
            return Left.OTHER_QUANTITY
    everything = [*cell.header, *cell.row, *cell.group, *cell.caption]
    if any(n != "other" for t in everything for n in [*lexicon.benchmarks(t), *lexicon.shortened(t)]) and (
        set(lexicon.splits(" ".join(everything))) & {"test", "valid"} or told
    ):
        said = cell.text if not _is_lower_better(header) else [*cell.text, whole]
        return "text" if any("perplexity" in lexicon.metrics(t) for t in said) else Left.NOT_TOLD
    if _is_one_of_benchmarks(cell, grid, lexicon) and "perplexity" in lexicon.metrics(whole):
        return "text"
    citing = cell.text[0]
    if "perplexity" in lexicon.metrics(citing) and set(lexicon.splits(" ".join(header))) & {"test", "valid"}:
        return "text" if set(lexicon.mentions(citing)) - {"other"} else Left.NOT_TOLD
    return Left.NOT_TOLD


def _is_one_of_benchmarks(cell: CellTexts, grid: Grid, lexicon: Lexicon) -> bool:
    """Whether a cell's row is one of those that name a benchmark or another corpus each, and are printed in decimals.

    Only where every row of the table does so, or four at least: a list of corpora and tasks.
    """
    label = " ".join(cell.row)
    if not set(lexicon.benchmarks(label)) - {"other"} or not lexicon.is_scale(label):
        return False
    named = [row for row in grid.rows if lexicon.names_corpus(" ".join(row.stub))]
    if len(named) < 2 or len(named) < min(4, len(grid.rows)):
        return False
    ours = [v for row in named for k, chunks in row.cells.items() if k not in grid.stub
            for c in chunks for v in quantities.values(c.unmarked)]  # fmt: skip
    return sum(v.decimals > 0 for v in ours) > 0.7 * len(ours)


def _is_lower_better(header: list[str]) -> bool:
    return any("↓" in text for text in header)


def ended_groups(grid: Grid, lexicon: Lexicon) -> set[int]:
    """The rows (by id) that stand under a heading of perplexity which no longer holds for them.

    It holds until a row names a metric of its own, or says that more of it is better.
    """
    ended: set[int] = set()
    last: list[str] = []
    over = False
    for row in grid.rows:
        over = over and row.groups == last
        last = row.groups
        if any("perplexity" in lexicon.metrics(t) for t in row.groups):
            over = over or any(
                "↑" in t or ("other" in lexicon.metrics(t) and not is_name(t, lexicon)) for t in row.stub
            )
            if over:
                ended.add(id(row))
    return ended


def _spans_quantities(text: str, column: int, grid: Grid, lexicon: Lexicon) -> bool:
    """Whether `text` stands over a split and over columns that name quantities of their own: a span set too wide."""
    if not set(lexicon.splits(grid.headers[column][-1])) & {"test", "valid"}:
        return False
    return any(
        text in path[:-1] and {"other", "parameters"} & set(lexicon.metrics(path[-1]))
        for k, path in enumerate(grid.headers) if k != column and k not in grid.stub
    )  # fmt: skip


def _heads_values(text: str, below: str, lexicon: Lexicon) -> bool:
    """Whether `text` is a property and `below` the value of it that was chosen: "Model size" over "125M"."""
    metrics = lexicon.metrics(text)
    if not _CHOSEN.fullmatch(below.strip()):
        return False
    return "other" not in metrics or (metrics == ["other"] and lexicon.is_chosen(text) and "%" in below)


def is_name(text: str, lexicon: Lexicon) -> bool:
    """Whether a label names a system or a variant of one, not just a metric, a benchmark, a split or a property."""
    return not lexicon.is_scale(text) or bool(_STEP.match(text)) or _is_chosen(text, lexicon.metrics(text))


def is_like_systems(grid: Grid, row: Row, lexicon: Lexicon) -> bool:
    """Whether most other rows name systems and the numbers of `row` are like theirs: its label names one as well."""
    rest = [r for r in grid.rows if r is not row]
    others = [r for r in rest if any(is_name(t, lexicon) for t in r.stub if t)]
    if len(others) < max(2, 0.6 * len(rest)):
        return False
    n_alike = 0
    for column, chunks in row.cells.items():
        own = [v for c in chunks for v in quantities.values(c.unmarked)] if column not in grid.stub else []
        if not own:
            continue
        theirs = [v for r in others for c in r.cells.get(column, []) for v in quantities.values(c.unmarked)]
        if not theirs or {v.decimals for v in own} - {v.decimals for v in theirs}:
            return False
        usual = median(v.number for v in theirs)
        n_alike += all(v.decimals and 0.5 * usual < v.number < 2 * usual for v in own)
    return n_alike >= 2


def _is_chosen(text: str, metrics: list[str]) -> bool:
    """Whether `text` names a property with its value ("depth=10"): a variant of a system, not what the numbers are."""
    if metrics == ["parameters"]:  # "Size 10M"
        return bool(_SIZED.search(text))
    if metrics == ["other"]:  # "Ratio = 20%"
        return bool(_VALUE.search(text))
    return metrics == ["property"] and bool(re.search(r"\d", text))


def metric_in_rows(grid: Grid, row: Row, lexicon: Lexicon) -> bool:
    """Whether other rows name perplexity in a column of labels in which this one names something else."""
    for k, text in enumerate(row.stub):
        if "perplexity" not in lexicon.metrics(text) and any(
            "perplexity" in lexicon.metrics(r.stub[k]) and lexicon.is_scale(r.stub[k]) for r in grid.rows
        ):
            return True
    return False


def is_scale_of_columns(grid: Grid, row: Row) -> bool:
    """Whether a row is a second header of whole numbers, each larger than the one before, above rows of decimals."""
    own = [quantities.values(c.unmarked) for k, cs in sorted(row.cells.items()) if k not in grid.stub for c in cs]
    numbers = [v[0] for v in own if len(v) == 1]
    if len(numbers) < 3 or len(numbers) < len(own) or any(v.decimals for v in numbers):
        return False
    run = 1
    for one, after in pairwise(numbers):
        if after.number <= one.number and run < 3:
            return False
        run = run + 1 if after.number > one.number else 1
    others = [
        v for r in grid.rows if r is not row for k, cs in r.cells.items() if k not in grid.stub for c in cs
        for v in quantities.values(c.unmarked)
    ]  # fmt: skip
    return run >= 3 and sum(v.decimals > 0 for v in others) > 0.7 * len(others)


def counts_something(grid: Grid, column: int, lexicon: Lexicon) -> bool:
    """Whether a column of whole numbers, with nothing in its header that speaks of results, stands beside decimals."""
    header = " ".join(grid.headers[column])
    heads = [" ".join(path) for k, path in enumerate(grid.headers) if k not in grid.stub]
    told = lexicon.benchmarks(header) or not any("perplexity" in lexicon.metrics(head) for head in heads)
    if (told and lexicon.splits(header)) or lexicon.benchmarks(
        grid.headers[column][-1] if grid.headers[column] else ""
    ):
        return False
    if "perplexity" in lexicon.metrics(header):
        return False
    own = [v for t in grid.texts(column) for v in quantities.values(t)]
    others = [
        v for c in range(len(grid.columns)) if c != column and c not in grid.stub for t in grid.texts(c)
        for v in quantities.values(t)
    ]  # fmt: skip
    return all(v.decimals == 0 for v in own) and sum(v.decimals > 0 for v in others) >= len(own)
