"""What is said when a run ends: the headline and where to look, or what failed and why.

In: the folder of a run, or the engine's log. Out: a few lines of text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.doubling_times import WHY_NOT, doubling_time
from lmprogress.core.schemas.reading import READ
from lmprogress.reading.doubted_tables import doubted_tables

_FAILED = re.compile(r"^Error in rule (\w+):\n((?: +.*\n)*)", re.M)
# the log of the rule itself; on a cluster, that of the cluster's job follows
_LOG = re.compile(r"^ +log: ([^\s,]+)", re.M)
# a message names file, line and remedy in a few lines; more is a stack trace, for those who open the log
_MOST_LINES = 6
# files or papers named one by one, and reasons for one of them
_MOST_LISTED = 8
_MOST_REASONS = 2
_INDEX = "results/report/index.html"
_ROOT = "results/provenance/root.txt"
# where `lmprogress add` and `papers: arxiv` put PDFs
_PDFS = "raw/pdf"


def success(folder: Path, shown_edition: str, read_edition: str, made: Collection[str]) -> str:
    """The headline of a finished run, its counts, its papers, warnings, and where the report is.

    made: paths below `folder` that the run has made or found up to date. Other files are not reported on, except that
    the headline is said not to be recomputed. read_edition: the edition of machine-read records.
    """
    run = _Run(folder, made)
    lines = ["lmprogress: done."]
    verdict = run.result("verdict")
    if verdict is not None:
        found = sorted(verdict.to_dict("records"), key=lambda row: row["edition"] != shown_edition)
        lines += [f"  {'Doubling time' if n == 0 else '             '}  {_told(row)}" for n, row in enumerate(found)]
    elif (folder / "results/tables/verdict.parquet").exists():
        lines.append("  Doubling time  not recomputed; make run recomputes it")
    funnel = run.result("funnel")
    if funnel is not None and (funnel["edition"] == shown_edition).any():
        last = funnel[funnel["edition"] == shown_edition].sort_values("step_number").iloc[-1]
        lines.append(f"  Based on       {last['rows']} observations of {last['papers']} papers ({shown_edition})")
    ledger = run.result("ledger_counts")
    if ledger is not None:
        numbers = ledger[ledger["kind"] == "result"].groupby("verdict")["numbers"].sum()
        agrees, differs = (int(numbers.get(verdict, 0)) for verdict in ("agrees", "differs"))
        lines.append(f"  Reproduced     {agrees} of {agrees + differs} published results that are computed here")
    lines += _papers(run, read_edition)
    contradictions = run.result("contradictions")
    if contradictions is not None and len(contradictions):
        values = f"{len(contradictions)} recorded values that papers contradict"
        lines.append(f"  Check          {values}: results/tables/contradictions.csv")
    if _INDEX in made and (folder / _INDEX).exists():
        lines.append(f"  Report         {_INDEX}")
    if _ROOT in made and (folder / _ROOT).exists():
        lines.append(f"  Root           {(folder / _ROOT).read_text(encoding='ascii').strip()}")
        lines.append(f"                 digest of all files of the run; keep a copy elsewhere: {_ROOT}")
    return "\n".join(lines)


def nothing_to_do(folder: Path) -> str:
    """What is said where everything that was asked for is up to date."""
    lines = ["lmprogress: nothing to do, everything is up to date."]
    if (folder / _INDEX).exists():
        lines.append(f"  Report         {_INDEX}")
    return "\n".join(lines)


@dataclass(frozen=True)
class _Run:
    """The tables of a run in `folder` that are up to date."""

    folder: Path
    made: Collection[str]

    def result(self, name: str) -> pd.DataFrame | None:
        return self.table(f"results/tables/{name}.parquet", name)

    def table(self, path: str, name: str) -> pd.DataFrame | None:
        return tables.read(self.folder / path, name) if path in self.made and (self.folder / path).exists() else None


def _told(verdict: Mapping[Hashable, Any]) -> str:
    firm = "" if verdict["identified"] else f", not identified: {WHY_NOT[verdict['why_not']]}"
    return f"{doubling_time(verdict)}, edition {verdict['edition']}{firm}"


def _papers(run: _Run, edition: str) -> Iterator[str]:
    """How many papers were read and kept, which files were not read and why, and the results of new papers."""
    statuses = run.table("processed/paper_statuses.parquet", "paper_statuses")
    files = run.table("processed/paper_files.parquet", "paper_files")
    if statuses is None or files is None:
        return
    read = statuses[statuses["file"].notna() & statuses["status"].isin(READ)]
    new = read[read["change"].isin(["added", "replaced"])]
    changes = pd.concat([read["change"], statuses.loc[statuses["file"].isna(), "change"]]).value_counts()
    parts = [f"{len(read)} read"] if len(files) else []
    told = [f"{changes[name]} {word}" for name, word in (("added", "new"), ("replaced", "replaced")) if name in changes]
    parts[-1:] = [f"{part} ({', '.join(told)})" if told else part for part in parts[-1:]]
    parts += [f"{changes[name]} {name}" for name in ("kept", "withdrawn") if name in changes]
    unread = files[~files["status"].isin([*READ, "duplicate"])]
    duplicates = files[files["status"] == "duplicate"]
    parts += [f"{len(unread)} failed"] if len(unread) else []
    yield f"  Papers         {', '.join(parts)}"
    failures = [
        f"{file['file']}: {_words(file['status'])}" + (f", {file['detail']}" if pd.notna(file["detail"]) else "")
        for file in unread.to_dict("records")
    ]
    yield from _listed("Failed", failures, "results/tables/paper_files.csv")
    others = [f"{file.file} {file.detail}" for file in duplicates.itertuples()]
    yield from _listed("Skipped", others, "results/tables/paper_files.csv")
    noted = files[files["detail"].notna() & files["status"].isin(READ)]
    notes = [f"{file.file}, read as {file.paper_id}: {file.detail}" for file in noted.itertuples()]
    yield from _listed("Check", notes, "results/tables/paper_files.csv")
    if not len(files):
        yield from _not_asked_for(run, statuses)
    yield from _changed(run)
    yield from _overlooked(run, read)
    came = dict(_what_came(run, edition, new))
    yield from _listed("New", list(came.values()), _page(run, edition, list(came)))


def _not_asked_for(run: _Run, statuses: pd.DataFrame) -> Iterator[str]:
    """Papers that a run without papers passes over: PDFs at hand, and papers of the manifest that give nothing yet."""
    n_pdfs = sum(path.suffix.lower() == ".pdf" for path in (run.folder / _PDFS).glob("[!.]*"))
    if n_pdfs:
        yield f"  Not read       {_counted(n_pdfs, 'PDF')} in {_PDFS}; make run PAPERS={_PDFS} reads them"
    manifest, systems = (run.folder / f"raw/{name}.csv" for name in ("papers", "systems"))
    if manifest.is_file() and systems.is_file():
        used = {*statuses["paper_id"], *tables.read_csv(systems, "systems")["paper_id"]}
        papers = tables.read_csv(manifest, "papers")["paper_id"]
        without = [name for name in papers if name not in used and not (run.folder / _PDFS / f"{name}.pdf").is_file()]
        if without:
            told = f"{_counted(len(without), 'paper')} of raw/papers.csv without systems, readings or PDF"
            yield f"  Not read       {told}; make run PAPERS=arxiv fetches and reads them"


def _changed(run: _Run) -> Iterator[str]:
    """PDFs that are not the pinned ones."""
    retrievals = run.table("processed/retrievals.parquet", "retrievals")
    if retrievals is not None:
        changed = retrievals[retrievals["status"] == "changed"]
        told = [f"{row.paper_id}.pdf: {row.detail}" for row in changed.itertuples()]
        yield from _listed("Changed", told, "raw/papers.csv, columns version and sha256")


def _overlooked(run: _Run, read: pd.DataFrame) -> Iterator[str]:
    """Tables of the papers that were read in this run in which a perplexity may have been overlooked."""
    accounts = run.table("processed/tables.parquet", "tables")
    readings = run.table("processed/readings.parquet", "readings")
    if accounts is None or readings is None:
        return
    found = doubted_tables(accounts[accounts["paper_id"].isin(read["paper_id"])], readings)
    doubts = [
        f"{table['paper_id']}, page {table['page']}, {table['table_label'] or 'without a label'}: {table['doubt']}"
        for table in tables.to_rows(found)
    ]
    yield from _listed("Tables", doubts, "results/review.csv")


def _what_came(run: _Run, edition: str, papers: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """For each paper that was added or replaced, its records and observations, or why there are none."""
    place = f"processed/{edition}"
    records = run.table(f"{place}/records.parquet", "records")
    observations = run.table(f"{place}/observations.parquet", "observations")
    links = run.table("processed/linked/links.parquet", "links")
    decisions = [
        table
        for path in sorted(path for path in run.made if path.startswith(f"{place}/decisions/"))
        if (table := run.table(path, "decisions")) is not None
    ]
    for paper in papers.to_dict("records"):
        paper_id = paper["paper_id"]
        name = f"{paper_id} (replaced)" if paper["change"] == "replaced" else paper_id
        if records is None or observations is None or links is None:
            yield paper_id, f"{name}: {_counted(paper['n_readings'], 'reading')}"
            continue
        own = records.loc[records["paper_id"] == paper_id, "record_id"]
        n_used = int((observations["paper_id"] == paper_id).sum())
        told = f"{name}: {_counted(len(own), 'record')}, {_counted(n_used, 'observation')}"
        if len(own):
            reasons = [table.loc[table["record_id"].isin(own) & ~table["kept"], "reason"] for table in decisions]
            against = pd.concat(reasons) if reasons else pd.Series(dtype=str)
        else:
            said = links[(links["paper_id"] == paper_id) & (links["quantity"] == "perplexity")]
            against = said.loc[said["decision"] != "used", "decision"]
        counts = against.value_counts()
        why = ", ".join(_words(reason) for reason in counts.index[:_MOST_REASONS])
        if not n_used:
            told += f": {why or 'no perplexity read'}"
        yield paper_id, told


def _page(run: _Run, edition: str, paper_ids: Sequence[str]) -> str:
    """Where records and readings of new papers are shown; empty where nothing up to date shows them."""
    one = paper_ids[0] if len(paper_ids) == 1 else None
    records = run.table(f"processed/{edition}/records.parquet", "records")
    page = "results/report/observations.html"
    if one and records is not None and one not in set(records["paper_id"]):
        page = "results/report/readings.html"
    if page in run.made:
        asked = [f"edition={edition}"] if page.endswith("observations.html") else []
        asked += [f"q={one}"] if one else []
        return page + ("#" + "&".join(asked) if asked else "")
    table = "results/tables/readings.csv"
    return table if table in run.made else ""


def _listed(head: str, items: Sequence[str], rest: str) -> Iterator[str]:
    """The first of `items`, each on a line of its own, then how many more and where all of them are."""
    for number, item in enumerate(items[:_MOST_LISTED]):
        yield f"  {head if number == 0 else '':<13}  {item}"
    if len(items) > _MOST_LISTED:
        yield f"  {'':<13}  and {len(items) - _MOST_LISTED} more"
    if items and rest:
        yield f"  {'':<13}  see {rest}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _words(code: str) -> str:
    return code.replace("_", " ")


def failure(folder: Path, engine_log: str) -> str:
    """What failed in a run whose engine wrote `engine_log`: each job with the end of its own log."""
    lines = ["lmprogress: not finished."]
    told = set[str]()
    for rule, about in _FAILED.findall(engine_log):
        log = _LOG.search(about)
        place = log[1] if log else ""
        if (rule + place) in told:
            continue
        told.add(rule + place)
        path = folder / place
        said = path.read_text(encoding="utf-8").splitlines() if place and path.is_file() else []
        lines.append(f"  {rule}" + (f" ({place})" if place else ""))
        # an InputError is shown whole; of a stack trace, the last line is the error
        lines += [f"    {line}" for line in (said if len(said) <= _MOST_LINES else said[-1:])]
    lines.append("  Fix this and run again: finished work is kept.")
    return "\n".join(lines)
