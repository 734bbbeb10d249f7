"""How many parameters a table prints for the system of a cell.

In: a grid and what stands above it. Out: counts, each with the text that prints it and where that stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from lmprogress.reading import quantities
from lmprogress.reading.cells import Chunk, Grid, Row, is_blank
from lmprogress.reading.words import Lexicon

_LEAST = 1000  # parameters: what a table counts with less is something else
_APART = 10.0  # a count this many times off the size in a label counts something else (a bit width, an adapter)
_BARE_MILLIONS = 1e5  # numbers without any unit below this are millions
# "the number of parameters is shown in brackets": sizes after the name of a benchmark are then those of models
_IN_BRACKETS = re.compile(r"(?i)\b(?:param\w*|model sizes?)\b[^.;]{0,40}\b(?:brackets|parenthes[ei]s)")
# a sign that the caption explains: "N is the number of parameters"
_SIGN = re.compile(
    r"(?<![\w-])(?P<sign>[#A-Z|]{1,3})(?:\s*[:=]\s*|\s(?:is|are|denotes?|means|stands? for|gives|counts)\s)"
    r"(?:the |its |their )?(?:total )?(?:number of |count of )?(?:trainable |model )?param"
)
_AFTER_SIGN = re.compile(r"\s*(?:[(\[].*|[x×].*)")  # its unit: "N (×10^6)"
_WITH_PART = re.compile(r"[\d.,]+\s?[kKMB]?\s?\([\d.,]+\s?[kKMB]?\)")
_PART = re.compile(r"\s*\([^()]*\)\s*$")
_TOKEN = re.compile(r"[a-z]+|\d+")


class Printed(NamedTuple):
    """A count of parameters, as printed, and where: column, row, label, group, header, caption."""

    n: float
    raw: str
    evidence: str


class ParameterCounts:
    """The parameter counts of `grid`; `above` are its panel title and caption."""

    def __init__(self, grid: Grid, above: Sequence[str], lexicon: Lexicon) -> None:
        self._grid, self._lexicon = grid, lexicon
        values = [c for c in range(len(grid.columns)) if c not in grid.stub]
        self._signs = {m["sign"] for text in above for m in _SIGN.finditer(text)}
        self.columns = [c for c in values if self._heads_counts(grid.headers[c], grid.texts(c))]
        if not self.columns:
            # counts without a header, or before the labels
            bare = [c for c in values if not grid.headers[c] or c < grid.stub[0]]
            self.columns = [c for c in bare if _all_with_unit(grid.texts(c))]
        results = [c for c in values if c not in self.columns and any(map(quantities.values, grid.texts(c)))]
        # each count stands behind what it belongs to, as the first and the last do
        self._behind = bool(self.columns and results) and (
            results[0] < self.columns[0] and results[-1] < self.columns[-1]
        )
        self.rows = [r for r in grid.rows if self._is_row_of_counts(r)]
        labels = [t for r in grid.rows for t in (*r.stub, *r.groups)] + [t for path in grid.headers for t in path]
        self._in_brackets = any(map(_IN_BRACKETS.search, above))
        self._of_all = None
        if not self.columns and not self.rows and not any(map(lexicon.sizes, labels)):
            self._of_all = self._stated_for_all(above, labels)

    def of(self, row: Row, column: int) -> Printed | None:
        """What the table prints for the system of a cell: in a column or row of counts, in its labels, above it."""
        counted = self._in_column(row, column) or self._in_row(row, column)
        stated = self._in_labels(row, column)
        if counted and stated and not stated.n / _APART < counted.n < stated.n * _APART:
            return stated
        return counted or stated or self._of_all

    def counts(self, row: Row) -> bool:
        """Whether a column of counts prints one for `row` that is like its others, and no difference of two."""
        return any(
            n > 0.5 * min(map(_number, self._grid.texts(k)), default=0.0)
            for k in self.columns
            for c in row.cells.get(k, [])
            if (n := _number(c.unmarked))
        )

    # ---- columns and rows of counts ---------------------------------------------------------------------------------

    def _heads_counts(self, header: Sequence[str], cells: Sequence[str]) -> bool:
        """Whether the lowest line of `header` that is more than a unit or a sign heads counts of parameters."""
        words = [t for t in header if not quantities.is_unit(t) and re.search(r"[^\W_]|θ", t)]
        if words and all(_WITH_PART.fullmatch(t) or is_blank(t) for t in cells):  # "Params (non-emb.)": of a part
            words[-1] = _PART.sub("", words[-1])
        if not words or "perplexity" in self._lexicon.metrics(words[-1]):
            return False
        whole = " ".join(header)
        has_unit = quantities.unit(whole) is not None or any(map(quantities.has_unit, cells))
        lowest, joined = words[-1], " ".join(words[-2:])
        if self._lexicon.is_parameters(lowest) or self._lexicon.is_only_parameters(joined):
            return True
        sign = _AFTER_SIGN.sub("", lowest)
        if sign in self._signs:
            return True
        if self._lexicon.is_quality(lowest) and any(map(self._lexicon.is_parameters, words[:-1])):
            return True  # "Total" under "Parameters of each part"
        return has_unit and any(map(self._lexicon.is_size, (lowest, joined, sign)))

    def _is_row_of_counts(self, row: Row) -> bool:
        label = " ".join(row.stub)
        cells = [c.unmarked for k, chunks in row.cells.items() if k not in self._grid.stub for c in chunks]
        counts = [t for t in cells if not is_blank(t)]
        lexicon = self._lexicon
        rest = lexicon.without_scales(label)
        sure = lexicon.is_parameters(label) and (lexicon.is_scale(label) or lexicon.is_quality(rest))
        if not sure and not (
            self._lexicon.is_size(label) and (quantities.unit(label) or any(map(quantities.has_unit, counts)))
        ):
            return False
        return all(quantities.whole_count(t) for t in counts)

    def _in_column(self, row: Row, column: int) -> Printed | None:
        grid = self._grid
        printed = {c: row.cells[c] if c in row.cells else _centred(grid, row, c) for c in self.columns}
        filled = [c for c in self.columns if printed[c]]
        if not filled:
            return None
        theirs, corpora = self._particulars(column), self._corpora(column)
        # "output layer parameters" are those of a part, where another column counts the whole
        whole = {c for c in filled if self._lexicon.is_parameters(" ".join(grid.headers[c]))}

        def rank(c: int) -> tuple[bool, bool, bool, int, int, bool, int]:
            ours, under = self._particulars(c), self._corpora(c)
            part = bool(whole) and c not in whole
            astray = bool(corpora and under) and not corpora & under  # under another benchmark
            apart = bool(corpora) and not under
            turned = c < column if self._behind else c > column
            return part, astray, apart, -len(ours & theirs), len(ours - theirs), turned, abs(c - column)

        nearest = min(filled, key=rank)
        raw = " ".join(c.unmarked for c in printed[nearest])
        count = quantities.whole_count(raw, self._unit(nearest))
        return Printed(count, raw, "column") if count and count >= _LEAST else None

    def _particulars(self, column: int) -> set[str]:
        """The words over a column that name no metric, split or benchmark: what sets it apart from its like.

        "All" and "total" set a count apart from none.
        """
        texts = [t for t in self._grid.headers[column] if not quantities.is_unit(t)]
        words = {w for t in texts for w in _TOKEN.findall(self._lexicon.without_scales(t))}
        return {w for w in words if not self._lexicon.is_quality(w)}

    def _corpora(self, column: int) -> set[str]:
        """The benchmarks that the header of a column names."""
        return {name for text in self._grid.headers[column] for name in self._lexicon.benchmarks(text)}

    def _in_row(self, row: Row, column: int) -> Printed | None:
        """The count of a column in the table's row of counts, of several in the one for the same benchmark or group."""

        def apart(counts: Row) -> tuple[bool, bool]:
            ours, theirs = (
                {n for t in (*r.groups, *r.stub) for n in self._lexicon.benchmarks(t)} for r in (row, counts)
            )
            return bool(theirs) and not ours & theirs, row.groups != counts.groups

        counts = min(self.rows, key=apart, default=None)
        if counts is None or not (shared := _spread(self._grid, counts, column)):
            return None
        raw = " ".join(c.unmarked for c in shared)
        count = quantities.whole_count(raw, quantities.unit(" ".join(counts.stub)) or 1e6)
        return Printed(count, raw, "row") if count and count >= _LEAST else None

    def _unit(self, column: int) -> float | None:
        """The factor of a column of counts: from its header, or from the size of its bare numbers."""
        if named := quantities.unit(" ".join(self._grid.headers[column])):
            return named
        texts = self._grid.texts(column)
        counts = [c for t in texts if (c := quantities.whole_count(t)) is not None]
        if any(map(quantities.has_unit, texts)):
            return 1e6 if counts and min(counts) < 1e3 else None
        return 1e6 if counts and max(counts) < _BARE_MILLIONS else None

    # ---- sizes in labels and captions -------------------------------------------------------------------------------

    def _in_labels(self, row: Row, column: int) -> Printed | None:
        """The size that the nearest of a cell's labels states ("GPT-2 (1.5B)"); None where that one states several."""
        labels = [("label", t) for t in row.stub] + [("group", t) for t in row.groups[::-1]]
        labels += [("header", t) for t in [*self._grid.headers[column][::-1], *self._grid.corner[::-1]]]
        for evidence, text in labels:
            sizes = self._lexicon.sizes_in_brackets(text) if self._in_brackets else self._lexicon.size_of_system(text)
            if len({count for count, _ in sizes}) > 1:
                return None
            if sizes:
                return Printed(*sizes[0], evidence)
        return None

    def _stated_for_all(self, above: Sequence[str], labels: Sequence[str]) -> Printed | None:
        """The one size that the lines above a table state for all of it, where the table itself states none."""
        for text in above:
            sizes = self._lexicon.sizes_of_models(text)
            if len({count for count, _ in sizes}) > 1:
                return None
            # a system's name keeps its size when it is pruned
            named = sizes and not self._lexicon.counts_parameters(text)
            if sizes and not (named and any(map(self._lexicon.says_resized, [*above, *labels]))):
                return Printed(*sizes[0], "caption")
        return None


