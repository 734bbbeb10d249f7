"""rate_surface, stationary_points, doubling_time_draws -> results/figures/{edition}/rate_ridge."""

from pathlib import Path

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import MainFit
from lmprogress.laws.profiling import ratio_threshold
from lmprogress.showing.intervals_figures import plot_rate_ridge
from lmprogress.showing.intervals_selection import shown_rates
from lmprogress.showing.placeholder import plot_nothing
from lmprogress.showing.saving import save

with logged(snakemake.log[0]):
    params, main = snakemake.params, MainFit.model_validate(snakemake.params.main)
    surface = tables.read(snakemake.input.surface, "rate_surface")
    points = tables.read(snakemake.input.stationary_points, "stationary_points")
    draws = tables.read(snakemake.input.draws, "doubling_time_draws")
    of_main = surface[surface["specification"] == main.specification]
    figure = plot_nothing()
    if len(of_main):
        figure = plot_rate_ridge(
            of_main,
            points[points["specification"] == main.specification],
            shown_rates(draws, main),
            ratio_threshold(params.interval_percent),
            interval_percent=params.interval_percent,
        )
    save(figure, Path(snakemake.output.pdf).with_suffix(""), params.dpi, snakemake.input)
