"""Every table of results has a check that derives it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lmprogress.auditing.coverage import DERIVED_BY, check_coverage
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.verifying import CHECKS
from lmprogress.keeping.schemas import all_tables


def test_the_lists_name_tables_and_checks_that_there_are() -> None:
    known = {table.name for table in all_tables()}
    # a table of its own extent (see rules/intervals.smk) has the schema of the other
    assert set(DERIVED_BY) - {"simulation_full"} <= known
    assert {check for checks in DERIVED_BY.values() for check in checks} <= set(CHECKS)


@pytest.mark.parametrize("name", ["new_numbers", "fits"])
def test_a_table_that_no_check_derives_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/config.yaml").write_text("editions: {}\n", encoding="utf-8")
    file = tmp_path / f"results/tables/{name}.parquet"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"")
    failed = {failure.file for failure in check_coverage(RunFiles(tmp_path)).failures}
    assert failed == ({f"results/tables/{name}.parquet"} if name == "new_numbers" else set())