def _number(text: str) -> float:
    """The count in a cell as it stands; 0 where it has none."""
    return quantities.whole_count(text) or 0.0


def _all_with_unit(texts: Sequence[str]) -> bool:
    counts = [t for t in texts if not is_blank(t)]
    return len(counts) > 1 and all(quantities.whole_count(t) and quantities.has_unit(t) for t in counts)


def _spread(grid: Grid, row: Row, column: int) -> list[Chunk]:
    """What `row` prints for `column`: its cell, or the one that is centred on a run of columns without another."""
    if column in row.cells:
        return row.cells[column]
    columns = [k for k in range(len(grid.columns)) if k not in grid.stub]
    for k in sorted(row.cells.keys() & set(columns)):
        chunks = row.cells[k]
        centre = (chunks[0].x0 + chunks[-1].x1) / 2
        free = {j for j in columns if j == k or j not in row.cells}
        for first, last in ((i, j) for i in columns for j in columns if i <= min(k, column) and j >= max(k, column)):
            lo, hi = grid.columns[first][0], grid.columns[last][1]
            if set(range(first, last + 1)) <= free and abs(centre - (lo + hi) / 2) < 0.1 * (hi - lo) / (
                last - first + 1
            ):
                return chunks
    return []


def _centred(grid: Grid, row: Row, column: int) -> list[Chunk]:
    """What the rows between the rules around `row` share in `column`: the one cell there, centred on three or more."""
    band = [r for r in grid.rows if r.band == row.band]
    filled = [r for r in band if column in r.cells]
    if len(band) < 3 or len(filled) != 1:
        return []
    middle, step = (band[0].base + band[-1].base) / 2, (band[-1].base - band[0].base) / (len(band) - 1)
    return filled[0].cells[column] if abs(filled[0].base - middle) < 0.6 * abs(step) else []
