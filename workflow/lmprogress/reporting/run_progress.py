"""What a person can follow while a run goes on: what runs, jobs and papers done, the time left.

In: what the engine tells of its jobs, timings of a former run. Out: on a terminal a line that renews itself, with
problems in lines above; elsewhere a line for each job that has ended.
"""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from lmprogress.core.schemas.reading import READ

# what a job that reads papers writes of each: its file, what became of it
_PAPER = re.compile(r"^(.+): (\w+), \d+ readings", re.M)
# and before that, how many there are
_N_PAPERS = re.compile(r"^(\d+) files$", re.M)
_READING = "read_papers"
# rules that make nothing: they stand for what a run is asked for
_TARGETS = ("all",)
# a message names file, line and remedy in a few lines; more is a stack trace, for those who open the log
_MOST_LINES = 6
# characters of a line where there is no terminal; the engine's messages may list hundreds of files
_MOST_CHARACTERS = 300


@dataclass
class Job:
    """One job that runs: its rule and what tells it from others, its log, when it began, the papers it reads."""

    rule: str
    about: str
    log: Path | None
    began: float
    n_papers: int = 0
    n_read: int = 0

    @property
    def name(self) -> str:
        """The rule, and in brackets what tells the job from others of it."""
        return f"{self.rule} ({self.about})" if self.about else self.rule


def former_seconds(folder: Path) -> dict[str, float]:
    """Mean seconds of each rule's jobs by the benchmark files of a former run; empty where there was none."""
    found = defaultdict(list)
    for file in folder.rglob("*.tsv"):
        lines = file.read_text(encoding="utf-8").splitlines()
        if len(lines) > 1 and lines[0].startswith("s\t"):
            found[file.stem].append(float(lines[1].split("\t")[0]))
    return {rule: sum(seconds) / len(seconds) for rule, seconds in found.items()}


