"""Gains within papers, and exponents of size within their tables, by date.

In: rows of the table paper_gains. Out: a figure; nothing is estimated here.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from lmprogress.figures import style
from lmprogress.figures.input_checks import require_rows

_LINE, _DOT = "#9fb4c7", "#0072B2"


def plot_paper_gains(rows: pd.DataFrame) -> Figure:
    """Left: from the least to the most gain (nats) of each paper, its median a dot; right: exponents; double column.

    Raises InputError where there are no rows.
    """
    require_rows(rows, "paper_gains")
    years = pd.to_datetime(rows["publication_date"])
    rows = rows.assign(year=years.dt.year + years.dt.day_of_year / 366)
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 65)
        gains, exponents = figure.subplots(1, 2)
        found = rows[rows["n_equal"] > 0]
        gains.vlines(found["year"], found["least_gain"], found["most_gain"], color=_LINE, linewidth=0.8)
        gains.plot(found["year"], found["median_gain"], "o", color=_DOT, markersize=2.6)
        sized = rows[rows["n_sizes"] > 0]
        exponents.plot(sized["year"], sized["exponent"], "o", color=_DOT, markersize=2.6)
        exponents.axhline(0, color=_LINE, linewidth=0.6)
        for axes in (gains, exponents):
            axes.set_xlabel("Published")
        gains.set_ylabel("Gain at equal size, ln perplexity")
        exponents.set_ylabel("Exponent of parameters within a paper")
        style.settle(figure)
    return figure
