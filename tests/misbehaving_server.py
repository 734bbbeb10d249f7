"""A web server on this machine that does as its paths say: answers, fails, breaks off, redirects, or says nothing.

In: a PDF. Out: a server in a thread, and the requests that it has had, with their times.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

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
            case "query":
                self._give(200, (FEED if "1706.03762" in path else UNKNOWN).encode())
            case "gone":
                self._give(404, b"no such paper")
            case _:
                self._give(200, server.pdf, {"Content-Type": "application/pdf"})

    def _give(self, code: int, content: bytes, headers: dict[str, str | None] | None = None) -> None:
        self.send_response(code)
        for key, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            if value is not None:
                self.send_header(key, value)
        self.end_headers()
        self.wfile.write(content)
