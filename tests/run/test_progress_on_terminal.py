"""A run on a terminal shows one line; without a terminal it says what the engine says."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

from conftest import Checkout

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


def test_elsewhere_the_engine_speaks_as_always(checkout: Checkout) -> None:
    followed = checkout.snakemake("--dry-run", *FOLLOWED).stdout
    plain = checkout.snakemake("--dry-run", "--cores", "1", "--", TARGET).stdout
    # before that: the command and the time of day
    jobs = [re.sub(r"^\[.*\]$", "", text.split("Job stats:")[1], flags=re.M) for text in (followed, plain)]
    assert jobs[0] == jobs[1] and "tabulate_allocation_gains" in jobs[0]
