"""The forest plot of doubling times with one choice changed at a time.

In: rows of the table sensitivity. Out: a figure; nothing is read or estimated here.
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
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from lmprogress.core.settings import MainFit
from lmprogress.figures import style
from lmprogress.figures.input_checks import require_rows, require_unique

_TICKS = (1, 2, 3, 6, 12, 24, 48, 96)
# months; what lies beyond is drawn at the edge, with an arrow
_FASTEST, _SLOWEST = 0.9, 120.0
_MARKS = {"study": style.Mark("#D55E00", "D"), "global": style.Mark("#0072B2", "o")}
# how far the two procedures stand from the middle of their line, lines
_OFFSETS = {"study": -0.17, "global": 0.17}
_LABEL_CHARACTERS = 46
_MM_PER_LINE = 4.6


def shown_variations(sensitivity: pd.DataFrame, main: MainFit) -> pd.DataFrame:
    """The rows to be drawn: shared rates, with intervals over growth rates or without an interval.

    Percentiles of times, as the study takes them, may lie below zero and have no place on the axis. Adds `line`, the
    label with the penalty where that is another than the main one.
    """
    methods = ("row_bootstrap_rates", "paper_bootstrap_rates", "none")
    rows = sensitivity[sensitivity["interval_method"].isin(methods) & (sensitivity["benchmark"] == "all")]
    other = rows["penalty"] != main.penalty
    line = rows["label"].mask(other, rows["label"] + " (δ = " + rows["penalty"].map("{:g}".format).astype("str") + ")")
    return rows.assign(line=line)


def plot_sensitivity(rows: pd.DataFrame, laws: Mapping[str, str], *, interval_percent: float) -> Figure:
    """Doubling times (months, logarithmic) of each line of `rows`, a panel a law, both procedures, double column.

    `rows` is as `shown_variations` gives it; `laws` maps each law to its title. The dotted line is the baseline at the
    global minimum. An end or an estimate without number is infinite. Raises InputError where there are no rows or a
    line has two of one procedure.
    """
    require_rows(rows, "sensitivity")
    require_unique(rows, "sensitivity", ["law", "place", "line", "procedure"])
    lines = rows.drop_duplicates(["place", "line"]).sort_values(["place", "penalty"], kind="stable")
    heights, headings = _heights(lines)
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 24.0 + _MM_PER_LINE * (max(heights.values()) + 1))
        panels = figure.subplots(1, len(laws), squeeze=False, sharey=True)[0]
        for axes, (law, title) in zip(panels, laws.items(), strict=True):
            _draw_panel(axes, rows[rows["law"] == law], heights)
            axes.set_title(textwrap.fill(title, 48))
        first = panels[0]
        first.set_ylim(max(heights.values()) + 0.7, -0.9)
        ticks = {**{height: line for (_, line), height in heights.items()}, **headings}
        first.set_yticks(list(ticks), labels=[textwrap.fill(text, _LABEL_CHARACTERS) for text in ticks.values()])
        for label, height in zip(first.get_yticklabels(), ticks, strict=True):
            if height in headings:
                label.set_fontweight("bold")
        for axes in panels:
            axes.tick_params(axis="y", length=0)
            axes.set_xlabel("Doubling time of effective compute (months)")
        _key(figure, interval_percent)
        style.settle(figure)
    return figure


def _heights(lines: pd.DataFrame) -> tuple[dict[tuple[int, str], float], dict[float, str]]:
    """The height of each line by place and text, and of each heading, from the top."""
    heights: dict[tuple[int, str], float] = {}
    headings: dict[float, str] = {}
    height, heading = -1.0, None
    for _, line in lines.iterrows():
        if line["heading"] != heading:
            heading = line["heading"]
            height += 1.0 if heading is None or not heights else 1.3
            headings[height] = heading
        height += 1.0
        heights[(line["place"], line["line"])] = height
    return heights, headings


def _draw_panel(axes: Axes, rows: pd.DataFrame, heights: Mapping[tuple[int, str], float]) -> None:
    axes.set_xscale("log")
    axes.set_xlim(_FASTEST, _SLOWEST)
    axes.xaxis.set_major_locator(FixedLocator(_TICKS))
    axes.xaxis.set_major_formatter(FixedFormatter([f"{tick:g}" for tick in _TICKS]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.grid(True, axis="x")
    baseline = rows[(rows["place"] == rows["place"].min()) & (rows["procedure"] == "global")][
        "estimate_months"
    ].dropna()
    for months in baseline:
        axes.axvline(months, color=style.FAINT, linestyle=(0, (1, 2)), linewidth=0.8, zorder=1)
    for _, row in rows.iterrows():
        _draw_row(axes, row, heights[(row["place"], row["line"])] + _OFFSETS[row["procedure"]])


def _draw_row(axes: Axes, row: pd.Series, height: float) -> None:
    mark = _MARKS[row["procedure"]]
    drawn: dict[str, Any] = {"color": mark.colour, "clip_on": False, "zorder": 3}
    if row["status"] == "too few observations":
        # said once a line, not once a procedure
        if row["procedure"] == "global":
            middle = height - _OFFSETS["global"]
            axes.text(_FASTEST * 1.05, middle, row["status"], va="center", fontsize=style.SMALL_FONT_SIZE)
        return
    if row["interval_method"] != "none":
        low, high = (np.inf if pd.isna(row[name]) else float(row[name]) for name in ("low_months", "high_months"))
        ends = np.clip([low, high], _FASTEST, _SLOWEST)
        axes.plot(ends, [height] * 2, gid="interval", linewidth=0.9, **drawn)
        for end, inside, arrow in ((ends[0], low >= _FASTEST, "<"), (ends[1], high <= _SLOWEST, ">")):
            if not inside:
                axes.plot(end, height, marker=arrow, markersize=3.0, **drawn)
    estimate = row["estimate_months"]
    lasting = pd.isna(estimate) or estimate > _SLOWEST
    axes.plot(
        _SLOWEST if lasting else max(float(estimate), _FASTEST), height, linestyle="",
        marker=">" if lasting else mark.marker, markersize=4.5 if lasting else 3.2, markeredgewidth=0.7, gid="estimate",
        **(drawn | {"zorder": 4}),
    )  # fmt: skip


def _key(figure: Figure, interval_percent: float) -> None:
    figure.legend(
        handles=[
            *(
                Line2D([], [], color=mark.colour, marker=mark.marker, markersize=3.2,
                       label=f"{style.PROCEDURE_NAMES[name]}, {interval_percent:g} % over {unit}")
                for (name, mark), unit in zip(_MARKS.items(), ("rows", "papers"), strict=True)
            ),
            Line2D([], [], linestyle="", color=style.INK, marker=">", markersize=4.5, label=style.BEYOND),
            Line2D([], [], color=style.FAINT, linestyle=(0, (1, 2)), label="baseline, global minimum"),
        ],
        loc="outside lower center", ncols=4, columnspacing=1.4, handlelength=1.8, handletextpad=0.5, borderaxespad=0.2,
    )  # fmt: skip
