"""audit_sample, raw/audit_verdicts.csv -> audit."""

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.reading.audit_sample import tabulate_audit

with logged(snakemake.log[0]):
    audit = tabulate_audit(
        tables.read(snakemake.input.sample, "audit_sample"),
        tables.read_csv(snakemake.input.verdicts, "audit_verdicts"),
    )
    written = tables.write(audit, "audit", snakemake.output.parquet)
    tables.write_csv(written, "audit", snakemake.output.csv)
