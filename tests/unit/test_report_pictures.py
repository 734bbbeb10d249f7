"""Pictures of the places that the report opens."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fpdf import FPDF
from PIL import Image

from lmprogress.core.settings import ReadingLimits
from lmprogress.reading.crops import crops
from lmprogress.reading.kept_pictures import KeptPictures
from lmprogress.reading.limited import LimitedPool
from lmprogress.reading.pdf import opened
from lmprogress.reporting.pictures import picture_evidence, picture_names, picture_or_trouble
from report_cases import made_up_run, paper_of
from typeset import broken

LIMITS = ReadingLimits(seconds=2, megabytes=500)
PLACE = {"page": 1, "x0": 72.0, "y0": 84.0, "x1": 150.0, "y1": 94.0}
# what stands on these pages is read at once
HEAVY = {
    "fine_tiles": broken.fine_tiles(0.0005),
    "masked_groups": broken.masked_groups(20_000),
    "heavy_shading": broken.heavy_shading(20_000),
}


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
    counts = picture_evidence(run.readings, run.links, run.evidence, pdfs, tmp_path / "crops", limits=LIMITS)
    used = run.links[(run.links["decision"] == "used") & (run.links["paper_id"] == paper_of(0))]["reading_id"]
    # the first reading of a paper is cited by evidence, and is among those used
    assert counts == {"drawn": len(used)} and len(used) == 6
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
    assert picture_evidence(run.readings, links, run.evidence, pdfs, tmp_path / "crops", limits=LIMITS).total() == 1
    nothing = pd.DataFrame(columns=run.evidence.columns)
    assert picture_evidence(run.readings, links, nothing, pdfs, tmp_path / "none", limits=LIMITS).total() == 0


def test_each_reading_has_a_file_of_its_own() -> None:
    names = picture_names(made_up_run(3).readings["reading_id"])
    assert len(set(names.values())) == len(names)
    assert all("/" not in name and ":" not in name for name in names.values())


# ---- pages that take minutes or gigabytes to draw -------------------------------------------------------------------


def _places(*papers: str, **changes: object) -> pd.DataFrame:
    return pd.DataFrame([{"reading_id": f"{paper}:r", "paper_id": paper, **PLACE, **changes} for paper in papers])


@pytest.mark.parametrize("name", HEAVY)
def test_a_page_that_is_too_heavy_costs_its_picture_and_no_other(name: str, tmp_path: Path) -> None:
    (tmp_path / "heavy.pdf").write_bytes(HEAVY[name])
    (tmp_path / "light.pdf").write_bytes(broken.raw_pdf(1, broken.crowded_page(5)))
    pdfs = {paper: tmp_path / f"{paper}.pdf" for paper in ("heavy", "light")}
    with opened(pdfs["heavy"]) as document:
        assert "Perplexity 57.3" in document.text(0)
    found = dict(crops(_places("heavy", "light"), pdfs, LIMITS))
    assert found["heavy:r"].png is None and found["heavy:r"].trouble
    assert found["heavy:r"].trouble.startswith(("timeout: ", "out_of_memory: "))
    assert found["light:r"].png and not found["light:r"].trouble


def test_of_a_page_as_wide_as_a_town_the_part_around_the_value_is_shown(tmp_path: Path) -> None:
    (tmp_path / "wide.pdf").write_bytes(broken.wide_page(2_000_000))
    for x0 in (72.0, 1_000_000.0, 1_999_900.0):
        found = dict(crops(_places("wide", x0=x0, x1=x0 + 50), {"wide": tmp_path / "wide.pdf"}, LIMITS))
        with Image.open(io.BytesIO(found["wide:r"].png or b"")) as picture:
            assert picture.width == pytest.approx(3000, abs=2)
            red = np.nonzero((np.asarray(picture.convert("RGB")) == (220, 0, 0)).all(axis=2))[1]
        assert np.ptp(red) == pytest.approx(1.5 * 56, abs=2)


def test_a_paper_of_heavy_pages_costs_a_few_of_them(tmp_path: Path) -> None:
    (tmp_path / "heavy.pdf").write_bytes(broken.heavy_shading(20_000, n_pages=9))
    rows = pd.concat([_places("heavy", page=page, reading_id=str(page)) for page in range(1, 10)])
    troubles = [p.trouble for _, p in crops(rows, {"heavy": tmp_path / "heavy.pdf"}, LIMITS) if p.trouble]
    assert len(troubles) == 9
    assert sum("processor time" in trouble for trouble in troubles) == 3


def test_a_page_that_is_not_there_is_a_trouble(tmp_path: Path) -> None:
    (tmp_path / "short.pdf").write_bytes(broken.raw_pdf(1))
    ((_, picture),) = crops(_places("short", page=2), {"short": tmp_path / "short.pdf"}, LIMITS)
    assert picture.trouble and "page 2 cannot be drawn" in picture.trouble


def test_the_report_says_why_there_is_no_picture(tmp_path: Path) -> None:
    run = made_up_run(1)
    assert run.evidence is not None
    links = run.links.assign(decision="validation")
    (tmp_path / "garbage.pdf").write_bytes(broken.garbage())
    pdfs = {paper_of(0): tmp_path / "garbage.pdf"}
    counts = picture_evidence(run.readings, links, run.evidence, pdfs, tmp_path / "crops", limits=LIMITS)
    assert counts == {"failed": 1}
    shown = [picture_or_trouble(tmp_path / "crops", n) for n in picture_names(run.readings["reading_id"]).values()]
    assert [text for text in shown if text] == ["No picture: damaged: cannot be parsed, or has no page"]


# ---- kept pictures --------------------------------------------------------------------------------------------------


def test_what_was_drawn_is_not_drawn_again_for_another_paper(tmp_path: Path) -> None:
    kept = KeptPictures(tmp_path / "kept", "code")
    pdfs = {}
    for number, paper in enumerate(("a", "b")):
        pdfs[paper] = tmp_path / f"{paper}.pdf"
        pdfs[paper].write_bytes(broken.raw_pdf(1, broken.crowded_page(5 + number)))
    first = dict(crops(_places("a"), pdfs, LIMITS, kept))
    second = dict(crops(_places("a", "b"), pdfs, LIMITS, kept))
    assert [(name, picture.before) for name, picture in second.items()] == [("a:r", True), ("b:r", False)]
    assert second["a:r"].png == first["a:r"].png
    for change in ("another PDF", "another place", "another state of the code", "a changed file"):
        drawer, place = kept, {}
        if change == "another PDF":
            pdfs["a"].write_bytes(pdfs["a"].read_bytes() + b"%\n")
        elif change == "another place":
            place = {"x1": 151.0}
        elif change == "another state of the code":
            drawer = KeptPictures(tmp_path / "kept", "other code")
        else:
            for file in (tmp_path / "kept/code").rglob("*.png"):
                file.write_bytes(file.read_bytes() + b"x")
        again = dict(crops(_places("a", "b", **place), pdfs, LIMITS, drawer))
        assert not all(picture.before for picture in again.values()), change
        assert all(picture.png == dict(crops(_places("a", "b", **place), pdfs, LIMITS))[name].png
                   for name, picture in again.items()), change  # fmt: skip


def test_a_page_that_cannot_be_drawn_is_tried_again_under_other_limits_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdfs = {"heavy": tmp_path / "heavy.pdf"}
    pdfs["heavy"].write_bytes(HEAVY["heavy_shading"])
    kept = KeptPictures(tmp_path / "kept", "code")
    first = dict(crops(_places("heavy"), pdfs, LIMITS, kept))
    assert first["heavy:r"].trouble
    drawn: list[object] = []
    begin = LimitedPool.begin
    monkeypatch.setattr(LimitedPool, "begin", lambda pool, *task: drawn.append(task) or begin(pool, *task))
    assert dict(crops(_places("heavy"), pdfs, LIMITS, kept)) == first and not drawn
    wider = LIMITS.model_copy(update={"seconds": 3})
    assert dict(crops(_places("heavy"), pdfs, wider, kept)) != first and drawn


def test_pictures_of_other_code_and_of_pdfs_that_are_gone_are_removed(tmp_path: Path) -> None:
    place = (1, 2.0, 3.0, 4.0, 5.0)
    digests = [f"{number}" * 64 for number in range(2)]
    for code in ("old", "new"):
        for digest in digests:
            KeptPictures(tmp_path, code).keep(digest, place, b"picture")
    kept = KeptPictures(tmp_path, "new")
    kept.remove_others(digests[:1])
    assert kept.find(digests[0], place) and not kept.find(digests[1], place)
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
