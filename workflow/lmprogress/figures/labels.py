"""Names beside points, none over another, each tied to its point by a leader line.

In: axes whose layout is settled, texts, their points and the other marks. Out: annotations placed in the axes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from numpy.typing import NDArray

from lmprogress.figures.style import INK, SMALL_FONT_SIZE

Floats = NDArray[np.float64]

# places tried for each label: gaps between point and label in points, and directions
_GAPS = (7.0, 10.0, 14.0, 20.0, 27.0, 35.0, 45.0, 57.0, 71.0)
_N_DIRECTIONS = 32
_ATTEMPTS = 24
_SWEEPS = 6
# kept free around each label, points
_PADDING = 2.0

# What a place costs. Being legible comes first, then not hiding data, then being near.
_OUTSIDE, _OVERLAP, _CROSSING, _HIDDEN_MARK, _CROSSED_MARK, _PER_POINT = 1e6, 1e4, 300.0, 80.0, 10.0, 1.2


@dataclass(frozen=True)
class _Places:
    """Places of labels, in points from the lower left corner of the canvas: m places, each a box and its leader."""

    centres: Floats  # (m, 2)
    half: Floats  # (2,) or (m, 2): half width and half height
    point: Floats  # (2,) or (m, 2): what the leader leads to


def place_labels(
    axes: Axes, texts: Sequence[str], points: Floats, obstacles: Floats, radii: Floats
) -> tuple[list[Annotation], bool]:
    """Write each text near its point; the same input gives the same places.

    `points` is (k, 2) in data coordinates; `obstacles` (n, 2) are all marks of the axes with `radii` (n,) in points.
    Returns the annotations, and whether all found a place inside the axes and clear of one another.
    """
    figure = axes.get_figure(root=True)
    assert figure is not None
    to_points = 72.0 / figure.dpi
    half = np.array([_half_size(axes, text) for text in texts]).reshape(-1, 2) * to_points + _PADDING
    anchors = axes.transData.transform(points) * to_points
    marks = axes.transData.transform(obstacles) * to_points
    frame = np.array(axes.get_window_extent().extents) * to_points
    candidates = [_candidates(anchor, size) for anchor, size in zip(anchors, half, strict=True)]
    own_cost = [_cost_alone(places, frame, marks, radii) for places in candidates]

    chosen, clear = _arrange(candidates, own_cost)
    annotations = []
    for i, text in enumerate(texts):
        offset = candidates[i].centres[chosen[i]] - anchors[i]
        at_point = np.hypot(*(marks - anchors[i]).T) < 1e-6
        annotations.append(
            axes.annotate(
                text,
                xy=(float(points[i, 0]), float(points[i, 1])),
                xytext=(float(offset[0]), float(offset[1])),
                textcoords="offset points",
                ha="center",
                va="center",
                fontsize=SMALL_FONT_SIZE,
                linespacing=1.0,
                parse_math=False,  # a name may hold a dollar sign
                zorder=5,
                bbox={"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none", "alpha": 0.75},
                arrowprops={
                    "arrowstyle": "-",
                    "linewidth": 0.5,
                    "color": INK,
                    "shrinkA": 0.0,
                    "shrinkB": float(radii[at_point].max(initial=0.0)),
                },
            )
        )
    return annotations, clear


def _arrange(candidates: Sequence[_Places], own_cost: Sequence[Floats]) -> tuple[NDArray[np.int64], bool]:
    """The place of each label that makes the sum of costs small, and whether all are inside and clear of one another.

    Labels are set one after the other, then each again given all others until none moves. That depends on the order,
    so several orders are tried.
    """
    k = len(candidates)
    orders = np.random.default_rng(0)
    best, best_cost = np.zeros(k, dtype=np.int64), np.full(k, np.inf)
    for attempt in range(_ATTEMPTS):
        order = orders.permutation(k) if attempt else np.arange(k)
        chosen, cost, placed = np.zeros(k, dtype=np.int64), np.zeros(k), np.zeros(k, dtype=bool)
        for _ in range(_SWEEPS):
            before = chosen.copy()
            for i in order.tolist():
                placed[i] = False
                others = np.flatnonzero(placed).tolist()
                rest = _Places(
                    np.array([candidates[j].centres[chosen[j]] for j in others]).reshape(-1, 2),
                    np.array([candidates[j].half for j in others]).reshape(-1, 2),
                    np.array([candidates[j].point for j in others]).reshape(-1, 2),
                )
                here = own_cost[i] + _cost_among(candidates[i], rest)
                chosen[i], cost[i], placed[i] = int(np.argmin(here)), float(np.min(here)), True
            if np.array_equal(chosen, before):
                break
        if cost.sum() < best_cost.sum():
            best, best_cost = chosen, cost
    return best, bool((best_cost < _OVERLAP).all())


def _half_size(axes: Axes, text: str) -> Floats:
    written = axes.text(0.5, 0.5, text, fontsize=SMALL_FONT_SIZE, linespacing=1.0, parse_math=False)
    extent = written.get_window_extent()
    written.remove()
    return np.array([extent.width, extent.height]) / 2


def _candidates(anchor: Floats, half: Floats) -> _Places:
    # half a step off the horizontal, where a short leader line would read as a hyphen
    angles = 2 * np.pi * (np.arange(_N_DIRECTIONS) + 0.5) / _N_DIRECTIONS
    directions = np.column_stack([np.cos(angles), np.sin(angles)])
    with np.errstate(divide="ignore"):
        to_edge = np.min(half / np.abs(directions), axis=1)
    reach = np.add.outer(np.array(_GAPS), to_edge)
    return _Places((anchor + reach[:, :, None] * directions).reshape(-1, 2), half, anchor)


def _cost_alone(places: _Places, frame: Floats, marks: Floats, radii: Floats) -> Floats:
    """(m,): leaving the axes, hiding or crossing marks, and being far."""
    low, high = places.centres - places.half, places.centres + places.half
    outside = (low < frame[:2]).any(axis=1) | (high > frame[2:]).any(axis=1)
    gap = np.maximum(np.abs(marks - places.centres[:, None]) - places.half, 0)
    hidden = (np.hypot(gap[..., 0], gap[..., 1]) < radii).sum(axis=1)
    leader, to_marks = places.centres - places.point, marks - places.point
    along = np.clip(leader @ to_marks.T / np.sum(leader**2, axis=1, keepdims=True), 0.0, 1.0)
    to_leader = np.linalg.norm(to_marks - along[:, :, None] * leader[:, None], axis=-1)
    elsewhere = np.hypot(*to_marks.T) > radii
    crossed = ((to_leader < radii) & elsewhere).sum(axis=1)
    length = np.linalg.norm(np.maximum(np.abs(places.centres - places.point) - places.half, 0), axis=1)
    return _OUTSIDE * outside + _HIDDEN_MARK * hidden + _CROSSED_MARK * crossed + _PER_POINT * length


def _cost_among(places: _Places, rest: _Places) -> Floats:
    """(m,): lying over other labels, or leader lines that cross labels or one another."""
    if not len(rest.centres):
        return np.zeros(len(places.centres))
    apart = np.abs(places.centres[:, None] - rest.centres) - (places.half + rest.half)
    overlap = (apart < 0).all(axis=-1)
    centres = places.centres[:, None]
    over_label = _meets(places.point, centres, rest.centres, rest.half)
    under_leader = _meets(rest.point, rest.centres, centres, places.half)
    crossing = _cross(places.point, centres, rest.point, rest.centres)
    return _OVERLAP * overlap.sum(axis=1) + _CROSSING * (over_label | under_leader | crossing).sum(axis=1)


def _meets(start: Floats, end: Floats, centres: Floats, half: Floats) -> NDArray[np.bool_]:
    """Whether the segment start–end meets the box: no axis of x, y and the segment's normal keeps them apart."""
    reach, middle = np.abs(end - start) / 2, (start + end) / 2 - centres
    normal = (end - start)[..., ::-1] / 2 * (1.0, -1.0)
    beside = np.abs((middle * normal).sum(axis=-1)) > (half * np.abs(normal)).sum(axis=-1)
    return np.asarray(~beside & (np.abs(middle) <= half + reach).all(axis=-1))


def _cross(a: Floats, b: Floats, c: Floats, d: Floats) -> NDArray[np.bool_]:
    """Whether the segments a–b and c–d cross."""

    def side(p: Floats, q: Floats, r: Floats) -> Floats:
        return (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1]) - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0])

    return (side(a, b, c) * side(a, b, d) < 0) & (side(c, d, a) * side(c, d, b) < 0)
