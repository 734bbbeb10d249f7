"""Compiles what numba compiles before a run needs it, where several jobs at once would each do so.

In: nothing. Out: compiled code where compiling.py keeps it.
"""

from __future__ import annotations

import numpy as np

from lmprogress.laws.inference.paper_correlation import Likelihood
from lmprogress.laws.model.scaling_laws import Columns, FactorColumn
from lmprogress.laws.solver.estimation import solve
from lmprogress.laws.solver.objective import Problem, derivatives


def main() -> None:
    """Call each compiled function once, with arguments of the types that fits have."""
    problem = Problem(np.ones((1, 2, 1)), np.zeros((2, 1)), np.ones(2))
    solve(problem, np.zeros((1, 1)), 0.0)
    derivatives(problem, np.zeros(1))
    Likelihood(problem, np.zeros(2, np.intp)).value(np.zeros(2))
    Columns(2, ((FactorColumn(np.ones(2), (0,), (None,)),),), ()).predicted_around(np.zeros((1, 1, 1)))


if __name__ == "__main__":
    main()
