"""What a job loads before it knows its task: solvers and the compiler take longer to load than most jobs take."""

from __future__ import annotations

import ast
import subprocess
import sys

from conftest import ROOT

# these solve whatever they are given
SOLVERS = {"compare_laws", "fit_within_paper", "judge", "study_coverage", "try_corrections", "vary_verdict"}
PARTS = {"numba", "scipy.special", "scipy.linalg", "scipy.optimize", "scipy.stats"}


def test_scripts_load_no_solver_before_they_solve() -> None:
    scripts = [path for path in (ROOT / "workflow/scripts").glob("*.py") if path.stem not in SOLVERS]
    statements = {
        ast.unparse(node)
        for path in scripts
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }
    code = "\n".join([*sorted(statements), "import sys", "print(*sys.modules)"])
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not PARTS & set(ended.stdout.split())
