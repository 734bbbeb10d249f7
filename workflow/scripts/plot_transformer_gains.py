"""transformer_gains of each procedure -> results/figures/{edition}/transformer_gains."""

from pathlib import Path

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.showing.gains_figures import plot_transformer_gains
from lmprogress.showing.gains_rows import transformer_gain_labels
from lmprogress.showing.placeholder import plot_nothing
from lmprogress.showing.saving import save

with logged(snakemake.log[0]):
    params = snakemake.params
    gains = pd.concat([tables.read(path, "transformer_gains") for path in snakemake.input.tables])
    figure = plot_nothing()
    if len(gains):
        rows, labels = transformer_gain_labels(gains, params.labels)
        figure = plot_transformer_gains(rows, labels, interval_percent=params.interval_percent)
    save(figure, Path(snakemake.output.pdf).with_suffix(""), params.dpi, snakemake.input)
