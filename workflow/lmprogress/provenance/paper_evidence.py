"""What one paper says for or against the recorded values of its systems.

In: the readings of the paper. Out: for each value what was found, the reading that says it, and where was looked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from lmprogress.core.dates import DAYS_PER_STUDY_YEAR, decimal_year
from lmprogress.core.settings import Benchmark
from lmprogress.provenance.matching import Match, Names, Words, match, seen_words
from lmprogress.provenance.sameness import decimal_step, printed_step, same, significant_step
from lmprogress.reading.system_names import stated_size

Reading = Mapping[str, Any]
Record = Mapping[str, Any]


class Finding(NamedTuple):
    """A status of EVIDENCE, why, the reading behind it, what that prints, and what was looked at."""

    status: str
    reason: str
    looked_at: str
    reading: Reading | None = None
    printed: float | None = None
    raw: str | None = None
    place: str | None = None
    detail: str | None = None


class PaperEvidence:
    """The readings of one paper, asked for evidence."""

    def __init__(
        self,
        readings: Sequence[Reading],
        names: Names,
        benchmarks: Mapping[str, Benchmark],
        least_confidence: float,
    ) -> None:
        self._names, self._benchmarks = names, benchmarks
        trusted = [r for r in readings if r["confidence"] >= least_confidence]
        self._perplexities = [r for r in trusted if r["quantity"] == "perplexity"]
        self._others = [r for r in trusted if r["quantity"] != "perplexity"]
        self._labels = {r["reading_id"]: names.label(r) for r in trusted}
        own = [r for r in self._perplexities if r["own"] is not False]
        self._seen = seen_words(self._labels[r["reading_id"]].words for r in own)

    def perplexity(self, record: Record) -> Finding:
        """Evidence for the record's perplexity on its benchmark.

        Confirmed by a reading of the same value on the same benchmark's test set whose label matches.
        Contradicted where no such reading is there, and the row that says the record's name and no more (and has no
        other size or setting) prints another test perplexity.
        """
        name, value = self._names.words(record["system"]), record["perplexity"]
        here = [r for r in self._perplexities if r["benchmark"] == record["benchmark"]]
        tested = [r for r in here if r["split"] != "valid"]
        equal = [r for r in self._perplexities if _same_decimal(value, r)]
        named = sum(self._match(name, r) > Match.NONE for r in here)
        looked_at = (
            f"{len(self._perplexities)} perplexities, {len(here)} on {record['benchmark']}, {named} of a matching name"
        )
        matching = [r for r in equal if r in here and r["split"] == "test" and self._fits(record, name, r)]
        if matching:
            best = max(matching, key=lambda r: (r["value"] == value, self._match(name, r), *_preference(r)))
            reason = "quoted_result" if best["own"] is False else "own_result"
            return _found("confirmed", reason, looked_at, best, best["value"], best["raw"])
        if any(r in tested and self._fits(record, name, r) for r in equal):
            return self._where_else(record, name, equal, looked_at)

        strong = [r for r in tested if self._names_it(record, name, r)]
        if any(r["split"] == "test" for r in strong):
            strong = [r for r in strong if r["split"] == "test"]
        if strong:
            best = max(
                strong,
                key=lambda r: (self._match(name, r), -abs(math.log(r["value"] / value)), *_preference(r)),
            )
            other = next((r for r in equal if r["benchmark"] == record["benchmark"]), None)
            detail = f"{value:g} is printed for {_label(other)}" if other else None
            reason = "another_row" if other else "its_row"
            if other and other["split"] == "valid":
                reason = "validation_result" if self._match(name, other) > Match.NONE else reason
                detail = f"{value:g} is the validation perplexity of {_label(other)}"
            return _found("contradicted", reason, looked_at, best, best["value"], best["raw"], detail=detail)
        return self._where_else(record, name, equal, looked_at)

    def n_parameters(self, record: Record) -> Finding:
        """Evidence for the record's number of parameters: in the row of its perplexity, another row of its name, a
        label, or a sentence. Contradicted where the row of its perplexity prints another number."""
        name, value = self._names.words(record["system"]), record["n_parameters"]
        sized = [r for r in self._perplexities if r["n_parameters"] is not None]
        said = [r for r in self._others if r["quantity"] == "parameters"]
        looked_at = f"{len(sized)} rows with a number of parameters, {len(said)} numbers of parameters in sentences"
        its_row = [r for r in sized if self._is_result(record, r) and self._fits(record, name, r)]
        of_it = [r for r in sized if self._is_of(record, r) and self._match(name, r) > Match.NONE]
        for rows, reason in ((its_row, "its_row"), ([] if its_row else of_it, "row_of_its_name")):
            if agreeing := [r for r in rows if _same_count(value, r["n_parameters"], str(r["n_parameters_raw"]))]:
                return self._row_count("confirmed", reason, looked_at, max(agreeing, key=_preference))
        if its_row:
            nearest = min(its_row, key=lambda r: abs(math.log(r["n_parameters"] / value)))
            return self._row_count("contradicted", "its_row", looked_at, nearest)
        agreeing = [r for r in said if _same_count(value, r["value"], r["raw"]) and self._may_mean(name, r)]
        if named := [r for r in agreeing if self._names_a_system(r) and self._on_its_benchmark(record, r)]:
            return self._sentence("confirmed", looked_at, name, named)
        for r in self._perplexities:
            size = stated_size(r["row_label"] or "")
            if size and _same_count(value, size, "") and self._match(name, r) > Match.NONE:
                return _found("confirmed", "label", looked_at, r, size, r["row_label"], place="row")
        return self._of_no_system(agreeing, looked_at)

    def dataset_size(self, record: Record) -> Finding:
        """Evidence for the record's tokens of training data: a sentence that names it, or the size of its benchmark's
        training set where the record is of a system trained on that, as the paper or the benchmark's source says.

        Contradicted by sentences on a system of just its name, and where a system trained on the benchmark has twice
        its training set or that of another benchmark."""
        value, name = record["dataset_size_tokens"], self._names.words(record["system"])
        said = [r for r in self._others if r["quantity"] == "training_tokens"]
        looked_at = f"{len(said)} numbers of training tokens in sentences"
        agreeing = [r for r in said if value > 0 and _same_count(value, r["value"], r["raw"])]
        named = [r for r in agreeing if self._names_a_system(r) and self._may_mean(name, r)]
        if named := [r for r in named if self._on_its_benchmark(record, r) and self._of_its_size(record, r)]:
            return self._sentence("confirmed", looked_at, name, named)
        benchmark = self._benchmarks.get(str(record["benchmark"]))
        trained = benchmark is not None and record["zero_shot"] == 0
        if trained and (of_set := [r for r in agreeing if self._means(record, r)]):
            best = max(of_set, key=_preference)
            return _found("confirmed", "benchmark_sentence", looked_at, best, best["value"], best["raw"])
        if benchmark and trained and _same_count(value, benchmark.training_tokens, ""):
            return Finding(
                "confirmed",
                "training_set",
                looked_at,
                printed=benchmark.training_tokens,
                detail=f"training set of {benchmark.name}: {benchmark.source}; not said by the paper itself",
            )
        if benchmark and trained:
            others = [b.name for b in self._benchmarks.values() if _same_count(value, b.training_tokens, "")]
            if others or abs(value / benchmark.training_tokens / 2 - 1) < _ONE_VALUE - 1:
                what = f"the training set of {others[0]}" if others else f"twice the training set of {benchmark.name}"
                detail = f"{what}; that of {benchmark.name} has {_tokens(benchmark)} tokens: {benchmark.source}"
                reason = "another_training_set" if others else "counted_twice"
                return Finding("contradicted", reason, looked_at, printed=benchmark.training_tokens, detail=detail)
        if agreeing:
            return self._of_no_system(agreeing, looked_at)
        return self._against(name, [r for r in said if self._of_its_size(record, r)], looked_at, value)

    def stated(self, record: Record, field: str, quantity: str) -> Finding:
        """Evidence for epochs or entries of the vocabulary: sentences alone say these. Contradicted by sentences on a
        system of just the record's name."""
        value, name = record[field], self._names.words(record["system"])
        said = [r for r in self._others if r["quantity"] == quantity]
        looked_at = f"{len(said)} statements of {quantity} in sentences"
        of_benchmark = quantity == "vocabulary"
        agreeing = [
            r
            for r in said
            if (_same_count(value, r["value"], r["raw"]) if of_benchmark else _same_decimal(value, r))
            and (self._may_mean(name, r) or (of_benchmark and self._means(record, r)))
            and self._on_its_benchmark(record, r)
        ]
        if named := [r for r in agreeing if self._names_a_system(r)]:
            return self._sentence("confirmed", looked_at, name, named)
        if of_benchmark and (of_set := [r for r in agreeing if self._means(record, r)]):
            best = max(of_set, key=_preference)
            return _found("confirmed", "benchmark_sentence", looked_at, best, best["value"], best["raw"])
        return self._of_no_system(agreeing, looked_at) if agreeing else self._against(name, said, looked_at, value)

    def publication_date(self, record: Record) -> Finding:
        """Evidence for the date, as decimal year: the stamp of a first version gives the day, an identifier the month.

        Confirmed by that day or, where no first version is stamped, that month; else contradicted, as is a date that is
        not after that of the benchmark.
        """
        value = record["publication_year"]
        benchmark = self._benchmarks.get(str(record["benchmark"]))
        if benchmark and benchmark.introduced and record["paper_id"] not in benchmark.source:
            introduced = decimal_year(benchmark.introduced)
            if value <= introduced:
                detail = f"{benchmark.name} is of {benchmark.introduced}: {benchmark.source}"
                return Finding(
                    "contradicted",
                    "before_the_benchmark",
                    "the date of its benchmark",
                    printed=introduced,
                    detail=detail,
                )
        said = {r["source"]: r for r in self._others if r["quantity"] == "publication_date"}
        looked_at = f"{len(said)} dates by identifier and stamp"
        for source, span in (("stamp", 0.0), ("identifier", 30.0)):
            if source in said:
                reading = said[source]
                days = (value - reading["value"]) * DAYS_PER_STUDY_YEAR
                status = "confirmed" if -_DAYS <= days <= span + _DAYS else "contradicted"
                return _found(status, source, looked_at, reading, reading["value"], reading["raw"])
        return Finding("not_found", "no_date", looked_at)

    def _where_else(self, record: Record, name: Words, equal: list[Reading], looked_at: str) -> Finding:
        """Not found, with what the value is printed as, or else the nearest value of a row that may be meant."""
        here = record["benchmark"]
        fitting = [r for r in equal if r["benchmark"] == here and self._fits(record, name, r)]
        for reason, found in (
            ("no_split", [r for r in fitting if r["split"] != "valid"]),
            ("validation_result", fitting),
            ("another_system", [r for r in equal if r["benchmark"] == here]),
            ("another_benchmark", [r for r in equal if self._fits(record, name, r) and self._is_known(r)]),
            ("unclear_benchmark", [r for r in equal if self._fits(record, name, r)]),
            ("another_place", equal),
        ):
            if found:
                best = max(found, key=lambda r: (self._match(name, r), *_preference(r)))
                stands = f"stands at {_label(best)}"
                return _found("not_found", reason, looked_at, best, best["value"], best["raw"], detail=stands)
        value = record["perplexity"]
        may_be = [r for r in self._perplexities if r["benchmark"] == here and self._fits(record, name, r)]
        nearest = min(may_be, key=lambda r: abs(math.log(r["value"] / value)), default=None)
        detail = f"nearest is {nearest['value']:g} at {_label(nearest)}" if nearest else None
        return Finding("not_found", "not_printed", looked_at, detail=detail)

    def _is_known(self, reading: Reading) -> bool:
        return reading["benchmark"] in self._benchmarks

    def _match(self, name: Words, reading: Reading) -> Match:
        return match(name, self._labels[reading["reading_id"]], self._seen)

    def _fits(self, record: Record, name: Words, reading: Reading) -> bool:
        """Whether a row that prints the value may be the record's: by its name, because it says "ours" of a system of
        another name, or by a size that it states beside the value."""
        if self._match(name, reading) > Match.NONE or self._labels[reading["reading_id"]].says_own:
            return True
        labels = (reading["row_label"], reading["column_label"])
        sizes = [reading["n_parameters"], *(stated_size(label) for label in labels if label)]
        ours = record["n_parameters"]
        return _given(ours) and any(size and _same_count(ours, size, "") for size in sizes)

    def _names_it(self, record: Record, name: Words, reading: Reading) -> bool:
        """Whether a row is just the record's: by name, setting and size, and the paper's own result."""
        if reading["own"] is False or reading["source"] != "table" or not self._labels[reading["reading_id"]].words:
            return False
        size, ours = reading["n_parameters"], record["n_parameters"]
        if size is not None and _given(ours) and not _same_count(ours, size, str(reading["n_parameters_raw"])):
            return False
        settings = set((reading["setting"] or "").split(";")) - {""}
        if ("cache" in settings) != bool(record["uses_cache"]) or ("zero_shot" in settings) != (
            record["zero_shot"] == 1
        ):
            return False
        said = set(self._names.settings(record["system"]))
        return (
            settings - {"cache", "zero_shot"} == said - {"cache", "zero_shot"}
            and self._match(name, reading) >= Match.STRONG
        )

    def _is_result(self, record: Record, reading: Reading) -> bool:
        return (
            reading["benchmark"] == record["benchmark"]
            and _given(record["perplexity"])
            and _same_decimal(record["perplexity"], reading)
        )

    def _means(self, record: Record, reading: Reading) -> bool:
        """Whether a sentence speaks of the record's benchmark, and of no system."""
        return reading["benchmark"] == record["benchmark"] and not self._labels[reading["reading_id"]].words

    def _names_a_system(self, reading: Reading) -> bool:
        return bool(self._labels[reading["reading_id"]].words)

    def _of_its_size(self, record: Record, reading: Reading) -> bool:
        """Whether the system that a sentence names states no size, or the record's."""
        size, ours = stated_size(reading["system"] or ""), record["n_parameters"]
        return size is None or not _given(ours) or _same_count(ours, size, "")

    def _on_its_benchmark(self, record: Record, reading: Reading) -> bool:
        return reading["benchmark"] in (None, "unknown", record["benchmark"])

    def _is_of(self, record: Record, reading: Reading) -> bool:
        """Whether a row of the paper's own systems is of the record's benchmark, or the record of a system for all."""
        return reading["own"] is not False and (bool(record["zero_shot"]) or self._on_its_benchmark(record, reading))

    def _of_no_system(self, agreeing: list[Reading], looked_at: str) -> Finding:
        """Not found; with the sentence that prints the value for no system by name, where there is one."""
        unnamed = [r for r in agreeing if not self._names_a_system(r)]
        if not unnamed:
            return Finding("not_found", "not_printed", looked_at)
        best = max(unnamed, key=_preference)
        return _found("not_found", "unnamed_sentence", looked_at, best, best["value"], best["raw"])

    def _may_mean(self, name: Words, reading: Reading) -> bool:
        return self._match(name, reading) > Match.NONE

    def _against(self, name: Words, said: list[Reading], looked_at: str, value: float) -> Finding:
        """Contradicted where what is said of a system of just this name is one other value; else not found."""
        just = [r for r in said if self._labels[r["reading_id"]].words and self._match(name, r) >= Match.STRONG]
        if value > 0 and just and max(r["value"] for r in just) <= min(r["value"] for r in just) * _ONE_VALUE:
            return self._sentence("contradicted", looked_at, name, just, near=value)
        return Finding("not_found", "not_printed", looked_at)

    def _row_count(self, status: str, reason: str, looked_at: str, reading: Reading) -> Finding:
        raw = reading["n_parameters_raw"]
        return _found(status, reason, looked_at, reading, reading["n_parameters"], raw, place="row")

    def _sentence(
        self, status: str, looked_at: str, name: Words, readings: list[Reading], near: float | None = None
    ) -> Finding:
        def rank(r: Reading) -> tuple[Any, ...]:
            distance = -abs(math.log(r["value"] / near)) if near else 0.0
            return (self._match(name, r), distance, *_preference(r))

        best = max(readings, key=rank)
        detail = f"said of {best['system']}"
        return _found(status, "sentence", looked_at, best, best["value"], best["raw"], detail=detail)


