"""The figures of intervals: the verdict, identification, the ridge of rates, the simulation study.

In: rows as they are to be shown. Out: a figure; nothing is read, filtered or estimated here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from lmprogress.core.doubling_times import doubling_time
from lmprogress.figures import style
from lmprogress.figures.input_checks import require_rows

# ---- verdict --------------------------------------------------------------------------------------------------------

_RATE_MONTHS = (24, 12, 6, 4, 3, 2)


def plot_rate_tests(rate_tests: pd.DataFrame, verdict: pd.DataFrame) -> Figure:
    """p-value of each growth rate (doublings a year) with two Monte Carlo standard errors; one panel per edition.

    rate_tests, verdict: as in their schemas. The band is the interval, the horizontal line the significance level.
    Double column. Raises InputError where `verdict` has no rows.
    """
    require_rows(verdict, "verdict")
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 72.0)
        panels = figure.subplots(1, len(verdict), squeeze=False, sharex=True, sharey=True)[0]
        for axes, row in zip(panels, verdict.to_dict("records"), strict=True):
            tests = rate_tests[rate_tests["edition"] == row["edition"]].sort_values("growth_rate_per_year")
            rates = tests["growth_rate_per_year"].to_numpy(float)
            low, high = (
                edge if pd.isna(row[name]) else float(row[name])
                for name, edge in (("low_growth_rate_per_year", rates[0]), ("high_growth_rate_per_year", rates[-1]))
            )
            axes.axvspan(low, high, color=style.REPLICATES, alpha=0.35, linewidth=0)
            axes.axhline(1 - row["level"] / 100, color=style.FAINT, linewidth=0.6)
            axes.axvline(row["growth_rate_per_year"], color="#D55E00")
            axes.errorbar(
                rates, tests["p_value"], yerr=2 * tests["p_value_error"], color=style.INK, linestyle="", marker="o",
                markersize=2.6, elinewidth=0.6,
            )  # fmt: skip
            axes.set_ylim(0, 1)
            axes.set_title(f"{row['edition']}: {doubling_time(row)}")
            axes.set_xlabel("Growth rate (doublings a year)")
            months = axes.secondary_xaxis("top")
            months.set_xticks([12 / each for each in _RATE_MONTHS], labels=[str(each) for each in _RATE_MONTHS])
            months.tick_params(pad=1)
        panels[0].set_ylabel("p-value")
        figure.legend(
            handles=[
                Line2D([], [], color="#D55E00", label="maximum likelihood"),
                Line2D([], [], color=style.REPLICATES, alpha=0.5, linewidth=5, label="not rejected"),
                Line2D([], [], color=style.INK, marker="o", markersize=2.6, linewidth=0.6,
                       label="p-value and two Monte Carlo standard errors"),
                Line2D([], [], linestyle="", label="above: months for one doubling"),
            ],
            loc="outside lower center", ncols=4, borderaxespad=0.2,
        )  # fmt: skip
        style.settle(figure)
    return figure


# ---- identification -------------------------------------------------------------------------------------------------

_MONTH_TICKS = (1, 2, 3, 6, 12, 24, 48, 96)
_FASTEST_MONTHS, _SLOWEST_MONTHS = 1.0, 96.0
_LABEL_CHARACTERS = 72
_ROW_MM, _LINE_MM = 1.5, 2.3

# the verdicts in words, and their colours
VERDICTS = {
    "identified": "identified",
    "flat_ridge": "flat ridge: a wide interval",
    "several_basins": "several minima, nearly as good",
    "no_progress_not_excluded": "no progress not excluded",
}
_VERDICT_COLOURS = dict(zip(VERDICTS, ("#0072B2", "#E69F00", "#CC79A7", "#D55E00"), strict=True))


def plot_identification(
    identification: pd.DataFrame,
    labels: Mapping[str, str],
    benchmarks: Mapping[str, str],
    *,
    interval_percent: float,
) -> Figure:
    """Doubling time (months, logarithmic) by law: minimum, rival minima, bootstrap interval; double column.

    One row a row of `identification` (as in the schema), from above; `labels` names the specifications, `benchmarks`
    the benchmarks. An interval or a minimum beyond the axis is an arrow. Raises InputError where there are no rows.
    """
    require_rows(identification, "identification")
    names = [_name_of(row, labels, benchmarks) for row in identification.to_dict("records")]
    heights = np.array([_ROW_MM + _LINE_MM * (1 + name.count("\n")) for name in names])
    places = -(np.cumsum(heights) - heights / 2)
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, float(heights.sum()) + 26.0)
        axes = figure.add_subplot()
        for place, row in zip(places, identification.to_dict("records"), strict=True):
            _draw_law(axes, float(place), row)
        _month_axis(axes)
        axes.set_yticks(places, labels=names)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(-float(heights.sum()), 0)
        axes.grid(True, axis="x")
        axes.set_xlabel("Doubling time of effective compute (months)")
        shown = [v for v in VERDICTS if (identification["verdict"] == v).any()]
        figure.legend(
            handles=[
                *(Line2D([], [], color=_VERDICT_COLOURS[v], marker="D", markersize=3.6, label=VERDICTS[v])
                  for v in shown),
                Line2D([], [], linestyle="", marker="D", markersize=3.6, color=style.INK, label="minimum"),
                Line2D([], [], linestyle="", marker="|", markersize=7, color=style.INK, label="rival minimum"),
                Line2D([], [], color=style.INK, label=f"{interval_percent:g} % interval, bootstrap by paper"),
                Line2D([], [], color=style.INK, linewidth=3, alpha=0.25, label="profile likelihood"),
                Line2D([], [], linestyle="", marker=">", markersize=3.2, color=style.INK, label=style.BEYOND),
            ],
            loc="outside lower center", ncols=4, columnspacing=1.2, handlelength=1.6, borderaxespad=0.2,
        )  # fmt: skip
        style.settle(figure)
    return figure


def _name_of(row: Mapping[Any, Any], labels: Mapping[str, str], benchmarks: Mapping[str, str]) -> str:
    number = "" if pd.isna(row["ho_number"]) else f"{row['ho_number']}  "
    named = (benchmarks.get(row["benchmark"], str(row["benchmark"])), str(row["group"]))
    parts = [name for name in named if name != "all"]
    group = f" ({', '.join(parts)})" if parts else ""
    return textwrap.fill(number + labels[str(row["specification"])] + group, _LABEL_CHARACTERS, break_on_hyphens=False)


def _draw_law(axes: Axes, place: float, row: Mapping[Any, Any]) -> None:
    colour = _VERDICT_COLOURS[str(row["verdict"])]
    if row["profiled"]:
        _draw_interval(axes, place, row["profile_low_months"], row["profile_high_months"], colour, thick=True)
    if row["n_replicates"]:
        _draw_interval(axes, place, row["bootstrap_low_months"], row["bootstrap_high_months"], colour, thick=False)
    months = [_or_infinite(row[name]) for name in ("fastest_rival_months", "slowest_rival_months")]
    estimate = _or_infinite(row["estimate_months"])
    for rival in months if row["n_rivals"] > 1 else []:
        if rival != estimate and np.isfinite(rival):
            axes.plot(np.clip(rival, _FASTEST_MONTHS, _SLOWEST_MONTHS), place, marker="|", markersize=7, color=colour)
    beyond = not _FASTEST_MONTHS <= estimate <= _SLOWEST_MONTHS
    marker = "D" if not beyond else (">" if estimate > _SLOWEST_MONTHS else "<")
    axes.plot(
        np.clip(estimate, _FASTEST_MONTHS, _SLOWEST_MONTHS), place, marker=marker, markersize=3.6, color=colour,
        clip_on=False, zorder=4,
    )  # fmt: skip


def _draw_interval(axes: Axes, place: float, low: Any, high: Any, colour: str, *, thick: bool) -> None:
    """A line between the ends, an arrow where one lies beyond the axis; an empty end is zero or infinite."""
    start = 0.0 if pd.isna(low) else float(low)
    end = _or_infinite(high)
    ends = np.clip([start, end], _FASTEST_MONTHS, _SLOWEST_MONTHS)
    if thick:
        axes.plot(ends, [place, place], color=colour, linewidth=3.0, alpha=0.25, solid_capstyle="butt", zorder=2)
        return
    axes.plot(ends, [place, place], color=colour, zorder=3)
    for at, inside, arrow in ((ends[0], start >= _FASTEST_MONTHS, "<"), (ends[1], end <= _SLOWEST_MONTHS, ">")):
        if not inside:
            axes.plot(at, place, marker=arrow, markersize=3.0, color=colour, clip_on=False, zorder=3)


def _or_infinite(months: Any) -> float:
    return float("inf") if pd.isna(months) else float(months)


def _month_axis(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.set_xlim(_FASTEST_MONTHS, _SLOWEST_MONTHS)
    axes.xaxis.set_major_locator(FixedLocator(_MONTH_TICKS))
    axes.xaxis.set_major_formatter(FixedFormatter([f"{m:g}" for m in _MONTH_TICKS]))
    axes.xaxis.set_minor_locator(NullLocator())


# ---- the ridge of rates ---------------------------------------------------------------------------------------------

_RATIO_LEVELS = (0, 1, 2, 4, 8, 16, 32, 64)
_RATE_LIMITS = (-4.0, 5.0)
_ISOCHRONES = (3, 6, 12, 24)
_LABEL_RATE = 3.4
_NOT_COMPUTED = "#E4E0DA"


def plot_rate_ridge(
    surface: pd.DataFrame, points: pd.DataFrame, replicates: pd.DataFrame, threshold: float, *, interval_percent: float
) -> Figure:
    """Likelihood ratio over growth rates in parameters and in data (doublings a year), a panel a penalty.

    `surface` and `points` are rows of rate_surface and stationary_points of one law, at one penalty or more;
    `replicates` has the rates of each bootstrap replicate at the greatest penalty. The black line is where the ratio
    is `threshold`, of a profile interval of `interval_percent` percent. Raises InputError where `surface` is empty.
    """
    require_rows(surface, "rate_surface")
    penalties = sorted(surface["penalty"].unique())
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 9.0 + style.DOUBLE_COLUMN_MM / 2)
        panels = figure.subplots(1, len(penalties), squeeze=False, sharex=True, sharey=True)[0]
        for axes, penalty in zip(panels, penalties, strict=True):
            of_it = surface[surface["penalty"] == penalty]
            x, y = of_it["growth_rate_in_parameters"], of_it["growth_rate_in_data"]
            ratio = of_it["likelihood_ratio"]
            filled = axes.tricontourf(x, y, ratio, levels=_RATIO_LEVELS, cmap="Blues_r", extend="max")
            axes.set_facecolor(_NOT_COMPUTED)
            axes.tricontour(x, y, ratio, levels=[threshold], colors=style.INK, linewidths=0.9, zorder=4)
            if penalty == penalties[-1]:
                axes.scatter(
                    replicates["growth_rate_in_parameters"], replicates["growth_rate_in_data"], s=1.5,
                    color="#E69F00", alpha=0.5, linewidths=0, zorder=3,
                )  # fmt: skip
            _draw_points(axes, points[points["penalty"] == penalty])
            _draw_isochrones(axes)
            axes.set_xlim(*_RATE_LIMITS)
            axes.set_ylim(*_RATE_LIMITS)
            axes.set_aspect("equal")
            axes.set_title("No penalty" if penalty == 0 else f"Penalty {penalty:g}")
            axes.set_xlabel("Growth of effective parameters (doublings a year)")
        panels[0].set_ylabel("Growth of effective data (doublings a year)")
        bar = figure.colorbar(filled, ax=list(panels), shrink=0.8, pad=0.01)
        bar.set_label("Likelihood ratio, n · ln(F / least F)")
        _key_of_ridge(figure, interval_percent)
        style.settle(figure)
    return figure


def _draw_points(axes: Axes, points: pd.DataFrame) -> None:
    """Each point, or at the edge that it lies beyond, with its rates."""
    least, most = _RATE_LIMITS
    for row in points.to_dict("records"):
        look = _POINTS["study" if row["procedure"] == "study" else "minimum" if row["basin"] == 1 else "rival"]
        rates = np.array([row["growth_rate_in_parameters"], row["growth_rate_in_data"]], float)
        inside = rates.clip(least, most)
        axes.plot(*inside, linestyle="", zorder=5, clip_on=False, **look)
        if row["procedure"] != "study" and row["basin"] == 1 and (inside != rates).any():
            left, below = inside[0] > (least + most) / 2, inside[1] == least
            axes.annotate(
                f"at {rates[0]:.1f}, {rates[1]:.1f}".replace("-", "−"), tuple(inside),
                xytext=(-5 if left else 5, 7 if below else -7),
                textcoords="offset points", ha="right" if left else "left", fontsize=style.SMALL_FONT_SIZE, zorder=6,
                bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.8},
            )  # fmt: skip


_POINTS: dict[str, dict[str, Any]] = {
    "minimum": {
        "marker": "D",
        "markersize": 4.5,
        "color": "#D55E00",
        "markeredgecolor": "white",
        "markeredgewidth": 0.5,
    },
    "rival": {"marker": "s", "markersize": 4.0, "color": "#CC79A7", "markeredgecolor": "white", "markeredgewidth": 0.5},
    "study": {"marker": "X", "markersize": 5.5, "color": "#009E73", "markeredgecolor": "white", "markeredgewidth": 0.5},
}


def _draw_isochrones(axes: Axes) -> None:
    """Lines of equal doubling time of effective compute, whose rate is the sum of both."""
    for months in (*_ISOCHRONES, None):
        total = 0.0 if months is None else 12 / months
        axes.axline((0, total), slope=-1, color=style.FAINT, linewidth=0.6, linestyle=(0, (4, 2)) if months else "-")
        x = _LABEL_RATE
        axes.annotate(
            "no progress" if months is None else f"{months} mo", (x, total - x), fontsize=style.SMALL_FONT_SIZE - 1,
            rotation=-45, ha="center", va="center", rotation_mode="anchor", color=style.INK,
            bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.7},
        )  # fmt: skip


def _key_of_ridge(figure: Figure, interval_percent: float) -> None:
    names = {"minimum": "global minimum", "rival": "other minimum", "study": "study’s stopping point"}
    figure.legend(
        handles=[Line2D([], [], linestyle="", label=label, **_POINTS[kind]) for kind, label in names.items()]
        + [
            Line2D([], [], linestyle="", marker="o", markersize=2.5, color="#E69F00", label="bootstrap by paper"),
            Line2D([], [], color=style.INK, linewidth=0.9, label=f"{interval_percent:g} % of a profile likelihood"),
            Line2D([], [], color=style.FAINT, linewidth=0.6, linestyle=(0, (4, 2)), label="equal doubling time"),
            Patch(facecolor=_NOT_COMPUTED, label="not computed"),
        ],
        loc="outside lower center", ncols=4, columnspacing=1.0, handletextpad=0.4, borderaxespad=0.2,
    )  # fmt: skip


# ---- simulation study -----------------------------------------------------------------------------------------------

_SIMULATED = {
    "study_row_bootstrap": "Study’s stopping point, bootstrap by row",
    "minimum_row_bootstrap": "Global minimum, bootstrap by row",
    "minimum_paper_bootstrap": "Global minimum, bootstrap by paper",
    "profile_likelihood": "Unpenalised minimum, profile likelihood",
    "simple_paper_bootstrap": "Compute alone, bootstrap by paper",
}


def plot_simulation(simulation: pd.DataFrame, truths: Mapping[str, str], *, interval_percent: float) -> Figure:
    """Bias of the logarithm of doubling time, and coverage (%), by procedure; a row of panels a truth; double column.

    `simulation` is as in the schema, of one edition; `truths` maps id to name, in the order of the panels. Bars are
    two Monte Carlo standard errors; the thin line on the left is the root mean squared error about the truth. Raises
    InputError where there are no rows.
    """
    require_rows(simulation, "simulation")
    shown = [truth for truth in truths if (simulation["truth"] == truth).any()]
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 22.0 + 27.0 * len(shown))
        panels = figure.subplots(len(shown), 2, squeeze=False, sharex="col", sharey=True)
        heights = {name: -i for i, name in enumerate(_SIMULATED)}
        for (left, right), truth in zip(panels, shown, strict=True):
            of_it = simulation[simulation["truth"] == truth]
            for row in of_it.to_dict("records"):
                _draw_procedure(left, right, heights[str(row["procedure"])], row)
            left.set_title(f"{truths[truth]}: {of_it['true_months'].iloc[0]:.1f} months")
            left.axvline(0, color=style.FAINT, linewidth=0.6)
            right.axvline(interval_percent, color=style.FAINT, linewidth=0.6)
            left.set_yticks(list(heights.values()), labels=list(_SIMULATED.values()))
            left.set_ylim(-len(heights) + 0.4, 0.6)
            for axes in (left, right):
                axes.tick_params(axis="y", length=0)
                axes.grid(True, axis="x")
        panels[-1][0].set_xlabel("ln(estimated / true doubling time)")
        panels[-1][1].set_xlabel(f"{interval_percent:g} % intervals that hold the truth (%)")
        panels[-1][1].set_xlim(0, 103)
        figure.legend(
            handles=[
                Line2D([], [], color=style.INK, marker="o", markersize=3.2, linewidth=1.6,
                       label="mean and two Monte Carlo standard errors"),
                Line2D([], [], color=style.REPLICATES, linewidth=0.8, marker="|",
                       label="root mean square error about the truth"),
            ],
            loc="outside lower center", ncols=2, borderaxespad=0.2,
        )  # fmt: skip
        style.settle(figure)
    return figure


def _draw_procedure(left: Axes, right: Axes, place: float, row: Mapping[Any, Any]) -> None:
    numbers = {name: float(row[name]) if pd.notna(row[name]) else float("nan") for name in (
        "log_bias", "log_bias_error", "log_rmse", "coverage", "coverage_error",
    )}  # fmt: skip
    spread = numbers["log_rmse"]
    left.plot([-spread, spread], [place, place], color=style.REPLICATES, marker="|", zorder=2)
    left.errorbar(
        numbers["log_bias"], place, xerr=2 * numbers["log_bias_error"], color=style.INK, marker="o", markersize=3.2,
        elinewidth=1.6, zorder=3,
    )  # fmt: skip
    if np.isnan(numbers["coverage"]):
        right.annotate("not computed", (2, place), va="center", fontsize=style.SMALL_FONT_SIZE, color=style.FAINT)
        return
    right.errorbar(
        100 * numbers["coverage"], place, xerr=200 * numbers["coverage_error"], color=style.INK, marker="o",
        markersize=3.2, elinewidth=1.6, zorder=3,
    )  # fmt: skip
