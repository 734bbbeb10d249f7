"""records_distinct -> observations, decisions."""

from lmprogress.curation.cap import cap
from lmprogress.curation.observe import observe
from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import Cap

with logged(snakemake.log[0]):
    records, decisions = cap(
        tables.read(snakemake.input.records, "records"),
        Cap.model_validate(snakemake.params.settings["cap"]),
        edition=snakemake.wildcards.edition,
        benchmarks=snakemake.params.benchmarks,
    )
    observations = observe(records, snakemake.params.transformers, snakemake.params.vocabulary_sizes)
    tables.write(observations, "observations", snakemake.output.observations)
    tables.write(decisions, "decisions", snakemake.output.decisions)
