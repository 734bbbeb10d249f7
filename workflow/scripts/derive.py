"""fits, coefficients, replicates -> doubling_time_draws, [numerical_]doubling_times, coefficients_with_intervals."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Conversion
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.rates.deriving import derive, derive_numerically

with logged(snakemake.log[0]):
    params, outputs = snakemake.params, snakemake.output
    common = {"laws": LawSet.from_params(params.laws), "interval_percent": params.interval_percent}
    for procedure in params.procedures:
        fits, coefficients, replicates = (
            tables.read(snakemake.input[f"{procedure}_{name}"], name) for name in ("fits", "coefficients", "replicates")
        )
        draws, in_closed_form, with_intervals = derive(coefficients, replicates, **common)
        searched = derive_numerically(
            fits,
            coefficients,
            replicates,
            conversion=Conversion.model_validate(params.conversion),
            as_study=params.as_study,
            **common,
        )
        tables.write(draws, "doubling_time_draws", outputs[f"{procedure}_doubling_time_draws"])
        tables.write(in_closed_form, "doubling_times", outputs[f"{procedure}_doubling_times"])
        tables.write(with_intervals, "coefficients", outputs[f"{procedure}_coefficients_with_intervals"])
        tables.write(searched, "doubling_times", outputs[f"{procedure}_numerical_doubling_times"])
