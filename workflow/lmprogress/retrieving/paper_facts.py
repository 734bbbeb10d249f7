"""What a PDF says of itself: identifier, title, date; read in a process with limits, since it may come from anywhere.

In: a PDF. Out: PaperFacts.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from lmprogress.core.settings import ReadingLimits
from lmprogress.reading.identity import SAYS, described
from lmprogress.reading.limited import Ended, LimitedPool
from lmprogress.reading.pdf import UnreadablePdf, opened
from lmprogress.retrieving.arxiv import PaperFacts, one_line


def facts_of_pdf(path: Path, limits: ReadingLimits) -> tuple[PaperFacts, dict[str, Any]]:
    """Identifier, version, date by arXiv's stamp, title by the metadata, None where not found; all that it says (SAYS).

    The date is that of a first version: a later one's stamp has another. A PDF that cannot be read within the limits
    says nothing.
    """
    says = dict.fromkeys(SAYS)
    with LimitedPool(limits) as pool, suppress(Ended):
        says |= pool.result(pool.begin(_read, path))
    date = says["stamp_date"] if says["stamp_version"] == 1 else None
    return PaperFacts(says["stamp"], one_line(says["title"] or ""), date, says["stamp_version"]), says


def _read(path: Path) -> dict[str, Any]:
    try:
        with opened(path) as document:
            return described(document)
    except UnreadablePdf:
        return {}
