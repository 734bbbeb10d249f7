"""Checks of a table that need no paper: sizes, data, dates and names beside one another.

In: the context of suspecting. Out: hits.
"""

from __future__ import annotations

import datetime
import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

from lmprogress.core.settings import Family
from lmprogress.provenance.matching import akin
from lmprogress.provenance.suspecting import Context, Hit, Record, count, near
from lmprogress.reading.system_names import stated_size
from lmprogress.reading.words import pattern

_PER_ENTRY = 100  # parameters for each entry of the vocabulary: the least width of embeddings in common use
_LARGER = 2  # times as large, where better is expected of the larger one
_COMPUTE = 5  # factor: counts of compute differ in what they include
_ARXIV = re.compile(r"^(\d\d)(\d\d)\.\d{4,5}$")
_ADDRESS = re.compile(r"\b(\d{4}\.\d{4,5})\b")
_DAYS = 3  # a stamp's day and an identifier's month are those of different clocks
_OTHER_DATA = 1.5  # times: beyond what fine-tuning adds, and what dates of a corpus differ by
_LITTLE = 10  # times the training set of the benchmark: released models have seen far more
_LEAST_NAME = 4  # letters of a word that may name a kind of system
_MAJORITY = 0.6  # share of the systems of a name, from which the others are suspect
_SUBWORD = re.compile(r"bpe|byte|sentencepiece|word\s?pieces?|bert|pre-?trained")
_WITHOUT_SENSE = frozenset({"large", "small", "medium", "base"})


def unknown_dataset_size(context: Context) -> Iterator[Hit]:
    """Data of no benchmark's size, stated nowhere in the paper, and of no released family."""
    known = [benchmark.training_tokens for benchmark in context.benchmarks.values()]
    known += [model.tokens for family in context.families.values() for model in family.models if model.tokens]
    for record in context.records:
        size = record["dataset_size_tokens"]
        if not size or any(near(size, other) for other in known):
            continue
        if not any(context.alike(size, r["value"]) for r in context.of_paper(record, "training_tokens")):
            yield Hit(record)


def dataset_of_another_benchmark(context: Context) -> Iterator[Hit]:
    """Data of another benchmark's size."""
    for record in context.records:
        benchmark, size = context.training_set(record), record["dataset_size_tokens"]
        if benchmark is None or near(size, benchmark.training_tokens):
            continue
        for other in context.benchmarks.values():
            if near(size, other.training_tokens):
                yield Hit(record, count(benchmark.training_tokens), f"the training set of {other.name}")


def dataset_counted_twice(context: Context) -> Iterator[Hit]:
    """Twice the benchmark's training set."""
    for record in context.records:
        benchmark, size = context.training_set(record), record["dataset_size_tokens"]
        if benchmark and size and abs(size / benchmark.training_tokens / 2 - 1) < context.same_within:
            yield Hit(record, count(benchmark.training_tokens))


def dataset_differs_from_family(context: Context) -> Iterator[Hit]:
    """Quite other data than the released family of the name has, for the model of the nearest size."""
    for record in context.records:
        size = record["dataset_size_tokens"]
        for family in _families(context, record):
            models = [model for model in family.models if model.tokens]
            if not (size and models):
                continue
            tokens = min(
                models, key=lambda m: abs(math.log((record["n_parameters"] or m.parameters) / m.parameters))
            ).tokens
            if tokens and not 1 / _OTHER_DATA <= size / tokens <= _OTHER_DATA:
                yield Hit(record, count(tokens), f"{family.name}: {family.source}")


def dataset_differs_within_paper(context: Context) -> Iterator[Hit]:
    """Data that differ between systems of a paper with one benchmark, one base model and one way of testing."""
    groups: defaultdict[Any, list[Record]] = defaultdict(list)
    for record in context.records:
        if record["dataset_size_tokens"] and record["base_model"]:
            groups[record["paper_id"], record["benchmark"], record["base_model"], record["zero_shot"]].append(record)
    for records in groups.values():
        sizes = sorted({r["dataset_size_tokens"] for r in records})
        if len(sizes) > 1 and not near(sizes[0], sizes[-1]):
            told = ", ".join(count(size) for size in sizes)
            yield from (Hit(record, None, f"the paper's systems have {told}") for record in records)


def zero_shot_with_little_data(context: Context) -> Iterator[Hit]:
    """Called zero-shot, wholly or in part, with a benchmark's training set, or little more than its own, as data."""
    for record in context.records:
        benchmark, size = context.training_set(record), record["dataset_size_tokens"]
        if not (record["zero_shot"] and benchmark and size):
            continue
        sets = [other.training_tokens for other in context.benchmarks.values()]
        if size < _LITTLE * benchmark.training_tokens or any(near(size, tokens) for tokens in sets):
            yield Hit(record, "0", f"its data are {count(size)} tokens")


def zero_shot_after_finetuning(context: Context) -> Iterator[Hit]:
    """Called zero-shot, with data for fine-tuning."""
    for record in context.records:
        if record["zero_shot"] == 1 and record["finetuning_dataset_size_tokens"]:
            yield Hit(record, "0", f"fine-tuned on {count(record['finetuning_dataset_size_tokens'])} tokens")


