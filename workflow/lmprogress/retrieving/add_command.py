"""The command `lmprogress add`: papers that the next run takes in.

In: arXiv identifiers, addresses, PDF files. Out: lines of raw/papers.csv, PDFs in their folder, what to fill in; exit
status 1 where one of them was not added.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lmprogress.core.errors import InputError
from lmprogress.core.project import in_project
from lmprogress.retrieving.discover_command import DISCOVERED


def add_add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    command = commands.add_parser("add", help="add papers to raw/papers.csv")
    command.add_argument("sources", nargs="+", metavar="ARXIV_ID|URL|FILE", help="the papers")
    command.add_argument("--title", help="title of the paper, where one is added")
    command.add_argument("--date", metavar="YYYY-MM-DD", help="its date of publication")
    command.add_argument(
        "--offline", action="store_true", help="do not ask the network: add papers as what is known of them"
    )
    command.add_argument("--papers", type=Path, metavar="FILE", help="the manifest (default: raw/papers.csv)")
    command.add_argument(
        "--folder", type=Path, metavar="FOLDER", help="where PDFs go (default: papers of the configuration, or raw/pdf)"
    )
    command.add_argument(
        "--discovered", type=Path, metavar="FILE", help=f"what lmprogress discover found (default: {DISCOVERED})"
    )
    command.add_argument("--config", type=Path, metavar="FOLDER", help="default: config")
    command.set_defaults(run=_add)


def _add(parsed: argparse.Namespace) -> int:
    # imported here, so that --help starts at once
    from lmprogress.core.settings import Reading, Retrieval, check
    from lmprogress.core.yaml_files import load_yaml
    from lmprogress.curation.raw import line_of
    from lmprogress.retrieving.adding import Adder
    from lmprogress.retrieving.arxiv import PaperFacts, iso_date
    from lmprogress.retrieving.discovering import known_facts, read_discoveries
    from lmprogress.retrieving.fetching import Fetcher
    from lmprogress.retrieving.manifest import read_manifest, row_of_paper

    if (parsed.title or parsed.date) and len(parsed.sources) > 1:
        raise InputError("are of one paper", file="--title, --date", remedy="add such papers one by one")
    if parsed.date and not iso_date(parsed.date):
        raise InputError("is no date until today", file="--date", value=parsed.date, remedy="write it YYYY-MM-DD")
    parsed.papers = parsed.papers or in_project("raw/papers.csv")
    file = (parsed.config or in_project("config")) / "config.yaml"
    content = load_yaml(file)
    settings = check(Retrieval, content.get("retrieval", {}), str(file), "retrieval")
    limits = check(Reading, content.get("reading", {}), str(file), "reading").limits
    configured = content.get("papers")
    folder = parsed.folder or Path(configured if configured not in (None, "arxiv") else "raw/pdf")
    fetcher = None if parsed.offline else Fetcher(settings)
    discovered = known_facts(read_discoveries(parsed.discovered or Path(DISCOVERED)))
    adder = Adder(folder, settings, limits, fetcher, PaperFacts(None, parsed.title, parsed.date), discovered)
    failed = False
    for source in parsed.sources:
        try:
            papers = read_manifest(parsed.papers)
            row = row_of_paper(papers, {"arxiv_id": _identifier(source), "url": source})
            if row is not None:
                print(f"{source}: stands in {parsed.papers} already, line {line_of(row)}")
                continue
            addition = adder.addition(source, papers)
            entered = adder.enter(addition, parsed.papers)
        except InputError as error:
            named = "" if error.file == source else f"{source}: "
            print(f"lmprogress: not added: {named}{error}", file=sys.stderr)
            failed = True
            continue
        for note in entered.notes:
            print(f"{source}: {note}")
        if not entered.new:
            print(f"{source}: stands in {parsed.papers} already, line {entered.line}")
            continue
        print(f"{source}: added as {entered.paper_id}, {parsed.papers}, line {entered.line}")
        if addition.to_fill:
            print(f"  before the next run, fill in there: {', '.join(addition.to_fill)}")
    return int(failed)


def _identifier(source: str) -> str | None:
    from lmprogress.retrieving.arxiv import identifier

    return identifier(source)
