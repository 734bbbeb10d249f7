"""Papers read outside a run: PDFs and folders that someone names.

In: places. Out: readings, statuses of papers, files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from lmprogress.core import tables
from lmprogress.core.project import project_file
from lmprogress.core.settings import Reading, check
from lmprogress.core.settings_reading import load_reading_vocabulary
from lmprogress.core.yaml_files import load_yaml
from lmprogress.reading.corpus import read_corpus
from lmprogress.reading.gathering import Gathered, gather, no_snapshot
from lmprogress.reading.papers_at_hand import PdfFile, find_pdfs
from lmprogress.reading.snapshot import FILES, read_snapshot

Told = Callable[[dict[str, Any]], None]


def read_places(
    places: Iterable[str | Path],
    *,
    only: bool,
    snapshot: Path = Path("raw/snapshot"),
    config: Path | None = None,
    jobs: int = 1,
    follow: Callable[[list[PdfFile]], Told] = lambda pdfs: lambda status: None,
) -> Gathered:
    """Read the PDFs of `places`; the manifest and the snapshot tell which papers they are, where they are there.

    only: without what is kept of other papers. config: the folder of settings (default: project.project_file).
    follow: given the files, what hears each status as it comes. Raises InputError for a place without PDFs.
    """
    file, reading, benchmarks = (
        config / name if config else project_file(f"config/{name}")
        for name in ("config.yaml", "reading.yaml", "benchmarks.yaml")
    )
    settings = check(Reading, load_yaml(file).get("reading", {}), str(file), "reading")
    vocabulary = load_reading_vocabulary(reading, benchmarks)
    pdfs = find_pdfs(places)
    known = tables.read_csv(project_file("raw/papers.csv"), "papers")
    kept = read_snapshot(snapshot) if any((snapshot / file).exists() for file in FILES.values()) else no_snapshot()
    read = read_corpus(pdfs, vocabulary, settings.limits, jobs=jobs, told=follow(pdfs))
    confidence = vocabulary.prose.confidence["identifier"]
    return gather(*read, kept, known, only=only, confidence=confidence)
