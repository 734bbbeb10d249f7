"""The page for candidate systems in a real browser: keys decide, a changed value is a correction, and `lmprogress
accept` takes what is saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_verdicts import ROWS, Folder, folder

from browsing import UNNAMED, Visit, browser, sync_api
from lmprogress.cli import main
from lmprogress.core import tables
from lmprogress.provenance.deciding import undecided
from lmprogress.reporting.review_page import review_page

__all__ = ["browser", "folder"]


def test_what_is_decided_in_the_page_is_what_accept_takes(
    browser: sync_api.Browser, folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    candidates = tables.read_csv(folder.path / "results/tables/candidate_systems.csv", "candidate_systems")
    pictures = {"r1": (Path(__file__).parents[1] / "data/crop.png").read_bytes()}
    page = review_page(tables.empty("review"), pictures, edition="extracted", most=0, candidates=candidates)
    (folder.path / "page.html").write_text(page, encoding="utf-8")
    visit = Visit(browser, folder.path)
    visit.open("page.html")
    window = visit.page
    assert window.evaluate(UNNAMED) == [] and window.locator("article img").count() == 1
    window.fill("#by", "a person")
    window.locator("#by").blur()
    window.locator("#system-0 .why").fill("printed")
    window.locator("#system-0 .why").blur()
    window.keyboard.press("a")
    window.keyboard.press("j")
    window.get_by_label("n parameters").nth(1).fill("2.5e7")
    window.get_by_label("n parameters").nth(1).blur()
    window.locator("#system-1 .why").fill('a "size", in Table 2')
    window.locator("#system-1 .why").blur()
    window.keyboard.press("a")
    assert window.locator(".verdict").all_inner_texts() == ["accept", "correct", "undecided"]
    # what was decided outlives the page
    window.reload()
    window.keyboard.press("j")
    window.keyboard.press("j")
    window.keyboard.press("r")
    window.locator("#system-2 .why").fill("pruned")
    window.locator("#system-2 .why").blur()
    assert "3 of 3" in window.locator("#done").inner_text()
    with window.expect_download() as saved:
        window.click("#save")
    saved.value.save_as(folder.path / "decided.csv")
    visit.close()
    assert main(["accept", "decided.csv"]) == 0, capsys.readouterr().err
    rows = folder.verdicts.set_index("reading_id")
    assert rows["verdict"].to_dict() == dict(zip(ROWS, ("accept", "correct", "reject"), strict=True))
    assert rows.loc["r2", "n_parameters"] == 2.5e7 and rows.loc["r2", "why"] == 'a "size", in Table 2'
    assert undecided(candidates, folder.verdicts).empty
    otherwise = candidates.assign(perplexity=candidates["perplexity"] + 1)
    assert len(undecided(otherwise, folder.verdicts)) == 3
