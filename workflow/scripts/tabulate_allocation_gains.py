"""published, compared_allocations -> results/tables/allocation_gains."""

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.laws.gains import allocation_gains, published_laws

with logged(snakemake.log[0]):
    gains = allocation_gains(
        tables.read_csv(snakemake.input.allocations, "compared_allocations"),
        *published_laws(tables.read_csv(snakemake.input.published, "published")),
    )
    tables.write_both({"allocation_gains": gains}, snakemake.output)
