"""Rows and columns of a table that were measured on something else than a benchmark of ours.

In: a grid, the text around it. Out: whether a cell's labels name another corpus, a variant of a known one, or some of
its words only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lmprogress.reading.cells import Grid, Row
from lmprogress.reading.contexts import Context
from lmprogress.reading.words import Lexicon

_RANGE = re.compile(
    r"[<>≤≥]\s?[\d.,]+\s?[kKM]?|[\d.,]+\s?[kKM]?\s?(?:-|\.\.)\s?[<>]?[\d.,]+\s?[kKM]?|[\d.,]+\s?[kKM]?\s?[<>≤≥+]"
)
_BY_FREQUENCY = re.compile(r"\b(?:frequen\w+|buckets?|bins?|occurr\w+|rare|counts?)\b", re.IGNORECASE)
_CORPUS = (
    r"(?:[Cc]orp(?:us|ora)|[Dd]ata ?[Ss]ets?|[Bb]enchmarks?|[Dd]omains?|[Tt]est [Ss]ets?|[Tt]ranscripts|[Aa]rticles)"
)
_BETWEEN = r"(?:\s(?:[A-Z][\w-]*|\([^()]*\)|\[[^\[\]]*\])){0,3}"


class OtherCorpora:
    """What the labels of `grid` name beside our benchmarks."""

    def __init__(self, grid: Grid, context: Context, lexicon: Lexicon) -> None:
        self._grid, self._context, self._lexicon = grid, context, lexicon
        caption = grid.region.caption.text if grid.region.caption else ""
        self._by_frequency = bool(
            _BY_FREQUENCY.search(" ".join([caption, context.citing, *map(" ".join, grid.headers)]))
        )
        columns = [c for c in range(len(grid.columns)) if c not in grid.stub]
        self._columns = {c for c in columns if self._names_other(self._lines(grid.headers[c]))}
        self._columns |= self._unknown_corpora(columns)
        self._tested_on = [k for k, c in enumerate(grid.stub) if lexicon.heads_corpora(" ".join(grid.headers[c]))]
        self._known: dict[str, bool] = {}

    def hold(self, row: Row, column: int) -> bool:
        """Whether the cell of `row` in `column` is a result on something else."""
        if column in self._columns:
            return True
        labels = [*row.groups, *row.stub]
        key = "\n".join(labels)
        if key not in self._known:
            tested_on = [row.stub[k] for k in self._tested_on if k < len(row.stub) and row.stub[k]]
            self._known[key] = self._names_other(labels) or any(map(self._is_unknown, tested_on))
        return self._known[key]

    @staticmethod
    def _lines(header: Sequence[str]) -> list[str]:
        """The texts of a header, with a name that a line's end breaks at its hyphen put together."""
        joined: list[str] = []
        for text in header:
            if joined and re.search(r"\w-$", joined[-1]):
                joined[-1] += text
            else:
                joined.append(text)
        return joined

    def _names_other(self, texts: Sequence[str]) -> bool:
        return any(
            self._lexicon.is_variant(text)
            or self._lexicon.is_some_words(text)
            or (self._by_frequency and _RANGE.fullmatch(text.strip()))
            for text in texts
        )

    def _is_unknown(self, text: str) -> bool:
        """Whether a cell under "Tested on" names no benchmark and no part of one."""
        known = self._lexicon.benchmarks(text) or self._lexicon.shortened(text) or self._lexicon.splits(text)
        return bool(re.search(r"[A-Za-z]{2}", text)) and not known and not self._lexicon.is_unchanged(text)

    def _unknown_corpora(self, columns: Sequence[int]) -> set[int]:
        """Columns headed by names that the paper calls corpora, with the named ones beside them."""
        headed = {c: self._name(self._grid.headers[c]) for c in columns}
        named = {c: name for c, name in headed.items() if name}
        return set(named) if any(map(self._is_corpus, set(named.values()))) else set()

    def _name(self, header: Sequence[str]) -> str | None:
        """The one name in a header that says neither metric nor split, where none of its texts names a benchmark."""
        if any(self._lexicon.benchmarks(text) or self._lexicon.shortened(text) for text in header):
            return None
        names = [t for t in header if not self._lexicon.is_scale(t) and re.search(r"[A-Za-z]{3}|^[A-Z]{2}$", t)]
        return names[0] if len(names) == 1 else None

    def _is_corpus(self, name: str) -> bool:
        """Whether the paper calls `name` a corpus, within a sentence: "on the Cancer Interaction Dataset"."""
        if not re.match(r"[A-Z][\w-]*$", name) or self._lexicon.is_common(name):
            return False
        called = re.compile(rf"(?<=[a-z,(] ){re.escape(name)}{_BETWEEN}\s{_CORPUS}\b")
        return any(not self._lexicon.mentions(m[0]) for m in called.finditer(self._context.whole))
