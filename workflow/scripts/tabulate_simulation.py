"""simulated fits of each edition and truth -> results/tables/simulation."""

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.laws.inference.simulation_summary import summarise_simulation

with logged(snakemake.log[0]):
    fitted = [tables.read(path, "simulated_fits") for path in snakemake.input.simulated_fits]
    summary = summarise_simulation(pd.concat([tables.empty("simulated_fits"), *fitted]))
    tables.write_both({"simulation": summary}, snakemake.output)
