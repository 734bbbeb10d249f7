"""rolling_origin of the edition -> results/figures/{edition}/rolling_origin."""

from pathlib import Path

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.showing.placeholder import plot_nothing
from lmprogress.showing.saving import save
from lmprogress.showing.validation_figures import plot_rolling_origin

with logged(snakemake.log[0]):
    params = snakemake.params
    rolling = tables.read(snakemake.input.rolling_origin, "rolling_origin")
    shown = rolling["specification"].isin(list(params.labels))
    figure = plot_rolling_origin(rolling[shown], params.labels) if shown.any() else plot_nothing()
    save(figure, Path(snakemake.output.pdf).with_suffix(""), params.dpi, snakemake.input)
