"""fits, coefficients, replicates of laws with a gain of the transformer -> transformer_gains."""

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import Specification, StylisedGrowth
from lmprogress.laws.aggregation import (
    GAIN_SUFFIX,
    best_pairs,
    in_order,
    with_transformer_gain,
)
from lmprogress.laws.deriving import law_of, replicate_coefficients
from lmprogress.laws.effective_compute import algorithmic_doublings
from lmprogress.laws.gains import transformer_gain_rows
from lmprogress.laws.task import KEY

with logged(snakemake.log[0]):
    params, inputs, wildcards = snakemake.params, snakemake.input, snakemake.wildcards
    specifications = {name: Specification.model_validate(s) for name, s in params.specifications.items()}
    ranking = tables.read_by_kind(inputs.ranking, params.ranking)
    pairs = best_pairs(ranking, wildcards.procedure, wildcards.edition, specifications, params.n_best)
    laws = specifications | {name + GAIN_SUFFIX: with_transformer_gain(law) for name, law in specifications.items()}
    fits = tables.read(inputs.fits, "fits")
    fits = fits[fits["specification"] == params.transformer].assign(rank=0)
    best = in_order(tables.read(inputs.best_fits, "fits"), pairs, GAIN_SUFFIX)
    fits = pd.concat([fits, best]) if len(best) else fits
    names = ["specification", "penalty"]
    estimates, drawn = (
        dict(list(pd.concat([tables.read(inputs[prefix + name], name) for prefix in ("", "best_")]).groupby(names)))
        for name in ("coefficients", "replicates")
    )
    times = tables.read(inputs.doubling_times, "doubling_times")
    times = times[
        (times["specification"] == params.main["specification"])
        & (times["penalty"] == params.main["penalty"])
        & (times["quantity"] == "effective_compute")
        & (times["interval_method"] == params.main["interval_methods"][wildcards.procedure])
    ]
    months = times["median_months"].iloc[0] if len(times) else None
    growth = StylisedGrowth.model_validate(params.growth)
    rows = []
    for _, row in fits.iterrows():
        law = law_of(row, laws, params.benchmarks)
        identity = (row["specification"], row["penalty"])
        if identity not in drawn:  # the study's procedure resamples its variants on its own table only
            continue
        estimate = estimates[identity].set_index("coefficient")["estimate"][list(law.coefficients)]
        unit, theta = replicate_coefficients(law, drawn[identity])
        rows += transformer_gain_rows(
            {name: row[name] for name in KEY},
            law,
            estimate.to_numpy(float),
            theta,
            rank=row["rank"],
            budgets_flop=params.budgets_flop,
            year=params.conversion["year"],
            doubling_months=None if pd.isna(months) else months,
            algorithmic_doublings=algorithmic_doublings(growth, growth.last_year),
            resample_unit=unit,
            interval_percent=params.interval_percent,
        )
    frame = pd.DataFrame(rows) if rows else tables.empty("transformer_gains")
    tables.write(frame, "transformer_gains", snakemake.output[0])