def subword_with_benchmark_data(context: Context) -> Iterator[Hit]:
    """A subword tokenizer, with the data of a word-level benchmark alone."""
    for record in context.records:
        if context.trained_on_it(record) and (told := _tokenizer(context, record)):
            yield Hit(record, None, told)


def per_subword(context: Context) -> Iterator[Hit]:
    """A subword tokenizer, where others of the benchmark count words."""
    for record in context.records:
        if record["perplexity"] and (told := _tokenizer(context, record)):
            yield Hit(record, None, told)


def trained_without_benchmark_data(context: Context) -> Iterator[Hit]:
    """Called trained on the benchmark, with far more data than any benchmark and none of its own for fine-tuning."""
    most = max(benchmark.training_tokens for benchmark in context.benchmarks.values())
    for record in context.records:
        benchmark, size = context.training_set(record), record["dataset_size_tokens"]
        if not (benchmark and size and record["zero_shot"] == 0 and size > _LITTLE * most):
            continue
        if not near(record["finetuning_dataset_size_tokens"], benchmark.training_tokens):
            yield Hit(record, "1", f"its data are {count(size)} tokens")


def smaller_than_embedding(context: Context) -> Iterator[Hit]:
    """A word-level system with fewer parameters than a narrow embedding of its vocabulary has."""
    for record in context.records:
        benchmark, size = context.training_set(record), record["n_parameters"]
        if benchmark is None or not size or not context.trained_on_it(record):
            continue
        entries = max(record["vocabulary_size"] or 0, benchmark.vocabulary_size)
        if record["vocabulary_size"] and record["vocabulary_size"] < benchmark.vocabulary_size / 2:
            entries = record["vocabulary_size"]
        if size < _PER_ENTRY * entries:
            yield Hit(record, f"≥ {count(_PER_ENTRY * entries)}", f"{entries:g} entries")


def too_large_for_data(context: Context) -> Iterator[Hit]:
    """More parameters for each token than a system trained on a benchmark alone can use."""
    for record in context.records:
        size, data = record["n_parameters"], record["dataset_size_tokens"]
        most = context.most_parameters_per_token
        if size and data and size / data > most:
            yield Hit(record, f"≤ {count(most * data)}", f"{size / data:.0f} parameters for each token")


def size_in_name(context: Context) -> Iterator[Hit]:
    """Another size than the name states."""
    for record in context.records:
        said = stated_size(record["system"])
        if said and record["n_parameters"] and not context.alike(said, record["n_parameters"]):
            yield Hit(record, count(said))


def same_size_on_two_benchmarks(context: Context) -> Iterator[Hit]:
    """One size on two benchmarks, in systems of one paper that are each trained on theirs."""
    groups: defaultdict[Any, list[Record]] = defaultdict(list)
    for record in context.records:
        sets = (benchmark.training_tokens for benchmark in context.benchmarks.values())
        if record["n_parameters"] and any(near(record["dataset_size_tokens"], tokens) for tokens in sets):
            groups[record["paper_id"], record["n_parameters"]].append(record)
    for records in groups.values():
        if len({r["benchmark"] for r in records}) > 1:
            told = "; ".join(f"{r['system']} on {r['benchmark']}" for r in records)
            yield from (Hit(record, None, told) for record in records)


def larger_is_worse(context: Context) -> Iterator[Hit]:
    """Both systems of a pair in which the far larger one is worse, with equal paper, benchmark, data and testing."""
    groups: defaultdict[Any, list[Record]] = defaultdict(list)
    for record in context.records:
        if record["n_parameters"] and record["perplexity"] and record["benchmark"]:
            key = ("paper_id", "benchmark", "zero_shot", "dataset_size_tokens", "base_model")
            groups[tuple(record[column] for column in key)].append(record)
    for records in groups.values():
        for one, other in itertools.permutations(records, 2):
            if one["n_parameters"] >= _LARGER * other["n_parameters"] and one["perplexity"] > other["perplexity"]:
                told = "{}: {} parameters, {:g}"
                yield Hit(one, None, told.format(other["system"], count(other["n_parameters"]), other["perplexity"]))
                yield Hit(other, None, told.format(one["system"], count(one["n_parameters"]), one["perplexity"]))


def compute_disagrees(context: Context) -> Iterator[Hit]:
    """Reported compute far from 6 · parameters · tokens · epochs."""
    for record in context.records:
        reported, size, data = (
            record[column] for column in ("reported_training_compute_flop", "n_parameters", "dataset_size_tokens")
        )
        if reported and size and data and record["n_epochs"]:
            expected = 6 * size * data * record["n_epochs"]
            if abs(math.log(reported / expected)) > math.log(_COMPUTE):
                yield Hit(record, None, f"reported {count(reported)}, 6 · N · D · epochs {count(expected)} FLOP")


