"""A real browser for tests of pages: opened from disk, without a network.

In: a folder of pages. Out: the fixture browser, and windows that note what must not happen.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: make test installs it")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# WCAG 2.1, success criterion 1.4.3: words whose contrast is below 4.5
TOO_FAINT = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const found = parts(getComputedStyle(e).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll("main *, nav a")]
    .filter((e) => !e.closest("svg, :disabled"))
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .filter((e) => {
      const [a, b] = [light(parts(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05) < 4.5;
    }).map((e) => e.outerHTML.slice(0, 80));
}"""
# controls without a name for those who cannot see them
UNNAMED = """() => [...document.querySelectorAll("input, select, textarea, button, a, [role=region], img")]
  .filter((e) => !(e.labels?.length || e.ariaLabel || e.innerText?.trim() || e.alt)).map((e) => e.outerHTML)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    with sync_api.sync_playwright() as playwright:
        if not (found or Path(playwright.chromium.executable_path).exists()):
            pytest.skip("no Chromium: install it (apt-get install chromium, or playwright install chromium)")
        # root has no sandbox in a container; the pages are our own
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


class Visit:
    """One window, and what must not happen in it: a word on the console, an error, a request that leaves the disk."""

    def __init__(self, browser: sync_api.Browser, report: Path, **kind: object) -> None:
        self.report, self.complaints = report, list[str]()
        self.page = browser.new_context(**kind).new_page()  # type: ignore[arg-type]
        self.page.on("console", lambda message: self.complaints.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("requestfailed", lambda request: self.complaints.append(f"not there: {request.url}"))

    def _asked(self, url: str) -> None:
        if not url.startswith((f"file://{self.report}", "data:", "blob:")):
            self.complaints.append(f"leaves the report: {url}")

    def open(self, name: str) -> float:
        """Open a page and give the seconds until its table or its explorer can be used."""
        started = time.monotonic()
        self.page.goto(f"file://{self.report}/{name}")
        if self.page.locator("#table, #explorer").count():
            self.page.wait_for_selector("html[data-ready]")
        return time.monotonic() - started

    def rows(self) -> list[str]:
        return self.page.locator("#table tbody tr").all_inner_texts()

    def status(self) -> str:
        return self.page.locator("#table .pager [role=status]").inner_text()

    def close(self) -> None:
        """Close the window; nothing may have happened that must not."""
        self.page.wait_for_timeout(150)
        assert not self.complaints, self.complaints
        self.page.context.close()
