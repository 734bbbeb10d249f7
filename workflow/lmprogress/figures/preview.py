"""The picture that stands for the report where its address is shared.

In: the table verdict. Out: a figure of 1200 by 630 pixels at 300 dots per inch, the size that sites ask for.
"""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import NullLocator

from lmprogress.core.doubling_times import doubling_time, months
from lmprogress.figures import style
from lmprogress.figures.input_checks import require_rows

PREVIEW_DPI = 300
_WIDTH_MM, _HEIGHT_MM = 101.6, 53.34
_TICKS = (1, 2, 4, 8, 16, 32, 64, 128)


def plot_preview(verdict: pd.DataFrame, edition: str) -> Figure:
    """The headline of `edition` in words, and the interval of each edition on a logarithmic axis of months.

    verdict: as in its schema. Raises InputError where it has no row of `edition`.
    """
    require_rows(verdict[verdict["edition"] == edition], "verdict")
    rows = sorted(verdict.to_dict("records"), key=lambda row: row["edition"] != edition)
    headline, least, most = rows[0], _TICKS[0], _TICKS[-1]
    with style.look():
        figure = style.new_figure(_WIDTH_MM, _HEIGHT_MM, footer_mm=0.0)
        engine = figure.get_layout_engine()
        assert isinstance(engine, ConstrainedLayoutEngine), "a new figure has one"
        engine.set(rect=(0.02, 0.02, 0.96, 0.50))
        estimate = headline["estimate_months"]
        told = "no progress" if pd.isna(estimate) else f"{months(estimate)} months"
        figure.text(0.05, 0.90, "How fast do the algorithms behind language models improve?", va="center", fontsize=8.5)
        figure.text(0.05, 0.74, told, va="center", fontsize=22, weight="bold", color="#0072B2")
        figure.text(0.05, 0.60, "for one doubling of effective compute", va="center", fontsize=8.5)
        axes = figure.add_subplot()
        for place, row in enumerate(rows):
            low, high = (
                edge if pd.isna(row[name]) else min(max(row[name], least), most)
                for name, edge in (("low_months", least), ("high_months", most))
            )
            colour = "#0072B2" if row is headline else style.FAINT
            axes.plot([low, high], [-place, -place], color=colour, linewidth=1.6, solid_capstyle="butt")
            if pd.isna(row["high_months"]):
                axes.plot(most, -place, ">", color=colour, markersize=4, clip_on=False)
            if not pd.isna(row["estimate_months"]) and not math.isinf(row["estimate_months"]):
                axes.plot(row["estimate_months"], -place, "o", color=colour, markersize=4)
        names = [f"{row['edition']}: {doubling_time(row)}" for row in rows]
        axes.set_yticks([-place for place in range(len(rows))], labels=names)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(0.5 - len(rows), 0.5)
        axes.set_xscale("log")
        axes.set_xlim(least, most)
        axes.set_xticks(_TICKS, labels=[str(tick) for tick in _TICKS])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlabel("Months for one doubling")
        style.settle(figure)
    return figure
