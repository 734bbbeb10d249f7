# The PDFs at hand, batch by batch, and what they hold.
#
# In:  BATCHES; processed/retrievals.parquet where papers are retrieved.
# Out: FROM_MANIFEST, PDF_FOLDER, awaited_pdfs(), pdf_digests().
#
# PDFs are no inputs of rules, since the engine takes braces in a path for wildcards: a job gets their names and digests
# as a parameter, which makes it run again when they change, and finds them in the folder.

from functools import cache

from lmprogress.keeping.file_digest import file_digest
from lmprogress.reading.papers_at_hand import pdfs_in

FROM_MANIFEST = CONFIG.papers == RETRIEVED
PDF_FOLDER = RETRIEVED_FOLDER if FROM_MANIFEST else CONFIG.papers


@cache
def pdf_digest(path, mtime, size):
    """Give the digest of a PDF, taken once for each state that the file is seen in."""
    return file_digest(path)


def awaited_pdfs(wildcards):
    """Have the PDFs retrieved first, where they are; they are no inputs themselves."""
    if FROM_MANIFEST:
        checkpoints.retrieve.get()
    return []


def pdf_digests(wildcards):
    """Give the digest of each PDF of the wildcard's batch by its name; what cannot be read has none."""
    awaited_pdfs(wildcards)
    digests = {}
    wanted = set(BATCHES[int(wildcards.batch)])
    for file in pdfs_in(Path(PDF_FOLDER)):
        if file.name in wanted:
            try:
                seen = file.path.stat()
                digest = pdf_digest(file.path, seen.st_mtime_ns, seen.st_size)
            except OSError:
                digest = None
            digests[file.name] = digest
    return digests
