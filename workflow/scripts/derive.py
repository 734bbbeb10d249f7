"""coefficients, replicates -> doubling_time_draws, doubling_times, coefficients_with_intervals."""

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import Specification
from lmprogress.laws.deriving import derive

with logged(snakemake.log[0]):
    params = snakemake.params
    coefficients = tables.read(snakemake.input.coefficients, "coefficients")
    # empty where too few observations were fitted
    draws, doubling_times = tables.empty("doubling_time_draws"), tables.empty("doubling_times")
    if len(coefficients):
        draws, doubling_times, coefficients = derive(
            coefficients,
            tables.read(snakemake.input.replicates, "replicates"),
            specifications={name: Specification.model_validate(s) for name, s in params.specifications.items()},
            offsets=params.benchmarks,
            interval_percent=params.interval_percent,
        )
    tables.write(draws, "doubling_time_draws", snakemake.output.draws)
    tables.write(doubling_times, "doubling_times", snakemake.output.doubling_times)
    tables.write(coefficients, "coefficients", snakemake.output.coefficients)
