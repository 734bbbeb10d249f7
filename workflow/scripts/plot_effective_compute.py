"""effective_compute of each procedure -> results/figures/{edition}/effective_compute."""

from pathlib import Path

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.showing.gains_figures import plot_effective_compute
from lmprogress.showing.placeholder import plot_nothing
from lmprogress.showing.saving import save

with logged(snakemake.log[0]):
    growth = pd.concat([tables.read(path, "effective_compute") for path in snakemake.input.tables])
    figure = plot_effective_compute(growth) if len(growth) else plot_nothing()
    save(figure, Path(snakemake.output.pdf).with_suffix(""), snakemake.params.dpi, snakemake.input)
