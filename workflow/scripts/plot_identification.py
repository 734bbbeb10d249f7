"""identification -> results/figures/{edition}/identification."""

from pathlib import Path

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import MainFit
from lmprogress.showing.intervals_figures import plot_identification
from lmprogress.showing.intervals_selection import shown_identification
from lmprogress.showing.placeholder import plot_nothing
from lmprogress.showing.saving import save

with logged(snakemake.log[0]):
    params = snakemake.params
    identification = tables.read(snakemake.input.identification, "identification")
    shown = shown_identification(identification, MainFit.model_validate(params.main), list(params.benchmarks))
    figure = plot_nothing()
    if len(shown):
        figure = plot_identification(shown, params.labels, interval_percent=params.interval_percent)
    save(figure, Path(snakemake.output.pdf).with_suffix(""), params.dpi, snakemake.input)
