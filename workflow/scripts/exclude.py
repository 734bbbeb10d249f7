"""records_corrected, raw/exclusions.csv -> records_included, decisions."""

from lmprogress.curation.exclude import exclude
from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged

with logged(snakemake.log[0]):
    records, decisions = exclude(
        tables.read(snakemake.input.records, "records"),
        tables.read_csv(snakemake.input.exclusions, "exclusions"),
        edition=snakemake.wildcards.edition,
        extracted=snakemake.params.settings["records"] == "extracted",
        objections=snakemake.params.settings["exclude"],
        benchmarks=snakemake.params.benchmarks,
    )
    tables.write(records, "records", snakemake.output.records)
    tables.write(decisions, "decisions", snakemake.output.decisions)
