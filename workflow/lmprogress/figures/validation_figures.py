"""The figures of the cross-validation: frames in, figures out.

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
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator

from lmprogress.figures import style
from lmprogress.figures.input_checks import require_rows, require_unique

# panels, in order, with their titles
_PANELS = {
    ("study", "study_split"): "Study’s protocol",
    ("global", "study_split"): "Same rows, global minima",
    ("global", "leave_one_row_out"): "One row left out",
    ("global", "leave_one_paper_out"): "One paper left out",
}
_LABEL_CHARACTERS = 38
# differences are shown up to so many times the farthest end of a common interval, the upper quartile of all
_SHOWN_SPREAD = 1.6
_WITHIN_NOISE = "#0072B2"
_MONTH_TICKS = (1, 2, 3, 6, 12, 24, 48, 96)


def plot_held_out_error(
    comparison: pd.DataFrame,
    main: pd.DataFrame,
    labels: Mapping[str, str],
    main_penalty: float,
    interval_percent: float,
) -> Figure:
    """Held-out squared errors of all laws less those of the main one, a panel a protocol, double column.

    `comparison`: rows of the table specification_comparison against the main law, of one edition. `main`: the rows of
    cross_validation of the main law at its penalty. `labels`: specification to label, in the order shown, downwards.
    A law at `main_penalty` has its interval over papers; its other penalties are small dots. What lies right of the
    axes is written at their edge. Raises InputError where there are no rows, or a law is there twice.
    """
    require_rows(comparison, "specification_comparison")
    key = ["procedure", "protocol", "specification"]
    require_unique(comparison, "specification_comparison", [*key, "penalty"])
    shown = [panel for panel in _PANELS if _of(comparison, panel).any()]
    rows = {name: place for place, name in enumerate(labels)}
    at_main = comparison[comparison["penalty"] == main_penalty]
    right = _SHOWN_SPREAD * float(np.quantile(at_main["high"].fillna(at_main["mean_difference"]), 0.75))
    left = min(1.1 * float(at_main["low"].min()), -0.1 * right)
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 24.0 + 6.2 * len(rows))
        panels = figure.subplots(1, len(shown), squeeze=False, sharey=True, sharex=True)[0]
        for axes, panel in zip(panels, shown, strict=True):
            _draw_errors(axes, comparison[_of(comparison, panel)], rows, main_penalty, right)
            mse = main.loc[_of(main, panel), "mse"].iloc[0]
            axes.set_title(f"{_PANELS[panel]}\n(main law: {mse:.4f})")
        axes = panels[0]
        axes.set_xlim(left, right)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10]))
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_yticks(list(rows.values()), [textwrap.fill(labels[name], _LABEL_CHARACTERS) for name in rows])
        figure.supxlabel(
            "Mean squared error of held-out log perplexity, less that of the main law (squared nats)",
            fontsize=style.FONT_SIZE,
        )
        figure.legend(
            handles=[
                Line2D([], [], color=style.INK, marker="o", markersize=3.2,
                       label=f"penalty {main_penalty:g}, {interval_percent:g} % interval over papers leaves out zero"),
                Line2D([], [], color=_WITHIN_NOISE, marker="o", markersize=3.2, label="holds zero"),
                Line2D([], [], linestyle="", marker="o", markersize=2.2, color=style.FAINT, label="other penalties"),
            ],
            loc="outside upper center", ncols=3, columnspacing=1.4, handletextpad=0.4, borderaxespad=0.2,
        )  # fmt: skip
        style.settle(figure)
    return figure


def _of(frame: pd.DataFrame, panel: tuple[str, str]) -> pd.Series:
    return (frame["procedure"] == panel[0]) & (frame["protocol"] == panel[1])


def _draw_errors(
    axes: Axes, comparison: pd.DataFrame, rows: Mapping[str, int], main_penalty: float, right: float
) -> None:
    axes.axvline(0, color=style.FAINT, zorder=1)
    axes.grid(True, axis="x")
    axes.tick_params(axis="y", length=0)
    others = comparison[comparison["penalty"] != main_penalty]
    axes.scatter(
        others["mean_difference"], others["specification"].map(rows), s=4, color=style.FAINT, linewidths=0,
        gid="other_penalties", zorder=2,
    )  # fmt: skip
    at_main = comparison[comparison["penalty"] == main_penalty]
    for name, beyond_noise, difference, low, high in zip(
        at_main["specification"],
        at_main["beyond_noise"],
        *at_main[["mean_difference", "low", "high"]].to_numpy(float).T,
        strict=True,
    ):
        place = rows[name]
        if difference > right:
            axes.annotate(
                f"+{difference:.3f} ▸", (right, place), ha="right", va="center", fontsize=style.SMALL_FONT_SIZE,
                gid="beyond",
            )  # fmt: skip
            continue
        colour = style.INK if beyond_noise else _WITHIN_NOISE
        axes.plot([low, high], [place] * 2, color=colour, zorder=3)
        axes.plot(difference, place, marker="o", markersize=3.2, color=colour, gid="law", zorder=4)


def plot_rolling_origin(rolling: pd.DataFrame, labels: Mapping[str, str]) -> Figure:
    """Error in the year after all that is known (nats), and the doubling time (months), over that year, double column.

    `rolling`: rows of the table rolling_origin, of one edition and one penalty, with the growth rate in effective
    compute (`growth_rate_per_year`, missing where there is no single one). `labels`: specification to label, in the
    order of the legend. Lines of global minima are solid, those of the study's search dashed. A year without progress
    is an arrow at the upper edge, with its rate. Raises InputError where there are no rows, or a law is there twice.
    """
    require_rows(rolling, "rolling_origin")
    require_unique(rolling, "rolling_origin", ["procedure", "specification", "year"])
    marks = style.marks(list(labels))
    # where there is a rate without a doubling time, lines run to the upper edge
    top = 1.6 * float(rolling["doubling_months"].max())
    looks: dict[str, dict[str, Any]] = {
        "global": {"linestyle": "-"},
        "study": {"linestyle": (0, (3, 2)), "markerfacecolor": "white"},
    }
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 78.0)
        error, time = figure.subplots(1, 2)
        for specification, procedure in sorted(set(zip(rolling["specification"], rolling["procedure"], strict=True))):
            of_law = rolling[(rolling["specification"] == specification) & (rolling["procedure"] == procedure)]
            mark = marks[specification]
            line: dict[str, Any] = {"color": mark.colour, "marker": mark.marker, "markersize": 4, **looks[procedure]}
            years = of_law.sort_values("year")
            error.plot(years["year"], years["rmse"], gid=f"{specification}:{procedure}", **line)
            if years["doubling_months"].notna().any():
                time.plot(
                    years["year"], years["doubling_months"].fillna(top), gid=f"{specification}:{procedure}", **line
                )
                lost = years[years["doubling_months"].isna() & years["growth_rate_per_year"].notna()]
                for row in lost.to_dict("records"):
                    time.plot(
                        row["year"], top, marker="^", markersize=5, color=mark.colour, clip_on=False, zorder=4,
                        gid=f"no progress {specification}:{procedure}",
                    )  # fmt: skip
                    time.annotate(
                        f"{row['growth_rate_per_year']:.1f} doublings a year".replace("-", "−"), (row["year"], top),
                        xytext=(5, 2), textcoords="offset points", va="bottom", fontsize=style.SMALL_FONT_SIZE,
                        color=mark.colour, annotation_clip=False,
                    )  # fmt: skip
        for axes in (error, time):
            axes.grid(True)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
            axes.set_xlabel("Year predicted, from everything published before it")
        error.set_ylim(bottom=0)
        error.set_ylabel("Root mean squared error of log perplexity (nats)")
        time.set_ylabel("Doubling time of effective compute (months)")
        if time.lines:
            time.set_yscale("log")
            low, high = time.get_ylim()
            if rolling["growth_rate_per_year"].le(0).any():
                high = top
            time.set_ylim(low, high)
            time.yaxis.set_major_locator(FixedLocator([m for m in _MONTH_TICKS if low / 2 <= m <= high * 2]))
            time.yaxis.set_major_formatter("{x:g}")
            time.yaxis.set_minor_locator(NullLocator())
        handles = [
            Line2D([], [], color=marks[name].colour, marker=marks[name].marker, markersize=4, label=label)
            for name, label in labels.items()
        ]
        handles += [
            Line2D([], [], color=style.INK, label=style.PROCEDURE_NAMES[procedure], **look)
            for procedure, look in looks.items()
            if (rolling["procedure"] == procedure).any()
        ]
        figure.legend(
            handles=handles, loc="outside lower center", ncols=len(handles), columnspacing=1.2, handlelength=2.4,
            handletextpad=0.5, borderaxespad=0.2,
        )  # fmt: skip
        style.settle(figure)
    return figure
