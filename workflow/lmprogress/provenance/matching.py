"""Whether a name in the curated tables and a label in a paper mean the same system.

In: names, labels, what a paper's own labels say. Out: how well they match.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from lmprogress.core.settings import Benchmark
from lmprogress.reading.system_names import stated_size, words
from lmprogress.reading.text import plain
from lmprogress.reading.words import Lexicon, pattern

_TOKEN = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_SIZE_OR_YEAR = re.compile(r"(?<![\w.])(?:\d+(?:\.\d+)?\s?[mb]|(?:19|20)\d\d)(?![\w.])", re.IGNORECASE)
_GREEK = re.compile("[α-ω]")
_PARTS = re.compile(r"\s*\|\s*")
_LEAST_STEM = 3  # letters that two forms of one word have in common: "dynamic" and "dynamical", "Con." and "connected"

Words = tuple[str, ...]


class Match(enum.IntEnum):
    """How well a label speaks of a system; more is better."""

    NONE = 0  # says something else
    COMPATIBLE = 1  # shares words, without another name in place of those that it lacks; or says no name
    STRONG = 2  # says nothing but what the name says, and what it lacks no label of the paper says
    FULL = 3  # says what the name says, no more and no less


class Label(NamedTuple):
    """What the label of a reading says: words of its row, those of its column, and whether it says "ours"."""

    row: Words
    column: Words
    says_own: bool

    @property
    def words(self) -> Words:
        """All words."""
        return self.row + self.column


class Names:
    """What names say, benchmarks, sizes, years and words of no meaning left out."""

    def __init__(self, benchmarks: Mapping[str, Benchmark], lexicon: Lexicon) -> None:
        vocabulary = lexicon.vocabulary
        self._unmeant = pattern(
            [
                *(word for benchmark in benchmarks.values() for word in benchmark.synonyms),
                *vocabulary.own_words,
                *vocabulary.prose.unnamed_systems,
            ]
        )
        self._lexicon = lexicon

    def words(self, name: str) -> Words:
        """The words of `name` that tell systems apart, in their order, each once."""
        text = self._unmeant.sub(" ", _spelt_out(plain(name).lower()))
        if stated_size(name) is not None or _SIZE_OR_YEAR.search(text):
            text = _SIZE_OR_YEAR.sub(" ", text)
        meant = words(text)
        return tuple(dict.fromkeys(word for word in _TOKEN.findall(text) if word in meant))

    def label(self, reading: Mapping[str, Any]) -> Label:
        """What a reading's row and column say, or the system that a sentence names; metric and split left out."""
        row, column = reading["row_label"] or "", reading["column_label"] or ""
        if reading["source"] != "table" or not (row or column):
            row, column = reading["system"] or "", ""
        own = any(self._lexicon.says_own(text) for text in (row, column))
        return Label(self._named(row), self._named(column), own)

    def _named(self, label: str) -> Words:
        parts = (part for part in _PARTS.split(label) if part)
        return self.words(" ".join(part for part in parts if not self._lexicon.is_scale(part)))

    def settings(self, name: str) -> frozenset[str]:
        """The settings of an evaluation that `name` says, as in the column `setting` of readings."""
        return frozenset(self._lexicon.settings(name))


def _spelt_out(text: str) -> str:
    """`text` with Greek letters by their names: "μP" is "muP" where people write it down."""
    return _GREEK.sub(lambda letter: unicodedata.name(letter[0]).split()[-1].lower(), text)


def match(name: Words, label: Label, seen: Collection[str]) -> Match:
    """How well `label` speaks of the system `name`; `seen` are the words of all labels of the paper's own systems."""
    if not label.words or not name:
        return Match.COMPATIBLE
    missing, extra = uncovered(name, label.words), uncovered(label.words, name)
    if not missing and not extra:
        return Match.FULL
    elsewhere = [word for word in missing if any(akin(word, other) for other in seen)]
    if not extra and not elsewhere:
        return Match.STRONG
    # another name stands in the row itself, where there is one: columns set apart what a row's name leaves open
    other_name = [word for word in extra if word in (label.row or label.column)]
    return Match.NONE if len(missing) == len(name) or (other_name and elsewhere) else Match.COMPATIBLE


def uncovered(ours: Words, theirs: Words) -> list[str]:
    """Words of `ours` that `theirs` does not say, also not as one word in place of two or two in place of one."""
    joined = {*_joined(theirs)}
    left = [word for word in ours if word not in joined and not any(akin(word, other) for other in theirs)]
    pairs = [pair for pair in pairwise(ours) if "".join(pair) in theirs]
    in_pairs = {word for pair in pairs for word in pair}
    return [word for word in left if word not in in_pairs]


@lru_cache(maxsize=65536)
def akin(one: str, other: str) -> bool:
    """Whether two words are forms of one: equal, a plural, or one the start of the other."""
    if one == other or one.rstrip("s") == other.rstrip("s") != "":
        return True
    if not (one.isalpha() and other.isalpha()) or min(len(one), len(other)) < _LEAST_STEM:
        return False
    return one.startswith(other) or other.startswith(one)


def seen_words(labels: Iterable[Sequence[str]]) -> frozenset[str]:
    """Every word of `labels`."""
    return frozenset(word for label in labels for word in label)


def _joined(tokens: Words) -> Iterable[str]:
    return ("".join(pair) for pair in pairwise(tokens))
