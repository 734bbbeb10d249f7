"""progress_rates -> results/figures/progress_rates."""

from pathlib import Path

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.showing.other_laws_figures import plot_progress_rates
from lmprogress.showing.saving import save

with logged(snakemake.log[0]):
    figure = plot_progress_rates(
        tables.read(snakemake.input.progress_rates, "progress_rates"),
    )
    save(figure, Path(snakemake.output.pdf).with_suffix(""), snakemake.params.dpi, snakemake.input)
