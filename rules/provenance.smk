# Evidence: each recorded value beside what its paper prints.
#
# In:  processed/{edition} of the curated editions, processed/readings.parquet, processed/paper_statuses.parquet.
# Out: results/tables: evidence, evidence_counts and contradictions.


rule find_evidence:
    """Each value of each curated record: confirmed, contradicted, not found, or no paper; counts, and what to look at."""
    input:
        records=expand(
            "processed/{edition}/records_corrected.parquet",
            edition=CURATED_EDITIONS,
        ),
        observations=expand(
            "processed/{edition}/observations.parquet", edition=CURATED_EDITIONS
        ),
        readings="processed/readings.parquet",
        statuses="processed/paper_statuses.parquet",
    output:
        **both("evidence", "evidence_counts", "contradictions"),
    log:
        "results/logs/find_evidence.log",
    benchmark:
        "results/benchmarks/find_evidence.tsv"
    params:
        editions=CURATED_EDITIONS,
        benchmarks={
            name: benchmark.model_dump(mode="json")
            for name, benchmark in BENCHMARKS.items()
        },
        vocabulary=READING_VOCABULARY,
        least_confidence=CONFIG.link.least_confidence,
        code=code("find_evidence"),
    script:
        "../workflow/scripts/find_evidence.py"
