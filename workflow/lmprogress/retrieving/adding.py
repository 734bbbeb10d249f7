"""Papers added to the manifest: by arXiv identifier, by address, by a PDF file.

In: what the user names. Out: a row of table `papers` and the PDF, or where the paper is already; InputError where it is
not to be had.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pandas as pd

from lmprogress.core.errors import InputError
from lmprogress.core.replacing import replacing
from lmprogress.core.settings import ReadingLimits, Retrieval
from lmprogress.core.tables import empty
from lmprogress.curation.raw import line_of
from lmprogress.reading.identity import KnownPapers
from lmprogress.reading.system_names import slug
from lmprogress.retrieving import arxiv
from lmprogress.retrieving.addresses import RefusedAddress, check_address
from lmprogress.retrieving.arxiv import PaperFacts
from lmprogress.retrieving.fetching import Fetcher, pdf_problem
from lmprogress.retrieving.manifest import append_row, fill_row, locked, read_manifest, row_of_paper
from lmprogress.retrieving.paper_facts import facts_of_pdf

_VERSION = re.compile(r"v\d+$")
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LATER = "try again later, or add it unseen with --offline"
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:(?!\\)", re.IGNORECASE)


@dataclass(frozen=True)
class Addition:
    """A row of table `papers` and the PDF where there is one; what a person has to fill in; what else is to be said."""

    row: dict[str, str | None]
    pdf: bytes | None
    to_fill: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Entered:
    """The paper, the line of the manifest at which it stands, whether that is `new`, and what else is to be said."""

    paper_id: str
    line: int
    new: bool
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Adder:
    """Finds out about papers and enters them; `given` goes before what is found.

    `fetcher` is None where the network is not to be asked: then papers are added as what is known of them, unseen.
    discovered: by arXiv identifier, what arXiv told of papers before; it is not asked for them again.
    """

    folder: Path
    settings: Retrieval
    limits: ReadingLimits
    fetcher: Fetcher | None
    given: PaperFacts
    discovered: Mapping[str, PaperFacts] = field(default_factory=dict)

    def addition(self, source: str, papers: pd.DataFrame) -> Addition:
        """What is to be added for `source`; of a PDF of one of `papers` (schema PAPERS), the row that stands there.

        Raises InputError where it is no paper, or not to be had.
        """
        if Path(source).is_file():
            return self._of_file(Path(source), papers)
        arxiv_id = arxiv.identifier(source)
        if arxiv_id:
            return self._of_arxiv(PaperFacts(arxiv_id), None)
        if _ADDRESS.match(source):
            return self._of_address(source, papers)
        raise InputError(
            "is neither an arXiv identifier, nor an address, nor a file",
            file=source,
            remedy="give one like 2403.05812, https://…, or paper.pdf",
        )

    def enter(self, addition: Addition, manifest: Path) -> Entered:
        """Put the PDF into the folder and the row into `manifest`, where they are not there already.

        A row that stands there gets the version and the digest of the PDF where it has none. Other processes wait
        meanwhile. Raises InputError, and changes nothing, where the table would refuse the row, another PDF has the
        paper's name, or another is pinned.
        """
        with locked(manifest):
            papers = read_manifest(manifest)
            entry, notes = addition.row, list(addition.notes)
            row = row_of_paper(papers, entry)
            twin = self._twin(addition.pdf)
            if twin:
                notes.append(f"the same file is there as {twin}; it counts once")
                if row is None and not entry["arxiv_id"]:
                    # the file keeps its name, and the paper gets the identifier that the name gives
                    stem = _VERSION.sub("", twin.stem)
                    entry = {**entry, "paper_id": stem if _SAFE.fullmatch(stem) else _name(stem)}
                    row = row_of_paper(papers, {"paper_id": entry["paper_id"]})
            paper_id = str(entry["paper_id"] if row is None else papers["paper_id"].iloc[row])
            target = self.folder / f"{paper_id}.pdf"
            wanted = addition.pdf is not None and twin is None
            pins = {} if row is None else _pins(addition, papers.iloc[row], manifest)
            if wanted and target.exists():
                raise InputError(
                    "another PDF of this paper is there already", file=str(target), remedy="remove one of the two"
                )
            line = append_row(manifest, entry) if row is None else line_of(row)
            if row is not None and pins:
                fill_row(manifest, row, pins)
                notes.append(f"its PDF is pinned now, {manifest}, line {line}")
            if wanted:
                assert addition.pdf is not None
                with replacing(target) as temporary:
                    temporary.write_bytes(addition.pdf)
                if row is not None:
                    notes.append(f"its PDF is now in the folder, {target}")
        return Entered(paper_id, line, row is None, tuple(notes))

    # ---- the three kinds --------------------------------------------------------------------------------------------

    def _of_file(self, path: Path, papers: pd.DataFrame) -> Addition:
        most = self.settings.most_megabytes
        if path.stat().st_size > most * 2**20:
            raise InputError(f"is larger than {most} MB", file=str(path), remedy="raise retrieval.most_megabytes")
        with path.open("rb") as file:
            if b"%PDF-" not in file.read(1024):
                raise InputError("is not a PDF", file=str(path), remedy="give a file that begins with %PDF-")
        pdf, (found, says) = path.read_bytes(), facts_of_pdf(path, self.limits)
        if row := _standing(says, found, papers):
            return Addition(row, pdf, (), ())
        named = arxiv.identifier(path.name)
        notes: tuple[str, ...] = ()
        if named and found.arxiv_id and named != found.arxiv_id:
            notes = (f"its name says {named}, the stamp on its first page {found.arxiv_id}; the stamp counts",)
        if named or found.arxiv_id:
            return self._of_arxiv(replace(found, arxiv_id=found.arxiv_id or named), pdf, notes)
        return self._addition(found, pdf=pdf, url=None, fallback=path.stem, notes=notes)

    def _of_arxiv(self, found: PaperFacts, pdf: bytes | None, notes: tuple[str, ...] = ()) -> Addition:
        assert found.arxiv_id is not None
        told, note = self.discovered.get(found.arxiv_id), ""
        if told is None and self.fetcher:
            told, note = self._asked(self.fetcher, found.arxiv_id)
            if told is None and pdf is None:
                raise InputError(note, file=str(found.arxiv_id), remedy=_LATER)
            notes += (note,) if note else ()
        if told:
            found = replace(found, title=told.title or found.title, date=told.date or found.date)
            if pdf is None:
                found = replace(found, version=told.version)
        url = f"https://arxiv.org/abs/{found.arxiv_id}"
        return self._addition(found, pdf=pdf, url=url, fallback=f"arXiv:{found.arxiv_id}", notes=notes)

    def _of_address(self, url: str, papers: pd.DataFrame) -> Addition:
        try:
            check_address(url, private=self.settings.private_addresses)
        except RefusedAddress as error:
            raise InputError(str(error), file=url, remedy="give a public address, or a file") from None
        if re.search(r"\s", url):
            raise InputError("holds a space", file=url, remedy="write %20 in its place")
        fallback = unquote(urlsplit(url).path).rstrip("/").split("/")[-1].removesuffix(".pdf") or urlsplit(url).netloc
        if not self.fetcher:
            return self._addition(PaperFacts(), pdf=None, url=url, fallback=fallback, notes=())
        fetched = self.fetcher.fetch(url, pdf_problem)
        if fetched.status == "refused_address":
            raise InputError(str(fetched.detail), file=url, remedy="give a public address, or a file")
        if fetched.status != "retrieved":
            raise InputError(
                f"gives no PDF: {fetched.status} ({fetched.detail})",
                file=url,
                remedy=f"give the address of the PDF itself, or a file; {_LATER}",
            )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "fetched.pdf"
            path.write_bytes(fetched.content)
            found, says = facts_of_pdf(path, self.limits)
        if row := _standing(says, found, papers):
            return Addition(row, fetched.content, (), ())
        if found.arxiv_id:
            return self._of_arxiv(found, fetched.content)
        return self._addition(found, pdf=fetched.content, url=url, fallback=fallback, notes=())

    # ---- what they share --------------------------------------------------------------------------------------------

    def _asked(self, fetcher: Fetcher, arxiv_id: str) -> tuple[PaperFacts | None, str]:
        """What arXiv's interface tells of a paper, its version that which has a PDF; and what else is to be said."""
        fetched = fetcher.fetch(arxiv.papers_address(self.settings.arxiv_interface, [arxiv_id]), arxiv.feed_problem)
        if fetched.status != "retrieved":
            return None, f"arXiv does not tell of it: {fetched.status} ({fetched.detail})"
        found = [entry for entry in arxiv.read_feed(fetched.content).entries if entry.facts.arxiv_id == arxiv_id]
        if not found:
            raise InputError("is not known to arXiv", file=arxiv_id, remedy="correct the identifier")
        (entry,) = found[:1]
        note = ""
        if entry.withdrawn:
            version = f"version {entry.pinned} is taken" if entry.pinned else "no version of it has a PDF"
            note = f"its version {entry.facts.version} is withdrawn; {version}"
        return replace(entry.facts, version=entry.pinned), note

    def _addition(
        self, found: PaperFacts, *, pdf: bytes | None, url: str | None, fallback: str, notes: tuple[str, ...]
    ) -> Addition:
        """The row; what is not known gets what comes next to it, and is named among what a person has to fill in.

        Raises InputError where not even the month of publication is known: every paper has a date.
        """
        title, date = self.given.title or found.title, self.given.date or found.date
        to_fill = tuple(name for name, value in (("title", title), ("publication_date", date)) if not value)
        if not date and found.arxiv_id:
            date = arxiv.first_day(found.arxiv_id)
        if not date:
            raise InputError(
                "its date of publication is not known", file=url or fallback, remedy="give it: --date YYYY-MM-DD"
            )
        paper_id = found.arxiv_id.replace("/", "-") if found.arxiv_id else _name(title or fallback)
        place = "arXiv" if found.arxiv_id else url or "file added by hand"
        unseen = "" if pdf or self.fetcher else ", not looked at"
        known = f"; not known: {', '.join(to_fill)}" if to_fill else ""
        row = {
            "paper_id": paper_id, "title": title or fallback, "arxiv_id": found.arxiv_id, "url": url,
            "publication_date": date, "version": str(found.version) if found.version else None,
            "sha256": hashlib.sha256(pdf).hexdigest() if pdf else None,
            "source": f"lmprogress add, {place}{unseen}{known}",
        }  # fmt: skip
        return Addition(row, pdf, to_fill, notes)

    def _twin(self, pdf: bytes | None) -> Path | None:
        """The file in the folder that holds the same bytes, whatever its name."""
        if pdf is None or not self.folder.is_dir():
            return None
        same = (
            path
            for path in sorted(self.folder.iterdir())
            if path.suffix.lower() == ".pdf" and path.is_file() and path.stat().st_size == len(pdf)
        )
        return next((path for path in same if path.read_bytes() == pdf), None)


