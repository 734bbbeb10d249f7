"""Which system a number in a sentence belongs to.

In: a sentence and a place in it. Out: the name as printed that stands nearest by the sentence's build.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lmprogress.core.settings_reading import ReadingVocabulary
from lmprogress.reading.words import pattern

_TOKEN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9]*(?:[-+./*][A-Za-z0-9]+(?:\.\d+)?)*\+{0,2}")
_AUTHOR = r"[A-Z][^\W\d_A-Z][\w'’-]*"
_AUTHORS = re.compile(
    rf"{_AUTHOR}(?:(?:,? (?:and|&) |, ){_AUTHOR})*(?:,? et al\.?)?,? ?\(?(?:19|20)\d\d[a-z]?(?:[;,][^()]*)?\)?"
    rf"|{_AUTHOR} et al\.?"
)
_APPOSITION = re.compile(r"(?:,|\)|-)\s(?:a|an|the|our|its|their|with)\s(?:[a-z-]+\s){0,2}~?$")
_TIED = re.compile(r"\b(?:on|to|than|like|by|of|using|from|with|trained|and|is|are|was|which|that|in|for)\b")
_CALLED = re.compile(r"\s?(?:[\w-]+\s){0,4}(?:called|named|dubbed|namely|known as)\s(?=\S)")
_LANGUAGES = re.compile(r"[A-Z][A-Za-z]-[A-Z][A-Za-z]")  # of a translation: "En-De"
_COUNTED = re.compile(r"\d*(?:\.\d+)?[KMBkmb]?")
_VERB = re.compile(
    r"\s+(?:has|have|had|is|are|was|were|uses?|contains?|consists?|reach\w*|achiev\w*|obtain\w*|gets?|with|\()"
)
_INSIDE = re.compile(r"\([^()]*$")
_FAR = 160  # letters between a name and its number


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a sentence."""

    text: str
    start: int
    end: int


