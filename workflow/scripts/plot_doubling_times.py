"""doubling_times of each procedure -> results/figures/{edition}/doubling_times."""

from pathlib import Path

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.showing.gains_figures import plot_doubling_times
from lmprogress.showing.gains_rows import doubling_time_rows
from lmprogress.showing.placeholder import plot_nothing
from lmprogress.showing.saving import save

with logged(snakemake.log[0]):
    params = snakemake.params
    times = pd.concat([tables.read(path, "doubling_times") for path in snakemake.input.tables])
    figure = plot_nothing()
    if len(times):
        rows, labels = doubling_time_rows(times, params.labels, params.main["penalty"], params.reference)
        figure = plot_doubling_times(rows, labels, interval_percent=params.interval_percent)
    save(figure, Path(snakemake.output.pdf).with_suffix(""), params.dpi, snakemake.input)
