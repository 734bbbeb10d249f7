"""Figures of doubling times by law, attribution, gains, effective compute and frontiers.

In: rows of the tables beside each figure, as they are to be shown. Out: a figure; nothing is read or estimated here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator, NullLocator

from lmprogress.core.doubling_times import WHY_NOT, doubling_time
from lmprogress.core.plain_names import plain_name
from lmprogress.figures import style
from lmprogress.figures.input_checks import require_rows

_COLOURS = tuple(mark.colour for mark in style.marks([str(i) for i in range(7)]).values())
_MONTH_TICKS = (1, 2, 3, 6, 12, 24, 48, 96)
_FASTEST, _SLOWEST = 0.9, 110.0
_ROW_MM = 4.6
_RANK_CHARACTERS = 46
_RANK_APART = 0.26
# shown below the smallest and above the largest system of the frontiers
_DECADES = 3
# how far two marks of one row stand from its middle
_APART = 0.17
_PROCEDURES = ("study", "global")
_PROCEDURE_COLOURS = {"study": _COLOURS[1], "global": _COLOURS[0]}
_METHOD_NAMES = {"closed_form": "closed form", "numerical": "equal fall of loss (numerical)"}
FACTOR_NAMES = {
    "parameters": "Parameters",
    "data": "Data",
    "parameter_efficiency": "Algorithms,\nparameter term",
    "data_efficiency": "Algorithms,\ndata term",
    "algorithms": "Algorithms\ntogether",
}


# ---- doubling times -------------------------------------------------------------------------------------------------


def plot_doubling_times(rows: pd.DataFrame, labels: Mapping[str, str], *, interval_percent: float) -> Figure:
    """Doubling times of effective compute (months, logarithmic), a row a law, a panel a procedure, double column.

    rows: as in the table doubling_times, one for each label (column `label`), procedure and method; `labels` maps
    them, in order from the top, to what is printed. A mark at the right edge has no progress.
    """
    require_rows(rows, "doubling_times")
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 26.0 + _ROW_MM * len(labels))
        panels = figure.subplots(1, 2, sharey=True)
        heights = {label: -i for i, label in enumerate(labels)}
        for axes, procedure in zip(panels, _PROCEDURES, strict=True):
            _month_axis(axes)
            some = rows[rows["procedure"] == procedure]
            for row in some.to_dict("records"):
                first = row["method"] == "closed_form"
                height = heights[row["label"]] + (_APART if first else -_APART)
                colour = _COLOURS[0] if first else _COLOURS[1]
                _interval(axes, row["low_months"], row["high_months"], height, colour, row["n_replicates"] > 0)
                middle = row["median_months"] if row["n_replicates"] > 0 else row["estimate_months"]
                _mark(axes, middle, height, colour, filled=row["n_replicates"] > 0)
            axes.set_title(style.PROCEDURE_NAMES[procedure])
            axes.set_xlabel("Doubling time (months)")
        panels[0].set_yticks(list(heights.values()), labels=[labels[name] for name in heights], parse_math=False)
        panels[0].set_ylim(-len(labels) + 0.4, 0.6)
        for axes in panels:
            axes.tick_params(axis="y", length=0)
        handles = [
            Line2D([], [], color=colour, marker="o", markersize=3.2, label=_METHOD_NAMES[method])
            for method, colour in zip(_METHOD_NAMES, _COLOURS, strict=False)
        ]
        _key(figure, handles, interval_percent)
        style.settle(figure)
    return figure


def _key(figure: Figure, handles: list[Line2D], interval_percent: float) -> None:
    """The key below the panels: `handles`, then what a mark with an interval, an empty one and an arrow mean."""
    handles += [
        Line2D([], [], color=style.INK, marker="o", markersize=3.2,
               label=f"median and {interval_percent:g} % interval of the replicates"),
        Line2D([], [], linestyle="", color=style.INK, marker="o", markersize=3.2, markerfacecolor="white",
               label="fit alone, not resampled"),
        Line2D([], [], linestyle="", color=style.INK, marker=">", markersize=3.2, label=style.BEYOND),
    ]  # fmt: skip
    figure.legend(handles=handles, loc="outside lower center", ncols=3, columnspacing=1.4)


def _month_axis(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.set_xlim(_FASTEST, _SLOWEST)
    axes.xaxis.set_major_locator(FixedLocator(_MONTH_TICKS))
    axes.xaxis.set_major_formatter(FixedFormatter([f"{m:g}" for m in _MONTH_TICKS]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.grid(True, axis="x")


def _interval(axes: Axes, low: float, high: float, height: float, colour: str, known: bool) -> None:
    """A line from `low` to `high`, an empty end being infinite; an arrow where it leaves the axis."""
    if not known:
        return
    left, right = axes.get_xlim()
    low, high = (np.inf if pd.isna(end) else float(end) for end in (low, high))
    if high <= left or low >= right:
        return
    axes.plot([max(low, left), min(high, right)], [height] * 2, color=colour, linewidth=0.9, zorder=2)
    for end, inside, arrow in ((max(low, left), low >= left, "<"), (min(high, right), high <= right, ">")):
        if not inside:
            axes.plot(end, height, arrow, color=colour, markersize=2.8, clip_on=False, zorder=2)


def _mark(axes: Axes, value: float, height: float, colour: str, *, filled: bool) -> None:
    """A dot at `value`, or an arrow at the edge that it lies beyond; empty is infinite."""
    left, right = axes.get_xlim()
    value = np.inf if pd.isna(value) else float(value)
    shape = "o" if left <= value <= right else ">" if value > right else "<"
    axes.plot(
        np.clip(value, left, right), height, shape, color=colour, markersize=3.0, clip_on=False, zorder=3,
        markerfacecolor=colour if filled or shape != "o" else "white", markeredgewidth=0.7,
    )  # fmt: skip


def plot_doubling_times_by_rank(
    rows: pd.DataFrame, benchmarks: Mapping[str, str], *, interval_percent: float
) -> Figure:
    """Doubling times (months, logarithmic) of the best laws, best first, a panel a procedure, double column.

    rows: medians and intervals as in the table aggregate_doubling_times, with a column `label`, a line for each, where
    rates by benchmark stand beneath one another. benchmarks: id to printed name.
    """
    require_rows(rows, "aggregate_doubling_times")
    colours = {name: mark.colour for name, mark in style.marks(list(benchmarks)).items()}
    with style.look():
        most = int(rows.groupby("procedure")["label"].nunique().max())
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 24.0 + 6.4 * most)
        panels = figure.subplots(1, 2)
        for axes, procedure in zip(panels, _PROCEDURES, strict=True):
            _month_axis(axes)
            lines = list(rows[rows["procedure"] == procedure].groupby("label", sort=False))
            for place, (_, line) in enumerate(lines):
                for aside, row in enumerate(line.to_dict("records")):
                    height = -place + _RANK_APART * ((len(line) - 1) / 2 - aside)
                    colour = colours.get(row["benchmark"], style.INK)
                    _interval(axes, row["low_months"], row["high_months"], height, colour, True)
                    _mark(axes, row["median_months"], height, colour, filled=True)
            names = [textwrap.fill(str(label), _RANK_CHARACTERS) for label, _ in lines]
            axes.set_yticks([-place for place in range(len(lines))], labels=names, fontsize=5.2, parse_math=False)
            axes.set_ylim(0.5 - most, 0.5)
            axes.tick_params(axis="y", length=0)
            axes.set_title(style.PROCEDURE_NAMES[procedure])
            axes.set_xlabel("Doubling time (months)")
        handles = [
            Line2D([], [], color=style.INK, marker="o", markersize=3.2,
                   label=f"median and {interval_percent:g} % interval of the replicates"),
            *(Line2D([], [], color=colours[name], marker="o", markersize=3.2, label=f"on {benchmarks[name]} alone")
              for name in benchmarks if (rows["benchmark"] == name).any()),
            Line2D([], [], linestyle="", color=style.INK, marker=">", markersize=3.2, label=style.BEYOND),
        ]  # fmt: skip
        figure.legend(handles=handles, loc="outside lower center", ncols=3, columnspacing=1.4)
        style.settle(figure)
    return figure


def plot_before_and_after(rows: pd.DataFrame, *, interval_percent: float) -> Figure:
    """Doubling times (months, logarithmic) before and from a year on, a row a year, a panel a procedure, double column.

    rows: as in the table doubling_times, with a column `cutoff` (calendar year); groups are before and from.
    """
    require_rows(rows, "doubling_times")
    years = sorted(rows["cutoff"].unique())
    looks = {"before": ("#CC79A7", _APART), "from": ("#009E73", -_APART)}
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 24.0 + 7.0 * len(years))
        panels = figure.subplots(1, 2, sharey=True)
        for axes, procedure in zip(panels, _PROCEDURES, strict=True):
            _month_axis(axes)
            for row in rows[rows["procedure"] == procedure].to_dict("records"):
                colour, aside = looks[row["group"]]
                height, resampled = aside - years.index(row["cutoff"]), row["n_replicates"] > 0
                _interval(axes, row["low_months"], row["high_months"], height, colour, resampled)
                middle = row["median_months"] if resampled else row["estimate_months"]
                _mark(axes, middle, height, colour, filled=resampled)
            axes.set_title(style.PROCEDURE_NAMES[procedure])
            axes.set_xlabel("Doubling time (months)")
            axes.tick_params(axis="y", length=0)
        panels[0].set_yticks([-place for place in range(len(years))], labels=[f"{year:g}" for year in years])
        panels[0].set_ylim(0.5 - len(years), 0.5)
        panels[0].set_ylabel("Cut-off year")
        handles = [
            Line2D([], [], color=looks["before"][0], marker="o", markersize=3.2, label="before the year"),
            Line2D([], [], color=looks["from"][0], marker="o", markersize=3.2, label="from then on"),
        ]
        _key(figure, handles, interval_percent)
        style.settle(figure)
    return figure


# ---- attribution ----------------------------------------------------------------------------------------------------


def plot_attribution(shares: pd.DataFrame, pairs: Mapping[tuple[str, str], str], *, interval_percent: float) -> Figure:
    """Shares of the fall of loss between systems (percent), a row a pair, a panel a factor, double column.

    shares: as in the table attribution. pairs: (start_system, end_system) to what is printed, from the top.
    """
    require_rows(shares, "attribution")
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 30.0 + 6.0 * len(pairs))
        panels = figure.subplots(1, len(FACTOR_NAMES), sharey=True, sharex=True)
        heights = {pair: -float(i) for i, pair in enumerate(pairs)}
        for axes, (factor, name) in zip(panels, FACTOR_NAMES.items(), strict=True):
            axes.axvline(0, color=style.FAINT, linewidth=0.6)
            axes.grid(True, axis="x")
            axes.set_xlim(-60, 125)
            for row in shares[shares["factor"] == factor].to_dict("records"):
                if (row["start_system"], row["end_system"]) not in heights:
                    continue
                height = heights[row["start_system"], row["end_system"]]
                height += _APART if row["procedure"] == "study" else -_APART
                colour = _PROCEDURE_COLOURS[row["procedure"]]
                _interval(axes, 100 * row["low_share"], 100 * row["high_share"], height, colour, True)
                axes.plot(100 * row["share"], height, "o", color=colour, markersize=3.0, zorder=3)
            axes.set_title(name)
            axes.tick_params(axis="y", length=0)
        panels[0].set_yticks(list(heights.values()), labels=list(pairs.values()))
        panels[0].set_ylim(-len(pairs) + 0.4, 0.6)
        figure.supxlabel("Share of the fall in predicted log perplexity (%)", fontsize=style.FONT_SIZE)
        _procedure_legend(figure, shares, f"fit, with {interval_percent:g} % interval of its bootstrap")
        style.settle(figure)
    return figure


def _procedure_legend(figure: Figure, drawn: pd.DataFrame, what: str) -> None:
    figure.legend(
        handles=[
            Line2D([], [], color=_PROCEDURE_COLOURS[p], marker="o", markersize=3.2,
                   label=f"{style.PROCEDURE_NAMES[p]} ({what})")
            for p in _PROCEDURES if (drawn["procedure"] == p).any()
        ],
        loc="outside upper center", ncols=2, columnspacing=1.6,
    )  # fmt: skip


# ---- gain of the transformer ----------------------------------------------------------------------------------------


def plot_transformer_gains(gains: pd.DataFrame, labels: Mapping[str, str], *, interval_percent: float) -> Figure:
    """Compute-equivalent gain of the transformer (logarithmic), a row a law, a panel a budget, double column.

    gains: as in the table transformer_gains with a column `label`; `labels` maps them, from the top, to what is
    printed.
    """
    require_rows(gains, "transformer_gains")
    budgets = sorted(gains["compute_flop"].unique())
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 26.0 + _ROW_MM * len(labels))
        panels = figure.subplots(1, len(budgets), sharey=True, squeeze=False)[0]
        heights = {label: -i for i, label in enumerate(labels)}
        for axes, budget in zip(panels, budgets, strict=True):
            axes.set_xscale("log")
            axes.set_xlim(0.8, 3000)
            axes.grid(True, axis="x")
            axes.axvline(1, color=style.FAINT, linewidth=0.6)
            for row in gains[gains["compute_flop"] == budget].to_dict("records"):
                colour, height = _PROCEDURE_COLOURS[row["procedure"]], heights[row["label"]]
                _interval(axes, row["low_gain"], row["high_gain"], height, colour, True)
                _mark(axes, row["median_gain"], height, colour, filled=True)
            axes.set_title(f"At {_power(budget)} FLOP")
            axes.set_xlabel("Gain (ratio of compute)")
            axes.tick_params(axis="y", length=0)
        panels[0].set_yticks(list(heights.values()), labels=[labels[name] for name in heights])
        panels[0].set_ylim(-len(labels) + 0.4, 0.6)
        _procedure_legend(figure, gains, f"median and {interval_percent:g} % interval")
        style.settle(figure)
    return figure


def _power(value: float) -> str:
    return f"$10^{{{np.log10(value):.0f}}}$"


# ---- effective compute ----------------------------------------------------------------------------------------------


def plot_effective_compute(growth: pd.DataFrame, verdict: pd.DataFrame) -> Figure:
    """Stylised growth of effective compute (logarithmic) over the years, one panel per edition, double column.

    growth, verdict: as in the tables effective_compute and verdict; editions are those of `verdict`.
    """
    require_rows(growth, "effective_compute")
    require_rows(verdict, "verdict")
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 72.0)
        panels = figure.subplots(1, len(verdict), sharey=True, squeeze=False)[0]
        for axes, found in zip(panels, verdict.to_dict("records"), strict=True):
            some = growth[growth["edition"] == found["edition"]].sort_values("year")
            drawn, estimated = (some[some["rate"] == rate] for rate in ("drawn", "estimated"))
            axes.set_yscale("log")
            doubt = "" if found["identified"] else f"\nnot identified: {WHY_NOT[found['why_not']]}"
            axes.set_title(f"{found['edition']}: {doubling_time(found)}{doubt}")
            axes.set_xlabel("Year")
            axes.grid(True)
            years, physical = estimated["year"], estimated["physical_growth"]
            axes.fill_between(years, 1, physical, color="#DADADA", linewidth=0, label="physical compute")
            axes.fill_between(
                years, physical * estimated["low_algorithmic_growth"],
                # without an end it reaches beyond the axis
                physical * estimated["high_algorithmic_growth"].fillna(np.inf).clip(upper=1e30),
                color=_COLOURS[0], alpha=0.2, linewidth=0, label="with algorithms, interval",
            )  # fmt: skip
            axes.plot(years, estimated["total_growth"], color=_COLOURS[0], label="with algorithms, estimate")
            axes.plot(
                drawn["year"], drawn["total_growth"], color=style.INK, linestyle=(0, (4, 2)),
                label="with algorithms, as the study draws it",
            )  # fmt: skip
            axes.set_xlim(years.min(), years.max())
            axes.set_ylim(1, 1e16)
            told = ["By algorithms, and physical share:"]
            for name, row in (("study’s figure", drawn), ("estimate", estimated)):
                last = row.iloc[-1]
                told.append(f"{name}: ×{_rounded(last['algorithmic_growth'])}, {100 * last['physical_share']:.0f} %")
            axes.text(
                0.03, 0.97, "\n".join(told), transform=axes.transAxes, va="top", fontsize=5.2, linespacing=1.4,
                in_layout=False,
            )  # fmt: skip
            axes.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        panels[0].set_ylabel(f"Effective compute ({growth['year'].min():.0f} = 1)")
        handles, names = panels[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside lower center", ncols=4, columnspacing=1.2)
        style.settle(figure)
    return figure


def _rounded(value: float) -> str:
    """Two significant digits, with thousands apart."""
    return f"{float(f'{value:.2g}'):,.0f}"


# ---- frontiers ------------------------------------------------------------------------------------------------------


def plot_pareto_frontiers(frontiers: pd.DataFrame, systems: pd.DataFrame, names: Sequence[str]) -> Figure:
    """Parameters and tokens (logarithmic) that reach a perplexity by year, a column a system, a row a procedure.

    frontiers: as in the table pareto_frontiers, of one edition and law. systems: system_id, system, n_parameters,
    dataset_size_tokens, perplexity of the systems themselves; `names` their system_ids in order. Double column.
    """
    require_rows(frontiers, "pareto_frontiers")
    years = sorted(frontiers["year"].unique())
    # lines run to sizes that nobody can build
    least, most = (10.0 ** np.round(np.log10(end(systems["n_parameters"]))) for end in (min, max))
    shades = matplotlib.colormaps["viridis"](np.linspace(0.0, 0.92, len(years)))
    known = systems.set_index("system_id")
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 112.0)
        panels = figure.subplots(len(_PROCEDURES), len(names), sharex="col", sharey=True, squeeze=False)
        for row, procedure in zip(panels, _PROCEDURES, strict=True):
            for axes, name in zip(row, names, strict=True):
                some = frontiers[(frontiers["procedure"] == procedure) & (frontiers["system_id"] == name)]
                for year, shade in zip(years, shades, strict=True):
                    line = some[some["year"] == year].sort_values("point")
                    axes.plot(line["n_training_tokens"], line["n_parameters"], color=shade, linewidth=1.0)
                system = known.loc[name]
                own = system[["dataset_size_tokens", "n_parameters"]]
                axes.plot(*own, "D", color=style.INK, markersize=3.4, zorder=4)
                axes.set_xscale("log")
                axes.set_yscale("log")
                axes.set_ylim(least / 10**_DECADES, most * 10**_DECADES)
                axes.grid(True)
                if procedure == _PROCEDURES[0]:
                    axes.set_title(f"{plain_name(str(system['system']))}: perplexity {system['perplexity']:g}")
                else:
                    # room for the letter of the panel
                    axes.set_title(" ")
                    axes.set_xlabel("Training data (tokens)")
            row[0].set_ylabel(f"{style.PROCEDURE_NAMES[procedure]}\nParameters")
        handles = [Line2D([], [], color=shade, label=f"{year:g}") for year, shade in zip(years, shades, strict=True)]
        handles.append(Line2D([], [], linestyle="", marker="D", markersize=3.4, color=style.INK, label="the system"))
        figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), columnspacing=1.2)
        style.settle(figure)
    return figure
