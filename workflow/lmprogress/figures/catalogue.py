"""Every figure of a run: its place in the report, and the files that it is drawn from.

In: nothing; what draws is not imported here. Out: FIGURES, from which the rules of figures and the report are made. A
figure's caption is workflow/report/<name>.rst; the function <name> of drawing.py draws it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lmprogress.core.yaml_files import load_yaml

# one for each edition, or for each of the simulation study; or one of all editions, or of other laws alone
Extent = Literal["edition", "simulation", "overall", "other_laws"]

RATE = "Rate of progress"
VALIDATION = "Cross-validation"
GAINS = "Gains"
OTHER_LAWS = "Other laws of progress"

# files that hold a table of another name
_TABLE_OF = {"numerical_doubling_times": "doubling_times"}


@dataclass(frozen=True)
class CataloguedFigure:
    """One figure. `files`: Parquet or raw CSV, where {edition} stands for the figure's edition and {procedure} for each
    procedure in turn. `observations`: whether the edition's observations are drawn too. `gate`: what becomes of it
    where the edition does not identify the rate of the main law: it is stamped; or it is withheld where no progress is
    not excluded, since the years that it shows would have no order. It needs the table identification.
    """

    name: str
    category: str
    files: tuple[str, ...] = ()
    extent: Extent = "edition"
    observations: bool = False
    gate: Literal["stamp", "withhold"] | None = None

    def footer(self, edition: str | None, credit: str) -> str:
        """What stands at the foot: title, edition, and `credit`."""
        title = self.name.replace("_", " ").capitalize()
        return " · ".join([f"{title}, edition {edition}" if edition else title, credit])

    def files_of_tables(self, edition: str | None, procedures: Sequence[str]) -> dict[str, list[str]]:
        """The files of each table, one procedure after another, for one edition (None for a figure of all)."""
        tables: dict[str, list[str]] = {}
        for procedure in procedures:
            for pattern in self.files:
                file = pattern.format(edition=edition, procedure=procedure)
                stem = Path(file).stem
                held = tables.setdefault(_TABLE_OF.get(stem, stem), [])
                if file not in held:
                    held.append(file)
        return tables


def credit(citation: str | Path) -> str:
    """Source, version and licence for the foot of every figure, from a CITATION.cff."""
    said = load_yaml(citation)
    kinds = {reference["type"]: reference for reference in said["references"]}
    study = kinds["article"]
    first, place = study["authors"][0]["family-names"], study["identifiers"][0]["value"]
    source = f"{first} et al. {study['year']} ({place.replace(':', ' ')}) and the papers named in the data"
    return f"lmprogress {said['version']} · source: {source} · {kinds['data']['license'].replace('-', ' ')}"


def figures(extent: Extent) -> list[CataloguedFigure]:
    """The figures of one extent."""
    return [figure for figure in FIGURES if figure.extent == extent]


# categories stand in the report in the order of their first figure
FIGURES = (
    CataloguedFigure(
        "rate_tests",
        RATE,
        (
            "results/tables/rate_tests.parquet",
            "results/tables/verdict.parquet",
        ),
        extent="overall",
    ),
    CataloguedFigure(
        "identification",
        RATE,
        ("processed/{edition}/identification.parquet",),
    ),
    CataloguedFigure(
        "rate_ridge",
        RATE,
        (
            "processed/{edition}/rate_surface.parquet",
            "processed/{edition}/stationary_points.parquet",
            "processed/{edition}/global/doubling_time_draws.parquet",
            "processed/{edition}/identification.parquet",
        ),
        gate="stamp",
    ),
    CataloguedFigure(
        "simulation",
        RATE,
        ("results/tables/simulation.parquet",),
        extent="simulation",
    ),
    CataloguedFigure(
        "sensitivity",
        RATE,
        ("processed/{edition}/sensitivity.parquet",),
    ),
    CataloguedFigure(
        "doubling_times",
        RATE,
        (
            "processed/{edition}/{procedure}/doubling_times.parquet",
            "processed/{edition}/{procedure}/numerical_doubling_times.parquet",
        ),
    ),
    CataloguedFigure(
        "doubling_times_by_rank",
        RATE,
        ("processed/{edition}/{procedure}/aggregate_doubling_times.parquet",),
    ),
    CataloguedFigure(
        "before_and_after",
        RATE,
        ("processed/{edition}/{procedure}/doubling_times.parquet",),
    ),
    CataloguedFigure(
        "doubling_time_distribution",
        RATE,
        (
            "processed/{edition}/{procedure}/doubling_time_draws.parquet",
            "processed/{edition}/{procedure}/doubling_times.parquet",
        ),
    ),
    CataloguedFigure(
        "held_out_error",
        VALIDATION,
        (
            "processed/{edition}/specification_comparison.parquet",
            "processed/{edition}/cross_validation.parquet",
        ),
    ),
    CataloguedFigure(
        "rolling_origin",
        VALIDATION,
        (
            "processed/{edition}/rolling_origin.parquet",
            "processed/{edition}/{procedure}/rolling_rates.parquet",
        ),
    ),
    CataloguedFigure(
        "attribution",
        "Attribution",
        (
            "processed/{edition}/{procedure}/attribution.parquet",
            "raw/reference/published.csv",
            "raw/reference/studied_systems.csv",
        ),
    ),
    CataloguedFigure(
        "transformer_gains",
        GAINS,
        ("processed/{edition}/{procedure}/transformer_gains.parquet",),
    ),
    CataloguedFigure(
        "paper_gains",
        GAINS,
        ("results/tables/paper_gains.parquet",),
        extent="overall",
    ),
    CataloguedFigure(
        "effective_compute",
        GAINS,
        ("results/tables/effective_compute.parquet", "results/tables/verdict.parquet"),
        extent="overall",
    ),
    CataloguedFigure(
        "pareto_frontiers",
        GAINS,
        (
            "processed/{edition}/{procedure}/pareto_frontiers.parquet",
            "raw/systems.csv",
            "processed/{edition}/identification.parquet",
        ),
        gate="withhold",
    ),
    CataloguedFigure(
        "perplexity_over_time",
        "Data",
        observations=True,
    ),
    CataloguedFigure(
        "predicted_against_actual",
        "Fit",
        (
            "processed/{edition}/{procedure}/predictions.parquet",
            "processed/{edition}/{procedure}/fits.parquet",
        ),
    ),
    CataloguedFigure(
        "densities",
        OTHER_LAWS,
        (
            "results/tables/densities.parquet",
            "results/tables/density_trend.parquet",
        ),
        extent="other_laws",
    ),
    CataloguedFigure(
        "compute_budget",
        OTHER_LAWS,
        (
            "results/tables/compute_budget.parquet",
            "results/tables/allocations.parquet",
            "results/tables/inference_trade_off.parquet",
            "results/tables/budget_projection.parquet",
            "results/tables/verdict.parquet",
        ),
        extent="overall",
    ),
    CataloguedFigure(
        "scale_gains",
        OTHER_LAWS,
        (
            "results/tables/scale_gains.parquet",
            "raw/other_laws/allocation_laws.csv",
        ),
        extent="other_laws",
    ),
    CataloguedFigure(
        "extrapolation",
        OTHER_LAWS,
        (
            "raw/other_laws/technology_series.csv",
            "results/tables/trend_forecasts.parquet",
            "results/tables/change_points.parquet",
        ),
        extent="other_laws",
    ),
    CataloguedFigure(
        "forecast_scores",
        OTHER_LAWS,
        ("results/tables/forecast_scores.parquet",),
        extent="other_laws",
    ),
    CataloguedFigure(
        "progress_rates",
        OTHER_LAWS,
        ("results/tables/progress_rates.parquet",),
        extent="overall",
    ),
)
