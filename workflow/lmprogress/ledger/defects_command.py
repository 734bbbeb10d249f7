"""The command `lmprogress defects`.

In: arguments. Out: the page of defects without numbers, as a file or on the terminal.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from lmprogress.core.project import in_project

_DEFECTS = "raw/reference/defects.csv"


def add_defects(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser("defects", help="write the page of the study's defects, as Markdown")
    command.add_argument("--defects", type=Path, metavar="FILE.csv", help=f"default: {_DEFECTS}")
    command.add_argument("--out", type=Path, metavar="FILE.md", help="default: the terminal")
    command.set_defaults(run=_run)


def _run(parsed: argparse.Namespace) -> int:
    from lmprogress.core import tables
    from lmprogress.ledger.defects_page import write_defects

    page = write_defects(tables.read_csv(parsed.defects or in_project(_DEFECTS), "defects"))
    if parsed.out is None:
        print(page, end="")
        return 0
    with tables.replacing(parsed.out) as temporary:
        temporary.write_text(page, encoding="utf-8")
    return 0
