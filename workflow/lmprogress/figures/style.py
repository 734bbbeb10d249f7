"""The look that all figures share: sizes, fonts, colours, markers.

In: names of benchmarks or a size in millimetres. Out: their marks, an empty figure, the context to draw it in.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import matplotlib.style
from matplotlib.figure import Figure

# widths of one and of two columns in most journals, millimetres
SINGLE_COLUMN_MM = 89.0
DOUBLE_COLUMN_MM = 183.0
_MM_PER_INCH = 25.4

# points at final size; journals ask for 5 to 7 at least
FONT_SIZE = 7.0
SMALL_FONT_SIZE = 6.0

# Okabe and Ito (2008), Color Universal Design: told apart with any common colour blindness. Its yellow is left
# out, too pale on white.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#333333")
# filled, so that area can carry a quantity; eight to seven colours, so that no pair recurs before 56
_MARKERS = ("o", "^", "s", "D", "v", "P", "X", "p")

INK = "#222222"
FAINT = "#8A8A8A"
REPLICATES = "#9DBAD5"
NO_PROGRESS = "#B9B9B9"

PROCEDURE_NAMES = {"study": "Study’s stopping point", "global": "Global minimum"}
QUANTITY_NAMES = {
    "effective_compute": "effective compute",
    "parameters": "effective parameters",
    "data": "effective data",
}

_LOOK = {
    # shipped with matplotlib, so the same letters everywhere
    "font.family": "DejaVu Sans",
    "font.size": FONT_SIZE,
    "text.hinting": "none",
    "text.color": INK,
    "axes.labelsize": FONT_SIZE,
    "axes.titlesize": FONT_SIZE,
    "axes.titlelocation": "left",
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.6,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.5,
    "xtick.labelsize": SMALL_FONT_SIZE,
    "ytick.labelsize": SMALL_FONT_SIZE,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "legend.fontsize": SMALL_FONT_SIZE,
    "legend.title_fontsize": SMALL_FONT_SIZE,
    "legend.frameon": False,
    "lines.linewidth": 0.8,
    "figure.dpi": 300,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "figure.constrained_layout.w_pad": 0.03,
    "figure.constrained_layout.h_pad": 0.03,
    # TrueType in PDF, which editors can open; outlines in SVG, which look the same without the font
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    # identifiers inside SVG are random without it
    "svg.hashsalt": "lmprogress",
}


@dataclass(frozen=True)
class Mark:
    """How one benchmark is drawn."""

    colour: str
    marker: str


def marks(benchmarks: Sequence[str]) -> dict[str, Mark]:
    """A mark for each benchmark by its place in the sequence, so that it is the same in every figure."""
    return {name: Mark(_COLOURS[i % len(_COLOURS)], _MARKERS[i % len(_MARKERS)]) for i, name in enumerate(benchmarks)}


def look() -> AbstractContextManager[None]:
    """The context in which figures are drawn and saved; a matplotlibrc of the user has no say in it."""
    return matplotlib.style.context(["default", _LOOK])


def new_figure(width_mm: float, height_mm: float) -> Figure:
    """An empty figure of this size at print, whose parts make room for each other until `settle` is called."""
    return Figure(figsize=(width_mm / _MM_PER_INCH, height_mm / _MM_PER_INCH), layout="constrained")


def settle(figure: Figure) -> None:
    """Lay the figure out now and leave it so: all formats then have the same layout."""
    engine = figure.get_layout_engine()
    assert engine is not None, "a new figure has one"
    engine.execute(figure)
    # panels that keep their shape reach their size in the second pass
    if any(axes.get_aspect() != "auto" for axes in figure.axes):
        engine.execute(figure)
    for axes in figure.axes:
        axes.apply_aspect()
    # "none" would leave a placeholder behind, for which every file is drawn twice
    figure.set_layout_engine(None)
