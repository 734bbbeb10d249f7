"""The week of a maintainer, word for word until systems are accepted; tests/unit/test_releasing.py has the rest.

In: docs/week.md, typeset papers, a server. Out: a project in which the document was followed.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from conftest import ROOT
from mini_project import mini_project, paper
from misbehaving_server import Listed, serving
from sessions import follow, steps

CATALOGUE = [
    Listed("2403.00001", "2024-03-02", "Segments of Segments", "Perplexity on WikiText-103."),
    Listed("2403.00002", "2024-03-04", "Language Modeling by Gates", "We gate."),
]


def test_the_week_goes_as_its_document_says(tmp_path: Path) -> None:
    project = mini_project(tmp_path / "checkout")
    with serving(b"") as server:
        server.catalogue = CATALOGUE
        server.papers = {f"{listed.arxiv_id}v1": paper(number) for number, listed in enumerate(CATALOGUE, 3)}
        file = project.path / "config/config.yaml"
        config = yaml.safe_load(file.read_text(encoding="utf-8"))
        config["retrieval"] |= {
            "seconds_between_requests": 0, "private_addresses": True,
            "arxiv_pdfs": f"{server.address}/pdf/", "arxiv_interface": f"{server.address}/api/query",
        }  # fmt: skip
        file.write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False), encoding="utf-8")
        follow(steps(ROOT / "docs/week.md"), project.path)
    # the one that was added, beside those that were there
    assert project.papers_read() == (4, 0)
