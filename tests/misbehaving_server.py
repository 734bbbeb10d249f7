"""A web server on this machine that does as its paths say: answers, fails, breaks off, redirects, or says nothing.

In: a PDF. Out: a server in a thread, and the requests that it has had, with their times.
"""

from __future__ import annotations

import re
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title>query results</title>
  <entry>
    <id>http://arxiv.org/abs/1706.03762v7</id>
    <updated>2023-08-02T00:41:18Z</updated>
    <published>2017-06-12T17:57:34Z</published>
    <title>Attention Is All
  You Need</title>
  </entry>
</feed>
"""
_PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
<opensearch:totalResults>{total}</opensearch:totalResults>{entries}</feed>
"""
_ENTRY = """<entry><id>http://arxiv.org/abs/{arxiv_id}v{version}</id><published>{date}T12:00:00Z</published>
<title>{title}</title><summary>{abstract}</summary>
<arxiv:comment xmlns:arxiv="http://arxiv.org/schemas/atom">{remark}</arxiv:comment></entry>
"""


@dataclass(frozen=True)
class Listed:
    """A paper that the interface knows."""

    arxiv_id: str
    date: str
    title: str = "A title"
    abstract: str = "We report perplexity."
    version: int = 1
    remark: str = "12 pages"


UNKNOWN = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/api/errors#incorrect_id</id>
<title>Error</title></entry></feed>
"""


class MisbehavingServer(ThreadingHTTPServer):
    """`pdf` is what it should give; `asked` are paths and times; `times` counts them by path."""

    daemon_threads = True

    def __init__(self, pdf: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pdf = pdf
        self.asked: list[tuple[str, float]] = []
        self.times = Counter[str]()
        self.papers: dict[str, bytes] | None = None  # what stands below /pdf/, where that is more than one paper
        self.catalogue: list[Listed] | None = None  # what its interface searches, the earliest first
        self.answers_left = 10**9  # of the interface, before it is too busy for a day
        self.first_empty = False  # whether its first answer to each search is an empty page
        self.released = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up: they are meant to."""

    @property
    def address(self) -> str:
        """The beginning of its addresses, without a slash at the end."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [path for path, _ in self.asked]


@contextmanager
def serving(pdf: bytes) -> Iterator[MisbehavingServer]:
    """A server for as long as the block lasts."""
    server = MisbehavingServer(pdf)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: MisbehavingServer

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        server, path = self.server, self.path
        server.asked.append((path, time.monotonic()))
        server.times[path] += 1
        first = server.times[path] == 1
        name = path.split("?")[0].strip("/").split("/")[-1]
        if server.papers is not None and path.startswith("/pdf/"):
            self._give(200 if name in server.papers else 404, server.papers.get(name, b"no such paper"))
            return
        match name:
            case "busy-once" if first:
                self._give(429, b"slow down", {"Retry-After": "1"})
            case "busy-until" if first:
                when = {"Date": "Sun, 01 Mar 2020 00:00:00 GMT", "Retry-After": "Sun, 01 Mar 2020 00:00:01 GMT"}
                self.send_response_only(429)
                for key, value in {**when, "Content-Length": "0"}.items():
                    self.send_header(key, value)
                self.end_headers()
            case "busy-for-a-day":
                self._give(429, b"slow down", {"Retry-After": "86400"})
            case "down-once" if first:
                self._give(503, b"down")
            case "down":
                self._give(503, b"down")
            case "half-once" if first:
                self._give(200, server.pdf[: len(server.pdf) // 2], {"Content-Length": str(len(server.pdf))})
            case "half":
                self._give(200, server.pdf[: len(server.pdf) // 2], {"Content-Length": str(len(server.pdf))})
            case "half-unsaid":  # no length is told, so that the end of the connection is the end of the content
                self._give(200, server.pdf[: len(server.pdf) // 2], {"Content-Length": None})
            case "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
            case "page":
                self._give(200, b"<!DOCTYPE html><title>No paper</title>", {"Content-Type": "text/html"})
            case "loop":
                self._give(302, b"", {"Location": "/loop2"})
            case "loop2":
                self._give(302, b"", {"Location": "/loop"})
            case "further" | "elsewhere":
                target = "/whole" if name == "further" else "http://169.254.169.254/latest"
                self._give(301, b"", {"Location": target})
            case "file":
                self._give(302, b"", {"Location": "file:///etc/passwd"})
            case "endless-redirects":
                self._give(302, b"", {"Location": f"/endless-redirects?{server.times.total()}"})
            case "silence":
                server.released.wait(30)
            case "trickle":
                self.send_response(200)
                self.send_header("Content-Length", str(len(server.pdf)))
                self.end_headers()
                for byte in server.pdf:
                    if server.released.wait(0.1):
                        break
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
            case "endless":
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"%PDF-1.5\n")
                while not server.released.is_set():
                    self.wfile.write(b" " * 2**16)
            case "forbidden":
                self._give(403, b"no")
            case "query" if server.catalogue is not None:
                self._search(server.catalogue)
            case "query":
                self._give(200, (FEED if "1706.03762" in path else UNKNOWN).encode())
            case "gone":
                self._give(404, b"no such paper")
            case _:
                self._give(200, server.pdf, {"Content-Type": "application/pdf"})

    def _search(self, catalogue: list[Listed]) -> None:
        server, asked = self.server, parse_qs(urlsplit(self.path).query)
        server.answers_left -= 1
        if server.answers_left < 0:
            self._give(429, b"slow down", {"Retry-After": "86400"})
            return
        if "id_list" in asked:
            wanted = asked["id_list"][0].split(",")
            found = [paper for paper in catalogue if paper.arxiv_id in wanted]
            page = found
        else:
            query = asked["search_query"][0]
            since, until = re.findall(r"(\d{8})\d{4}", query)
            found = [paper for paper in catalogue if since <= paper.date.replace("-", "") <= until]
            start = int(asked["start"][0])
            page = found[start : start + int(asked["max_results"][0])]
            if server.first_empty and server.times[self.path] == 1:
                page = []
        entries = "".join(_ENTRY.format(**vars(paper)) for paper in page)
        self._give(200, _PAGE.format(total=len(found), entries=entries).encode())

    def _give(self, code: int, content: bytes, headers: dict[str, str | None] | None = None) -> None:
        self.send_response(code)
        for key, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            if value is not None:
                self.send_header(key, value)
        self.end_headers()
        self.wfile.write(content)
