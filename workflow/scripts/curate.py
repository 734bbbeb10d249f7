"""papers, systems, evaluations, corrections, exclusions -> records and decisions of each step, observations, funnel."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Architecture, Benchmark, Edition
from lmprogress.curation.chain import curate
from lmprogress.curation.observe import fitted
from lmprogress.curation.raw import read_raw

with logged(snakemake.log[0]):
    params, outputs = snakemake.params, snakemake.output
    curation = curate(
        read_raw({name: str(path) for name, path in snakemake.input.items()}),
        snakemake.wildcards.edition,
        Edition.model_validate(params.settings),
        {name: Benchmark.model_validate(b) for name, b in params.benchmarks.items()},
        {name: Architecture.model_validate(a) for name, a in params.architectures.items()},
    )
    for step, (records, decisions) in curation.steps.items():
        print(f"{step}: {len(records)} records kept, {(~decisions['kept']).sum()} dropped")
        if step in params.records_of:
            tables.write(records, "records", outputs[params.records_of[step]])
        tables.write(decisions, "decisions", outputs[step])
    tables.write(curation.observations, "observations", outputs.observations)
    tables.write(fitted(curation.observations), "fitted_observations", outputs.fitted)
    tables.write(curation.funnel, "funnel", outputs.funnel)
