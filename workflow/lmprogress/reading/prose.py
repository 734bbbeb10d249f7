"""What the running text says: parameters, training tokens, epochs, vocabularies, perplexities.

In: an open PDF and the plain text of its pages. Out: rows of table `readings` with source text.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from typing import Any

from lmprogress.core.settings_reading import ReadingVocabulary
from lmprogress.reading.naming import Names
from lmprogress.reading.networks import described, of_language_models, ties_embeddings
from lmprogress.reading.pdf import Box, Document
from lmprogress.reading.prose_counts import Count, CountReader
from lmprogress.reading.prose_results import Result, ResultReader
from lmprogress.reading.rows import bare_row
from lmprogress.reading.sentences import Sentence, Splitter, mended
from lmprogress.reading.words import lexicon, pattern

# what a sentence holds that may state something; a word may be broken at the end of a line
_TOLD = re.compile(
    r"param|ram-?eter|weights|tok-?en|words|\d[kKM]?\strain|train-?ing\s(?:set|data|corpus)|epoch|vocab|perplex|plexit|\bPPL|\bppl"
    r"|\d\s?[MB]\b|layer"
)
_DIGITS = re.compile(r"\d[\d.,]*\d|\d")
_LAYERS = re.compile(r"\w+")  # in digits or a word
_WORDS = re.compile(r"(?<![\w-])[a-z]{4,}(?![\w-])")
_BEFORE = 6  # sentences before one that may name what it speaks of


class _Prose:
    """What reads a sentence, made once for a vocabulary."""

    def __init__(self, vocabulary: ReadingVocabulary) -> None:
        prose = vocabulary.prose
        self.vocabulary = vocabulary
        self.names = Names(vocabulary)
        self.lexicon = lexicon(vocabulary)
        self.counts = CountReader(vocabulary, self.names)
        self.references = pattern(prose.reference_words)
        self.results = ResultReader(vocabulary, self.names, self.lexicon)
        lists = (
            prose.parameter_words,
            prose.token_words,
            prose.token_qualities,
            prose.model_words,
            vocabulary.perplexity,
        )
        more = {
            "million",
            "billion",
            "vocabulary",
            "epochs",
            "validation",
            "approximately",
            "models",
            "number",
            "training",
        }
        self._known = more | {word.lower() for words in lists for word in words}

    def mended(self, sentence: Sentence, words: Set[str]) -> str:
        """The sentence made plain; `words` are those of the paper."""
        return mended(sentence.raw, lambda word: word in words or word in self._known)


@lru_cache(maxsize=4)
def _prose(dumped: str) -> _Prose:
    return _Prose(ReadingVocabulary.model_validate_json(dumped))


def prose_readings(
    document: Document,
    texts: Sequence[str],
    paper_id: str,
    vocabulary: ReadingVocabulary,
    tables: Mapping[int, Sequence[Box]] | None = None,
    paper_benchmark: str | None = None,
) -> list[dict[str, Any]]:
    """Rows of table `readings`, source text, without reading_id.

    `texts` is the plain text of each page of `document`; `tables` holds the boxes of the tables on each page (from 0,
    in points of the unturned page): what stands in them is left out, as is what the page does not show.
    `paper_benchmark` is the benchmark of a result where no sentence near names one.
    """
    reader = _prose(vocabulary.model_dump_json())
    splitter = Splitter(vocabulary.prose.abbreviations)
    words = {word for text in texts for word in _WORDS.findall(text)}
    rows: list[dict[str, Any]] = []
    tied = any(map(ties_embeddings, texts))
    for page, text in enumerate(texts):
        told = _page(reader, splitter, text, words, paper_benchmark)
        for row, _, _ in told:
            if tied and row["quantity"] == "layers":
                row["remarks"] += ";text:tied:tied"
        places = document.places(page, [(digits, nth) for _, digits, nth in told]) if told else []
        for (row, _, _), box in zip(told, places, strict=True):
            if box is None or any(_holds(table, box) for table in (tables or {}).get(page, ())):
                continue
            rows.append(bare_row(paper_id, page + 1, box, row["quantity"], row["value"], row["raw"], "text") | row)
    return rows


def _page(
    reader: _Prose, splitter: Splitter, text: str, words: Set[str], paper_benchmark: str | None
) -> list[tuple[dict[str, Any], str, int]]:
    """What a page says: the row's meaning, its number as printed, and which of the page's like texts that is."""
    told = []
    before: deque[str] = deque(maxlen=_BEFORE)
    for sentence in splitter.sentences(text):
        if _DIGITS.search(sentence.raw) and _TOLD.search(sentence.raw):
            plain = reader.mended(sentence, words)
            for row, start, end in _statements(reader, plain, before, paper_benchmark):
                printed = (_LAYERS if row["quantity"] == "layers" else _DIGITS).search(plain, start, end)
                if printed and printed[0] in sentence.raw:
                    nth = text.count(printed[0], 0, sentence.start) + plain.count(printed[0], 0, printed.start())
                    told.append((row, printed[0], nth))
        before.append(sentence.raw)
    return told


def _statements(
    reader: _Prose, sentence: str, before: Iterable[str], paper_benchmark: str | None
) -> list[tuple[dict[str, Any], int, int]]:
    """The meaning of each number in a sentence, and where it stands; `before` are the sentences before it."""
    if reader.references.search(sentence.lower()):
        return []
    corpora = [name for text in before for name in reader.names.datasets(text)]
    counts = reader.counts.counts(sentence, corpora)
    spoken_of = [b for name in corpora for b in reader.lexicon.benchmarks(name.text)]
    results = reader.results.results(sentence, spoken_of, paper_benchmark)
    return [
        *_networks(sentence, before, reader, paper_benchmark),
        *((_count_row(count, reader), count.start, count.end) for count in counts),
        *(
            (_result_row(result, reader.vocabulary), result.start, result.end)
            for result in results
            if not any(count.start <= result.start < count.end for count in counts)
        ),
    ]


def _networks(
    sentence: str, before: Iterable[str], reader: _Prose, paper_benchmark: str | None
) -> Iterator[tuple[dict[str, Any], int, int]]:
    """The numbers of each network that a sentence describes, in a paper on one benchmark or near such words."""
    spoken = [*before, sentence]
    if not paper_benchmark and not any(of_language_models(text) or reader.lexicon.mentions(text) for text in spoken):
        return
    for network in described(sentence):
        width = next(number for number in network.numbers if number.quantity == "hidden_size")
        said = [network.size, "tied" if network.tied else None, "adaptive" if network.adaptive else None]
        remarks = f"network {width.value}:{network.kind}:{' '.join(filter(None, said))}"
        for number in network.numbers:
            row = {
                "quantity": number.quantity,
                "value": float(number.value),
                "raw": sentence[number.start : number.end],
                "system": " ".join(filter(None, [network.size, network.kind])),
                "remarks": remarks,
                "quantity_evidence": "text",
                "confidence": reader.vocabulary.prose.confidence["network"],
            }
            yield row, number.start, number.end


def _count_row(count: Count, reader: _Prose) -> dict[str, Any]:
    prose = reader.vocabulary.prose
    ours = reader.lexicon.benchmarks(count.corpus) if count.corpus else []
    sure = prose.confidence[count.kind]  # type: ignore[index]
    of_size = count.quantity == "parameters"
    named = count.system or (count.corpus and not of_size)
    return {
        "quantity": count.quantity,
        "value": count.value,
        "raw": count.raw,
        # a size may be of each of several corpora, or of one
        "benchmark": ours[0] if ours and ours[0] != "other" and not (of_size and len(set(ours)) > 1) else None,
        "column_label": count.corpus,
        "system": count.system,
        "quantity_evidence": "unit" if count.kind == "size" else "text",
        "confidence": sure if named else min(sure, prose.confidence_without_system),
    }


def _result_row(result: Result, vocabulary: ReadingVocabulary) -> dict[str, Any]:
    return {
        "quantity": "perplexity",
        "value": result.value,
        "raw": result.raw,
        "benchmark": result.benchmark,
        "split": result.split,
        "system": result.system,
        "own": result.own,
        "setting": result.setting,
        "quantity_evidence": "text",
        "benchmark_evidence": result.benchmark_evidence,
        "split_evidence": "text" if result.split != "unknown" else None,
        "own_evidence": result.own_evidence,
        "confidence": vocabulary.prose.confidence[f"perplexity_{result.benchmark_evidence}"],  # type: ignore[index]
    }


def _holds(table: Box, box: Box) -> bool:
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return table.x0 - 3 < x < table.x1 + 3 and table.y0 - 2 < y < table.y1 + 2
