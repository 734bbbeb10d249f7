"""papers, systems, evaluations (raw or linked), corrections, exclusions -> records and decisions of each step."""

from lmprogress.curation.chain import curate
from lmprogress.curation.raw import RawTables
from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import Architecture, Benchmark, Edition

with logged(snakemake.log[0]):
    params, inputs, outputs = snakemake.params, snakemake.input, snakemake.output
    curated = curate(
        RawTables(*(tables.read_by_kind(inputs[name], name) for name in RawTables._fields)),
        snakemake.wildcards.edition,
        Edition.model_validate(params.edition_settings),
        {name: Benchmark.model_validate(b) for name, b in params.curation["benchmarks"].items()},
        {name: Architecture.model_validate(a) for name, a in params.curation["architectures"].items()},
    )
    for step, (records, decisions) in curated.steps.items():
        print(f"{step}: {len(records)} records kept, {(~decisions['kept']).sum()} dropped")
        if step in params.records_of:
            tables.write(records, "records", outputs[params.records_of[step]])
        tables.write(decisions, "decisions", outputs[step])
    tables.write(curated.observations, "observations", outputs.observations)
