"""observations, fits, coefficients, basins -> simulated_fits of one truth."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Profile, Simulation
from lmprogress.laws.fits.fitting import Fitted
from lmprogress.laws.fits.law_set import LawSet
from lmprogress.laws.inference.simulation import simulate

with logged(snakemake.log[0]):
    params = snakemake.params
    settings = Simulation.model_validate(params.simulation)
    fits, coefficients = (tables.read_parts(snakemake.input[name], name) for name in ("fits", "coefficients"))
    simulated = tables.empty("simulated_fits")  # where too few observations were fitted
    if len(fits):
        simulated = simulate(
            tables.read(snakemake.input.observations, "fitted_observations"),
            Fitted(fits, coefficients, tables.empty("predictions"), tables.read(snakemake.input.basins, "basins")),
            truth=snakemake.wildcards.truth,
            laws=LawSet.from_params(params.laws, params.main),
            settings=settings.model_copy(update={"n_study_bootstraps": params.n_study_bootstraps}),
            profile=Profile.model_validate(params.profile),
            n_study_replicates=params.n_study_replicates,
            interval_percent=params.interval_percent,
        )
    tables.write(simulated, "simulated_fits", snakemake.output.simulated_fits)
