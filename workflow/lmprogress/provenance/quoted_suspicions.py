"""Checks of a table against readings: of its own papers, and of others that quote them.

In: the context of suspecting. Out: hits.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from lmprogress.curation.decisions import shown
from lmprogress.provenance.matching import Words, akin
from lmprogress.provenance.suspecting import Context, Hit, Reading, Record, count, place, same_result
from lmprogress.reading.network_facts import PaperNetworks
from lmprogress.reading.words import pattern

_ADDED = 1.25  # a system built on another may have a quarter more parameters, or fewer
_AT = 0.1  # nats: perplexities of one base model with and without what a paper adds to it
_PAPERS = 2  # that quote one result before it speaks against another


def zero_shot_said(context: Context) -> Iterator[Hit]:
    """Called trained, where its result is printed as zero-shot."""
    for record in context.records:
        if record["zero_shot"] == 0:
            for r in _its_results(context, record):
                if "zero_shot" in (r["setting"] or "").split(";"):
                    yield Hit(record, "1", place(r))
                    break


def row_prints_another_size(context: Context) -> Iterator[Hit]:
    """The row of the result prints another number of parameters."""
    yield from _evidence(context, "n_parameters", "contradicted")


def row_prints_another_perplexity(context: Context) -> Iterator[Hit]:
    """The row of the name prints another test perplexity."""
    yield from _evidence(context, "perplexity", "contradicted")


def size_of_another_benchmark(context: Context) -> Iterator[Hit]:
    """Printed in the paper beside results of another benchmark alone, where those of its own have sizes too."""
    for record in context.records:
        size, sized = record["n_parameters"], [r for r in context.of_paper(record) if r["n_parameters"]]
        known = [r for r in sized if r["benchmark"] in context.benchmarks]
        here = [r for r in known if r["benchmark"] == record["benchmark"]]
        there = [r for r in known if r["benchmark"] != record["benchmark"] and context.alike(r["n_parameters"], size)]
        if there and not any(context.alike(r["n_parameters"], size) for r in here):
            yield Hit(record, None, place(there[0]))


def size_quoted_otherwise(context: Context) -> Iterator[Hit]:
    """Other papers print the result, of a like name, beside another size; expected is the one that most print."""
    for record in context.records:
        if not record["n_parameters"]:
            continue
        name = context.words(record)
        sizes: defaultdict[float, set[str]] = defaultdict(set)
        for r in context.in_other_papers(record):
            if r["n_parameters"] and same_result(record["perplexity"], r) and alike_names(name, _label(context, r)):
                sizes[r["n_parameters"]].add(r["paper_id"])
        if sizes and not any(context.alike(size, record["n_parameters"]) for size in sizes):
            size, papers = max(sizes.items(), key=lambda item: (len(item[1]), -item[0]))
            yield Hit(record, count(size), f"{len(papers)} papers: {', '.join(sorted(papers))}")


def size_of_base_model(context: Context) -> Iterator[Hit]:
    """The base model in the name has, where papers print it beside the nearest perplexity, quite another size."""
    generic = pattern([word for kind in context.architectures.values() for word in kind.words])
    sized: defaultdict[str, list[tuple[Words, Reading]]] = defaultdict(list)
    for readings in context.readings.values():
        for r in readings:
            if r["quantity"] == "perplexity" and r["n_parameters"] and r["split"] != "valid":
                words = _label(context, r)
                if words and not all(generic.search(word) for word in words):
                    sized[str(r["benchmark"])].append((words, r))
    for record in context.records:
        size, value = record["n_parameters"], record["perplexity"]
        if not size or not value or record["zero_shot"] == 1:
            continue
        name = set(context.words(record)) | set(context.names.words(record["base_model"] or ""))
        fitting = [(len(words), r) for words, r in sized[str(record["benchmark"])] if set(words) <= name]
        fitting = [(n, r) for n, r in fitting if abs(math.log(r["value"] / value)) <= _AT]
        if not fitting:
            continue
        most = max(n for n, _ in fitting)
        nearest = min((r for n, r in fitting if n == most), key=lambda r: abs(math.log(r["value"] / value)))
        same = [r["n_parameters"] for n, r in fitting if n == most and r["value"] == nearest["value"]]
        expected = Counter(same).most_common(1)[0][0]
        if not 1 / _ADDED <= expected / size <= _ADDED:
            yield Hit(record, count(expected), f"at perplexity {nearest['value']:g}: {place(nearest)}")


def described_otherwise(context: Context) -> Iterator[Hit]:
    """The described layers have quite another number of parameters."""
    sizes = described(context)
    for record in context.records:
        size = record["n_parameters"]
        if size and record["record_id"] in sizes:
            told, how = sizes[record["record_id"]]
            if not 1 / _ADDED <= told / size <= _ADDED:
                yield Hit(record, count(told), how)


def described(context: Context) -> dict[str, tuple[float, str]]:
    """Parameters of the layers that a record's own paper describes for it, and how they were computed, by record."""
    networks = {paper_id: PaperNetworks(readings) for paper_id, readings in context.readings.items()}
    sizes = {}
    for record in context.records:
        benchmark = context.training_set(record)
        if benchmark is None or record["paper_id"] not in networks:
            continue
        entries = int(record["vocabulary_size"] or benchmark.vocabulary_size)
        fact = networks[record["paper_id"]].parameters(record["system"], entries)
        if fact:
            sizes[record["record_id"]] = (fact.value, fact.tie)
    return sizes


