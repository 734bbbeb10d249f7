# Retrieving papers: the PDFs of the manifest from arXiv and from their own addresses.
#
# In:  raw/papers.csv and the network, where `papers` is arxiv.
# Out: raw/pdf/<paper_id>.pdf, processed/retrievals.parquet.


if FROM_MANIFEST:

    checkpoint retrieve:
        """The PDFs of the manifest that are not at hand, one after another."""
        input:
            papers=written("raw/papers.csv"),
        output:
            retrievals="processed/retrievals.parquet",
        log:
            "results/logs/retrieve.log",
        benchmark:
            "results/benchmarks/retrieve.tsv"
        params:
            settings=CONFIG.retrieval.model_dump(mode="json"),
            # written beside the output: what was fetched once is kept when the table is made again
            folder=RETRIEVED_FOLDER,
            content=content,
            code=code("retrieve"),
        script:
            "../workflow/scripts/retrieve.py"
