"""One file from a server that misbehaves in each way: a retry, or a status; and the pace that is kept."""

from __future__ import annotations

import hashlib
import itertools
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from lmprogress.core.settings import Retrieval
from lmprogress.retrieving import addresses
from lmprogress.retrieving.fetching import Fetcher, pdf_problem
from lmprogress.retrieving.retrieve import retrieve
from misbehaving_server import Listed, MisbehavingServer, serving
from typeset import CASES

PDF = CASES["three_horizontal_rules"].typeset()[0]
SETTINGS = Retrieval(
    seconds_between_requests=0,
    attempts=2,
    longest_wait_seconds=5,
    seconds_of_silence=0.5,
    seconds_for_file=2,
    most_megabytes=1,
    private_addresses=True,
    arxiv_pdfs="http://127.0.0.1:9/",
    arxiv_interface="http://127.0.0.1:9/",
)


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    with serving(PDF) as running:
        yield running


def changed(**settings: object) -> Retrieval:
    return Retrieval.model_validate({**SETTINGS.model_dump(), **settings})


@pytest.mark.parametrize(
    ("path", "status", "requests"),
    [
        ("whole", "retrieved", 1),
        ("busy-once", "retrieved", 2),
        ("busy-until", "retrieved", 2),
        ("busy-for-a-day", "too_many_requests", 1),
        ("down-once", "retrieved", 2),
        ("down", "server_error", 2),
        ("half-once", "retrieved", 2),
        ("half", "truncated", 2),
        ("half-unsaid", "truncated", 2),
        ("reset", "unreachable", 2),
        ("page", "wrong_content", 2),
        ("loop", "redirect_loop", 2),
        ("endless-redirects", "redirect_loop", 6),
        ("further", "retrieved", 2),
        ("file", "refused_address", 1),
        ("silence", "timeout", 2),
        ("trickle", "timeout", 2),
        ("endless", "too_large", 1),
        ("gone", "not_found", 1),
        ("forbidden", "refused", 1),
    ],
)
def test_each_fault_is_retried_or_recorded(server: MisbehavingServer, path: str, status: str, requests: int) -> None:
    waits: list[float] = []
    fetched = Fetcher(SETTINGS, sleep=waits.append).fetch(f"{server.address}/{path}", pdf_problem)
    assert fetched.status == status
    assert len(server.asked) == requests
    assert (fetched.content == PDF) if status == "retrieved" else fetched.detail
    assert waits == ([1.0] if path in ("busy-once", "busy-until") else waits)


def test_nobody_there_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert Fetcher(SETTINGS, sleep=lambda _: None).fetch(f"http://127.0.0.1:{port}/x", pdf_problem).status == (
        "unreachable"
    )


def test_waits_grow_and_a_server_is_waited_for_as_it_asks(server: MisbehavingServer) -> None:
    waits: list[float] = []
    Fetcher(changed(attempts=4), sleep=waits.append).fetch(f"{server.address}/down", pdf_problem)
    assert waits == [1, 2, 4]
    started = time.monotonic()
    assert Fetcher(SETTINGS).fetch(f"{server.address}/busy-once", pdf_problem).status == "retrieved"
    assert time.monotonic() - started >= 1


def test_requests_keep_their_distance_redirects_included(server: MisbehavingServer) -> None:
    fetcher = Fetcher(changed(seconds_between_requests=0.3))
    for path in ("whole", "further", "whole"):
        fetcher.fetch(f"{server.address}/{path}", pdf_problem)
    times = [at for _, at in server.asked]
    assert len(times) == 4
    # the server may notice one of them late
    assert min(b - a for a, b in itertools.pairwise(times)) >= 0.2


# ---- addresses ------------------------------------------------------------------------------------------------------

PRIVATE = (
    "http://127.0.0.1/x.pdf",
    "http://2130706433/x.pdf",
    "http://0x7f.1/x.pdf",
    "http://localhost/x.pdf",
    "http://10.1.2.3/x.pdf",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://0.0.0.0/",
    "http://100.64.0.1/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://224.0.0.1/",
    "https://user:password@127.0.0.1/",
)
FOREIGN = ("file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://example.org", "data:,x", "//example.org/x", "http:///x")


