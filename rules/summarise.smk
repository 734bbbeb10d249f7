# Summary tables: what users open first.
#
# In:  processed/.
# Out: results/tables/*.parquet and *.csv, one row for each thing that a reader may want to compare.

TABLES_BY_PROCEDURE = [
    "fits",
    "rolling_rates",
    "aggregate_doubling_times",
    "attribution",
    "studied_losses",
    "transformer_gains",
    "pareto_frontiers",
]
TABLES_BY_EDITION = [
    "profile_intervals",
    "identification",
    "cross_validation",
    "specification_comparison",
    "rolling_origin",
    "sensitivity",
    "sensitivity_coefficients",
    "within_paper",
    "observed_gains",
    "observed_halving_times",
]
# as files for people
READING_TABLES = ["readings", "links", "paper_statuses", "paper_files", "tables"]
EDITION_TABLES = ["records", "observations", "decisions"]


rule tabulate:
    """What each edition and procedure gives, side by side."""
    input:
        **{
            table: each_fit(f"processed/{{edition}}/{{procedure}}/{table}.parquet")
            for table in TABLES_BY_PROCEDURE
        },
        **{
            table: expand(
                f"processed/{{edition}}/{table}.parquet", edition=FITTED_EDITIONS
            )
            for table in TABLES_BY_EDITION
        },
        settled=settled(*EDITIONS),
        coefficients=each_fit(
            "processed/{edition}/{procedure}/coefficients_with_intervals.parquet"
        ),
        doubling_times=each_fit(
            "processed/{edition}/{procedure}/{kind}.parquet",
            kind=["doubling_times", "numerical_doubling_times"],
        ),
    output:
        **both(
            "coefficients", "doubling_times", *TABLES_BY_PROCEDURE, *TABLES_BY_EDITION
        ),
    log:
        "results/logs/tabulate.log",
    benchmark:
        "results/benchmarks/tabulate.tsv"
    params:
        code=code("tabulate"),
    script:
        "../workflow/scripts/tabulate.py"


use rule tabulate as tabulate_records with:
    input:
        **{
            f"{edition}/{table}": parts
            for edition in EDITIONS
            for table, parts in {
                "records": [f"processed/{edition}/records_corrected.parquet"],
                "observations": [f"processed/{edition}/observations.parquet"],
                "decisions": expand(
                    f"processed/{edition}/decisions/{{step}}.parquet", step=STEPS
                ),
            }.items()
        },
        readings=["processed/readings.parquet"],
        links=["processed/linked/links.parquet"],
        paper_statuses=["processed/paper_statuses.parquet"],
        paper_files=["processed/paper_files.parquet"],
        tables=["processed/tables.parquet"],
        funnel=expand("processed/{edition}/funnel.parquet", edition=EDITIONS),
    output:
        **both(
            "funnel",
            *READING_TABLES,
            *expand("{edition}/{table}", edition=EDITIONS, table=EDITION_TABLES),
        ),
    log:
        "results/logs/tabulate_records.log",
    benchmark:
        "results/benchmarks/tabulate_records.tsv"
