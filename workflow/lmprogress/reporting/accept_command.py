"""The command `lmprogress accept`: verdicts on candidate systems, added to raw/verdicts.csv.

In: a CSV of candidate systems (as `lmprogress systems` writes it) with verdicts. Out: rows of raw/verdicts.csv, all or
none of them, and a line on each.
"""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path

from lmprogress.core.project import in_project


def add_accept(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    command = commands.add_parser("accept", help="add verdicts on candidate systems to raw/verdicts.csv")
    command.add_argument(
        "file", type=Path, metavar="FILE.csv", help="candidate systems with the columns verdict, why and by"
    )
    command.add_argument("--by", metavar="NAME", help="who decided, where the file has no column by")
    command.add_argument(
        "--candidates",
        type=Path,
        metavar="FILE.csv",
        help="the candidate systems as they are read (default: results/tables/candidate_systems.csv)",
    )
    command.set_defaults(run=_accept)


def _accept(parsed: argparse.Namespace) -> int:
    # imported here, so that --help starts at once
    from lmprogress.core import tables
    from lmprogress.core.settings import load_architectures, load_benchmarks
    from lmprogress.provenance.deciding import as_text, new_verdicts, read_decided
    from lmprogress.retrieving.manifest import append_rows, locked

    known = {
        "benchmark": list(load_benchmarks(in_project("config/benchmarks.yaml"))),
        "architecture": list(load_architectures(in_project("config/architectures.yaml"))),
    }
    decided = read_decided(parsed.file, parsed.by, known)
    candidates = tables.read_csv(
        parsed.candidates or in_project("results/tables/candidate_systems.csv"), "candidate_systems"
    )
    papers = tables.read_csv(in_project("raw/papers.csv"), "papers")
    systems = tables.read_csv(in_project("raw/systems.csv"), "systems", known)
    file = in_project("raw/verdicts.csv")
    with locked(file):
        rows = new_verdicts(
            decided,
            parsed.file,
            candidates,
            tables.read_csv(file, "verdicts", known),
            papers=set(papers["paper_id"]),
            systems=set(systems["system_id"]),
            today=datetime.date.today().isoformat(),
        )
        if rows:
            line = append_rows(file, [as_text(row) for row in rows], "verdicts")
    for place, row in enumerate(rows):
        print(f"{file}, line {line + place}: {row['verdict']} {row['system_id']} on {row['benchmark']}")
    print(f"{len(decided)} verdicts, {len(rows)} of them new")
    return 0
