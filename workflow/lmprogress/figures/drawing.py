"""Each figure of the catalogue: the rows that it shows, and the function that draws them.

In: the tables that the catalogue names, settings. Out: a figure, or one that says that there is nothing to show. A
function here has the name of its figure and gives None where there is nothing to show.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from lmprogress.core.settings import MainFit
from lmprogress.figures.catalogue import FIGURES
from lmprogress.figures.fit_figures import (
    plot_doubling_time_distribution,
    plot_perplexity_over_time,
    plot_predicted_against_actual,
)
from lmprogress.figures.gains_figures import (
    plot_attribution,
    plot_before_and_after,
    plot_doubling_times,
    plot_doubling_times_by_rank,
    plot_effective_compute,
    plot_pareto_frontiers,
    plot_transformer_gains,
)
from lmprogress.figures.gains_rows import (
    before_and_after_rows,
    doubling_time_rows,
    pair_labels,
    rank_rows,
    transformer_gain_labels,
)
from lmprogress.figures.intervals_figures import (
    VERDICTS,
    plot_identification,
    plot_rate_ridge,
    plot_rate_tests,
    plot_simulation,
)
from lmprogress.figures.intervals_selection import main_verdict, shown_identification, shown_rates
from lmprogress.figures.other_laws_figures import (
    plot_compute_budget,
    plot_densities,
    plot_extrapolation,
    plot_forecast_scores,
    plot_progress_rates,
)
from lmprogress.figures.paper_gains_figures import plot_paper_gains
from lmprogress.figures.placeholder import plot_nothing
from lmprogress.figures.scale_gains_figures import plot_scale_gains
from lmprogress.figures.sensitivity_figures import plot_sensitivity, shown_variations
from lmprogress.figures.style import stamp
from lmprogress.figures.validation_figures import plot_held_out_error, plot_rolling_origin
from lmprogress.laws.inference.profiling import ratio_threshold
from lmprogress.laws.rates.headline import headline_doubling_times, main_fit

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class FigureSettings:
    """What figures show beside the rows of their tables.

    `benchmarks`: printed names. `laws`: printed names of specifications, in order; `ho_numbers`: the study's number of
    each of those that have one; `cutoffs`: the year from which those with two rates have the second; the
    next three name some laws, in the order shown. `truths`: printed names of the truths of the simulation study.
    `edition`: the figure's own; none for a figure of all.
    """

    main: MainFit
    interval_percent: float
    benchmarks: Mapping[str, str]
    reference_benchmark: str
    laws: Mapping[str, str]
    ho_numbers: Mapping[str, int]
    cutoffs: Mapping[str, int]
    compared_laws: Sequence[str]
    rolling_laws: Sequence[str]
    varied_laws: Sequence[str]
    truths: Mapping[str, str]
    notable_systems: Sequence[str]
    frontier_systems: Sequence[str]
    edition: str | None = None

    def named(self, specifications: Sequence[str]) -> dict[str, str]:
        """The printed names of some specifications."""
        return {name: self.laws[name] for name in specifications}

    @property
    def numbered_laws(self) -> dict[str, str]:
        """Printed names of all specifications, with the study's numbers."""
        numbers = self.ho_numbers
        return {name: f"{numbers[name]}. {law}" if name in numbers else law for name, law in self.laws.items()}


_GATES = {figure.name: figure.gate for figure in FIGURES if figure.gate}


def draw(name: str, tables: Tables, settings: FigureSettings) -> Figure:
    """The figure `name` of the catalogue, stamped or withheld as its gate says. Raises InputError where its rows cannot
    be shown."""
    gate = _GATES.get(name)
    verdict = main_verdict(tables["identification"], settings.main) if gate else None
    if gate == "withhold" and verdict == "no_progress_not_excluded":
        return plot_nothing(f"Withheld: {VERDICTS[verdict]}\nby the main law in this edition")
    figure: Figure | None = getattr(sys.modules[__name__], name)(tables, settings)
    if figure is None:
        return plot_nothing()
    if verdict not in (None, "identified"):
        stamp(figure, f"not identified:\n{VERDICTS[verdict]}")
    return figure


# ---- rates of progress ----------------------------------------------------------------------------------------------


def rate_tests(tables: Tables, settings: FigureSettings) -> Figure | None:
    """The p-value of each rate that was tested for the verdict, by edition."""
    if tables["verdict"].empty:
        return None
    return plot_rate_tests(tables["rate_tests"], tables["verdict"])


