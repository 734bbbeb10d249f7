"""A whole run -> what the audit checked; where something failed, it ends here."""

from pathlib import Path

from lmprogress.auditing.verifying import CHECKS, audit, failures, tabulate_checks, told
from lmprogress.keeping import tables
from lmprogress.keeping.errors import InputError
from lmprogress.keeping.joblog import logged

with logged(snakemake.log[0]):
    # digests come last, of a run that passed
    checks = audit(Path(), [name for name in CHECKS if name != "digests"])
    print(told(checks, most=50))
    if failed := failures(checks):
        # a run that does not hold together keeps no seal of an earlier state
        for sealed in snakemake.params.sealed:
            Path(sealed).unlink(missing_ok=True)
        raise InputError(
            f"{len(failed)} things do not hold together in this run; the first: {failed[0].problem}",
            file=failed[0].file,
            row=failed[0].row or None,
            remedy=f"{failed[0].remedy}; all of them: {snakemake.log[0]}",
        )
    tables.write_both({"audit_checks": tabulate_checks(checks)}, snakemake.output)
