"""`lmprogress add`: rows of the manifest by identifier, address and file; nothing is written elsewhere."""

from __future__ import annotations

import csv
import faulthandler
import hashlib
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from fpdf import FPDF

from lmprogress.cli import main
from lmprogress.retrieving import arxiv
from misbehaving_server import FEED, Listed, MisbehavingServer, serving
from typeset import CASES, broken

ROOT = Path(__file__).resolve().parents[2]
PDF = CASES["three_horizontal_rules"].typeset()[0]


def stamped_pdf(stamp: str, title: str) -> bytes:
    """A page with arXiv's stamp, described by a title."""
    pdf = FPDF(unit="pt", format=(612, 792))
    pdf.set_title(title)
    pdf.add_page()
    pdf.set_font("times", size=10)
    for number, line in enumerate(stamp.split("\n")):
        pdf.text(72, 72 + 14 * number, line)
    return bytes(pdf.output())


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    with serving(stamped_pdf("A page", "By its address")) as running:
        yield running


class Project:
    """A manifest, a folder for PDFs and a configuration, in a folder of their own."""

    def __init__(self, path: Path, address: str) -> None:
        self.path, self.manifest, self.folder = path, path / "papers.csv", path / "pdf"
        lines = (ROOT / "raw/papers.csv").read_bytes().split(b"\n")
        self.manifest.write_bytes(b"\n".join(lines[:4]) + b"\n")
        config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
        config["retrieval"] |= {
            "seconds_between_requests": 0, "attempts": 2, "longest_wait_seconds": 2, "seconds_of_silence": 1,
            "private_addresses": True, "arxiv_interface": f"{address}/api/query", "arxiv_pdfs": f"{address}/pdf/",
        }  # fmt: skip
        config["reading"]["limits"] = {"seconds": 5, "megabytes": 600}
        (path / "config").mkdir()
        self.config = config
        self.save()

    def save(self) -> None:
        (self.path / "config/config.yaml").write_text(yaml.safe_dump(self.config), encoding="utf-8")

    def add(self, *arguments: str | Path) -> int:
        places = ("--papers", self.manifest, "--folder", self.folder, "--config", self.path / "config")
        return main(["add", *map(str, (*arguments, *places))])

    def rows(self) -> list[dict[str, str]]:
        """The rows after those that were there."""
        with self.manifest.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))[3:]

    def files(self) -> set[str]:
        """Every file below the folder that holds the project."""
        return {str(p.relative_to(self.path.parent)) for p in self.path.parent.rglob("*") if p.is_file()}


@pytest.fixture
def project(tmp_path: Path, server: MisbehavingServer) -> Project:
    path = tmp_path / "project"
    path.mkdir()
    return Project(path, server.address)


