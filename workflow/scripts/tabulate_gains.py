"""Tables of gains of each edition and procedure -> results/tables."""

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged

with logged(snakemake.log[0]):
    for name in snakemake.params.tables:
        together = pd.concat([tables.read(path, name) for path in snakemake.input[name]])
        written = tables.write(together, name, snakemake.output[name])
        tables.write_csv(written, name, snakemake.output[f"{name}_csv"])
