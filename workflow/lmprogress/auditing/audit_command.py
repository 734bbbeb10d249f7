"""The command `audit`: verifies a finished run independently of what made it.

In: arguments. Out: a line for each check, what failed, exit status 1 where something did.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lmprogress.core.errors import InputError
from lmprogress.core.project import in_project

if TYPE_CHECKING:
    from lmprogress.auditing.page_checks import Pages

Again = Callable[[Path], "Iterable[Pages]"]


def add_audit(commands: argparse._SubParsersAction[argparse.ArgumentParser], again: Callable[[], Again]) -> None:
    """Add the command to `commands`; `again` gives what makes the pages of a run again."""
    command = commands.add_parser(
        "audit",
        help="verify a finished run: digests, schemas, copies, conservation; with --deep, its numbers derived again",
        description="Recomputes digests against the manifest, checks every table and its copies, and that nothing was "
        "lost on the way. With --deep it also derives again what follows from observations, coefficients, replicates "
        "and readings, with code of its own, and lists the columns that it does not reach.",
    )
    command.add_argument("run_folder", nargs="?", type=Path, default=Path(), metavar="RUN_FOLDER", help="default: here")
    command.add_argument("--papers", type=Path, metavar="FOLDER", help="compare readings with the pages of these PDFs")
    command.add_argument("--deep", action="store_true", help="derive numbers a second time as well")
    command.add_argument("--check", action="append", metavar="NAME", help="this check alone; may be given again")
    command.add_argument("--most", type=int, default=10, metavar="N", help="failures shown of each check (default: 10)")
    command.add_argument("--json", action="store_true", help="for programs")
    command.set_defaults(run=lambda parsed: _audit(parsed, again()))


def _audit(parsed: argparse.Namespace, again: Again) -> int:
    from lmprogress.auditing.derivations.catalogue import DEEP
    from lmprogress.auditing.derivations.coverage import coverage
    from lmprogress.auditing.page_checks import check_pages
    from lmprogress.auditing.run_files import RunFiles
    from lmprogress.auditing.verifying import CHECKS, Checks, audit, failures, not_looked_at, told

    in_project("", parsed.run_folder)
    for folder, wanted in ((parsed.run_folder, "processed"), (parsed.papers, ".")):
        if folder is not None and not (folder / wanted).is_dir():
            raise InputError("holds no finished run" if wanted != "." else "is no folder", file=str(folder),
                             remedy="name the folder of the workflow after make run, or one of PDFs")  # fmt: skip
    pages = {"pages": partial(check_pages, again=again)}
    known: Checks = {**DEEP, **pages}
    for name in parsed.check or ():
        if name not in known:
            raise InputError("is no check", file="--check", value=name, remedy=f"use {', '.join(known)}")
    asked = parsed.check or list(known if parsed.deep else {**CHECKS, **pages})
    checks = audit(parsed.run_folder, asked, parsed.papers, known)
    if parsed.deep and not parsed.check:
        checks.append(coverage(RunFiles(parsed.run_folder), checks))
    failed = failures(checks)
    if parsed.json:
        rows = [
            {"check": c.name, "items": c.items, "failures": [f._asdict() for f in c.failures], "notes": c.notes}
            for c in checks
        ]
        print(json.dumps(rows, indent=1))
    else:
        print(told(checks, parsed.most))
        print(f"{len(failed)} failures" if failed else "nothing failed")
        if not parsed.check:
            unseen = not_looked_at(RunFiles(parsed.run_folder), papers=parsed.papers is not None, deep=parsed.deep)
            print("\n  ".join(["not looked at:", *unseen]))
    return 1 if failed else 0
