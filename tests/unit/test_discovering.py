"""`lmprogress discover`: what a search and a list find, though the server misbehaves; what `add` then need not ask."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from lmprogress.cli import command_line, main
from lmprogress.core.settings import Retrieval
from lmprogress.retrieving.discover_command import discover
from lmprogress.retrieving.fetching import Fetcher
from misbehaving_server import Listed, MisbehavingServer, serving

ROOT = Path(__file__).resolve().parents[2]
IN_MANIFEST = "2302.00845"
CATALOGUE = [
    Listed("cs/0108005", "2001-08-09", "A bit of progress in language modeling", "We combine techniques."),
    Listed("2302.00845", "2023-02-02", "Distributed example orders", "Perplexity falls."),
    Listed("2303.00001", "2023-03-01", "Segments", "State of the art on WikiText-103\n and the Penn Tree-\nbank."),
    Listed("2303.00002", "2023-03-01", "Withdrawn at once", version=1, remark="This paper has been withdrawn"),
    Listed("2303.00003", "2023-03-02", "Withdrawn later", version=3, remark="Withdrawn by the authors"),
    Listed("2303.00004", "2023-03-03", "Stemmed", "A language model of cells."),
    Listed("2303.00005", "2023-03-04", "=cmd()|A title", "Perplexity."),
]


class Project:
    """A manifest and a configuration that names the server, in a folder of their own."""

    def __init__(self, path: Path, server: MisbehavingServer) -> None:
        self.path, self.server, self.out = path, server, path / "discovered.csv"
        self.slept: list[float] = []
        lines = (ROOT / "raw/papers.csv").read_bytes().split(b"\n")
        (path / "papers.csv").write_bytes(b"\n".join(lines[:4]) + b"\n")
        config = yaml.load((ROOT / "config/config.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
        config["retrieval"] |= {
            "attempts": 2, "longest_wait_seconds": 60, "private_addresses": True,
            "arxiv_interface": f"{server.address}/api/query", "arxiv_pdfs": f"{server.address}/pdf/",
        }  # fmt: skip
        config["discovery"]["papers_per_request"] = 2
        (path / "config").mkdir()
        (path / "config/config.yaml").write_text(yaml.dump(config, Dumper=yaml.CSafeDumper), encoding="utf-8")
        self.places = ["--papers", str(path / "papers.csv"), "--config", str(path / "config")]

    def discover(self, *arguments: str | Path) -> int:
        given = ["discover", *map(str, arguments), "--out", str(self.out), *self.places]
        time = [0.0]

        def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            time[0] += seconds

        def fetcher(settings: Retrieval) -> Fetcher:
            return Fetcher(settings, sleep=sleep, clock=lambda: time[0])

        return discover(command_line().parse_args(given), fetcher)

    def found(self) -> dict[str, dict[str, str]]:
        with self.out.open(newline="", encoding="utf-8") as file:
            return {row["paper"]: row for row in csv.DictReader(file)}

    def searched(self) -> list[tuple[str, int]]:
        """The first day and the offset of each search that the server had."""
        asked = [parse_qs(urlsplit(path).query) for path in self.server.paths]
        return [(re.findall(r"\[(\d{8})", q["search_query"][0])[0], int(q["start"][0])) for q in asked]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with serving(b"") as server:
        server.catalogue = list(CATALOGUE)
        yield Project(tmp_path, server)


def test_pages_are_followed_at_the_pace_that_arxiv_asks_for(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.discover("--since", "2000-01-01") == 0
    assert [start for _, start in project.searched()] == [0, 2, 4, 6]
    assert project.slept == [3, 3, 3]
    found = project.found()
    assert {name: row["status"] for name, row in found.items()} == {
        "cs/0108005": "candidate", "2302.00845": "in_manifest", "2303.00001": "candidate",
        "2303.00002": "withdrawn", "2303.00003": "candidate", "2303.00005": "candidate",
    }  # fmt: skip
    assert found["2303.00001"]["reason"] == "abstract: wikitext, penn tree bank"
    assert found["cs/0108005"]["reason"] == "title: language modeling"
    assert (found["2303.00003"]["version"], found["2303.00001"]["version"]) == ("2", "1")
    assert "version 3 is withdrawn" in found["2303.00003"]["reason"]
    said = capsys.readouterr().out
    assert "4 candidates, 1 in raw/papers.csv already, 1 withdrawn" in said and "wikitext" in said


def test_a_search_that_was_stopped_for_a_day_goes_on_where_it_ended(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.server.answers_left = 2
    assert project.discover("--since", "2000-01-01") == 1
    said = capsys.readouterr().err
    assert "too_many_requests" in said and "goes on from 2023-03-01" in said
    assert len(project.found()) == 4 and max(project.slept) == 3
    assert project.discover() == 1  # still busy: nothing is lost
    assert len(project.found()) == 4
    project.server.answers_left, project.server.asked = 10, []
    capsys.readouterr()
    assert project.discover() == 0
    assert project.searched()[0] == ("20230301", 0)
    assert len(project.found()) == 6
    said = capsys.readouterr().out
    assert "2303.00005" in said and "2303.00001" not in said  # what was told of is not told of again


def test_an_empty_page_amid_the_results_is_asked_for_again(project: Project) -> None:
    project.server.first_empty = True
    assert project.discover("--since", "2000-01-01") == 0
    assert len(project.found()) == 6


@pytest.mark.parametrize("path", ["down", "page", "half", "reset"])
def test_a_server_that_fails_is_said_to_and_leaves_no_file(
    project: Project, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project.path / "config/config.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("/api/query", f"/{path}"), encoding="utf-8")
    assert project.discover("--since", "2000-01-01") == 1
    assert "--since 2000-01-01" in capsys.readouterr().err
    assert not project.out.exists()


def test_a_first_search_needs_a_day(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["discover", "--out", str(project.out), *project.places]) == 1
    assert "--since" in capsys.readouterr().err
    assert main(["discover", "--since", "2999-01-01", "--out", str(project.out), *project.places]) == 1
    assert "no date until today" in capsys.readouterr().err


def test_a_list_with_old_identifiers_and_one_that_does_not_exist(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project.path / "mine.txt"
    file.write_text(
        "# mine\ncs/0108005\nhttps://arxiv.org/abs/2303.00005v1 # read it\n2303.99999\n"
        f"{IN_MANIFEST}\n\nhttps://papers.example/x.pdf\n",
        encoding="utf-8",
    )
    assert project.discover("--list", file) == 1
    said = capsys.readouterr()
    assert "mine.txt, line 4: arXiv has no paper 2303.99999" in said.err
    statuses = {name: row["status"] for name, row in project.found().items()}
    assert statuses == {
        "cs/0108005": "candidate", "2303.00005": "candidate", "2303.99999": "not_found",
        IN_MANIFEST: "in_manifest", "https://papers.example/x.pdf": "candidate",
    }  # fmt: skip
    assert len(project.server.asked) == 1
    file.write_text("cs/0108005\nnot a paper\n", encoding="utf-8")
    assert main(["discover", "--list", str(file), "--out", str(project.out), *project.places]) == 1
    assert "line 2" in capsys.readouterr().err


BIBTEX = r"""
@comment{not this one}
@article{a, title = {{A Bit of} Progress, with \{braces\}}, eprint = {cs/0108005}, archiveprefix = {arXiv}, year = 2001}
@online{b,
  title = "Segments", date = {2023-03-01}, url = {http://arxiv.org/abs/2303.00001v2}, urldate = {2024-01-01},
}
@misc{c, title={Later}, doi={10.48550/arXiv.2303.00003}, year={2023}}
@inproceedings{d, title={Distributed Example Orders}, journal={arXiv preprint arXiv:2302.00845}}
@book{e, title={A book without an address}, publisher={P}}
"""


def test_bibtex_by_each_field_that_holds_the_identifier(project: Project) -> None:
    file = project.path / "zotero.bib"
    file.write_text(BIBTEX, encoding="utf-8")
    assert project.discover("--bibtex", file) == 0
    found = project.found()
    assert {name: row["status"] for name, row in found.items()} == {
        "cs/0108005": "candidate", "2303.00001": "candidate", "2303.00003": "candidate",
        "2302.00845": "in_manifest", "A book without an address": "no_identifier",
    }  # fmt: skip
    assert found["2303.00001"]["reason"] == "zotero.bib, b; abstract: wikitext, penn tree bank"


@pytest.mark.parametrize(
    "broken", ["@article{a, title = {No end", "@article{a, title = {x} year}", "no entries", "@misc{a, year = 2020}"]
)
def test_a_broken_bibliography_is_refused(project: Project, broken: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = project.path / "x.bib"
    file.write_text(broken, encoding="utf-8")
    assert main(["discover", "--bibtex", str(file), "--out", str(project.out), *project.places]) == 1
    said = capsys.readouterr().err
    assert "x.bib" in said and "remedy" in said
    assert project.server.asked == []


def test_candidates_are_fetched_where_that_is_asked_for(project: Project) -> None:
    project.server.papers = {"0108005v1": b"%PDF-1.4 %%EOF", "2303.00003v2": b"%PDF-1.4 x %%EOF"}
    assert project.discover("--since", "2000-01-01", "--fetch", project.path / "week") == 0
    fetched = {path.name for path in (project.path / "week").iterdir()}
    assert fetched == {"cs-0108005.pdf", "2303.00003.pdf"}  # the version before the withdrawal


def test_what_was_discovered_is_added_without_asking_again(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.discover("--since", "2000-01-01") == 0
    project.server.asked = []
    add = ["add", "cs/0108005", "2303.00003", "--offline", "--discovered", str(project.out), *project.places]
    assert main(add) == 0
    with (project.path / "papers.csv").open(newline="", encoding="utf-8") as file:
        first, second = list(csv.DictReader(file))[3:]
    assert (first["title"], first["publication_date"]) == (CATALOGUE[0].title, "2001-08-09")
    assert (second["title"], second["publication_date"], second["version"]) == ("Withdrawn later", "2023-03-02", "2")
    assert project.server.asked == []
    assert "fill in" not in capsys.readouterr().out
    project.discover()
    assert project.found()["2303.00003"]["status"] == "in_manifest"
