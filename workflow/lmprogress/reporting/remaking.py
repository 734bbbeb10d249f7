"""The pages of a finished run, written again from its tables by the functions that wrote them.

In: the folder of a run. Out: groups of pages, each with what makes it again, for the audit to compare.
"""

from __future__ import annotations

import base64
import html
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

from lmprogress.core import tables
from lmprogress.core.code_digest import code_digest
from lmprogress.core.schemas import all_tables
from lmprogress.core.settings import Config, load_architectures, load_benchmarks, load_config, load_models
from lmprogress.curation.raw import RawTables
from lmprogress.ledger.defects_page import write_defects
from lmprogress.ledger.findings import write_findings
from lmprogress.provenance.deciding import undecided
from lmprogress.reading.review import list_review
from lmprogress.reporting.chart_library import chart_library
from lmprogress.reporting.figures import shown_in
from lmprogress.reporting.loading import captions, load_run
from lmprogress.reporting.report import report
from lmprogress.reporting.review_page import review_page
from lmprogress.reporting.shown import FINDINGS_TABLES, REPORT_PAGES, shown_figures, shown_files, shown_settings

_WORKFLOW = Path(__file__).resolve().parents[2]
_RESULTS, _REPORT, _REVIEW = "results/tables", "results/report", "results/review/index.html"
_CHARTS = f"{_REPORT}/charts.js"
_EDITION_TABLES = ("records", "observations", "decisions")
# what the page of readings to review shows beside a reading: a picture, or why there is none
_ARTICLE = re.compile(r'<article id="reading-(\d+)">(.*?)</article>', re.S)
_PICTURE = re.compile(r'<img alt="the place on the page" src="data:image/png;base64,([A-Za-z0-9+/=]*)">')
_SYSTEMS = re.compile(r'<script type="application/json" id="candidates">(.*?)</script>', re.S)
_TROUBLE = re.compile(r'<p class="doubts">No picture: (.*?)</p>\n', re.S)


class Pages(NamedTuple):
    """Files that one rule writes, and what gives their bytes again, by path; `skipped` says why they are not made.

    `make` raises InputError or OSError where a table cannot be read.
    """

    files: tuple[str, ...]
    make: Callable[[], dict[str, bytes]]
    skipped: str = ""


def pages_again(folder: Path, *, whole: bool = True) -> Iterator[Pages]:
    """What people read of the run in `folder` beside its tables and figures; pictures from PDFs are taken as they are.

    Without `whole`, so are the images of figures within the overview, and the library of charts is left out: they take
    most of the time. Pages that other code wrote than this are skipped.
    """
    run = _Made(folder, whole)
    made_by = {
        "write_findings": (("results/findings.md",), run.findings),
        "write_defects": (("results/defects.md",), run.defects),
        "list_review": (("results/review.csv", _REVIEW), run.review),
        "write_report": (tuple(f"{_REPORT}/{name}" for name in ("index.html", *REPORT_PAGES)), run.report),
    }
    if whole:
        made_by["bundle_charts"] = ((_CHARTS,), lambda: {_CHARTS: chart_library().encode()})
    for rule, (files, make) in made_by.items():
        yield Pages(files, make, run.written_by_others(rule))


