"""readings, read_files, tables of every batch, raw/snapshot, raw/papers.csv -> readings, paper_statuses, paper_files,
tables."""

from pathlib import Path

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.reading.gathering import Snapshot, gather
from lmprogress.reading.kept_papers import orphans, other_batches

with logged(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    read = {
        table: pd.concat([tables.empty(table), *(tables.read(path, table) for path in given[name])])
        for name, table in (("readings", "readings"), ("files", "read_files"), ("tables", "tables"))
    }
    gathered = gather(
        read["readings"].drop_duplicates("reading_id"),
        read["read_files"],
        read["tables"].drop_duplicates("table_id"),
        Snapshot(
            tables.read_csv(given.snapshot_readings, "readings"),
            tables.read_csv(given.snapshot_statuses, "paper_statuses"),
            tables.read_csv(given.snapshot_tables, "tables"),
        ),
        tables.read_csv(given.papers[0], "papers") if given.papers else tables.empty("papers"),
        only=params.only,
        confidence=params.identifier_confidence,
    )
    for name, frame in gathered._asdict().items():
        tables.write(frame, name, snakemake.output[name])
    for paper in gathered.paper_statuses.itertuples():
        if paper.change != "kept" or pd.notna(paper.detail):
            details = [paper.status, *([paper.detail] if pd.notna(paper.detail) else [])]
            print(f"{paper.paper_id}: {paper.change}, {'; '.join(details)}")
    # what is left of batches and PDFs that are gone
    made = [Path(snakemake.output.readings).parent / folder for folder in ("readings", "read_files", "tables")]
    batches = {Path(path) for name in ("readings", "files", "tables") for path in given[name]}
    digests = set(read["read_files"]["sha256"].dropna())
    for orphan in [*other_batches(made, batches), *orphans(Path(params.kept), digests)]:
        print(f"{orphan}: removed, its papers are no longer at hand")
        orphan.unlink()
