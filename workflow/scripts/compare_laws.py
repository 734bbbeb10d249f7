"""held_out, fold_fits, rolling_rates of both procedures -> cross_validation and other comparisons of the edition."""

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import MainFit
from lmprogress.laws.cross_validation.comparison import Compared, compare

with logged(snakemake.log[0]):
    params, inputs = snakemake.params, snakemake.input
    names = ("held_out", "fold_fits", "rolling_rates")
    n_observations = len(tables.read(inputs.observations, "fitted_observations"))
    compared = [
        compare(
            *(tables.read(path, name) for name, path in zip(names, paths, strict=True)),
            n_observations,
            main=MainFit.model_validate(params.main),
            n_replicates=params.n_replicates,
            interval_percent=params.interval_percent,
        )
        for paths in zip(*(inputs[name] for name in names), strict=True)
    ]
    for name in Compared._fields:
        tables.write(pd.concat([getattr(part, name) for part in compared]), name, snakemake.output[name])
