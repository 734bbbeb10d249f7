"""predictions, fits of each procedure -> results/figures/{edition}/predicted_against_actual."""

from pathlib import Path

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import MainFit
from lmprogress.showing.figures import plot_predicted_against_actual
from lmprogress.showing.headline import main_fit
from lmprogress.showing.placeholder import plot_nothing
from lmprogress.showing.saving import save

with logged(snakemake.log[0]):
    params = snakemake.params
    main = MainFit.model_validate(params.main)
    predictions = pd.concat([tables.read(path, "predictions") for path in snakemake.input.predictions])
    fits = pd.concat([tables.read(path, "fits") for path in snakemake.input.fits])
    figure = plot_nothing()
    if len(fits):
        figure = plot_predicted_against_actual(main_fit(predictions, main), main_fit(fits, main), params.benchmarks)
    save(figure, Path(snakemake.output.pdf).with_suffix(""), params.dpi, snakemake.input)
