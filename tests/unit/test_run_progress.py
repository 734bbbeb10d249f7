"""The line that follows a run: jobs, papers, problems and the time left."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from lmprogress.reporting.run_progress import RunProgress, former_seconds


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def follow(clock: Clock, former: dict[str, float] | None = None) -> tuple[RunProgress, io.StringIO]:
    stream = io.StringIO()
    return RunProgress(stream, former or {}, clock), stream


def test_the_line_counts_jobs_and_names_what_runs(clock: Clock) -> None:
    progress, stream = follow(clock)
    progress.plan({"fit": 3, "fit_within_paper": 1, "all": 1, "total": 5})
    progress.start(1, "fit")
    progress.start(2, "fit")
    progress.start(3, "fit_within_paper")
    assert progress.line() == "fit ×2, fit within paper · 0/4 jobs · time left unknown"
    clock.now += 10
    progress.finish(1)
    assert progress.line().startswith("fit, fit within paper · 1/4 jobs · ")
    assert stream.getvalue().endswith(progress.line())
    progress.close()
    assert stream.getvalue().endswith("\r\033[K")


def test_time_left_follows_from_the_jobs_so_far(clock: Clock) -> None:
    progress, _ = follow(clock)
    progress.plan({"fit": 4})
    progress.start(1, "fit")
    clock.now += 30
    progress.finish(1)
    # three more of 30 s, one after another
    assert progress.seconds_left() == pytest.approx(90)
    progress.start(2, "fit")
    clock.now += 10
    assert progress.seconds_left() == pytest.approx(80)


def test_time_left_follows_from_a_former_run_and_the_pace_of_this_one(clock: Clock) -> None:
    progress, _ = follow(clock, {"long": 600.0})
    progress.plan({"short": 2, "long": 1})
    progress.start(1, "short")
    progress.start(2, "short")
    clock.now += 10
    progress.finish(1)
    progress.finish(2)
    # two jobs went on at once
    assert progress.seconds_left() == pytest.approx(600 / 2)


def test_jobs_that_a_checkpoint_brings_are_counted(clock: Clock) -> None:
    progress, _ = follow(clock)
    progress.plan({"settle": 1, "all": 1})
    progress.start(1, "settle")
    clock.now += 10
    progress.finish(1)
    # the engine counts the target too
    progress.expect(5)
    assert "1/4 jobs" in progress.line()
    assert progress.seconds_left() == pytest.approx(30)
    progress.expect(4)
    assert "1/4 jobs" in progress.line()


def test_former_seconds_are_means_over_the_jobs_of_a_rule(tmp_path: Path) -> None:
    for edition, seconds in (("published", 10), ("corrected", 20)):
        (tmp_path / edition).mkdir()
        (tmp_path / edition / "fit.tsv").write_text(f"s\th:m:s\n{seconds}\t0:00:10\n", encoding="utf-8")
    (tmp_path / "broken.tsv").write_text("", encoding="utf-8")
    assert former_seconds(tmp_path) == {"fit": 15.0}
    assert former_seconds(tmp_path / "nowhere") == {}


def test_papers_are_counted_while_they_are_read_and_unread_ones_told(clock: Clock, tmp_path: Path) -> None:
    progress, stream = follow(clock)
    log = tmp_path / "read_papers.log"
    written = "{} files\n1609.07843.pdf: read, 12 readings\nMy paper (1).pdf: encrypted, 0 readings\n"
    log.write_text(written.format(9), encoding="utf-8")
    os.utime(log, (0, 0))
    progress.plan({"read_papers": 2})
    progress.start(1, "read_papers", "0", log)
    # that is of a former run
    assert "problem" not in progress.line()
    log.write_text(written.format(4), encoding="utf-8")
    progress.show()
    assert "2/about 8 papers · 1 problem" in progress.line()
    assert "\n" not in stream.getvalue().split("My paper (1).pdf: encrypted\n")[-1]
    progress.finish(1)
    second = tmp_path / "second.log"
    progress.start(2, "read_papers", "1", second)
    second.write_text("3 files\n", encoding="utf-8")
    progress.show()
    assert "4/7 papers" in progress.line()
    assert stream.getvalue().count("My paper (1).pdf: encrypted") == 1


def test_a_failed_job_is_one_line_and_the_place_of_the_rest(clock: Clock, tmp_path: Path) -> None:
    progress, stream = follow(clock)
    log = tmp_path / "fit.log"
    log.write_text(
        "Traceback (most recent call last):\n" + "  File\n" * 9 + "ValueError: too few rows\n", encoding="utf-8"
    )
    progress.plan({"fit": 1})
    progress.start(1, "fit", "published, study", log)
    progress.fail(1, [log])
    assert f"fit (published, study): ValueError: too few rows\n  see {log}\n" in stream.getvalue().replace(
        "\r\033[K", ""
    )
    assert "Traceback" not in stream.getvalue() and "1 problem" in progress.line()
