# Cross-validation: what laws predict of observations that they were not fitted to.
#
# In:  processed/{edition}/observations.parquet, processed/{edition}/{procedure}/basins.parquet.
# Out: processed/{edition}/{procedure}/held_out.parquet and others, results/tables, results/figures/{edition}.

COMPARED_TABLES = ["cross_validation", "specification_comparison", "rolling_origin"]


rule validate:
    """Every law on folds of rows, papers and years, in the study's way or at global minima."""
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
        laws=unpenalised_laws,
        n_starts=CONFIG.verdict.n_starts,
        n_replicates=CONFIG.validation.n_replicates,
        interval_percent=CONFIG.interval_percent,
        code=code("compare_laws"),
    script:
        "../workflow/scripts/compare_laws.py"
