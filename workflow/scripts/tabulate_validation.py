"""comparisons of laws, rolling rates of each edition -> results/tables."""

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged

with logged(snakemake.log[0]):
    for name in ("cross_validation", "specification_comparison", "rolling_origin", "rolling_rates"):
        together = pd.concat([tables.read(path, name) for path in snakemake.input[name]])
        written = tables.write(together, name, snakemake.output[name])
        tables.write_csv(written, name, snakemake.output[f"{name}_csv"])
