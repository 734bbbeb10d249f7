"""readings, raw/audit_verdicts.csv -> audit_sample, audit."""

from lmprogress.core import tables
from lmprogress.core.joblog import logged
from lmprogress.core.settings import Audit
from lmprogress.reading.audit_sample import draw_audit_sample, tabulate_audit

with logged(snakemake.log[0]):
    verdicts = tables.read_csv(snakemake.input.verdicts, "audit_verdicts")
    sample = draw_audit_sample(
        tables.read(snakemake.input.readings, "readings"), verdicts, Audit.model_validate(snakemake.params.settings)
    )
    sample = tables.table("audit_sample").checked(sample, snakemake.output.audit_sample)
    audit = tabulate_audit(sample, verdicts, snakemake.params.interval_percent)
    tables.write_both({"audit_sample": sample, "audit": audit}, snakemake.output)
