# The report: everything that a run found, as pages for people, and the tables behind it as files.
#
# In:  results/tables, results/figures with the captions of workflow/report, processed/.
# Out: results/report/; results/tables/{edition}/ and the readings as files for people.


include: "report_common.smk"


rule tabulate_edition:
    """Records, observations and decisions of an edition, as files for people."""
    input:
        records="processed/{edition}/records_corrected.parquet",
        observations="processed/{edition}/observations.parquet",
        decisions=expand("processed/{{edition}}/decisions/{step}.parquet", step=STEPS),
    output:
        records="results/tables/{edition}/records.parquet",
        records_csv="results/tables/{edition}/records.csv",
        observations="results/tables/{edition}/observations.parquet",
        observations_csv="results/tables/{edition}/observations.csv",
        decisions="results/tables/{edition}/decisions.parquet",
        decisions_csv="results/tables/{edition}/decisions.csv",
    log:
        "results/logs/{edition}/tabulate_edition.log",
    benchmark:
        "results/benchmarks/{edition}/tabulate_edition.tsv"
    params:
        code=code("tabulate_edition"),
    script:
        "../workflow/scripts/tabulate_edition.py"


rule tabulate_readings:
    """Readings, what became of each, and how the reading of each paper went, as files for people."""
    input:
        readings="processed/readings.parquet",
        links="processed/linked/links.parquet",
        paper_statuses="processed/paper_statuses.parquet",
    output:
        readings="results/tables/readings.parquet",
        readings_csv="results/tables/readings.csv",
        links="results/tables/links.parquet",
        links_csv="results/tables/links.csv",
        paper_statuses="results/tables/paper_statuses.parquet",
        paper_statuses_csv="results/tables/paper_statuses.csv",
    log:
        "results/logs/tabulate_readings.log",
    benchmark:
        "results/benchmarks/tabulate_readings.tsv"
    params:
        code=code("tabulate_readings"),
    script:
        "../workflow/scripts/tabulate_readings.py"


if CONFIG.papers:

    rule picture_evidence:
        """The places on pages that observations and evidence rest on."""
        input:
            readings="processed/readings.parquet",
            links="processed/linked/links.parquet",
            evidence="processed/evidence.parquet",
            pdfs=lambda wildcards: pdfs_at_hand(),
        output:
            directory("results/report/crops"),
        log:
            "results/logs/picture_evidence.log",
        benchmark:
            "results/benchmarks/picture_evidence.tsv"
        params:
            pdfs=pdfs_by_paper,
            code=code("picture_evidence"),
        script:
            "../workflow/scripts/picture_evidence.py"


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
        evidence=["processed/evidence.parquet"],
        results=report_results,
        figures=all_figures("png"),
        captions=report_captions,
        findings=findings,
        crops=["results/report/crops"] if CONFIG.papers else [],
        citation="CITATION.cff",
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
        figures=report_figures,
        files=report_files,
        main=CONFIG.fit.main.model_dump(mode="json"),
        editions=EDITIONS,
        read_editions=[name for name in EDITIONS if name not in CURATED_EDITIONS],
        shown_edition=CONFIG.compare.curated,
        interval_percent=CONFIG.interval_percent,
        benchmarks=BENCHMARK_NAMES,
        architectures={name: family.name for name, family in ARCHITECTURES.items()},
        code=code("write_report"),
    script:
        "../workflow/scripts/write_report.py"
