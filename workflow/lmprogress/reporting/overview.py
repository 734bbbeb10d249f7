"""The first page: the headline, what it rests on, every other number. And the pages of findings, method and figures.

In: a run. Out: HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from lmprogress.core.doubling_times import WHY_NOT, verdict_of, what_changes
from lmprogress.figures.style import marks
from lmprogress.reporting.compact import compact, packed
from lmprogress.reporting.explorer import multiverse
from lmprogress.reporting.figures import Figure
from lmprogress.reporting.findings import findings_html
from lmprogress.reporting.formula import formula
from lmprogress.reporting.headline import foundation, published_rate, releases
from lmprogress.reporting.pages import render
from lmprogress.reporting.run import File, Run, seen_from

_FIRST_FIGURE = "rate_tests"


def overview(run: Run, rows: pd.DataFrame, folder: Path) -> str:
    """The page for `folder`; `rows` are all records (records.record_rows)."""
    verdict, changes = (run.results.get(name) for name in ("verdict", "verdict_sensitivity"))
    headline = verdict_of(verdict, run.shown_edition)
    figures = _figures(run, folder)
    together = multiverse(run)
    return render(
        "index.html",
        "index.html",
        tables_digest=run.tables_digest,
        verdict=headline,
        changes=what_changes(headline, [] if changes is None else changes.to_dict("records")) if headline else "",
        verdicts_by_edition=[] if verdict is None else verdict.to_dict("records"),
        why_not=WHY_NOT,
        releases=releases(run.results.get("releases"), run.shown_edition),
        studied="doubling_times" in run.results,
        level=f"{run.interval_percent:g}",
        published=published_rate(run.results.get("ledger")),
        foundation=foundation(rows, run.shown_edition, run.evidence),
        audit=_audit(run.results.get("audit")),
        agreement=_agreement(run.results.get("ledger_counts")),
        edition=run.shown_edition,
        about={name: about for name, about in run.about.items() if about},
        formula=run.explored and formula(run.explored["settings"]["laws"][run.main.specification]),
        first_figure=next((f for f in figures if _is_first(f)), None),
        multiverse=together and {**together[1]._asdict(), "data": packed(_shown_combinations(run, together[0]))},
    )


def findings_page(run: Run) -> str:
    """What reproduces, what does not, and what the data identify."""
    # they stand in the folder above the report
    text = run.findings and findings_html(run.findings, "../")
    return render("findings.html", "findings.html", tables_digest=run.tables_digest, findings=text)


def method_page(run: Run) -> str:
    """The laws, how they are fitted and tested, the terms; what it says is docs/method.md."""
    text = run.method and findings_html(run.method, None, lower=0)
    return render("method.html", "method.html", tables_digest=run.tables_digest, method=text)


def figures_page(run: Run, folder: Path) -> str:
    """Every figure but that of the first page, by category; those of other editions folded away."""
    others = [f for f in _figures(run, folder) if not _is_first(f)]
    grouped = [
        (category, [f for f in group if f["image"]], [f for f in group if not f["image"]])
        for category, group in ((c, list(g)) for c, g in groupby(others, key=lambda f: f["category"]))
    ]
    return render("figures.html", "figures.html", tables_digest=run.tables_digest, figures=grouped)


def _figures(run: Run, folder: Path) -> list[dict[str, Any]]:
    return [{**vars(f), **_figure_links(f, run.files, folder)} for f in run.figures]


def _is_first(figure: dict[str, Any]) -> bool:
    return figure["name"] == _FIRST_FIGURE and bool(figure["image"])


def _shown_combinations(run: Run, found: pd.DataFrame) -> dict[str, Any]:
    """What the chart of `found` needs."""
    printed = published_rate(run.results.get("ledger"))
    names = run.explored["settings"]["names"] if run.explored else {}
    return {
        "combinations": compact(found),
        "names": names,
        "editions": list(run.editions),
        "colours": [mark.colour for mark in marks(list(run.editions)).values()],
        "study": printed and vars(printed),
    }


def _figure_links(figure: Figure, files: Sequence[File], folder: Path) -> dict[str, Any]:
    """Where the figure and the rows behind it stand, seen from the report."""
    stem = Path(figure.path).with_suffix("")
    known = {path: file for file in files for path in (file.parquet, file.csv)}
    named = {file.name: file for file in files}
    sources: dict[str, list[tuple[str, str]]] = {}
    for path in figure.tables:
        # what lies between is gathered, for all editions, in the result table of the same name
        file = known.get(path) or named.get(Path(path).stem)
        places = [("CSV", file.csv), ("Parquet", file.parquet)] if file else [("Parquet", path)]
        name = file.name if file else Path(*Path(path).with_suffix("").parts[-2:]).as_posix()
        sources[name] = [(kind, seen_from(folder, place)) for kind, place in places]
    return {
        "links": {kind: seen_from(folder, f"{stem}.{kind}") for kind in ("pdf", "svg", "png")},
        "sources": [{"name": name, "links": links} for name, links in sources.items()],
    }


def _audit(audit: pd.DataFrame | None) -> dict[str, Any] | None:
    """Of the judged sample as a whole."""
    whole = [] if audit is None else audit[(audit["field"] == "any") & (audit["judged"] > 0)].to_dict("records")
    if not whole:
        return None
    (row,) = whole
    return {"errors": row["errors"], "judged": row["judged"], "rate": row["error_rate"]} | {
        end: row[end] for end in ("low", "high")
    }


def _agreement(counts: pd.DataFrame | None) -> dict[str, int] | None:
    """Of the numbers that the study computed."""
    if counts is None:
        return None
    by_verdict = counts[counts["kind"] == "result"].groupby("verdict")["numbers"].sum()
    agrees, differs = (int(by_verdict.get(verdict, 0)) for verdict in ("agrees", "differs"))
    return {"agrees": agrees, "compared": agrees + differs} if agrees + differs else None
