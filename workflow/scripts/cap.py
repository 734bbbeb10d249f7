"""records_distinct -> observations, decisions."""

from lmprogress.curation import cap, observe
from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import Cap

with logged(snakemake.log[0]):
    records, decisions = cap(
        tables.read(snakemake.input.records, "records"),
        edition=snakemake.wildcards.edition,
        settings=Cap.model_validate(snakemake.params.settings["cap"]),
        benchmarks=snakemake.params.benchmarks,
    )
    tables.write(observe(records, snakemake.params.transformers), "observations", snakemake.output.observations)
    tables.write(decisions, "decisions", snakemake.output.decisions)
