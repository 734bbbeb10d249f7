"""Readings tied together: which of a paper's numbers belong to one system, and which of them count.

In: readings, the manifest of papers, benchmarks. Out: papers, systems, evaluations as curation takes them, and links.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple, cast

import pandas as pd

from lmprogress.core.columns import Table
from lmprogress.core.schemas.raw import EVALUATIONS, PAPERS
from lmprogress.core.schemas.reading import LINKED_SYSTEMS, LINKS
from lmprogress.core.settings import Architecture, Benchmark, Family, Link
from lmprogress.core.settings_reading import ReadingVocabulary
from lmprogress.reading.other_papers import OtherPapers
from lmprogress.reading.paper_systems import PaperSystems, System
from lmprogress.reading.system_facts import Fact
from lmprogress.reading.text import plain
from lmprogress.reading.words import Lexicon, lexicon, pattern

_EPOCHS = re.compile(r"(?i)\b(\d+)\s+epochs\b")


class Linked(NamedTuple):
    """Schemas PAPERS, LINKED_SYSTEMS, EVALUATIONS and LINKS."""

    papers: pd.DataFrame
    systems: pd.DataFrame
    evaluations: pd.DataFrame
    links: pd.DataFrame

    def only(self, paper_ids: Collection[str]) -> Linked:
        """The rows of `paper_ids`."""
        papers, systems, links = (t[t["paper_id"].isin(paper_ids)] for t in (self.papers, self.systems, self.links))
        evaluations = self.evaluations[self.evaluations["system_id"].isin(systems["system_id"])]
        return Linked(*(t.reset_index(drop=True) for t in (papers, systems, evaluations, links)))


def link(
    readings: pd.DataFrame,
    manifest: pd.DataFrame,
    *,
    benchmarks: Mapping[str, Benchmark],
    architectures: Mapping[str, Architecture],
    vocabulary: ReadingVocabulary,
    families: Mapping[str, Family],
    settings: Link,
) -> Linked:
    """Systems and their test perplexities from `readings` (schema READINGS) alone; dates from `manifest` (PAPERS).

    A system is a label with one number of parameters, one setting of evaluation and one set of training data in one
    paper: the same label trained on two benchmarks is two systems. It gets the best of its perplexities on each
    benchmark. A date in the future is no date. Its kind says whether the paper trained it; one of the released
    `families` gets its size, training data and date. The training data of a trained one is the benchmark's training set
    where the paper lets one know so, else what the paper says of it, else unknown. What cannot be is its doubt. Every
    reading has one decision in LINKS.
    """
    words, today = lexicon(vocabulary), datetime.date.today().isoformat()
    known = {str(row["paper_id"]): cast(dict[str, Any], row) for row in manifest.to_dict("records")}
    papers, systems, evaluations, links = [], [], [], []
    formed: list[tuple[PaperSystems, dict[str, Any], str, tuple[str, tuple[str, ...]] | None]] = []
    others = OtherPapers()
    ordered = readings.sort_values(["paper_id", "page", "y0", "x0", "reading_id"])
    ordered = ordered.astype(object).where(ordered.notna(), None)
    for paper_id, frame in ordered.groupby("paper_id", sort=True):
        rows = cast(list[dict[str, Any]], frame.to_dict("records"))
        paper = PaperSystems(str(paper_id), rows, benchmarks, words, settings, families)
        title, published = str(paper_id), paper.facts.publication_date()
        if published and published[0] > today:
            published = None
        held = known.get(str(paper_id), {})
        if held:
            title, published = held["title"], (held["publication_date"], ())
        others.add(paper.paper_id, published and published[0], paper.names, paper.perplexities)
        formed.append((paper, held, title, published))
    for paper, held, title, published in formed:
        if published is None:
            for reading in paper.candidates:
                paper.decide(reading, "no_publication_date")
        else:
            paper.kinds.published(published[0])
            paper.form_systems(others, published[0])
            if paper.systems:
                source = "raw/papers.csv" if held else "readings " + ", ".join(published[1])
                own = {"paper_id": paper.paper_id, "title": title, "publication_date": published[0], "source": source}
                papers.append({**held, **own})
            for reading_id in published[1] if paper.systems else ():
                paper.use(reading_id, "publication date", [])
        systems += [_system_row(paper, system, architectures, title, families, words) for system in paper.systems]
        evaluations += _evaluation_rows(paper)
        links += paper.links()
    return Linked(
        PAPERS.checked(_frame(papers, PAPERS), "linked papers"),
        LINKED_SYSTEMS.checked(_frame(systems, LINKED_SYSTEMS), "linked systems"),
        EVALUATIONS.checked(_frame(evaluations, EVALUATIONS), "linked evaluations"),
        LINKS.checked(_frame(links, LINKS), "links"),
    )


def _system_row(
    paper: PaperSystems,
    system: System,
    architectures: Mapping[str, Architecture],
    title: str,
    families: Mapping[str, Family],
    words: Lexicon,
) -> dict[str, Any]:
    """The system after schema LINKED_SYSTEMS."""
    source = [f"paper {paper.paper_id}"]
    dataset = None
    if system.parameters:
        source.append("parameters: " + _told(system.parameters))
    if system.trained_on:
        dataset = paper.benchmarks[system.trained_on].training_tokens
        because = system.training_because
        source.append(f"training data: training set of {system.trained_on} in config/benchmarks.yaml, {because}")
    elif system.training_tokens:
        dataset = system.training_tokens.value
        source.append("training data: " + _told(system.training_tokens))
    elif system.training_because:
        source.append(f"training data unknown: {system.training_because}")
    for benchmark, (reading, *_) in system.readings.items():
        if (taken := paper.split_taken(reading)) and taken.test:
            source.append(f"split of {benchmark}: test, {taken.because}")
    family = families[system.kind.family] if system.kind.family else None
    facts: dict[str, Any] = {}
    for quantity, column in (("epochs", "n_epochs"), ("vocabulary", "vocabulary_size")):
        stated = _EPOCHS.search(system.name) if quantity == "epochs" else None
        fact = Fact(float(stated[1]), "name") if stated else paper.facts.of_name(quantity, system.name)
        if fact and fact.value > 0:
            facts[column] = fact.value
            source.append(f"{quantity}: {_told(fact)}")
            for reading_id in fact.reading_ids:
                paper.use(reading_id, quantity, [system.system_id])
    return {
        "system_id": system.system_id,
        "paper_id": paper.paper_id,
        "system": system.name,
        "publication_date": family.publication_date.isoformat() if family and system.kind.name == "released" else None,
        "n_parameters": system.parameters.value if system.parameters else None,
        "dataset_size_tokens": dataset,
        "training_datasets": paper.benchmarks[system.trained_on].name if system.trained_on else None,
        "zero_shot": float("zero_shot" in system.setting),
        "uses_cache": "cache" in system.setting.split(";"),
        "architecture": _architecture((system.name, title), architectures),
        **facts,
        "base_model": family.name if family else None,
        "source": "; ".join(source),
        "kind": system.kind.name,
        "kind_because": system.kind.because,
        "protocol": paper.protocol(system),
        "adaptation": ";".join(dict.fromkeys([*system.adaptation, *words.adaptations(system.name)])) or None,
        "doubt": "; ".join(paper.doubts(system, dataset, facts.get("vocabulary_size"))) or None,
    }


def _evaluation_rows(paper: PaperSystems) -> list[dict[str, Any]]:
    """The perplexities of the paper's systems after schema EVALUATIONS."""
    return [
        {
            "system_id": system.system_id,
            "benchmark": benchmark,
            "perplexity": readings[0]["value"],
            "source": f"reading {readings[0]['reading_id']}",
        }
        for system in paper.systems
        for benchmark, readings in system.readings.items()
    ]


def _told(fact: Fact) -> str:
    return fact.tie + (f" ({', '.join(fact.reading_ids)})" if fact.reading_ids else "")


def _architecture(texts: tuple[str, ...], architectures: Mapping[str, Architecture]) -> str | None:
    """The one family whose words stand in the first of `texts` that names any; None where it names several."""
    for text in texts:
        found = [
            name
            for name, family in architectures.items()
            if family.words and pattern(family.words).search(plain(text).lower())
        ]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _frame(rows: list[dict[str, Any]], schema: Table) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[column.name for column in schema.columns])