def test_identifier_with_what_arxiv_tells(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    before = project.manifest.read_bytes()
    assert project.add("arXiv:1706.03762v5") == 0
    assert project.manifest.read_bytes().startswith(before)
    (row,) = project.rows()
    assert row == {
        "paper_id": "1706.03762", "title": "Attention Is All You Need", "arxiv_id": "1706.03762",
        "url": "https://arxiv.org/abs/1706.03762", "publication_date": "2017-06-12", "version": "7", "sha256": "",
        "source": "lmprogress add, arXiv",
    }  # fmt: skip
    assert "line 5" in capsys.readouterr().out
    with_row = project.manifest.read_bytes()
    for again in ("1706.03762", "https://arxiv.org/pdf/1706.03762v7.pdf", "http://export.arxiv.org/abs/1706.03762"):
        assert project.add(again) == 0
        assert "stands in" in capsys.readouterr().out
    assert project.manifest.read_bytes() == with_row


def test_unknown_identifier_is_refused(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert project.add("1706.99999") == 1
    assert "not known to arXiv" in capsys.readouterr().err
    assert project.rows() == []


def test_without_network_what_is_known_is_added(
    project: Project, server: MisbehavingServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.add("--offline", "1706.03762", "cs/0301012") == 0
    assert server.asked == []
    first, second = project.rows()
    assert (first["publication_date"], second["publication_date"]) == ("2017-06-01", "2003-01-01")
    assert (second["paper_id"], second["arxiv_id"]) == ("cs-0301012", "cs/0301012")
    assert "fill in there: title, publication_date" in capsys.readouterr().out
    assert project.add("--offline", "2001.00001") == 0  # the rows so far are whole enough to be read


@pytest.mark.parametrize("path", ["down", "busy-for-a-day", "page", "silence", "half", "reset", "forbidden"])
def test_what_cannot_be_asked_is_not_added(
    project: Project, path: str, server: MisbehavingServer, capsys: pytest.CaptureFixture[str]
) -> None:
    project.config["retrieval"]["arxiv_interface"] = f"{server.address}/{path}"
    project.config["retrieval"]["attempts"] = 1
    project.save()
    before = project.manifest.read_bytes()
    for source in ("1706.03762", f"{server.address}/{path}"):
        assert project.add(source, "--date", "2021-01-01") == 1
        said = capsys.readouterr()
        assert source in said.err and "--offline" in said.err and said.out == ""
    assert project.manifest.read_bytes() == before
    assert not project.folder.exists()


def test_a_host_that_is_not_there_adds_nothing(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert project.add(f"http://127.0.0.1:{port}/x.pdf", "--date", "2021-01-01") == 1
    assert "unreachable" in capsys.readouterr().err
    assert project.rows() == []


def test_of_several_those_that_can_be_had_are_added_and_the_status_tells(
    project: Project, server: MisbehavingServer
) -> None:
    assert project.add(f"{server.address}/gone", "1706.03762", "no such file.pdf") == 1
    assert [row["paper_id"] for row in project.rows()] == ["1706.03762"]


def test_a_paper_at_hand_is_added_though_arxiv_is_silent(
    project: Project, server: MisbehavingServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.config["retrieval"]["arxiv_interface"] = f"{server.address}/down"
    project.save()
    file = tmp_path / "x.pdf"
    file.write_bytes(stamped_pdf("arXiv:2001.00001v1  [cs.CL]  3 Jan 2020", "A Stamped Paper"))
    assert project.add(file) == 0
    assert "server_error" in capsys.readouterr().out
    assert (project.rows()[0]["title"], project.rows()[0]["publication_date"]) == ("A Stamped Paper", "2020-01-03")


@pytest.mark.parametrize("source", ["file", "address", "9912.00001", "1909.0870"])
def test_a_row_that_the_table_would_refuse_is_not_written(
    project: Project, server: MisbehavingServer, tmp_path: Path, source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a date, with one to come, or with an identifier that lost a zero: the next `add` would stop at it."""
    if source == "file":
        source = str(tmp_path / "x.pdf")
        Path(source).write_bytes(PDF)
    elif source == "address":
        source = f"{server.address}/whole.pdf"
    before = project.manifest.read_bytes()
    assert project.add(source, *(["--offline"] if source[0].isdigit() else [])) == 1
    message = capsys.readouterr().err
    assert source in message and "remedy" in message
    assert project.manifest.read_bytes() == before
    assert not project.folder.exists()
    assert project.add("--offline", "1706.03762") == 0


def test_an_address_is_added_unseen_where_that_is_asked_for(project: Project, server: MisbehavingServer) -> None:
    assert project.add("--offline", f"{server.address}/page", "--date", "2021-05-05") == 0
    assert server.asked == []
    (row,) = project.rows()
    assert (row["url"], "not looked at" in row["source"]) == (f"{server.address}/page", True)


def test_rows_of_processes_that_add_at_once_are_all_there(project: Project) -> None:
    sources = [f"{2001 + i}.{10000 + n}" for i in range(4) for n in range(25)]
    given = ["--offline", "--papers", project.manifest, "--folder", project.folder, "--config", project.path / "config"]
    # every paper is named by two of the processes
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "lmprogress.cli", "add", *map(str, given), *(sources * 2)[25 * i : 25 * i + 50]],
            stdout=subprocess.PIPE,
            text=True,
        )
        for i in range(4)
    ]
    said = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0] * 4
    assert sorted(row["paper_id"] for row in project.rows()) == sorted(sources)
    assert sum(text.count(": added as") for text in said) == sum(text.count("stands in") for text in said) == 100


def test_the_lock_ends_with_its_process(project: Project) -> None:
    program = (
        "import os, pathlib, sys; from lmprogress.retrieving.manifest import locked\n"
        "with locked(pathlib.Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", program, project.manifest], check=False)
    assert killed.returncode == -9
    assert project.add("--offline", "1706.03762") == 0


def test_file_by_its_stamp_and_title(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "download (3).pdf"
    file.write_bytes(stamped_pdf("arXiv:2001.00001v1  [cs.CL]  3 Jan 2020", "A Stamped\nPaper"))
    assert project.add("--offline", file) == 0
    (row,) = project.rows()
    assert (row["paper_id"], row["title"], row["publication_date"]) == ("2001.00001", "A Stamped Paper", "2020-01-03")
    assert (project.folder / "2001.00001.pdf").read_bytes() == file.read_bytes()


def test_later_version_gives_the_month_alone(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(stamped_pdf("arXiv:2001.00001v2  [cs.CL]  3 Mar 2021", "A Stamped Paper"))
    assert project.add("--offline", file) == 0
    assert project.rows()[0]["publication_date"] == "2020-01-01"


@pytest.mark.parametrize(
    "name",
    [
        "../../escaped.pdf",
        "../../a/../b.pdf",
        ".hidden.pdf",
        "-rf.pdf",
        "a b;rm -rf $HOME.pdf",
        "ÀÉ 中文.pdf",
        "中文.pdf",
    ],
)
def test_hostile_names_stay_in_the_folder(project: Project, tmp_path: Path, name: str) -> None:
    source = tmp_path / "sources" / "a" / "b"
    source.mkdir(parents=True)
    file = source / name
    file.write_bytes(PDF)
    before = project.files()
    assert project.add("--offline", file, "--date", "2020-01-01") == 0
    (new,) = project.files() - before
    assert new.startswith("project/pdf/")
    assert new == f"project/pdf/{project.rows()[0]['paper_id']}.pdf"


def test_hostile_title_gives_a_safe_name(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(stamped_pdf("no stamp", "../../../etc/cron.d/x\n\x00=cmd|' /C calc'!A0"))
    before = project.files()
    assert project.add("--offline", file, "--date", "2020-01-01") == 0
    (new,) = project.files() - before
    assert new.startswith("project/pdf/")
    assert "\n" not in project.rows()[0]["title"]


def test_another_file_of_the_same_name_stays(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project.folder.mkdir()
    (project.folder / "2001.00001.pdf").write_bytes(b"%PDF-1.4 another")
    file = tmp_path / "2001.00001v2.pdf"
    file.write_bytes(PDF)
    assert project.add("--offline", file) == 1
    assert "another PDF" in capsys.readouterr().err
    assert project.rows() == []
    assert (project.folder / "2001.00001.pdf").read_bytes() == b"%PDF-1.4 another"


def test_a_stamp_counts_where_the_name_says_another_paper(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "2105.14850.pdf"
    file.write_bytes(stamped_pdf("arXiv:2001.00001v1  [cs.CL]  3 Jan 2020", "A Stamped Paper"))
    assert project.add("--offline", file) == 0
    said = capsys.readouterr().out
    assert "2105.14850" in said and "the stamp counts" in said
    assert [row["paper_id"] for row in project.rows()] == ["2001.00001"]
    assert (project.folder / "2001.00001.pdf").read_bytes() == file.read_bytes()


def test_the_same_bytes_under_another_name_count_once(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("first.pdf", "second copy (2).pdf"):
        (tmp_path / name).write_bytes(PDF)
    assert project.add("--offline", tmp_path / "first.pdf", "--date", "2020-01-01", "--title", "One") == 0
    capsys.readouterr()
    assert project.add("--offline", tmp_path / "second copy (2).pdf", "--date", "2020-01-01", "--title", "Two") == 0
    said = capsys.readouterr().out
    assert "one.pdf; it counts once" in said and "line 5" in said
    assert [row["title"] for row in project.rows()] == ["One"]
    assert [path.name for path in project.folder.iterdir()] == ["one.pdf"]


@pytest.mark.parametrize(("name", "paper_id"), [("Mnih 2012.pdf", "mnih-2012"), ("NNLM_v2.PDF", "NNLM_")])
@pytest.mark.parametrize("title", [[], ["--title", "A fast and simple algorithm"]])
def test_a_file_put_there_by_hand_keeps_its_name_and_names_the_paper(
    project: Project, name: str, paper_id: str, title: list[str]
) -> None:
    project.folder.mkdir()
    (project.folder / name).write_bytes(PDF)
    for _ in range(2):
        assert project.add("--offline", project.folder / name, "--date", "2012-06-01", *title) == 0
        assert [row["paper_id"] for row in project.rows()] == [paper_id]
        assert [path.name for path in project.folder.iterdir()] == [name]


def test_a_paper_that_stands_there_gets_its_pdf_under_its_own_name(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with project.manifest.open(newline="", encoding="utf-8") as file:
        paper = next(csv.DictReader(file))
    named = tmp_path / "some name.pdf"
    named.write_bytes(stamped_pdf("no stamp", paper["title"].upper()))
    digest = hashlib.sha256(named.read_bytes()).hexdigest()
    before = project.manifest.read_bytes().replace(paper["sha256"].encode(), b"", 1).replace(b",5,,", b",,,", 1)
    project.manifest.write_bytes(before)
    assert project.add("--offline", named, "--date", "2020-01-01") == 0
    assert "pinned now" in capsys.readouterr().out
    # the one cell that was empty, and no other byte
    pinned = project.manifest.read_bytes()
    assert pinned.replace(digest.encode(), b"", 1) == before != pinned
    assert [path.name for path in project.folder.iterdir()] == [f"{paper['paper_id']}.pdf"]


def test_another_pdf_than_the_pinned_one_is_refused(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = project.manifest.read_bytes()
    file = tmp_path / "x.pdf"
    file.write_bytes(stamped_pdf("arXiv:2302.00845v5  [cs.LG]  3 Dec 2023", "Another make"))
    assert project.add("--offline", file) == 1
    assert "is not the PDF that is pinned for 2302.00845, version 5" in capsys.readouterr().err
    assert project.manifest.read_bytes() == before
    assert not project.folder.exists()


def test_of_a_withdrawn_version_the_one_before_is_pinned(
    project: Project, server: MisbehavingServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.catalogue = [Listed("2001.00001", "2020-01-01", version=3, remark="This paper has been withdrawn")]
    assert project.add("2001.00001") == 0
    assert project.rows()[0]["version"] == "2"
    assert "version 3 is withdrawn; version 2 is taken" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["web_page", "empty_file"])
def test_what_is_no_pdf_is_refused(
    project: Project, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(getattr(broken, name)())
    assert project.add("--offline", file) == 1
    assert "is not a PDF" in capsys.readouterr().err
    assert project.rows() == []


@pytest.mark.parametrize("name", ["garbage", "inflated", "locked", "slow"])
def test_hostile_file_costs_its_title_alone(project: Project, tmp_path: Path, name: str) -> None:
    content = {
        "garbage": broken.garbage(), "inflated": broken.inflated(1000), "locked": broken.encrypted("x"),
        "slow": broken.raw_pdf(1, broken.crowded_page(70_000)),
    }[name]  # fmt: skip
    faulthandler.disable()  # the PDF library ends its process where memory does, which is no news here
    project.config["reading"]["limits"]["seconds"] = 2
    project.save()
    file = tmp_path / "x.pdf"
    file.write_bytes(content)
    assert project.add("--offline", file, "--date", "2020-01-01") == 0
    assert project.rows()[0]["title"] == "x"


def test_address_of_a_pdf_and_of_a_page(
    project: Project, server: MisbehavingServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.add(f"{server.address}/whole.pdf", "--date", "2021-05-05") == 0
    assert project.rows()[0]["title"] == "By its address"
    assert (project.folder / "by-its-address.pdf").read_bytes() == server.pdf
    assert project.add(f"{server.address}/deep/page", "--date", "2021-05-05") == 1
    assert "wrong_content" in capsys.readouterr().err
    assert len(project.rows()) == len(list(project.folder.iterdir())) == 1


def test_a_file_of_a_paper_that_stands_there_is_kept_under_its_identifier_once(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paper_id = "2102.12459"
    title = "When Attention Meets Fast Recurrence: Training Language Models with Reduced Compute"
    before = project.manifest.read_bytes()
    file = tmp_path / "Lei 2021.pdf"
    # in its text alone, on two lines
    file.write_bytes(stamped_pdf(title.replace(": ", ":\n"), "untitled"))
    for _ in range(2):
        assert project.add("--offline", file) == 0
        assert f"stands in {project.manifest} already, line 3" in capsys.readouterr().out
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert project.manifest.read_bytes().replace(digest.encode(), b"") == before
    assert [path.name for path in project.folder.iterdir()] == [f"{paper_id}.pdf"]
    # in the folder itself, it stays as it is
    file.rename(project.folder / file.name)
    (project.folder / f"{paper_id}.pdf").unlink()
    assert project.add("--offline", project.folder / file.name) == 0
    assert [path.name for path in project.folder.iterdir()] == [file.name]


@pytest.mark.parametrize(
    "source", ["file:///etc/passwd", "http://127.0.0.1/x.pdf", "http://localhost:1/", "../../etc/passwd", "no-such.pdf"]
)
def test_sources_that_are_refused(project: Project, source: str, capsys: pytest.CaptureFixture[str]) -> None:
    project.config["retrieval"]["private_addresses"] = False
    project.save()
    before = project.manifest.read_bytes()
    assert project.add(source) == 1
    message = capsys.readouterr().err
    assert source in message and "remedy" in message
    assert project.manifest.read_bytes() == before


def test_line_ends_and_a_missing_last_one_are_kept(project: Project) -> None:
    content = project.manifest.read_bytes().replace(b"\n", b"\r\n")
    project.manifest.write_bytes(content.removesuffix(b"\r\n"))
    assert project.add("--offline", "1706.03762") == 0
    after = project.manifest.read_bytes()
    assert after.startswith(content)
    assert after.count(b"\n") == after.count(b"\r\n") == content.count(b"\r\n") + 1


@pytest.mark.parametrize("feed", [b"", b"<html/>", b"<!DOCTYPE x [<!ENTITY a 'b'>]><feed/>", FEED.encode()[:300]])
def test_wrong_feeds_are_refused(feed: bytes) -> None:
    with pytest.raises(ValueError, match="not a feed"):
        arxiv.read_feed(feed)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2403.05812", "2403.05812"),
        ("arXiv:2403.05812v2", "2403.05812"),
        ("https://arxiv.org/pdf/cs/0301012v1", "cs/0301012"),
        ("math.GT/0309136", "math.GT/0309136"),
        ("https://example.org/abs/2403.05812", None),
        ("https://arxiv.org.example.org/abs/2403.05812", None),
        ("2413.05812", None),
        ("../2403.05812", None),
        ("paper.pdf", None),
    ],
)
def test_identifiers(text: str, expected: str | None) -> None:
    assert arxiv.identifier(text) == expected
