"""held_out, fold_fits, rolling_rates of each edition and procedure -> results/tables."""

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import MainFit
from lmprogress.laws.comparison import Compared, compare

with logged(snakemake.log[0]):
    params, inputs = snakemake.params, snakemake.input
    rates = [tables.read(path, "rolling_rates") for path in inputs.rolling_rates]
    compared = [
        compare(
            tables.read(held_out, "held_out"),
            tables.read(fold_fits, "fold_fits"),
            rolling_rates,
            len(tables.read(observations, "observations")),
            main=MainFit.model_validate(params.main),
            n_replicates=params.n_replicates,
            interval_percent=params.interval_percent,
        )
        for held_out, fold_fits, rolling_rates, observations in zip(
            inputs.held_out, inputs.fold_fits, rates, inputs.observations, strict=True
        )
    ]
    together = {name: pd.concat([getattr(part, name) for part in compared]) for name in Compared._fields}
    for name, frame in {**together, "rolling_rates": pd.concat(rates)}.items():
        written = tables.write(frame, name, snakemake.output[name])
        tables.write_csv(written, name, snakemake.output[f"{name}_csv"])
