"""The figure in the place of one that has nothing to show.

In: why. Out: a figure that says so.
"""

from __future__ import annotations

from matplotlib.figure import Figure

from lmprogress.figures import style


def plot_nothing(reason: str = "Too few observations,\nor laws that are not fitted here") -> Figure:
    """A figure of one column's width that holds `reason` and nothing else."""
    with style.look():
        figure = style.new_figure(style.SINGLE_COLUMN_MM, style.SINGLE_COLUMN_MM / 2)
        figure.text(0.5, 0.5, reason, ha="center", va="center")
        style.settle(figure)
    return figure