class _Made:
    """A run whose pages are made again."""

    def __init__(self, folder: Path, whole: bool) -> None:
        self.folder = folder
        self.whole = whole

    @cached_property
    def config(self) -> Config:
        """The settings that the run was made with."""
        said = json.loads((self.folder / "results/provenance/settings.json").read_text(encoding="utf-8"))
        return load_config(said, load_models(self.folder / "config/models.yaml"), "results/provenance/settings.json")

    def written_by_others(self, rule: str) -> str:
        """Why the pages of `rule` cannot be expected to be what the code here writes; empty where they can."""
        path = self.folder / "results/provenance/software.json"
        if not path.is_file():
            return "the run does not say which code wrote them"
        said = json.loads(path.read_text(encoding="utf-8"))
        own = self.folder / "workflow/scripts"
        script = (own if own.is_dir() else _WORKFLOW / "scripts") / f"{rule}.py"
        if not script.is_file():
            return "the scripts of the workflow are not available, so the code cannot be compared"
        if said["rules"].get(rule) != code_digest(script):
            return f"written by other code than this, of lmprogress {said['lmprogress']}"
        return ""

    def findings(self) -> dict[str, bytes]:
        template = captions(self.folder) / "workflow/report/findings.md"
        results = {name: tables.read(self.folder / f"{_RESULTS}/{name}.parquet", name) for name in FINDINGS_TABLES}
        laws = load_models(self.folder / "config/models.yaml").printed_names
        return {"results/findings.md": write_findings(template, results, self.config.headline, laws).encode()}

    def defects(self) -> dict[str, bytes]:
        defects = tables.read_csv(self.folder / "raw/reference/defects.csv", "defects")
        ledger = tables.read(self.folder / f"{_RESULTS}/ledger.parquet", "ledger")
        return {"results/defects.md": write_defects(defects, ledger).encode()}

    def review(self) -> dict[str, bytes]:
        settings, edition = self.config.review, self.config.compare.extracted
        review = list_review(
            tables.read(self.folder / "processed/readings.parquet", "readings"),
            tables.read(self.folder / "processed/linked/links.parquet", "links"),
            tables.read(self.folder / "processed/linked/linked_systems.parquet", "linked_systems"),
            tables.read(self.folder / f"processed/{edition}/observations.parquet", "observations"),
            tables.read(self.folder / f"{_RESULTS}/edition_differences.parquet", "edition_differences"),
            tables.read_csv(self.folder / "raw/corrections.csv", "corrections"),
            tables.read(self.folder / "processed/tables.parquet", "tables"),
            edition=edition,
            settings=settings,
        )
        candidates = tables.read(self.folder / f"{_RESULTS}/candidate_systems.parquet", "candidate_systems")
        verdicts = tables.read_csv(self.folder / "raw/verdicts.csv", "verdicts")
        pictures, troubles = self._beside_readings(dict(zip(review["place"], review["reading_id"], strict=True)))
        page = review_page(
            review, pictures, edition=edition, most=settings.most_crops, troubles=troubles,
            candidates=undecided(candidates[candidates["enters"]], verdicts),
        )  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            csv = Path(folder) / "review.csv"
            tables.write_csv(review, "review", csv)
            return {"results/review.csv": csv.read_bytes(), _REVIEW: page.encode()}

    def _beside_readings(self, places: dict[int, str]) -> tuple[dict[str, bytes], dict[str, str]]:
        """Pictures and troubles by reading, as the page has them."""
        pictures, troubles = dict[str, bytes](), dict[str, str]()
        text = (self.folder / _REVIEW).read_text(encoding="utf-8")
        for systems in _SYSTEMS.findall(text):
            shown = json.loads(systems)["pictures"]
            pictures |= {reading: base64.b64decode(picture) for reading, picture in shown.items()}
        for place, article in _ARTICLE.findall(text):
            reading = places.get(int(place), "")
            if picture := _PICTURE.search(article):
                pictures[reading] = base64.b64decode(picture[1])
            elif trouble := _TROUBLE.search(article):
                troubles[reading] = html.unescape(trouble[1])
        return pictures, troubles

    def report(self) -> dict[str, bytes]:
        editions, crops = self.config.editions, self.folder / _REPORT / "crops"
        given = SimpleNamespace(
            **{name: [self._result(f"{edition}/{name}") for edition in editions] for name in _EDITION_TABLES},
            readings=self._result("readings"),
            links=self._result("links"),
            papers=[self.folder / "raw/papers.csv", self.folder / "processed/linked/papers.parquet"],
            raw=[self.folder / f"raw/{name}.csv" for name in (*RawTables._fields, "releases")],
            evidence=[self._result("evidence")],
            results=[self.folder / path for path in self._results()],
            findings=[self.folder / "results/findings.md"],
            method=captions(self.folder) / "docs/method.md",
            crops=[crops] if self.config.papers and crops.is_dir() else [],
        )
        benchmarks = load_benchmarks(self.folder / "config/benchmarks.yaml")
        architectures = load_architectures(self.folder / "config/architectures.yaml")
        run = load_run(
            given,
            figures=shown_figures(self.config),
            files=shown_files(self._results()),
            settings=shown_settings(
                self.config, load_models(self.folder / "config/models.yaml"), benchmarks, architectures
            ),
            base=self.folder,
            known=None if self.whole else shown_in(*(self._page(name) for name in ("index.html", "figures.html"))),
        )
        citation = captions(self.folder) / "CITATION.cff"
        made = report(run, Path(_REPORT), citation)
        return {f"{_REPORT}/{name}": text.encode() for name, text in made.items()}

    def _page(self, name: str) -> str:
        return (self.folder / _REPORT / name).read_text(encoding="utf-8")

    def _result(self, name: str) -> Path:
        return self.folder / f"{_RESULTS}/{name}.parquet"

    def _results(self) -> list[str]:
        """Tables of results by path, those of editions too, in the order of the paths; but that of the audit."""
        names = [schema.name for schema in all_tables() if schema.name != "audit_checks"]
        names += [f"{edition}/{name}" for edition in self.config.editions for name in _EDITION_TABLES]
        return sorted(f"{_RESULTS}/{name}.parquet" for name in names if self._result(name).is_file())
