# What the rules of other laws of progress share: checked raw tables, names of tables, helpers.
#
# In:  raw/other_laws/*.csv, CONFIG, RESULT_TABLES.
# Out: more names in RESULT_TABLES, and helpers; a bad raw table ends here, before any job.

from lmprogress.other_laws.raw_tables import check_raw_tables

with refusing_bad_input():
    CLAIMED_TABLES = check_raw_tables("raw/other_laws")

OTHER_LAWS = CONFIG.other_laws.model_dump(mode="json")
RESULT_TABLES += [
    "reference_fits",
    "densities",
    "compressed_models",
    "density_trend",
    "compute_budget",
    "allocations",
    "inference_trade_off",
    "size_trade_off",
    "budget_projection",
    "forecasts",
    "forecast_scores",
    "trend_forecasts",
    "change_points",
    "progress_rates",
    "claims",
]


def both(*names):
    """Name the Parquet and the CSV of each of the given tables of results."""
    parquet = {name: f"results/tables/{name}.parquet" for name in names}
    return {
        **parquet,
        **{f"{name}_csv": f"results/tables/{name}.csv" for name in names},
    }


def other_laws_raw(*names):
    """Name the raw tables of this part."""
    return {name: f"raw/other_laws/{name}.csv" for name in names}


def other_laws_settings(*names):
    """Give the named settings of this part, as plain data."""
    return {name: OTHER_LAWS[name] for name in names}


def claimed_tables(wildcards):
    """Name the tables that claims ask for and this workflow makes; others count as not computed."""
    own = ("progress_rates", "claims")
    return [
        f"results/tables/{name}.parquet"
        for name in CLAIMED_TABLES
        if name in RESULT_TABLES and name not in own
    ]
