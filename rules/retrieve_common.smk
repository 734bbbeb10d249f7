# The PDFs at hand, batch by batch, and what they hold.
#
# In:  BATCHES; processed/retrievals.parquet where papers are retrieved.
# Out: FROM_MANIFEST, pdf_digests(), pdfs_at_hand(), pdfs_by_paper().

from functools import cache

from lmprogress.keeping.file_digest import file_digest

FROM_MANIFEST = CONFIG.papers == RETRIEVED


@cache
def pdf_digest(path, mtime, size):
    """Give the digest of a PDF, taken once for each state that the file is seen in."""
    return file_digest(path)


def pdf_digests(batch):
    """Give the digest of each PDF of a batch by paper; what cannot be read has none."""
    digests = {}
    for paper in BATCHES[batch]:
        try:
            seen = paper.path.stat()
            digests[paper.paper_id] = pdf_digest(
                paper.path, seen.st_mtime_ns, seen.st_size
            )
        except OSError:
            continue
    return digests


def pdfs_at_hand(*batches):
    """Name the PDFs of `batches`, or of all; where they are retrieved, those that were to be had."""
    papers = [paper for batch in batches or BATCHES for paper in BATCHES[batch]]
    if FROM_MANIFEST:
        checkpoints.retrieve.get()
        return [str(paper.path) for paper in papers if paper.path.exists()]
    return [str(paper.path) for paper in papers]


def pdfs_by_paper(wildcards, input):
    """Give the PDFs among a rule's inputs by paper."""
    at_hand = set(input.pdfs)
    return {
        paper.paper_id: str(paper.path)
        for paper in PAPERS
        if str(paper.path) in at_hand
    }
