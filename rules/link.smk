# From readings to the edition of extracted records, and what people should look at.
#
# In:  processed/readings.parquet, processed/paper_statuses.parquet, raw/papers.csv, raw/audit_verdicts.csv.
# Out: processed/linked/, the extracted edition beside a curated one, the list for review, the audit of a sample.


rule link:
    """Systems and perplexities from readings alone, with one decision for each reading."""
    input:
        readings="processed/readings.parquet",
        papers=written("raw/papers.csv"),
    output:
        **both("paper_gains", "paper_gains_by_year"),
        papers="processed/linked/papers.parquet",
        systems="processed/linked/linked_systems.parquet",
        evaluations="processed/linked/evaluations.parquet",
        links="processed/linked/links.parquet",
        candidates="results/tables/candidate_systems.parquet",
        candidates_csv="results/tables/candidate_systems.csv",
    log:
        "results/logs/link.log",
    benchmark:
        "results/benchmarks/link.tsv"
    params:
        benchmarks={
            name: benchmark.model_dump(mode="json")
            for name, benchmark in BENCHMARKS.items()
        },
        architectures={
            name: family.model_dump(mode="json")
            for name, family in ARCHITECTURES.items()
        },
        families={
            name: family.model_dump(mode="json") for name, family in FAMILIES.items()
        },
        vocabulary=READING_VOCABULARY,
        settings=CONFIG.link.model_dump(mode="json"),
        edition=CONFIG.editions[CONFIG.compare.extracted].model_dump(
            mode="json", exclude={"laws", "about"}
        ),
        content=content,
        code=code("link"),
    script:
        "../workflow/scripts/link.py"


rule compare_editions:
    """The extracted edition beside the curated one, row by row."""
    input:
        curated_records=f"processed/{CONFIG.compare.curated}/records.parquet",
        curated_decisions=expand(
            f"processed/{CONFIG.compare.curated}/decisions/{{step}}.parquet",
            step=STEPS,
        ),
        curated_observations=f"processed/{CONFIG.compare.curated}/observations.parquet",
        extracted_records=f"processed/{CONFIG.compare.extracted}/records.parquet",
        extracted_decisions=expand(
            f"processed/{CONFIG.compare.extracted}/decisions/{{step}}.parquet",
            step=STEPS,
        ),
        extracted_observations=f"processed/{CONFIG.compare.extracted}/observations.parquet",
        readings="processed/readings.parquet",
        statuses="processed/paper_statuses.parquet",
        links="processed/linked/links.parquet",
    output:
        edition_differences="results/tables/edition_differences.parquet",
        edition_differences_csv="results/tables/edition_differences.csv",
        difference_counts="results/tables/difference_counts.parquet",
        difference_counts_csv="results/tables/difference_counts.csv",
    log:
        "results/logs/compare_editions.log",
    benchmark:
        "results/benchmarks/compare_editions.tsv"
    params:
        settings=CONFIG.compare.model_dump(mode="json"),
        code=code("compare_editions"),
    script:
        "../workflow/scripts/compare_editions.py"


rule list_review:
    """Candidate systems and readings that the machine doubts, for a person; with pictures where the papers are given."""
    input:
        readings="processed/readings.parquet",
        links="processed/linked/links.parquet",
        systems="processed/linked/linked_systems.parquet",
        observations=f"processed/{CONFIG.compare.extracted}/observations.parquet",
        differences="results/tables/edition_differences.parquet",
        corrections=written("raw/corrections.csv"),
        candidates="results/tables/candidate_systems.parquet",
        verdicts=written("raw/verdicts.csv"),
        tables="processed/tables.parquet",
        statuses="processed/paper_statuses.parquet",
    output:
        review="results/review.csv",
        page="results/review/index.html",
    log:
        "results/logs/list_review.log",
    benchmark:
        "results/benchmarks/list_review.tsv"
    params:
        edition=CONFIG.compare.extracted,
        settings=CONFIG.review.model_dump(mode="json"),
        folder=lambda wildcards: PDF_FOLDER,
        limits=CONFIG.reading.picture_limits.model_dump(mode="json"),
        kept=KEPT_PICTURES,
        content=content,
        code=code("list_review"),
    script:
        "../workflow/scripts/list_review.py"


rule draw_audit_sample:
    """A random sample of readings for a person to judge, and the error rate of what was judged."""
    input:
        readings="processed/readings.parquet",
        verdicts=written("raw/audit_verdicts.csv"),
    output:
        **both("audit_sample", "audit"),
    log:
        "results/logs/draw_audit_sample.log",
    benchmark:
        "results/benchmarks/draw_audit_sample.tsv"
    params:
        settings=CONFIG.audit.model_dump(mode="json"),
        interval_percent=CONFIG.interval_percent,
        content=content,
        code=code("draw_audit_sample"),
    script:
        "../workflow/scripts/draw_audit_sample.py"


rule compare_leaderboard:
    """The readings against a leaderboard that others keep by hand."""
    input:
        readings="processed/readings.parquet",
        leaderboard=written("raw/leaderboard.csv"),
    output:
        **both("leaderboard_comparison"),
    log:
        "results/logs/compare_leaderboard.log",
    benchmark:
        "results/benchmarks/compare_leaderboard.tsv"
    params:
        content=content,
        code=code("compare_leaderboard"),
    script:
        "../workflow/scripts/compare_leaderboard.py"
