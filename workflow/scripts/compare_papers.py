"""paper_statuses of this run and of the snapshot -> results/tables/paper_changes."""

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.reading.paper_changes import compare_papers

with logged(snakemake.log[0]):
    changes = compare_papers(
        tables.read(snakemake.input.statuses, "paper_statuses"),
        tables.read_csv(snakemake.input.snapshot, "paper_statuses"),
    )
    for paper in changes[changes["change"] != "same"].itertuples():
        print(f"{paper.paper_id}: {paper.change} since the snapshot")
    tables.write_both({"paper_changes": changes}, snakemake.output)
