"""The audit as the last rules of a run, and as a command."""

from __future__ import annotations

import json

import pytest

from conftest import Checkout
from lmprogress.cli import main
from lmprogress.core import tables

RULES = ("audit_run", "export_provenance", "seal_run")
LAST = ("--cores", "1", "--forcerun", "audit_run", "--allowed-rules", *RULES, "--")
ROOT_FILE = "results/provenance/root.txt"
DEFECTS = "results/defects.md"
TIMES = "results/tables/doubling_times.parquet"


def test_a_run_that_does_not_hold_together_fails_and_gets_no_root(finished: Checkout) -> None:
    frame = tables.read(finished.path / TIMES, "doubling_times")
    frame.loc[frame["estimate_months"].notna(), "estimate_months"] += 1e-6
    tables.write(frame, "doubling_times", finished.path / TIMES)
    defects = (finished.path / DEFECTS).read_text(encoding="utf-8")
    (finished.path / DEFECTS).write_text(defects.replace("agrees |", "differs |", 1), encoding="utf-8")
    result = finished.snakemake(*LAST, ROOT_FILE)
    assert result.returncode != 0
    assert not (finished.path / ROOT_FILE).exists()
    log = (finished.path / "results/logs/audit_run.log").read_text(encoding="utf-8")
    assert TIMES in log and f"{DEFECTS}, line" in log and "remedy" in log and "not looked at:" in log
    # it is not kept: what is mended is checked again
    assert "audit_run" in finished.planned()
    (finished.path / TIMES).unlink()
    (finished.path / DEFECTS).unlink()
    assert finished.snakemake("--cores", "2").returncode == 0
    assert (finished.path / ROOT_FILE).exists()


def test_the_command_tells_what_failed(finished: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", str(finished.path), "--check", "digests"]) == 0
    (finished.path / TIMES).write_bytes(b"")
    assert main(["audit", str(finished.path), "--check", "digests", "--check", "schemas"]) == 1
    told = capsys.readouterr().out
    assert f"{TIMES}: sha256 is" in told and f"{TIMES}: is not a readable table" in told
    assert main(["audit", str(finished.path), "--check", "digests", "--json"]) == 1
    (check,) = json.loads(capsys.readouterr().out)
    assert [failure["file"] for failure in check["failures"]] == [TIMES]


def test_an_unknown_check_is_refused(first_run: Checkout, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", str(first_run.path), "--check", "digest"]) == 1
    assert "use digests" in capsys.readouterr().err
