"""What algorithms save as a function of training compute.

In: rows of the table scale_gains. Out: a figure; nothing is estimated here.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from lmprogress.figures import style
from lmprogress.figures.input_checks import require_rows

_ALLOCATION, _TRANSFORMER, _LAW = "#0072B2", "#D55E00", "#009E73"
_DASHES = ((0, ()), (0, (4, 2)), (0, (1, 1.5)), (0, (4, 1, 1, 1)))


def plot_scale_gains(rows: pd.DataFrame, labels: dict[str, str]) -> Figure:
    """Compute saved over training compute: a band over the irreducible loss, published laws and gains; double column.

    labels: names of laws of allocation. Raises InputError where there are no rows.
    """
    require_rows(rows, "scale_gains")
    of_basis = dict(tuple(rows.sort_values("training_compute_flop").groupby("basis")))
    with style.look():
        figure = style.new_figure(style.DOUBLE_COLUMN_MM, 75)
        axes = figure.add_subplot(
            xscale="log", yscale="log", xlabel="Training compute, FLOP", ylabel="Compute saved, factor"
        )
        axes.grid(True)
        flop, low, high = "training_compute_flop", "low_gain", "high_gain"
        if (band := of_basis.get("band")) is not None:
            axes.fill_between(
                band[flop], band[low], band[high], color=_ALLOCATION, alpha=0.25, linewidth=0,
                label="best split, irreducible losses not rejected",
            )  # fmt: skip
            inside = band[~band["extrapolated"].astype(bool)]
            axes.fill_between(
                inside[flop],
                inside[low],
                inside[high],
                color=_ALLOCATION,
                linewidth=0,
                label="the same within the compute of the runs",
            )
        if (fitted := of_basis.get("experiments")) is not None:
            without = fitted[fitted["irreducible_loss"] == 0]
            axes.plot(
                without[flop],
                without[low],
                color=_ALLOCATION,
                linestyle=_DASHES[1],
                label="without an irreducible loss",
            )
        laws = [name for name in labels if name in of_basis]
        for dashes, name in zip(_DASHES, laws, strict=False):
            axes.plot(of_basis[name][flop], of_basis[name][low], color=_LAW, linestyle=dashes, label=labels[name])
        if (published := of_basis.get("published")) is not None:
            axes.plot(published[flop], published[low], color=_TRANSFORMER, linewidth=0.5, linestyle=_DASHES[2])
            axes.vlines(published[flop], published[low], published[high], color=_TRANSFORMER, linewidth=2)
            axes.plot(
                published[flop],
                published[high],
                "o",
                color=_TRANSFORMER,
                markersize=3.2,
                label="transformer in place of an LSTM, published",
            )
        axes.axhline(1, color=style.INK, linewidth=0.5)
        figure.legend(loc="outside right upper")
        style.settle(figure)
    return figure
