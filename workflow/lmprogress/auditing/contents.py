"""What a run holds: the list that its rules gave, held against what schemas, settings and figures ask for.

In: a run. Out: the check `completeness`; the files that every run with these settings has.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from string import Formatter
from typing import Any

from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import (
    CONTENTS,
    MANIFEST,
    PAPERS_FOLDER,
    ROOT,
    SETTINGS,
    SETTLED,
    SOFTWARE,
    RunFiles,
)
from lmprogress.core.schemas import all_tables
from lmprogress.figures.catalogue import FIGURES

EXPORTS = tuple(f"results/provenance/{name}.json" for name in ("ro-crate-metadata", "croissant", "prov"))
# made once the audit has passed
AFTERWARDS = {"results/tables/audit_checks.parquet", "results/tables/audit_checks.csv", *EXPORTS, MANIFEST, ROOT}
_PAGES = (
    *("results/findings.md", "results/defects.md", "results/review/index.html", "results/report/CITATION.cff"),
    *(f"results/report/{name}.html" for name in ("index", "explore", "findings", "figures")),
    *(
        f"results/report/{name}.html"
        for name in ("observations", "readings", "ledger", "table_audit", "rates", "claims", "method", "dictionary")
    ),
    "results/report/charts.js",
)
_PROCEDURES = ("study", "global")
_KINDS = ("pdf", "svg", "png")
_MORE = 5


def expected_files(run: RunFiles) -> set[str]:
    """The files that every run with the settings of `run` has, from schemas, settings and the catalogue of figures."""
    files = {CONTENTS, SETTINGS, SOFTWARE, PAPERS_FOLDER, *AFTERWARDS, *_PAGES, *_tables(run), *_figures(run)}
    for edition, table in product(run.config["editions"], SETTLED.values()):
        files.add(f"processed/{edition}/{table}.sha256")
    return files


def check_completeness(run: RunFiles) -> Check:
    """Every file that the run has to hold is listed and there, and nothing else is where people look for results."""
    check = Check("completeness", "files that a run with these settings has, its list of them, and what is there")
    expected, listed = expected_files(run), run.contents
    if listed is None:
        check.fail(CONTENTS, "", "is missing: it says which files the run holds", "make run")
        listed = frozenset(expected)
    check.items = len(expected | listed)
    for name in sorted(expected - listed):
        check.fail(CONTENTS, "", f"does not list {name}, which every run has", f"delete {CONTENTS}, then make run")
    for name in sorted((expected | listed) - AFTERWARDS):
        if not (run.folder / name).exists():
            check.fail(name, "", "is missing: every run with these settings has it", "make run")
    for edition, (folder, table) in product(run.config["editions"], SETTLED.items()):
        if digest := run.settled_digest(edition, table):
            name = f"processed/{edition}/{folder}/{digest}.parquet"
            check.items += 1
            if not run.has(name):
                check.fail(name, "", f"is missing: the laws of {edition} were fitted to it", "make run")
    for name in run.strays:
        check.fail(name, "", "is no part of the run: no rule makes it", "delete it, or keep it in another folder")
    if others := run.others:
        more = f" and {len(others) - _MORE} more" if len(others) > _MORE else ""
        check.notes.append(f"no part of the run: {', '.join(others[:_MORE])}{more}")
    return check


def _tables(run: RunFiles) -> Iterator[str]:
    config = run.config
    values = {
        "edition": list(config["editions"]),
        "fitted": _fitted(config),
        "varied": [name for name in _judged(config) if name in _fitted(config)],
        "procedure": _PROCEDURES,
        "judged": _judged(config),
        "covered": config["coverage"]["editions"],
        "simulated_law": list(config["coverage"]["truths"]),
        "simulated": config["simulation"]["editions"],
        "truth": list(config["simulation"]["truths"]),
    }
    for schema in all_tables():
        if schema.name == "retrievals" and config["papers"] != "arxiv":
            continue
        for pattern in schema.files:
            names = sorted({name for _, name, _, _ in Formatter().parse(pattern) if name} - {"name"})
            csv_too = (".csv",) if pattern.startswith("results/tables/") else ()
            endings = ("",) if Path(pattern).suffix else (".parquet", *csv_too)
            for chosen in product(*(values[name] for name in names)):
                path = pattern.format(name=schema.name, **dict(zip(names, chosen, strict=True)))
                yield from (f"{path}{ending}" for ending in endings)


def _judged(config: dict[str, Any]) -> list[str]:
    """The editions with a verdict."""
    asked, editions = config["verdict"]["editions"], config["editions"]
    if isinstance(asked, list):
        return [name for name in asked if name in editions]
    return [name for name, edition in editions.items() if asked == "all" or edition["records"] != "extracted"]


def _fitted(config: dict[str, Any]) -> list[str]:
    """The editions with fits: laws without a penalty have a verdict alone."""
    laws = {name: edition["laws"] for name, edition in config["editions"].items()}
    return [name for name, own in laws.items() if own == "all" or own["penalties"] or not own["specifications"]]


def _figures(run: RunFiles) -> Iterator[str]:
    editions = {
        "edition": [f"{name}/" for name in _fitted(run.config)],
        "simulation": [f"{name}/" for name in run.config["simulation"]["editions"]],
        "overall": [""],
        "other_laws": [""],
    }
    for figure in FIGURES:
        for edition, kind in product(editions[figure.extent], _KINDS):
            yield f"results/figures/{edition}{figure.name}.{kind}"
