"""fits and replicates of the best pairs -> best_draws, aggregate_doubling_times."""

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import Conversion, Specification
from lmprogress.laws.aggregation import aggregate, best_pairs, draw_rates, in_order

with logged(snakemake.log[0]):
    params, inputs, wildcards = snakemake.params, snakemake.input, snakemake.wildcards
    specifications = {name: Specification.model_validate(s) for name, s in params.specifications.items()}
    ranking = tables.read_by_kind(inputs.ranking, params.ranking)
    pairs = best_pairs(ranking, wildcards.procedure, wildcards.edition, specifications, params.n_best)
    draws = draw_rates(
        in_order(tables.read(inputs.fits, "fits"), pairs),
        tables.read(inputs.replicates, "replicates"),
        specifications=specifications,
        offsets=params.benchmarks,
        conversion=Conversion.model_validate(params.conversion),
    )
    reference = next(name for name, offset in params.benchmarks.items() if offset is None)
    draws = tables.write(draws, "best_draws", snakemake.output.draws)
    aggregated = aggregate(draws, reference, params.interval_percent)
    tables.write(aggregated, "aggregate_doubling_times", snakemake.output.doubling_times)
