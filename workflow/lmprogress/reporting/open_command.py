"""The command `lmprogress open`.

In: a finished run. Out: its report in the browser.
"""

from __future__ import annotations

import argparse
import webbrowser

from lmprogress.core.errors import InputError
from lmprogress.core.project import in_project


def add_open(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser("open", help="open the report in the browser")
    command.add_argument("page", nargs="?", default="index", help="index, explore, findings, … (default: index)")
    command.set_defaults(run=_run)


def _run(parsed: argparse.Namespace) -> int:
    folder = in_project("results/report")
    page = folder / f"{parsed.page}.html"
    if not page.is_file():
        there = sorted(path.stem for path in folder.glob("*.html"))
        remedy = f"use {', '.join(there)}" if there else "make the report: make run"
        raise InputError("is no page of the report", file=str(page), remedy=remedy)
    # the address is printed for those without a browser here
    print(page)
    webbrowser.open(page.absolute().as_uri())
    return 0
