"""records, observations, decisions of an edition -> results/tables/{edition}."""

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged

with logged(snakemake.log[0]):
    frames = {
        "records": tables.read(snakemake.input.records, "records"),
        "observations": tables.read(snakemake.input.observations, "observations"),
        "decisions": pd.concat([tables.read(path, "decisions") for path in snakemake.input.decisions]),
    }
    tables.write_both(frames, snakemake.output)
