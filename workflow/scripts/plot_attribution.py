"""attribution of each procedure, published, studied_systems -> results/figures/{edition}/attribution."""

from pathlib import Path

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.showing.gains_figures import plot_attribution
from lmprogress.showing.gains_rows import pair_labels
from lmprogress.showing.placeholder import plot_nothing
from lmprogress.showing.saving import save

with logged(snakemake.log[0]):
    params, inputs = snakemake.params, snakemake.input
    shares = pd.concat([tables.read(path, "attribution") for path in inputs.attribution])
    figure = plot_nothing()
    if len(shares):
        pairs = pair_labels(
            tables.read_csv(inputs.published, "published"), tables.read_csv(inputs.systems, "studied_systems")
        )
        figure = plot_attribution(shares, pairs, interval_percent=params.interval_percent)
    save(figure, Path(snakemake.output.pdf).with_suffix(""), params.dpi, snakemake.input)
