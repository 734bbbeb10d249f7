"""readings, paper_statuses of every batch -> one table each."""

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged

with logged(snakemake.log[0]):
    for name, table in (("readings", "readings"), ("statuses", "paper_statuses")):
        together = pd.concat([tables.read(path, table) for path in snakemake.input[name]])
        tables.write(together, table, snakemake.output[name])
