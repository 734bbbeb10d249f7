"""The commands `lmprogress systems` and `review`: what papers at hand would add to the edition of extracted records.

In: PDFs, folders. Out: a CSV with one row a candidate system (table `candidate_systems`), and a few lines; of `review`
also the page on which a person decides on them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lmprogress.core.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from lmprogress.core.settings import Config
    from lmprogress.reading.gathering import Gathered

ReadPlaces = Callable[[argparse.Namespace], "Gathered"]


def add_systems(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    add_places: Callable[[argparse.ArgumentParser], None],
    read_places: ReadPlaces,
    check_writable: Callable[[Path], None],
) -> None:
    """Add the commands to the command line; what they share with `read` is given."""
    command = commands.add_parser("systems", help="list the systems of PDFs that would enter, and why others would not")
    add_places(command)
    command.add_argument("--out", required=True, type=Path, metavar="FILE.csv", help="one row a candidate system")
    command.set_defaults(run=lambda parsed: _systems(parsed, parsed.out, None, read_places, check_writable))
    command = commands.add_parser("review", help="write a page on which to decide on the systems of PDFs")
    add_places(command)
    command.add_argument(
        "--out",
        required=True,
        type=Path,
        metavar="FILE.html",
        help="the page; beside it FILE.csv for lmprogress accept",
    )
    command.set_defaults(
        run=lambda parsed: _systems(
            parsed, parsed.out.with_suffix(".csv"), parsed.out.with_suffix(".html"), read_places, check_writable
        )
    )


def _systems(
    parsed: argparse.Namespace,
    out: Path,
    page: Path | None,
    read_places: ReadPlaces,
    check_writable: Callable[[Path], None],
) -> int:
    """Write the candidate systems of parsed.places to `out`, and the page to decide on them to `page`."""
    # imported here, so that --help starts at once
    import pandas as pd

    from lmprogress.core import tables
    from lmprogress.core.project import project_file
    from lmprogress.core.settings import (
        load_architectures,
        load_benchmarks,
        load_config,
        load_families,
        load_models,
    )
    from lmprogress.core.settings_reading import load_reading_vocabulary
    from lmprogress.core.yaml_files import load_yaml
    from lmprogress.provenance.candidates import list_candidates
    from lmprogress.reading.linking import link

    for path in filter(None, (out, page)):
        check_writable(path)

    def file(name: str) -> Path:
        return parsed.config / name if parsed.config else project_file(f"config/{name}")

    config = load_config(load_yaml(file("config.yaml")), load_models(file("models.yaml")), str(file("config.yaml")))
    edition = config.editions[config.compare.extracted]
    if edition.records != "extracted":
        raise InputError(
            "is no edition of extracted records",
            file=str(file("config.yaml")),
            value=config.compare.extracted,
            remedy="name one in compare.extracted",
        )
    benchmarks, architectures = load_benchmarks(file("benchmarks.yaml")), load_architectures(file("architectures.yaml"))
    readings, statuses, *_ = read_places(parsed)
    # other papers may print the same results earlier, or with a size
    others = _kept_readings()
    at_hand = set(statuses.loc[statuses["change"] != "withdrawn", "paper_id"])
    others = others[~others["paper_id"].isin(at_hand)]
    linked = link(
        pd.concat([readings, others], ignore_index=True) if len(others) else readings,
        tables.read_csv(project_file("raw/papers.csv"), "papers"),
        benchmarks=benchmarks,
        architectures=architectures,
        vocabulary=load_reading_vocabulary(file("reading.yaml"), file("benchmarks.yaml")),
        families=load_families(file("families.yaml")),
        settings=config.link,
    )
    linked = linked.only(at_hand)
    found = list_candidates(readings, linked, edition, benchmarks, architectures)
    tables.write_csv(found, "candidate_systems", out)
    if page:
        _write_page(page, found, readings, statuses, parsed.places, config)
    for status in statuses[~statuses["status"].isin(["read", "no_tables", "withdrawn"])].itertuples():
        print(f"{status.paper_id}: not read, {status.status}", file=sys.stderr)
    looked_at = statuses.loc[statuses["status"].isin(["read", "no_tables"]), "paper_id"]
    if silent := sorted(set(looked_at) - set(found["paper_id"])):
        print(f"no result of a benchmark in: {', '.join(silent)}", file=sys.stderr)
    told = f"papers: {len(at_hand)}, candidate systems: {len(found)}, of which enter: {int(found['enters'].sum())}"
    print(f"{told}\n{out}")
    return 0


def _write_page(
    page: Path, found: pd.DataFrame, readings: pd.DataFrame, statuses: pd.DataFrame, places: list[str], config: Config
) -> None:
    """Write the page on which a person decides on the candidate systems `found`, with the place of each."""
    from lmprogress.core import tables
    from lmprogress.reading.crops import crops
    from lmprogress.reading.papers_at_hand import find_pdfs
    from lmprogress.reporting.review_page import review_page

    paths = {file.name: file.path for file in find_pdfs(places)}
    read = statuses.dropna(subset=["file"])
    pdfs = {
        str(paper): paths[name] for paper, name in zip(read["paper_id"], read["file"], strict=True) if name in paths
    }
    shown = readings[readings["reading_id"].isin(found["reading_id"])]
    pictures = {name: made.png for name, made in crops(shown, pdfs, config.reading.picture_limits) if made.png}
    html = review_page(tables.empty("review"), pictures, edition=config.compare.extracted, most=0, candidates=found)
    page.write_text(html, encoding="utf-8")
    print(f"to decide on them: {page}; then lmprogress accept decided.csv --candidates {page.with_suffix('.csv')}")


def _kept_readings() -> pd.DataFrame:
    """The readings of raw/snapshot; none where the package came without them."""
    from lmprogress.core import tables
    from lmprogress.core.project import project_file

    try:
        return tables.read_csv(project_file("raw/snapshot/readings.csv"), "readings")
    except InputError:
        return tables.empty("readings")
