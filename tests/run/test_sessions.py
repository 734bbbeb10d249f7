"""Sessions in the documents, run in a finished run: they end well and print what the documents show.

In: README.md, docs/*.md, a finished run. Out: assertions. Recipes and notebook are followed elsewhere.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from conftest import ROOT, Checkout
from mini_project import paper
from sessions import follow, steps

DOCUMENTS = [
    path
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if path.stem not in ("recipes", "notebook", "week")
]
WITH_SESSIONS = [path for path in DOCUMENTS if steps(path)]


@pytest.fixture
def run(first_run: Checkout, tmp_path: Path) -> Path:
    """The finished run, and three papers beside it; what people write is a copy, what the run made are links."""
    for part in ("config", "raw", "workflow"):
        shutil.copytree(first_run.path / part, tmp_path / part, ignore=shutil.ignore_patterns("*.pyc"))
    for part in ("processed", "results"):
        shutil.copytree(first_run.path / part, tmp_path / part, copy_function=os.link)
    (tmp_path / "papers").mkdir()
    for number in range(3):
        (tmp_path / f"papers/{number + 1}.pdf").write_bytes(paper(number))
    return tmp_path


@pytest.mark.parametrize("document", WITH_SESSIONS, ids=lambda path: path.name)
def test_sessions_print_what_the_document_shows(run: Path, document: Path) -> None:
    follow(steps(document), run)


def drawn(picture: Path) -> tuple[list[str], list[str]]:
    """Words of a figure without a number, letters of panels aside, and the estimate of each edition."""
    words = re.findall(r"<!-- (.+?) -->", picture.read_text(encoding="utf-8"))
    estimates = [text.partition(" (")[0] for text in words if " months (" in text]
    return [text for text in words if not re.search(r"\d", text) and len(text) > 1], estimates


def test_the_picture_is_the_figure_of_a_run(first_run: Checkout) -> None:
    # the tests behind the interval are shorter in the run of the tests
    name = "rate_tests.svg"
    words, estimates = drawn(ROOT / "docs" / name)
    assert words and len(estimates) > 1
    assert (words, estimates) == drawn(first_run.path / "results/figures" / name)
