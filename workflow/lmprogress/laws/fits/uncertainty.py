"""Resampling: which rows each replicate holds, and intervals over the replicates.

In: a generator seeded by name, rows or their groups. Out: row numbers, counts, percentiles.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lmprogress.laws.model.scaling_laws import Floats


def named_seed(*names: object) -> int:
    """A seed from names alone, so that neither order nor the number of processes changes a draw; below 2³²."""
    text = "\x1f".join(str(name) for name in names)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def named_generator(*names: object) -> np.random.Generator:
    """Random numbers that depend on `names` alone."""
    return np.random.Generator(np.random.PCG64(named_seed(*names)))


def draw_rows(
    generator: np.random.Generator | np.random.RandomState, groups: ArrayLike, n_replicates: int
) -> list[NDArray[np.intp]]:
    """Row numbers of each replicate: whole groups drawn with replacement, as many as there are.

    groups: (n,) to which group each row belongs; one group a row resamples rows, in the study's way of drawing.
    """
    labels, group = np.unique(np.asarray(groups), return_inverse=True)
    numbers = np.arange(len(labels))
    members = [np.flatnonzero(group == i) for i in numbers]
    return [
        np.concatenate([members[i] for i in generator.choice(numbers, size=len(numbers), replace=True)])
        for _ in range(n_replicates)
    ]


def draw_counts(generator: np.random.Generator, groups: ArrayLike, n_replicates: int) -> Floats:
    """How often each replicate of the same draws holds each row, (R, n)."""
    labels, group = np.unique(np.asarray(groups), return_inverse=True)
    drawn = generator.choice(len(labels), size=(n_replicates, len(labels)), replace=True)
    places = drawn + len(labels) * np.arange(n_replicates)[:, None]
    counts = np.bincount(places.ravel(), minlength=n_replicates * len(labels)).reshape(n_replicates, -1)
    return counts[:, group].astype(float)


def interval(values: ArrayLike, percent: float) -> tuple[float, float, float]:
    """Low end, median and high end of the central `percent` of `values`, interpolated linearly.

    An end that falls beside infinite values is infinite.
    """
    ordered = np.sort(np.asarray(values, float))
    ends = []
    for share in (50 - percent / 2, 50, 50 + percent / 2):
        with np.errstate(invalid="ignore"):
            end = float(np.percentile(ordered, share))
        if np.isnan(end):  # interpolated between infinities
            end = float(np.percentile(ordered, share, method="nearest"))
        ends.append(end)
    return ends[0], ends[1], ends[2]


def interval_columns(name: str, values: ArrayLike, percent: float) -> dict[str, float]:
    """The interval of `values` under the names that tables give the ends of `name`."""
    return dict(zip((f"low_{name}", f"median_{name}", f"high_{name}"), interval(values, percent), strict=True))