@pytest.mark.parametrize("url", [*PRIVATE, *FOREIGN, "http://[broken/", "http://example.org:port/"])
def test_private_and_foreign_addresses_are_refused_unasked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *a, **b: pytest.fail("a connection was tried"))
    fetcher = Fetcher(changed(private_addresses=False), sleep=lambda _: None)
    assert fetcher.fetch(url, pdf_problem).status == "refused_address"


def test_a_name_that_leads_home_is_refused(server: MisbehavingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **b: real("127.0.0.1" if host == "papers.example" else host, *a, **b)
    )
    url = f"http://papers.example:{server.server_address[1]}/whole"
    assert Fetcher(changed(private_addresses=False)).fetch(url, pdf_problem).status == "refused_address"
    assert server.asked == []
    assert Fetcher(SETTINGS).fetch(url, pdf_problem).status == "retrieved"


def test_a_name_that_leads_home_only_when_connecting_is_refused(
    server: MisbehavingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server may tell another address the second time."""
    real, public = socket.getaddrinfo, ("93.184.215.14", 80)
    told = []

    def resolve(host: str, *arguments: object, **named: object) -> list:
        if host == "papers.example" and not told:
            told.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", public)]
        return real("127.0.0.1" if host == "papers.example" else host, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    url = f"http://papers.example:{server.server_address[1]}/whole"
    assert Fetcher(changed(private_addresses=False)).fetch(url, pdf_problem).status == "refused_address"
    assert told
    assert server.asked == []


def test_a_redirect_to_a_private_address_is_refused(server: MisbehavingServer, monkeypatch: pytest.MonkeyPatch) -> None:
    # the first server counts as public here; where it sends to does not
    check = addresses._check_reached
    monkeypatch.setattr(
        addresses,
        "_check_reached",
        lambda a, host, private: None if a == "127.0.0.1" else check(a, host, private=private),
    )
    fetched = Fetcher(changed(private_addresses=False)).fetch(f"{server.address}/elsewhere", pdf_problem)
    assert fetched.status == "refused_address"
    assert "169.254.169.254" in str(fetched.detail)


LINK_LOCAL = (
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://[fe80::1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[2002:a9fe:a9fe::]/",
)


@pytest.mark.parametrize("url", LINK_LOCAL)
def test_link_local_addresses_are_refused_where_private_ones_are_allowed(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *a, **b: pytest.fail("a connection was tried"))
    fetched = Fetcher(SETTINGS, sleep=lambda _: None).fetch(url, pdf_problem)
    assert SETTINGS.private_addresses
    assert (fetched.status, "link-local" in str(fetched.detail)) == ("refused_address", True)


def test_a_redirect_to_a_link_local_address_is_refused_where_private_ones_are_allowed(
    server: MisbehavingServer,
) -> None:
    fetched = Fetcher(SETTINGS).fetch(f"{server.address}/elsewhere", pdf_problem)
    assert (fetched.status, server.paths) == ("refused_address", ["/elsewhere"])


def test_a_link_local_address_is_refused_when_a_name_leads_there_only_then(
    server: MisbehavingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server stands in for one there: what counts is the address that the connection says it has reached."""
    reached = []

    def peer(connected: socket.socket) -> tuple[str, int]:
        reached.append(connected)
        return ("169.254.169.254", 80)

    monkeypatch.setattr(socket.socket, "getpeername", peer)
    fetched = Fetcher(SETTINGS, sleep=lambda _: None).fetch(f"{server.address}/whole", pdf_problem)
    assert (fetched.status, server.asked) == ("refused_address", [])
    assert reached


# ---- a manifest -----------------------------------------------------------------------------------------------------


def manifest(*rows: tuple[str, str | None, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["paper_id", "arxiv_id", "url"]).astype(object)
    return frame.assign(title="A title", publication_date="2020-01-01", version=None, sha256=None, source="a test")


def test_a_manifest_is_retrieved_once(server: MisbehavingServer, tmp_path: Path) -> None:
    papers = manifest(
        ("1706.03762", "1706.03762", None),
        ("a-page", None, f"{server.address}/page"),
        ("at-home", None, None),
        ("by-address", None, f"{server.address}/whole"),
        ("halved", None, f"{server.address}/half"),
    )
    settings = changed(arxiv_pdfs=f"{server.address}/pdf/")
    folder = tmp_path / "pdf"
    folder.mkdir()
    (folder / ".by-address.pdf.x1y2").write_bytes(b"%PDF- what an interrupted run left")
    table = retrieve(papers, folder, settings, Fetcher(settings, sleep=lambda _: None)).set_index("paper_id")
    assert table["status"].to_dict() == {
        "1706.03762": "retrieved",
        "a-page": "wrong_content",
        "at-home": "no_address",
        "by-address": "retrieved",
        "halved": "truncated",
    }
    assert sorted(path.name for path in folder.iterdir()) == ["1706.03762.pdf", "by-address.pdf"]
    assert "/pdf/1706.03762" in server.paths
    server.asked.clear()
    again = retrieve(papers, folder, settings, Fetcher(settings, sleep=lambda _: None)).set_index("paper_id")
    assert again.loc["by-address", "status"] == "at_hand"
    assert again["sha256"].equals(table["sha256"])
    assert {"/pdf/1706.03762", "/whole"} & set(server.paths) == set()


def test_of_a_withdrawn_version_the_one_before_is_retrieved(server: MisbehavingServer, tmp_path: Path) -> None:
    server.catalogue = [Listed("2001.00001", "2020-01-01", version=3), Listed("2001.00002", "2020-01-01", version=1)]
    server.papers = {"2001.00001v1": PDF, "2001.00003v1": PDF}
    papers = manifest(*((name, name, None) for name in ("2001.00001", "2001.00002", "2001.00003", "2001.00004")))
    papers.loc[2, "version"] = 2
    settings = changed(arxiv_pdfs=f"{server.address}/pdf/", arxiv_interface=f"{server.address}/api/query")
    table = retrieve(papers, tmp_path, settings, Fetcher(settings, sleep=lambda _: None)).set_index("paper_id")
    assert list(table["status"]) == ["retrieved", "not_found", "retrieved", "not_found"]
    assert table.loc["2001.00001", "detail"] == "version 3 has no PDF: version 1"
    assert [path for path in server.paths if "00003" in path] == ["/pdf/2001.00003v2", "/pdf/2001.00003v1"]


def test_a_file_that_is_not_the_pinned_one_is_reported_and_stays(server: MisbehavingServer, tmp_path: Path) -> None:
    papers = manifest(("at-hand", None, None), ("new", None, f"{server.address}/whole"), ("same", None, None))
    papers["sha256"] = ["0" * 64, "1" * 64, hashlib.sha256(PDF).hexdigest()]
    for name in ("at-hand", "same"):
        (tmp_path / f"{name}.pdf").write_bytes(PDF)
    table = retrieve(papers, tmp_path, SETTINGS, Fetcher(SETTINGS, sleep=lambda _: None)).set_index("paper_id")
    assert table["status"].to_dict() == {"at-hand": "changed", "new": "changed", "same": "at_hand"}
    assert "000000000000" in table.loc["at-hand", "detail"]
    assert {path.read_bytes() for path in tmp_path.glob("*.pdf")} == {PDF}


def test_a_host_out_of_reach_is_not_asked_for_every_paper(server: MisbehavingServer, tmp_path: Path) -> None:
    papers = manifest(*((f"paper-{i}", None, f"{server.address}/{i}/down") for i in range(8)))
    table = retrieve(papers, tmp_path, SETTINGS, Fetcher(SETTINGS, sleep=lambda _: None))
    assert table["status"].value_counts().to_dict() == {"not_tried": 5, "server_error": 3}
    assert len(server.asked) == 6
