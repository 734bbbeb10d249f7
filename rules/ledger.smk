# The ledger: every number that the study published, beside what is computed here; and the findings.
#
# In:  raw/reference/*.csv, results/tables.
# Out: results/tables/study_statistics, results/tables/ledger, results/findings.md, results/defects.md.


rule tabulate_statistics:
    """Counts, ranks, ranges and rates that the study prints and no other table holds."""
    input:
        # what the study's rows become; of an edition that is read, it changes with every paper
        funnel=CURATED_FUNNELS,
        cross_validation=["results/tables/cross_validation.parquet"],
        coefficients=["results/tables/coefficients.parquet"],
        observations=settled(*EDITIONS),
        held_out=each_fit("processed/{edition}/{procedure}/held_out.parquet"),
        draws=each_fit("processed/{edition}/{procedure}/doubling_time_draws.parquet"),
        replicates=each_fit("processed/{edition}/{procedure}/replicates.parquet"),
        systems=written("raw/reference/studied_systems.csv"),
        vision=written("raw/reference/vision_models.csv"),
        published=written("raw/reference/published.csv"),
    output:
        study_statistics="results/tables/study_statistics.parquet",
        study_statistics_csv="results/tables/study_statistics.csv",
    log:
        "results/logs/tabulate_statistics.log",
    benchmark:
        "results/benchmarks/tabulate_statistics.tsv"
    params:
        editions=EDITIONS,
        main=CONFIG.fit.main.model_dump(mode="json"),
        content=content,
        code=code("tabulate_statistics"),
    script:
        "../workflow/scripts/tabulate_statistics.py"


rule compare_published:
    """Published, reproduced and corrected values side by side."""
    input:
        settled=settled(*EDITIONS),
        published=written("raw/reference/published.csv"),
        defects=written("raw/reference/defects.csv"),
        results=selected_tables(LEDGER_TABLES, "ledger", "ledger_counts"),
    output:
        ledger="results/tables/ledger.parquet",
        ledger_csv="results/tables/ledger.csv",
        ledger_counts="results/tables/ledger_counts.parquet",
        ledger_counts_csv="results/tables/ledger_counts.csv",
    log:
        "results/logs/compare_published.log",
    benchmark:
        "results/benchmarks/compare_published.tsv"
    params:
        content=content,
        code=code("compare_published"),
    script:
        "../workflow/scripts/compare_published.py"


rule write_defects:
    """What the study's code, data and text do that moves its numbers, with published, reproduced and corrected values."""
    input:
        settled=settled(*EDITIONS),
        defects=written("raw/reference/defects.csv"),
        ledger="results/tables/ledger.parquet",
    output:
        "results/defects.md",
    log:
        "results/logs/write_defects.log",
    benchmark:
        "results/benchmarks/write_defects.tsv"
    params:
        content=content,
        code=code("write_defects"),
    script:
        "../workflow/scripts/write_defects.py"


rule write_findings:
    """What reproduces, what does not survive, what the data identify: a page with its numbers filled in."""
    input:
        settled=settled(*EDITIONS),
        template=written(ours("workflow/report/findings.md")),
        results=expand("results/tables/{name}.parquet", name=FINDINGS_TABLES),
    output:
        "results/findings.md",
    log:
        "results/logs/write_findings.log",
    benchmark:
        "results/benchmarks/write_findings.tsv"
    params:
        headline=CONFIG.headline.model_dump(mode="json"),
        laws=MODELS.printed_names,
        content=content,
        code=code("write_findings"),
    script:
        "../workflow/scripts/write_findings.py"
