"""The audit of every run: does it hold together? What is derived a second time is in `derivations`.

In: the folder of a run. Out: the table audit_checks, and what failed in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from lmprogress.auditing.conservation_checks import check_conservation, check_curation, check_observations
from lmprogress.auditing.contents import check_completeness
from lmprogress.auditing.evidence_checks import check_evidence, check_ledger
from lmprogress.auditing.figure_checks import check_figures
from lmprogress.auditing.findings import Check, Failure
from lmprogress.auditing.manifest import check_digests
from lmprogress.auditing.page_checks import check_exports
from lmprogress.auditing.paper_checks import check_papers
from lmprogress.auditing.reading_checks import check_readings
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.settings_checks import check_settings
from lmprogress.auditing.table_checks import check_csv_copies, check_results, check_schemas, readable
from lmprogress.core.errors import InputError

Checks = Mapping[str, Callable[[RunFiles], Check]]

CHECKS: Checks = {
    "digests": check_digests,
    "completeness": check_completeness,
    "settings": check_settings,
    "schemas": check_schemas,
    "csv_copies": check_csv_copies,
    "results_from_processed": check_results,
    "conservation": check_conservation,
    "curation": check_curation,
    "observations": check_observations,
    "readings": check_readings,
    "evidence": check_evidence,
    "ledger": check_ledger,
    "figures": check_figures,
    "exports": check_exports,
}
# what is made of a run that passed the others
AFTERWARDS = ("digests", "exports")
_BROKEN = "fix what the other checks name first; a table may be gone, or its columns changed"


def audit(
    folder: Path, names: Sequence[str] | None = None, papers: Path | None = None, checks: Checks = CHECKS
) -> list[Check]:
    """The checks `names` (default: all) of `checks` on the run in `folder`, and that of the PDFs in `papers`, if given.

    Raises InputError where the folder does not say what the run was made with.
    """
    run = RunFiles(folder)
    made = [_tried(checks[name], name, run) for name in (checks if names is None else names)]
    return [*made, check_papers(run, papers)] if papers else made


def tabulate_checks(checks: Sequence[Check]) -> pd.DataFrame:
    """One row for each check (schema AUDIT_CHECKS)."""
    rows = [
        {
            "place": place,
            "check": check.name,
            "items": check.items,
            "failures": len(check.failures),
            "detail": check.failures[0].told().partition("\n")[0] if check.failures else check.detail,
        }
        for place, check in enumerate(checks, start=1)
    ]
    return pd.DataFrame(rows)


def failures(checks: Sequence[Check]) -> list[Failure]:
    """What failed, check after check."""
    return [failure for check in checks for failure in check.failures]


def told(checks: Sequence[Check], most: int) -> str:
    """The checks in lines, with the first `most` failures of each."""
    lines = []
    for check in checks:
        verdict = "ok" if not check.failures else f"{len(check.failures)} FAILED"
        lines.append(f"{check.name:24}{check.items:>9} items  {verdict:12}{check.detail}")
        lines += [f"  {failure.told()}" for failure in check.failures[:most]]
        if len(check.failures) > most:
            lines.append(f"  … and {len(check.failures) - most} more")
        lines += [f"  {note}" for note in check.notes]
    return "\n".join(lines)


def not_looked_at(run: RunFiles, *, papers: bool, deep: bool) -> list[str]:
    """What an audit with the PDFs at hand or without, with second derivations or without, says nothing of."""
    unseen = []
    if not papers and (readings := readable(run, "processed/readings.parquet")) is not None:
        n, of = len(readings), readings["paper_id"].nunique()
        unseen.append(f"pages of papers: {n} readings of {of} papers (lmprogress audit --papers FOLDER)")
    if not deep:
        unseen.append("numbers: those of tables, derived a second time (lmprogress audit --deep)")
    unseen.append("pixels: those of figures, and of pictures from papers")
    return unseen


def _tried(check: Callable[[RunFiles], Check], name: str, run: RunFiles) -> Check:
    """The check; where a table is so broken that it cannot be made, that is its failure."""
    try:
        return check(run)
    except InputError:  # no finished run
        raise
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, OSError) as error:
        failed = Check(name, "")
        failed.fail("", "", f"cannot be made: {type(error).__name__}: {error}", _BROKEN)
        return failed
