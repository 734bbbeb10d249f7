"""The command `trace`: prints where a result, an observation, a record or a reading comes from.

In: arguments. Out: text or JSON, and pictures of the places where the PDFs are at hand.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from lmprogress.core.errors import InputError
from lmprogress.core.project import in_project


def add_trace(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to `commands`."""
    command = commands.add_parser(
        "trace",
        help="print the whole way back from a result, an observation, a record or a reading to its page",
        description="In the folder of a finished run. ID is a record (1909.01377/deq-trellisnet:ptb), a reading, an "
        "observation (published:17), a cell of results/tables (table:column=value,column=value:column), or headline.",
    )
    command.add_argument("id", metavar="ID")
    command.add_argument("--edition", help="of a record, this edition alone")
    command.add_argument("--rows", action="store_true", help="list every row, not the first ten")
    command.add_argument("--json", action="store_true", help="everything, for programs")
    command.add_argument("--open", action="store_true", help="write a picture of each place, and print its path")
    command.add_argument("--papers", type=Path, metavar="FOLDER", help="where the PDFs are (default: as configured)")
    command.set_defaults(run=_trace)


def _trace(parsed: argparse.Namespace) -> int:
    from lmprogress.provenance.finished_run import FinishedRun
    from lmprogress.provenance.identifying import identify
    from lmprogress.provenance.pictures import write_pictures
    from lmprogress.provenance.telling import as_json, as_text
    from lmprogress.provenance.trace import Trace

    run = FinishedRun(in_project(""))
    if parsed.edition is not None and parsed.edition not in run.editions:
        raise InputError(
            "is no edition of this run", file="--edition", value=parsed.edition, remedy=f"use {', '.join(run.editions)}"
        )
    trace = Trace(run, identify(parsed.id, run), parsed.edition)
    pictures = []
    if parsed.open:
        readings = run.readings[run.readings["reading_id"].isin(trace.reading_ids)]
        pictures = write_pictures(
            readings, run.statuses, parsed.papers or run.papers_folder, Path("results/trace"), run.picture_limits
        )
    if parsed.json:
        told = as_json(parsed.id, trace.steps, pictures)
    else:
        text = as_text(parsed.id, trace.steps, all_rows=parsed.rows)
        told = "\n\n".join([text, *(f"picture  {path}" for path in pictures)])
    try:
        print(told, flush=True)
    except BrokenPipeError:  # the reader has seen enough, as in `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
