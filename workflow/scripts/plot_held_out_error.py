"""specification_comparison, cross_validation of the edition -> results/figures/{edition}/held_out_error."""

from pathlib import Path

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.showing.placeholder import plot_nothing
from lmprogress.showing.saving import save
from lmprogress.showing.validation_figures import plot_held_out_error

with logged(snakemake.log[0]):
    params = snakemake.params
    comparison = tables.read(snakemake.input.comparison, "specification_comparison")
    comparison = comparison[(comparison["against"] == "main") & (comparison["protocol"] != "rolling_origin")]
    validation = tables.read(snakemake.input.cross_validation, "cross_validation")
    is_main = (validation["specification"] == params.main["specification"]) & (
        validation["penalty"] == params.main["penalty"]
    )
    figure = plot_nothing()
    if len(comparison):
        figure = plot_held_out_error(
            comparison,
            validation[is_main],
            params.labels,
            params.main["penalty"],
            interval_percent=params.interval_percent,
        )
    save(figure, Path(snakemake.output.pdf).with_suffix(""), params.dpi, snakemake.input)
