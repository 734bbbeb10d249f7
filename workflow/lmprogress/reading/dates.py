"""When a paper appeared, by its arXiv identifier and by the stamp on its first page.

In: an open PDF, the plain text of its pages, the paper's identifier. Out: rows of table `readings`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from lmprogress.core.dates import decimal_year
from lmprogress.core.settings_reading import ReadingVocabulary
from lmprogress.reading.pdf import Box, Document
from lmprogress.reading.rows import bare_row

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_IDENTIFIER = r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})"
_STAMP = re.compile(
    rf"arXiv:\s*(?P<identifier>{_IDENTIFIER})(?:v(?P<version>\d+))?\s*\[[^\]\n]{{2,20}}\]\s*"
    r"(?P<date>(?P<day>\d{1,2})\s+(?P<month>[A-Z][a-z]{2})[a-z]*\s+(?P<year>(?:19|20)\d\d))"
)


class Stamp(NamedTuple):
    """arXiv's stamp on a first page: identifier without version, version, date, as decimal year, and as printed."""

    identifier: str
    version: int
    day: datetime.date
    year: float
    raw: str


def identified(identifier: str) -> float | None:
    """The first day of the month in an arXiv identifier ("1709.07432", "cs/0301012"), as decimal year.

    None for what is no such identifier. Source: arXiv's scheme of identifiers, YYMM.number since April 2007,
    archive/YYMMnumber before.
    """
    match = re.fullmatch(rf"(?P<identifier>{_IDENTIFIER})(?:v\d+)?", identifier)
    if not match:
        return None
    stem = match["identifier"].split("/")[-1]
    year, month = int(stem[:2]), int(stem[2:4])
    if not 1 <= month <= 12:
        return None
    return decimal_year(datetime.date(1900 + year if "/" in identifier and year > 90 else 2000 + year, month, 1))


def stamped(text: str) -> Stamp | None:
    """The first arXiv stamp in `text`; None where there is none, or its date is no date."""
    match = _STAMP.search(text)
    if not match or match["month"].lower() not in _MONTHS:
        return None
    try:
        day = datetime.date(int(match["year"]), _MONTHS.index(match["month"].lower()) + 1, int(match["day"]))
    except ValueError:
        return None
    return Stamp(match["identifier"], int(match["version"] or 1), day, decimal_year(day), match["date"])


def date_readings(
    document: Document, texts: Sequence[str], paper_id: str, vocabulary: ReadingVocabulary
) -> list[dict[str, Any]]:
    """Rows of table `readings` for the publication date, without reading_id.

    By the identifier, which is `paper_id` or else the stamp's, and by the stamp. The identifier's box is the stamp's;
    where there is no stamp, the whole first page. The stamp of a later version carries that version's date.
    """
    stamp = stamped(texts[0]) if texts else None
    box = document.places(0, [(f"arXiv:{stamp.identifier}", 0)])[0] if stamp else None
    identifier = paper_id if identified(paper_id) is not None else stamp.identifier if stamp else None
    confidence = vocabulary.prose.confidence
    rows = []
    if identifier is not None and identified(identifier) is not None:
        place = box or Box(0, 0, *document.size(0))
        rows.append(identifier_row(paper_id, place, identifier, confidence["identifier"]))
    if stamp and box:
        rows.append(
            bare_row(paper_id, 1, box, "publication_date", stamp.year, stamp.raw, "stamp")
            | {"confidence": confidence["stamp" if stamp.version == 1 else "stamp_of_later_version"]}
        )
    return rows


def identifier_row(paper_id: str, place: Box, identifier: str, confidence: float) -> dict[str, Any]:
    """The row for the month in an arXiv identifier that stands at `place` on page 1, without reading_id."""
    year = identified(identifier)
    assert year is not None
    row = bare_row(paper_id, 1, place, "publication_date", year, identifier, "identifier")
    return row | {"confidence": confidence}
