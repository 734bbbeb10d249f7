"""Pictures of what the reader saw: each number framed in the colour of what became of it.

In: a typeset paper. Out: assertions on pictures and on the command.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from conftest import ROOT
from lmprogress.cli import main
from lmprogress.core.settings_reading import load_reading_vocabulary
from lmprogress.reading.drawing import COLOURS, SCALE, draw_paper
from lmprogress.reading.paper import read_paper
from typeset import broken
from typeset.blocks import Rows, paper
from typeset.sheet import Sheet

ROWS: Rows = [["Model", "Size", "PPL", "Accuracy"], ["Gated", "24M", "24.9", "61.2"], ["Linear", "12M", "25.6", "58.9"]]


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    sheet = Sheet()
    paper(sheet, "Table 1: Results on the test set of WikiText-103.", ROWS, "lccc")
    (tmp_path / "one.pdf").write_bytes(sheet.bytes())
    return tmp_path / "one.pdf"


def frames(picture: Image.Image) -> dict[str, int]:
    """How many pixels of the page, without the legend, have each colour."""
    page = picture.crop((0, 0, picture.width, int(792 * SCALE)))
    counts = {colour: n for n, colour in page.getcolors(maxcolors=2**24) or []}
    return {kind: counts.get(colour, 0) for kind, colour in COLOURS.items()}


def test_each_number_has_the_colour_of_what_became_of_it(pdf: Path, tmp_path: Path) -> None:
    vocabulary = load_reading_vocabulary(ROOT / "config/reading.yaml", ROOT / "config/benchmarks.yaml")
    (made,), trouble = draw_paper(pdf, vocabulary, tmp_path / "drawn")
    assert made.name == "one-page-1.png" and trouble is None
    with Image.open(made) as picture:
        shown = frames(picture)
        assert min(shown[kind] for kind in ("read", "parameters", "left")) > 100
        assert max(shown[kind] for kind in ("doubtful", "unexplained", "label")) == 0
        # the frame of a reading stands at its place
        reading = next(r for r in read_paper(pdf, "one", vocabulary).readings if r["value"] == 24.9)
        left, middle = reading["x0"] - 1, (reading["y0"] + reading["y1"]) / 2
        assert picture.getpixel((round(SCALE * left) + 1, round(SCALE * middle))) == COLOURS["read"]


def test_the_command_draws_without_writing_readings(
    pdf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.pdf").write_bytes(broken.web_page())
    folder = tmp_path / "drawn"
    assert main(["read", str(pdf), str(tmp_path / "page.pdf"), "--draw", str(folder)]) == 0
    told = capsys.readouterr()
    assert "one.pdf: 1 page with tables drawn" in told.out and "page.pdf: not drawn, not_a_pdf" in told.err
    assert [path.name for path in folder.iterdir()] == ["one-page-1.png"] and not list(tmp_path.glob("*.parquet"))


def test_the_command_asks_for_a_file_or_a_folder(pdf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(pdf)]) == 1
    assert "--out" in capsys.readouterr().err
