"""Word lists as patterns, and what a text says by them.

In: a ReadingVocabulary. Out: benchmarks, splits, metrics, settings and citations found in a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import TypeVar

from lmprogress.core.settings_reading import ReadingVocabulary
from lmprogress.reading import quantities

_CITED = re.compile(r"(?:\b(?:Table|Tab\.)|表)\s*([A-Z]?\d+)(?!\d)")


_NUMBER = r"\d+(?:\.\d+)?"
_LETTERS = re.compile(r"[^\W\d_]")
# a year with a letter is none: "2017b"
_ENDING = re.compile(r"[-_]([a-z][\w.]*)")
_SIZE = r"(?P<size>\d+(?:\.\d+)?\s?(?:[MB]|-?[mM]illion|-?[bB]illion)|\d{1,3}(?:\.\d+)?[mb])"
# "(1542M)", "OPT-175B", "7b-chat", "280B": a size that stands alone or in a name
_STATED_SIZE = re.compile(rf"(?:^|(?<=[\s(\[_/~-])){_SIZE}(?![A-Za-z0-9])")
# of another system: "Student-82M (from Teacher-124M)"
_OF_ANOTHER = re.compile(r"(?i)\b(?:from|of|vs\.?|than|by|using|with|w/)\b[^()]*\Z|\(\s*(?:from|of)\b.*\Z")
_BECOMES = re.compile(r"→|->|⇒|\bto\b")
_BRACKETED_SIZE = re.compile(rf"[(\[]{_SIZE}[)\]]")
_NAMED_SIZE = re.compile(
    rf"(?:(?<=[A-Za-z0-9]-)|(?<![\w-])(?P<name>[A-Z][\w-]*[A-Z][\w-]*|[A-Z][a-z]{{2,}}) ){_SIZE}(?![A-Za-z0-9])"
    r"(?! (?:token|word|sentence|doc))"
)
_NAMED_MODEL = re.compile(rf"[A-Za-z][\w./]*(?:-[\w./]+)*[-\s(]{_SIZE}(?![A-Za-z0-9])(?!\s?(?:param|token|word))")
_COUNTED = re.compile(rf"(?<![\w.,]){_SIZE}[\s-]?(?:trainable |total |model )?(?:param(?:eter)?s?|weights)\b")
_BIT_WIDTH = re.compile(r"\b\d+(?:\.\d+)?[\s-]?bits?\b(?!\s?(?:per|/))")  # of weights
_SPREAD = re.compile(r"(?:±|\+/-)\s?\(?[a-z.]+(?:\s?(?:dev\b\.?|deviation|error))?\)?")  # "mean ± std"
_ABBREVIATION = re.compile(r"\s?\(([A-Z][A-Za-z]?[A-Z]{1,3})\)")
_NAMED_IN_BRACKETS = re.compile(r"\s?\(([A-Z][A-Za-z]{0,5}-?\d{0,3})\.?\)")  # "(W103)"
_WITH_EMBEDDINGS = re.compile(r"(?:\bw/|\bwith\b|\bincl\w*\.?)\s?(?:the |all )?emb\w*\.?")
_LONG = 20_000  # letters: answers to longer texts are not kept
_T = TypeVar("_T")
_LACKED = re.compile(r"(?:\b(?:without|w/o|no|non|not|before)[\s-]+(?:\w+\s+)?|(?:^|\|)\s*[-–−]\s*(?:\w+\s+)?)$")
_TRAINED_ANEW = re.compile(
    r"(?<!than )(?<!instead of )(?<!not )(?<!without )(?<![\w-])(?:re-?|pre-?)?train(?:(?!train|\bnot\b)[^.;]){0,100}$"
)
_DENIED = re.compile(r"\b(?:without|w/o|no|non|before)[\s-]+(?:any\s+)?(?:[\w-]+\s+(?:or|and|nor)\s+)?$")


def pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds any of `phrases` as whole words, longest first, in a text of small letters.

    "<n>" in a phrase stands for a number; one that begins with "=" must be all of the text but signs. A phrase that
    begins with a digit is not found in a decimal ("1b" in "1.1b").
    """
    by_first: dict[str, list[str]] = {}
    alone, counted = [], []
    for phrase in sorted(phrases, key=lambda p: (-len(p), p)):
        if phrase.startswith("="):
            alone.append(re.escape(phrase[1:].lower()))
            continue
        stem, ending = (phrase[:-1], r"\w*") if phrase.endswith("*") else (phrase, "")
        words = [w.lower() for w in re.split(r"[\s\-_]+", stem)]
        if stem.startswith("<n>"):  # a number may begin with any digit, so that no first letter tells
            counted.append(r"[\s\-_]?".join(re.escape(w).replace("<n>", _NUMBER) for w in words) + ending)
            continue
        rest = r"[\s\-_]?".join([re.escape(words[0][1:]), *map(re.escape, words[1:])]) + ending
        rest = rest.replace("<n>", _NUMBER)
        by_first.setdefault(words[0][0], []).append(rest)
    # by first letter: most places in a text are then refused by one comparison
    parts = counted + [re.escape(first) + "(?:" + "|".join(rests) + ")" for first, rests in by_first.items()]
    whole = [rf"\A\W*(?:{'|'.join(alone)})\W*\Z"] if alone else []
    return re.compile("|".join([*whole, r"(?<![a-z0-9_])(?<!\d[.,])(?:" + "|".join(parts) + r")(?![a-z0-9_])"]))


