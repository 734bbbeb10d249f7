"""One file from the network, politely and within limits.

In: an address, and what its content must be. Out: the content, or a status that says why not; nothing is raised.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from urllib.parse import urljoin

import requests
from urllib3.exceptions import DecodeError, HTTPError, LocationParseError, ProtocolError, ReadTimeoutError

from lmprogress.core.settings import Retrieval
from lmprogress.retrieving.addresses import RefusedAddress, check_address, guarded_session

_MOST_REDIRECTS = 5
_PASSING = ("too_many_requests", "server_error", "truncated", "wrong_content", "timeout", "unreachable")
_REDIRECTS = (301, 302, 303, 307, 308)
_FIRST_WAIT = 1.0  # seconds, at least, before the second attempt; doubled before each further one


@dataclass(frozen=True)
class Fetched:
    """`content` where `status` is retrieved; else `detail` says more, `wait` the seconds that the server asks for."""

    status: str
    detail: str | None = None
    content: bytes = b""
    wait: float | None = None


def pdf_problem(content: bytes) -> str | None:
    """What speaks against `content` being a whole PDF: wrong_content, truncated, or None."""
    if b"%PDF-" not in content[:1024]:
        return "wrong_content"
    return None if b"%%EOF" in content[-2048:] else "truncated"


class Fetcher:
    """Asks for one thing at a time: one connection, a pause between requests, retries that wait longer each time."""

    def __init__(
        self,
        settings: Retrieval,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._sleep, self._clock = settings, sleep, clock
        self._session = guarded_session(private=settings.private_addresses)
        self._session.headers.update(
            {"User-Agent": f"lmprogress/{version('lmprogress')}", "Accept-Encoding": "identity"}
        )
        self._next = -float("inf")

    def fetch(self, url: str, problem: Callable[[bytes], str | None]) -> Fetched:
        """The content of `url`; `problem` names the status of a content that is not what it should be.

        What may pass (429, 5xx, a broken or wrong body, silence) is tried again, as often and as long as the settings
        say; a server that asks for a longer wait is not asked again.
        """
        settings, wait = self._settings, max(_FIRST_WAIT, self._settings.seconds_between_requests)
        for attempt in range(1, settings.attempts + 1):
            fetched = self._ask(url, problem)
            if fetched.status not in _PASSING or attempt == settings.attempts:
                break
            pause = wait if fetched.wait is None else fetched.wait
            if pause > settings.longest_wait_seconds:
                break
            self._sleep(pause)
            wait *= 2
        return fetched

    def _ask(self, url: str, problem: Callable[[bytes], str | None]) -> Fetched:
        """One attempt, redirects followed by hand so that each address is checked and none is asked in a hurry."""
        deadline = self._clock() + self._settings.seconds_for_file
        asked: set[str] = set()
        while len(asked) <= _MOST_REDIRECTS and url not in asked:
            asked.add(url)
            try:
                check_address(url, private=self._settings.private_addresses)
                self._keep_distance()
                with self._session.get(
                    url, stream=True, allow_redirects=False, timeout=self._settings.seconds_of_silence
                ) as answer:
                    if answer.status_code in _REDIRECTS and "Location" in answer.headers:
                        url = urljoin(url, answer.headers["Location"])
                        continue
                    return self._judged(answer, problem, deadline)
            except RefusedAddress as error:
                return Fetched("refused_address", str(error))
            except (requests.exceptions.InvalidURL, LocationParseError):
                return Fetched("refused_address", "is not an address")
            except (requests.Timeout, ReadTimeoutError):
                return Fetched("timeout", f"silent for {self._settings.seconds_of_silence:g} s")
            except (ProtocolError, DecodeError):
                return Fetched("truncated", "the connection ended before the content did")
            except (requests.RequestException, HTTPError):
                return Fetched("unreachable", "no connection")
        return Fetched("redirect_loop", f"redirected more than {len(asked) - 1} times")

    def _judged(self, answer: requests.Response, problem: Callable[[bytes], str | None], deadline: float) -> Fetched:
        code = answer.status_code
        if code in (429, 503):
            status = "too_many_requests" if code == 429 else "server_error"
            wait = _seconds(answer.headers.get("Retry-After"), answer.headers.get("Date"))
            asks = "" if wait is None else f"; asks to wait {wait:g} s"
            return Fetched(status, f"answered {code}{asks}", wait=wait)
        if code != 200:
            status = "server_error" if code >= 500 else "not_found" if code in (404, 410) else "refused"
            return Fetched(status, f"answered {code}")
        content, most = bytearray(), self._settings.most_megabytes * 2**20
        while block := answer.raw.read1(2**16):  # what has come, at once: a trickle meets the deadline too
            content += block
            if len(content) > most:
                return Fetched("too_large", f"more than {self._settings.most_megabytes} MB")
            if self._clock() > deadline:
                return Fetched("timeout", f"took longer than {self._settings.seconds_for_file:g} s")
        wrong = problem(bytes(content))
        if wrong:
            kind = answer.headers.get("Content-Type", "unknown")[:80]
            return Fetched(wrong, f"{len(content)} bytes of type {kind}")
        return Fetched("retrieved", content=bytes(content))

    def _keep_distance(self) -> None:
        wait = self._next - self._clock()
        if wait > 0:
            self._sleep(wait)
        self._next = self._clock() + self._settings.seconds_between_requests


def _seconds(retry_after: str | None, now: str | None) -> float | None:
    """The seconds of a Retry-After header: a number, or a date after `now`, the server's own; None without either."""
    if retry_after and retry_after.strip().isdigit():
        return float(retry_after)
    try:
        later, earlier = (parsedate_to_datetime(text or "") for text in (retry_after, now))
        return max(0.0, (later - earlier).total_seconds())
    except (TypeError, ValueError):
        return None
