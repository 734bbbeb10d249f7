"""The figures of the main job: frames in, figures out.

In: rows as they are to be shown. Out: a figure; nothing is read, filtered or estimated here.
"""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator, NullLocator
from numpy.typing import NDArray

from lmprogress.core.plain_names import plain_name
from lmprogress.figures import style
from lmprogress.figures.input_checks import (
    require_known_benchmarks,
    require_rows,
    require_same_procedures,
    require_unique,
)
from lmprogress.figures.labels import place_labels

# ---- perplexity over time -------------------------------------------------------------------------------------------

_PERPLEXITY_TICKS = (2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000)
_COMPUTE_KEY_EXPONENTS = (14, 17, 20, 23)
_LABEL_CHARACTERS = 24


def _marker_area(compute_flop: pd.Series) -> pd.Series:
    """Area in square points: linear in log10 of training compute, the same in every figure; 5 where unknown."""
    return (5.0 + 4.5 * (np.log10(compute_flop) - 13.0)).clip(lower=2.0).fillna(5.0)


def plot_perplexity_over_time(
    observations: pd.DataFrame, benchmarks: Mapping[str, str], notable_systems: Sequence[str]
) -> Figure:
    """Log perplexity (nats; perplexity on the right) over date of publication (decimal year), double column.

    Colour and marker tell the benchmark, the marker's area log10 of the training compute (FLOP; hollow where it is
    not known). `observations` is as in the schema; `benchmarks` maps id to name in the order of the legend;
    `notable_systems` are the system_ids to name, each at its row on the first of the benchmarks that it has.
    Those that `observations` does not hold are left out with a warning. Raises InputError where there are no rows
    or a row has another benchmark.
    """
    require_rows(observations, "observations")
    require_known_benchmarks(observations, "observations", benchmarks)
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 114.0)
        axes = figure.add_subplot()
        area = _marker_area(observations["training_compute_flop"])
        unknown = observations["training_compute_flop"].isna()
        benchmark_marks = style.marks(list(benchmarks))
        shown = [b for b in benchmarks if (observations["benchmark"] == b).any()]
        for benchmark in shown:
            of_it = observations["benchmark"] == benchmark
            mark = benchmark_marks[benchmark]
            axes.scatter(
                observations.loc[of_it, "publication_year"],
                observations.loc[of_it, "log_perplexity"],
                s=area[of_it].to_numpy(),
                marker=mark.marker,
                facecolors=[(mark.colour, 0.0 if hollow else 0.55) for hollow in unknown[of_it]],
                edgecolors=mark.colour,
                linewidths=0.4,
                label=benchmarks[benchmark],
                gid=benchmark,
                zorder=3,
            )
        axes.grid(True)
        years, logs = observations["publication_year"], observations["log_perplexity"]
        axes.set_xlim(np.floor(years.min() - 0.2), np.ceil(years.max() + 0.2))
        axes.set_ylim(logs.min() - 0.25, logs.max() + 0.25)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=14, integer=True, min_n_ticks=1))
        axes.xaxis.set_major_formatter("{x:.0f}")
        axes.set_xlabel("Date of publication (year)")
        axes.set_ylabel("Log perplexity (nats)")
        _perplexity_axis(axes)
        _keys_of_marks(figure, {benchmarks[b]: benchmark_marks[b] for b in shown}, bool(unknown.any()))
        style.settle(figure)
        _name_systems(axes, observations, list(benchmarks), notable_systems, area)
    return figure


def _perplexity_axis(axes: Axes) -> None:
    low, high = np.exp(axes.get_ylim())
    ticks = [p for p in _PERPLEXITY_TICKS if low <= p <= high]
    right = axes.secondary_yaxis("right")
    right.spines["right"].set_visible(True)
    right.set_yticks(np.log(ticks), labels=[f"{p:g}" for p in ticks])
    right.set_ylabel("Perplexity")


