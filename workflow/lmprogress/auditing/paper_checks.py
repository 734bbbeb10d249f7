"""The papers themselves: are they the files that were read, and does each confirmed box hold its text?

In: a run and a folder of PDFs. Out: the check `papers`.

The text of a box is what PDFium itself finds there; nothing of the reader is used.
"""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path

import pandas as pd

from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.table_checks import readable

# points by which a box is widened: glyphs reach beyond what the reader takes as their box
_MARGIN = 2.0
_OTHER = "the PDF is another file than the one read: put that one back, or run again with this folder"


def check_papers(run: RunFiles, folder: Path) -> Check:
    """Digest of each PDF at hand, and the text in the box of each value that evidence confirms or contradicts."""
    check = Check("papers", "digests of PDFs, and text in the boxes of evidence, read anew")
    evidence = readable(run, "results/tables/evidence.parquet")
    statuses = readable(run, "processed/paper_statuses.parquet")
    if evidence is None or statuses is None:
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
    framed = evidence[evidence["place"].eq("value") & evidence["raw"].notna() & evidence["paper_id"].isin(intact)]
    # an identifier is the file's name: it need not be printed
    framed = framed[framed["reason"] != "identifier"]
    places = framed.drop_duplicates(["reading_id", "raw"])
    for paper, rows in places.groupby("paper_id"):
        _check_boxes(check, intact[str(paper)], rows)
    return check


def _check_boxes(check: Check, path: Path, rows: pd.DataFrame) -> None:
    import pypdfium2  # a second to import, needed with papers alone

    document = pypdfium2.PdfDocument(path)
    try:
        for number in sorted({int(page) for page in rows["page"]}):
            on_page, page = rows[rows["page"] == number], document[number - 1]
            left, bottom, _, top = page.get_bbox()
            text = page.get_textpage()
            for row in on_page.to_dict("records"):
                check.items += 1
                found = text.get_text_bounded(
                    left=left + row["x0"] - _MARGIN, right=left + row["x1"] + _MARGIN,
                    top=top - row["y0"] + _MARGIN, bottom=max(bottom, top - row["y1"] - _MARGIN),
                )  # fmt: skip
                whole = _plain(text.get_text_range())
                if not _holds(_plain(found), _plain(row["raw"]), whole, str(row["paper_id"])):
                    check.fail(
                        "results/tables/evidence.parquet",
                        f"edition={row['edition']}, record_id={row['record_id']}, field={row['field']}",
                        f"page {number} of {path.name} holds {found.strip()!r} in the box, not {row['raw']!r}",
                    )
    finally:
        document.close()


def _holds(found: str, raw: str, page: str, paper: str) -> bool:
    """Whether the text `found` in a box is `raw`; of a phrase or an arXiv stamp the box frames the first word."""
    if raw in found:
        return True
    first_word = bool(found) and (raw.startswith(found) or found.startswith(_plain(f"arXiv{paper}")))
    return first_word and raw in page


def _plain(text: str) -> str:
    """Letters, digits and points alone, in compatible form."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum() or c in ".,")
