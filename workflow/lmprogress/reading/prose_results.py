"""Perplexities that a sentence states.

In: a sentence. Out: the perplexities in it, with benchmark, split, whose they are, and own or quoted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lmprogress.core.settings_reading import ReadingVocabulary
from lmprogress.reading import quantities
from lmprogress.reading.naming import Name, Names
from lmprogress.reading.words import Lexicon, pattern

_VALUE = r"\d{1,4}\.\d{1,3}|\d{2,3}"
_SPREAD = r"(?:\s?(?:±|\+/-)\s?\d+(?:\.\d+)?)?"
_NUMBER = re.compile(rf"(?<![\w.,/^\-$=])(?P<value>{_VALUE}){_SPREAD}(?![\w%]|[.,]\d|\s?x\b)")
_PAIR = re.compile(rf"(?P<first>{_VALUE})\s?/\s?(?P<second>{_VALUE})(?![\d.]*\d)")
_RANGE = re.compile(rf"(?:\bbetween|\branging from)\s(?:{_VALUE})\s(?:and|to)\s(?:{_VALUE})")
_CLAUSE = re.compile(r"[;:]\s|,\s(?:while|whereas|but|which|and)\s|\.\s")
_LABEL = re.compile(
    r"(?:table|tab\.|figure|fig\.|section|sec\.|§|eq\.|equation|appendix|chapter|version|[a-zα-ω]\s?=)\s?$",
    re.IGNORECASE,
)
_FROM_TO = re.compile(
    rf"from\s(?:[^,;:]{{0,25}}\s)?(?P<first>{_VALUE})\s(?:down\s)?to\s(?:[\w\s]{{0,12}}\s)?(?P<second>{_VALUE})"
)
_NAMES_APART = re.compile(
    r"(?:\s(?:datasets?|corpus|corpora|test sets?))?\s?(?:,\s?and|,|and|&|/)\s(?:on\s)?(?:the\s)?", re.IGNORECASE
)
_NUMBERS_APART = re.compile(r"(?:%|\sppl|\sperplexity)?\s?(?:,\s?and|,|and|&|/)\s?", re.IGNORECASE)
_ON = re.compile(
    r"(?:\s(?:test|validation|valid|dev))?(?:\s(?:perplexity|perplexities|ppl|points?))?(?:\s\w+)?\s\(?(?:on|for)\s(?:the\s)?(?:[\w-]+\s)?",
    re.IGNORECASE,
)
_ON_SPLIT = re.compile(r"(?:\s(?:ppl|perplexity|points?))?\s(?:on|for)\s(?:the\s|its\s)?[\w-]+", re.IGNORECASE)
_SOTA = r"(?:sota|state[\s-]of[\s-]the[\s-]art)"
_OF_OTHERS = re.compile(
    rf"\b(?:previous|prior|earlier|existing|current|(?:than|to|over|from)\s(?:the\s)?{_SOTA})\b"
    r"(?:[\w\s-](?!\bnew\b|\bour\b|\bwe\b)){0,40}$",
    re.IGNORECASE,
)
_FAR = 90  # letters between the metric and its number


@dataclass(frozen=True, slots=True)
class Result:
    """A perplexity, as printed and from `start` to `end` of its sentence. Names as in table `readings`."""

    value: float
    raw: str
    start: int
    end: int
    benchmark: str
    benchmark_evidence: str
    split: str
    system: str | None
    own: bool
    own_evidence: str
    setting: str | None


class ResultReader:
    """Finds perplexities by the words of `vocabulary`."""

    def __init__(self, vocabulary: ReadingVocabulary, names: Names, lexicon: Lexicon) -> None:
        self._vocabulary, self._names, self._lexicon = vocabulary, names, lexicon
        prose = vocabulary.prose
        self._metric = re.compile(pattern(vocabulary.perplexity).pattern, re.IGNORECASE)
        before, after = (
            pattern(prose.perplexity_differences_before).pattern,
            pattern(prose.perplexity_differences_after).pattern,
        )
        self._difference_before = re.compile(
            rf"(?:{before})(?:\s(?:of|is|about|around|only|up\sto|roughly|another|nearly))*\s?~?$", re.IGNORECASE
        )
        self._difference_after = re.compile(rf"\s?(?:{self._metric.pattern})?[\s-]?(?:{after})", re.IGNORECASE)
        self._other_unit = re.compile(
            rf"\s?-?\s?(?:{pattern(tuple(u for u in prose.units_of_other_metrics if u != '%')).pattern})|\s?%",
            re.IGNORECASE,
        )
        self._of_training = re.compile(
            rf"{pattern(vocabulary.training).pattern}\s{self._metric.pattern}", re.IGNORECASE
        )
        self._elsewhere = re.compile(pattern(vocabulary.other_benchmarks_in_tables).pattern, re.IGNORECASE)
        self._other_metric = re.compile(
            pattern(w for group in vocabulary.other_metrics for w in group if w[0].isalnum()).pattern, re.IGNORECASE
        )

    def results(self, sentence: str, spoken_of: list[str], paper: str | None) -> list[Result]:
        """Perplexities in `sentence`.

        `spoken_of` are the benchmarks of the sentences before it, the nearest last; `paper` is that of the paper as a
        whole. A number counts when the metric stands near it and no other metric does nearer; differences, bounds and
        ranges do not count, nor does a result on an unknown benchmark.
        """
        metrics = list(self._metric.finditer(sentence))
        if not metrics or len(sentence) > 900:
            return []
        numbers = [n for n in self._numbers(sentence) if self._is_perplexity(sentence, *n, metrics)]
        if not numbers:
            return []
        benchmarks = self._benchmarks(sentence, numbers, spoken_of, paper)
        found = []
        for i, (start, end) in enumerate(numbers):
            benchmark, evidence = benchmarks[i]
            value = quantities.number(sentence[start:end])
            if benchmark in {None, "other"} or value is None:
                continue
            own, own_evidence = self._own(sentence, start, end)
            setting = ";".join(self._lexicon.settings(_clause(sentence, start, end))) or None
            split, system = self._split(sentence, numbers, i), self._names.system(sentence, start, end)
            raw = sentence[start:end]
            found.append(
                Result(value, raw, start, end, str(benchmark), evidence, split, system, own, own_evidence, setting)
            )
        return found

    def _numbers(self, sentence: str) -> list[tuple[int, int]]:
        ranges = [m.span() for m in _RANGE.finditer(sentence)]
        spans = {m.span("value") for m in _NUMBER.finditer(sentence)}
        for pair in _PAIR.finditer(sentence):
            spans |= {pair.span("first"), pair.span("second")}
        spans = {s for s in spans if not any(a <= s[0] < b for a, b in ranges)}
        return sorted(
            s
            for s in spans
            if self._vocabulary.least_perplexity_in_text
            <= float(sentence[slice(*s)])
            <= self._vocabulary.most_perplexity_in_text
        )

    def _is_perplexity(self, sentence: str, start: int, end: int, metrics: list[re.Match[str]]) -> bool:
        before, after = sentence[max(0, start - 45) : start], sentence[end : end + 40]
        whole = "." not in sentence[start:end]
        # "by 2.3 perplexity", but not "better than the 57.3 of": a bound on one's own is a value of another's
        if (self._difference_before.search(before) and "rather than" not in before) or self._difference_after.match(
            after
        ):
            return False
        if self._other_unit.match(after) or _LABEL.search(before):
            return False
        if self._of_training.search(sentence, max(0, start - 45), min(len(sentence), end + 45)):
            return False
        nearest = min(metrics, key=lambda m: min(abs(start - m.end()), abs(m.start() - end)))
        follows = nearest.end() <= start
        gap = sentence[nearest.end() : start] if follows else sentence[end : nearest.start()]
        if not follows and (len(gap) > _FAR / 2 or re.search(r"[:;]", gap)):
            return False
        if whole:
            return (
                bool(
                    re.fullmatch(
                        r"\s?\(?(?:test|valid\w*|score|of|is|to|goes|up|down|at|=|:|about|around|~|\s)*\s?", gap
                    )
                )
                and len(gap) < 30
            )
        return len(gap) < _FAR and not self._other_metric.search(gap) and not re.search(r"\.\s[A-Z]", gap)

    def _benchmarks(
        self, sentence: str, numbers: list[tuple[int, int]], spoken_of: list[str], paper: str | None
    ) -> list[tuple[str | None, str]]:
        """The benchmark of each number and what decided it: the sentence, those before it, or the paper."""
        places = [(n, (self._lexicon.benchmarks(n.text) or ["other"])[0]) for n in self._names.datasets(sentence)]
        named = list(dict.fromkeys(key for _, key in places))
        if len(named) == 1:
            return [(named[0], "text")] * len(numbers)
        if named:
            listed = self._listed(sentence, numbers, places)
            return [(listed.get(number) or self._nearest(sentence, number, places), "text") for number in numbers]
        if self._elsewhere.search(sentence):
            return [(None, "text")] * len(numbers)
        if spoken_of:
            return [(spoken_of[-1], "section")] * len(numbers)
        return [(paper, "paper")] * len(numbers)

    def _listed(
        self, sentence: str, numbers: list[tuple[int, int]], places: list[tuple[Name, str]]
    ) -> dict[tuple[int, int], str]:
        """Numbers that are listed as the benchmarks beside them are: "on A and B, 51.1 and 44.3 respectively"."""
        found: dict[tuple[int, int], str] = {}
        spans = [(n.start, n.end) for n, _ in places]
        names = _runs(sentence, spans, _NAMES_APART)
        for run in _runs(sentence, numbers, _NUMBERS_APART):
            like = [other for other in names if len(other) == len(run) > 1]
            if like:
                near = min(like, key=lambda other: abs(other[0][0] - run[0][0]))
                found |= {number: places[spans.index(name)][1] for number, name in zip(run, near, strict=True)}
        return found

    def _nearest(self, sentence: str, number: tuple[int, int], places: list[tuple[Name, str]]) -> str:
        """The benchmark right after the number ("51.1 on A"), else the nearest before it, else the nearest after it."""
        start, end = number
        after = [(n, key) for n, key in places if n.start >= end]
        if after and _ON.fullmatch(sentence[end : after[0][0].start]):
            return after[0][1]
        before = [key for n, key in places if n.end <= start]
        return before[-1] if before else after[0][1]

    def _split(self, sentence: str, numbers: list[tuple[int, int]], i: int) -> str:
        """The split that the clause names; of two numbers joined by a slash each has its own."""
        start, end = numbers[i]
        clause = _clause(sentence, start, end)
        splits = [s for s in self._lexicon.splits(clause) if s != "train"]
        if len(splits) == 2:
            joined = [k for k in (i - 1, i + 1) if 0 <= k < len(numbers)]
            for k in joined:
                left, right = sorted((numbers[i], numbers[k]))
                if re.fullmatch(r"\s?(?:/|and|\()\s?", sentence[left[1] : right[0]]):
                    return splits[0] if i < k else splits[1]
            right_behind = _ON_SPLIT.match(sentence, end)  # "61.4 on the validation set and 58.9 on the test set"
            if right_behind and len(told := self._lexicon.splits(right_behind[0])) == 1:
                return told[0]
            window = sentence[max(0, start - 40) : end + 30]
            near = [s for s in self._lexicon.splits(window) if s != "train"]
            return near[0] if len(near) == 1 else "unknown"
        if not splits:
            splits = self._lexicon.splits_in_text(sentence)
        return splits[0] if len(splits) == 1 else "unknown"

    def _own(self, sentence: str, start: int, end: int) -> tuple[bool, str]:
        for match in _FROM_TO.finditer(sentence):
            if match.start("second") == start:
                return True, "wording"
            if match.start("first") == start and (self._names.cites(sentence) or self._lexicon.says_quoted(sentence)):
                return False, "wording"
        clause = _clause(sentence, start, end)
        if _OF_OTHERS.search(sentence, 0, start):
            return False, "wording"
        if self._lexicon.says_own(clause) and not self._names.cites(sentence[max(0, start - 50) : end + 50]):
            return True, "wording"
        if self._names.cites(clause):
            return False, "citation"
        return True, "default"


def _clause(sentence: str, start: int, end: int) -> str:
    """The part of `sentence` between the marks around a number."""
    left = max((m.end() for m in _CLAUSE.finditer(sentence, 0, start)), default=0)
    right = min((m.start() for m in _CLAUSE.finditer(sentence, end)), default=len(sentence))
    return sentence[left:right]


def _runs(sentence: str, spans: list[tuple[int, int]], apart: re.Pattern[str]) -> list[list[tuple[int, int]]]:
    """`spans` in runs: each parted from the one before by nothing but what `apart` matches."""
    runs: list[list[tuple[int, int]]] = []
    for span in spans:
        if runs and apart.fullmatch(sentence[runs[-1][-1][1] : span[0]]):
            runs[-1].append(span)
        else:
            runs.append([span])
    return runs
