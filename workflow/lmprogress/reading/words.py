"""Word lists as patterns, and what a text says by them.

In: a ReadingVocabulary. Out: benchmarks, splits, metrics, settings and citations found in a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lmprogress.keeping.settings_reading import ReadingVocabulary


def pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of `phrases` as whole words, longest first, in any case."""
    parts = []
    for phrase in sorted(phrases, key=lambda p: (-len(p), p)):
        stem, ending = (phrase[:-1], r"\w*") if phrase.endswith("*") else (phrase, "")
        parts.append(r"[\s\-]?".join(re.escape(w) for w in re.split(r"[\s\-]+", stem)) + ending)
    return re.compile(r"(?<![a-z0-9_])(?:" + "|".join(parts) + r")(?![a-z0-9_])", re.IGNORECASE)


class Lexicon:
    """What texts say, by the words of `vocabulary`."""

    def __init__(self, vocabulary: ReadingVocabulary) -> None:
        self.vocabulary = vocabulary
        self._benchmarks = {k: pattern(v) for k, v in vocabulary.benchmarks.items()}
        self._other_benchmarks = pattern(vocabulary.other_benchmarks)
        self._perplexity = pattern(vocabulary.perplexity)
        self._other_metrics = pattern(w for group in vocabulary.other_metrics for w in group)
        self._other_columns = pattern(w for group in vocabulary.other_columns for w in group)
        # a long phrase such as "log perplexity" takes the short one in it away
        self._refused_perplexity = pattern(
            w for group in vocabulary.other_metrics for w in group if self._perplexity.search(w)
        )
        self._parameters = pattern(vocabulary.parameters)
        self._not_parameters = pattern(vocabulary.not_parameters)
        self._splits = {k: pattern(v) for k, v in vocabulary.splits.items()}
        self._training = pattern(vocabulary.training)
        self._own = pattern(vocabulary.own_words)
        self._quoted = pattern(vocabulary.quoted_words)
        self._citations = [re.compile(p) for p in vocabulary.citations]
        self._settings = {k: pattern(v) for k, v in vocabulary.settings.items()}

    def benchmarks(self, text: str) -> list[str]:
        """Benchmarks that `text` names, in order of appearance, each once; "other" for one that is none of ours."""
        found: dict[str, int] = {}
        rest = text
        for match in self._other_benchmarks.finditer(text):
            found.setdefault("other", match.start())
            rest = rest[: match.start()] + " " * (match.end() - match.start()) + rest[match.end() :]
        for name, words in self._benchmarks.items():
            if match := words.search(rest):
                found[name] = match.start()
        return sorted(found, key=lambda k: found[k])

    def metrics(self, text: str) -> list[str]:
        """"perplexity", "parameters", "other", "property": what quantities `text` names, each once."""
        found = []
        rest = self._refused_perplexity.sub(" ", text)
        if self._perplexity.search(rest):
            found.append("perplexity")
        if self.is_parameters(text):
            found.append("parameters")
        elif rest != text or self._other_metrics.search(rest) or "%" in rest:
            found.append("other")
        elif self._other_columns.search(rest):
            found.append("property")
        return found

    def is_scale(self, text: str) -> bool:
        """Whether `text` names a metric, a benchmark, a split, and next to nothing else."""
        rest = text
        for words in (self._refused_perplexity, self._other_benchmarks, *self._benchmarks.values(), self._other_metrics,
                      self._other_columns, self._perplexity, self._parameters, *self._splits.values(), self._training):  # fmt: skip
            rest = words.sub(" ", rest)
        left = re.sub(r"\b(?:set|data|dataset|word|level|the|of|on|in|per|for|and|model|no|avg|mean|best|final|corpus|task|results?)\b|[^A-Za-z]", "", rest, flags=re.IGNORECASE)
        return rest != text and len(left) <= 1

    def is_parameters(self, text: str) -> bool:
        """Whether `text` heads parameter counts."""
        return bool(self._parameters.search(text)) and not self._not_parameters.search(text)

    def splits(self, text: str) -> list[str]:
        """"test", "valid", "train": parts of a benchmark that `text` names, in order of appearance."""
        found = {k: m.start() for k, p in self._splits.items() if (m := p.search(text))}
        if match := self._training.search(text):
            found["train"] = match.start()
        return sorted(found, key=lambda k: found[k])

    def cites(self, text: str) -> bool:
        """Whether `text` carries a citation."""
        return any(p.search(text) for p in self._citations)

    def says_own(self, text: str) -> bool:
        """Whether `text` calls something the paper's own."""
        return bool(self._own.search(text))

    def says_quoted(self, text: str) -> bool:
        """Whether `text` calls something earlier work."""
        return bool(self._quoted.search(text))

    def settings(self, text: str) -> list[str]:
        """Settings of an evaluation that `text` names."""
        return [k for k, p in self._settings.items() if p.search(text)]

    def is_relevant(self, text: str) -> bool:
        """Whether a page with plain text `text` may hold a perplexity: a benchmark or the metric, and a decimal."""
        return bool(re.search(r"\d[.,]\d", text)) and bool(
            self._perplexity.search(text) or any(p.search(text) for p in self._benchmarks.values())
        )


@lru_cache(maxsize=4)
def _lexicon(dumped: str) -> Lexicon:
    return Lexicon(ReadingVocabulary.model_validate_json(dumped))


def lexicon(vocabulary: ReadingVocabulary) -> Lexicon:
    """The lexicon of `vocabulary`, made once."""
    return _lexicon(vocabulary.model_dump_json())