def size_printed_nowhere(context: Context) -> Iterator[Hit]:
    """Papers that were read and print the size neither beside a result nor in a sentence."""
    yield from _evidence(context, "n_parameters", "not_found")


def not_printed_for_it(context: Context) -> Iterator[Hit]:
    """Papers that were read and do not print the value as this system's on the benchmark's test set."""
    yield from _evidence(context, "perplexity", "not_found")


def only_on_validation(context: Context) -> Iterator[Hit]:
    """Printed for the validation set alone."""
    for record in context.records:
        printed = [r for r in _its_results(context, record) if r["own"] is not False]
        if printed and all(r["split"] == "valid" for r in printed):
            yield Hit(record, None, place(printed[0]))


def only_on_another_benchmark(context: Context) -> Iterator[Hit]:
    """Printed on other data alone."""
    for record in context.records:
        printed = [r for r in context.of_paper(record) if same_result(record["perplexity"], r)]
        if printed and all(r["benchmark"] not in (None, "unknown", record["benchmark"]) for r in printed):
            yield Hit(record, None, place(printed[0]))


def perplexity_quoted_otherwise(context: Context) -> Iterator[Hit]:
    """Papers that agree with one another on another result of the same name and size."""
    for record in context.records:
        name, value = context.words(record), record["perplexity"]
        if not name or not value or not record["n_parameters"]:
            continue
        values: defaultdict[float, set[str]] = defaultdict(set)
        for r in context.in_other_papers(record):
            alike = context.alike(r["n_parameters"], record["n_parameters"])
            if alike and r["split"] != "valid" and set(_label(context, r)) == set(name):
                values[r["value"]].add(r["paper_id"])
                if same_result(value, r):
                    break
        else:
            agreed = {v: papers for v, papers in values.items() if len(papers) >= _PAPERS}
            if agreed:
                v, papers = max(agreed.items(), key=lambda item: (len(item[1]), -item[0]))
                yield Hit(record, f"{v:g}", f"{len(papers)} papers: {', '.join(sorted(papers))}")


def _evidence(context: Context, field: str, status: str) -> Iterator[Hit]:
    for record in context.records:
        found = context.evidence.get((record["record_id"], field))
        if found and found["status"] == status and found["recorded"] == shown(record[field]):
            printed = found["printed_value"]
            yield Hit(
                record, count(printed) if printed is not None and status == "contradicted" else None, found["detail"]
            )


def _its_results(context: Context, record: Record) -> Sequence[Reading]:
    """What the own paper prints on the benchmark that equals the record's perplexity."""
    here = [r for r in context.of_paper(record) if r["benchmark"] == record["benchmark"]]
    return [r for r in here if same_result(record["perplexity"], r)]


def _label(context: Context, reading: Reading) -> Words:
    return context.names.label(reading).row


def alike_names(name: Iterable[str], label: Iterable[str]) -> bool:
    """Whether one says nothing that the other does not say, and both say something."""
    shorter, longer = sorted((tuple(name), tuple(label)), key=len)
    return bool(shorter) and all(any(akin(word, other) for other in longer) for word in shorter)
