"""compute_budget, allocations, inference_trade_off, budget_projection -> results/figures/compute_budget."""

from pathlib import Path

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.showing.other_laws_figures import plot_compute_budget
from lmprogress.showing.saving import save

with logged(snakemake.log[0]):
    figure = plot_compute_budget(
        tables.read(snakemake.input.compute_budget, "compute_budget"),
        tables.read(snakemake.input.allocations, "allocations"),
        tables.read(snakemake.input.inference_trade_off, "inference_trade_off"),
        tables.read(snakemake.input.budget_projection, "budget_projection"),
    )
    save(figure, Path(snakemake.output.pdf).with_suffix(""), snakemake.params.dpi, snakemake.input)
