"""What the report is made of, from files.

In: paths, by what they hold. Out: a Run, and figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.reporting.figures import Figure, figure
from lmprogress.reporting.links import addresses
from lmprogress.reporting.pictures import picture_names, picture_or_trouble
from lmprogress.reporting.records import EditionTables
from lmprogress.reporting.run import Run

# result tables that pages read; all others are linked
RESULTS = ("doubling_times", "ledger", "ledger_counts", "audit")


def load_figures(given: Sequence[Mapping[str, Any]], shown_edition: str) -> list[Figure]:
    """The figures of `given` (path of the PNG, caption, category, tables, wildcards), by category, name and edition.

    Images of figures of other editions than `shown_edition` stay files, so that the page stays small.
    """
    found = [
        figure(
            Path(each["path"]), Path(each["caption"]), each["category"], each["tables"], each["wildcards"],
            within=each["wildcards"].get("edition", shown_edition) == shown_edition,
        )
        for each in given
    ]  # fmt: skip
    order = list(dict.fromkeys(each["category"] for each in given))
    return sorted(found, key=lambda f: (order.index(f.category), f.name, f.edition or ""))


def load_run(given: Any, *, editions: Sequence[str], **settings: Any) -> Run:
    """The run whose files are `given`: records, observations, decisions (one path an edition, in the order of
    `editions`), readings, links, papers, results; evidence, findings and crops are lists of one path or none.
    `settings` are the fields of Run that are not read from these.
    """
    readings = tables.read(given.readings, "readings")
    parts = zip(editions, given.records, given.observations, given.decisions, strict=True)
    results = {Path(path).stem: path for path in given.results}
    papers = pd.concat([tables.read_by_kind(path, "papers") for path in given.papers])
    pictures = [Path(folder) for folder in given.crops]
    names = picture_names(readings["reading_id"])
    return Run(
        editions={
            edition: EditionTables(
                tables.read(records, "records"),
                tables.read(observations, "observations"),
                tables.read(decisions, "decisions"),
            )
            for edition, records, observations, decisions in parts
        },
        readings=readings,
        links=tables.read(given.links, "links"),
        papers=addresses(papers),
        evidence=tables.read(given.evidence[0], "evidence") if given.evidence else None,
        results={name: tables.read(results[name], name) for name in RESULTS if name in results},
        findings=Path(given.findings[0]).read_text(encoding="utf-8") if given.findings else None,
        crops={
            reading: shown
            for folder in pictures
            for reading, name in names.items()
            if (shown := picture_or_trouble(folder, name))
        },
        **settings,
    )
