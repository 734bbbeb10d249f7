"""The whole report: every page from the tables and figures of a run.

In: a run, and the folder where the report goes. Out: HTML by name of page.
"""

from __future__ import annotations

from pathlib import Path

from lmprogress.core.schemas import all_tables
from lmprogress.reporting.dictionary import entries
from lmprogress.reporting.explorer import explorer_page
from lmprogress.reporting.overview import figures_page, findings_page, method_page, overview
from lmprogress.reporting.pages import render
from lmprogress.reporting.records import evidence_rows, record_rows
from lmprogress.reporting.run import Run, file_links
from lmprogress.reporting.table_pages import (
    claims_page,
    ledger_page,
    observations_page,
    rates_page,
    readings_page,
    table_audit_page,
)


def report(run: Run, folder: Path, citation: Path) -> dict[str, str]:
    """The `pages` and how to cite them, by name of file."""
    return {**pages(run, folder), "CITATION.cff": citation.read_text(encoding="utf-8")}


def pages(run: Run, folder: Path) -> dict[str, str]:
    """HTML by file name. `folder` is where the report goes, as the paths of files and figures are: addresses in the
    pages are relative to it."""
    rows = record_rows(run.editions)
    evidence = evidence_rows(run.editions, run.evidence, run.readings, run.links, run.read_editions)
    return {
        "index.html": overview(run, rows, folder),
        "explore.html": explorer_page(run, folder),
        "observations.html": observations_page(run, rows, evidence, folder),
        "readings.html": readings_page(run, folder),
        "findings.html": findings_page(run),
        "figures.html": figures_page(run, folder),
        "ledger.html": ledger_page(run, folder),
        "table_audit.html": table_audit_page(run, folder),
        "rates.html": rates_page(run, folder),
        "claims.html": claims_page(run, folder),
        "method.html": method_page(run),
        "dictionary.html": render(
            "dictionary.html",
            "dictionary.html",
            tables_digest=run.tables_digest,
            files=[file_links(file, folder) for file in run.files],
            dictionary=[(schema, entries(schema)) for schema in all_tables()],
        ),
    }
