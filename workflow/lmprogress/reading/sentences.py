"""Running text in sentences.

In: the plain text of a page. Out: its sentences, with their place in it; lines of tables and references left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lmprogress.reading.text import plain, rejoined

_NUMERIC = re.compile(r"[(\[~±+\-–−]*\d[\d.,]*(?:[kKMBT%×x]|e\d+|±\d[\d.]*|/\d[\d.]*)?[)\]%*†‡,.;:]*|[–−—-]")
_WORDY = re.compile(r"[(\"“]?[a-z]{2,}(?:[-'’][a-z]+)*[)\"”,.;:?!’s]*")
_REFERENCES = re.compile(
    r"(?:\d{1,2}\.?\s+|[IVX]+\.\s+)?(?:references|bibliography|literature cited)\s*", re.IGNORECASE
)
_APPENDIX = re.compile(
    r"(?:appendi|supplement)[\w ]*(?:[:.\-–—]\s*[\w ]*)?|A(?:\.\d)?\.?\s+[A-Z][A-Za-z\- ]{3,60}", re.IGNORECASE
)
_DIGIT = re.compile(r"\d")
_DATED = re.compile(r"\b(?:19|20)\d\d[a-z]?\b|\bpp\.|arXiv")
_BROKEN = re.compile(r"\b([A-Za-z]{1,12})-([a-z]{2,12})\b")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as printed, and where it starts in the text of its page."""

    raw: str
    start: int


class Splitter:
    """Splits the pages of one paper, from the first on: a list of references is left out up to the appendix."""

    def __init__(self, abbreviations: Iterable[str]) -> None:
        # a look-behind has one width: one for each abbreviation, after the stop so that few places are asked
        unless = "".join(rf"(?<!\b(?i:{re.escape(word)})\.)" for word in abbreviations)
        note = r"(?:(?<=[a-z)][.?!])\d{1,2})?"  # the number of a footnote
        self._end = re.compile(rf"[.?!](?<=[\w)\]%”\"’][.?!]){unless}{note}\s+(?=[A-Z(\[“\"•])")
        self._in_references = False

    def sentences(self, text: str) -> Iterator[Sentence]:
        """The sentences of the next page; a line that holds more numbers than words ends one and is left out."""
        for start, end in self._blocks(text):
            begin = start
            for stop in self._end.finditer(text, start, end):
                yield Sentence(text[begin : stop.start() + 1], begin)
                begin = stop.end()
            yield Sentence(text[begin:end], begin)

    def _blocks(self, text: str) -> Iterator[tuple[int, int]]:
        start: int | None = None
        at = 0
        lines = text.split("\n")
        if self._in_references and sum(bool(_DATED.search(line)) for line in lines) < len(lines) / 8:
            self._in_references = False
        for line in lines:
            if _REFERENCES.fullmatch(line):
                self._in_references = True
            elif self._in_references and _APPENDIX.fullmatch(line.strip()):
                self._in_references = False
            if self._in_references or _is_tabular(line):
                if start is not None:
                    yield start, at
                start = None
            elif start is None:
                start = at
            at += len(line) + 1
        if start is not None:
            yield start, len(text)


def _is_tabular(line: str) -> bool:
    if not _DIGIT.search(line):
        return False
    parts = line.split()
    numeric = sum(map(bool, map(_NUMERIC.fullmatch, parts)))
    if not numeric:
        return False
    wordy = sum(map(bool, map(_WORDY.fullmatch, parts)))
    return numeric >= wordy and not (numeric == 1 == len(parts) and line.rstrip().endswith("."))


def mended(raw: str, known: Callable[[str], bool]) -> str:
    """`raw` made plain; a word broken at the end of a line is put together where `known` says that it is one."""
    return _BROKEN.sub(lambda m: m[1] + m[2] if known((m[1] + m[2]).lower()) else m[0], plain(rejoined(raw)))
