"""readings, links, evidence, PDFs -> results/report/crops."""

from pathlib import Path

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.reporting.pictures import picture_evidence

with logged(snakemake.log[0]):
    written = picture_evidence(
        tables.read(snakemake.input.readings, "readings"),
        tables.read(snakemake.input.links, "links"),
        tables.read(snakemake.input.evidence, "evidence"),
        {paper: Path(path) for paper, path in snakemake.params.pdfs.items()},
        Path(snakemake.output[0]),
    )
    print(f"{written} pictures")
