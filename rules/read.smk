# Reading the papers: from PDFs to typed values with their place on the page.
#
# In:  the PDFs of the folder `papers` (raw/pdf/ for arxiv), raw/snapshot/, raw/papers.csv.
# Out: processed/readings.parquet, processed/paper_statuses.parquet, processed/paper_files.parquet,
#      processed/tables.parquet.

# what each PDF gave: no output of a rule, since the engine deletes those before it makes them again
KEPT_PAPERS = "processed/kept_papers"
KEPT_PICTURES = f"{KEPT_PAPERS}/pictures"


rule read_papers:
    """The PDFs of one batch."""
    input:
        awaited_pdfs,
    output:
        readings="processed/readings/{batch}.parquet",
        files="processed/read_files/{batch}.parquet",
        tables="processed/tables/{batch}.parquet",
    log:
        "results/logs/read_papers/{batch}.log",
    benchmark:
        "results/benchmarks/read_papers/{batch}.tsv"
    params:
        # a function, since braces in a plain text are taken for wildcards
        folder=lambda wildcards: PDF_FOLDER,
        # a replaced file counts by what it holds, whatever its date
        digests=pdf_digests,
        vocabulary=READING_VOCABULARY,
        limits=CONFIG.reading.limits.model_dump(mode="json"),
        kept=KEPT_PAPERS,
        code=code("read_papers"),
    script:
        "../workflow/scripts/read_papers.py"


rule gather:
    """The papers at hand, and the readings kept of the others."""
    input:
        readings=expand("processed/readings/{batch}.parquet", batch=BATCHES),
        files=expand("processed/read_files/{batch}.parquet", batch=BATCHES),
        tables=expand("processed/tables/{batch}.parquet", batch=BATCHES),
        snapshot_readings=written("raw/snapshot/readings.csv"),
        snapshot_statuses=written("raw/snapshot/paper_statuses.csv"),
        snapshot_tables=written("raw/snapshot/tables.csv"),
        # what PDFs are told apart by
        papers=[written("raw/papers.csv")] if CONFIG.papers else [],
    output:
        readings="processed/readings.parquet",
        paper_statuses="processed/paper_statuses.parquet",
        paper_files="processed/paper_files.parquet",
        tables="processed/tables.parquet",
    log:
        "results/logs/gather.log",
    benchmark:
        "results/benchmarks/gather.tsv"
    params:
        only=CONFIG.papers_only,
        identifier_confidence=READING_VOCABULARY["prose"]["confidence"]["identifier"],
        kept=KEPT_PAPERS,
        content=content,
        code=code("gather"),
    script:
        "../workflow/scripts/gather.py"
