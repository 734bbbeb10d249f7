"""The command `lmprogress discover`: papers that may hold results on the benchmarks, to be looked at by a person.

In: a date, or a file of BibTeX or identifiers. Out: discovered.csv, the new ones on the terminal; exit status 1 where
the search stopped early, or a named paper does not exist.
"""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lmprogress.core.errors import InputError
from lmprogress.core.project import in_project

if TYPE_CHECKING:
    import pandas as pd

    from lmprogress.retrieving.fetching import Fetcher

DISCOVERED = "discovered.csv"


def add_discover(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    command = commands.add_parser(
        "discover",
        help="search arXiv for papers that may hold results, or take them from a list",
        description="Without a source, the search goes on where the last one ended.",
    )
    source = command.add_mutually_exclusive_group()
    source.add_argument("--since", metavar="YYYY-MM-DD", help="search for papers submitted from this day on")
    source.add_argument(
        "--bibtex", type=Path, metavar="FILE", help="take the entries of a BibTeX file (Zotero's export)"
    )
    source.add_argument("--list", type=Path, metavar="FILE", help="take arXiv identifiers and addresses, one a line")
    command.add_argument("--fetch", type=Path, metavar="FOLDER", help="fetch the PDFs of new candidates to this folder")
    command.add_argument("--until", metavar="YYYY-MM-DD", help="the last day of the search (default: today)")
    command.add_argument("--out", type=Path, metavar="FILE", help=f"the papers found (default: {DISCOVERED})")
    command.add_argument("--papers", type=Path, metavar="FILE", help="the manifest (default: raw/papers.csv)")
    command.add_argument("--config", type=Path, metavar="FOLDER", help="default: config")
    command.set_defaults(run=discover)


def discover(parsed: argparse.Namespace, fetcher_of: Callable[..., Fetcher] | None = None) -> int:
    """Run the command; `fetcher_of` makes what asks the network from the settings."""
    # imported here, so that --help starts at once
    from lmprogress.core import tables
    from lmprogress.core.settings import Discovery, Retrieval, check
    from lmprogress.core.yaml_files import load_yaml
    from lmprogress.retrieving.discovering import (
        Discoverer,
        SearchStopped,
        merged,
        read_discoveries,
        searched_until,
        to_fetch,
    )
    from lmprogress.retrieving.fetching import Fetcher
    from lmprogress.retrieving.manifest import read_manifest
    from lmprogress.retrieving.named_papers import read_bibtex, read_list
    from lmprogress.retrieving.retrieve import retrieve

    for option in ("since", "until"):
        _check_date(f"--{option}", getattr(parsed, option))
    file = (parsed.config or in_project("config")) / "config.yaml"
    content = load_yaml(file)
    retrieval = check(Retrieval, content.get("retrieval", {}), str(file), "retrieval")
    settings = check(Discovery, content.get("discovery", {}), str(file), "discovery")
    manifest = read_manifest(parsed.papers or in_project("raw/papers.csv"))
    out = parsed.out or in_project(DISCOVERED)
    found = read_discoveries(out)
    before, seen = set(found["paper"]), set[str]()
    discoverer = Discoverer(settings, retrieval, (fetcher_of or Fetcher)(retrieval))
    named = parsed.bibtex or parsed.list
    since = parsed.since or searched_until(found)
    if named:
        papers = read_bibtex(named) if parsed.bibtex else read_list(named)
        pages = discoverer.named(papers, named.name)
    elif since:
        until = parsed.until or datetime.date.today().isoformat()
        pages = discoverer.search(since, until)
    else:
        raise InputError("is missing: no search was made yet", file="--since", remedy="give the first day, YYYY-MM-DD")
    stopped = None
    try:
        for rows in pages:
            found = merged(found, rows, manifest)
            seen |= {str(row["paper"]) for row in rows}
            tables.write_csv(found, "discoveries", out)
    except SearchStopped as error:
        stopped = error
    told = found[found["paper"].isin(seen if named else seen - before)]
    print("\n".join(_told(told, out)))
    if parsed.fetch:
        fetched = retrieve(to_fetch(told), parsed.fetch, retrieval, discoverer.fetcher)
        there = fetched["status"].isin(["retrieved", "at_hand"])
        for row in fetched[~there].to_dict("records"):
            print(f"{row['paper_id']}: not fetched, {row['status']} ({row['detail']})", file=sys.stderr)
        print(f"{int(there.sum())} of {len(there)} PDFs are in {parsed.fetch}")
    missing = told[told["status"] == "not_found"]
    for reason, paper in zip(missing["reason"], missing["paper"], strict=True):
        print(f"lmprogress: {reason}: arXiv has no paper {paper}; correct it", file=sys.stderr)
    if stopped:
        last = searched_until(found)
        again = f"--{'bibtex' if parsed.bibtex else 'list'} {named}" if named else "" if last else f"--since {since}"
        goes_on = f"lmprogress discover {again}".rstrip() + (
            f", which goes on from {last}" if not named and last else ""
        )
        print(f"lmprogress: the search stopped: {stopped}; what was found is kept in {out}", file=sys.stderr)
        print(f"  remedy: later, {goes_on}", file=sys.stderr)
    return int(bool(stopped) or bool(len(missing)))


def _told(found: pd.DataFrame, out: Path) -> list[str]:
    """The candidates, one a line with its reason, then counts and what to do."""
    from lmprogress.core import tables

    candidates = found[found["status"].isin(["candidate", "no_identifier"])].sort_values(["publication_date", "paper"])
    lines = [
        f"{row['paper']}  {row['publication_date'] or 'no date'}  {row['title'] or 'no title'}  ({row['reason']})"
        for row in tables.to_rows(candidates)
    ]
    counts = found["status"].value_counts()
    words = (
        ("in_manifest", "in raw/papers.csv already"),
        ("withdrawn", "withdrawn"),
        ("not_found", "not known to arXiv"),
    )
    more = [f"{counts[name]} {word}" for name, word in words if name in counts]
    n = len(candidates)
    lines.append(f"{n} candidate{'' if n == 1 else 's'}" + "".join(f", {told}" for told in more) + f": {out}")
    if n:
        lines.append("  add those that hold results: lmprogress add IDENTIFIER …")
    return lines


def _check_date(option: str, value: str | None) -> None:
    from lmprogress.retrieving.arxiv import iso_date

    if value and not iso_date(value):
        raise InputError("is no date until today", file=option, value=value, remedy="write it YYYY-MM-DD")
