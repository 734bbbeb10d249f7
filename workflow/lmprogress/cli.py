"""The command line: what users do outside the workflow.

In: arguments. Out: files, a few lines, and exit status 0; 1 for bad input, told in one message.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from lmprogress.auditing.audit_command import Again, add_audit
from lmprogress.auditing.diff_command import add_diff
from lmprogress.core.errors import InputError
from lmprogress.core.output import print_anywhere
from lmprogress.core.project import in_project
from lmprogress.ledger.defects_command import add_defects
from lmprogress.other_laws.budget_command import add_budget
from lmprogress.provenance.trace_command import add_trace
from lmprogress.releasing.publish_command import add_publish
from lmprogress.releasing.release_command import add_release
from lmprogress.reporting.accept_command import add_accept
from lmprogress.reporting.dictionary_command import add_dictionary
from lmprogress.reporting.open_command import add_open
from lmprogress.reporting.systems_command import add_systems
from lmprogress.reporting.table_audit_command import add_table_audit
from lmprogress.retrieving.add_command import add_add
from lmprogress.retrieving.discover_command import add_discover
from lmprogress.retrieving.evaluations_command import add_evaluations

if TYPE_CHECKING:
    from lmprogress.reading.gathering import Gathered


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    print_anywhere()
    parsed = command_line().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except InputError as error:
        print(f"lmprogress: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("lmprogress: stopped", file=sys.stderr)
        return 130


def command_line() -> argparse.ArgumentParser:
    """The parser of all commands; each sets `run`, which takes what was parsed and gives the exit status."""
    parser = argparse.ArgumentParser(prog="lmprogress", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_read(commands)
    _add_snapshot(commands)
    add_systems(commands, _add_places, _read_at_hand, _check_writable)
    add_discover(commands)
    add_accept(commands)
    add_add(commands)
    add_evaluations(commands)
    add_budget(commands)
    add_trace(commands)
    add_open(commands)
    add_audit(commands, _pages_again)
    add_diff(commands)
    add_release(commands)
    add_publish(commands)
    add_dictionary(commands)
    add_defects(commands)
    add_table_audit(commands)
    return parser


def _pages_again() -> Again:
    # imported here, so that --help starts at once
    from lmprogress.reporting.remaking import pages_again

    return pages_again


def _add_read(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("read", help="read perplexities, parameters, tokens and dates from PDFs")
    _add_places(command)
    command.add_argument("--out", type=Path, metavar="FILE.parquet", help="the readings")
    command.add_argument(
        "--statuses", type=Path, metavar="FILE.parquet", help="how each paper went (default: <out>.statuses.parquet)"
    )
    command.add_argument(
        "--tables", type=Path, metavar="FILE.parquet", help="an account of each table (default: <out>.tables.parquet)"
    )
    command.add_argument(
        "--draw", type=Path, metavar="FOLDER", help="draw each page with a table: its grid, what was read, what was not"
    )
    command.set_defaults(run=_read)


def _add_snapshot(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("snapshot", help="keep the readings with the workflow, or compare them")
    command.add_argument(
        "what", choices=["make", "check"], help="make: add or replace these papers; check: list every difference"
    )
    _add_places(command)
    command.add_argument("--only", action="store_true", help="without what is kept of other papers")
    command.add_argument("--snapshot", type=Path, metavar="FOLDER", help="default: raw/snapshot")
    command.set_defaults(run=_snapshot)


def _add_places(command: argparse.ArgumentParser) -> None:
    command.add_argument("places", nargs="+", metavar="PDF|FOLDER", help="papers, or their folders")
    command.add_argument("--jobs", type=int, default=1, metavar="N", help="papers read at once (default: 1)")
    command.add_argument(
        "--config",
        type=Path,
        metavar="FOLDER",
        help="default: config in an lmprogress folder, elsewhere the settings that come with the package",
    )


def _read(parsed: argparse.Namespace) -> int:
    from lmprogress.core import tables
    from lmprogress.reading.gathering import under_file_names

    if parsed.draw:
        _draw(parsed)
    if not parsed.out:
        if not parsed.draw:
            raise InputError("is missing", file="--out", remedy="name a file for the readings, or a folder with --draw")
        return 0
    statuses_file = parsed.statuses or parsed.out.with_suffix(".statuses.parquet")
    tables_file = parsed.tables or parsed.out.with_suffix(".tables.parquet")
    for file in (parsed.out, statuses_file, tables_file):
        _check_writable(file)
    readings, statuses, files, accounts = under_file_names(_read_at_hand(parsed))
    statuses = statuses[statuses["change"] != "withdrawn"]
    for file in files[files["status"] == "duplicate"].itertuples():
        print(f"{file.file}: not read, {file.detail}", file=sys.stderr)
    tables.write(readings, "readings", parsed.out)
    tables.write(statuses, "paper_statuses", statuses_file)
    tables.write(accounts, "tables", tables_file)
    n_read = int((statuses["status"] == "read").sum())
    print(f"{len(readings)} readings from {n_read} of {len(statuses)} papers: {parsed.out}")
    return 0


def _draw(parsed: argparse.Namespace) -> None:
    """Draw the pages of the papers named; a paper that cannot be drawn costs a line on the terminal."""
    from lmprogress.reading.drawing import draw_papers

    _check_writable(parsed.draw / "page.png")
    for file, pages, trouble in draw_papers(parsed.places, parsed.draw, config=parsed.config, jobs=parsed.jobs):
        if trouble:
            print(f"{file}: not drawn, {trouble}", file=sys.stderr)
        else:
            print(f"{file}: {len(pages)} page{'' if len(pages) == 1 else 's'} with tables drawn in {parsed.draw}")


def _check_writable(path: Path) -> None:
    """Refuse a file that could not be written, before hours are spent on what goes into it."""
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise InputError("cannot be written", file=str(path), remedy="name a file in a folder that can be written to")


def _snapshot(parsed: argparse.Namespace) -> int:
    from lmprogress.reading.snapshot import FILES, differences, read_snapshot, to_keep, write_snapshot

    folder = parsed.snapshot or in_project("raw/snapshot")
    if parsed.what == "make":
        kept = to_keep(_read_places(parsed, folder, only=parsed.only))
        write_snapshot(kept, folder)
        print(f"{len(kept.readings)} readings of {len(kept.paper_statuses)} papers kept in {folder}")
        return 0
    old = read_snapshot(folder)
    new = to_keep(_read_places(parsed, folder, only=parsed.only))
    lines = [line for name, *frames in zip(FILES, old, new, strict=True) for line in differences(name, *frames)]
    print("\n".join([*lines, f"{len(lines)} differences from {folder}"]))
    return 1 if lines else 0


def _read_at_hand(parsed: argparse.Namespace) -> Gathered:
    """Read the papers named, without what is kept of others."""
    return _read_places(parsed, Path("raw/snapshot"), only=True)


def _read_places(parsed: argparse.Namespace, snapshot: Path, *, only: bool) -> Gathered:
    """Read the papers named, and follow it on the terminal."""
    # imported here, so that --help starts at once
    from lmprogress.figures.progress import PaperProgress
    from lmprogress.reading.papers_at_hand import PdfFile
    from lmprogress.reading.places import Told, read_places

    if parsed.jobs < 1:
        raise InputError("must be at least 1", file="--jobs", value=parsed.jobs, remedy="give a whole number")
    with ExitStack() as opened:

        def follow(pdfs: list[PdfFile]) -> Told:
            return opened.enter_context(PaperProgress(len(pdfs), sys.stderr)).told

        return read_places(
            parsed.places, only=only, snapshot=snapshot, config=parsed.config, jobs=parsed.jobs, follow=follow
        )


if __name__ == "__main__":
    sys.exit(main())
