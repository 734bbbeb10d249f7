"""The command `lmprogress add`: papers that the next run takes in.

In: arXiv identifiers, addresses, PDF files. Out: lines of raw/papers.csv, PDFs in their folder, what to fill in.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lmprogress.keeping.errors import InputError


def add_add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    command = commands.add_parser("add", help="add papers to raw/papers.csv")
    command.add_argument("sources", nargs="+", metavar="ARXIV_ID|URL|FILE", help="the papers")
    command.add_argument("--title", help="title of the paper, where one is added")
    command.add_argument("--date", metavar="YYYY-MM-DD", help="its date of publication")
    command.add_argument("--offline", action="store_true", help="do not ask the network")
    command.add_argument("--papers", type=Path, default=Path("raw/papers.csv"), metavar="FILE", help="the manifest")
    command.add_argument(
        "--folder", type=Path, metavar="FOLDER", help="where PDFs go (default: papers of the configuration, or raw/pdf)"
    )
    command.add_argument("--config", type=Path, default=Path("config"), metavar="FOLDER", help="default: config")
    command.set_defaults(run=_add)


def _add(parsed: argparse.Namespace) -> int:
    # imported here, so that --help starts at once
    import pandas as pd

    from lmprogress.curation.raw import line_of
    from lmprogress.keeping.settings import Reading, Retrieval, check
    from lmprogress.keeping.yaml_files import load_yaml
    from lmprogress.retrieving.adding import Adder
    from lmprogress.retrieving.arxiv import PaperFacts, iso_date
    from lmprogress.retrieving.fetching import Fetcher
    from lmprogress.retrieving.manifest import append_rows, line_of_paper, read_manifest

    if (parsed.title or parsed.date) and len(parsed.sources) > 1:
        raise InputError("are of one paper", file="--title, --date", remedy="add such papers one by one")
    if parsed.date and not iso_date(parsed.date):
        raise InputError("is no date until today", file="--date", value=parsed.date, remedy="write it YYYY-MM-DD")
    file = parsed.config / "config.yaml"
    content = load_yaml(file)
    settings = check(Retrieval, content.get("retrieval", {}), str(file), "retrieval")
    limits = check(Reading, content.get("reading", {}), str(file), "reading").limits
    configured = content.get("papers")
    folder = parsed.folder or Path(configured if configured not in (None, "arxiv") else "raw/pdf")
    fetcher = None if parsed.offline else Fetcher(settings)
    adder = Adder(folder, settings, limits, fetcher, PaperFacts(None, parsed.title, parsed.date))
    failed, papers = False, read_manifest(parsed.papers)
    for source in parsed.sources:
        try:
            known = line_of_paper(papers, {"arxiv_id": _identifier(source), "url": source})
            addition = None if known else adder.addition(source)
            known = known or line_of_paper(papers, addition.row if addition else {})
            if known:
                print(f"{source}: stands in {parsed.papers} already, line {known}")
                continue
            assert addition is not None
            append_rows(parsed.papers, [addition.row])
        except InputError as error:
            print(f"lmprogress: {error}", file=sys.stderr)
            failed = True
            continue
        papers = pd.concat([papers, pd.DataFrame([addition.row])], ignore_index=True)
        line = line_of(len(papers) - 1)
        for note in addition.notes:
            print(f"{source}: {note}")
        print(f"{source}: added as {addition.row['paper_id']}, {parsed.papers}, line {line}")
        if addition.to_fill:
            print(f"  before the next run, fill in there: {', '.join(addition.to_fill)}")
    return int(failed)


def _identifier(source: str) -> str | None:
    from lmprogress.retrieving.arxiv import identifier

    return identifier(source)
