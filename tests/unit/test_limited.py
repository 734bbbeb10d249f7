"""Limits on one task: processor time and memory decide, not the clock, and a user may stop at any time."""

from __future__ import annotations

import faulthandler
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lmprogress.core.settings import ReadingLimits
from lmprogress.reading import limited
from lmprogress.reading.limited import Ended, LimitedPool
from typeset import broken

LIMITS = ReadingLimits(seconds=0.5, megabytes=500)


def waits(seconds: float) -> str:
    time.sleep(seconds)
    return "waited"


def works(seconds: float) -> str:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return "worked"


def takes(megabytes: int) -> int:
    return len(bytearray(megabytes * 2**20))


def aborts() -> None:
    faulthandler.disable()
    os.abort()


def test_the_clock_does_not_count() -> None:
    with LimitedPool(LIMITS) as pool:
        assert pool.result(pool.begin(waits, 3 * LIMITS.seconds)) == "waited"


def test_processor_time_counts_for_each_task_anew() -> None:
    with LimitedPool(LIMITS) as pool:
        tasks = [pool.begin(works, 0.6 * LIMITS.seconds) for _ in range(3)]
        assert [pool.result(task) for task in tasks] == ["worked"] * 3


def test_a_task_that_goes_over_a_limit_costs_no_other() -> None:
    with LimitedPool(LIMITS) as pool:
        over = {"timeout": pool.begin(works, 60), "out_of_memory": pool.begin(takes, 1000)}
        aborted, good = pool.begin(aborts), pool.begin(takes, 100)
        for status, task in over.items():
            with pytest.raises(Ended) as ended:
                pool.result(task)
            assert ended.value.status == status
        with pytest.raises(Ended, match="500 MB"):
            pool.result(aborted)
        assert pool.result(good) == 100 * 2**20


def test_memory_counts_for_each_task_anew() -> None:
    with LimitedPool(LIMITS) as pool:
        assert [pool.result(pool.begin(takes, 300)) for _ in range(4)] == [300 * 2**20] * 4


def test_what_waits_for_ever_is_ended_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "_LEAST_PATIENCE", 1.0)
    monkeypatch.setattr(limited, "_PATIENCE", 1)
    with LimitedPool(LIMITS) as pool, pytest.raises(Ended, match="on the clock"):
        pool.result(pool.begin(waits, 600))


def test_a_user_can_stop_it_in_the_midst_of_the_pdf_library(tmp_path: Path) -> None:
    paper = tmp_path / "slow.pdf"
    paper.write_bytes(broken.raw_pdf(100, broken.crowded_page(1500)))
    command = [sys.executable, "-m", "lmprogress.cli", "read", str(paper), "--out", str(tmp_path / "readings.parquet")]
    running = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # tests that run in the background have been told to ignore it
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    descendants = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    while not descendants.read_text(encoding="ascii"):
        time.sleep(0.1)
    time.sleep(1)
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    assert said.splitlines()[-1] == "lmprogress: stopped"
    assert not list(tmp_path.glob("*.parquet*"))
