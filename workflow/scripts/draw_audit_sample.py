"""readings, raw/audit_verdicts.csv -> audit_sample."""

from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.settings import Audit
from lmprogress.reading.audit_sample import draw_audit_sample

with logged(snakemake.log[0]):
    sample = draw_audit_sample(
        tables.read(snakemake.input.readings, "readings"),
        tables.read_csv(snakemake.input.verdicts, "audit_verdicts"),
        Audit.model_validate(snakemake.params.settings),
    )
    tables.write(sample, "audit_sample", snakemake.output.parquet)
    tables.write_csv(sample, "audit_sample", snakemake.output.csv)
