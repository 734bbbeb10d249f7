"""What a paper says of where its systems come from: words of title, abstract, captions, columns, and text.

In: the text of a paper's pages; a grid. Out: remarks, `place:meaning:word` joined by ';' (READINGS.remarks).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from lmprogress.reading.cells import Grid
from lmprogress.reading.sentences import Splitter
from lmprogress.reading.text import plain, rejoined
from lmprogress.reading.words import Lexicon

_ABSTRACT = re.compile(r"(?i)\babstract\b|\bA\s?B\s?S\s?T\s?R\s?A\s?C\s?T\b")
_INTRODUCTION = re.compile(r"(?im)^\W*(?:1|I)?[.\s]*introduction\b")
_AFFILIATED = re.compile(r"(?i)@|universit|institut|\blabs?\b|department|research\b.*\b(?:inc|usa|china)")
# a model called by its name, "the released pre-trained Transformer-XL Large model"; "LM" and "Transformer" name none
_PRETRAINED = re.compile(
    r"\b(?:[Pp]re-?\s?trained|[Rr]eleased|[Cc]heckpoints? of(?: the)?)\s"
    r"((?!\w{0,2}LMs?\b|RNN|LSTM|NLP\b|NMT\b|Transformers?\b)[A-Z][\w.]*[A-Z0-9][\w.-]*(?:\s(?:Base|Large|Small|Medium|XL|[\d.]+[MB]))?"
    r"|Transformer-XL(?:\s(?:Base|Large))?)"
)
# "with GPT pre-trained models"
_SO_TRAINED = re.compile(
    r"\b([A-Z][\w.]*[A-Z0-9][\w.-]*)\s[Pp]re-?\s?trained\s(?:language\s)?(?:models?|weights|checkpoints?)\b"
)
_GOES_ON = re.compile(r"(?:It|This|They|The (?:data\s?set|corpus|data|former|latter))\b")
_NOTE = re.compile(r"^\s*(?:[*∗⋆†‡§¶♠♣♦]+|[a-h]|\d{1,2})\s?[A-Z][a-z]")  # "† Our runs", "a Our runs"
_TITLE, _FRONT = 200, 3000  # letters: of a title at most, and of a title with an abstract


class PaperRemarks:
    """The remarks of one paper; `texts` are its pages as printed."""

    def __init__(self, texts: Sequence[str], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._texts = texts
        title, abstract = _front(texts[0] if texts else "")
        self._front = [
            *(("title", kind, word) for kind, word in lexicon.kinds(title)),
            *(("title", "family", name) for name in lexicon.released(title)),
            *(("abstract", kind, word) for kind, word in lexicon.kinds(abstract)),
            *(("abstract", "family", name) for name in lexicon.released(abstract)),
        ]
        self._trained, self._validated = self._told_on(texts)
        whole = [plain(text) for text in texts]
        told = [(kind, word) for text in whole for kind, word in lexicon.kinds(text)]
        self._front += [("text", "scratch", word) for text in whole for word in lexicon.begun_anew(text)][:1]
        self._front += [("short", kind, short) for text in whole for kind, short in lexicon.abbreviated(text)]
        derived = Counter(word for kind, word in told if kind == "derived")
        if derived.total() >= lexicon.vocabulary.many_derived_words:
            self._front.append(
                ("text", "derived", f"{derived.most_common(1)[0][0]} and the like {derived.total()} times")
            )
        for place, parts in (("abstract", [abstract]), ("text", whole)):
            named = [name for text in parts for way in (_PRETRAINED, _SO_TRAINED) for name in way.findall(text)]
            self._front += [(place, "pretrained", name) for name in named if not lexicon.is_common(name.split()[0])]

    def notes(self, page: int) -> tuple[str, ...]:
        """The lines of `page` (from 0) that begin with a mark, each with the line after it."""
        lines = self._texts[page].splitlines()
        return tuple(
            plain(rejoined("\n".join(lines[k : k + (1 if line.rstrip().endswith(".") else 2)])))
            for k, line in enumerate(lines)
            if _NOTE.match(line)
        )

    def of_paper(self, benchmark: str | None, split: str | None) -> str | None:
        """What the paper says of its systems on `benchmark`; of validation results only where `split` is not named."""
        trained = [("text", "trained", self._trained[benchmark])] if benchmark in self._trained else []
        validated = [("text", "validated", self._validated)] if self._validated and split == "unknown" else []
        return _joined([*self._front, *trained, *validated])

    def of_table(self, grid: Grid, benchmark: str | None, split: str | None, label: str = "") -> str | None:
        """The same for a row of a table, with its caption, what that says of `label`, and columns of other corpora."""
        caption = " . ".join(t for t in (grid.region.panel, grid.region.caption and grid.region.caption.text) if t)
        columns = " . ".join(t for path in grid.headers for t in path)
        rows = " . ".join(t for row in grid.rows for t in (*row.groups, *row.stub))
        name = label.split(" | ")[-1].lower()
        of_row = [s for s in re.split(r"[.;]\s", caption) if len(name) > 3 and name in s.lower()]
        table = [
            *(("row", kind, word) for s in of_row for kind, word in self._lexicon.kinds(s) if kind == "scratch"),
            *(("caption", kind, word) for kind, word in self._lexicon.kinds(caption)),
            *(("caption", "family", name) for name in self._lexicon.released(caption)),
            *(("columns", "elsewhere", word) for word in self._lexicon.evaluated_only(f"{columns} . {rows}")),
        ]
        return ";".join(filter(None, [_joined(table), self.of_paper(benchmark, split)])) or None

    def _told_on(self, texts: Sequence[str]) -> tuple[dict[str, str], str | None]:
        """First pages, from 1: for benchmarks, of a sentence that names it as training data; of validation results."""
        splitter = Splitter(self._lexicon.vocabulary.prose.abbreviations)
        found: dict[str, str] = {}
        validated = None
        for number, text in enumerate(texts, 1):
            before = ""
            for sentence in splitter.sentences(text):
                told = plain(rejoined(sentence.raw))
                # "... on PTB. It contains 929k words in the training set"
                whole = f"{before} {told}" if _GOES_ON.match(told) else told
                for benchmark in self._lexicon.trains_on(whole):
                    found.setdefault(benchmark, f"page {number}")
                if not validated and self._lexicon.says_validated(told):
                    validated = f"page {number}"
                before = told
        return found, validated


def _front(text: str) -> tuple[str, str]:
    """Title and abstract of a first page."""
    heading = _ABSTRACT.search(text[:_FRONT])
    ends = _INTRODUCTION.search(text)
    end = min(ends.start() if ends else _FRONT, _FRONT)
    start = heading.end() if heading else min(_TITLE, end)
    lines = []
    for line in text[: heading.start() if heading else _TITLE].splitlines():
        if _AFFILIATED.search(line):
            break
        lines.append(line)
    title = plain(" ".join(lines))[:_TITLE]
    return title, plain(rejoined(text[start : max(start, end)]))


def _joined(remarks: Iterable[tuple[str, str, str]]) -> str | None:
    told = dict.fromkeys(f"{place}:{kind}:{re.sub('[;:]', ' ', word)}" for place, kind, word in remarks)
    return ";".join(told) or None
