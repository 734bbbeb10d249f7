"""What is said at the end of a run."""

from __future__ import annotations

from pathlib import Path

from lmprogress.keeping import tables
from lmprogress.reporting.closing import failure, success
from report_cases import MAIN, filled, made_up_run


def _written(folder: Path, *names: str) -> None:
    results = made_up_run(1).results
    frames = {
        **results,
        "funnel": filled(
            "funnel",
            [
                {"edition": "corrected", "step_number": n, "step": step, "unit": "record", "rows": rows, "papers": 9}
                for n, (step, rows) in enumerate({"assembled": 30, "capped": 12}.items(), 1)
            ],
        ),
        "paper_statuses": filled(
            "paper_statuses",
            [
                {"paper_id": f"1.{n}", "status": s, "n_readings": 0}
                for n, s in enumerate(["read", "damaged", "damaged"])
            ],
        ),
    }
    for name in names:
        tables.write(frames[name], name, folder / "results/tables" / f"{name}.parquet")


def test_the_shown_edition_comes_first_and_infinity_is_said(tmp_path: Path) -> None:
    _written(tmp_path, "doubling_times", "ledger_counts", "funnel", "paper_statuses")
    (tmp_path / "results/report").mkdir()
    (tmp_path / "results/report/index.html").write_text("", "utf-8")
    lines = success(tmp_path, MAIN, "corrected").splitlines()
    assert "7.2 months (3.6 to 27.2), edition corrected" in lines[1]
    assert any("6.2 months (3.1 to ∞), edition published" in line for line in lines[2:4])
    text = "\n".join(lines)
    assert "12 observations of 9 papers" in text and "1 of 2 published results" in text
    assert "2 papers not read (damaged)" in text and lines[-1].endswith("results/report/index.html")


def test_a_run_for_one_table_says_little(tmp_path: Path) -> None:
    assert success(tmp_path, MAIN, "corrected") == "lmprogress: done."


ENGINE = """\
Error in rule fit:
    message: None
    jobid: 4
    log: results/logs/fit.log (check log file(s) for error details)
Error in rule cap:
    message: None
    log: results/logs/cap.log (check log file(s) for error details)
Error in rule fit:
    message: None
    log: results/logs/fit.log, cluster/7.log (check log file(s) for error details)
"""


def test_what_failed_is_told_with_its_reason_and_no_stack_trace(tmp_path: Path) -> None:
    (tmp_path / "results/logs").mkdir(parents=True)
    (tmp_path / "results/logs/cap.log").write_text("raw/x.csv, line 3: is not a number\nremedy: mend it\n", "utf-8")
    trace = "Traceback (most recent call last):\n" + '  File "a.py", line 1\n    x()\n' * 9 + "ValueError: no basin\n"
    (tmp_path / "results/logs/fit.log").write_text(trace, "utf-8")
    text = failure(tmp_path, ENGINE)
    assert text.count("  fit (") == text.count("  fit (results/logs/fit.log)") == 1
    assert "    ValueError: no basin" in text and "Traceback" not in text
    assert "    raw/x.csv, line 3: is not a number\n    remedy: mend it" in text


def test_a_job_that_left_no_log_is_named(tmp_path: Path) -> None:
    assert "  cap (results/logs/cap.log)" in failure(tmp_path, ENGINE)
