"""observations, held_out, fold_fits, rolling_rates of both procedures -> cross_validation and other comparisons."""

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import MainFit
from lmprogress.laws.cross_validation.comparison import Compared, compare
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.inference.law_average import information_criteria

with logged(snakemake.log[0]):
    params, inputs = snakemake.params, snakemake.input
    names = ("held_out", "fold_fits", "rolling_rates")
    observations = tables.read(inputs.observations, "fitted_observations")
    main, laws = MainFit.model_validate(params.main), LawSet.from_params(params.laws)
    criteria = information_criteria(observations, laws, main.specification, params.n_starts)
    compared = [
        compare(
            *(tables.read(path, name) for name, path in zip(names, paths, strict=True)),
            criteria,
            len(observations),
            main=main,
            n_replicates=params.n_replicates,
            interval_percent=params.interval_percent,
        )
        for paths in zip(*(inputs[name] for name in names), strict=True)
    ]
    for name in Compared._fields:
        tables.write(pd.concat([getattr(part, name) for part in compared]), name, snakemake.output[name])
