# Cross-validation: what laws predict of observations that they were not fitted to.
#
# In:  processed/{edition}/observations.parquet, processed/{edition}/{procedure}/basins.parquet.
# Out: processed/{edition}/{procedure}/held_out.parquet and others, results/tables, results/figures/{edition}.

COMPARED_TABLES = ["cross_validation", "specification_comparison", "rolling_origin"]


rule validate:
    """Every law on folds of rows, papers and years, in the study's way or at true minima."""
    input:
        observations=settled(),
        basins="processed/{edition}/{procedure}/basins.parquet",
    output:
        held_out="processed/{edition}/{procedure}/held_out.parquet",
        fold_fits="processed/{edition}/{procedure}/fold_fits.parquet",
        rolling_rates="processed/{edition}/{procedure}/rolling_rates.parquet",
    log:
        "results/logs/{edition}/{procedure}/validate.log",
    benchmark:
        "results/benchmarks/{edition}/{procedure}/validate.tsv"
    params:
        laws=compared_laws,
        main_penalty=CONFIG.fit.main.penalty,
        least_observations=CONFIG.fit.least_observations,
        validation=CONFIG.validation.model_dump(mode="json"),
        search=procedure_settings(CONFIG.fit),
        code=code("validate"),
    script:
        "../workflow/scripts/validate.py"


rule compare_laws:
    """Held-out errors of an edition's laws with their ranks, and which differences are larger than the noise."""
    input:
        **{
            name: expand(
                f"processed/{{{{edition}}}}/{{procedure}}/{name}.parquet",
                procedure=PROCEDURES,
            )
            for name in ("held_out", "fold_fits", "rolling_rates")
        },
        observations=settled(),
    output:
        **{name: f"processed/{{edition}}/{name}.parquet" for name in COMPARED_TABLES},
    log:
        "results/logs/{edition}/compare_laws.log",
    benchmark:
        "results/benchmarks/{edition}/compare_laws.tsv"
    params:
        main=CONFIG.fit.main.model_dump(mode="json"),
        n_replicates=CONFIG.validation.n_replicates,
        interval_percent=CONFIG.interval_percent,
        code=code("compare_laws"),
    script:
        "../workflow/scripts/compare_laws.py"


rule tabulate_validation:
    """Comparisons of laws by what they predict, of every edition side by side."""
    input:
        **{
            name: expand(f"processed/{{edition}}/{name}.parquet", edition=EDITIONS)
            for name in COMPARED_TABLES
        },
        settled=settled(*EDITIONS),
        rolling_rates=each_fit("processed/{edition}/{procedure}/rolling_rates.parquet"),
    output:
        cross_validation="results/tables/cross_validation.parquet",
        cross_validation_csv="results/tables/cross_validation.csv",
        specification_comparison="results/tables/specification_comparison.parquet",
        specification_comparison_csv="results/tables/specification_comparison.csv",
        rolling_origin="results/tables/rolling_origin.parquet",
        rolling_origin_csv="results/tables/rolling_origin.csv",
        rolling_rates="results/tables/rolling_rates.parquet",
        rolling_rates_csv="results/tables/rolling_rates.csv",
    log:
        "results/logs/tabulate_validation.log",
    benchmark:
        "results/benchmarks/tabulate_validation.tsv"
    params:
        code=code("tabulate_validation"),
    script:
        "../workflow/scripts/tabulate_validation.py"