def identification(tables: Tables, settings: FigureSettings) -> Figure | None:
    """Doubling time by law: estimate, rival minima, interval, verdict."""
    shown = shown_identification(tables["identification"], settings.main, [settings.reference_benchmark])
    # those with two rates have a figure of their own
    shown = shown[~shown["specification"].isin(list(settings.cutoffs))]
    if shown.empty:
        return None
    return plot_identification(shown, settings.laws, settings.benchmarks, interval_percent=settings.interval_percent)


def rate_ridge(tables: Tables, settings: FigureSettings) -> Figure | None:
    """The likelihood over the rates in parameters and in data, with where each search ends and the replicates."""
    main = settings.main.specification
    surface, points = (
        tables[name][tables[name]["specification"] == main] for name in ("rate_surface", "stationary_points")
    )
    if surface.empty:
        return None
    replicates = shown_rates(tables["doubling_time_draws"], settings.main)
    percent = settings.interval_percent
    return plot_rate_ridge(surface, points, replicates, ratio_threshold(percent), interval_percent=percent)


def simulation(tables: Tables, settings: FigureSettings) -> Figure | None:
    """Bias and coverage of each procedure where the truth is known."""
    shown = tables["simulation"][tables["simulation"]["edition"] == settings.edition]
    if shown.empty:
        return None
    return plot_simulation(shown, settings.truths, interval_percent=settings.interval_percent)


def sensitivity(tables: Tables, settings: FigureSettings) -> Figure | None:
    """Doubling times of every variation with their intervals, by law and procedure."""
    rows = shown_variations(tables["sensitivity"], settings.main)
    if rows["estimate_months"].isna().all():
        return None
    laws = settings.named(settings.varied_laws)
    return plot_sensitivity(rows, laws, interval_percent=settings.interval_percent)


def doubling_times(tables: Tables, settings: FigureSettings) -> Figure | None:
    """Doubling times of every law at the main penalty, in closed form and by search."""
    times = tables["doubling_times"]
    if times.empty:
        return None
    rows, labels = doubling_time_rows(
        times, settings.numbered_laws, settings.main.penalty, settings.reference_benchmark
    )
    return plot_doubling_times(rows, labels, interval_percent=settings.interval_percent)


def doubling_times_by_rank(tables: Tables, settings: FigureSettings) -> Figure | None:
    """Doubling times of the best laws by cross-validation, and of all of them together."""
    rows = rank_rows(tables["aggregate_doubling_times"], settings.laws)
    if rows.empty:
        return None
    return plot_doubling_times_by_rank(rows, settings.benchmarks, interval_percent=settings.interval_percent)


def before_and_after(tables: Tables, settings: FigureSettings) -> Figure | None:
    """Doubling times before and from each cut-off year."""
    rows = before_and_after_rows(tables["doubling_times"], settings.cutoffs, settings.main.penalty)
    return None if rows.empty else plot_before_and_after(rows, interval_percent=settings.interval_percent)


def doubling_time_distribution(tables: Tables, settings: FigureSettings) -> Figure | None:
    """The doubling time of effective compute over the bootstrap replicates, by procedure."""
    shown = headline_doubling_times(tables["doubling_times"], settings.main)
    if shown.empty:
        return None
    draws = main_fit(tables["doubling_time_draws"], settings.main)
    draws = draws.merge(shown[["procedure", "quantity", "benchmark", "group"]])
    return plot_doubling_time_distribution(draws, shown, interval_percent=settings.interval_percent)


# ---- cross-validation -----------------------------------------------------------------------------------------------


def held_out_error(tables: Tables, settings: FigureSettings) -> Figure | None:
    """Held-out errors of all laws less those of the main one, by protocol."""
    comparison = tables["specification_comparison"]
    comparison = comparison[(comparison["against"] == "main") & (comparison["protocol"] != "rolling_origin")]
    if comparison.empty:
        return None
    main = main_fit(tables["cross_validation"], settings.main)
    fitted = {*comparison["specification"], *main["specification"]}
    return plot_held_out_error(
        comparison,
        main,
        settings.named([name for name in settings.compared_laws if name in fitted]),
        settings.main.penalty,
        interval_percent=settings.interval_percent,
    )


