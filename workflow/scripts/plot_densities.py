"""densities, density_trend -> results/figures/densities."""

from pathlib import Path

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.showing.other_laws_figures import plot_densities
from lmprogress.showing.saving import save

with logged(snakemake.log[0]):
    figure = plot_densities(
        tables.read(snakemake.input.densities, "densities"),
        tables.read(snakemake.input.density_trend, "density_trend"),
    )
    save(figure, Path(snakemake.output.pdf).with_suffix(""), snakemake.params.dpi, snakemake.input)
