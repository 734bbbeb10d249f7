"""papers, systems, evaluations, corrections, exclusions -> varied_observations."""

import pandas as pd

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Architecture, Benchmark, CurationChange, Edition
from lmprogress.curation.observe import fitted
from lmprogress.curation.raw import read_raw
from lmprogress.curation.variations import observe_variations

with logged(snakemake.log[0]):
    params = snakemake.params
    changes = [CurationChange.model_validate(change) for change in params.changes]
    observed = observe_variations(
        read_raw({name: str(path) for name, path in snakemake.input.items()}),
        snakemake.wildcards.edition,
        Edition.model_validate(params.settings),
        {change.name: change for change in changes},
        {name: Benchmark.model_validate(b) for name, b in params.benchmarks.items()},
        {name: Architecture.model_validate(a) for name, a in params.architectures.items()},
    )
    varied = [fitted(observations).assign(curation=name) for name, observations in observed.items()]
    varied = pd.concat([tables.empty("varied_observations"), *varied])
    tables.write(varied, "varied_observations", snakemake.output.varied)
