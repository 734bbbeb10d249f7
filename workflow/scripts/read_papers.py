"""the PDFs of one batch -> readings, paper_statuses."""

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import ReadingLimits
from lmprogress.keeping.settings_reading import ReadingVocabulary
from lmprogress.reading.corpus import read_corpus
from lmprogress.reading.papers_at_hand import find_papers

with logged(snakemake.log[0]):
    readings, statuses = read_corpus(
        find_papers(snakemake.input.pdfs),
        ReadingVocabulary.model_validate(snakemake.params.vocabulary),
        ReadingLimits.model_validate(snakemake.params.limits),
        told=lambda status: print(f"{status['paper_id']}: {status['status']}, {status['n_readings']} readings"),
    )
    tables.write(readings, "readings", snakemake.output.readings)
    tables.write(statuses, "paper_statuses", snakemake.output.statuses)
