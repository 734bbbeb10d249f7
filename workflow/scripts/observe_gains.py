"""observations -> observed_gains, observed_halving_times."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import ObservedBand
from lmprogress.laws.attribution.observed_gains import observed_gains, observed_halving_times

with logged(snakemake.log[0]):
    params, edition = snakemake.params, snakemake.wildcards.edition
    observations = tables.read(snakemake.input.observations, "fitted_observations")
    bands = [ObservedBand.model_validate(band) for band in params.bands]
    tables.write(observed_gains(observations).assign(edition=edition), "observed_gains", snakemake.output.gains)
    halving = observed_halving_times(observations, bands).assign(edition=edition)
    tables.write(halving, "observed_halving_times", snakemake.output.halving_times)
