"""CSV files that people write, and what spreadsheet programs make of them.

In: a file. Out: its cells with their lines, or an InputError that says what was changed and what to do.

What loses nothing is read as it was meant: a byte order mark, line ends of another system, TRUE for true.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lmprogress.core.errors import InputError
from lmprogress.core.text_files import read_text

_SAVE_AS = "save it as CSV in UTF-8 with commas (in a spreadsheet program: “CSV UTF-8 (comma delimited)”)"
_AS_TEXT = "or restore the file, and in a spreadsheet program import every column as text, never open the file directly"
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
# arXiv's scheme: YYMM.number since April 2007, four digits until 2014, five since
_LIKE_ARXIV = re.compile(r"(\d{3,4})\.(\d{1,5})", re.ASCII)
_FIVE_DIGITS_FROM = 1501
# 24/02/2021, 2/24/21, 24.2.2021, 2021/02/24, 2021-2-4, 24-Feb-21, Feb-21, and 44251, counted in days from 1900 on
_DATES = re.compile(
    r"(?!\d{4}-\d\d-\d\d)(?:"
    r"\d{1,2}[./-]\d{1,2}[./-](\d{2}|\d{4})|\d{4}[./-]\d{1,2}[./-]\d{1,2}|(\d{1,2}[ -])?[A-Za-z]{3}[ -](\d{2}|\d{4})"
    r"|[3-5]\d{4})",
    re.ASCII,
)
_DAY_ZERO = datetime.date(1899, 12, 30)


@dataclass(frozen=True)
class CsvText:
    """The cells of a CSV file; `lines` are those at which an editor shows each row to begin."""

    header: list[str]
    rows: list[list[str]]
    lines: list[int]


def read_cells(path: str | Path) -> CsvText:
    """The cells of the CSV at `path`. Raises InputError where it is not UTF-8 with commas and rows of one width."""
    file = str(path)
    text = read_text(path, "CSV", _SAVE_AS)
    _refuse_other_separators(text.partition("\n")[0], file)
    rows = list(_rows(text, file))
    if not rows:
        raise InputError("cannot be read as CSV: it is empty", file=file, remedy="restore it from version control")
    header = rows[0][1]
    for name in header:
        if not name or header.count(name) > 1:
            problem = "a column has no name" if not name else "the header names a column twice"
            raise InputError(
                problem, file=file, row=rows[0][0], value=name, remedy="remove the column, or name it, in every row"
            )
    for line, row in rows[1:]:
        if len(row) != len(header):
            raise _width_error(row, header, file, line)
    return CsvText(header, [row for _, row in rows[1:]], [line for line, _ in rows[1:]])


def _refuse_other_separators(header: str, file: str) -> None:
    if header.lower().startswith("sep="):
        raise InputError("a spreadsheet program added this line", file=file, row=1, value=header, remedy=_SAVE_AS)
    if "," not in header:
        for separator, name in _SEPARATORS.items():
            if separator in header:
                raise InputError(
                    f"the columns are separated by {name}, not by commas",
                    file=file,
                    row=1,
                    remedy=f"{_SAVE_AS}; look at numbers too: 18,3 is to be 18.3",
                )


def _rows(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the line at which it begins."""
    reader = csv.reader(io.StringIO(text), strict=True)
    line = 0
    try:
        for row in reader:
            # a spreadsheet program writes a row of commas for one that was cleared
            if any(row):
                yield line + 1, row
            line = reader.line_num
    except csv.Error:
        raise InputError(
            "cannot be read as CSV: a quote is not closed, or stands within a value",
            file=file,
            row=line + 1,
            remedy='put quotes around the whole value, and write "" for a quote within',
        ) from None


def _width_error(row: list[str], header: list[str], file: str, line: int) -> InputError:
    if len(row) > len(header):
        rest = row[len(header) :]
        remedy = "put quotes around a value that holds a comma"
        problem = "an extra comma" if len(rest) == 1 else f"{len(rest)} extra commas"
        if not any(rest):
            remedy = "remove what follows the last value"
    else:
        problem, remedy = "a comma is missing", "leave the place of an unknown value empty, between two commas"
    problem += f": {len(row)} values where the header names {len(header)} columns"
    return InputError(problem, file=file, row=line, value=",".join(row)[:80], remedy=remedy)


# ---- single cells ---------------------------------------------------------------------------------------------------


def whole_arxiv_id(text: str) -> str:
    """`text` with the zeros that an arXiv identifier lost when it was taken for a number: 1909.087 → 1909.08700.

    What is no such identifier comes back as it is.
    """
    match = _LIKE_ARXIV.fullmatch(text)
    if not match:
        return text
    month = match[1].zfill(4)
    if not 1 <= int(month[2:]) <= 12:
        return text
    return f"{month}.{match[2].ljust(5 if int(month) >= _FIVE_DIGITS_FROM else 4, '0')}"


def lost_zero(text: str) -> str | None:
    """The remedy where a spreadsheet program took an arXiv identifier for a number and dropped a zero, else None."""
    whole = whole_arxiv_id(text)
    return f"write {whole}; {_AS_TEXT}" if len(whole) > len(text) else None


def rewritten_date(text: str) -> str | None:
    """The remedy where `text` is a date in the form of a spreadsheet program, else None."""
    if not _DATES.fullmatch(text):
        return None
    if text.isdecimal():
        return f"write {_DAY_ZERO + datetime.timedelta(int(text))}; {_AS_TEXT}"
    parts = re.split(r"[./-]", text)
    if len(parts) == 3 and len(parts[0]) == 4:
        return f"write {parts[0]}-{parts[1]:>02}-{parts[2]:>02}; {_AS_TEXT}"
    return f"write it YYYY-MM-DD, {_AS_TEXT}"
