"""observations, fits, coefficients, basins -> rate_surface, stationary_points, profiles, profile_intervals."""

import pandas as pd

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import DataVariant, Profile, Specification
from lmprogress.laws.profiling import profile, stationary_points

with logged(snakemake.log[0]):
    params, settings = snakemake.params, Profile.model_validate(snakemake.params.profile)
    specifications = {name: Specification.model_validate(s) for name, s in params.specifications.items()}
    fits, coefficients = (
        pd.concat([tables.read(path, name) for path in snakemake.input[name]]) for name in ("fits", "coefficients")
    )
    basins = tables.read(snakemake.input.basins, "basins")
    chosen = fits["specification"].isin(settings.specifications) & fits["penalty"].isin(settings.penalties)
    surface, profiles, intervals = profile(
        tables.read(snakemake.input.observations, "observations"),
        fits[chosen & (fits["procedure"] == "global")],
        basins,
        specifications=specifications,
        data_variants={name: DataVariant.model_validate(v) for name, v in params.data_variants.items()},
        offsets=params.benchmarks,
        settings=settings,
        interval_percent=params.interval_percent,
    )
    points = stationary_points(fits, coefficients, basins, specifications=specifications, offsets=params.benchmarks)
    tables.write(surface, "rate_surface", snakemake.output.surface)
    tables.write(points, "stationary_points", snakemake.output.stationary_points)
    tables.write(profiles, "profiles", snakemake.output.profiles)
    tables.write(intervals, "profile_intervals", snakemake.output.intervals)
