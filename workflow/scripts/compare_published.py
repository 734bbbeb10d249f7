"""published, defects, result tables -> ledger, ledger_counts."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.ledger.comparing import compare_published, tabulate_agreement

with logged(snakemake.log[0]):
    ledger = compare_published(
        tables.read_csv(snakemake.input.published, "published"),
        tables.read_csv(snakemake.input.defects, "defects"),
        tables.read_by_name(snakemake.input.results),
    )
    counts = tabulate_agreement(ledger)
    print(counts.groupby(["kind", "verdict"])["numbers"].sum().to_string())
    tables.write_both({"ledger": ledger, "ledger_counts": counts}, snakemake.output)