def _keys_of_marks(figure: Figure, named_marks: Mapping[str, style.Mark], some_unknown: bool) -> None:
    figure.legend(
        handles=[
            Line2D([], [], linestyle="", marker=m.marker, markersize=4.5, markerfacecolor=(m.colour, 0.55),
                   markeredgecolor=m.colour, markeredgewidth=0.4, label=name)
            for name, m in named_marks.items()
        ],
        loc="outside upper left", ncols=len(named_marks), columnspacing=1.4, handletextpad=0.2, borderaxespad=0.2,
    )  # fmt: skip
    exponents = np.array(_COMPUTE_KEY_EXPONENTS, dtype=float)
    sizes = np.sqrt(_marker_area(pd.Series(10.0**exponents)))
    handles = [
        Line2D([], [], linestyle="", marker="o", markersize=size, markerfacecolor=(style.FAINT, 0.55),
               markeredgecolor=style.FAINT, markeredgewidth=0.4, label=f"$10^{{{exponent:.0f}}}$")
        for exponent, size in zip(exponents, sizes, strict=True)
    ]  # fmt: skip
    title = Line2D([], [], linestyle="", label="Training compute (FLOP):")
    if some_unknown:
        handles.append(
            Line2D([], [], linestyle="", marker="o", markersize=np.sqrt(5.0), markerfacecolor="none",
                   markeredgecolor=style.FAINT, markeredgewidth=0.4, label="unknown")
        )  # fmt: skip
    figure.legend(
        handles=[title, *handles],
        loc="outside lower center", ncols=len(handles) + 1, columnspacing=1.0, handletextpad=0.2, borderaxespad=0.2,
    )  # fmt: skip


def _name_systems(
    axes: Axes, observations: pd.DataFrame, benchmarks: list[str], notable_systems: Sequence[str], area: pd.Series
) -> None:
    held = set(observations["system_id"])
    absent = [s for s in notable_systems if s not in held]
    if absent:
        warnings.warn(f"not among the observations, so not named in the figure: {', '.join(absent)}", stacklevel=3)
    named = (
        observations.assign(rank=observations["benchmark"].map(benchmarks.index))
        .sort_values("rank", kind="stable")
        .drop_duplicates("system_id")
        .set_index("system_id")
        .loc[list(dict.fromkeys(s for s in notable_systems if s in held))]
    )
    _, clear = place_labels(
        axes,
        [textwrap.fill(plain_name(name), _LABEL_CHARACTERS) for name in named["system"]],
        named[["publication_year", "log_perplexity"]].to_numpy(float),
        observations[["publication_year", "log_perplexity"]].to_numpy(float),
        np.sqrt(area.to_numpy(float) / 2),  # half the diagonal of a square of that area
    )
    if not clear:
        warnings.warn("names of systems overlap or leave the axes: name fewer of them", stacklevel=3)


# ---- doubling times -------------------------------------------------------------------------------------------------

_MONTH_TICKS = (0.125, 0.25, 0.5, 1, 2, 3, 6, 12, 24, 48, 96)
# Slower replicates are counted beside the axis: on a logarithmic axis they have no end.
_SLOWEST_MONTHS = 96.0
_FASTEST_MONTHS = 0.25  # what is faster counts in the first bar
# The axis begins here, or lower where something stands lower: 96 months halved so many times.
_USUAL_HALVINGS = 6
_BINS_PER_DOUBLING = 4
# heights within a panel: the tallest bar, the fit's estimate, median and interval
_BAR_TOP, _ESTIMATE_LEVEL, _INTERVAL_LEVEL = 0.76, 0.84, 0.94


def plot_doubling_time_distribution(
    draws: pd.DataFrame, doubling_times: pd.DataFrame, *, interval_percent: float
) -> Figure:
    """Doubling times (months, logarithmic) over the bootstrap replicates, a panel a procedure, single column.

    `draws` has one row a procedure and replicate, `doubling_times` one row a procedure (both as in the schemas, of
    one edition, fit, quantity and benchmark); panels stand in the order of `doubling_times`. Replicates without
    progress, and those slower than 96 months, are counted at the right. Median, interval (of `interval_percent`
    percent) and estimate are those of `doubling_times`. Raises InputError where a frame is empty, where a procedure
    has more rows than that, or stands in one frame alone.
    """
    require_rows(draws, "doubling_time_draws")
    require_rows(doubling_times, "doubling_times")
    require_unique(draws, "doubling_time_draws", ["procedure", "replicate"])
    require_unique(doubling_times, "doubling_times", ["procedure"])
    require_same_procedures(draws, "doubling_time_draws", doubling_times, "doubling_times")
    edges = _month_edges(draws, doubling_times)
    with style.look():
        n_panels = len(doubling_times)
        figure = style.new_figure(style.SINGLE_COLUMN_MM, 20.0 + 36.0 * n_panels)
        panels = figure.subplots(n_panels, 2, squeeze=False, sharex="col", sharey="row", width_ratios=[1.0, 0.38])
        for (axes, beside), (_, row) in zip(panels, doubling_times.iterrows(), strict=True):
            of_it = draws[draws["procedure"] == row["procedure"]]
            _draw_replicates(axes, beside, of_it["growth_rate_per_year"], row, edges)
            _draw_summary(axes, row)
            axes.set_ylabel("Replicates (%)")
            name = style.PROCEDURE_NAMES[row["procedure"]]
            axes.set_title(
                f"{name}, {row['n_replicates']} replicates by {of_it['resample_unit'].iloc[0]}\n"
                f"median {_in_months(row['median_months'])} "
                f"({interval_percent:g} %: {_in_months(row['low_months'])} to {_in_months(row['high_months'])}), "
                f"fit {_in_months(row['estimate_months'])} months"
            )
        axes, beside = panels[-1]
        axes.set_xlabel(f"Doubling time of {style.QUANTITY_NAMES[doubling_times['quantity'].iloc[0]]} (months)")
        _key_of_summary(figure, interval_percent)
        style.settle(figure)
    return figure


