"""papers, systems, evaluations, of people or of the machine -> records, decisions."""

from lmprogress.curation.assemble import assemble
from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged

with logged(snakemake.log[0]):
    records, decisions = assemble(
        tables.read_by_kind(snakemake.input.papers, "papers"),
        tables.read_by_kind(snakemake.input.systems, "systems"),
        tables.read_by_kind(snakemake.input.evaluations, "evaluations"),
        edition=snakemake.wildcards.edition,
        perplexity=snakemake.params.settings["perplexity"],
        benchmarks=snakemake.params.benchmarks,
    )
    tables.write(records, "records", snakemake.output.records)
    tables.write(decisions, "decisions", snakemake.output.decisions)
