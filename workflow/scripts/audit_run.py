"""A whole run -> what the audit checked; where something failed, it ends here."""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from lmprogress.auditing.page_checks import check_pages
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.verifying import AFTERWARDS, CHECKS, audit, failures, not_looked_at, tabulate_checks, told
from lmprogress.core import tables
from lmprogress.core.errors import InputError
from lmprogress.core.joblog import logged
from lmprogress.reporting.remaking import pages_again

with logged(snakemake.log[0]):
    # the pages were written by this very code: images and libraries within them are compared by the command alone
    pages = {"pages": partial(check_pages, again=partial(pages_again, whole=False))}
    others = {name: check for name, check in CHECKS.items() if name not in AFTERWARDS}
    # the pages take half of the time, and nothing else runs by now
    with ProcessPoolExecutor(1) as aside:
        of_pages = aside.submit(audit, Path(), checks=pages)
        checks = [*audit(Path(), checks=others), *of_pages.result()]
    print(told(checks, most=50))
    print("\n  ".join(["not looked at:", *not_looked_at(RunFiles(Path()), papers=False, deep=False)]))
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
