"""records_included -> records_distinct, decisions."""

from lmprogress.curation.deduplicate import deduplicate
from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged

with logged(snakemake.log[0]):
    records, decisions = deduplicate(
        tables.read(snakemake.input.records, "records"),
        edition=snakemake.wildcards.edition,
        by=snakemake.params.settings["deduplicate_by"],
        benchmarks=snakemake.params.benchmarks,
    )
    tables.write(records, "records", snakemake.output.records)
    tables.write(decisions, "decisions", snakemake.output.decisions)
