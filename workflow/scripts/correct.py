"""records, raw/corrections.csv -> records_corrected, decisions."""

from lmprogress.curation.correct import correct
from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged

with logged(snakemake.log[0]):
    records, decisions = correct(
        tables.read(snakemake.input.records, "records"),
        tables.read_csv(snakemake.input.corrections, "corrections"),
        edition=snakemake.wildcards.edition,
        extracted=snakemake.params.settings["records"] == "extracted",
    )
    tables.write(records, "records", snakemake.output.records)
    tables.write(decisions, "decisions", snakemake.output.decisions)