class RunProgress:
    """Follow a run on `stream`, a terminal."""

    def __init__(
        self, stream: TextIO, former: Mapping[str, float], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.stream, self.former, self.clock = stream, former, clock
        self.began = clock()
        self.planned: Counter[str] = Counter()
        self.n_jobs = 0
        self._n_targets = 0
        self.done: Counter[str] = Counter()
        self.running: dict[int, Job] = {}
        self.started: dict[int, float] = {}
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.papers = Counter[str]()
        self.n_problems = 0
        self._shown = False
        self._lock = threading.RLock()

    # ---- what happens -----------------------------------------------------------------------------------------------

    def plan(self, jobs: Mapping[str, int]) -> None:
        """The jobs that the run will do, by rule."""
        with self._lock:
            self.planned = Counter({rule: n for rule, n in jobs.items() if rule not in (*_TARGETS, "total")})
            self.n_jobs, self._n_targets = self.planned.total(), sum(jobs.get(rule, 0) for rule in _TARGETS)
            self.began = self.clock()

    def expect(self, n_jobs: int) -> None:
        """So many jobs in all, targets too: a checkpoint may bring more than were planned."""
        with self._lock:
            self.n_jobs = max(self.n_jobs, n_jobs - self._n_targets)

    def start(self, number: int, rule: str, about: str = "", log: Path | None = None) -> None:
        """A job begins."""
        with self._lock:
            self.running[number] = Job(rule, about, log, began=time.time())
            self.started[number] = self.clock()
            self.show()

    def finish(self, number: int) -> None:
        """A job has ended well."""
        with self._lock:
            job = self.running.pop(number, None)
            if job is None:
                return
            self._follow(job, ended=True)
            self.papers["done"] += job.n_papers - job.n_read
            self.done[job.rule] += 1
            self.seconds[job.rule].append(self.clock() - self.started.pop(number))
            self.show()

    def fail(self, number: int, logs: Iterable[Path] = ()) -> None:
        """A job has failed: its error in one line, and where the rest stands."""
        with self._lock:
            job = self.running.pop(number, None)
            name = job.name if job else "a job"
            logs = [log for log in logs if log.is_file()]
            said = [line for log in logs for line in log.read_text(encoding="utf-8").splitlines() if line.strip()]
            error = (said[0] if len(said) <= _MOST_LINES else said[-1]) if said else "failed"
            self.tell("\n".join([f"{name}: {error}", *(f"  see {log}" for log in logs)]))

    def tell(self, problem: str) -> None:
        """Something is wrong: a line of its own, above the one that renews itself."""
        with self._lock:
            self.n_problems += 1
            self._print(problem)
            self.show()

    def remark(self, message: str) -> None:
        """Something of the engine's that a terminal has no room for."""

    # ---- what is shown ----------------------------------------------------------------------------------------------

    def show(self) -> None:
        """Renew the line."""
        with self._lock:
            for job in self.running.values():
                self._follow(job)
            width = shutil.get_terminal_size().columns - 1
            self.stream.write(f"\r\033[K{self.line()[:width]}")
            self.stream.flush()
            self._shown = True

    def line(self) -> str:
        """What runs, jobs done and planned, papers, problems, the time left."""
        rules = Counter(job.rule.replace("_", " ") for job in self.running.values())
        stage = ", ".join(rule if n == 1 else f"{rule} ×{n}" for rule, n in rules.items()) or "preparing"
        parts = [stage, f"{self.done.total()}/{self.n_jobs} jobs"]
        if self.papers["known"]:
            batches, known = self.planned[_READING], self.papers["known"]
            # batches that have not begun are taken to be as large as those that have
            whole = round(known * max(1.0, batches / self.papers["batches"]))
            parts.append(f"{self.papers['done']}/{'' if whole == known else 'about '}{whole} papers")
        if self.n_problems:
            parts.append(f"{self.n_problems} problem{'s' * (self.n_problems > 1)}")
        left = self.seconds_left()
        return " · ".join([*parts, "time left unknown" if left is None else f"{_spoken(left)} left"])

    def seconds_left(self) -> float | None:
        """From what jobs of each rule took, in a former run or so far, at this run's pace; none before the first."""
        known = {rule: sum(took) / len(took) for rule, took in self.seconds.items()}
        costs = {**known, **{rule: cost for rule, cost in self.former.items() if rule not in known}}
        if not costs or not self.done.total():
            return None
        usual = sum(costs.values()) / len(costs)
        open_jobs = {rule: max(n - self.done[rule], 0) for rule, n in self.planned.items()}
        left = sum(n * costs.get(rule, usual) for rule, n in open_jobs.items())
        left += max(self.n_jobs - self.done.total() - sum(open_jobs.values()), 0) * usual
        # of jobs that run, what is behind them
        now = self.clock()
        left -= sum(min(now - self.started[n], costs.get(job.rule, usual)) for n, job in self.running.items())
        worked = sum(map(sum, self.seconds.values())) + sum(now - begun for begun in self.started.values())
        pace = worked / max(now - self.began, 1e-9)
        return max(left, 0.0) / max(pace, 1e-9)

    def close(self) -> None:
        """Take the line away."""
        with self._lock:
            if self._shown:
                self.stream.write("\r\033[K")
                self.stream.flush()
                self._shown = False

    def _follow(self, job: Job, *, ended: bool = False) -> None:
        """Count the papers that a running job has read, and say which could not be."""
        if job.rule != _READING or job.log is None or not job.log.is_file():
            return
        # what a former run wrote there is not of this job
        if not ended and job.log.stat().st_mtime < job.began:
            return
        written = job.log.read_text(encoding="utf-8", errors="replace")
        if not job.n_papers and (told := _N_PAPERS.search(written)):
            job.n_papers = int(told[1])
            self.papers["known"] += job.n_papers
            self.papers["batches"] += job.n_papers > 0
        found = _PAPER.findall(written)[: job.n_papers]
        new, job.n_read = found[job.n_read :], max(len(found), job.n_read)
        self.papers["done"] += len(new)
        for paper, status in new:
            if status not in READ:
                self.n_problems += 1
                self._print(f"{paper}: {status.replace('_', ' ')}")

    def _print(self, text: str) -> None:
        self.close()
        self.stream.write(f"{text}\n")
        self.stream.flush()


class RunLines(RunProgress):
    """Follow a run on `stream`, a file or a pipe: a short line for each job that has ended, and for each problem."""

    def plan(self, jobs: Mapping[str, int]) -> None:
        """The jobs that the run will do, by rule: how many there are."""
        with self._lock:
            super().plan(jobs)
            self._print(f"{self.n_jobs} job{'s' * (self.n_jobs != 1)}")

    def finish(self, number: int) -> None:
        """A job has ended well: how many have, what it was, how long it took, the time left."""
        with self._lock:
            job, begun = self.running.get(number), self.started.get(number)
            super().finish(number)
            if job is not None and begun is not None:
                left = self.seconds_left()
                rest = "" if not left else f"; {_spoken(left)} left"
                took = _spoken(self.clock() - begun)
                self._print(f"[{time.strftime('%H:%M:%S')}] {self.done.total()}/{self.n_jobs} {job.name}: {took}{rest}")

    def fail(self, number: int, logs: Iterable[Path] = ()) -> None:
        """A job has failed: its log in full, which may be gone with the machine."""
        with self._lock:
            logs = list(logs)
            super().fail(number, logs)
            for log in logs:
                if log.is_file():
                    self._print(log.read_text(encoding="utf-8", errors="replace").rstrip("\n"))

    def remark(self, message: str) -> None:
        """Something of the engine's, in a line."""
        with self._lock:
            self._print(message)

    def show(self) -> None:
        """Nothing renews itself here; papers that could not be read are reported."""
        with self._lock:
            for job in self.running.values():
                self._follow(job)

    def tell(self, problem: str) -> None:
        """Something is wrong: its lines, none of them long."""
        lines = problem.splitlines()
        super().tell("\n".join(x if len(x) <= _MOST_CHARACTERS else f"{x[:_MOST_CHARACTERS]} …" for x in lines))


def _spoken(seconds: float) -> str:
    """Seconds, minutes, or hours and minutes."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
