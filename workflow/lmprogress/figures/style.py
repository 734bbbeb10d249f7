"""The look that all figures share: sizes, fonts, colours, markers.

In: names of benchmarks or a size in millimetres. Out: their marks, an empty figure, the context to draw it in.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import matplotlib.style
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Annotation

# widths of one and of two columns in most journals, millimetres
SINGLE_COLUMN_MM = 89.0
DOUBLE_COLUMN_MM = 183.0
_MM_PER_INCH = 25.4
# at the foot of every figure, for the line that says what it is and whose
FOOTER_MM = 5.2
# what a letter of the footer takes on average
_LETTER_MM = 1.02

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

# an arrow at the edge of the axis
BEYOND = "no progress, or beyond the axis"

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


def new_figure(width_mm: float, height_mm: float, *, footer_mm: float = FOOTER_MM) -> Figure:
    """An empty figure of this size at print, whose parts make room for each other until `settle` is called.

    The footer comes below its height.
    """
    whole_mm = height_mm + footer_mm
    figure = Figure(figsize=(width_mm / _MM_PER_INCH, whole_mm / _MM_PER_INCH), layout="constrained")
    _engine(figure).set(rect=(0.0, footer_mm / whole_mm, 1.0, height_mm / whole_mm))
    return figure


def settle(figure: Figure) -> None:
    """Letter the panels, where there are several, lay the figure out now and leave it so: in all formats the same."""
    engine = _engine(figure)
    rect = engine.get()["rect"]
    panels = [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]
    # a panel of two parts has its title on the first
    panels = [axes for axes in panels if axes.get_title(loc="left")] or panels
    for letter, axes in zip("abcdefghijklmnopqrstuvwxyz", panels if len(panels) > 1 else (), strict=False):
        _letter(figure, axes, letter)
    engine.execute(figure)
    # panels that keep their shape reach their size in the second pass
    if any(axes.get_aspect() != "auto" for axes in figure.axes):
        engine.execute(figure)
    for axes in figure.axes:
        axes.apply_aspect()
    # what belongs to the figure as a whole does not heed the rectangle
    for legend in figure.legends:
        legend.set_bbox_to_anchor(rect, figure.transFigure)
    if figure._supxlabel is not None:  # type: ignore[attr-defined]
        figure._supxlabel.set_y(rect[1] + 0.01)  # type: ignore[attr-defined]
    # "none" would leave a placeholder behind, for which every file is drawn twice
    figure.set_layout_engine(None)


def footed(figure: Figure, text: str) -> Artist:
    """Write `text` in the foot of `figure`, on two lines at most where it is a column wide."""
    told = textwrap.fill(text, int(figure.get_figwidth() * _MM_PER_INCH / _LETTER_MM))
    return figure.text(0.006, 0.006, told, fontsize=5.0, color=FAINT, va="bottom", linespacing=1.1, parse_math=False)


def stamp(figure: Figure, text: str) -> None:
    """Write `text` across each panel of a settled figure."""
    letters = max(map(len, text.splitlines()))
    for axes in figure.axes:
        if axes.get_label() != "<colorbar>":
            width = axes.get_window_extent().width * 72 / figure.dpi
            axes.text(
                0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", rotation=25, color="#D55E00",
                alpha=0.4, zorder=10, gid="stamp", fontsize=min(12.0, 1.5 * width / letters), clip_on=True,
            )  # fmt: skip


def _engine(figure: Figure) -> ConstrainedLayoutEngine:
    engine = figure.get_layout_engine()
    assert isinstance(engine, ConstrainedLayoutEngine), "a new figure has one"
    return engine


def _letter(figure: Figure, axes: Axes, letter: str) -> None:
    """Write `letter` before the title of a panel, as a text of the figure's own; without a title, where it would be."""
    if not axes.get_title(loc="left"):
        axes.set_title(" ", loc="left")
    title = axes._left_title  # type: ignore[attr-defined]
    mark = Annotation(
        letter, (0, 1), xycoords=title, xytext=(-8, 0), textcoords="offset points", va="top", weight="bold",
        fontsize=FONT_SIZE, annotation_clip=False,
    )  # fmt: skip
    figure.add_artist(mark)
