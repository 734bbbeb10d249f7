"""technology_series, trend_forecasts, change_points -> results/figures/extrapolation."""

from pathlib import Path

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.showing.other_laws_figures import plot_extrapolation
from lmprogress.showing.saving import save

with logged(snakemake.log[0]):
    figure = plot_extrapolation(
        tables.read_csv(snakemake.input.technology_series, "technology_series"),
        tables.read(snakemake.input.trend_forecasts, "trend_forecasts"),
        tables.read(snakemake.input.change_points, "change_points"),
    )
    save(figure, Path(snakemake.output.pdf).with_suffix(""), snakemake.params.dpi, snakemake.input)
