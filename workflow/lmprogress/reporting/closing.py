"""What is said when a run ends: the headline and where to look, or what failed and why.

In: the folder of a run, or the engine's log. Out: a few lines of text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.settings import MainFit
from lmprogress.reporting.headline import Rate, rates

_FAILED = re.compile(r"^Error in rule (\w+):\n((?: +.*\n)*)", re.M)
# the log of the rule itself; on a cluster, that of the cluster's job follows
_LOG = re.compile(r"^ +log: ([^\s,]+)", re.M)
# a message names file, line and remedy in a few lines; more is a stack trace, for those who open the log
_MOST_LINES = 6


def success(folder: Path, main: MainFit, shown_edition: str) -> str:
    """The headline of a finished run, its counts, what to be wary of, and where to look.

    Tables that the run did not make are passed over, so that a run for one table says little.
    """
    lines = ["lmprogress: done."]
    doubling_times = _table(folder, "doubling_times")
    if doubling_times is not None:
        found = [rate for rate in rates(doubling_times, main, {}) if rate.procedure == "global"]
        found.sort(key=lambda rate: rate.edition != shown_edition)
        lines += [f"  {'Doubling time' if n == 0 else '             '}  {_told(rate)}" for n, rate in enumerate(found)]
    funnel = _table(folder, "funnel")
    if funnel is not None and (funnel["edition"] == shown_edition).any():
        last = funnel[funnel["edition"] == shown_edition].sort_values("step_number").iloc[-1]
        lines.append(f"  Rests on       {last['rows']} observations of {last['papers']} papers ({shown_edition})")
    ledger = _table(folder, "ledger_counts")
    if ledger is not None:
        numbers = ledger[ledger["kind"] == "result"].groupby("verdict")["numbers"].sum()
        agrees, differs = (int(numbers.get(verdict, 0)) for verdict in ("agrees", "differs"))
        lines.append(f"  Reproduced     {agrees} of {agrees + differs} published results that are computed here")
    lines += [f"  Mind           {warning}" for warning in _warnings(folder)]
    index = folder / "results/report/index.html"
    if index.exists():
        lines.append(f"  Look at        {index.relative_to(folder)}")
    return "\n".join(lines)


def _table(folder: Path, name: str) -> pd.DataFrame | None:
    path = folder / "results/tables" / f"{name}.parquet"
    return tables.read(path, name) if path.exists() else None


def _told(rate: Rate) -> str:
    median = "∞" if rate.median is None else f"{rate.median:.1f}"
    low, high = ("∞" if end is None else f"{end:.1f}" for end in (rate.low, rate.high))
    return f"{median} months ({low} to {high}), edition {rate.edition}, true minimum"


def _warnings(folder: Path) -> Iterable[str]:
    statuses, contradictions = _table(folder, "paper_statuses"), _table(folder, "contradictions")
    if statuses is not None:
        unread = statuses[~statuses["status"].isin(["read", "no_tables"])]
        for status, n in unread["status"].value_counts().sort_index().items():
            yield f"{n} papers not read ({str(status).replace('_', ' ')}): results/tables/paper_statuses.csv"
    if contradictions is not None and len(contradictions):
        yield f"{len(contradictions)} recorded values that papers put otherwise: results/tables/contradictions.csv"


def failure(folder: Path, engine_log: str) -> str:
    """What failed in a run whose engine wrote `engine_log`: each job with the end of its own log."""
    lines = ["lmprogress: not finished."]
    told = set[str]()
    for rule, about in _FAILED.findall(engine_log):
        log = _LOG.search(about)
        place = log[1] if log else ""
        if (rule + place) in told:
            continue
        told.add(rule + place)
        path = folder / place
        said = path.read_text(encoding="utf-8").splitlines() if place and path.is_file() else []
        lines.append(f"  {rule}" + (f" ({place})" if place else ""))
        # an InputError is told whole; of a stack trace, the last line is the error
        lines += [f"    {line}" for line in (said if len(said) <= _MOST_LINES else said[-1:])]
    lines.append("  Mend that and run again: what was finished is kept.")
    return "\n".join(lines)
