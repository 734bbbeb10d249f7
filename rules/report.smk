# The report: everything that a run found, as pages for people, and the tables behind it as files.
#
# In:  results/tables, results/figures with the captions of workflow/report, processed/.
# Out: results/report/

if CONFIG.papers:

    rule picture_evidence:
        """The places on pages that observations and evidence rest on."""
        input:
            readings="processed/readings.parquet",
            links="processed/linked/links.parquet",
            evidence="results/tables/evidence.parquet",
            statuses="processed/paper_statuses.parquet",
            lost=lost_pictures,
        output:
            directory(PICTURES),
        log:
            "results/logs/picture_evidence.log",
        benchmark:
            "results/benchmarks/picture_evidence.tsv"
        params:
            folder=lambda wildcards: PDF_FOLDER,
            limits=CONFIG.reading.picture_limits.model_dump(mode="json"),
            kept=KEPT_PICTURES,
            code=code("picture_evidence"),
        script:
            "../workflow/scripts/picture_evidence.py"


rule bundle_charts:
    """The library that draws the charts of the pages."""
    output:
        "results/report/charts.js",
    log:
        "results/logs/bundle_charts.log",
    benchmark:
        "results/benchmarks/bundle_charts.tsv"
    params:
        code=code("bundle_charts"),
    script:
        "../workflow/scripts/bundle_charts.py"


rule write_report:
    """The pages."""
    input:
        settled=settled(*EDITIONS),
        records=expand("results/tables/{edition}/records.parquet", edition=EDITIONS),
        observations=expand(
            "results/tables/{edition}/observations.parquet", edition=EDITIONS
        ),
        decisions=expand("results/tables/{edition}/decisions.parquet", edition=EDITIONS),
        readings="results/tables/readings.parquet",
        links="results/tables/links.parquet",
        papers=REPORT_PAPERS,
        raw=RAW_TABLES,
        evidence=["results/tables/evidence.parquet"],
        results=report_results,
        figures=all_figures("png"),
        captions=report_captions,
        findings=["results/findings.md"],
        crops=[PICTURES] if CONFIG.papers else [],
        citation=written(ours("CITATION.cff")),
        method=written(ours("docs/method.md")),
        # not code, so no part of its digest
        templates=REPORT_TEMPLATES,
    output:
        index="results/report/index.html",
        pages=expand("results/report/{page}", page=REPORT_PAGES),
    log:
        "results/logs/write_report.log",
    benchmark:
        "results/benchmarks/write_report.tsv"
    params:
        figures=lambda wildcards: shown_figures(CONFIG),
        files=lambda wildcards: shown_files(report_results(wildcards)),
        settings=shown_settings(CONFIG, MODELS, BENCHMARKS, ARCHITECTURES),
        content=content,
        code=code("write_report"),
    script:
        "../workflow/scripts/write_report.py"
