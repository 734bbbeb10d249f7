"""Which columns of the results are derived a second time, and which are not.

In: a run, and the checks that were made of it. Out: the check `coverage`, which never fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles
from lmprogress.core.schemas import all_tables

# these hold a table against a copy of it
_COPIES = ("results_from_processed", "csv_copies")


def coverage(run: RunFiles, checks: Sequence[Check]) -> Check:
    """The columns of every table of results that none of `checks` derives, in a note for each table.

    A column counts as derived where some of its rows are, in any file that holds the same table. Those of the key name
    the rows, and are not counted.
    """
    covered: dict[str, set[str]] = {}
    for check in checks:
        for file, columns in check.covered.items():
            if check.name not in _COPIES:
                covered.setdefault(run.table_name(file) or "", set()).update(columns)
    known = {table.name: [c.name for c in table.columns if c.name not in table.key] for table in all_tables()}
    found = {PurePosixPath(name).stem for name in run.matching("results/tables/**/*.parquet")} - {"audit_checks"}
    report = Check("coverage", "columns of the tables of results; those that no second derivation covers:")
    for table in sorted(found & set(known)):
        report.items += len(known[table])
        if missing := [column for column in known[table] if column not in covered.get(table, ())]:
            report.notes.append(f"{table}: {', '.join(missing)}")
    return report
