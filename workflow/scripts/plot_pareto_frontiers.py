"""pareto_frontiers of each procedure, systems -> results/figures/{edition}/pareto_frontiers."""

from pathlib import Path

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.showing.gains_figures import plot_pareto_frontiers
from lmprogress.showing.placeholder import plot_nothing
from lmprogress.showing.saving import save

with logged(snakemake.log[0]):
    params, inputs = snakemake.params, snakemake.input
    frontiers = pd.concat([tables.read(path, "pareto_frontiers") for path in inputs.frontiers])
    figure = plot_nothing()
    if len(frontiers):
        perplexities = frontiers[["system_id", "perplexity"]].drop_duplicates()
        systems = tables.read_csv(inputs.systems, "systems", params.vocabularies).merge(perplexities, on="system_id")
        figure = plot_pareto_frontiers(frontiers, systems, params.systems)
    save(figure, Path(snakemake.output.pdf).with_suffix(""), params.dpi, snakemake.input)
