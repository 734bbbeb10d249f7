"""profile intervals and identification of each edition -> results/tables."""

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged

with logged(snakemake.log[0]):
    for name in ("profile_intervals", "identification"):
        together = pd.concat([tables.read(path, name) for path in snakemake.input[name]])
        written = tables.write(together, name, snakemake.output[name])
        tables.write_csv(written, name, snakemake.output[f"{name}_csv"])