_ONE_VALUE = 1.01  # ratio up to which two printed counts are one
_DAYS = 2.5  # an identifier's month and a stamp's day are those of different clocks


def _found(
    status: str,
    reason: str,
    looked_at: str,
    reading: Reading,
    printed: float,
    raw: str | None,
    *,
    place: str = "value",
    detail: str | None = None,
) -> Finding:
    return Finding(status, reason, looked_at, reading, printed, raw, place, detail)


def _preference(reading: Reading) -> tuple[Any, ...]:
    """Own before quoted, tables before sentences, a known split, more confidence; then the first on the page."""
    return (
        reading["own"] is not False,
        reading["source"] == "table",
        reading["split"] == "test",
        reading["confidence"],
        -reading["page"],
        -reading["y0"],
        -reading["x0"],
    )


def _same_decimal(value: float, reading: Reading) -> bool:
    printed = reading["value"]
    return same(value, decimal_step(value), printed, printed_step(printed, reading["raw"]))


def _same_count(value: float, printed: float, raw: str) -> bool:
    """`raw` is empty where the count is known exactly."""
    return same(value, significant_step(value), printed, printed_step(printed, raw) if raw else 0.0, cut=True)


def _tokens(benchmark: Benchmark) -> str:
    return f"{benchmark.training_tokens:.4g}"


def _given(value: Any) -> bool:
    return value is not None and value == value


def _label(reading: Reading | None) -> str:
    parts = [reading[part] for part in ("row_label", "column_label") if reading[part]] if reading else []
    return f"“{' / '.join(parts) or 'a sentence'}”, page {reading['page']}" if reading else ""


Asked = Callable[[PaperEvidence, Record], Finding]
FIELDS: dict[str, Asked] = {
    "perplexity": PaperEvidence.perplexity,
    "n_parameters": PaperEvidence.n_parameters,
    "dataset_size_tokens": PaperEvidence.dataset_size,
    "publication_date": PaperEvidence.publication_date,
    "n_epochs": lambda paper, record: paper.stated(record, "n_epochs", "epochs"),
    "vocabulary_size": lambda paper, record: paper.stated(record, "vocabulary_size", "vocabulary"),
}
