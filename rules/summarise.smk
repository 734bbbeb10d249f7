# Summary tables: what users open first.
#
# In:  processed/.
# Out: results/tables/*.parquet and *.csv, one row for each thing that a reader may want to compare.


rule tabulate_funnel:
    """Rows and papers left after each step, for each edition."""
    input:
        records=expand("processed/{edition}/records.parquet", edition=EDITIONS),
        decisions=expand(
            "processed/{edition}/decisions/{step}.parquet",
            edition=EDITIONS,
            step=STEPS,
        ),
    output:
        multiext("results/tables/funnel", parquet=".parquet", csv=".csv"),
    log:
        "results/logs/tabulate_funnel.log",
    benchmark:
        "results/benchmarks/tabulate_funnel.tsv"
    params:
        objections={edition: CONFIG.editions[edition].exclude for edition in EDITIONS},
        code=code("tabulate_funnel"),
    script:
        "../workflow/scripts/tabulate_funnel.py"


rule tabulate_fits:
    """Fits, coefficients and doubling times of every edition and procedure side by side."""
    input:
        settled=settled(*EDITIONS),
        fits=each_fit("processed/{edition}/{procedure}/fits.parquet"),
        coefficients=each_fit(
            "processed/{edition}/{procedure}/coefficients_with_intervals.parquet"
        ),
        doubling_times=each_fit(
            "processed/{edition}/{procedure}/{kind}.parquet",
            kind=["doubling_times", "numerical_doubling_times"],
        ),
    output:
        fits="results/tables/fits.parquet",
        fits_csv="results/tables/fits.csv",
        coefficients="results/tables/coefficients.parquet",
        coefficients_csv="results/tables/coefficients.csv",
        doubling_times="results/tables/doubling_times.parquet",
        doubling_times_csv="results/tables/doubling_times.csv",
    log:
        "results/logs/tabulate_fits.log",
    benchmark:
        "results/benchmarks/tabulate_fits.tsv"
    params:
        code=code("tabulate_fits"),
    script:
        "../workflow/scripts/tabulate_fits.py"
