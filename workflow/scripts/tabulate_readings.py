"""readings, links, paper_statuses -> the same in results/tables."""

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged

with logged(snakemake.log[0]):
    names = ("readings", "links", "paper_statuses")
    tables.write_both({name: tables.read(snakemake.input[name], name) for name in names}, snakemake.output)
