"""simulated fits of each edition and truth -> results/tables/simulation."""

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.laws.simulation_summary import summarise_simulation

with logged(snakemake.log[0]):
    fitted = [tables.read(path, "simulated_fits") for path in snakemake.input.simulated_fits]
    summary = summarise_simulation(pd.concat([tables.empty("simulated_fits"), *fitted]))
    tables.write_both({"simulation": summary}, snakemake.output)
