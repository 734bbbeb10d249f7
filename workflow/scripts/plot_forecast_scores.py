"""forecast_scores -> results/figures/forecast_scores."""

from pathlib import Path

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.showing.other_laws_figures import plot_forecast_scores
from lmprogress.showing.saving import save

with logged(snakemake.log[0]):
    figure = plot_forecast_scores(
        tables.read(snakemake.input.forecast_scores, "forecast_scores"),
    )
    save(figure, Path(snakemake.output.pdf).with_suffix(""), snakemake.params.dpi, snakemake.input)