def rolling_origin(tables: Tables, settings: FigureSettings) -> Figure | None:
    """Error of forecasts and doubling time as data arrive, year by year."""
    rolling = tables["rolling_origin"]
    rolling = rolling[rolling["specification"].isin(list(settings.rolling_laws))]
    if rolling.empty:
        return None
    fitted = set(rolling["specification"])
    key = ["specification", "penalty", "procedure", "year"]
    rates = tables["rolling_rates"]
    shared = rates[(rates["benchmark"] == "all") & (rates["group"] == "all")]
    rolling = rolling.merge(shared[[*key, "growth_rate_per_year"]], on=key, how="left")
    return plot_rolling_origin(rolling, settings.named([name for name in settings.rolling_laws if name in fitted]))


# ---- attribution and gains ------------------------------------------------------------------------------------------


def attribution(tables: Tables, settings: FigureSettings) -> Figure | None:
    """Shares of parameters, data and algorithms between the study's systems."""
    shares = tables["attribution"]
    if shares.empty:
        return None
    pairs = pair_labels(tables["published"], tables["studied_systems"])
    return plot_attribution(shares, pairs, interval_percent=settings.interval_percent)


def transformer_gains(tables: Tables, settings: FigureSettings) -> Figure | None:
    """What the transformer is worth in compute, by law."""
    gains = tables["transformer_gains"]
    if gains.empty:
        return None
    rows, labels = transformer_gain_labels(gains, settings.numbered_laws)
    return plot_transformer_gains(rows, labels, interval_percent=settings.interval_percent)


def effective_compute(tables: Tables, settings: FigureSettings) -> Figure | None:
    """Stylised growth of effective compute."""
    verdict = tables["verdict"]
    return None if verdict.empty else plot_effective_compute(tables["effective_compute"], verdict)


def pareto_frontiers(tables: Tables, settings: FigureSettings) -> Figure | None:
    """Parameters and tokens that reach a perplexity, by year."""
    frontiers = tables["pareto_frontiers"]
    if frontiers.empty:
        return None
    systems = tables["systems"].merge(frontiers[["system_id", "perplexity"]].drop_duplicates(), on="system_id")
    return plot_pareto_frontiers(frontiers, systems, settings.frontier_systems)


# ---- data and fit ---------------------------------------------------------------------------------------------------


def perplexity_over_time(tables: Tables, settings: FigureSettings) -> Figure | None:
    """The observations: log perplexity over publication date."""
    observations = tables["fitted_observations"]
    if observations.empty:
        return None
    return plot_perplexity_over_time(observations, settings.benchmarks, settings.notable_systems)


def predicted_against_actual(tables: Tables, settings: FigureSettings) -> Figure | None:
    """Predicted against measured log perplexity, by procedure."""
    predictions, fits = (main_fit(tables[name], settings.main) for name in ("predictions", "fits"))
    return None if fits.empty else plot_predicted_against_actual(predictions, fits, settings.benchmarks)


# ---- other laws of progress -----------------------------------------------------------------------------------------


def densities(tables: Tables, settings: FigureSettings) -> Figure | None:
    """Capability density over time, and its doubling time by definition."""
    return plot_densities(tables["densities"], tables["density_trend"])


def compute_budget(tables: Tables, settings: FigureSettings) -> Figure | None:
    """Training runs beside optimal ones, serving, and progress over the years."""
    names = ("compute_budget", "allocations", "inference_trade_off", "budget_projection", "verdict")
    return plot_compute_budget(*(tables[name] for name in names))


def scale_gains(tables: Tables, settings: FigureSettings) -> Figure | None:
    """What algorithms save as a function of training compute, as a band over the irreducible loss."""
    laws = tables["allocation_laws"]
    return plot_scale_gains(tables["scale_gains"], dict(zip(laws["law"], laws["label"], strict=True)))


def extrapolation(tables: Tables, settings: FigureSettings) -> Figure | None:
    """Earlier trends of technologies extended, and when a slowdown would have been seen."""
    return plot_extrapolation(*(tables[name] for name in ("technology_series", "trend_forecasts", "change_points")))


def forecast_scores(tables: Tables, settings: FigureSettings) -> Figure | None:
    """Error and coverage of forecasts from rolling origins."""
    return plot_forecast_scores(tables["forecast_scores"], settings.laws, settings.benchmarks)


def progress_rates(tables: Tables, settings: FigureSettings) -> Figure | None:
    """Months per doubling, every rate on one axis."""
    return plot_progress_rates(tables["progress_rates"])


def paper_gains(tables: Tables, settings: FigureSettings) -> Figure | None:
    """Gains of papers over themselves at equal size, and exponents of size within them."""
    return None if tables["paper_gains"].empty else plot_paper_gains(tables["paper_gains"])
