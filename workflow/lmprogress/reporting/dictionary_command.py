"""The command `lmprogress dictionary`.

In: arguments. Out: the data dictionary as a file, or on the terminal.
"""

from __future__ import annotations

import argparse
from pathlib import Path


def add_dictionary(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    command = commands.add_parser("dictionary", help="write the data dictionary from the schemas, as Markdown")
    command.add_argument("--out", type=Path, metavar="FILE.md", help="default: the terminal")
    command.set_defaults(run=_run)


def _run(parsed: argparse.Namespace) -> int:
    from lmprogress.core.replacing import replacing
    from lmprogress.reporting.dictionary import dictionary

    if parsed.out is None:
        print(dictionary(), end="")
        return 0
    with replacing(parsed.out) as temporary:
        temporary.write_text(dictionary(), encoding="utf-8")
    return 0
