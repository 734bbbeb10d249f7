"""simulation -> results/figures/{edition}/simulation."""

from pathlib import Path

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.showing.intervals_figures import plot_simulation
from lmprogress.showing.placeholder import plot_nothing
from lmprogress.showing.saving import save

with logged(snakemake.log[0]):
    params = snakemake.params
    simulation = tables.read(snakemake.input.simulation, "simulation")
    shown = simulation[simulation["edition"] == snakemake.wildcards.edition]
    figure = plot_nothing()
    if len(shown):
        figure = plot_simulation(shown, params.truths, interval_percent=params.interval_percent)
    save(figure, Path(snakemake.output.pdf).with_suffix(""), params.dpi, snakemake.input)
