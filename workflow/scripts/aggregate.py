"""fits, replicates of the main law and the best pairs -> best_draws, aggregate_doubling_times, transformer_gains."""

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import Conversion, StylisedGrowth
from lmprogress.laws.aggregation import (
    GAIN_SUFFIX,
    aggregate,
    best_pairs,
    draw_rates,
    in_order,
    with_transformer_gains,
)
from lmprogress.laws.deriving import replicate_coefficients
from lmprogress.laws.effective_compute import algorithmic_doublings
from lmprogress.laws.gains import transformer_gain_rows
from lmprogress.laws.law_set import LawSet
from lmprogress.laws.task import KEY


def main_law_months(doubling_times, main, procedure):
    """The median doubling time of effective compute by the main law, months; none where there is no progress."""
    chosen = doubling_times[
        (doubling_times["specification"] == main["specification"])
        & (doubling_times["penalty"] == main["penalty"])
        & (doubling_times["quantity"] == "effective_compute")
        & (doubling_times["interval_method"] == main["interval_methods"][procedure])
    ]
    months = chosen["median_months"].iloc[0] if len(chosen) else None
    return None if pd.isna(months) else months


def transformer_gains(inputs, params, laws, pairs, procedure):
    """Rows of transformer_gains: by the main law with a gain (rank 0) and by the best pairs with one."""
    with_gains = with_transformer_gains(laws)
    fits = tables.read(inputs.fits, "fits")
    fits = fits[fits["specification"] == params.transformer].assign(rank=0)
    best = in_order(tables.read(inputs.best_with_transformer_gain_fits, "fits"), pairs, GAIN_SUFFIX)
    fits = pd.concat([fits, best]) if len(best) else fits
    estimates, drawn = (
        dict(
            list(
                pd.concat(
                    [tables.read(inputs[prefix + name], name) for prefix in ("", "best_with_transformer_gain_")]
                ).groupby(["specification", "penalty"])
            )
        )
        for name in ("coefficients", "replicates")
    )
    months = main_law_months(tables.read(inputs.doubling_times, "doubling_times"), params.main, procedure)
    growth = StylisedGrowth.model_validate(params.growth)
    rows = []
    for _, row in fits.iterrows():
        law = (laws if row["rank"] == 0 else with_gains).law_of(row)
        identity = (row["specification"], row["penalty"])
        if identity not in drawn:  # the study's procedure resamples its variants on its own table only
            continue
        estimate = estimates[identity].set_index("coefficient")["estimate"][list(law.coefficients)]
        unit, theta = replicate_coefficients(drawn[identity])
        rows += transformer_gain_rows(
            {name: row[name] for name in KEY},
            law,
            estimate.to_numpy(float),
            theta,
            rank=row["rank"],
            budgets_flop=params.budgets_flop,
            year=params.conversion["year"],
            doubling_months=months,
            algorithmic_doublings=algorithmic_doublings(growth, growth.last_year),
            resample_unit=unit,
            interval_percent=params.interval_percent,
        )
    return pd.DataFrame(rows) if rows else tables.empty("transformer_gains")


with logged(snakemake.log[0]):
    params, inputs, wildcards = snakemake.params, snakemake.input, snakemake.wildcards
    laws = LawSet.from_params(params.laws)
    ranking = tables.read_by_kind(inputs.ranking, params.ranking)
    pairs = best_pairs(ranking, wildcards.procedure, laws, params.n_best)
    draws = draw_rates(
        in_order(tables.read(inputs.best_fits, "fits"), pairs),
        tables.read(inputs.best_replicates, "replicates"),
        laws=laws,
        conversion=Conversion.model_validate(params.conversion),
    )
    reference = next(name for name, offset in laws.offsets.items() if offset is None)
    draws = tables.write(draws, "best_draws", snakemake.output.draws)
    aggregated = aggregate(draws, reference, params.interval_percent)
    tables.write(aggregated, "aggregate_doubling_times", snakemake.output.doubling_times)
    gains = transformer_gains(inputs, params, laws, pairs, wildcards.procedure)
    tables.write(gains, "transformer_gains", snakemake.output.transformer_gains)
