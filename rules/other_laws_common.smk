# What the rules of other laws of progress share: checked raw tables, names of tables, helpers.
#
# In:  raw/other_laws/*.csv, CONFIG.
# Out: helpers; a bad raw table ends here, before any job.

from lmprogress.other_laws.raw_tables import check_raw_tables

with refusing_bad_input():
    CLAIMED_TABLES = check_raw_tables("raw/other_laws")

OTHER_LAWS = CONFIG.other_laws.model_dump(mode="json")


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
        if name in result_tables() and name not in own
    ]
