"""Corrections and exclusions against the pages that they name.

In: raw/corrections.csv and raw/exclusions.csv, the papers of ../shared. Out: failures where a page does not exist, and
where one that is certain names a page on which its perplexity or number of parameters is not printed.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from curated import RAW
from lmprogress.reading.pdf import opened

_CITED = re.compile(r"pages? (\d+)(?: and (\d+))?")

_QUOTED = re.compile(r'"([^"]*)"')


@pytest.fixture(scope="module")
def papers(shared: Path) -> dict[str, Path]:
    found = {
        path.stem: path
        for folder in ("papers", "papers-more", "papers-later")
        for path in shared.glob(f"{folder}/*.pdf")
    }
    if not found:
        pytest.skip("../shared holds no papers")
    return found


def cited(source: str) -> list[tuple[str, int]]:
    """Paper and page, from 1, of each place that a source names."""
    places = []
    for part in source.split(";"):
        paper = re.search(r"arXiv (\d{4}\.\d{4,5})", part)
        pages = [page for pair in _CITED.findall(part) for page in pair if page]
        places += [(paper[1], int(page)) for page in pages] if paper else []
    return places


@cache
def text_of(path: Path, page: int) -> str | None:
    """The text of a page, counted from 1; None beyond the last."""
    with opened(path) as document:
        return document.text(page - 1) if 1 <= page <= document.n_pages else None


def printed(value: float, column: str, text: str) -> bool:
    """Whether `value` stands in `text` as a table prints it: a perplexity as it is, parameters in millions."""
    number, unit = (value, "") if column == "perplexity" else (value / 1e6, r"\s*M")
    shown = re.escape(f"{number:g}").replace(r"\.", r"\s*\.\s*")
    return re.search(rf"(?<![\d.]){shown}0?{unit}(?![\d])", text) is not None


def test_a_source_names_paper_and_pages() -> None:
    assert cited("arXiv 1911.03864, page 6; arXiv 2012.15832, pages 8 and 9, Table 5; Ho et al. 2024, row 2") == [
        ("1911.03864", 6), ("2012.15832", 8), ("2012.15832", 9),
    ]  # fmt: skip
    assert printed(2.47e8, "n_parameters", "247 M 18.70") and not printed(2.47e8, "n_parameters", "1247M 18.70")
    assert printed(7.21, "perplexity", "8 . 52 7. 21 7. 11") and not printed(7.21, "perplexity", "7.215 17.21")


def test_quotations_are_short() -> None:
    quoted = [
        quote
        for rows in (RAW.corrections, RAW.exclusions)
        for text in rows["reason"]
        for quote in _QUOTED.findall(text)
    ]
    assert len(quoted) > 10
    assert not [quote for quote in quoted if len(quote.split()) > 10]


def test_pages_exist(papers: dict[str, Path]) -> None:
    sources = pd.concat([RAW.corrections["source"], RAW.exclusions["source"]])
    places = {place for source in sources for place in cited(source) if place[0] in papers}
    assert len(places) > 50
    assert not [(paper, page) for paper, page in sorted(places) if text_of(papers[paper], page) is None]


def test_what_is_certain_is_printed_there(papers: dict[str, Path]) -> None:
    rows = RAW.corrections[
        (RAW.corrections["strength"] == "certain")
        & RAW.corrections["column"].isin(["perplexity", "n_parameters"])
        & RAW.corrections["new_value"].notna()
    ]
    missing, looked_at = [], 0
    for row in rows.to_dict("records"):
        pages = [text_of(papers[paper], page) or "" for paper, page in cited(row["source"]) if paper in papers]
        if not pages:
            continue
        looked_at += 1
        if not any(printed(float(row["new_value"]), row["column"], text) for text in pages):
            missing.append((row["system_id"], row["column"], row["new_value"]))
    assert looked_at > 15
    assert not missing


ADAPTS = {"dynamic_evaluation": r"dyn", "cache": r"(?i)cache", "retrieval": r"(?i)k-?NN|retriev"}


def test_pages_of_adaptation_speak_of_it(papers: dict[str, Path]) -> None:
    rows = RAW.corrections[RAW.corrections["column"] == "adaptation"]
    silent, looked_at = [], 0
    for row in rows.to_dict("records"):
        for paper, page in cited(row["source"]):
            if paper in papers:
                looked_at += 1
                text = text_of(papers[paper], page) or ""
                kinds = row["new_value"].split(";")
                silent += [row["system_id"] for kind in kinds if not re.search(ADAPTS[kind], text)]
    assert len(rows) > 40 and looked_at > 20
    assert not silent


def letters(text: str) -> str:
    """`text` without what a line break or a typesetter may change."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def test_what_is_quoted_of_a_protocol_is_printed_there(papers: dict[str, Path]) -> None:
    rows = RAW.corrections[RAW.corrections["column"] == "protocol"]
    missing, looked_at = [], 0
    for row in rows.to_dict("records"):
        pages = [text_of(papers[paper], page) or "" for paper, page in cited(row["source"]) if paper in papers]
        quotes = _QUOTED.findall(row["reason"]) if pages else []
        looked_at += len(quotes)
        printed_there = letters("".join(pages))
        missing += [(row["system_id"], quote) for quote in quotes if letters(quote) not in printed_there]
    assert looked_at > 30
    assert not missing
