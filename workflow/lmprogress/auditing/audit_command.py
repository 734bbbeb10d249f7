"""The command `audit`: verifies a finished run independently of what made it.

In: arguments. Out: a line for each check, what failed, exit status 1 where something did.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from lmprogress.keeping.errors import InputError
from lmprogress.keeping.project import in_project


def add_audit(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to `commands`."""
    command = commands.add_parser(
        "audit",
        help="verify a finished run: digests, schemas, copies, conservation; with --deep, its numbers derived again",
        description="Recomputes digests against the manifest, checks every table and its copies, and that nothing was "
        "lost on the way. With --deep it also derives again what follows from observations, coefficients, replicates "
        "and readings, with code of its own, and lists the columns that it does not reach.",
    )
    command.add_argument("run_folder", nargs="?", type=Path, default=Path(), metavar="RUN_FOLDER", help="default: here")
    command.add_argument("--papers", type=Path, metavar="FOLDER", help="read the boxes of evidence anew in these PDFs")
    command.add_argument("--deep", action="store_true", help="derive numbers a second time as well")
    command.add_argument("--check", action="append", metavar="NAME", help="this check alone; may be given again")
    command.add_argument("--most", type=int, default=10, metavar="N", help="failures shown of each check (default: 10)")
    command.add_argument("--json", action="store_true", help="for programs")
    command.set_defaults(run=_audit)


def _audit(parsed: argparse.Namespace) -> int:
    from lmprogress.auditing.derivations.catalogue import DEEP
    from lmprogress.auditing.derivations.coverage import coverage
    from lmprogress.auditing.run_files import RunFiles
    from lmprogress.auditing.verifying import CHECKS, audit, failures, told

    in_project("", parsed.run_folder)
    for folder, wanted in ((parsed.run_folder, "processed"), (parsed.papers, ".")):
        if folder is not None and not (folder / wanted).is_dir():
            raise InputError("holds no finished run" if wanted != "." else "is no folder", file=str(folder),
                             remedy="name the folder of the workflow after make run, or one of PDFs")  # fmt: skip
    for name in parsed.check or ():
        if name not in DEEP:
            raise InputError("is no check", file="--check", value=name, remedy=f"use {', '.join(DEEP)}")
    checks = audit(parsed.run_folder, parsed.check or list(DEEP if parsed.deep else CHECKS), parsed.papers, DEEP)
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
        if not (parsed.deep or parsed.check):
            print("numbers were not derived again: lmprogress audit --deep")
    return 1 if failed else 0
