"""Compiles what numba compiles before a run needs it, where several jobs at once would each do so.

In: nothing. Out: compiled code where compiling.py keeps it.
"""

from __future__ import annotations

import numpy as np

from lmprogress.laws.inference.compiled_paper_likelihood import FREE, GroupedRows, Held, expanded, grouped
from lmprogress.laws.inference.compiled_paper_search import exceed, projected, search
from lmprogress.laws.inference.paper_correlation import Likelihood
from lmprogress.laws.model.scaling_laws import Columns, FactorColumn
from lmprogress.laws.model.search_arrays import of_type
from lmprogress.laws.solver.estimation import solve
from lmprogress.laws.solver.objective import Problem, derivatives


def main() -> None:
    """Call each compiled function once, with arguments of the types that fits have."""
    problem = Problem(np.ones((1, 2, 1)), np.zeros((2, 1)), np.ones(2))
    solve(problem, np.zeros((1, 1)), 0.0)
    derivatives(problem, np.zeros(1))
    Likelihood(problem, np.zeros(2, np.intp)).value(np.zeros(2))
    places, held = of_type([0, 1, 2], np.intp), Held(FREE, 0, 0, 0, 0, 1.0, 1.0, 0.0)
    # two rows of two papers, one coefficient, one standard deviation
    rows = GroupedRows(
        first=places, column=of_type([0, 0], np.intp), factor=np.ones((2, 1)), linear=np.zeros(2),
        group=of_type([0, 0], np.intp), paper=places, counts=of_type([2.0]),
        sizes=of_type([0.0, 2.0]), n_coefficients=1,
    )  # fmt: skip
    point = np.zeros(3)
    grouped(rows, held, np.ones(2), expanded(held, projected(held, point)[0]))
    search(rows, held, np.ones((1, 2)), of_type([0], np.intp), point[None], np.ones(1), 1.0)
    exceed(rows, held, np.ones((1, 2)), np.zeros((1, 3)), np.zeros((1, 3)), 1.0)
    Columns(2, ((FactorColumn(np.ones(2), (0,), (None,)),),), ()).predicted_around(np.zeros((1, 1, 1)))


if __name__ == "__main__":
    main()
