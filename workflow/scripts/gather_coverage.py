"""coverage_data_sets of each edition and truth -> results/tables/coverage_data_sets."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged

with logged(snakemake.log[0]):
    data_sets = tables.read_parts(snakemake.input.data_sets, "coverage_data_sets")
    tables.write_both({"coverage_data_sets": data_sets}, snakemake.output)
