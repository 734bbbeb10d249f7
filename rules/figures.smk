# Figures, each as PDF, SVG and PNG.
#
# In:  processed/{edition}.
# Out: results/figures/{edition}/.


rule plot_perplexity_over_time:
    """The observations: log perplexity over publication date."""
    input:
        observations=settled(),
    output:
        pdf="results/figures/{edition}/perplexity_over_time.pdf",
        svg="results/figures/{edition}/perplexity_over_time.svg",
        png=report(
            "results/figures/{edition}/perplexity_over_time.png",
            caption="../workflow/report/perplexity_over_time.rst",
            category="Data",
            labels={"edition": "{edition}"},
        ),
    log:
        "results/logs/{edition}/plot_perplexity_over_time.log",
    benchmark:
        "results/benchmarks/{edition}/plot_perplexity_over_time.tsv"
    params:
        benchmarks=BENCHMARK_NAMES,
        notable_systems=CONFIG.figures.notable_systems,
        dpi=CONFIG.figures.dpi,
        code=code("plot_perplexity_over_time"),
    script:
        "../workflow/scripts/plot_perplexity_over_time.py"


rule plot_doubling_time_distribution:
    """The doubling time of effective compute over the bootstrap replicates, by procedure."""
    input:
        settled=settled(),
        draws=expand(
            "processed/{{edition}}/{procedure}/doubling_time_draws.parquet",
            procedure=PROCEDURES,
        ),
        doubling_times=expand(
            "processed/{{edition}}/{procedure}/doubling_times.parquet",
            procedure=PROCEDURES,
        ),
    output:
        pdf="results/figures/{edition}/doubling_time_distribution.pdf",
        svg="results/figures/{edition}/doubling_time_distribution.svg",
        png=report(
            "results/figures/{edition}/doubling_time_distribution.png",
            caption="../workflow/report/doubling_time_distribution.rst",
            category="Rate of progress",
            labels={"edition": "{edition}"},
        ),
    log:
        "results/logs/{edition}/plot_doubling_time_distribution.log",
    benchmark:
        "results/benchmarks/{edition}/plot_doubling_time_distribution.tsv"
    params:
        main=CONFIG.fit.main.model_dump(mode="json"),
        interval_percent=CONFIG.interval_percent,
        dpi=CONFIG.figures.dpi,
        code=code("plot_doubling_time_distribution"),
    script:
        "../workflow/scripts/plot_doubling_time_distribution.py"


rule plot_predicted_against_actual:
    """Predicted against measured log perplexity, by procedure."""
    input:
        settled=settled(),
        predictions=expand(
            "processed/{{edition}}/{procedure}/predictions.parquet",
            procedure=PROCEDURES,
        ),
        fits=expand(
            "processed/{{edition}}/{procedure}/fits.parquet", procedure=PROCEDURES
        ),
    output:
        pdf="results/figures/{edition}/predicted_against_actual.pdf",
        svg="results/figures/{edition}/predicted_against_actual.svg",
        png=report(
            "results/figures/{edition}/predicted_against_actual.png",
            caption="../workflow/report/predicted_against_actual.rst",
            category="Fit",
            labels={"edition": "{edition}"},
        ),
    log:
        "results/logs/{edition}/plot_predicted_against_actual.log",
    benchmark:
        "results/benchmarks/{edition}/plot_predicted_against_actual.tsv"
    params:
        main=CONFIG.fit.main.model_dump(mode="json"),
        benchmarks=BENCHMARK_NAMES,
        dpi=CONFIG.figures.dpi,
        code=code("plot_predicted_against_actual"),
    script:
        "../workflow/scripts/plot_predicted_against_actual.py"
