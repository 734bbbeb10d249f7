"""readings, links, evidence, PDFs -> results/report/crops."""

from pathlib import Path

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.reading.papers_at_hand import pdfs_read
from lmprogress.reporting.pictures import picture_evidence

with logged(snakemake.log[0]):
    written = picture_evidence(
        tables.read(snakemake.input.readings, "readings"),
        tables.read(snakemake.input.links, "links"),
        tables.read(snakemake.input.evidence, "evidence"),
        pdfs_read(tables.read(snakemake.input.statuses, "paper_statuses"), snakemake.params.folder),
        Path(snakemake.output[0]),
    )
    print(f"{written} pictures")
