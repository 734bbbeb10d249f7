# Reading the papers: from PDFs to typed values with their place on the page.
#
# In:  the PDFs of the folder `papers` (raw/pdf/ for arxiv), or raw/snapshot/ where no folder is given.
# Out: processed/readings.parquet, processed/paper_statuses.parquet, results/tables/paper_changes.

# what each paper gave: no output of a rule, since the engine deletes those before it makes them again
KEPT_PAPERS = "processed/kept_papers"


if CONFIG.papers:

    rule read_papers:
        """The papers of one batch."""
        input:
            pdfs=lambda wildcards: pdfs_at_hand(int(wildcards.batch)),
        output:
            readings="processed/readings/{batch}.parquet",
            statuses="processed/paper_statuses/{batch}.parquet",
        log:
            "results/logs/read_papers/{batch}.log",
        benchmark:
            "results/benchmarks/read_papers/{batch}.tsv"
        params:
            # a replaced file counts by what it holds, whatever its date
            digests=lambda wildcards: pdf_digests(int(wildcards.batch)),
            vocabulary=READING_VOCABULARY,
            limits=CONFIG.reading.limits.model_dump(mode="json"),
            kept=KEPT_PAPERS,
            code=code("read_papers"),
        script:
            "../workflow/scripts/read_papers.py"

    rule gather:
        """The readings of all batches."""
        input:
            readings=expand("processed/readings/{batch}.parquet", batch=BATCHES),
            statuses=expand("processed/paper_statuses/{batch}.parquet", batch=BATCHES),
        output:
            readings="processed/readings.parquet",
            statuses="processed/paper_statuses.parquet",
        log:
            "results/logs/gather.log",
        benchmark:
            "results/benchmarks/gather.tsv"
        params:
            kept=KEPT_PAPERS,
            code=code("gather"),
        script:
            "../workflow/scripts/gather.py"

else:

    rule take_snapshot:
        """The readings of the last full reading, kept with the workflow."""
        input:
            readings="raw/snapshot/readings.csv",
            statuses="raw/snapshot/paper_statuses.csv",
        output:
            readings="processed/readings.parquet",
            statuses="processed/paper_statuses.parquet",
        log:
            "results/logs/take_snapshot.log",
        benchmark:
            "results/benchmarks/take_snapshot.tsv"
        params:
            code=code("take_snapshot"),
        script:
            "../workflow/scripts/take_snapshot.py"


rule compare_papers:
    """The papers of this run beside those of the snapshot."""
    input:
        statuses="processed/paper_statuses.parquet",
        snapshot="raw/snapshot/paper_statuses.csv",
    output:
        **both("paper_changes"),
    log:
        "results/logs/compare_papers.log",
    benchmark:
        "results/benchmarks/compare_papers.tsv"
    params:
        code=code("compare_papers"),
    script:
        "../workflow/scripts/compare_papers.py"
