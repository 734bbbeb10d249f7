"""Papers added to the manifest: by arXiv identifier, by address, by a PDF file.

In: what the user names. Out: a row of table `papers`, and the PDF in the folder of PDFs where there is one.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lmprogress.keeping.errors import InputError
from lmprogress.keeping.settings import ReadingLimits, Retrieval
from lmprogress.keeping.tables import replacing
from lmprogress.reading.system_names import slug
from lmprogress.retrieving import arxiv
from lmprogress.retrieving.addresses import RefusedAddress, check_address
from lmprogress.retrieving.arxiv import PaperFacts
from lmprogress.retrieving.fetching import Fetched, Fetcher, pdf_problem
from lmprogress.retrieving.paper_facts import facts_of_pdf

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:(?!\\)", re.IGNORECASE)


@dataclass(frozen=True)
class Addition:
    """A row of table `papers`; the columns that a person has to fill in; what went wrong without stopping it."""

    row: dict[str, str | None]
    to_fill: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Adder:
    """Finds out about papers; `fetcher` is None where the network is not to be asked. `given` goes before findings."""

    folder: Path
    settings: Retrieval
    limits: ReadingLimits
    fetcher: Fetcher | None
    given: PaperFacts

    def addition(self, source: str) -> Addition:
        """The row for `source`; a PDF is put into the folder. Raises InputError where `source` is no paper."""
        if Path(source).is_file():
            return self._of_file(Path(source))
        arxiv_id = arxiv.identifier(source)
        if arxiv_id:
            return self._of_arxiv(PaperFacts(arxiv_id), None)
        if _ADDRESS.match(source):
            return self._of_address(source)
        raise InputError(
            "is neither an arXiv identifier, nor an address, nor a file",
            file=source,
            remedy="give one like 2403.05812, https://…, or paper.pdf",
        )

    # ---- the three kinds --------------------------------------------------------------------------------------------

    def _of_file(self, path: Path) -> Addition:
        most = self.settings.most_megabytes
        if path.stat().st_size > most * 2**20:
            raise InputError(f"is larger than {most} MB", file=str(path), remedy="raise retrieval.most_megabytes")
        with path.open("rb") as file:
            if b"%PDF-" not in file.read(1024):
                raise InputError("is not a PDF", file=str(path), remedy="give a file that begins with %PDF-")
        found = facts_of_pdf(path, self.limits)
        named = arxiv.identifier(path.name)
        if named or found.arxiv_id:
            return self._of_arxiv(replace(found, arxiv_id=named or found.arxiv_id), path)
        return self._row(found, path=path, url=None, fallback=path.stem, notes=())

    def _of_arxiv(self, found: PaperFacts, path: Path | None) -> Addition:
        assert found.arxiv_id is not None
        notes: tuple[str, ...] = ()
        if self.fetcher:
            told, note = self._asked(self.fetcher, found.arxiv_id)
            notes = (note,) if note else ()
            if told:
                found = replace(found, title=told.title or found.title, date=told.date or found.date)
        url = f"https://arxiv.org/abs/{found.arxiv_id}"
        return self._row(found, path=path, url=url, fallback=f"arXiv:{found.arxiv_id}", notes=notes)

    def _of_address(self, url: str) -> Addition:
        try:
            check_address(url, private=self.settings.private_addresses)
        except RefusedAddress as error:
            raise InputError(str(error), file=url, remedy="give a public address, or a file") from None
        if re.search(r"\s", url):
            raise InputError("holds a space", file=url, remedy="write %20 in its place")
        fallback = unquote(urlsplit(url).path).rstrip("/").split("/")[-1].removesuffix(".pdf") or urlsplit(url).netloc
        fetched = self.fetcher.fetch(url, pdf_problem) if self.fetcher else Fetched("unreachable", "not asked")
        if fetched.status == "refused_address":
            raise InputError(str(fetched.detail), file=url, remedy="give a public address, or a file")
        if fetched.status != "retrieved":
            note = f"no PDF from {url}: {fetched.status} ({fetched.detail})"
            return self._row(PaperFacts(), path=None, url=url, fallback=fallback, notes=(note,))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "fetched.pdf"
            path.write_bytes(fetched.content)
            found = facts_of_pdf(path, self.limits)
            if found.arxiv_id:
                return self._of_arxiv(found, path)
            return self._row(found, path=path, url=url, fallback=fallback, notes=())

    # ---- what they share --------------------------------------------------------------------------------------------

    def _asked(self, fetcher: Fetcher, arxiv_id: str) -> tuple[PaperFacts | None, str | None]:
        """What arXiv's interface tells of a paper, or a note on why it tells nothing."""
        interface = self.settings.arxiv_interface
        fetched = fetcher.fetch(arxiv.query_address(interface, arxiv_id), _feed_problem(arxiv_id))
        if fetched.status != "retrieved":
            return None, f"arXiv did not tell of {arxiv_id}: {fetched.status} ({fetched.detail})"
        told = arxiv.facts_of_feed(fetched.content, arxiv_id)
        if told is None:
            raise InputError("is not known to arXiv", file=arxiv_id, remedy="mend the identifier")
        return told, None

    def _row(
        self, found: PaperFacts, *, path: Path | None, url: str | None, fallback: str, notes: tuple[str, ...]
    ) -> Addition:
        """The row; what is not known gets what comes next to it, and is named among what a person has to fill in."""
        title, date = self.given.title or found.title, self.given.date or found.date
        to_fill = tuple(name for name, value in (("title", title), ("publication_date", date)) if not value)
        if not date and found.arxiv_id:
            date = arxiv.first_day(found.arxiv_id)
        paper_id = found.arxiv_id.replace("/", "-") if found.arxiv_id else _name(title or fallback)
        if path:
            self._keep(path, paper_id)
        place = "arXiv" if found.arxiv_id else url or "file added by hand"
        known = f"; not known: {', '.join(to_fill)}" if to_fill else ""
        row = {
            "paper_id": paper_id, "title": title or fallback, "arxiv_id": found.arxiv_id, "url": url,
            "publication_date": date, "source": f"lmprogress add, {place}{known}",
        }  # fmt: skip
        return Addition(row, to_fill, notes)

    def _keep(self, path: Path, paper_id: str) -> None:
        """Copy the PDF into the folder as <paper_id>.pdf; another file of that name stays."""
        target = self.folder / f"{paper_id}.pdf"
        if target.exists():
            if target.read_bytes() != path.read_bytes():
                raise InputError(
                    f"another PDF is there already for {path.name}", file=str(target), remedy="remove one of the two"
                )
            return
        with replacing(target) as temporary:
            shutil.copyfile(path, temporary)


def _name(title: str) -> str:
    """An identifier from a title; by a digest where it has no letter that an identifier may have."""
    if re.search(r"[A-Za-z0-9]", title):
        return slug(title)
    return f"paper-{hashlib.sha256(title.encode()).hexdigest()[:8]}"


def _feed_problem(arxiv_id: str) -> Callable[[bytes], str | None]:
    def problem(content: bytes) -> str | None:
        try:
            arxiv.facts_of_feed(content, arxiv_id)
        except ValueError:
            return "wrong_content"
        return None

    return problem
