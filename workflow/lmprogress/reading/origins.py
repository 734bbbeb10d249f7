"""Whether a row of a table is the paper's own result or quoted from another.

In: a grid, the text around it, the texts that speak of a cell. Out: own or quoted, and what said so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lmprogress.reading.cells import Chunk, Grid, Row
from lmprogress.reading.contexts import CellTexts, Context
from lmprogress.reading.quantity import is_name
from lmprogress.reading.words import Lexicon

_MARK = re.compile(r"[*∗⋆★†‡§¶#♠♣♥♦△▲⋄◦]+")
_RAISED = re.compile(r"^\s*(?:[a-h]|\d{1,2})(?=\s?[A-Z])")  # letter or digit that a note begins with
_UNREPORTED = re.compile(r"(?i)\b(?:not|no(?: \w+)?|never)\s(?:been )?reported\b")
_SENTENCE = re.compile(r"(?<=[a-z0-9)\]])[.;]\s+(?=[^a-z])")
_APPLIED = re.compile(r"\b(?:on|of|for|to|with|compressed|quantized|pruned|quantizing|pruning|compressing)\s")
_MARKED = re.compile(r"(?i)\b(?:with|by)(?: an?)?\W*$")
_ADDED = re.compile(r"(?i)(?:\+|with\b|w/)\s?[A-Za-z]")
# "AWD-LSTM (Merity et al. 2017) hyper-parameters": what was taken is no result
_BORROWED = re.compile(r"(?i)\b(?:hyper-?param\w*|settings?|set-?ups?|configurations?|recipes?)\W*$")
_LOWERED = str.maketrans("∗⋆★", "***")


class Origins:
    """Whose results the rows of `grid` are."""

    def __init__(self, grid: Grid, context: Context, lexicon: Lexicon) -> None:
        self._grid, self._context, self._lexicon = grid, context, lexicon
        caption = grid.region.caption.text if grid.region.caption else ""
        self._sentences = [s for s in _SENTENCE.split(caption) if s]
        self._marks = self._explained(self._sentences)
        for mark, told in self._noted(context.notes).items():
            self._marks.setdefault(mark, told)
        self._raised = self._noted(context.notes, _RAISED)  # by raised letters and digits
        labels = [" ".join([*row.groups, *row.stub]) for row in grid.rows]
        self._ours_named = any(map(lexicon.says_own, labels))
        self._all = self._of_all()
        headers = {c: grid.headers[c] for c in range(len(grid.columns)) if c not in grid.stub}
        unchanged = [c for c, path in headers.items() if any(map(lexicon.says_unchanged, path))]
        # "Orig." beside "with X": what X was applied to is the paper's own, whoever the rows cite
        self._applied = {c for c, path in headers.items() if unchanged and any(map(_ADDED.match, path))} - {*unchanged}
        # "SoTA" beside the paper's own
        earlier = {c for c, path in headers.items() if path and lexicon.says_quoted(path[-1])}
        self._earlier = earlier if earlier < headers.keys() else set()

    def of(self, row: Row, column: int, chunk: Chunk, cell: CellTexts) -> tuple[bool, str]:
        """True where a cell is the paper's own result, and what says so.

        Asked in turn: what the label says, what caption or notes say of a mark, what the caption says of the label, the
        column, a citation, the group.
        """
        lexicon, label = self._lexicon, " ".join(row.stub)
        if lexicon.says_own(label):
            return True, "wording"
        if (told := self._by_mark([chunk.text, *row.stub[::-1], *row.groups[::-1], *cell.header])) is not None:
            return told, "mark"
        if (told := self._by_raised(row, chunk)) is not None:
            return told, "mark"
        if (told := self._by_caption(label)) is not None:
            return told, "caption"
        if column in self._applied:
            return True, "header"
        if column in self._earlier:
            return False, "header"
        if (told := self._by_system_above(row, column)) is not None:
            return told, "header"
        cited = [c.text for k, chunks in row.cells.items() if k not in self._grid.stub for c in chunks]
        if any(map(lexicon.cites, [label, *cited])):  # in the label, or in a column of references
            if _BORROWED.search(label):
                return True, "wording"
            if self._all is True or self._is_method(row, column, label):
                return True, "caption" if self._all else "model"
            return False, "citation"
        for text in cell.group:
            if lexicon.says_own(text):
                return True, "group"
            if lexicon.cites(text) or lexicon.says_quoted(text):
                return False, "group"
        if lexicon.says_quoted(label):
            return False, "wording"
        return (False, "caption") if self._all is False else (True, "default")

    def _by_system_above(self, row: Row, column: int) -> bool | None:
        """What the header of a column says of its system, in rows that name benchmark, split or metric alone."""
        lexicon = self._lexicon
        if any(is_name(t, lexicon) for t in (*row.groups, *row.stub) if t):
            return None
        names = [t for t in self._grid.headers[column] if not lexicon.is_scale(t) and not lexicon.benchmarks(t)]
        if any(map(lexicon.says_own, names)):
            return True
        cited = [t for t in names if lexicon.cites(t)]
        return self._is_method(row, column, cited[0]) if cited else None

    # ---- what the caption says --------------------------------------------------------------------------------------

    def _origin(self, sentence: str) -> bool | None:
        """Own or quoted, by the words of a sentence about results; None where it says neither."""
        sentence = _UNREPORTED.sub(" ", sentence)
        if self._lexicon.says_run(sentence):
            return True
        if self._lexicon.says_taken(sentence):
            return False
        return None

    def _noted(self, notes: Sequence[str], marks: re.Pattern[str] = _MARK) -> dict[str, bool]:
        """What the notes of the page say of `marks`; nothing of a mark whose notes disagree."""
        told = [self._explained([note], marks) for note in notes]
        return {
            mark: own
            for found in told
            for mark, own in found.items()
            if all(other.get(mark, own) == own for other in told)
        }

    def _explained(self, sentences: Sequence[str], marks: re.Pattern[str] = _MARK) -> dict[str, bool]:
        """What `sentences` say of each mark: from the mark to the next one or to the end of its sentence."""
        found: dict[str, bool] = {}
        for sentence in sentences:
            parts = list(marks.finditer(sentence))
            for k, match in enumerate(parts):
                rest = sentence[match.end() : parts[k + 1].start() if k + 1 < len(parts) else len(sentence)]
                said = rest if len(rest.split()) > 2 else sentence[match.end() :]  # "with †, ‡ are" explains both
                told = self._origin(said)
                if told is None and _MARKED.search(sentence[: parts[0].start()]):  # "We re-ran models marked with †"
                    told = self._origin(sentence[: parts[0].start()])
                if told is None and marks is _MARK and (self._lexicon.cites_first(said) or self._says_earlier(said)):
                    told = False
                if told is not None:
                    found.setdefault(match[0].strip().translate(_LOWERED), told)
        return found

    def _says_earlier(self, told: str) -> bool:
        """Whether what is told of a mark begins with earlier work: "the previous state of the art with LSTMs"."""
        return self._lexicon.says_quoted(" ".join(told.split()[:3]))

    def _by_mark(self, texts: Sequence[str]) -> bool | None:
        for text in texts:
            for match in _MARK.finditer(text):
                if (told := self._marks.get(match[0].translate(_LOWERED))) is not None:
                    return told
        return None

    def _by_raised(self, row: Row, chunk: Chunk) -> bool | None:
        """What the notes say of a raised letter or digit in the label of a cell or in the cell itself."""
        labels = [c for k in self._grid.stub for c in row.cells.get(k, [])]
        raised = (w.text for c in [chunk, *labels] for w in c.words if w.raised)
        return next((self._raised[t] for t in raised if t in self._raised), None)

    def _by_caption(self, label: str) -> bool | None:
        """What the caption says of the system that a label names and nothing else."""
        name = self._lexicon.uncited(_MARK.sub(" ", label)).strip(" :,-")
        if len(name) < 3 or not re.search(r"[A-Za-z]{2}", name) or self._lexicon.is_scale(name):
            return None
        named = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])", re.IGNORECASE)
        for sentence in self._sentences:
            for match in named.finditer(sentence):
                rest = sentence[match.end() :]
                if any(m[0].translate(_LOWERED) not in label.translate(_LOWERED) for m in _MARK.finditer(sentence)):
                    continue  # of other rows, which carry the mark
                if self._lexicon.says_run(sentence):
                    return True
                if self._lexicon.says_taken(rest) or self._lexicon.cites_first(rest):
                    return False
        return None

    def _of_all(self) -> bool | None:
        """What the caption says of all models or baselines of the table."""
        for sentence in self._sentences:
            if self._lexicon.says_baselines(sentence):
                told = self._origin(sentence)
                if told or (told is False and self._ours_named):
                    return told
        return None

    # ---- methods ----------------------------------------------------------------------------------------------------

    def _is_method(self, row: Row, column: int, label: str) -> bool:
        """Whether a cited label names a method that the paper applied to a model named beside it, over it or above."""
        lexicon = self._lexicon
        if lexicon.names_model(label) or not re.search(r"[A-Za-z]{2}", lexicon.uncited(label)):
            return False
        told = re.split(_APPLIED, " ".join(self._sentences))[1:]  # "... of GPTQ on the LLaMA-7B model"
        around = [*row.groups, *self._grid.headers[column], *(" ".join(t.split()[:4]) for t in told)]
        return any(map(lexicon.names_model, around))
