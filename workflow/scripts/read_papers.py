"""the PDFs of one batch -> readings, paper_statuses; what each paper gave is kept in a folder beside them."""

from pathlib import Path

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import ReadingLimits
from lmprogress.keeping.settings_reading import ReadingVocabulary
from lmprogress.reading.corpus import read_corpus
from lmprogress.reading.kept_papers import KeptPapers, reader_digest
from lmprogress.reading.papers_at_hand import find_papers

with logged(snakemake.log[0]):
    params = snakemake.params
    reader = reader_digest(code=params.code, vocabulary=params.vocabulary, limits=params.limits)
    kept = KeptPapers(Path(params.kept), reader)

    def told(status):
        reused = ", kept" if status["paper_id"] in kept.reused else ""
        print(f"{status['paper_id']}: {status['status']}, {status['n_readings']} readings{reused}", flush=True)

    readings, statuses = read_corpus(
        find_papers(snakemake.input.pdfs),
        ReadingVocabulary.model_validate(params.vocabulary),
        ReadingLimits.model_validate(params.limits),
        kept=kept,
        told=told,
    )
    tables.write(readings, "readings", snakemake.output.readings)
    tables.write(statuses, "paper_statuses", snakemake.output.statuses)
    print(f"{len(statuses)} papers: {len(statuses) - len(kept.reused)} read, {len(kept.reused)} as kept")
