"""raw/snapshot -> readings, paper_statuses."""

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged

with logged(snakemake.log[0]):
    for name, table in (("readings", "readings"), ("statuses", "paper_statuses")):
        tables.write(tables.read_csv(snakemake.input[name], table), table, snakemake.output[name])
