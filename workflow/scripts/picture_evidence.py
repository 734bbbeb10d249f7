"""readings, links, evidence, PDFs -> results/report/crops."""

from pathlib import Path

from lmprogress.core import tables
from lmprogress.core.file_digest import file_digest
from lmprogress.core.joblog import logged
from lmprogress.core.settings import ReadingLimits
from lmprogress.reading.crops import drawer
from lmprogress.reading.kept_pictures import KeptPictures
from lmprogress.reading.papers_at_hand import pdfs_read
from lmprogress.reporting.pictures import picture_evidence

with logged(snakemake.log[0]):
    pdfs = pdfs_read(tables.read(snakemake.input.statuses, "paper_statuses"), snakemake.params.folder)
    kept = KeptPictures(Path(snakemake.params.kept), drawer())
    counts = picture_evidence(
        tables.read(snakemake.input.readings, "readings"),
        tables.read(snakemake.input.links, "links"),
        tables.read(snakemake.input.evidence, "evidence"),
        pdfs,
        Path(snakemake.output[0]),
        limits=ReadingLimits.model_validate(snakemake.params.limits),
        kept=kept,
    )
    kept.remove_others({file_digest(path) for path in pdfs.values()})
    print(f"pictures: {counts['drawn']} drawn, {counts['kept']} kept, {counts['failed']} failed")
