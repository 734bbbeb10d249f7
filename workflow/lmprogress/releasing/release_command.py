"""The command `lmprogress release`: a finished run frozen as a version.

In: a finished run, a version. Out: a folder of releases, rows of raw/releases.csv.
"""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path

from lmprogress.core.errors import InputError
from lmprogress.core.project import in_project


def add_release(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    command = commands.add_parser(
        "release",
        help="freeze a finished run: its files, metadata, citation, dataset card, and what changed",
        description="The folder OUT/DATE-VERSION holds every file of the run; OUT/latest names the last one.",
    )
    command.add_argument("version", metavar="VERSION", help="such as 1.2 or 2026.11")
    command.add_argument("run_folder", nargs="?", type=Path, default=Path(), metavar="RUN_FOLDER", help="default: here")
    command.add_argument("--out", type=Path, metavar="FOLDER", help="the folder of releases (default: releases)")
    command.add_argument("--before", type=Path, metavar="FOLDER", help="the release to compare with (default: latest)")
    command.add_argument("--date", metavar="YYYY-MM-DD", help="its date (default: today)")
    command.set_defaults(run=_release)


def _release(parsed: argparse.Namespace) -> int:
    # imported here, so that --help starts at once
    from lmprogress.core.doubling_times import doubling_time
    from lmprogress.releasing.freezing import LATEST, RELEASES, enter, freeze

    in_project("", parsed.run_folder)
    date = parsed.date or datetime.date.today().isoformat()
    try:
        datetime.date.fromisoformat(date)
    except ValueError:
        raise InputError("is no date", file="--date", value=date, remedy="write it YYYY-MM-DD") from None
    if parsed.before and not (parsed.before / "processed").is_dir():
        raise InputError("holds no finished run", file=str(parsed.before), remedy="name the folder of a release")
    out = parsed.out or parsed.run_folder / "releases"
    frozen = freeze(parsed.run_folder, parsed.version, date, out, parsed.before)
    enter(parsed.run_folder, frozen.rows)
    print(f"lmprogress: {parsed.version} is in {frozen.folder}, and {out / LATEST} names it")
    for row in frozen.rows.to_dict("records"):
        print(f"  {row['edition']}: {doubling_time(row)}")
    print(f"  compared with {frozen.before or 'nothing: it is the first'}; see {frozen.folder / 'CHANGES.md'}")
    print(f"  {RELEASES} has its headline and root: commit it; the next run draws it")
    return 0
