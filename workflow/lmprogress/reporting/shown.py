"""What the report shows, known from the settings before anything is made.

In: settings, paths of tables. Out: figures, files and settings as plain data, for the rules and for the audit, which
has the pages written again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lmprogress.core.settings import Architecture, Benchmark, Config, Models
from lmprogress.figures.catalogue import FIGURES, CataloguedFigure, Extent
from lmprogress.reporting.explorer import explorer_settings

PROCEDURES = ["study", "global"]
# beside index.html
REPORT_PAGES = [
    *("explore.html", "findings.html", "figures.html", "observations.html", "readings.html"),
    *("ledger.html", "table_audit.html", "rates.html", "claims.html", "method.html", "dictionary.html", "CITATION.cff"),
]
# tables that the findings may take numbers from
FINDINGS_TABLES = [
    *("attribution", "cross_validation", "doubling_times", "fits", "identification", "ledger", "ledger_counts"),
    *("law_estimates", "profile_intervals", "simulation", "specification_comparison", "verdict"),
    *(
        "candidate_systems",
        "claims",
        "difference_counts",
        "paper_gains_by_year",
        "scale_gains",
        "verdict_sensitivity",
        "within_paper",
    ),
]
_TABLES = "results/tables"


def figure_editions(config: Config) -> dict[Extent, list[str | None]]:
    """The editions that have the figures of each extent; None stands for all of them together."""
    together: list[str | None] = [None]
    return {
        "edition": [*config.fitted_editions],
        "simulation": [*config.simulation.editions],
        "overall": together,
        "other_laws": together,
    }


def figure_path(figure: CataloguedFigure, edition: str | None, kind: str) -> str:
    """The file of a figure of `edition`, which may be a wildcard, or of all editions."""
    folder = f"results/figures/{edition}" if edition else "results/figures"
    return f"{folder}/{figure.name}.{kind}"


def shown_figures(config: Config) -> list[dict[str, Any]]:
    """Each figure in the order of the catalogue: path, caption, category, tables, wildcards."""
    return [
        {
            "path": figure_path(figure, edition, "png"),
            "caption": f"workflow/report/{figure.name}.rst",
            "category": figure.category,
            "tables": _tables_behind(figure, edition),
            "wildcards": {"edition": edition} if edition else {},
        }
        for figure in FIGURES
        for edition in figure_editions(config)[figure.extent]
    ]


def _tables_behind(figure: CataloguedFigure, edition: str | None) -> list[str]:
    """The tables that a figure is drawn from, raw ones aside."""
    held = figure.files_of_tables(edition, PROCEDURES).values()
    named = [path for paths in held for path in paths if path.endswith(".parquet")]
    return [*named, f"{_TABLES}/{edition}/observations.parquet"] if figure.observations else named


def shown_files(tables: Iterable[str]) -> list[dict[str, str]]:
    """The files that the report links, one for each Parquet file of results: name, schema, Parquet, CSV."""
    return [
        {
            "name": " ".join(Path(path).relative_to(_TABLES).with_suffix("").parts),
            "schema": Path(path).stem,
            "parquet": path,
            "csv": str(Path(path).with_suffix(".csv")),
        }
        for path in tables
    ]


def shown_settings(
    config: Config, models: Models, benchmarks: Mapping[str, Benchmark], architectures: Mapping[str, Architecture]
) -> dict[str, Any]:
    """What pages say of the settings."""
    return {
        "main": config.fit.main.model_dump(mode="json"),
        "editions": [*config.editions],
        "read_editions": [name for name, edition in config.editions.items() if edition.records == "extracted"],
        "shown_edition": config.report.edition,
        "about": dict(config.headline.editions),
        "interval_percent": config.interval_percent,
        "benchmarks": {name: benchmark.name for name, benchmark in benchmarks.items()},
        "architectures": {name: family.name for name, family in architectures.items()},
        "explorer": explorer_settings(config, models, benchmarks, architectures),
    }
