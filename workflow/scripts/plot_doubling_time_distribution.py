"""doubling_time_draws, doubling_times of each procedure -> results/figures/{edition}/doubling_time_distribution."""

from pathlib import Path

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import MainFit
from lmprogress.showing.figures import plot_doubling_time_distribution
from lmprogress.showing.headline import headline_doubling_times, main_fit
from lmprogress.showing.placeholder import plot_nothing
from lmprogress.showing.saving import save

with logged(snakemake.log[0]):
    params = snakemake.params
    main = MainFit.model_validate(params.main)
    draws = pd.concat([tables.read(path, "doubling_time_draws") for path in snakemake.input.draws])
    times = pd.concat([tables.read(path, "doubling_times") for path in snakemake.input.doubling_times])
    figure = plot_nothing()
    if len(times):
        shown = headline_doubling_times(times, main)
        figure = plot_doubling_time_distribution(
            main_fit(draws, main).merge(shown[["procedure", "quantity", "benchmark", "group"]]),
            shown,
            interval_percent=params.interval_percent,
        )
    save(figure, Path(snakemake.output.pdf).with_suffix(""), params.dpi, snakemake.input)
