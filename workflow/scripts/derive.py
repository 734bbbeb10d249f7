"""fits, coefficients, replicates -> doubling_time_draws, [numerical_]doubling_times, coefficients_with_intervals."""

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import Conversion
from lmprogress.laws.deriving import derive, derive_numerically
from lmprogress.laws.law_set import LawSet

with logged(snakemake.log[0]):
    params, inputs, outputs = snakemake.params, snakemake.input, snakemake.output
    fits, coefficients, replicates = (
        tables.read(inputs[name], name) for name in ("fits", "coefficients", "replicates")
    )
    # empty where too few observations were fitted
    draws, with_intervals = tables.empty("doubling_time_draws"), coefficients
    in_closed_form = searched = tables.empty("doubling_times")
    if len(fits):
        common = {"laws": LawSet.from_params(params.laws), "interval_percent": params.interval_percent}
        draws, in_closed_form, with_intervals = derive(coefficients, replicates, **common)
        searched = derive_numerically(
            fits,
            coefficients,
            replicates,
            conversion=Conversion.model_validate(params.conversion),
            as_study=params.as_study,
            **common,
        )
    tables.write(draws, "doubling_time_draws", outputs.draws)
    tables.write(in_closed_form, "doubling_times", outputs.doubling_times)
    tables.write(with_intervals, "coefficients", outputs.coefficients)
    tables.write(searched, "doubling_times", outputs.numerical_doubling_times)
