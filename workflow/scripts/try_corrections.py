"""Raw tables -> correction_effects: what the corrections of the edition that the report shows move."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Architecture, Benchmark, Edition
from lmprogress.curation.raw import RawTables, read_raw
from lmprogress.laws.correction_effects import correction_effects
from lmprogress.laws.fits.law_set import LawSet

with logged(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    effects = tables.empty("correction_effects")
    if params.edition:
        effects = correction_effects(
            read_raw({name: str(path) for name, path in given.items() if name in RawTables._fields}),
            Edition.model_validate(params.edition),
            laws=LawSet.from_params(params.laws),
            benchmarks={name: Benchmark.model_validate(b) for name, b in params.benchmarks.items()},
            architectures={name: Architecture.model_validate(a) for name, a in params.architectures.items()},
            n_starts=params.n_starts,
            least_observations=params.least_observations,
        )
    tables.write_both({"correction_effects": effects}, snakemake.output)
