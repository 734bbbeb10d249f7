"""What compiled functions take and fill: arrays, and how a search may end.

In: nothing. Out: named tuples. Apart from the search itself, since only jobs that search should load its compiler.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Booleans = NDArray[np.bool_]

CONVERGED, SADDLE, STALLED, ITERATION_LIMIT = range(4)
# exponents are cut off here: the square of e to that power is still far from overflow, and no fit comes near
LARGEST_EXPONENT = 300.0


class Rows(NamedTuple):
    """The rows of a problem, as far as they are not zero.

    first: (n, K + 2): where in column and factor the part of each term begins, the linear part last, then the next
    row. column, factor: (N,) which coefficient, and by what it is multiplied. response: (n, 1) or (n, m), nats.
    shares: (n, 1) or (n, m), weights that sum to one. maps: (m, p, p), or none. linked: the coefficients that enter
    through ln σ. scale: (p,) a typical second derivative. mean_square: of the response, squared nats.
    """

    first: Places
    column: Places
    factor: Floats
    response: Floats
    shares: Floats
    maps: Floats
    linked: Places
    scale: Floats
    mean_square: float


class Points(NamedTuple):
    """Where searches are and what the objective is there, one line for each.

    theta, gradient: (B, p). value, noise: (B,), noise the rounding error of the value. hessian: (B, p, p). The
    derivatives are those of the smooth part.
    """

    theta: Floats
    value: Floats
    noise: Floats
    gradient: Floats
    hessian: Floats


class Ends(NamedTuple):
    """Where searches ended, one line for each: the fields of `estimation.Solutions`."""

    coefficients: Floats
    objective: Floats
    optimality: Floats
    status: NDArray[np.int8]
    n_iterations: NDArray[np.int64]


def of_type(values: ArrayLike, dtype: DTypeLike = float) -> NDArray[Any]:
    """`values` as an array that lies in order and may be written to: for each other kind numba would compile anew."""
    array = np.ascontiguousarray(values, dtype)
    return array if array.flags.writeable else array.copy()
