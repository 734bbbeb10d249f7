"""The reader: one PDF to readings.

In: the PDF of a paper and the vocabulary. Out: rows of table `readings`, and how the reading went.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lmprogress.core.settings_reading import ReadingVocabulary
from lmprogress.reading import continued, grids, layout, regions
from lmprogress.reading.accounts import found_table, lost_tables, name_tables
from lmprogress.reading.cells import Grid
from lmprogress.reading.confidence import rate
from lmprogress.reading.contexts import Context
from lmprogress.reading.continued import PageTables
from lmprogress.reading.dates import date_readings
from lmprogress.reading.identity import described
from lmprogress.reading.meaning import Counted, Meaning, TableReading, read_table
from lmprogress.reading.pdf import Box, Document, UnreadablePdf, View, opened
from lmprogress.reading.prose import prose_readings
from lmprogress.reading.remarks import PaperRemarks
from lmprogress.reading.rows import bare_row
from lmprogress.reading.second_reader import read_again
from lmprogress.reading.subtables import parts
from lmprogress.reading.text import plain
from lmprogress.reading.words import Lexicon, lexicon

_ELSEWHERE = re.compile(r"\b(?:see|appendix|appendices)\b|§")  # a sentence that speaks of another place
_DECIMAL = re.compile(r"\d[.,]\d")
_MANY = 12  # decimals: so many on a page are a table, whether or not its caption can be read
_SENTENCE = re.compile(r"(?<=[a-z0-9)\]])\.\s+(?=[A-Z])|。")
_HEADING = re.compile(r"^(?:[A-Z]|\d{1,2})(?:\.\d{1,2})*\.?\s+[A-Z][^\n.]{2,70}$", re.MULTILINE)


@dataclass(slots=True)
class PaperReading:
    """What was read in a paper.

    `readings` and `tables` are rows of the tables of these names, `status` is one of `read_files`, `says` what
    `identity.described` gives.
    """

    status: str
    detail: str | None = None
    n_pages: int | None = None
    n_pages_read: int | None = None
    readings: list[dict[str, Any]] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    says: dict[str, Any] = field(default_factory=dict)


# told of each table that was looked at: page (from 1), view, region, grid if it has columns, what was read in its parts
Watch = Callable[[int, View, regions.Region, Grid | None, list[TableReading]], None]


def read_paper(
    path: Path,
    paper_id: str,
    vocabulary: ReadingVocabulary,
    *,
    again: bool = False,
    watch: Watch = lambda *table: None,
) -> PaperReading:
    """Read the PDF at `path` as paper `paper_id`; `watch` is told of each table.

    `again`: what was read in tables is compared with what the second reader finds there. A PDF that cannot be read
    gives its status and no readings; nothing is raised for it.
    """
    try:
        with opened(Path(path)) as document:
            says = described(document)
            read = _read(document, paper_id, vocabulary, watch)
            read.says = says
    except UnreadablePdf as error:
        return PaperReading(error.status, error.detail)
    if again:
        read_again(path, read.readings, read.tables)
    rate(read.readings, vocabulary.confidence)
    return read


def _read(document: Document, paper_id: str, vocabulary: ReadingVocabulary, watch: Watch) -> PaperReading:
    if document.n_pages > vocabulary.most_pages:
        detail = f"more than {vocabulary.most_pages} pages"
        return PaperReading("too_many_pages", detail, document.n_pages, 0)
    words = lexicon(vocabulary)
    texts = [document.text(i) for i in range(document.n_pages)]
    if sum(len(t.strip()) for t in texts) < 20 * max(1, document.n_pages):
        return PaperReading("no_text_layer", None, document.n_pages, 0)
    wanted = _wanted(texts, words)
    plain_texts = [plain(text) for text in texts]
    spoken_of = _paper_benchmark(plain_texts, words)
    whole = " ".join(plain_texts)
    abbreviations = words.abbreviations(whole)
    said = PaperRemarks(texts, words)
    rows: list[dict[str, Any]] = []
    tables: dict[int, list[Box]] = {}
    account: list[dict[str, Any]] = []
    found = [made for i in sorted(wanted) for made in _tables(document, i)]
    n_read = len(wanted)
    for at in continued.joined(found, lambda i: next(iter(_tables(document, i)), None)):
        i, view = at.number, at.page.view
        n_read += i not in wanted
        for region, grid in at.tables:
            tables.setdefault(i, []).append(view.on_page(region.box))
            context = _context(texts, plain_texts, i, region, words, spoken_of)
            context.whole, context.abbreviations = whole, abbreviations
            context.notes = said.notes(i)
            label = region.caption.label if region.caption else None
            read = [read_table(part, context, words, vocabulary) for part in parts(grid)]
            for meaning in (m for each in read for m in each.read):
                row = _row(paper_id, i + 1, view, meaning, label)
                rows.append(row | {"remarks": said.of_table(grid, row["benchmark"], row["split"], row["row_label"])})
            watch(i + 1, view, region, grid, read)
            account.append(found_table(paper_id, i + 1, view, region, grid, read, words))
            if not any(each.read for each in read):
                counted = (c for each in read for c in each.counted)
                rows += [_count_row(paper_id, i + 1, view, count, label, vocabulary) for count in counted]
        for region in at.bare:
            watch(i + 1, view, region, None, [])
            account.append(found_table(paper_id, i + 1, view, region, None, [], words))
        account += lost_tables(paper_id, i + 1, at.page, [*(region for region, _ in at.tables), *at.bare], words)
    for row in prose_readings(document, texts, paper_id, vocabulary, tables, spoken_of):
        if row["quantity"] == "perplexity":
            row["remarks"] = said.of_paper(row["benchmark"], row["split"])
        rows.append(row)
    rows += date_readings(document, texts, paper_id, vocabulary)
    status = "read" if tables else "no_tables"
    name_rows(rows, paper_id)
    name_tables(account)
    return PaperReading(status, None, document.n_pages, n_read, rows, account)


def _tables(document: Document, number: int) -> list[PageTables]:
    """The tables of page `number` (from 0), view by view."""
    found = []
    for view in document.views(number) if number < document.n_pages else []:
        page = layout.page(view)
        made = [(region, grids.grid(page, region)) for region in regions.regions(page)]
        tables = [(region, grid) for region, grid in made if grid]
        found.append(PageTables(number, page, tables, [region for region, grid in made if grid is None]))
    return found


def _wanted(texts: list[str], words: Lexicon) -> set[int]:
    """Pages that may hold a table of results: by what they say, or by what another page says of their table."""
    wanted = {
        i for i, text in enumerate(texts)
        if words.is_relevant(text) and (layout.may_hold_caption(text) or len(_DECIMAL.findall(text)) >= _MANY)
    }  # fmt: skip
    told = set().union(*(words.tables_told(text) for text in texts))
    for i, text in enumerate(texts):
        if i not in wanted and _DECIMAL.search(text):
            if any(continued.goes_on(line) for line in text.splitlines() if layout.may_hold_caption(line)):
                wanted.add(i)
            labels = re.findall(r"^\s*(?:Table|Tab\.|表)\s*([A-Z]?\d+)\s*(?:[.:|]|$)", text, re.MULTILINE)
            if told & set(labels):
                wanted.add(i)
    return wanted


def _row(paper_id: str, page: int, view: View, meaning: Meaning, label: str | None) -> dict[str, Any]:
    box = view.on_page(meaning.box)
    return bare_row(paper_id, page, box, "perplexity", meaning.value, meaning.raw, "table") | {
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
        "quantity_evidence": meaning.quantity_evidence,
        "benchmark_evidence": meaning.benchmark_evidence,
        "split_evidence": meaning.split_evidence,
        "own_evidence": meaning.own_evidence,
    }


def _count_row(
    paper_id: str, page: int, view: View, count: Counted, label: str | None, vocabulary: ReadingVocabulary
) -> dict[str, Any]:
    return bare_row(paper_id, page, view.on_page(count.box), "parameters", count.n, count.raw, "table") | {
        "row_label": count.label,
        "system": count.label,
        "table_label": label,
        "quantity_evidence": "header",
        "confidence": vocabulary.prose.confidence["parameters"],
    }


def name_rows(rows: list[dict[str, Any]], paper_id: str) -> None:
    """Give each row its reading_id."""
    seen: Counter[str] = Counter()
    for row in rows:
        name = f"{paper_id}:p{row['page']}:{row['x0']:.1f},{row['y0']:.1f}:{row['quantity']}"
        seen[name] += 1
        row["reading_id"] = name if seen[name] == 1 else f"{name}:{seen[name]}"


def _context(
    texts: list[str], plain_texts: list[str], page: int, region: regions.Region, words: Lexicon, paper: str | None
) -> Context:
    """Sentences of the paper that cite the table, with the titles of their sections, and what the paper speaks of."""
    citing, section, around = "", "", ""
    nearest: list[str] = []
    if region.caption:
        number = region.caption.label.split()[-1]
        cite = re.compile(rf"(?:Table|Tab\.|Tables|TABLE|表)\s*(?:\d+\s*(?:,|and|&)\s*)?{re.escape(number)}(?![\w.]\w)")
        parts, titles, sentences = [], [], []
        for k, text in enumerate(texts):
            for match in cite.finditer(text):
                around = re.sub(r"\s+", " ", text[max(0, match.start() - 300) : match.end() + 300])
                if around.count(region.caption.text[: len(region.caption.label) + 12]):
                    continue
                parts.append(around)
                before = _SENTENCE.split(text[max(0, match.start() - 300) : match.start()])[-1]
                after = _SENTENCE.split(text[match.end() : match.end() + 300])[0]
                sentences.append(before + match[0] + after)
                told = _SENTENCE.split(text[max(0, match.start() - 1500) : match.start()])
                told = [t for t in told if not _ELSEWHERE.search(t)]
                nearest += words.mentions(plain(". ".join(told)))[-1:]
                heads = list(_HEADING.finditer(text, 0, match.start()))
                if not heads and k:
                    heads = list(_HEADING.finditer(texts[k - 1]))
                if heads:
                    titles.append(heads[-1][0].strip())
        if not any(map(words.mentions, titles)):
            titles += _titles_above(texts[page], region.caption.label)
        around = plain(" ... ".join(parts))
        citing = plain(" ... ".join(sentences))
        section = plain(" . ".join(dict.fromkeys(titles)))
    return Context(
        section,
        citing,
        around,
        " ".join(filter(None, plain_texts[max(0, page - 1) : page + 2])),
        nearest[0] if len(set(nearest)) == 1 else None,
        paper,
    )


def _titles_above(text: str, label: str) -> list[str]:
    """The title of the section that a caption stands in, on its page."""
    at = re.search(rf"^{re.escape(label)}\s*[.:|]", text, re.MULTILINE)
    heads = list(_HEADING.finditer(text, 0, at.start())) if at else []
    return [heads[-1][0].strip()] if heads else []


def _paper_benchmark(texts: list[str], words: Lexicon) -> str | None:
    """The benchmark that a paper speaks of at least twice as often as of all others together."""
    most = Counter(b for t in texts for b in words.mentions(t)).most_common()
    if most and most[0][0] != "other" and most[0][1] >= 2 * sum(n for _, n in most[1:]):
        return most[0][0]
    return None
