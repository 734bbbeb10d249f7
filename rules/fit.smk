# The laws: fit, bootstrap, derive.
#
# In:  processed/{edition}/settled/.
# Out: processed/{edition}/{procedure}/*.parquet: fits, coefficients, predictions, replicates, doubling times.


rule fit:
    """Every law to one edition, by one procedure: the study's, or the search for the global minimum."""
    input:
        observations=settled(),
    output:
        fits="processed/{edition}/{procedure}/fits.parquet",
        coefficients="processed/{edition}/{procedure}/coefficients.parquet",
        predictions="processed/{edition}/{procedure}/predictions.parquet",
        basins="processed/{edition}/{procedure}/basins.parquet",
    log:
        "results/logs/{edition}/{procedure}/fit.log",
    benchmark:
        "results/benchmarks/{edition}/{procedure}/fit.tsv"
    params:
        laws=laws,
        least_observations=CONFIG.fit.least_observations,
        search=procedure_settings(CONFIG.fit),
        code=code("fit"),
    script:
        "../workflow/scripts/fit.py"


rule bootstrap:
    """Laws at the main penalty again on resampled rows or papers."""
    input:
        observations=settled(),
        fits="processed/{edition}/{procedure}/fits.parquet",
        basins="processed/{edition}/{procedure}/basins.parquet",
    output:
        replicates="processed/{edition}/{procedure}/replicates.parquet",
    log:
        "results/logs/{edition}/{procedure}/bootstrap.log",
    benchmark:
        "results/benchmarks/{edition}/{procedure}/bootstrap.tsv"
    params:
        laws=laws,
        search=procedure_settings(CONFIG.fit),
        bootstrap=procedure_settings(CONFIG.bootstrap),
        chosen=bootstrapped,
        main=CONFIG.fit.main.model_dump(mode="json"),
        code=code("bootstrap"),
    script:
        "../workflow/scripts/bootstrap.py"


rule derive:
    """Doubling times from coefficients, in closed form and by search, with intervals from the replicates."""
    input:
        **by_procedure("fits", "coefficients", "replicates"),
        settled=settled(),
    output:
        **by_procedure(
            "coefficients_with_intervals",
            "doubling_time_draws",
            "doubling_times",
            "numerical_doubling_times",
        ),
    log:
        "results/logs/{edition}/derive.log",
    benchmark:
        "results/benchmarks/{edition}/derive.tsv"
    params:
        procedures=PROCEDURES,
        laws=laws,
        conversion=CONFIG.gains.conversion.model_dump(mode="json"),
        as_study=CONFIG.gains.as_study,
        interval_percent=CONFIG.interval_percent,
        code=code("derive"),
    script:
        "../workflow/scripts/derive.py"
