"""Figures of other laws of progress: density, budgets, extrapolation, rates on one axis.

In: the tables beside each figure. Out: a figure; nothing is read or estimated here.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedFormatter, FixedLocator, LogLocator, MaxNLocator, NullLocator

from lmprogress.core.dates import DAYS_PER_YEAR, decimal_years
from lmprogress.core.doubling_times import doubling_time
from lmprogress.figures import style
from lmprogress.figures.input_checks import require_rows
from lmprogress.figures.labels import place_labels

_MONTH_TICKS = (0.5, 1, 2, 3, 5, 10, 20, 50, 100, 200)
_COLOURS = tuple(mark.colour for mark in style.marks([str(i) for i in range(7)]).values())
_DASHED = (0, (4, 2))


def _month_axis(axes: Axes, low: float, high: float) -> None:
    """A logarithmic axis of months from `low` to `high`."""
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    ticks = [m for m in _MONTH_TICKS if low <= m <= high]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_major_formatter(FixedFormatter([f"{m:g}" for m in ticks]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.grid(True, axis="x")


# ---- density --------------------------------------------------------------------------------------------------------

_TREND_NAMES = {
    "records": "records",
    "records_to_2024_01": "records, as known January 2024",
    "records_to_2024_07": "records, as known July 2024",
    "records_to_2025_01": "records, as known January 2025",
    "records_recent": "records since 2024",
    "records_without_last": "records but the last",
    "mmlu_cf_records": "records, MMLU-CF",
    "all_models": "all models",
    "quantile_50": "all models, median",
    "quantile_90": "all models, upper decile",
    "disclosed_tokens_all_models": "all models with disclosed tokens",
    "net_of_tokens": "these, at equal tokens per parameter",
    "compute_all_models": "these, as effective compute",
    "records_by_least_minimum": "records, reference’s lower minimum",
    "mmlu_before_chatgpt": "before ChatGPT (published line)",
    "mmlu_after_chatgpt": "since ChatGPT (published line)",
    "price_records": "price of inference",
    "records_with_moore": "records, with Moore’s law",
}


def plot_densities(densities: pd.DataFrame, density_trend: pd.DataFrame) -> Figure:
    """Density over date of publication, and months per doubling by definition; double column.

    Frames as in the schemas. Raises InputError where one is empty.
    """
    require_rows(densities, "densities")
    require_rows(density_trend, "density_trend")
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 88.0)
        left, right = figure.subplots(1, 2, width_ratios=(1.15, 1.0))
        _draw_densities(left, densities, dict(zip(density_trend["trend"], density_trend["months"], strict=True)))
        shown = density_trend.set_index("trend").reindex(list(_TREND_NAMES)).dropna(subset=["months"])
        places = np.arange(len(shown))[::-1]
        right.hlines(places, shown["low_months"], shown["high_months"], color=style.INK, linewidth=1.0)
        right.plot(shown["months"], places, "o", markersize=3.4, color=_COLOURS[0], gid="months")
        for place, months in zip(places, shown["months"], strict=True):
            right.annotate(
                f"{months:.1f}", (1.0, place), xycoords=("axes fraction", "data"), xytext=(3, 0),
                textcoords="offset points", va="center", fontsize=style.SMALL_FONT_SIZE, annotation_clip=False,
            )  # fmt: skip
        right.set_yticks(places, labels=[_TREND_NAMES[name] for name in shown.index])
        right.tick_params(axis="y", length=0)
        right.set_ylim(-0.7, len(shown) - 0.3)
        _month_axis(right, 1.8, 7.0)
        right.set_xlabel("Months per doubling")
        style.settle(figure)
    return figure


def _draw_densities(axes: Axes, densities: pd.DataFrame, months_of: Mapping[str, float]) -> None:
    densities = densities.assign(year=decimal_years(densities["publication_date"], DAYS_PER_YEAR))
    published = densities[densities["score_basis"] == "published"]
    average = densities[(densities["score_basis"] == "Average") & densities["density"].notna()]
    dates = published["year"]
    axes.scatter(dates, published["density"], s=9, color=style.FAINT, linewidths=0, label="published", gid="published")
    best = published[published["record"]].sort_values("publication_date")
    axes.plot(
        best["year"], best["density"], "-o", markersize=3.2, color=_COLOURS[0], label="records",
        gid="records",
    )  # fmt: skip
    computed = average["year"]
    axes.vlines(computed, average["published_density"], average["density"], color=_COLOURS[1], linewidth=0.6)
    axes.plot(
        computed, average["density"], "D", markersize=3.2, markerfacecolor="white", markeredgecolor=_COLOURS[1],
        markeredgewidth=0.8, label="computed from public scores", gid="computed",
    )  # fmt: skip
    ends = np.array([dates.min(), dates.max()])
    for name, colour, line in (("records", _COLOURS[0], _DASHED), ("all_models", style.INK, (0, (1, 1)))):
        rows = best if name == "records" else published
        middle = float(rows["year"].mean())
        level = float(np.log(rows["density"]).mean())
        months = months_of[name]
        axes.plot(
            ends, np.exp(level + np.log(2) * 12 / months * (ends - middle)), color=colour, linestyle=line,
            label=f"{'records' if name == 'records' else 'all models'}: {months:.1f} months",
        )  # fmt: skip
    axes.set_yscale("log")
    axes.grid(True)
    axes.set_xlabel("Date of publication (year)")
    axes.set_ylabel("Capability density")
    axes.legend(loc="lower right", handlelength=1.8)


# ---- budgets --------------------------------------------------------------------------------------------------------

_LAW_NAMES = {
    "besiroglu": "Besiroglu et al. 2024",
    "hoffmann_printed": "Hoffmann et al. 2022, printed",
    "hoffmann_unrounded": "Hoffmann et al. 2022, unrounded",
    "twenty_tokens": "20 tokens a parameter",
}
_SERVED_LAW = "besiroglu"


def plot_compute_budget(
    compute_budget: pd.DataFrame,
    allocations: pd.DataFrame,
    inference_trade_off: pd.DataFrame,
    budget_projection: pd.DataFrame,
    verdict: pd.DataFrame,
) -> Figure:
    """Training runs beside optimal ones, the cheapest served model, and gains over the years; double column.

    Frames as in the schemas; projection and verdict may be empty. Raises InputError where another one is.
    """
    require_rows(compute_budget, "compute_budget")
    require_rows(allocations, "allocations")
    require_rows(inference_trade_off, "inference_trade_off")
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 78.0)
        runs, served, gains = figure.subplots(1, 3, width_ratios=(1.35, 1.0, 1.0))
        _draw_runs(runs, compute_budget)
        _draw_served(served, inference_trade_off)
        _draw_gains(gains, budget_projection, verdict)
        style.settle(figure)
        models = compute_budget.drop_duplicates("model")
        points = models[["n_parameters", "n_training_tokens"]].to_numpy(float)
        place_labels(runs, models["model"].tolist(), points, points, np.full(len(points), 2.0))
    return figure


def _draw_runs(axes: Axes, compute_budget: pd.DataFrame) -> None:
    models = compute_budget.drop_duplicates("model")
    for colour, (law, name) in zip(_COLOURS, _LAW_NAMES.items(), strict=False):
        rows = compute_budget[compute_budget["law"] == law].sort_values("training_compute_flop")
        axes.plot(
            rows["optimal_n_parameters"], rows["optimal_n_training_tokens"], color=colour, linewidth=1.0, label=name,
            gid=law,
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(3e8, 1.5e12)
    axes.set_ylim(2e9, 6e13)
    sizes = np.array(axes.get_xlim())
    for exponent in range(20, 27, 2):
        axes.plot(sizes, 10.0**exponent / (6 * sizes), color="#C8C8C8", linestyle=(0, (1, 1.5)), zorder=1)
    axes.scatter(models["n_parameters"], models["n_training_tokens"], s=12, color=style.INK, zorder=3, gid="runs")
    axes.set_xlabel("Parameters")
    axes.set_ylabel("Training tokens")
    axes.legend(loc="lower right", handlelength=1.4, fontsize=5.2)


def _draw_served(axes: Axes, trade_off: pd.DataFrame) -> None:
    rows = trade_off[(trade_off["law"] == _SERVED_LAW) & (trade_off["n_served_tokens"] > 0)]
    for colour, (budget, group) in zip(_COLOURS, rows.groupby("training_compute_flop"), strict=False):
        axes.plot(
            group["n_served_tokens"], group["size_ratio"], "-o", markersize=2.6, color=colour,
            label=f"{_scientific(float(str(budget)))} FLOP",
        )  # fmt: skip
    axes.set_xscale("log")
    axes.set_ylim(0, 1.05)
    axes.grid(True)
    axes.set_xlabel("Tokens served")
    axes.set_ylabel("Cheapest over optimal size")
    axes.legend(loc="lower left", handlelength=1.4, title="Training budget without serving", fontsize=5.2)


def _scientific(value: float) -> str:
    """Three significant digits times a power of ten; the power alone where that says it all."""
    digits, _, exponent = f"{value:.2e}".partition("e")
    digits = f"{float(digits):g}"
    power = f"10^{{{int(exponent)}}}"
    return f"${power}$" if digits == "1" else f"${digits} \\times {power}$"


def _draw_gains(axes: Axes, projection: pd.DataFrame, verdict: pd.DataFrame) -> None:
    """Gains over the years, with the interval at the last year beside the line, set apart from one another."""
    firsts = projection.drop_duplicates(["edition", "years"])
    times = {row["edition"]: doubling_time(row) for row in verdict.to_dict("records")}
    last = firsts["years"].max()
    axes.set_yscale("log")
    # the legend stands above the largest gain shown
    top = 1e12
    axes.set_ylim(0.5, 1e18)
    for number, (edition, rows) in enumerate(firsts.groupby("edition", sort=False)):
        colour = _COLOURS[number % len(_COLOURS)]
        label = f"{edition}:\n{times[edition]}"
        axes.plot(rows["years"], rows["gain"], color=colour, label=label, gid=str(edition))
        end = rows[rows["years"] == last].iloc[0]
        place = last * (1.03 + 0.035 * number)
        high = float(end["gain_high"]) if pd.notna(end["gain_high"]) else math.inf
        axes.plot([place] * 2, [min(end["gain_low"], top), min(high, top)], color=colour, linewidth=1.0)
        if end["gain"] <= top:
            axes.plot(place, end["gain"], "o", markersize=2.6, color=colour)
        if high > top:
            axes.plot(place, top, "^", markersize=3.5, color=colour)
    axes.yaxis.set_major_locator(LogLocator(base=10, numticks=14))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.grid(True)
    axes.set_xlabel("Years of progress")
    axes.set_ylabel("Effective over physical compute")
    if len(firsts):
        # lines of a rate that is not identified run behind it
        axes.legend(
            loc="upper left", handlelength=1.4, fontsize=5.2, frameon=True, framealpha=0.9, edgecolor="none"
        ).set_zorder(5)
    else:
        axes.text(0.5, 0.5, "No verdict", transform=axes.transAxes, ha="center")


# ---- extrapolation --------------------------------------------------------------------------------------------------

_SERIES_NAMES = {
    "processor_clock": "Processor clock",
    "airspeed_record": "Airspeed record",
    "transistors": "Transistors on a chip",
}
_TOOL_NAMES = {"broken_stick": "bend of the trend", "cusum": "sum of forecast errors", "last_record": "no record since"}
_TOOL_MARKS = {"broken_stick": "^", "cusum": "s", "last_record": "D"}
# heights of the marks at the foot, shares of the axis
_TOOL_LEVELS = {"broken_stick": 0.05, "cusum": 0.10, "last_record": 0.15}


def plot_extrapolation(
    technology_series: pd.DataFrame, trend_forecasts: pd.DataFrame, change_points: pd.DataFrame
) -> Figure:
    """Earlier trends extended beside what came, and when each tool saw the slowdown; a panel a series, double column.

    Frames as in the schemas. Raises InputError where one is empty.
    """
    for name, frame in (
        ("technology_series", technology_series),
        ("trend_forecasts", trend_forecasts),
        ("change_points", change_points),
    ):
        require_rows(frame, name)
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 76.0)
        for axes, (series, name) in zip(figure.subplots(1, 3), _SERIES_NAMES.items(), strict=True):
            points = technology_series[technology_series["series"] == series]
            axes.scatter(points["year"], points["value"], s=6, color=style.FAINT, linewidths=0, gid="points", zorder=3)
            windows = trend_forecasts[trend_forecasts["series"] == series].sort_values("target_year")
            farthest = windows.drop_duplicates(["first_year", "last_year"], keep="last").sort_values("first_year")
            for colour, window in zip(_COLOURS, farthest.to_dict("records"), strict=False):
                _draw_window(axes, colour, window)
            tools = change_points[change_points["series"] == series]
            _draw_alarms(axes, {row["tool"]: row for row in tools.to_dict("records")})
            axes.set_yscale("log")
            axes.grid(True)
            axes.set_title(name)
            axes.set_xlabel("Year")
            axes.set_ylabel(str(points["unit"].iloc[0]))
            if len(windows):
                axes.legend(
                    loc="upper left", handlelength=1.6, fontsize=5.2, frameon=True, edgecolor="none", framealpha=0.9
                )
        figure.legend(
            handles=[
                Line2D([], [], linestyle="", marker=_TOOL_MARKS[tool], markersize=4, markerfacecolor="white",
                       markeredgecolor=style.INK, label=f"alarm: {label}")
                for tool, label in _TOOL_NAMES.items()
            ],
            loc="outside lower center", ncols=3, columnspacing=1.4, handletextpad=0.3, borderaxespad=0.2,
        )  # fmt: skip
        style.settle(figure)
    return figure


def _draw_window(axes: Axes, colour: str, window: Mapping[Any, Any]) -> None:
    """The trend over the years that it was fitted to, solid, and on to its last target, dashed."""
    first, last, target = window["first_year"], window["last_year"] + 1, window["target_year"]
    years = np.array([first, last, target], float)
    values = window["foretold"] * 2 ** ((years - target) / window["doubling_years"])
    axes.plot(years[:2], values[:2], color=colour, linewidth=1.1)
    label = f"{first:.0f}–{last - 1:.0f}: doubles in {window['doubling_years']:.1f} years"
    axes.plot(years[1:], values[1:], color=colour, linestyle=_DASHED, linewidth=1.1, label=label, gid="foretold")


def _draw_alarms(axes: Axes, tools: Mapping[str, Mapping[Any, Any]]) -> None:
    bend = tools["broken_stick"]["break_year"] if "broken_stick" in tools else math.nan
    if math.isfinite(bend):
        axes.axvline(bend, color=style.INK, linewidth=0.6)
        axes.annotate(
            f"{bend:.0f}", (bend, 0.30), xycoords=("data", "axes fraction"), xytext=(2, 0), textcoords="offset points",
            fontsize=style.SMALL_FONT_SIZE,
        )  # fmt: skip
    for tool, level in _TOOL_LEVELS.items():
        if tool not in tools:
            continue
        alarm, wolf = tools[tool]["alarm_year"], f"({100 * tools[tool]['false_alarm_rate']:.0f})"
        if math.isfinite(alarm):
            axes.plot(
                alarm, level, marker=_TOOL_MARKS[tool], markersize=4, markerfacecolor="white",
                markeredgecolor=style.INK, transform=axes.get_xaxis_transform(), zorder=4, gid=f"alarm {tool}",
            )  # fmt: skip
            axes.annotate(
                f"{alarm:.0f} {wolf}", (alarm, level), xycoords=("data", "axes fraction"), xytext=(4, 0),
                textcoords="offset points", va="center", fontsize=5.2,
            )  # fmt: skip
        else:
            axes.text(
                0.98, level, f"{_TOOL_NAMES[tool]}: no alarm {wolf}", transform=axes.transAxes, va="center", ha="right",
                fontsize=5.2,
            )  # fmt: skip


# method -> name, marker; the laws that forecast systems follow, in the order of the table
_METHOD_NAMES = {
    "naive": ("last value", "s"),
    "stochastic_trend": ("random walk with drift", "o"),
    "exponential_trend": ("exponential trend", "^"),
}
_LAW_MARKERS = ("D", "v", "P", "X", "p")
_ERROR_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10)


_FORECAST_NAMES = {
    **_SERIES_NAMES,
    "density": "Density of open models",
    "single_thread_performance": "Single-thread performance",
}


def _series_name(series: str, benchmarks: Mapping[str, str]) -> str:
    """Printed name of a series: of perplexity and of systems with benchmark and edition."""
    first, *rest = series.split("_")
    if first == "perplexity" and rest and rest[0] in benchmarks:
        return f"Perplexity, {benchmarks[rest[0]]}, {' '.join(rest[1:])}"
    if first == "systems":
        return f"Systems, {' '.join(rest)}"
    return _FORECAST_NAMES.get(series, series.replace("_", " ").capitalize())


def plot_forecast_scores(
    forecast_scores: pd.DataFrame, laws: Mapping[str, str], benchmarks: Mapping[str, str]
) -> Figure:
    """Error and coverage of forecasts over all horizons, a row a series and a mark a method; double column.

    Frame as in the schema. laws, benchmarks: printed names. Raises InputError where it is empty.
    """
    require_rows(forecast_scores, "forecast_scores")
    scores = forecast_scores[forecast_scores["horizon"] == "all"]
    series = sorted(set(scores["series"]), reverse=True)
    by_laws = [method for method in scores["method"].unique() if method not in _METHOD_NAMES]
    looks = dict(_METHOD_NAMES) | {law: (laws[law], marker) for law, marker in zip(by_laws, _LAW_MARKERS, strict=False)}
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 18.0 + 5.0 * len(series))
        error, coverage = figure.subplots(1, 2, sharey=True)
        for colour, (method, (name, marker)) in zip(_COLOURS, looks.items(), strict=False):
            rows = scores[scores["method"] == method]
            places = rows["series"].map(series.index)
            for axes, column in ((error, "rmse"), (coverage, "coverage")):
                axes.plot(
                    rows[column], places, marker, markersize=4, color=colour, markerfacecolor="white", label=name,
                    markeredgewidth=0.9, gid=f"{column} {method}",
                )  # fmt: skip
        nominal = float(scores["nominal_coverage"].iloc[0])
        coverage.axvline(nominal, color=style.INK, linewidth=0.6, linestyle=_DASHED)
        error.set_xscale("log")
        error.xaxis.set_major_locator(FixedLocator(_ERROR_TICKS))
        error.xaxis.set_major_formatter(FixedFormatter([f"{tick:g}" for tick in _ERROR_TICKS]))
        error.xaxis.set_minor_locator(NullLocator())
        error.set_xlabel("Root mean squared error (doublings)")
        coverage.set_xlabel(f"Share of actual values in {100 * nominal:g} % intervals")
        coverage.set_xlim(0, 1.03)
        error.set_yticks(range(len(series)), labels=[_series_name(name, benchmarks) for name in series])
        error.set_ylim(-0.7, len(series) - 0.3)
        for axes in (error, coverage):
            axes.grid(True)
            axes.tick_params(axis="y", length=0)
        figure.legend(
            *error.get_legend_handles_labels(), loc="outside lower center", ncols=3, columnspacing=1.2,
            handletextpad=0.3, borderaxespad=0.2,
        )  # fmt: skip
        style.settle(figure)
    return figure


# ---- one axis -------------------------------------------------------------------------------------------------------

_DOMAINS = (
    "language models",
    "prices",
    "computer vision",
    "reinforcement learning",
    "chess",
    "solvers",
    "textbook algorithms",
    "hardware",
    "aviation",
    "scale, not progress",
)
_LABEL_CHARACTERS = 84
_FASTEST, _SLOWEST = 1.0, 260.0


def plot_progress_rates(progress_rates: pd.DataFrame) -> Figure:
    """Months per doubling of every rate, by domain and from fast to slow, on one logarithmic axis; double column.

    Frame as in the schema. Raises InputError where it is empty.
    """
    require_rows(progress_rates, "progress_rates")
    known = [d for d in _DOMAINS if (progress_rates["domain"] == d).any()]
    domains = known + sorted(set(progress_rates["domain"]) - set(known))
    between = np.sqrt(progress_rates["low"] * progress_rates["high"])
    middle = progress_rates["months"].where(progress_rates["months"].notna(), between)
    rows = progress_rates.assign(place=progress_rates["domain"].map(domains.index), middle=middle).sort_values(
        ["place", "middle"], na_position="last"
    )
    colours = {domain: _COLOURS[i % len(_COLOURS)] for i, domain in enumerate(domains)}
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 12.0 + 4.4 * (len(rows) + 0.8 * len(domains)))
        axes = figure.add_subplot()
        _month_axis(axes, _FASTEST, _SLOWEST)
        height, ticks, labels, last = 0.0, [], [], None
        for row in rows.to_dict("records"):
            if row["domain"] != last:
                height -= 0.8
                axes.annotate(
                    str(row["domain"]).capitalize(), (0.0, height), xycoords=("axes fraction", "data"), xytext=(-4, 0),
                    textcoords="offset points", ha="right", va="center", weight="bold", annotation_clip=False,
                    color=colours[row["domain"]],
                )  # fmt: skip
                height, last = height - 1.0, row["domain"]
            _draw_rate(axes, row, height, colours[row["domain"]])
            ticks.append(height)
            labels.append(textwrap.shorten(str(row["definition"]), _LABEL_CHARACTERS, placeholder=" …"))
            height -= 1.0
        axes.set_yticks(ticks, labels=labels, fontsize=5.2, parse_math=False)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(height, 0)
        axes.set_xlabel("Months per doubling, or per halving of what is needed")
        figure.legend(
            handles=[
                Line2D([], [], marker="o", markersize=3.6, color=style.INK, label="computed here"),
                Line2D([], [], marker="o", markersize=3.6, color=style.INK, markerfacecolor="white", label="published"),
            ],
            loc="outside lower right", ncols=2, columnspacing=1.4, borderaxespad=0.2,
        )  # fmt: skip
        style.settle(figure)
    return figure


def _draw_rate(axes: Axes, row: Mapping[Any, Any], height: float, colour: str) -> None:
    """One rate: its interval, its estimate, and its figure at the right; an arrow where an end is off the axis."""
    low, months, high = row["low"], row["months"], row["high"]
    if isinstance(row["interval"], str):
        ends = (low if np.isfinite(low) else 0.0, high if np.isfinite(high) else np.inf)
        left, right = max(ends[0], _FASTEST), min(ends[1], _SLOWEST)
        axes.plot([left, right], [height] * 2, color=colour, linewidth=1.0, solid_capstyle="butt")
        for end, inside, arrow in ((left, ends[0] >= _FASTEST, "<"), (right, ends[1] <= _SLOWEST, ">")):
            axes.plot(end, height, marker="|" if inside else arrow, markersize=4, color=colour, clip_on=False)
    if np.isfinite(months):
        face = colour if row["origin"] == "computed" else "white"
        axes.plot(
            months, height, "o", markersize=3.6, color=colour, markerfacecolor=face, zorder=3, gid=str(row["rate"])
        )
    text = f"{months:.1f}" if np.isfinite(months) else f"{low:.0f}–{high:.0f}"
    axes.annotate(
        text, (1.0, height), xycoords=("axes fraction", "data"), xytext=(3, 0), textcoords="offset points", va="center",
        fontsize=5.2, annotation_clip=False,
    )  # fmt: skip
