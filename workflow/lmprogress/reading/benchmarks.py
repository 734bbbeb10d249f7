"""On which benchmark, and on which part of it, a perplexity of a table was measured.

In: the texts that speak of a cell, and the text around its table. Out: benchmark, splits, and what said so.
"""

from __future__ import annotations

import re

from lmprogress.reading.cells import Grid, Row
from lmprogress.reading.contexts import CellTexts, Context
from lmprogress.reading.words import Lexicon

_TUNED = re.compile(r"\b(?:pre-?|fine-?)?(?:trained|tuned|optimi[sz]ed|searched|found|learned) (?:for|on) [^\s()]+")
_AVERAGED = re.compile(r"(?i)\b(?:average|avg|mean)\b")
_ASIDE = re.compile(r"\b(?:as in|as on|as for|unlike|in contrast to|similar to)(?: [^\s.,;]+){1,5}")


def benchmark_of(
    cell: CellTexts, context: Context, lexicon: Lexicon, generation: bool
) -> tuple[str | None, str | None]:
    """The benchmark and what says so; "other" for one that is none of ours; None where nothing decides."""
    for place, texts in cell.places():
        if place == "header" and not any(map(lexicon.benchmarks, texts)):  # a name set on two lines: "WikiText-", "103"
            texts = [re.sub(r"-\s+(?=\d)", "-", " ".join(texts[::-1]))]
        for text in texts:
            if place in {"row", "group"} and any(map(lexicon.benchmarks, cell.caption)):
                text = _TUNED.sub("", text)  # what a system was made for is not what it is measured on
            named = lexicon.benchmarks(text)
            if not named and (meant_here := context.abbreviations.get(text.strip(" ↓↑()."))):
                named = [meant_here]
            if not named and (meant := lexicon.shortened(text)):
                if place == "header" and any(lexicon.benchmarks(t) == ["other"] for t in texts):
                    return "other", place  # "Wiki" under the name of another corpus
                known = [set(meant) & set(lexicon.benchmarks(t)) for t in [*cell.caption, context.citing, context.page]]
                found = next((k for k in known if k), set(meant) & set(lexicon.mentions(context.whole)))
                return (found.pop(), place) if len(found) == 1 else (None, None)
            if place in {"row", "group"} and "other" in named and len(named) == 1 and len(text.split()) > 3:
                continue
            if len(named) == 1:
                return named[0], place
            if len(named) > 1:
                ours = [n for n in named if n != "other"]
                if any(map(_AVERAGED.search, cell.header)):
                    return "other", place  # over several corpora
                if place == "caption" and len(ours) == 1:
                    return ours[0], place
                first = lexicon.benchmarks(_first_sentence(text))
                if place == "caption" and len(first) == 1:
                    return first[0], place
                return None, None
    several = False  # the text names several: what it speaks of elsewhere decides nothing
    for place, text in (("text", context.citing), ("section", context.section)):
        named = sorted(set(lexicon.mentions(_ASIDE.sub("", text))))
        if len(named) == 1:
            return named[0], place
        several = several or bool(named)
    spoken_of = context.nearest or context.paper_benchmark
    return (spoken_of, "text") if spoken_of and not several and not generation else (None, None)


def _first_sentence(caption: str) -> str:
    return re.split(r"(?<=[a-z0-9])[.;]\s", re.sub(r"^\w+ [\w.]+?[.:|]\s", "", caption))[0]


def splits_of(cell: CellTexts, n: int, context: Context, lexicon: Lexicon) -> tuple[list[str], str | None]:
    """For each of `n` values of a cell its split, and what says so."""
    for place, texts in cell.places():
        for text in texts:
            named = lexicon.splits(text)
            if place in {"row", "group"} and len(text.split()) > 4 and not re.match(r"(?i)(test|val)", text):
                continue
            if n > 1 and len(named) == n:
                return named, place
            if place == "caption" or (place in {"row", "group"} and not lexicon.is_scale(text)):
                named = [s for s in named if s != "train"]  # "staged training" is no split
            if n == 1 and len(named) == 1:
                return named, place
            if n == 1 and len(named) > 1 and place != "caption":
                return ["unknown"], None
            if place == "caption" and len(named) > 1:  # its first sentence says what the values are
                named = [s for s in lexicon.splits(_first_sentence(text)) if s != "train"]
                if n == 1 and len(named) == 1:
                    return named, place
            if place == "caption" and n > 1 and len(named) == 1 and "/" in "".join(cell.header[:1]):
                return named * n, place  # two variants of a system in one cell, as its header says
    if n == 2:
        return ["valid", "test"], "caption"
    if n == 1:
        for text in cell.text[:2]:
            named = lexicon.splits_in_text(text)
            if len(named) == 1:
                return named, "text"
    return ["unknown"] * n, None


def among_benchmarks(grid: Grid, row: Row, column: int, lexicon: Lexicon) -> bool:
    """Whether a cell's row or column stands among others that name a benchmark in its place, and names none itself."""

    def is_name(text: str) -> bool:
        return bool(lexicon.benchmarks(text)) and lexicon.is_scale(text)

    if any(g for g in row.groups) and any(is_name(r.groups[0]) for r in grid.rows if r.groups):
        return True
    for k, text in enumerate(row.stub[:2]):
        if text and len({r.stub[k] for r in grid.rows if r.stub[k] and is_name(r.stub[k])}) > (0 if k == 0 else 1):
            return True
    own = grid.headers[column]
    if not own or all(lexicon.is_scale(t) for t in own):
        return False
    named = [
        k for k in range(len(grid.columns)) if k not in grid.stub and any(map(lexicon.benchmarks, grid.headers[k]))
    ]
    return bool(named) and any("other" not in lexicon.metrics(" ".join(grid.headers[k])) for k in named)


def among_columns(grid: Grid, column: int, lexicon: Lexicon) -> bool:
    """Whether a column's header is a name, beside others that name corpora and nothing else."""
    own = grid.headers[column]
    if not own or all(map(lexicon.is_scale, own)):
        return False
    heads = [grid.headers[k] for k in range(len(grid.columns)) if k not in grid.stub and k != column]
    return any(any(map(lexicon.benchmarks, path)) and all(map(lexicon.is_scale, path)) for path in heads)