def under_two_titles(context: Context) -> Iterator[Hit]:
    """The same perplexity, with at least three digits, of systems that share a word of their names, in two papers."""
    groups: defaultdict[Any, list[Record]] = defaultdict(list)
    for record in context.records:
        if record["perplexity"] and record["benchmark"]:
            groups[record["benchmark"], record["perplexity"]].append(record)
    for records in groups.values():
        for one, other in itertools.permutations(records, 2):
            mine, theirs = (set(context.words(r)) - _WITHOUT_SENSE for r in (one, other))
            if one["paper_id"] == other["paper_id"] or not (mine and theirs):
                continue
            shorter, longer = sorted((mine, theirs), key=len)
            if all(any(akin(word, every) for every in longer) for word in shorter):
                yield Hit(one, None, f"{other['system']}, {other['title']}")


def date_outside_identifier(context: Context) -> Iterator[Hit]:
    """Dates that are not in the month of the paper's arXiv identifier."""
    for record in context.records:
        month = _ARXIV.match(record["paper_id"])
        if month is None:
            continue
        first = datetime.date(2000 + int(month[1]), int(month[2]), 1)
        after = datetime.date(first.year + first.month // 12, first.month % 12 + 1, 1)
        day = _day(record["publication_date"])
        if not first - datetime.timedelta(_DAYS) <= day < after + datetime.timedelta(_DAYS):
            yield Hit(record, f"{first:%Y-%m}")


def date_before_benchmark(context: Context) -> Iterator[Hit]:
    """Dates not after the benchmark's own, for systems of another paper than its own."""
    for record in context.records:
        benchmark = context.training_set(record)
        if benchmark is None or benchmark.introduced is None or record["paper_id"] in benchmark.source:
            continue
        if _day(record["publication_date"]) <= benchmark.introduced:
            yield Hit(record, f"> {benchmark.introduced}", benchmark.name)


def date_before_family(context: Context) -> Iterator[Hit]:
    """Dates before the release of the family that the system's name gives."""
    for record in context.records:
        for family in _families(context, record):
            if family.paper_id != record["paper_id"] and _day(record["publication_date"]) < family.publication_date:
                yield Hit(record, f"≥ {family.publication_date}", family.name)


def source_is_another_paper(context: Context) -> Iterator[Hit]:
    """Rows whose source gives the arXiv identifier of another paper."""
    for record in context.records:
        cited = {found for found in _ADDRESS.findall(record["source"]) if found != record["paper_id"]}
        if cited:
            yield Hit(record, None, f"its source gives arXiv {', '.join(sorted(cited))}")


def vocabulary_not_the_benchmarks(context: Context) -> Iterator[Hit]:
    """Another vocabulary than the benchmark's, for a system trained on its training set alone."""
    for record in context.records:
        benchmark, entries = context.training_set(record), record["vocabulary_size"]
        if (
            benchmark
            and entries
            and context.trained_on_it(record)
            and not context.alike(entries, benchmark.vocabulary_size)
        ):
            yield Hit(record, count(benchmark.vocabulary_size))


def architecture_by_name(context: Context) -> Iterator[Hit]:
    """Another family of architecture than the one whose words the name, or else the base model, has alone."""
    words = {name: _pattern(kind.words) for name, kind in context.architectures.items() if kind.words}
    for record in context.records:
        for text in (record["system"], record["base_model"]):
            said = [name for name, word in words.items() if text and word.search(text.lower())]
            if said:
                if len(said) == 1 and record["architecture"] not in (None, *said):
                    yield Hit(record, said[0], f"named in “{text}”")
                break


def architecture_of_its_kin(context: Context) -> Iterator[Hit]:
    """Another family of architecture than most systems whose names share a word that no family of architecture has."""
    generic = pattern([word for kind in context.architectures.values() for word in kind.words])
    kin: defaultdict[str, dict[str, Record]] = defaultdict(dict)
    for record in context.records:
        for word in context.words(record):
            if word.isalpha() and len(word) >= _LEAST_NAME and not generic.search(word):
                kin[word][record["system_id"]] = record
    for word, systems in kin.items():
        told = Counter(record["architecture"] for record in systems.values() if record["architecture"])
        if len(told) < 2:
            continue
        most, often = told.most_common(1)[0]
        if often > _MAJORITY * sum(told.values()):
            for record in systems.values():
                if record["architecture"] not in (None, most):
                    yield Hit(record, most, f"{often} of {sum(told.values())} named “{word}”")


def _tokenizer(context: Context, record: Record) -> str | None:
    """The words that say of a system that it counts subwords: of its tokenizer, or the family in its name."""
    text = (record["tokenizer"] or "").lower()
    if _SUBWORD.search(text) or any(_pattern(f.words).search(text) for f in context.families.values()):
        return str(record["tokenizer"])
    return next((family.name for family in _families(context, record)), None)


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return pattern(words)


def _families(context: Context, record: Record) -> list[Family]:
    """Released families that the name gives or, where it gives none, the base model."""
    for text in (record["system"], record["base_model"]):
        named = [f for f in context.families.values() if text and _pattern(f.words).search(text.lower())]
        if named:
            return named
    return []


def _day(date: str) -> datetime.date:
    return datetime.date.fromisoformat(str(date))
