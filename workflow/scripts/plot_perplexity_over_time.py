"""observations -> results/figures/{edition}/perplexity_over_time."""

from pathlib import Path

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.showing.figures import plot_perplexity_over_time
from lmprogress.showing.placeholder import plot_nothing
from lmprogress.showing.saving import save

with logged(snakemake.log[0]):
    params = snakemake.params
    observations = tables.read(snakemake.input.observations, "observations")
    figure = (
        plot_perplexity_over_time(observations, params.benchmarks, params.notable_systems)
        if len(observations)
        else plot_nothing()
    )
    save(figure, Path(snakemake.output.pdf).with_suffix(""), params.dpi, snakemake.input)
