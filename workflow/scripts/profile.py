"""observations, fits, coefficients, basins -> rate_surface, stationary_points, profiles, profile_intervals."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Profile
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.inference.profiling import profile, stationary_points

with logged(snakemake.log[0]):
    params, settings = snakemake.params, Profile.model_validate(snakemake.params.profile)
    laws = LawSet.from_params(params.laws)
    fits, coefficients = (tables.read_parts(snakemake.input[name], name) for name in ("fits", "coefficients"))
    basins = tables.read(snakemake.input.basins, "basins")
    chosen = fits["specification"].isin(settings.specifications) & fits["penalty"].isin(settings.penalties)
    surface, profiles, intervals = profile(
        tables.read(snakemake.input.observations, "fitted_observations"),
        fits[chosen & (fits["procedure"] == "global")],
        basins,
        laws=laws,
        settings=settings,
        interval_percent=params.interval_percent,
    )
    points = stationary_points(fits, coefficients, basins, laws=laws)
    tables.write(surface, "rate_surface", snakemake.output.surface)
    tables.write(points, "stationary_points", snakemake.output.stationary_points)
    tables.write(profiles, "profiles", snakemake.output.profiles)
    tables.write(intervals, "profile_intervals", snakemake.output.intervals)
