# What the ledger is selected from.
#
# In:  raw/reference/*.csv, checked before any job.
# Out: LEDGER_TABLES and ledger_tables().

from lmprogress.ledger.reference_tables import check_reference_tables

with refusing_bad_input():
    LEDGER_TABLES = check_reference_tables("raw/reference")


def ledger_tables(wildcards):
    """Name the result tables that published numbers are selected from; others count as not computed."""
    own = ("ledger", "ledger_counts")
    return [
        f"results/tables/{name}.parquet"
        for name in LEDGER_TABLES
        if name in result_tables() and name not in own
    ]