def _month_edges(draws: pd.DataFrame, doubling_times: pd.DataFrame) -> NDArray[np.float64]:
    """Edges of the bins, months: fixed parts of a doubling, up to 96 and down to all that is there, or to a week."""
    rates = draws.loc[draws["growth_rate_per_year"] > 0, "growth_rate_per_year"].to_numpy(float)
    summaries = doubling_times[["estimate_months", "median_months", "low_months", "high_months"]].to_numpy(float)
    months = np.maximum(np.concatenate([12.0 / rates, summaries[summaries > 0]]), _FASTEST_MONTHS)
    halvings = max(_USUAL_HALVINGS, int(np.floor(np.log2(_SLOWEST_MONTHS / months.min(initial=_SLOWEST_MONTHS)))) + 1)
    return np.geomspace(_SLOWEST_MONTHS / 2**halvings, _SLOWEST_MONTHS, halvings * _BINS_PER_DOUBLING + 1)


def _draw_replicates(axes: Axes, beside: Axes, rates: pd.Series, row: pd.Series, edges: NDArray[np.float64]) -> None:
    percent = 100.0 / len(rates)
    slow = (rates > 0) & (12.0 / rates.where(rates > 0) > _SLOWEST_MONTHS)
    months = 12.0 / rates[(rates > 0) & ~slow].to_numpy(float)
    on_axis = np.maximum(months, edges[0])
    heights, _, _ = axes.hist(
        on_axis,
        list(edges),
        weights=np.full(len(on_axis), percent),
        color=style.REPLICATES,
        edgecolor="white",
        linewidth=0.4,
    )
    beside_counts = (int(slow.sum()), int(row["n_without_progress"]))
    bars = beside.bar(
        (0, 1), [percent * n for n in beside_counts], width=0.7, color=(style.REPLICATES, style.NO_PROGRESS)
    )
    beside.bar_label(bars, [f"{n}" for n in beside_counts], padding=1.5, fontsize=style.SMALL_FONT_SIZE)
    beside.set_xlim(-0.6, 1.6)
    beside.set_xticks((0, 1), labels=(f"> {_SLOWEST_MONTHS:g}", "no\nprogress"))
    beside.tick_params(axis="x", length=0)
    beside.tick_params(axis="y", left=False, labelleft=False)
    beside.spines["left"].set_visible(False)
    axes.set_xscale("log")
    axes.set_xlim(edges[0], edges[-1])
    ticks = [m for m in _MONTH_TICKS if edges[0] <= m <= edges[-1]]
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    names = [f"{m:g}" for m in ticks]
    if (months < edges[0]).any():
        # the first bar also counts what lies left of the axis
        names[0] = f"≤ {names[0]}"
    axes.xaxis.set_major_formatter(FixedFormatter(names))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_ylim(0, max(np.max(heights), *(percent * n for n in beside_counts)) / _BAR_TOP)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))


def _draw_summary(axes: Axes, row: pd.Series) -> None:
    """Median, interval and estimate over the bars; an arrow where an end of the interval lies off the axis."""
    left, right = axes.get_xlim()
    low, median, high, estimate = (
        np.inf if pd.isna(row[name]) else float(row[name])
        for name in ("low_months", "median_months", "high_months", "estimate_months")
    )
    drawn: dict[str, Any] = {"color": style.INK, "transform": axes.get_xaxis_transform(), "clip_on": False, "zorder": 4}
    if low < right and high > left:
        ends = np.clip([low, high], left, right)
        axes.plot(ends, [_INTERVAL_LEVEL] * 2, gid="interval", **drawn)
        for end, inside, arrow in ((ends[0], low >= left, "<"), (ends[1], high <= right, ">")):
            axes.plot(end, _INTERVAL_LEVEL, marker="|" if inside else arrow, markersize=4, **drawn)
    if left <= median <= right:
        axes.plot([median] * 2, [0, _INTERVAL_LEVEL], linestyle=(0, (3, 2)), **drawn)
        axes.plot(median, _INTERVAL_LEVEL, marker="o", markersize=3.2, gid="median", **drawn)
    if left <= estimate <= right:
        axes.plot(
            estimate, _ESTIMATE_LEVEL, marker="D", markersize=3.6, markerfacecolor="white", markeredgewidth=0.7,
            gid="estimate", **(drawn | {"zorder": 5}),
        )  # fmt: skip


