"""The audit: every check over a finished run.

In: the folder of a run. Out: the table audit_checks, and what failed in words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from lmprogress.auditing.attribution_checks import check_attribution
from lmprogress.auditing.budget_checks import check_budgets
from lmprogress.auditing.change_point_checks import check_change_points
from lmprogress.auditing.conservation_checks import check_conservation, check_curation, check_observations
from lmprogress.auditing.coverage import check_coverage
from lmprogress.auditing.density_checks import check_densities
from lmprogress.auditing.density_trend_checks import check_density_trend
from lmprogress.auditing.difference_checks import check_differences
from lmprogress.auditing.evidence_checks import check_evidence, check_ledger
from lmprogress.auditing.figure_checks import check_figures
from lmprogress.auditing.findings import Check, Failure
from lmprogress.auditing.fit_checks import check_doubling_times, check_fits, check_intervals
from lmprogress.auditing.forecast_checks import check_forecasts
from lmprogress.auditing.gain_checks import check_gains
from lmprogress.auditing.manifest import check_digests
from lmprogress.auditing.minimum_checks import check_identification, check_minima
from lmprogress.auditing.observed_gain_checks import check_observed_gains
from lmprogress.auditing.paper_checks import check_papers
from lmprogress.auditing.profile_checks import check_profiles
from lmprogress.auditing.rate_checks import check_progress_rates
from lmprogress.auditing.reading_checks import check_readings
from lmprogress.auditing.reference_checks import check_reference_family
from lmprogress.auditing.run_files import RunFiles
from lmprogress.auditing.search_checks import check_searches
from lmprogress.auditing.sensitivity_checks import check_sensitivity
from lmprogress.auditing.simulation_checks import check_simulation
from lmprogress.auditing.statistics_checks import check_study_statistics
from lmprogress.auditing.summary_checks import check_summaries
from lmprogress.auditing.table_checks import check_csv_copies, check_results, check_schemas
from lmprogress.auditing.validation_checks import check_validation

CHECKS: dict[str, Callable[[RunFiles], Check]] = {
    "digests": check_digests,
    "schemas": check_schemas,
    "csv_copies": check_csv_copies,
    "results_from_processed": check_results,
    "conservation": check_conservation,
    "curation": check_curation,
    "observations": check_observations,
    "fits": check_fits,
    "intervals": check_intervals,
    "doubling_times": check_doubling_times,
    "searches": check_searches,
    "minima": check_minima,
    "profiles": check_profiles,
    "identification": check_identification,
    "simulation": check_simulation,
    "validation": check_validation,
    "sensitivity": check_sensitivity,
    "attribution": check_attribution,
    "gains": check_gains,
    "observed_gains": check_observed_gains,
    "budgets": check_budgets,
    "summaries": check_summaries,
    "readings": check_readings,
    "differences": check_differences,
    "reference_family": check_reference_family,
    "densities": check_densities,
    "density_trend": check_density_trend,
    "forecasts": check_forecasts,
    "change_points": check_change_points,
    "progress_rates": check_progress_rates,
    "study_statistics": check_study_statistics,
    "evidence": check_evidence,
    "ledger": check_ledger,
    "figures": check_figures,
    "coverage": check_coverage,
}
_BROKEN = "mend what the other checks name first; a table may be gone, or its columns changed"


def audit(folder: Path, names: Sequence[str] = tuple(CHECKS), papers: Path | None = None) -> list[Check]:
    """The checks `names` of the run in `folder`, and that of the PDFs where `papers` is given."""
    run = RunFiles(folder)
    checks = [_tried(name, run) for name in names]
    return [*checks, check_papers(run, papers)] if papers else checks


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
    return "\n".join(lines)


def _tried(name: str, run: RunFiles) -> Check:
    """The check; where a table is so broken that it cannot be made, that is its failure."""
    try:
        return CHECKS[name](run)
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, OSError) as error:
        failed = Check(name, "")
        failed.fail("", "", f"cannot be made: {type(error).__name__}: {error}", _BROKEN)
        return failed
