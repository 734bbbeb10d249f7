"""The pages that are one searchable table each.

In: a run. Out: HTML.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from lmprogress.reporting import charts, page_tables
from lmprogress.reporting.compact import compact, packed
from lmprogress.reporting.findings import findings_html
from lmprogress.reporting.pages import render
from lmprogress.reporting.readings import reading_rows
from lmprogress.reporting.records import records_data
from lmprogress.reporting.run import Run, file_links
from lmprogress.reporting.table_audit_page import error_rates, error_rates_within, what_errors_move

_RATES = (
    "specification", "edition", "procedure", "penalty", "quantity", "benchmark", "group", "estimate_months",
    "median_months", "low_months", "high_months", "interval_method", "method", "n_replicates", "n_without_progress",
)  # fmt: skip

_VERDICTS = ("agrees", "differs", "not computed")
_CLAIM_VERDICTS = ("agrees", "disagrees", "not checkable", "not computed")


def _page(here: str, run: Run, folder: Path, schemas: tuple[str, ...], data: dict[str, Any] | None, **more: Any) -> str:
    """The page `here` from the template of its name; `data` is None where its table was not made."""
    files = [file_links(file, folder) for file in run.files if file.schema in schemas]
    return render(
        here,
        here,
        tables_digest=run.tables_digest,
        data=data and packed({"chart": None, "sort": None, "initial": {}, "searched": [], **data}),
        files=files,
        limit=charts.MOST_RATES,
        level=f"{run.interval_percent:g}",
        **more,
    )


def observations_page(run: Run, rows: pd.DataFrame, evidence: pd.DataFrame, folder: Path) -> str:
    """Every record (records.record_rows), with the evidence for each value (records.evidence_rows)."""
    data = {
        **records_data(rows, evidence),
        "kind": "record",
        "identified_by": "record_id",
        "columns": page_tables.records_columns(run.benchmarks, run.architectures),
        "searched": ["record_id", "paper_id"],
        "initial": {"edition": run.shown_edition},
        "sort": {"key": "publication_date", "direction": "descending"},
        "caption": "Observations, and records left out",
        "chart": charts.observations_chart(run.benchmarks),
        "benchmarks": dict(run.benchmarks),
        "architectures": dict(run.architectures),
        "protocols": page_tables.PROTOCOLS,
        "papers": _papers(run, rows["paper_id"]),
        "crops": dict(run.crops),
    }
    return _page("observations.html", run, folder, ("observations", "records", "decisions"), data)


def readings_page(run: Run, folder: Path) -> str:
    """Every reading, and what became of it."""
    rows = reading_rows(run.readings, run.links, run.evidence)
    data = {
        "rows": compact(rows),
        "kind": "reading",
        "identified_by": "reading_id",
        "columns": page_tables.readings_columns(run.benchmarks),
        "searched": ["reading_id", "row_label", "column_label", "system_ids"],
        "initial": {"quantity": "perplexity"},
        "caption": "Readings",
        "papers": _papers(run, rows["paper_id"]),
        "crops": dict(run.crops),
    }
    return _page("readings.html", run, folder, ("readings", "links", "paper_statuses", "leaderboard_comparison"), data)


def _papers(run: Run, wanted: pd.Series) -> dict[str, dict[str, str | None]]:
    return {name: run.papers[name]._asdict() for name in sorted(set(wanted)) if name in run.papers}


def ledger_page(run: Run, folder: Path) -> str:
    """Every number that the study published."""
    ledger, data = run.results.get("ledger"), None
    if ledger is not None:
        data = {
            "rows": compact(ledger.assign(section=ledger["reference_id"].str.split("/").str[0]).drop(columns="place")),
            "kind": "facts",
            "facts": page_tables.ledger_facts(),
            "identified_by": "reference_id",
            "columns": page_tables.ledger_columns(),
            "searched": ["reference_id", "defect"],
            # what differs first: the rest is one choice away
            "initial": {"verdict": "differs"} if (ledger["verdict"] == "differs").any() else {},
            "caption": "Published, reproduced and corrected numbers",
        }
    counts = _counted(run.results.get("ledger_counts"))
    return _page(
        "ledger.html", run, folder, ("ledger", "ledger_counts"), data, ledger_counts=counts, verdicts=_VERDICTS
    )


def rates_page(run: Run, folder: Path) -> str:
    """Doubling times of every fit."""
    doubling_times, data = run.results.get("doubling_times"), None
    if doubling_times is not None:
        data = {
            "rows": compact(doubling_times[list(_RATES)]),
            "kind": "none",
            "identified_by": "specification",
            "columns": page_tables.rates_columns(_laws(run), run.benchmarks, run.interval_percent),
            "initial": {
                "edition": run.shown_edition,
                "quantity": "effective_compute",
                "penalty": f"{run.main.penalty:g}",
                "interval_method": run.main.interval_methods["global"],
                "method": "closed_form",
            },
            "sort": {"key": "median_months", "direction": "ascending"},
            "caption": "Doubling times",
            "chart": charts.rates_chart(list(run.editions), run.interval_percent),
            "benchmarks": dict(run.benchmarks),
            "laws": _laws(run),
        }
    return _page("rates.html", run, folder, ("doubling_times", "fits", "coefficients"), data)


def _laws(run: Run) -> dict[str, str]:
    return dict(run.explored["settings"]["names"]) if run.explored else {}


def table_audit_page(run: Run, folder: Path) -> str:
    """Every value of the study's table that enters a law: what papers say to it, and what replaces it."""
    audit, data, rates = run.results.get("table_audit"), None, ("", "")
    if audit is not None:
        fitted = run.editions[run.shown_edition].observations if run.shown_edition in run.editions else None
        protocols = None if fitted is None else fitted["protocol"]
        told = error_rates(audit, run.interval_percent, protocols), error_rates_within(audit, run.interval_percent)
        rates = findings_html(told[0], ""), findings_html(told[1], "")
        data = {
            "rows": compact(
                audit.drop(columns=["system_id", "publication_date"]).assign(
                    place_in_table=audit["record_id"] + ":" + audit["field"]
                )
            ),
            "kind": "facts",
            "facts": page_tables.table_audit_facts(),
            "identified_by": "place_in_table",
            "columns": page_tables.table_audit_columns(run.benchmarks),
            "searched": ["record_id", "paper_id", "checks"],
            "initial": {"verdict": "replaced"} if (audit["verdict"] == "replaced").any() else {},
            "caption": "Values of the study’s table",
        }
    effects = run.results.get("correction_effects")
    schemas = ("table_audit", "correction_effects", "suspicions", "suspicion_counts", "evidence")
    return _page(
        "table_audit.html", run, folder, schemas, data, rates=rates,
        moved="" if effects is None else findings_html(what_errors_move(effects, run.main.specification), ""),
    )  # fmt: skip


def claims_page(run: Run, folder: Path) -> str:
    """Every statement of the retellings beside the value computed here."""
    claims, data, counts = run.results.get("claims"), None, []
    if claims is not None:
        data = {
            "rows": compact(claims),
            "kind": "facts",
            "facts": page_tables.claims_facts(),
            "identified_by": "claim",
            "columns": page_tables.claims_columns(),
            "searched": ["claim", "source"],
            "caption": "Statements of popular accounts, and the values computed here",
        }
        counts = [
            (str(kind), {v: int((rows["verdict"] == v).sum()) for v in _CLAIM_VERDICTS})
            for kind, rows in claims.groupby("retelling", sort=True)
        ]
    schemas = ("claims", "progress_rates")
    return _page("claims.html", run, folder, schemas, data, counts=counts, verdicts=_CLAIM_VERDICTS)


def _counted(counts: pd.DataFrame | None) -> list[tuple[str, dict[str, int]]]:
    if counts is None:
        return []
    return [
        (str(kind), {v: int(rows.loc[rows["verdict"] == v, "numbers"].sum()) for v in _VERDICTS})
        for kind, rows in counts.groupby("kind", sort=True)
    ]
