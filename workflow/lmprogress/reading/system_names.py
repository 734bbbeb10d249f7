"""Names of systems as a paper's tables and sentences give them, and when two of them mean the same system.

In: labels of rows and columns, names in prose. Out: names, words to compare, identifiers, sizes that a name states.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from lmprogress.reading import quantities
from lmprogress.reading.text import plain
from lmprogress.reading.words import Lexicon

_PARTS = re.compile(r"\s*\|\s*")
_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
# "(1542M)", "OPT-175B", "280B": a size that stands alone or ends a word; a list of figures ("157B,") is none
_SIZE = re.compile(r"(?:^|(?<=[\s(\[\-_]))\d+(?:\.\d+)?\s?[MB](?=$|[\s)\]])(?!\s*(?:tokens|words|steps|examples))")
_CITED = re.compile(
    r"\s*\((?:[^()]*[,\s])?(?:19|20)\d\d[a-z]?(?:[;,][^()]*)?\)|\s*\[[\d,;\s-]+\]"
    r"|,?\s*\bet al\.?(?:\s*,?\s*(?:19|20)\d\d)?"
)
# words that name no system in particular
_COMMON = frozenset({"a", "an", "and", "by", "for", "in", "model", "models", "network", "of", "on", "our", "ours"} |
                    {"proposed", "the", "this", "we", "with", "work", "w", "language"})  # fmt: skip

# words that tell sizes of one system; not XL, which Transformer-XL has in its name
SCALES = frozenset({"tiny", "mini", "small", "base", "medium", "big", "large"})


def name_of(reading: Mapping[str, object], siblings: Sequence[str], lexicon: Lexicon) -> str | None:
    """The system's name: the parts of the row's label, then the parts of its column's that set it apart.

    `siblings` are the labels of all columns of the same row that hold the same benchmark and split. Parts that say no
    more than metric, benchmark or split are left out. Where no part of the row is left (models stand across), the
    column's parts are the name. None where nothing is left.
    """
    rows = [part for part in _split(reading["row_label"]) if not lexicon.is_scale(part)]
    columns = [part for part in _split(reading["column_label"]) if not lexicon.is_scale(part)]
    if rows:
        shared = set.intersection(*(set(_split(label)) for label in siblings)) if siblings else set()
        columns = [part for part in columns if len(siblings) > 1 and part not in shared]
    name = " | ".join(dict.fromkeys(part for part in (*rows, *columns) if re.search(r"\w", part)))
    if name:
        return name
    label = " | ".join(_split(reading["row_label"] or reading["system"]))
    return label if re.search(r"\w", label) and not lexicon.is_scale(label) else None


def _split(label: object) -> list[str]:
    return [part for part in _PARTS.split(label.strip()) if part] if isinstance(label, str) else []


def words(name: str) -> frozenset[str]:
    """The words and numbers of `name` that tell systems apart, in small letters, citations left out."""
    return frozenset(_WORD.findall(_CITED.sub(" ", plain(name)).lower())) - _COMMON


def slug(name: str) -> str:
    """`name` in small letters, digits, '.' and '-', citations left out; 'system' where nothing is left."""
    text = re.sub(r"[^a-z0-9.]+", "-", _CITED.sub(" ", plain(name)).lower()).strip("-.")
    return text[:60].strip("-.") or "system"


def stated_size(name: str) -> float | None:
    """The number of parameters that `name` itself gives ("GPT-2 (1542M)"); None where it gives none or several."""
    found = {quantities.count(match[0]) for match in _SIZE.finditer(_CITED.sub(" ", plain(name)))}
    return found.pop() if len(found) == 1 else None


def best_matches(name: str, candidates: Iterable[tuple[str, float]]) -> set[float]:
    """Values of those `candidates` (name, value) that speak of the system `name`.

    A candidate speaks of it when all its words stand in `name`; those that share most words win, so that
    "Transformer-XL Large" prefers what is said of Transformer-XL Large to what is said of Transformer-XL.
    """
    ours, most, values = words(name), 0, set[float]()
    for candidate, value in candidates:
        theirs = words(candidate)
        if not theirs or not theirs <= ours:
            continue
        if len(theirs) > most:
            most, values = len(theirs), set()
        if len(theirs) == most:
            values.add(value)
    return values