def _in_months(months: float) -> str:
    return "∞" if pd.isna(months) else f"{months:.1f}".replace("-", "−")


def _key_of_summary(figure: Figure, interval_percent: float) -> None:
    figure.legend(
        handles=[
            Patch(facecolor=style.REPLICATES, label="replicates"),
            Line2D([], [], color=style.INK, marker="o", markersize=3.2,
                   label=f"median and {interval_percent:g} % interval"),
            Line2D([], [], linestyle="", marker="D", markersize=3.6, markerfacecolor="white",
                   markeredgecolor=style.INK, markeredgewidth=0.7, label="fit to all rows"),
        ],
        loc="outside lower center", ncols=3, columnspacing=1.2, handlelength=1.4, handletextpad=0.5, borderaxespad=0.2,
    )  # fmt: skip


# ---- fit ------------------------------------------------------------------------------------------------------------


def plot_predicted_against_actual(
    predictions: pd.DataFrame, fits: pd.DataFrame, benchmarks: Mapping[str, str]
) -> Figure:
    """Predicted over measured log perplexity (nats), a panel a procedure, with R² and n of the fit.

    `fits` has one row a procedure and `predictions` the rows of the same fits (both as in the schemas, of one
    edition, specification, data variant and penalty); `benchmarks` maps id to name in the order of the legend.
    One panel takes a single column, two a double one. Raises InputError where a frame is empty, where a procedure
    has several fits, where it stands in one frame alone, or where a row has another benchmark.
    """
    require_rows(predictions, "predictions")
    require_rows(fits, "fits")
    require_known_benchmarks(predictions, "predictions", benchmarks)
    require_unique(fits, "fits", ["procedure"])
    require_unique(predictions, "predictions", ["procedure", "observation_number"])
    require_same_procedures(predictions, "predictions", fits, "fits")
    benchmark_marks = style.marks(list(benchmarks))
    shown = [b for b in benchmarks if (predictions["benchmark"] == b).any()]
    values = predictions[["log_perplexity", "predicted_log_perplexity"]].to_numpy(float)
    ends = (values.min() - 0.2, values.max() + 0.2)
    with style.look():
        width = style.SINGLE_COLUMN_MM if len(fits) == 1 else style.DOUBLE_COLUMN_MM
        figure = style.new_figure(width, width / len(fits) + 15.0)
        panels = figure.subplots(1, len(fits), squeeze=False, sharex=True, sharey=True)[0]
        for axes, (_, fit) in zip(panels, fits.iterrows(), strict=True):
            axes.plot(ends, ends, color=style.FAINT, linestyle=(0, (4, 2)), label="predicted = measured", zorder=2)
            for benchmark in shown:
                rows = predictions[
                    (predictions["procedure"] == fit["procedure"]) & (predictions["benchmark"] == benchmark)
                ]
                mark = benchmark_marks[benchmark]
                axes.scatter(
                    rows["log_perplexity"], rows["predicted_log_perplexity"],
                    s=11, marker=mark.marker, facecolors=[(mark.colour, 0.45)], edgecolors=mark.colour, linewidths=0.4,
                    label=benchmarks[benchmark], gid=benchmark, zorder=3,
                )  # fmt: skip
            axes.set_title(
                f"{style.PROCEDURE_NAMES[fit['procedure']]}: R² = {fit['r2']:.3f}, n = {fit['n_observations']}"
            )
            axes.set(xlim=ends, ylim=ends, box_aspect=1, xlabel="Measured log perplexity (nats)")
            ticks = MaxNLocator(nbins=7, steps=[1, 2, 5, 10])
            axes.xaxis.set_major_locator(ticks)
            axes.yaxis.set_major_locator(ticks)
            axes.grid(True)
        panels[0].set_ylabel("Predicted log perplexity (nats)")
        handles, names = panels[0].get_legend_handles_labels()
        figure.legend(
            [*handles[1:], handles[0]], [*names[1:], names[0]], loc="outside lower center",
            ncols=2 if len(fits) == 1 else len(names), columnspacing=1.2,
            handlelength=1.6, handletextpad=0.4, borderaxespad=0.2,
        )  # fmt: skip
        style.settle(figure)
    return figure