def _name(title: str) -> str:
    """An identifier from a title; by a digest where it has no letter that an identifier may have."""
    if re.search(r"[A-Za-z0-9]", title):
        return slug(title)
    return f"paper-{hashlib.sha256(title.encode()).hexdigest()[:8]}"


def _pins(addition: Addition, row: pd.Series, manifest: Path) -> dict[str, str]:
    """The cells that pin the PDF of `addition` and are empty in `row` of the manifest.

    Raises InputError where another file is pinned there.
    """
    if addition.pdf is None:
        return {}
    digest = hashlib.sha256(addition.pdf).hexdigest()
    if pd.notna(row["sha256"]) and row["sha256"] != digest:
        version = f", version {row['version']}" if pd.notna(row["version"]) else ""
        raise InputError(
            f"is not the PDF that is pinned for {row['paper_id']}{version} ({row['sha256'][:12]}…)",
            file=str(manifest),
            column="sha256",
            value=f"{digest[:12]}…",
            remedy="keep the pinned one, or empty version and sha256 of its row, then add this one",
        )
    said = {"version": addition.row["version"], "sha256": digest}
    return {name: value for name, value in said.items() if value and pd.isna(row[name])}


def _standing(says: Mapping[str, Any], found: PaperFacts, papers: pd.DataFrame) -> dict[str, str | None] | None:
    """The row of `papers` whose DOI or title a PDF without arXiv's stamp prints."""
    known = None if found.arxiv_id else KnownPapers(papers, empty("paper_statuses")).by_content(says)
    row = papers[papers["paper_id"] == known[0]].iloc[0] if known else None
    return None if row is None else {str(name): None if pd.isna(value) else str(value) for name, value in row.items()}