def _remembered(asked: Callable[[Lexicon, str], _T]) -> Callable[[Lexicon, str], _T]:
    """A method that keeps its last answers: a header is asked about with each cell below it."""
    kept = lru_cache(maxsize=1024)(asked)
    return wraps(asked)(lambda self, text: (kept if len(text) < _LONG else asked)(self, text))


class Lexicon:
    """What texts say, by the words of `vocabulary`."""

    def __init__(self, vocabulary: ReadingVocabulary) -> None:
        self.vocabulary = vocabulary
        self._translations = vocabulary.translations
        self._foreign = re.compile("|".join(sorted(map(re.escape, vocabulary.translations), key=len, reverse=True)))
        self._benchmarks = {k: pattern(v) for k, v in vocabulary.benchmarks.items()}
        self._short = {pattern([k]): v for k, v in vocabulary.short_benchmarks.items()}
        self._endings = pattern(vocabulary.benchmark_endings)
        self._some_words = pattern(vocabulary.kinds_of_words)
        self._corpus_headers = pattern(vocabulary.corpus_headers)
        self._unchanged = pattern(vocabulary.unchanged_corpora)
        self._common = frozenset(w.lower() for w in (*vocabulary.prose.not_systems, *vocabulary.prose.system_sizes))
        self._other_benchmarks = pattern([*vocabulary.other_benchmarks, *vocabulary.other_benchmarks_in_tables])
        self._other_in_text = pattern(vocabulary.other_benchmarks)
        self._no_results = pattern(vocabulary.captions_without_results)
        self._perplexity = pattern(vocabulary.perplexity)
        self._other_metrics = pattern(w for group in vocabulary.other_metrics for w in group)
        self._other_columns = pattern(w for group in vocabulary.other_columns for w in group)
        self._chosen = pattern(vocabulary.chosen_shares)
        # a long phrase such as "log perplexity" takes the short one in it away
        self._refused_perplexity = pattern(
            w for group in vocabulary.other_metrics for w in group if self._perplexity.search(w)
        )
        self._parameters = pattern(vocabulary.parameters)
        self._sizes = pattern(vocabulary.sizes)
        self._size_qualities = pattern(vocabulary.size_qualities)
        self._resized = pattern(vocabulary.resized)
        self._not_sizes = pattern(vocabulary.prose.not_sizes)
        self._differences = pattern(vocabulary.prose.differences)
        self._not_parameters = pattern(vocabulary.not_parameters)
        self._splits = {k: pattern(v) for k, v in vocabulary.splits.items()}
        self._not_splits = pattern(vocabulary.not_splits)
        self._splits_in_text = {k: pattern(v) for k, v in vocabulary.splits_in_text.items()}
        self._training = pattern(vocabulary.training)
        self._own = pattern(vocabulary.own_words)
        self._quoted = pattern(vocabulary.quoted_words)
        self._run = pattern(vocabulary.run_words)
        self._taken = pattern(vocabulary.taken_words)
        self._baselines = pattern(vocabulary.baseline_words)
        self._unchanged_headers = pattern(vocabulary.unchanged_headers)
        self._kinds = {k: pattern(v) for k, v in vocabulary.kinds.items()}
        self._unchanged_systems = pattern(vocabulary.unchanged_systems)
        self._adaptations = {k: pattern(v) for k, v in vocabulary.adaptations.items()}
        self._families = {k: pattern(v) for k, v in vocabulary.families.items()}
        self._trains = pattern(vocabulary.trains_words)
        self._trains_not = pattern(vocabulary.trains_not_words)
        self._evaluated_only = pattern(vocabulary.evaluated_only)
        self._citations = [re.compile(p) for p in vocabulary.citations]
        self._settings = {k: pattern(v) for k, v in vocabulary.settings.items()}

    @_remembered
    def benchmarks(self, text: str) -> list[str]:
        """Benchmarks that `text` names, in order of appearance, each once; "other" for one that is none of ours."""
        found: dict[str, int] = {}
        text = self._small(text)
        rest = text
        for match in self._other_benchmarks.finditer(text):
            found.setdefault("other", match.start())
            rest = rest[: match.start()] + " " * (match.end() - match.start()) + rest[match.end() :]
        for name, words in self._benchmarks.items():
            if named := words.search(rest):
                found[name] = named.start()
        return sorted(found, key=lambda k: found[k])

    def abbreviations(self, text: str) -> dict[str, str]:
        """Names that a paper gives to benchmarks, each with its one meaning: "WikiText-103 (W103)"."""
        small = self._small(text)
        if len(small) != len(text):  # letters that change their number would shift the places
            return {}
        found: dict[str, set[str]] = {}
        for benchmark, words in [*self._benchmarks.items(), ("other", self._other_in_text)]:
            for match in words.finditer(small):
                named = _NAMED_IN_BRACKETS.match(text, match.end())
                if named and named[1][0].lower() == match[0][0] and not self.is_scale(named[1]):
                    found.setdefault(named[1], set()).add(benchmark)
        return {name: meant.pop() for name, meant in found.items() if len(meant) == 1}

    @_remembered
    def names_corpus(self, text: str) -> bool:
        """Whether `text` names a benchmark, another corpus or a task."""
        return bool(self.benchmarks(text) or self.evaluated_only(text))

    @_remembered
    def is_variant(self, text: str) -> bool:
        """Whether `text` names a benchmark with an ending that makes it another: "WikiText-S", "PTB-Sepsent"."""
        text = self._small(text)
        endings = [
            match[1]
            for words in (*self._benchmarks.values(), *self._short)
            for named in words.finditer(text)
            if (match := _ENDING.match(text, named.end()))
        ]
        return any(not self._endings.fullmatch(ending) for ending in endings) and len(text.split()) <= 3

    @_remembered
    def is_some_words(self, text: str) -> bool:
        """Whether `text` names a kind of words ("Rare ppl.") and nothing else but metric, benchmark, split."""
        rest = self._some_words.sub(" ", self._small(text))
        return rest != self._small(text) and not _LETTERS.search(self.without_scales(rest))

    @_remembered
    def heads_corpora(self, text: str) -> bool:
        """Whether `text` heads a column of names of corpora."""
        return bool(self._corpus_headers.search(self._small(text)))

    def is_unchanged(self, text: str) -> bool:
        """Whether `text` under such a header means the benchmark as it is: "original"."""
        return bool(self._unchanged.fullmatch(self._small(text).strip()))

    def is_common(self, name: str) -> bool:
        """Whether `name` is a word that names no system and no corpus in particular."""
        return name.lower() in self._common

    def shortened(self, text: str) -> list[str]:
        """The benchmarks that `text` may mean by a short name that several share ("WikiText")."""
        text = self._small(text)
        return [name for short, names in self._short.items() if short.search(text) for name in names]

    @_remembered
    def metrics(self, text: str) -> list[str]:
        """ "perplexity", "parameters", "other", "property": what quantities `text` names, each once."""
        found = []
        text = _SPREAD.sub(" ", _BIT_WIDTH.sub(" ", self._small(_apart(text))))
        rest = self._refused_perplexity.sub(" ", text)
        if self._perplexity.search(rest):
            found.append("perplexity")
        if self.is_parameters(text) or self.is_size(text):
            found.append("parameters")
        elif rest != text or self._other_metrics.search(rest) or re.search(r"(?<!\d)\s?%", rest):
            found.append("other")
        elif self._other_columns.search(rest) or self._sizes.search(rest):
            found.append("property")
        return found

    def is_chosen(self, text: str) -> bool:
        """Whether `text` names a share that one may choose for a system: "Sparsity"."""
        return bool(self._chosen.search(self._small(text)))

    @_remembered
    def is_scale(self, text: str) -> bool:
        """Whether `text` names a metric, a benchmark, a split, and next to nothing else."""
        rest = self.without_scales(text)
        left = re.sub(
            r"\b(?:set|data|dataset|word|level|the|of|on|in|per|for|and|model|no|nr|num|number|avg|mean|best|final|corpus|task|results?|raw|subset)\b|[\W\d_]",
            "",
            rest,
            flags=re.IGNORECASE,
        )
        return rest != self._small(text) and len(left) <= 1

    @_remembered
    def without_scales(self, text: str) -> str:
        """`text` in small letters without its words for metrics, benchmarks, splits, sizes."""
        rest = self._small(text)
        for words in (
            self._refused_perplexity, self._other_benchmarks, *self._benchmarks.values(), self._other_metrics,
            self._other_columns, self._perplexity, self._parameters, self._sizes, *self._splits.values(),
            self._training,
        ):  # fmt: skip
            rest = words.sub(" ", rest)
        return rest

    @_remembered
    def is_parameters(self, text: str) -> bool:
        """Whether `text` heads parameter counts."""
        text = _WITH_EMBEDDINGS.sub(" ", self._small(text))
        return bool(self._parameters.search(text)) and not self._not_parameters.search(text)

    def is_only_parameters(self, text: str) -> bool:
        """Whether `text` heads parameter counts and says nothing else, but of what they are counts or their unit."""
        return self.is_parameters(text) and not _LETTERS.search(self._unqualified(text))

    @_remembered
    def is_size(self, text: str) -> bool:
        """Whether `text` is a word that heads parameter counts where they carry a unit, as "Size", and nothing else."""
        return bool(self._sizes.search(self._small(text))) and not _LETTERS.search(self._unqualified(text))

    def is_quality(self, text: str) -> bool:
        """Whether `text` says only of what parameters are counted, as "Total"."""
        return not self._sizes.search(self._small(text)) and not _LETTERS.search(self._unqualified(text))

    def _unqualified(self, text: str) -> str:
        rest = self._small(text)
        for words in (self._parameters, self._sizes, self._size_qualities):
            rest = words.sub(" ", rest)
        return rest

    # ---- sizes of models --------------------------------------------------------------------------------------------

    @_remembered
    def sizes(self, text: str) -> list[tuple[float, str]]:
        """The sizes of models that a label states, with their text: "GPT-2 (1.5B)", "7b-chat"; no "(300B tokens)"."""
        found = []
        for match in _STATED_SIZE.finditer(text):
            counted = quantities.count(match["size"])
            if counted and not self._not_sizes.match(self._small(text), match.end() + _gap(text, match.end())):
                found.append((counted, match["size"]))
        return found if found and not self.benchmarks(_STATED_SIZE.sub(" ", text)) else []

    def size_of_system(self, text: str) -> list[tuple[float, str]]:
        """Of the sizes that a label states that of the system which it names, where it tells; else all of them.

        What another system has is left out ("Student-82M (from Teacher-124M)"), what a system becomes counts
        ("7B → 5.4B"), and what stands alone counts before the size in a name ("OPT-7B (5.4B)").
        """
        found = self.sizes(text)
        if len(found) < 2:
            return found
        if becomes := list(_BECOMES.finditer(text)):
            after = self.sizes(text[becomes[-1].end() :])
            return after or found
        matches = [m for m in _STATED_SIZE.finditer(text) if (quantities.count(m["size"]), m["size"]) in found]
        kept = [m for m in matches if not _OF_ANOTHER.search(text[: m.start()])] or matches
        alone = [m for m in kept if m.start() == 0 or text[m.start() - 1] in " (["]
        return [(n, m["size"]) for m in (alone if len(alone) == 1 else kept) if (n := quantities.count(m["size"]))]

    def sizes_in_brackets(self, text: str) -> list[tuple[float, str]]:
        """The sizes that stand in brackets in a label, whatever it names: "WikiText-2 (13M)"."""
        found = ((quantities.count(m["size"]), m["size"]) for m in _BRACKETED_SIZE.finditer(text))
        return [(counted, size) for counted, size in found if counted]

    def sizes_of_models(self, text: str) -> list[tuple[float, str]]:
        """The sizes of models that a caption states: "with 24M parameters", else in a name: "LLaMA-7B", "OPT 13B"."""
        told = self._counted(text)
        named = [m for m in _NAMED_SIZE.finditer(text) if not m["name"] or not self.benchmarks(m["name"])]
        return told or [(n, m["size"]) for m in named if (n := quantities.count(m["size"]))]

    def counts_parameters(self, text: str) -> bool:
        """Whether a caption counts parameters by that word."""
        return bool(self._counted(text))

    def _counted(self, text: str) -> list[tuple[float, str]]:
        return [
            (n, m["size"])
            for m in _COUNTED.finditer(text)
            if (n := quantities.count(m["size"]))
            and not any(d.end() >= m.start() - 1 for d in self._differences.finditer(self._small(text), 0, m.start()))
        ]

    def says_resized(self, text: str) -> bool:
        """Whether `text` speaks of systems with fewer parameters than their name says."""
        return bool(self._resized.search(self._small(text)))

    @_remembered
    def splits(self, text: str) -> list[str]:
        """ "test", "valid", "train": parts of a benchmark that `text` names, in order of appearance."""
        text = re.sub(r"\b(?:we|to) test\b", " ", self._small(_apart(text)))  # a verb
        text = self._not_splits.sub(" ", text)
        found: dict[str, int] = {k: m.start() for k, p in self._splits.items() if (m := p.search(text))}
        if match := self._training.search(text):
            found["train"] = match.start()
        return sorted(found, key=lambda k: found[k])

    def splits_in_text(self, text: str) -> list[str]:
        """ "test", "valid": parts of a benchmark that a running text names."""
        return [k for k, p in self._splits_in_text.items() if p.search(self._small(text))]

    def says_validated(self, sentence: str) -> bool:
        """Whether `sentence` speaks of a perplexity on the validation set."""
        return bool(self._perplexity.search(self._small(sentence))) and "valid" in self.splits(sentence)

    @_remembered
    def mentions(self, text: str) -> list[str]:
        """Every mention of a benchmark in running text `text`, in order; "other" for one that is none of ours."""
        text = self._small(text)
        found = [(m.start(), "other") for m in self._other_in_text.finditer(text)]
        rest = self._other_in_text.sub(lambda m: " " * len(m[0]), text)
        found += [(m.start(), name) for name, words in self._benchmarks.items() for m in words.finditer(rest)]
        return [name for _, name in sorted(found)]

    def without_results(self, caption: str) -> bool:
        """Whether `caption` heads a table of something else than results: its first sentence says so first."""
        first = re.split(r"(?<=[a-z0-9)])\.\s", re.sub(r"^\w+ [\w.]+?[.:|]\s", "", caption))[0].lower()
        refused, metric = self._no_results.search(first), self._perplexity.search(first)
        return refused is not None and (metric is None or refused.start() < metric.start())

    @_remembered
    def cites(self, text: str) -> bool:
        """Whether `text` carries a citation."""
        return any(p.search(text) for p in self._citations)

    @_remembered
    def says_own(self, text: str) -> bool:
        """Whether `text` calls something the paper's own."""
        return bool(self._own.search(self._small(text)))

    @_remembered
    def says_quoted(self, text: str) -> bool:
        """Whether `text` calls something earlier work."""
        return bool(self._quoted.search(self._small(text)))

    @_remembered
    def says_run(self, text: str) -> bool:
        """Whether a sentence says that the authors ran something themselves."""
        return bool(self._run.search(text.lower()))

    @_remembered
    def says_taken(self, text: str) -> bool:
        """Whether a sentence says that results were taken from elsewhere."""
        return bool(self._taken.search(text.lower()))

    @_remembered
    def says_unchanged(self, text: str) -> bool:
        """Whether a column's header calls what stands below it the unchanged systems: "Orig."."""
        return bool(self._unchanged_headers.search(self._small(text)))

    # ---- where a system comes from ----------------------------------------------------------------------------------

    @_remembered
    def kinds(self, text: str) -> list[tuple[str, str]]:
        """What `text` says of where a system comes from, as meaning and word; not what it denies ("w/o pruning")."""
        text = self._small(text)
        return [
            (kind, match[0].strip())
            for kind, words in self._kinds.items()
            for match in words.finditer(text)
            if not _LACKED.search(text[: match.start()])
        ]

    def begun_anew(self, text: str) -> list[str]:
        """Words of `text` for training that starts from nothing; not "rather than training it from scratch".

        "From scratch" may be said of a search or a design; "randomly initialised" is said of networks alone.
        """
        text = self._small(text)
        return [
            match[0].strip()
            for match in self._kinds["scratch"].finditer(text)
            if "scratch" not in match[0] or _TRAINED_ANEW.search(text[: match.start()])
        ]

    def abbreviated(self, text: str) -> list[tuple[str, str]]:
        """Kinds of systems, with abbreviations that `text` introduces for their words: "linear interpolation (LI)"."""
        small = self._small(text)
        if len(small) != len(text):  # letters that change their number would shift the places
            return []
        return [
            (kind, named[1])
            for kind in ("ensemble", "derived")
            for match in self._kinds[kind].finditer(small)
            if (named := _ABBREVIATION.match(text, match.end())) and named[1][0].lower() == match[0].lstrip()[0]
        ]

    @_remembered
    def lacks(self, text: str) -> bool:
        """Whether `text` says that a system was made without what makes others of its paper no training runs."""
        text = self._small(text)
        return any(_LACKED.search(text[: match.start()]) for match in self._kinds["derived"].finditer(text))

    @_remembered
    def is_unchanged_system(self, text: str) -> bool:
        """Whether `text` calls a system the one that others of its paper were made from: "baseline", "dense"."""
        return bool(self._unchanged_systems.search(self._small(text)))

    def adaptations(self, text: str) -> list[str]:
        """How a system that `text` names adapts to the text that it is tested on."""
        return [name for name, words in self._adaptations.items() if words.search(self._small(text))]

    @_remembered
    def released(self, text: str) -> list[str]:
        """The families of released models that `text` names."""
        text = self._small(text)
        return [name for name, words in self._families.items() if words.search(text)]

    @_remembered
    def evaluated_only(self, text: str) -> list[str]:
        """Corpora in `text` that models are evaluated on, but not trained on one by one."""
        return [match[0] for match in self._evaluated_only.finditer(self._small(text))]

    @_remembered
    def trains_on(self, sentence: str) -> list[str]:
        """The benchmarks that `sentence` names where it speaks of training."""
        small = self._small(sentence)
        if not self._trains.search(self._trains_not.sub(" ", small)):
            return []
        return [b for b in dict.fromkeys(self.mentions(sentence)) if b != "other"]

    def says_baselines(self, text: str) -> bool:
        """Whether a sentence speaks of all models of a table, or of all that are not the paper's own."""
        return bool(self._baselines.search(text.lower()))

    @_remembered
    def uncited(self, text: str) -> str:
        """`text` without its citations."""
        for citation in self._citations:
            text = citation.sub(" ", text)
        return re.sub(r"[\[(]\s*[\])]|\s+", " ", text).strip()

    def cites_first(self, text: str) -> bool:
        """Whether a citation stands at the start of `text`, but for "of" and the like."""
        return any((m := p.search(text)) is not None and len(text[: m.start()].split()) <= 1 for p in self._citations)

    @_remembered
    def names_model(self, text: str) -> bool:
        """Whether `text` names a model with its size ("LLaMA-7B")."""
        return any(not self._resized.search(text[: m.start()].lower()[-12:]) for m in _NAMED_MODEL.finditer(text))

    @_remembered
    def settings(self, text: str) -> list[str]:
        """Settings of an evaluation that `text` names, without those that it says were not used."""
        text = self._small(text)
        return [
            name
            for name, words in self._settings.items()
            if any(not _DENIED.search(text[: match.start()]) for match in words.finditer(text))
        ]

    def _small(self, text: str) -> str:
        """`text` in small letters and translated; parts of a name ("wikitext_103_val") are words of their own."""
        text = text.lower().replace("_", " ")
        return text if text.isascii() else self._foreign.sub(lambda m: f" {self._translations[m[0]]} ", text)

    def is_relevant(self, text: str) -> bool:
        """Whether a page with text `text` may hold a perplexity: a number, and a benchmark or the metric."""
        return bool(re.search(r"\d", text)) and self._speaks_of_results(self._small(text))

    def speaks_of(self, texts: Iterable[str]) -> str | None:
        """ "perplexity", "benchmark" or "both": what texts in and over a table name."""
        listed = list(texts)
        metric = any("perplexity" in self.metrics(t) for t in listed)
        named = any(name != "other" for t in listed for name in self.benchmarks(t))
        return "both" if metric and named else "perplexity" if metric else "benchmark" if named else None

    def tables_told(self, text: str) -> set[str]:
        """Numbers of the tables that `text` cites near a benchmark or the metric."""
        return {
            match[1]
            for match in _CITED.finditer(text)
            if self._speaks_of_results(self._small(text[max(0, match.start() - 200) : match.end() + 200]))
        }

    def _speaks_of_results(self, text: str) -> bool:
        return bool(self._perplexity.search(text) or any(p.search(text) for p in self._benchmarks.values()))


def _gap(text: str, at: int) -> int:
    """How many spaces, hyphens and brackets stand at `at`."""
    return len(text[at:]) - len(text[at:].lstrip(" -"))


def _apart(text: str) -> str:
    """`text` with words that are set together at a capital letter ("ValidPPL") parted."""
    return re.sub(r"(?<=[a-z])(?=[A-Z]{2})", " ", text)


@lru_cache(maxsize=4)
def _lexicon(dumped: str) -> Lexicon:
    return Lexicon(ReadingVocabulary.model_validate_json(dumped))


def lexicon(vocabulary: ReadingVocabulary) -> Lexicon:
    """The lexicon of `vocabulary`, made once."""
    return _lexicon(vocabulary.model_dump_json())
