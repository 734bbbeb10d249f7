"""the PDFs of one batch -> readings, read_files, tables; what each PDF gave is kept in a folder beside them."""

from pathlib import Path

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import ReadingLimits
from lmprogress.core.settings_reading import ReadingVocabulary
from lmprogress.reading.corpus import read_corpus
from lmprogress.reading.kept_papers import KeptPapers, reader_digest
from lmprogress.reading.papers_at_hand import pdfs_in

with logged(snakemake.log[0]):
    params = snakemake.params
    reader = reader_digest(code=params.code, vocabulary=params.vocabulary, limits=params.limits)
    kept = KeptPapers(Path(params.kept), reader)
    batch = [file for file in pdfs_in(Path(params.folder)) if file.name in params.digests]
    print(f"{len(batch)} files", flush=True)

    readings, files, accounts = read_corpus(
        batch,
        ReadingVocabulary.model_validate(params.vocabulary),
        ReadingLimits.model_validate(params.limits),
        kept=kept,
        told=lambda status: print(kept.line(status), flush=True),
    )
    tables.write(readings, "readings", snakemake.output.readings)
    tables.write(files, "read_files", snakemake.output.files)
    tables.write(accounts, "tables", snakemake.output.tables)
    n_kept = int(files["sha256"].isin(kept.reused).sum())
    print(f"{len(files)} papers: {len(files) - n_kept} read, {n_kept} as kept")