class Names:
    """Finds names of systems by the words of `vocabulary`."""

    def __init__(self, vocabulary: ReadingVocabulary) -> None:
        prose = vocabulary.prose
        self._not_systems = frozenset(w.lower() for w in prose.not_systems)
        self._sizes = frozenset(prose.system_sizes)
        self._unnamed = pattern(prose.unnamed_systems)
        self._datasets = pattern(
            [
                *(w for words in vocabulary.benchmarks.values() for w in words),
                *vocabulary.other_benchmarks,
                *prose.corpora,
            ]
        )
        sizes, models = "|".join(map(re.escape, prose.system_sizes)), pattern(prose.model_words).pattern
        # "small (around 38M", "the large model has 110M", "medium-sized networks of 20M"
        self._scale = re.compile(
            rf"\b(?P<scale>{sizes})(?:[\s-]sized?)?(?:\s(?:{models}))?,?\s?"
            r"(?:\((?:of\s|with\s)?|(?:has|have|had|with|of|contains?|is|are)\s)"
            r"(?:a total of|about|around|approximately|roughly|only|~|≈|\s)*$",
            re.IGNORECASE,
        )
        self._citations = [re.compile(p) for p in vocabulary.citations]
        self._model = pattern(prose.model_words)
        # a sentence is asked about for each of its numbers
        self.found = lru_cache(maxsize=32)(self._found)
        self.datasets = lru_cache(maxsize=32)(self._named_datasets)

    def _named_datasets(self, sentence: str) -> list[Name]:
        """The corpora that `sentence` names."""
        found = self._datasets.finditer(_small(sentence))
        return [Name(" ".join(sentence[m.start() : m.end()].split()), *m.span()) for m in found]

    def cites(self, text: str) -> bool:
        """Whether `text` carries a citation."""
        return bool(_AUTHORS.search(text)) or any(p.search(text) for p in self._citations)

    def _found(self, sentence: str) -> list[Name]:
        """Names of systems in `sentence`, in order: words with capitals within, or capitalised within a sentence."""
        text = sentence
        for corpus in self.datasets(sentence):
            text = text[: corpus.start] + " " * (corpus.end - corpus.start) + text[corpus.end :]
        text = _AUTHORS.sub(_blank, text)
        for citation in self._citations:
            text = citation.sub(_blank, text)
        tokens = list(_TOKEN.finditer(text))
        like = [self._is_like_name(t, text) for t in tokens]
        found: list[Name] = []
        i = 0
        while i < len(tokens):
            if not like[i]:
                i += 1
                continue
            first, last = i, i
            while last + 1 < len(tokens) and self._joins(tokens[last], tokens[last + 1], like[last + 1], text):
                last += 1
            if first and tokens[first - 1][0] in self._sizes and tokens[first].start() - tokens[first - 1].end() == 1:
                first -= 1
            i = last + 1
            start, end = tokens[first].start(), tokens[last].end()
            if first == last and start == 0 and self._is_plain_word(tokens[first][0]) and not _VERB.match(text, end):
                continue
            found.append(Name(sentence[start:end], start, end))
        return found

    def system(self, sentence: str, start: int, end: int) -> str | None:
        """Whose the number at `start` to `end` of `sentence` is; None where the sentence does not say.

        Asked in turn: the name right after it, before the next mark ("a 530B parameter Megatron"); the name before
        the bracket that it stands in; the nearest name before it; the nearest after it; "our model" and the like.
        """
        names = [n for n in self.found(sentence) if n.end <= start or n.start >= end]
        before = [n for n in names if n.end <= start and start - n.end < _FAR]
        if before and _APPOSITION.search(sentence, before[-1].end, start):
            return before[-1].text
        if self._heads_noun(sentence, start, end):
            called = _CALLED.match(sentence, end)
            reach = end + len(re.match(r"[^,.;:()\[\]]{0,60}", sentence[end:])[0])  # type: ignore[index]
            ahead = [n for n in names if end <= n.start < reach and not _TIED.search(sentence, end, n.start)]
            named = [n for n in names if called and n.start == called.end()]
            if named or ahead:
                return (named or ahead)[-1].text
            noun = self._model.match(_small(sentence), end + len(sentence[end:]) - len(sentence[end:].lstrip(" -")))
            count = re.match(r"[~≈]?\s?([\d.,]+[\s-]?(?:[A-Za-z]+(?=[\s-]))?)", sentence[start:end])
            return f"{count[1].strip()} {noun[0]}" if noun and count else None
        bracket = _INSIDE.search(sentence, max(0, start - 80), start)
        if bracket:
            inside = [n for n in names if bracket.start() < n.start and n.end <= start]
            if inside:
                return inside[-1].text
        unnamed = [m for m in self._unnamed.finditer(_small(sentence)) if m.start() < start]
        if before and not (unnamed and unnamed[-1].start() > before[-1].end + 1):
            return before[-1].text
        if unnamed:
            return re.sub(r" (?:with|of)$", "", sentence[slice(*unnamed[-1].span())])
        after = [n for n in names if end <= n.start < end + _FAR / 3]
        return after[0].text if after else None

    def is_name(self, system: str | None) -> bool:
        """Whether `system`, as a sentence gives it, is a name, not "the model" or "24M model"."""
        return bool(system and self.found(system))

    def scale(self, sentence: str, start: int) -> str | None:
        """The word of scale, "the small model", that stands before the number at `start` and tells it from others."""
        found = self._scale.search(sentence, max(0, start - _FAR), start)
        return found["scale"].lower() if found else None

    def corpora_of(self, sentence: str, start: int, before: Sequence[Name]) -> list[str]:
        """The corpora that the number at `start` may be of: the nearest before it in its sentence, or those `before`.

        Several where corpora are listed, since the number may then be of each or of one.
        """
        named = self.datasets(sentence)
        ahead = [n for n in named if n.end <= start]
        if not ahead:
            return [n.text for n in (named or before)]
        listed = [ahead[-1]]
        for name in reversed(ahead[:-1]):
            if not re.fullmatch(r"(?:,|\s|and|or|both|the|&)*", sentence[name.end : listed[-1].start]):
                break
            listed.append(name)
        return [n.text for n in listed]

    def _heads_noun(self, sentence: str, start: int, end: int) -> bool:
        """Whether the number is part of a noun that follows: "a 530B parameter model", not "530B parameters"."""
        return bool(re.search(r"(?:parameter|param)$", sentence[start:end], re.IGNORECASE)) and not sentence[
            end:
        ].startswith("s")

    def _is_like_name(self, token: re.Match[str], text: str) -> bool:
        word = token[0]
        parts = re.split(r"[-/+]", word)
        if word.lower() in self._not_systems or word.lower().rstrip("s") in self._not_systems:
            return False
        if _LANGUAGES.fullmatch(word):
            return False
        if not word[0].isupper() and not re.match(r"[a-z]{1,3}[A-Z-]", word):
            return False  # "distilGPT", "xLSTM", "kNN-LM" are names, "pre-LN" and "sub-LSTM" hardly
        if not any(c.isupper() for c in word) or len(re.sub(r"[^A-Za-z]", "", word)) < 2:
            return False
        if all(p.lower() in self._not_systems for p in parts if not _COUNTED.fullmatch(p)):
            return False
        capitals = sum(c.isupper() for c in word)
        return capitals >= 2 or any(c.isdigit() for c in word) or word[0].isupper()

    def _is_plain_word(self, word: str) -> bool:
        return word[1:].islower() and word.isalpha()

    def _joins(self, last: re.Match[str], token: re.Match[str], like: bool, text: str) -> bool:
        between = text[last.end() : token.start()]
        if between == " of ":
            return like and last[0][0].isupper()
        return between in {" ", " + ", "+", "-"} and (like or token[0] in self._sizes)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _small(text: str) -> str:
    """`text` in small letters, as long as it was."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
