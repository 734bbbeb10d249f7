"""The papers themselves: are they the files that were read, and do their pages print what each reading says?

In: a run and a folder of PDFs. Out: the check `papers`.

The text of a page is what PDFium and pdfplumber themselves find there; nothing of the reader is used.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import unicodedata
from pathlib import Path

import pandas as pd

from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

# points by which a box is widened: glyphs reach beyond what the reader takes as their box
_MARGIN = 2.0
_READINGS = "processed/readings.parquet"
_LABELS = ("row_label", "column_label")
_NOT_LOOKED_AT = "benchmark, split, system, setting, and own or quoted"
_NUMBER = re.compile(
    r"(\d{1,3}(?:[,\s]+\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+)"
    r"(?:e([+-]?\d+)|\s?[x.*]\s?10\^([+-]?\d+))?[\s-]*([a-z万亿]*)",
    re.I,
)
# counts of layers that prose writes as words
_COUNTS = {"single": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_SCALES = {"thousand": 1e3, "k": 1e3, "million": 1e6, "billion": 1e9, "g": 1e9, "trillion": 1e12,
           "万": 1e4, "亿": 1e8}  # fmt: skip
_SIGNS = str.maketrans({"×": "x", "·": ".", "⋅": "."})
# a table that goes on over pages has its header on the first
_PAGES_BEFORE = 2
# of a year: leap years, and what a month is counted from
_SOME_DAYS = 0.01
_OTHER = "the PDF is another file than the one read: put that one back, or run again with this folder"


def check_papers(run: RunFiles, folder: Path) -> Check:
    """Digest of each available PDF; of each reading the value, its text in the box, and the words of its labels."""
    check = Check("papers", "digests of PDFs; values, boxes and labels of readings against the pages, reread")
    readings, statuses = readable(run, "processed/readings.parquet"), readable(run, "processed/paper_statuses.parquet")
    if readings is None or statuses is None:
        return check
    digests = statuses.dropna(subset=["sha256"]).drop_duplicates("paper_id").set_index("paper_id")["sha256"]
    intact = {}
    paper_of = {digest: str(paper) for paper, digest in digests.items()}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() != ".pdf" or path.name.startswith(".") or not path.is_file():
            continue
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest in paper_of:
            intact[paper_of[digest]] = path
        elif path.stem in digests.index:
            check.fail(path.name, "", "has another digest than the paper that was read", _OTHER)
        else:
            continue
        check.items += 1
    if not intact and not check.failures:
        check.fail(str(folder), "", "holds no PDF that was read", "name the folder that was read")
    looked_at = readings[readings["paper_id"].isin(intact)]
    for paper, rows in looked_at.groupby("paper_id"):
        _check_values(check, rows)
        _check_pages(check, intact[str(paper)], rows[rows["source"] != "identifier"])
        _check_again(check, intact[str(paper)], rows[rows["second_value"] == "agrees"])
    check.notes.append(
        f"{_NOT_LOOKED_AT} of {len(looked_at)} readings: not compared (lmprogress snapshot check FOLDER)"
    )
    if others := readings.loc[~readings["paper_id"].isin(intact), "paper_id"].nunique():
        n = len(readings) - len(looked_at)
        check.notes.append(f"papers not available: {others}, with {n} readings")
    return check


def _check_values(check: Check, rows: pd.DataFrame) -> None:
    """What each reading was read as follows from the text that it was read from."""
    for row in rows.to_dict("records"):
        for value, raw in (("value", "raw"), ("n_parameters", "n_parameters_raw")):
            if pd.isna(row[value]) or not isinstance(row[raw], str):
                continue
            check.items += 1
            quantity = row["quantity"] if value == "value" else "parameters"
            if not _reads_as(row[raw], quantity, float(row[value])):
                check.fail(
                    _READINGS,
                    f"reading_id={row['reading_id']}",
                    f"{value} is {row[value]:.12g}, but {raw} {row[raw]!r}",
                )


def _reads_as(raw: str, quantity: str, value: float) -> bool:
    """Whether `raw` may mean `value`: a date, or its first number with a unit of its own or of its column."""
    if quantity == "publication_date":
        return any(abs(value - date) < _SOME_DAYS for date in _dates(raw))
    if raw.lower() in _COUNTS:
        return value == _COUNTS[raw.lower()]
    found = _NUMBER.search(unicodedata.normalize("NFKC", raw).translate(_SIGNS))
    if not found:
        return False
    figures, exponent, unit = re.sub(r"\s", "", found[1]), int(found[2] or found[3] or 0), found[4].lower()
    numbers = [float(figures.replace(",", "")) * 10.0**exponent]
    if re.fullmatch(r"\d+,(?!\d{3}$)\d+", figures):
        # a decimal comma
        numbers.append(float(figures.replace(",", ".")) * 10.0**exponent)
    scales = [1.0]
    if quantity not in ("perplexity", "epochs"):
        scales = [scale for name, scale in _SCALES.items() if unit and name.startswith(unit)] or [1, *_SCALES.values()]
    return any(abs(number * scale - value) <= 1e-9 * value for scale in scales for number in numbers)


def _dates(raw: str) -> list[float]:
    """The decimal years that a stamp (28 Oct 2023) or an arXiv identifier (2310.18313) may mean."""
    if stamp := re.search(r"(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})", raw):
        day = datetime.datetime.strptime(" ".join(stamp.groups()), "%d %b %Y").date()
    elif named := re.match(r"(?:[a-z.-]+/)?(\d\d)(\d\d)", raw, re.I):
        year, month = int(named[1]), int(named[2])
        if not 1 <= month <= 12:
            return []
        day = datetime.date(year + (1900 if year > 90 else 2000), month, 1)
    else:
        return []
    return [day.year + (day.timetuple().tm_yday - 1) / 365.25]


def _check_pages(check: Check, path: Path, rows: pd.DataFrame) -> None:
    import pypdfium2  # a second to import, needed with papers alone

    document = pypdfium2.PdfDocument(path)
    try:
        for number in sorted({int(page) for page in rows["page"]}):
            if number > len(document):
                check.fail(_READINGS, f"paper_id={rows['paper_id'].iloc[0]}", f"{path.name} has no page {number}")
                continue
            on_page, page = rows[rows["page"] == number], document[number - 1]
            left, bottom, _, top = page.get_bbox()
            text = page.get_textpage()
            pages = [document[n].get_textpage() for n in range(max(number - 1 - _PAGES_BEFORE, 0), number - 1)]
            whole = _plain(text.get_text_range())
            before = "".join(_plain(each.get_text_range()) for each in pages)
            for row in on_page.to_dict("records"):
                check.items += 1
                name, where = f"reading_id={row['reading_id']}", f"page {number} of {path.name}"
                found = text.get_text_bounded(
                    left=left + row["x0"] - _MARGIN, right=left + row["x1"] + _MARGIN,
                    top=top - row["y0"] + _MARGIN, bottom=max(bottom, top - row["y1"] - _MARGIN),
                )  # fmt: skip
                if not _holds(found, _plain(row["raw"]), whole):
                    problem = f"{where} holds {found.strip()!r} in the box, not {row['raw']!r}"
                    check.fail(_READINGS, name, problem)
                for label in _LABELS:
                    if absent := [word for word in _words(row[label]) if not _printed(word, whole + before)]:
                        check.fail(
                            _READINGS,
                            name,
                            f"neither {where} nor those before it print {absent[0]!r} of its {label} {row[label]!r}",
                        )
    finally:
        document.close()


def _check_again(check: Check, path: Path, rows: pd.DataFrame) -> None:
    """Each value that the second reader is said to have found is among the letters that pdfplumber finds in its box."""
    import pdfplumber  # needed with papers alone
    from pdfminer.pdfpage import PDFPage
    from pdfplumber.page import Page

    on_page = {int(str(number)): group.to_dict("records") for number, group in rows.groupby("page")}
    with pdfplumber.open(path) as pdf:
        for number, turned in enumerate(PDFPage.create_pages(pdf.doc), 1):
            if number not in on_page:
                continue
            turned.rotate = turned.attrs["Rotate"] = 0
            page = Page(pdf, turned, number)
            left, top, _, _ = page.cropbox
            for row in on_page[number]:
                check.items += 1
                inside = (
                    letter["text"]
                    for letter in page.chars
                    if letter["x0"] - left < row["x1"] + _MARGIN
                    and letter["x1"] - left > row["x0"] - _MARGIN
                    and row["y0"] - _MARGIN < (letter["top"] + letter["bottom"]) / 2 - top < row["y1"] + _MARGIN
                )
                found = "".join(inside)
                if _plain(row["raw"]) not in _plain(found):
                    where = f"page {number} of {path.name}"
                    problem = f"pdfplumber finds {found!r} in the box on {where}, not {row['raw']!r}"
                    check.fail(_READINGS, f"reading_id={row['reading_id']}", problem)


def _holds(found: str, raw: str, page: str) -> bool:
    """Whether the text `found` in a box is `raw`; of a phrase or an arXiv stamp the box frames the first word."""
    if raw in _plain(found):
        return True
    # a letter of the line above may reach into the box
    words = [word for word in map(_plain, [found, *found.split()]) if any(letter.isdigit() for letter in word)]
    first_word = any(raw.startswith(word) or word.startswith("arxiv") for word in words)
    return first_word and raw in page


def _words(label: object) -> list[str]:
    return [_plain(word) for word in re.findall(r"\w+", label)] if isinstance(label, str) else []


def _printed(word: str, page: str) -> bool:
    """Whether a page prints a word; of a number with an index above another, PDFium may tell the lower one first."""
    if word in page:
        return True
    digits, n = sorted(word), len(word)
    return word.isdigit() and any(sorted(page[at : at + n]) == digits for at in range(len(page) - n + 1))


def _plain(text: str) -> str:
    """Letters, digits, points and commas alone, in compatible form."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_SIGNS)
    return "".join(letter for letter in plain if letter.isalnum() or letter in ".,")
