"""Counts that a sentence states: parameters, training tokens, epochs, vocabulary.

In: a sentence. Out: the counts in it, whose they are and where in it they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lmprogress.core.settings_reading import ReadingVocabulary
from lmprogress.reading import quantities
from lmprogress.reading.naming import Name, Names
from lmprogress.reading.words import pattern

_NUMBER = r"\d{1,3}(?:,\s?\d{3})+(?!\d)|\d+(?:\.\d+)?"
_UNIT = r"\s?-?(?:thousand|million|billion|trillion|mil\b|bn\b|[kKMBT](?![A-Za-z0-9]))"
_COUNT = (
    rf"(?<![\w.,$€/^+])(?<![A-Za-z]-)(?:[~≈]\s?)?(?P<count>(?:{_NUMBER})(?:{_UNIT})?(?:\s?x\s?10\s?\^?\s?\d{{1,2}})?)"
)
_SIZE = r"(?P<count>\d+(?:\.\d+)?\s?[MB])(?![\w/])"
_COMPARED = re.compile(r"\b(?:than|to|as|as in|of that of|size of|times) (?:the )?$")
_RANGE = re.compile(r"\b(?:from|between|ranging from)\s(?:about\s)?$")
_LINK = (
    r"(?:\s|,|:|=|\(|~|≈|is|was|are|were|of|to|at|about|around|approximately|roughly|only|just|up|totals?|equals?"
    r"|from|size){0,6}?"
)
_OF_SYSTEM = r"(?:\s(?:of|in|for)\s(?:[^\s,;:()]+\s){1,4}?(?=is|are|was|were|to))?"
_OF_VOCABULARY = r"(?:(?:contains?|has|with|comprises|limited|restricted|set|consists|over|most frequent|top|the)\s)*"


@dataclass(frozen=True, slots=True)
class Count:
    """A count, as printed and from `start` to `end` of its sentence; `system` and `corpus` are names as printed."""

    quantity: str
    kind: str
    value: float
    raw: str
    start: int
    end: int
    system: str | None
    corpus: str | None


def _any(phrases: tuple[str, ...]) -> str:
    return pattern(phrases).pattern


class CountReader:
    """Finds counts by the words of `vocabulary`."""

    def __init__(self, vocabulary: ReadingVocabulary, names: Names) -> None:
        prose = self._prose = vocabulary.prose
        self._names = names
        i = re.IGNORECASE
        qualities, words = _any(prose.parameter_qualities), _any(prose.parameter_words)
        self._parameters = re.compile(rf"{_COUNT}\s?-?\s?(?:{qualities}\s?-?\s?){{0,2}}(?P<word>{words})", i)
        self._parameters_of = re.compile(
            rf"{_any(prose.parameter_headings)}{_OF_SYSTEM}\s?{_LINK}\s?{_COUNT}(?![\w%]|\s?x\b)", i
        )
        self._listed = re.compile(rf"{_COUNT}(?:\s?,\s?|,?\s(?:and|or|to|vs\.?|-)\s|\s?-\s?)(?:about\s|~\s?)?$", i)
        self._in_brackets = re.compile(rf"(?<=\w)\s?\((?:~\s?|about\s|approximately\s)?{_SIZE}(?=[)\],;])")
        self._before_model = re.compile(rf"(?<![\w.,$/-])(?:~\s?)?{_SIZE}(?=[\s-](?P<model>\w+(?:[+-]\w+)*(?:\s\w+)?))")
        self._in_name = re.compile(rf"(?<=[A-Za-z0-9+])(?:-|\s){_SIZE}(?=[\s.,;:)'’]|$)")
        self._model = re.compile(_any(prose.model_words), i)
        self._not_size = re.compile(rf"[\s-]*(?:{_any(prose.not_sizes)})", i)
        self._partial = re.compile(rf"[\s,]*(?:{_any(prose.not_whole_models)})", i)
        self._difference = re.compile(
            rf"(?:{_any(prose.differences)})\s(?:about\s|around\s|only\s|~\s?)?$|[<>≤≥]\s?$", i
        )
        adjectives, tokens = _any(prose.token_qualities), _any(prose.token_words)
        training = rf"training(?=[,.;]|\s(?:and|tokens|words))|{tokens}\s(?:for|at|of)\straining"
        self._tokens = re.compile(rf"{_COUNT}[\s-]?(?:(?:{adjectives})[\s-]?){{0,3}}(?:{tokens}|{training})", i)
        self._training_set_of = re.compile(
            rf"training (?:set|data|corpus)(?: of)?(?: size)?\s{_LINK}\s?{_COUNT}(?=[\s,.;)]|$)", i
        )
        self._not_training = re.compile(_any(prose.not_training_data), i)
        self._training = re.compile(_any(prose.training_words), i)
        self._epochs = re.compile(
            rf"(?:{_any(prose.epoch_leads)})\s(?:~\s?)?(?P<count>\d{{1,3}},\d{{3}}|\d{{1,5}}[kK]?)\s(?:training\s)?epochs?\b",
            i,
        )
        self._not_epochs = re.compile(_any(prose.not_training_epochs), i)
        self._vocabulary = [
            re.compile(rf"\bvocabular(?:y|ies)(?:\s?sizes?)?\s?{_OF_VOCABULARY}{_LINK}\s?{_COUNT}(?!\w)", i),
            re.compile(rf"{_COUNT}[\s-](?:(?:{tokens}|{adjectives}|types?|sized?|most|frequent)[\s-])*vocabular", i),
        ]  # fmt: skip

    def counts(self, sentence: str, corpora: list[Name]) -> list[Count]:
        """What `sentence` counts; `corpora` are those that the sentences before it name, nearest last."""
        found: list[Count] = []
        taken: set[int] = set()
        for count in self._all(sentence, corpora):
            if count.start not in taken:
                taken.add(count.start)
                found.append(count)
        return sorted(found, key=lambda c: c.start)

    def _all(self, sentence: str, corpora: list[Name]) -> Iterator[Count]:
        for count in self._parameter_counts(sentence):
            scale = self._names.scale(sentence, count.start)
            system = f"{scale} model" if scale and not self._names.is_name(count.system) else count.system
            spoken_of = self._names.corpora_of(sentence, count.start, corpora)
            yield replace(count, system=system, corpus=", ".join(dict.fromkeys(spoken_of)) or None)
        yield from self._token_counts(sentence, corpora)
        for match in self._epochs.finditer(sentence):
            if 1 < (value := quantities.count(match["count"]) or 0) <= self._prose.most_epochs and self._is_of_training(
                sentence, match
            ):
                yield self._count("epochs", "epochs", value, match, sentence, corpora)
        for way in self._vocabulary:
            for match in way.finditer(sentence):
                value = quantities.count(match["count"]) or 0
                if self._prose.least_vocabulary <= value <= self._prose.most_vocabulary:
                    yield self._count("vocabulary", "vocabulary", value, match, sentence, corpora)

    # ---- parameters -------------------------------------------------------------------------------------------------

    def _parameter_counts(self, sentence: str) -> Iterator[Count]:
        for way in (self._parameters, self._parameters_of):
            for match in way.finditer(sentence):
                yield from self._parameters_at(match, sentence)
        for way in (self._in_brackets, self._in_name, self._before_model):
            for match in way.finditer(sentence):
                start, end = match.span("count")
                value = quantities.count(match["count"])
                if value is None or value < self._prose.least_parameters or self._not_size.match(sentence, end):
                    continue
                if self._difference.search(sentence, max(0, start - 40), start):
                    continue
                if system := self._size_system(way, match, sentence):
                    yield Count("parameters", "size", value, match["count"], start, end, system, None)

    def _parameters_at(self, match: re.Match[str], sentence: str) -> Iterator[Count]:
        start, end = match.span("count")
        if self._difference.search(sentence, max(0, start - 40), start) or self._partial.match(sentence, match.end()):
            return
        value = quantities.count(match["count"])
        if value is None or (value < self._prose.least_parameters):
            return
        if "word" not in match.groupdict() and (
            not quantities.has_unit(match["count"]) or self._not_size.match(sentence, end)
        ):
            return
        listed = self._listed.search(sentence, max(0, start - 30), start) if "word" in match.groupdict() else None
        if listed and _RANGE.search(sentence, 0, listed.start()):
            return
        system = self._names.system(sentence, start, match.end())
        if not listed:
            yield Count("parameters", "parameters", value, match["count"], start, end, system, None)
            return
        # "A and B have 10 and 24 million weights": the first count takes the unit of the second
        pair = [n for n in self._names.found(sentence) if n.end <= listed.start()][-2:]
        systems: list[str | None] = [system, system]
        if len(pair) == 2 and re.fullmatch(r",?\s(?:and|or)\s(?:the\s)?", sentence[pair[0].end : pair[1].start]):
            systems = [name.text for name in pair]
        elif "respectively" in sentence[end:]:
            systems = [None, None]
        unit = re.search(r"[A-Za-z]+$", match["count"])
        first = listed["count"] if quantities.has_unit(listed["count"]) or not unit else f"{listed['count']} {unit[0]}"
        counts = ((quantities.count(first), listed), (value, match))
        for (number, place), whose in zip(counts, systems, strict=True):
            if number and number >= self._prose.least_parameters:
                yield Count("parameters", "parameters", number, place["count"], *place.span("count"), whose, None)

    def _size_system(self, way: re.Pattern[str], match: re.Match[str], sentence: str) -> str | None:
        """The system that a size without the word "parameters" belongs to; None where it is no size of a model."""
        names = self._names.found(sentence)
        if way is self._in_name:
            of = [n for n in names if n.end in {match.start(), match.end()} and n.start < match.start()]
            strong = of and sum(c.isupper() or c.isdigit() for c in of[0].text) > 1
            return sentence[of[0].start : match.end()] if strong else None
        if way is self._in_brackets:
            return self._names.system(sentence, *match.span("count"))
        ahead = [n.text for n in names if n.start == match.start("model")]
        model = self._model.match(match["model"])
        return ahead[0] if ahead else f"{match['count']} {model[0]}" if model else None

    # ---- training data ----------------------------------------------------------------------------------------------

    def _token_counts(self, sentence: str, corpora: list[Name]) -> Iterator[Count]:
        for way in (self._tokens, self._training_set_of):
            for match in way.finditer(sentence):
                value = quantities.count(match["count"])
                if value is None or value < self._prose.least_training_tokens:
                    continue
                if any(n.start < match.end("count") and n.end > match.start() for n in self._names.datasets(sentence)):
                    continue
                before = _nameless(sentence, self._names.found(sentence))[max(0, match.start() - 45) : match.start()]
                before = re.split(r"[,;:()]\s|\sand\s", before)[-1]
                after = re.split(r"[,;.()]|\s(?:and|with|but)\s", sentence[match.end() : match.end() + 25])[0]
                if self._not_training.search(before) or self._not_training.search(after):
                    continue
                yield self._count("training_tokens", "training_tokens", value, match, sentence, corpora)

    def _is_of_training(self, sentence: str, match: re.Match[str]) -> bool:
        return bool(self._training.search(sentence)) and not self._not_epochs.search(
            sentence[max(0, match.start() - 60) : match.end() + 40]
        )

    def _count(
        self, quantity: str, kind: str, value: float, match: re.Match[str], sentence: str, corpora: list[Name]
    ) -> Count:
        """A count of a training: of a system where the sentence says that one is trained, of the nearest corpus."""
        start, end = match.span("count")
        named = self._names.datasets(sentence)
        named = [n for n in named if not _COMPARED.search(sentence, 0, n.start)]
        bracketed = [n for n in named if n.start >= end and sentence[n.start - 2 : n.start] == " ("]
        near = (
            bracketed[:1]
            or [n for n in named if n.end <= start][-1:]
            or [n for n in named if n.start >= end][:1]
            or corpora[-1:]
        )
        system = None
        if self._training.search(sentence):
            system = self._names.system(sentence, start, end)
        return Count(quantity, kind, value, match["count"], start, end, system, near[0].text if near else None)


def _nameless(sentence: str, names: list[Name]) -> str:
    """`sentence` with its names blanked: "Wide Memory" is not about memory."""
    for name in names:
        sentence = sentence[: name.start] + " " * (name.end - name.start) + sentence[name.end :]
    return sentence
