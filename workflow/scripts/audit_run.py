"""A whole run -> what the audit checked and what failed."""

from pathlib import Path

from lmprogress.auditing.verifying import CHECKS, audit, tabulate_checks, told
from lmprogress.keeping import tables
from lmprogress.keeping.joblog import logged
from lmprogress.keeping.schemas import table

with logged(snakemake.log[0]):
    # digests come last, of a run that passed
    checks = audit(Path(), [name for name in CHECKS if name != "digests"])
    print(told(checks, most=50))
    tables.write_csv(
        table("audit_checks").checked(tabulate_checks(checks), snakemake.output[0]),
        "audit_checks",
        snakemake.output[0],
    )
