"""sensitivity of the edition -> results/figures/{edition}/sensitivity."""

from pathlib import Path

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import MainFit
from lmprogress.showing.placeholder import plot_nothing
from lmprogress.showing.saving import save
from lmprogress.showing.sensitivity_figures import plot_sensitivity, shown_variations

with logged(snakemake.log[0]):
    params = snakemake.params
    rows = shown_variations(
        tables.read(snakemake.input.sensitivity, "sensitivity"), MainFit.model_validate(params.main)
    )
    figure = plot_nothing()
    if rows["estimate_months"].notna().any():
        figure = plot_sensitivity(rows, params.labels, interval_percent=params.interval_percent)
    save(figure, Path(snakemake.output.pdf).with_suffix(""), params.dpi, snakemake.input)
