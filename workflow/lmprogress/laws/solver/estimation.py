"""The one solver: many penalised least-squares problems over sums of exponentials, solved at once.

In: a problem, and for each search a start, row weights and a penalty. Out: stationary points.

The method is Newton's with the exact Hessian, damped until it is positive definite and the objective falls
(Levenberg 1944, Marquardt 1963). Each step goes to the minimum of the damped quadratic model plus the penalty itself,
not a smoothed one: coefficients stop at zero, and leave it only where the gradient exceeds the penalty. Near the end
damping vanishes and the set of zeros stays, so that convergence is quadratic. The searches run in compiled_search.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lmprogress.laws.model.scaling_laws import Floats
from lmprogress.laws.model.search_arrays import CONVERGED, ITERATION_LIMIT, SADDLE, STALLED, Ends, of_type
from lmprogress.laws.solver.objective import Problem

__all__ = ["CONVERGED", "ITERATION_LIMIT", "SADDLE", "STALLED", "STATUS", "Solutions", "solve"]

STATUS = ("converged", "stopped: not a minimum along every direction", "stopped: no step lowers the objective",
          "stopped: iteration limit")  # fmt: skip


@dataclass(frozen=True)
class Solutions:
    """Where B searches ended.

    coefficients: (B, p). objective: (B,) squared nats. optimality: (B,) KKT residual, the largest violation of the
    conditions of a minimum, squared nats. status: (B,) place in STATUS. n_iterations: (B,).
    """

    coefficients: Floats
    objective: Floats
    optimality: Floats
    status: NDArray[np.int8]
    n_iterations: NDArray[np.int64]

    def replaced(self, places: NDArray[np.intp], others: Solutions, which: NDArray[np.bool_]) -> Solutions:
        """The same, with those of `others` (k) that `which` (k,) marks at their `places` (k,)."""
        arrays = {name: values.copy() for name, values in vars(self).items()}
        for name, values in vars(others).items():
            arrays[name][places[which]] = values[which]
        return Solutions(**arrays)


def solve(
    problem: Problem,
    starts: Floats,
    penalty: Floats | float,
    weights: Floats | None = None,
    weight_rows: NDArray[np.intp] | None = None,
    *,
    tolerance: float = 1e-9,
    max_iterations: int = 500,
) -> Solutions:
    """Search from each of `starts` (B, p).

    penalty: δ, squared nats, one for all or (B,). weights: row weights, (n,) for all or (m, n), of which
    `weight_rows` (B,) says which one each problem takes (its own where not given), as of the problem's responses and
    maps where it has several; a zero leaves a row out, a count repeats it; none gives equal weights. tolerance: KKT
    residual that counts as converged, squared nats.
    """
    from lmprogress.laws.solver.compiled_search import search  # loads the compiler

    n, p = starts.shape
    rows = problem.rows(weights)
    if weight_rows is None:
        weight_rows = np.zeros(n, np.intp) if rows.shares.shape[1] == 1 else np.arange(n)
    ends = Ends(np.empty((n, p)), np.empty(n), np.empty(n), np.empty(n, np.int8), np.empty(n, np.int64))
    search(
        rows,
        of_type(starts),
        of_type(np.broadcast_to(penalty, n)),
        of_type(weight_rows, np.intp),
        tolerance,
        max_iterations,
        ends,
    )
    return Solutions(*ends)
