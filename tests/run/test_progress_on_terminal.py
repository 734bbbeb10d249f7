"""A run on a terminal shows one line that renews itself; without a terminal, one line a job."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

from conftest import OUTPUT, Checkout

TARGET = "results/tables/allocation_gains.csv"
FOLLOWED = ("--cores", "1", "--logger", "lmprogress", "--", TARGET)


def on_terminal(checkout: Checkout, *arguments: str) -> str:
    """What a run of the copy writes to a terminal of its own."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(checkout.path / "workflow"), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "snakemake", *arguments],
        cwd=checkout.path, env=environment, stdin=theirs, stdout=theirs, stderr=theirs,
    ):  # fmt: skip
        os.close(theirs)
        written = b""
        try:
            while some := os.read(ours, 65536):
                written += some
        except OSError:  # the other end is closed
            pass
    os.close(ours)
    return written.decode()


def test_a_terminal_shows_one_line_then_the_summary(checkout: Checkout) -> None:
    written = on_terminal(checkout, *FOLLOWED)
    assert (checkout.path / TARGET).exists()
    assert "tabulate allocation gains · 0/1 jobs" in written
    assert "rule tabulate_allocation_gains" not in written and "Job stats" not in written
    # the line is gone when the summary begins
    assert re.search(r"\r\x1b\[K(\r?\n)?lmprogress: done\.", written)


def test_a_terminal_shows_a_bad_table_without_a_stack_trace(checkout: Checkout) -> None:
    checkout.replace("raw/reference/compared_allocations.csv", "1.5e9", "many")
    written = on_terminal(checkout, *FOLLOWED)
    assert "Traceback" not in written
    assert "raw/reference/compared_allocations.csv" in written and "'many'" in written


def test_a_terminal_shows_which_job_failed_without_a_stack_trace(checkout: Checkout) -> None:
    checkout.replace("raw/reference/published.csv", "appendix_b/hoffmann/e,", "appendix_b/hoffmann/loss,")
    written = on_terminal(checkout, *FOLLOWED)
    assert "Traceback" not in written
    assert "tabulate_allocation_gains" in written and "has no row appendix_b/hoffmann/e" in written


def test_elsewhere_each_job_is_one_short_line_and_the_log_file_has_the_rest(checkout: Checkout) -> None:
    written = checkout.snakemake(*FOLLOWED).stdout
    # before that, which profile it is
    job = written.split("\n1 job\n")[1].splitlines()[0]
    assert re.fullmatch(r"\[\d\d:\d\d:\d\d\] 1/1 tabulate_allocation_gains: \d+ s", job)
    assert "\r" not in written and "reason:" not in written and "Job stats" not in written
    (log,) = (checkout.path / ".snakemake/log").iterdir()
    assert re.search(rf"^    reason: .*{re.escape(TARGET)}", log.read_text(encoding="utf-8"), re.M)
    assert f"Complete log(s): {log}" in written and "lmprogress: done." in written
    again = checkout.snakemake(*FOLLOWED).stdout
    assert again.splitlines()[-1] == "lmprogress: nothing to do, everything is up to date."


def test_elsewhere_a_failed_job_shows_its_log(checkout: Checkout) -> None:
    checkout.replace("raw/reference/published.csv", "appendix_b/hoffmann/e,", "appendix_b/hoffmann/loss,")
    written = checkout.snakemake(*FOLLOWED).stdout
    (log,) = (checkout.path / "results/logs").rglob("*.log")
    assert log.read_text(encoding="utf-8").strip() in written
    assert max(map(len, written.splitlines())) < 400


def test_a_whole_run_has_a_line_a_job_and_no_long_ones(first_run: Checkout) -> None:
    lines = (first_run.path / OUTPUT).read_text(encoding="utf-8").splitlines()
    jobs = [match for line in lines if (match := re.match(r"\[\d\d:\d\d:\d\d\] (\d+)/(\d+) (\w+)", line))]
    assert len(jobs) > 50 and [int(match[1]) for match in jobs] == list(range(1, len(jobs) + 1))
    assert int(jobs[-1][2]) == len(jobs)
    # the engine's line on the last job names every file of the run
    assert max(map(len, lines)) < 400
    logs = (first_run.path / ".snakemake/log").iterdir()
    assert max(len(line) for log in logs for line in log.read_text(encoding="utf-8").splitlines()) > 5000


def test_a_dry_run_is_told_as_the_engine_tells_it(checkout: Checkout) -> None:
    followed = checkout.snakemake("--dry-run", *FOLLOWED).stdout
    plain = checkout.snakemake("--dry-run", "--cores", "1", "--", TARGET).stdout
    # before that: the command and the time of day
    jobs = [re.sub(r"^\[.*\]$", "", text.split("Job stats:")[1], flags=re.M) for text in (followed, plain)]
    assert jobs[0] == jobs[1] and "tabulate_allocation_gains" in jobs[0]
