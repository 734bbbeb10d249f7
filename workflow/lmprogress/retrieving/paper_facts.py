"""What a PDF says of itself: identifier, title, date; read in a process with limits, since it may come from anywhere.

In: a PDF. Out: PaperFacts.
"""

from __future__ import annotations

import datetime
from concurrent.futures import TimeoutError as FutureTimeoutError
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from lmprogress.keeping.settings import ReadingLimits
from lmprogress.reading.corpus import limit_memory
from lmprogress.reading.dates import stamped
from lmprogress.reading.pdf import UnreadablePdf, opened
from lmprogress.retrieving.arxiv import PaperFacts, one_line


def facts_of_pdf(path: Path, limits: ReadingLimits) -> PaperFacts:
    """Identifier and date by arXiv's stamp on the first page, title by the file's description; None where not found.

    The date is that of a first version: a later one's stamp has another. A PDF that cannot be read within the limits
    says nothing.
    """
    with ProcessPool(max_workers=1, initializer=limit_memory, initargs=(limits.megabytes,)) as pool:
        try:
            facts: PaperFacts = pool.schedule(_read, (path,), timeout=limits.seconds).result()
        except (FutureTimeoutError, MemoryError, ProcessExpired):
            return PaperFacts()
    return facts


def _read(path: Path) -> PaperFacts:
    try:
        with opened(path) as document:
            stamp, title = stamped(document.text(0)), one_line(document.title())
    except UnreadablePdf:
        return PaperFacts()
    date = datetime.datetime.strptime(stamp.raw, "%d %b %Y").date() if stamp and stamp.version == 1 else None
    return PaperFacts(stamp.identifier if stamp else None, title, date.isoformat() if date else None)
