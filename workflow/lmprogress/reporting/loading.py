"""What the report is made of, from files.

In: paths, by what they hold. Out: a Run, and figures.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.file_digest import file_digest
from lmprogress.core.settings import MainFit
from lmprogress.curation.raw import read_raw
from lmprogress.reporting.figures import Figure, Shown, figure, shown
from lmprogress.reporting.links import addresses
from lmprogress.reporting.pictures import picture_names, picture_or_trouble
from lmprogress.reporting.records import EditionTables
from lmprogress.reporting.run import File, Run

# result tables that pages read; all others are linked
RESULTS = (
    *("claims", "doubling_times", "ledger", "ledger_counts", "audit", "verdict"),
    *("table_audit", "law_estimates", "rate_tests", "sensitivity", "verdict_sensitivity", "correction_effects"),
)


def load_figures(
    given: Sequence[Mapping[str, Any]],
    shown_edition: str,
    base: Path = Path(),
    known: Mapping[str, Shown] | None = None,
) -> list[Figure]:
    """The figures of `given` (shown.shown_figures), by category, name and edition; their files are below `base`.

    Images of figures of other editions than `shown_edition` stay files, so that the page stays small. Those that are
    `known` (figures.shown_in) are taken as they are.
    """

    def image(each: Mapping[str, Any]) -> Shown:
        path, edition = Path(each["path"]), each["wildcards"].get("edition")
        there = (known or {}).get(f"{path.stem}-{edition}" if edition else path.stem)
        return there or shown(base / path, within=edition in (None, shown_edition))

    # Pillow works outside the interpreter's lock
    with ThreadPoolExecutor() as pool:
        images = list(pool.map(image, given))
    found = []
    for each, drawn in zip(given, images, strict=True):
        path, caption = Path(each["path"]), captions(base) / each["caption"]
        found.append(figure(path, caption, each["category"], each["tables"], each["wildcards"], drawn))
    order = list(dict.fromkeys(each["category"] for each in given))
    return sorted(found, key=lambda f: (order.index(f.category), f.name, f.edition or ""))


def captions(base: Path) -> Path:
    """The folder that holds workflow/report: `base`, or the checkout of this package where a run was copied alone."""
    return base if (base / "workflow/report").is_dir() else Path(__file__).resolve().parents[3]


def tables_digest(files: Sequence[File], base: Path = Path()) -> str:
    """SHA-256 over what `sha256sum` says of the Parquet files, in the order of their paths: 64 hexadecimal digits."""
    lines = [f"{file_digest(base / path)}  {path}\n" for path in sorted(file.parquet for file in files)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def load_run(
    given: Any,
    *,
    figures: Sequence[Mapping[str, Any]],
    files: Sequence[Mapping[str, str]],
    settings: Mapping[str, Any],
    base: Path = Path(),
    known: Mapping[str, Shown] | None = None,
) -> Run:
    """The run whose files are `given`: records, observations, decisions (one path an edition, in the order of the
    editions), readings, links, papers, results, method, raw (the five tables that people write, and releases);
    evidence, findings and crops are lists of one path or none. `figures`, `files` and `settings` are those of `shown`;
    paths of the first two are below `base`. `known`: as in `load_figures`.
    """
    editions, linked = settings["editions"], [File(**file) for file in files]
    readings = tables.read(given.readings, "readings")
    parts = zip(editions, given.records, given.observations, given.decisions, strict=True)
    results = {Path(path).stem: path for path in given.results}
    papers = pd.concat([tables.read_by_kind(path, "papers") for path in given.papers])
    raw = {Path(path).stem: path for path in given.raw}
    held = {name: tables.read(results[name], name) for name in RESULTS if name in results}
    if "releases" in raw:
        held["releases"] = tables.read_csv(raw["releases"], "releases")
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
        results=held,
        findings=Path(given.findings[0]).read_text(encoding="utf-8") if given.findings else None,
        method=Path(given.method).read_text(encoding="utf-8-sig"),
        crops={
            reading: picture
            for folder in pictures
            for reading, name in names.items()
            if (picture := picture_or_trouble(folder, name))
        },
        figures=load_figures(figures, settings["shown_edition"], base, known),
        files=linked,
        tables_digest=tables_digest(linked, base),
        main=MainFit.model_validate(settings["main"]),
        explored={"raw": read_raw(raw), "settings": settings["explorer"]} if "explorer" in settings else None,
        **{name: held for name, held in settings.items() if name not in ("editions", "main", "explorer")},
    )
