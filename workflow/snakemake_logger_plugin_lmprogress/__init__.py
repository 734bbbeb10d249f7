"""The engine's messages: on a terminal one line that renews itself, elsewhere one short line a job.

The engine's own lines, with inputs, outputs and reasons, stand in its log file.

In: log records of Snakemake. Out: text on the terminal. Chosen by `snakemake --logger lmprogress`.
"""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path
from typing import Any

from snakemake.common import NOTHING_TO_BE_DONE_MSG
from snakemake.logging import ColorizingTextHandler
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from lmprogress.reporting.closing import nothing_to_do
from lmprogress.reporting.run_progress import RunLines, RunProgress, former_seconds

_SECONDS_BETWEEN_RENEWALS = 1.0
# how the engine's last message begins
_WHERE_LOGS_ARE = "Complete log"


class LogHandler(LogHandlerBase):
    """Follows a run; a dry run and `--verbose` get every line of the engine."""

    def __post_init__(self) -> None:
        settings = self.common_settings
        stream = sys.stdout if settings.stdout else sys.stderr
        self.plain = ColorizingTextHandler(nocolor=settings.nocolor, stream=stream)
        self.progress: RunProgress | None = None
        self.ended = threading.Event()
        if settings.dryrun or settings.verbose:
            return
        former = former_seconds(Path("results/benchmarks"))
        if not stream.isatty():
            self.progress = RunLines(stream, former)
        else:
            self.progress = RunProgress(stream, former)
            threading.Thread(target=self._renew, daemon=True).start()

    def setFormatter(self, fmt: logging.Formatter | None) -> None:
        """Whatever formats the engine's lines formats them here."""
        super().setFormatter(fmt)
        self.plain.setFormatter(fmt)

    def emit(self, record: logging.LogRecord) -> None:
        """One message of the engine."""
        if self.progress is None:
            self.plain.emit(record)
            return
        event, told = getattr(record, "event", None), record.__dict__
        if event is None and record.getMessage() == NOTHING_TO_BE_DONE_MSG:
            self._end()
            self.plain.stream.write(f"{nothing_to_do(Path())}\n")
            self.plain.stream.flush()
        elif event is None and record.getMessage().startswith(_WHERE_LOGS_ARE):
            self.progress.remark(record.getMessage())
        elif event == LogEvent.RUN_INFO:
            self.progress.plan(told["stats"])
        elif event == LogEvent.JOB_INFO:
            self._start(self.progress, told)
        elif event == LogEvent.JOB_FINISHED:
            self.progress.finish(told["job_id"])
        elif event == LogEvent.JOB_ERROR:
            self.progress.fail(told["jobid"], map(Path, told["log"]))
        elif (event is None and record.levelno >= logging.WARNING) or event == LogEvent.ERROR:
            self.progress.tell(record.getMessage())
        elif event == LogEvent.PROGRESS:
            self.progress.expect(told["total"])
            if told["done"] >= told["total"]:
                self._end()

    def _start(self, progress: RunProgress, told: dict[str, Any]) -> None:
        about = ", ".join(str(value) for value in dict(told["wildcards"] or {}).values())
        log = Path(told["log"][0]) if told["log"] else None
        if told["rule_name"] != "all":
            progress.start(told["jobid"], told["rule_name"], about, log)

    def _renew(self) -> None:
        while not self.ended.wait(_SECONDS_BETWEEN_RENEWALS):
            if self.progress is not None and self.progress.running:
                self.progress.show()

    def _end(self) -> None:
        if self.progress is not None:
            self.ended.set()
            self.progress.close()

    def close(self) -> None:
        """Take the line away when the engine stops."""
        self._end()
        super().close()

    @property
    def writes_to_stream(self) -> bool:
        """In place of the engine's own lines."""
        return True

    @property
    def writes_to_file(self) -> bool:
        """The engine's log file is its own."""
        return False

    @property
    def has_filter(self) -> bool:
        """The engine's, so that --quiet holds."""
        return False

    @property
    def has_formatter(self) -> bool:
        """The engine's."""
        return False

    @property
    def needs_rulegraph(self) -> bool:
        """No."""
        return False
