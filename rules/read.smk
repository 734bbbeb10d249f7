# Reading the papers: from PDFs to typed values with their place on the page.
#
# In:  the PDFs of the folder `papers`, or raw/snapshot/ where no folder is given.
# Out: processed/readings.parquet, processed/paper_statuses.parquet.


if CONFIG.papers:

    rule read_papers:
        """The papers of one batch."""
        input:
            pdfs=lambda wildcards: [
                str(paper.path) for paper in BATCHES[int(wildcards.batch)]
            ],
        output:
            readings="processed/readings/{batch}.parquet",
            statuses="processed/paper_statuses/{batch}.parquet",
        log:
            "results/logs/read_papers/{batch}.log",
        benchmark:
            "results/benchmarks/read_papers/{batch}.tsv"
        params:
            vocabulary=READING_VOCABULARY,
            limits=CONFIG.reading.limits.model_dump(mode="json"),
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
