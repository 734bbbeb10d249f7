"""published, compared_allocations -> results/tables/allocation_gains."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.laws.attribution.gains import allocation_gains, published_laws

with logged(snakemake.log[0]):
    gains = allocation_gains(
        tables.read_csv(snakemake.input.allocations, "compared_allocations"),
        *published_laws(tables.read_csv(snakemake.input.published, "published")),
    )
    tables.write_both({"allocation_gains": gains}, snakemake.output)
