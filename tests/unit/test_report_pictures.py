"""Pictures of the places that the report opens."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from fpdf import FPDF
from PIL import Image

from lmprogress.reporting.pictures import picture_evidence, picture_names
from report_cases import made_up_run, paper_of


def _pdf(path: Path) -> Path:
    document = FPDF(unit="pt", format="letter")
    document.set_font("Helvetica", size=8)
    for _ in range(9):
        document.add_page()
        document.text(60, 108, "20.25")
    document.output(str(path))
    return path


def test_what_rests_on_a_reading_has_its_picture_where_the_pdf_is_at_hand(tmp_path: Path) -> None:
    run = made_up_run(2)
    assert run.evidence is not None
    pdfs = {paper_of(0): _pdf(tmp_path / "paper.pdf")}
    written = picture_evidence(run.readings, run.links, run.evidence, pdfs, tmp_path / "crops")
    used = run.links[(run.links["decision"] == "used") & (run.links["paper_id"] == paper_of(0))]["reading_id"]
    # the first reading of a paper is cited by evidence, and is among those used
    assert written == len(used) == 6
    names = picture_names(used)
    assert {path.name for path in (tmp_path / "crops").iterdir()} == set(names.values())
    first = run.readings[run.readings["reading_id"].isin(used)].iloc[0]
    with Image.open(tmp_path / "crops" / names[first["reading_id"]]) as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors() or []}
    # the frame
    assert (220, 0, 0) in colours


def test_cited_readings_have_pictures_too(tmp_path: Path) -> None:
    run = made_up_run(1)
    assert run.evidence is not None
    links = run.links.assign(decision="validation")
    pdfs = {paper_of(0): _pdf(tmp_path / "paper.pdf")}
    assert picture_evidence(run.readings, links, run.evidence, pdfs, tmp_path / "crops") == 1
    nothing = pd.DataFrame(columns=run.evidence.columns)
    assert picture_evidence(run.readings, links, nothing, pdfs, tmp_path / "none") == 0


def test_each_reading_has_a_file_of_its_own() -> None:
    names = picture_names(made_up_run(3).readings["reading_id"])
    assert len(set(names.values())) == len(names)
    assert all("/" not in name and ":" not in name for name in names.values())
