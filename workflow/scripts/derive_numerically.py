"""fits, coefficients, replicates -> numerical_doubling_times."""

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import Conversion, Specification
from lmprogress.laws.deriving import derive_numerically

with logged(snakemake.log[0]):
    params, inputs = snakemake.params, snakemake.input
    fits = tables.read(inputs.fits, "fits")
    doubling_times = tables.empty("doubling_times")  # where too few observations were fitted
    if len(fits):
        doubling_times = derive_numerically(
            fits,
            tables.read(inputs.coefficients, "coefficients"),
            tables.read(inputs.replicates, "replicates"),
            specifications={name: Specification.model_validate(s) for name, s in params.specifications.items()},
            offsets=params.benchmarks,
            conversion=Conversion.model_validate(params.conversion),
            as_study=params.as_study,
            interval_percent=params.interval_percent,
        )
    tables.write(doubling_times, "doubling_times", snakemake.output.doubling_times)
