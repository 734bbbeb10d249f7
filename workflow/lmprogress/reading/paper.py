"""The reader: one PDF to readings.

In: the PDF of a paper and the vocabulary. Out: rows of table `readings`, and how the reading went.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lmprogress.keeping.settings_reading import ReadingVocabulary
from lmprogress.reading import grids, layout, regions
from lmprogress.reading.meaning import Context, Meaning, perplexities
from lmprogress.reading.pdf import Box, Document, UnreadablePdf, View, opened
from lmprogress.reading.text import plain
from lmprogress.reading.words import Lexicon, lexicon


_HEADING = re.compile(r"^(?:[A-Z]|\d{1,2})(?:\.\d{1,2})*\.?\s+[A-Z][^\n.]{2,70}$", re.MULTILINE)


@dataclass(slots=True)
class PaperReading:
    """What was read in a paper; `readings` are rows of table `readings`, `status` is one of `paper_statuses`."""

    status: str
    detail: str | None = None
    n_pages: int | None = None
    n_pages_read: int | None = None
    readings: list[dict[str, Any]] = field(default_factory=list)


def read_paper(path: Path, paper_id: str, vocabulary: ReadingVocabulary) -> PaperReading:
    """Read the PDF at `path` as paper `paper_id`.

    A PDF that cannot be read gives its status and no readings; nothing is raised for it.
    """
    try:
        with opened(Path(path)) as document:
            return _read(document, paper_id, vocabulary)
    except UnreadablePdf as error:
        return PaperReading(error.status, error.detail)


def _read(document: Document, paper_id: str, vocabulary: ReadingVocabulary) -> PaperReading:
    if document.n_pages > vocabulary.most_pages:
        detail = f"more than {vocabulary.most_pages} pages"
        return PaperReading("too_many_pages", detail, document.n_pages, 0)
    words = lexicon(vocabulary)
    texts = [document.text(i) for i in range(document.n_pages)]
    if sum(len(t.strip()) for t in texts) < 20 * max(1, document.n_pages):
        return PaperReading("no_text_layer", None, document.n_pages, 0)
    wanted = [i for i, text in enumerate(texts) if words.is_relevant(plain(text))]
    rows: list[dict[str, Any]] = []
    n_tables = 0
    for i in wanted:
        for view in document.views(i):
            page = layout.page(view)
            for region in regions.regions(page):
                grid = grids.grid(page, region)
                if grid is None:
                    continue
                n_tables += 1
                context = _context(texts, i, region, words)
                for meaning in perplexities(grid, context, words, vocabulary):
                    label = region.caption.label if region.caption else None
                    rows.append(_row(paper_id, i + 1, view, meaning, label, vocabulary))
    status = "read" if n_tables else "no_tables"
    _name(rows, paper_id)
    return PaperReading(status, None, document.n_pages, len(wanted), rows)


def _row(
    paper_id: str, page: int, view: View, meaning: Meaning, label: str | None, vocabulary: ReadingVocabulary
) -> dict[str, Any]:
    box = view.on_page(meaning.box)
    return {
        "paper_id": paper_id,
        "page": page,
        **{k: round(v, 1) for k, v in box._asdict().items()},
        "quantity": "perplexity",
        "value": meaning.value,
        "raw": meaning.raw,
        "benchmark": meaning.benchmark or "unknown",
        "split": meaning.split,
        "row_label": meaning.row_label,
        "column_label": meaning.column_label,
        "system": meaning.system,
        "table_label": label,
        "n_parameters": meaning.n_parameters,
        "n_parameters_raw": meaning.n_parameters_raw,
        "own": meaning.own,
        "setting": meaning.setting,
        "source": "table",
        "quantity_evidence": meaning.quantity_evidence,
        "benchmark_evidence": meaning.benchmark_evidence,
        "split_evidence": meaning.split_evidence,
        "own_evidence": meaning.own_evidence,
        "confidence": vocabulary.confidence["other"],
    }


def _name(rows: list[dict[str, Any]], paper_id: str) -> None:
    """Give each row its reading_id."""
    seen: Counter[str] = Counter()
    for row in rows:
        name = f"{paper_id}:p{row['page']}:{row['x0']:.1f},{row['y0']:.1f}:{row['quantity']}"
        seen[name] += 1
        row["reading_id"] = name if seen[name] == 1 else f"{name}:{seen[name]}"


def _context(texts: list[str], page: int, region: regions.Region, words: Lexicon) -> Context:
    """Sentences of the paper that cite the table, with the titles of their sections, and what the paper speaks of."""
    citing, section, around = "", "", ""
    if region.caption:
        number = region.caption.label.split()[-1]
        cite = re.compile(rf"(?:Table|Tab\.|Tables|TABLE)\s*(?:\d+\s*(?:,|and|&)\s*)?{re.escape(number)}(?![\w.]\w)")
        parts, titles, sentences = [], [], []
        for text in texts:
            for match in cite.finditer(text):
                around = re.sub(r"\s+", " ", text[max(0, match.start() - 300) : match.end() + 300])
                if around.count(region.caption.text[: len(region.caption.label) + 12]):
                    continue
                parts.append(around)
                before = re.split(r"(?<=[a-z0-9)\]])\.\s+(?=[A-Z])", text[max(0, match.start() - 300) : match.start()])[-1]
                after = re.split(r"(?<=[a-z0-9)\]])\.\s+(?=[A-Z])", text[match.end() : match.end() + 300])[0]
                sentences.append(before + match[0] + after)
                heads = list(_HEADING.finditer(text, 0, match.start()))
                if heads:
                    titles.append(heads[-1][0].strip())
        around = plain(" ... ".join(parts))
        citing = plain(" ... ".join(sentences))
        section = plain(" . ".join(dict.fromkeys(titles)))
    counts = Counter(b for t in texts for b in words.benchmarks(t))
    ours = [b for b in counts if b != "other"]
    return Context(section, citing, around, plain(texts[page]), ours if len(ours) == 1 else [])
