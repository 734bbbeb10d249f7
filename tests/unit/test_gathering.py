"""Files at hand become papers: by digest, stamp, DOI, title, and by name in the last resort; what is kept stays.

In: papers typeset here. Out: assertions on the papers that they are taken for, their statuses and readings.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest
from fpdf import FPDF

from lmprogress.core import tables
from lmprogress.core.file_digest import file_digest
from lmprogress.core.settings import ReadingLimits
from lmprogress.core.settings_reading import load_reading_vocabulary
from lmprogress.reading.corpus import read_corpus
from lmprogress.reading.gathering import Gathered, Snapshot, gather, no_snapshot
from lmprogress.reading.papers_at_hand import find_pdfs, pdfs_read
from lmprogress.reading.snapshot import differences, to_keep
from typeset import CASES, broken

CONFIG = Path(__file__).resolve().parents[2] / "config"
TODAY = datetime.date(2026, 1, 31)
MANIFEST = pd.DataFrame(
    [
        ("1409.2329", "Recurrent Neural Network Regularization", "1409.2329", "https://arxiv.org/abs/1409.2329"),
        ("gpt-2", "Language Models are Unsupervised Multitask Learners", None, "https://example.org/gpt2.pdf"),
        ("gencnn", "genCNN: A Convolutional Architecture", None, "https://aclanthology.org/P15-1151/"),
        ("semiparametric", "Adaptive Semiparametric", None, "https://direct.mit.edu/doi/10.1162/tacl_a_00371/x"),
        ("old", "An Old Paper About Words", "cs/0301012", None),
    ],
    columns=["paper_id", "title", "arxiv_id", "url"],
).assign(publication_date="2020-01-01", source="a test")
FILLER = ("A sentence that fills the page with words that say nothing of any paper.",) * 3


def page(*lines: str, title: str = "") -> bytes:
    """A PDF of one page with these lines."""
    pdf = FPDF(unit="pt", format=(612, 792))
    pdf.set_title(title)
    pdf.add_page()
    pdf.set_font("times", size=10)
    for number, line in enumerate((*lines, *FILLER)):
        pdf.text(72, 72 + 14 * number, line)
    return bytes(pdf.output())


def stamp(arxiv_id: str, date: str = "8 Sep 2014", version: int = 1) -> str:
    return f"arXiv:{arxiv_id}v{version} [cs.NE] {date}"


Gather = Callable[..., Gathered]


@pytest.fixture
def gathered(tmp_path: Path) -> Gather:
    """Read files, by name and content, and gather them."""
    vocabulary = load_reading_vocabulary(CONFIG / "reading.yaml", CONFIG / "benchmarks.yaml")

    def gathered(files: Mapping[str, bytes], snapshot: Snapshot | None = None, *, only: bool = False) -> Gathered:
        folder = tmp_path / "papers"
        folder.mkdir(exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        read = read_corpus(find_pdfs([folder]), vocabulary, ReadingLimits(seconds=60, megabytes=1000))
        return gather(*read, snapshot or no_snapshot(), MANIFEST, only=only, confidence=0.9, today=TODAY)

    return gathered


def papers(result: Gathered) -> dict[str, tuple[str, str]]:
    """The paper of each file, and how it is known."""
    return {row.file: (row.paper_id, row.identified_by) for row in result.paper_files.itertuples()}


def test_a_paper_is_known_by_what_it_says_and_by_its_name_in_the_last_resort(gathered: Gather) -> None:
    files = {
        "Zaremba – RNN (2014).pdf": page("Some Title", stamp("1409.2329")),
        "gpt2 #final.pdf": page("Language Models are Unsupervised", "Multitask Learners", "Alec Radford"),
        "{x} 'y' \"z\".pdf": page("A page", title="Language models are unsupervised multitask learners."),
        "论文.PDF": page("genCNN, camera ready", "https://doi.org/10.3115/v1/P15-1151."),
        "d.pdf": page("DOI 10.1162/tacl_a_00371, 2021"),
        "2105.14850 (1).pdf": page("No stamp here"),
        "1409.2329v2.pdf": page("Nor here"),
        "cs-0301012.pdf": page("Nor there"),
        "GPT 2.pdf": page("A scan without words of its own"),
        "a\nb.pdf": page("Under review as a conference paper at X 2020", "A Paper Without Any Identifier"),
        ".hidden.pdf": page("A fork of the file system"),
    }
    result = gathered(files)
    known = papers(result)
    unknown = known.pop("a\\nb.pdf")
    digest = result.paper_files.set_index("file").loc["a\\nb.pdf", "sha256"]
    assert unknown == (f"a-paper-without-any-identifier-{digest[:8]}", "content")
    assert known == {
        "Zaremba – RNN (2014).pdf": ("1409.2329", "stamp"),
        "gpt2 #final.pdf": ("gpt-2", "title"),
        "{x} 'y' \"z\".pdf": ("gpt-2", "title"),
        "论文.PDF": ("gencnn", "doi"),
        "d.pdf": ("semiparametric", "doi"),
        "2105.14850 (1).pdf": ("2105.14850", "name"),
        "1409.2329v2.pdf": ("1409.2329", "name"),
        "cs-0301012.pdf": ("old", "name"),
        "GPT 2.pdf": ("gpt-2", "name"),
    }
    # the identifier tells a month where page 1 prints none
    dates = result.readings[result.readings["quantity"] == "publication_date"].set_index("paper_id")
    assert dates.loc["2105.14850", "raw"] == "2105.14850" and dates.loc["2105.14850", "x1"] == 612
    assert set(result.readings["reading_id"].str.split(":").str[0]) == set(result.readings["paper_id"])


def test_a_preprint_is_the_paper_that_the_manifest_lists_elsewhere_and_no_other(gathered: Gather) -> None:
    title = "Language Models are Unsupervised Multitask Learners"
    files = {
        "a.pdf": page(title, stamp("1902.00001", "14 Feb 2019")),
        # the manifest gives this title another identifier
        "b.pdf": page("Recurrent Neural Network Regularization", stamp("1501.00001", "1 Jan 2015")),
        # a heading within a longer title
        "c.pdf": page(title + " of Speech"),
    }
    known = papers(gathered(files))
    assert known["a.pdf"] == ("gpt-2", "title") and known["b.pdf"] == ("1501.00001", "stamp")
    assert known["c.pdf"][1] == "content"


def test_of_two_files_of_a_paper_one_is_read_and_the_other_gets_a_status(gathered: Gather) -> None:
    first, second = (page("A Title", "more" * n, stamp("1409.2329", version=n)) for n in (1, 2))
    result = gathered({"a.pdf": first, "b.pdf": second, "copy.pdf": second, "1409.2329.pdf": broken.garbage()})
    files = result.paper_files.set_index("file")
    assert files["status"].to_dict() == {
        "1409.2329.pdf": "damaged", "a.pdf": "duplicate", "b.pdf": "no_tables", "copy.pdf": "duplicate",
    }  # fmt: skip
    assert set(files["paper_id"]) == {"1409.2329"}
    assert "is the same paper as b.pdf" in files.loc["a.pdf", "detail"]
    (paper,) = result.paper_statuses.to_dict("records")
    assert (paper["file"], paper["n_readings"]) == ("b.pdf", 2) and "a.pdf is the same paper" in paper["detail"]
    assert len(result.readings) == 2


def test_copies_of_the_same_bytes_are_one_paper_whatever_their_names(gathered: Gather) -> None:
    result = gathered({"2105.14850.pdf": page("No stamp"), "another name.pdf": page("No stamp")})
    assert set(result.paper_files["paper_id"]) == {"2105.14850"}
    # of what cannot be read, the bytes tell nothing
    empty = gathered({"2105.14850.pdf": b"", "2105.14851.pdf": b"", "x.pdf": b""})
    assert empty.paper_statuses["paper_id"].is_unique and len(empty.paper_statuses) == 3
    assert set(empty.paper_statuses["status"]) == {"not_a_pdf"}


def test_what_contradicts_a_paper_is_said(gathered: Gather) -> None:
    result = gathered({
        "2105.14850.pdf": page("A Title", stamp("1409.2329")),
        "9912.00001.pdf": page("A Title", "of another paper"),
        "late.pdf": page("Another", stamp("2101.00001", "1 Jan 2042")),
    })  # fmt: skip
    files = result.paper_files.set_index("file")
    assert files.loc["2105.14850.pdf", "detail"] == "its name says 2105.14850, its arXiv stamp 1409.2329"
    assert "9912.00001, in its name, is in the future" in files.loc["9912.00001.pdf", "detail"]
    assert files.loc["9912.00001.pdf", "identified_by"] == "content"
    assert "date in its arXiv stamp is in the future" in files.loc["late.pdf", "detail"]
    assert set(files["status"]) == {"no_tables"}
    of_the_name = result.readings[result.readings["paper_id"] == files.loc["9912.00001.pdf", "paper_id"]]
    assert "publication_date" not in set(of_the_name["quantity"])


# ---- what is kept ---------------------------------------------------------------------------------------------------

TABLE, OTHER_TABLE = (list(CASES.values())[number].typeset()[0] for number in (0, 5))


@pytest.fixture
def snapshot(gathered: Gather) -> Snapshot:
    """Two papers kept, one of which prints a table."""
    return to_keep(gathered({"1609.07843.pdf": TABLE, "1707.05589.pdf": page("Another")}))


def test_papers_at_hand_are_added_to_those_that_are_kept(gathered: Gather, snapshot: Snapshot) -> None:
    result = gathered({"new.pdf": page("New", stamp("1409.2329"))}, snapshot)
    statuses = result.paper_statuses.set_index("paper_id")
    assert statuses["change"].to_dict() == {"1409.2329": "added", "1609.07843": "kept", "1707.05589": "kept"}
    kept = result.readings[result.readings["paper_id"] != "1409.2329"].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, snapshot.readings)
    alone = gathered({"new.pdf": page("New", stamp("1409.2329"))}, snapshot, only=True)
    changes = alone.paper_statuses.set_index("paper_id")["change"]
    assert changes.to_dict() == {"1409.2329": "added", "1609.07843": "withdrawn", "1707.05589": "withdrawn"}
    assert set(alone.readings["paper_id"]) == {"1409.2329"}


def test_a_pdf_of_the_snapshot_is_known_under_any_name_and_gives_the_same(gathered: Gather, snapshot: Snapshot) -> None:
    result = gathered({"x y (3).pdf": TABLE}, snapshot)
    assert papers(result) == {"x y (3).pdf": ("1609.07843", "digest")}
    paper = result.paper_statuses.set_index("paper_id").loc["1609.07843"]
    assert (paper["change"], paper["n_readings_gone"], paper["n_readings_new"]) == ("same", 0, 0)
    lines = [differences(name, *pair) for name, *pair in zip(Snapshot._fields, snapshot, to_keep(result), strict=True)]
    assert [list(each) for each in lines] == [[], [], []]


def test_what_changed_in_a_replaced_paper_is_counted(gathered: Gather, snapshot: Snapshot) -> None:
    # names say which is which, and each has a date by its name
    result = gathered({"1609.07843.pdf": page("No table"), "1707.05589.pdf": OTHER_TABLE}, snapshot)
    emptied, filled = (result.paper_statuses.set_index("paper_id").loc[name] for name in ("1609.07843", "1707.05589"))
    assert emptied["change"] == filled["change"] == "replaced"
    before = int((snapshot.readings["paper_id"] == "1609.07843").sum())
    assert before > 4
    assert (emptied["n_readings"], emptied["n_readings_gone"], emptied["n_readings_new"]) == (1, before - 1, 0)
    assert (filled["n_readings_gone"], filled["n_readings_new"]) == (0, filled["n_readings"] - 1)


def test_kept_readings_serve_where_the_file_at_hand_cannot_be_read(gathered: Gather, snapshot: Snapshot) -> None:
    files = {"1609.07843.pdf": TABLE[: len(TABLE) // 2]}
    result = gathered(files, snapshot)
    paper = result.paper_statuses.set_index("paper_id").loc["1609.07843"]
    assert (paper["change"], paper["status"]) == ("kept", "read") and "1609.07843.pdf cannot be read" in paper["detail"]
    assert list(result.paper_files["status"]) == ["damaged"]
    assert len(result.readings) == len(snapshot.readings)
    alone = gathered(files, snapshot, only=True)
    assert alone.paper_statuses.set_index("paper_id").loc["1609.07843", "status"] == "damaged"
    assert alone.readings.empty


def test_readings_lead_back_to_the_file_that_was_read(gathered: Gather, tmp_path: Path) -> None:
    result = gathered({"any name.pdf": TABLE, "copy.pdf": TABLE})
    (path,) = pdfs_read(result.paper_statuses, tmp_path / "papers").values()
    assert file_digest(path) == result.paper_statuses["sha256"][0]
    assert pdfs_read(tables.empty("paper_statuses"), None) == {}
