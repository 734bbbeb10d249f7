"""Which check derives each table of results again; a table that none does is named.

In: a run. Out: the check `coverage`.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from lmprogress.auditing.findings import Check
from lmprogress.auditing.run_files import RunFiles

# table of results -> the checks that derive its numbers from what it follows from
DERIVED_BY: dict[str, tuple[str, ...]] = {
    "records": ("results_from_processed", "curation"),
    "decisions": ("results_from_processed", "conservation"),
    "observations": ("results_from_processed", "curation", "observations"),
    "readings": ("results_from_processed", "csv_copies"),
    "links": ("results_from_processed", "conservation"),
    "paper_statuses": ("results_from_processed",),
    "funnel": ("conservation",),
    "evidence_counts": ("evidence",),
    "contradictions": ("evidence",),
    "fits": ("results_from_processed", "fits", "minima"),
    "coefficients": ("results_from_processed", "intervals"),
    "doubling_times": ("results_from_processed", "doubling_times", "searches"),
    "cross_validation": ("validation",),
    "specification_comparison": ("validation",),
    "rolling_origin": ("validation",),
    "rolling_rates": ("results_from_processed", "validation"),
    "profile_intervals": ("results_from_processed", "profiles"),
    "identification": ("results_from_processed", "identification"),
    "simulation": ("simulation",),
    "simulation_full": ("simulation",),
    "sensitivity": ("results_from_processed", "sensitivity"),
    "sensitivity_coefficients": ("results_from_processed", "sensitivity"),
    "within_paper": ("results_from_processed", "sensitivity"),
    "aggregate_doubling_times": ("results_from_processed", "searches"),
    "attribution": ("results_from_processed", "attribution"),
    "studied_losses": ("results_from_processed", "attribution"),
    "transformer_gains": ("results_from_processed", "gains"),
    "effective_compute": ("results_from_processed", "gains"),
    "pareto_frontiers": ("results_from_processed", "gains"),
    "allocation_gains": ("gains",),
    "observed_gains": ("results_from_processed", "observed_gains"),
    "observed_halving_times": ("results_from_processed", "observed_gains"),
    "ledger": ("ledger",),
    "ledger_counts": ("ledger",),
    "audit": ("summaries",),
    "difference_counts": ("summaries",),
    "forecast_scores": ("summaries",),
    "claims": ("summaries",),
    "allocations": ("budgets",),
    "inference_trade_off": ("budgets",),
    "size_trade_off": ("budgets",),
    "budget_projection": ("budgets",),
    "compute_budget": ("budgets",),
    "compressed_models": ("summaries",),
}
# table of results -> why its numbers are held against schema, copies and digest alone
NOT_DERIVED: dict[str, str] = {
    "edition_differences": "pairs of records are matched by rules of curation",
    "audit_sample": "a draw; its verdicts are people's",
    "paper_changes": "holds what the run before read",
    "study_statistics": "single numbers of many kinds, most of which the ledger holds against published ones",
    "reference_fits": "searches for minima of other laws",
    "densities": "inverts fits of other laws",
    "density_trend": "resampled trends of other laws",
    "forecasts": "fits at each origin are not kept",
    "change_points": "permutations and simulations are not kept",
    "trend_forecasts": "trends of technologies, of raw tables alone",
    "progress_rates": "gathered from tables and sources of many kinds",
}


def check_coverage(run: RunFiles) -> Check:
    """Every table of results is derived again by some check, or named here as one that is not."""
    check = Check("coverage", "")
    tables = sorted({PurePosixPath(name).stem for name in run.matching("results/tables/**/*.parquet")})
    check.items = len(tables)
    for name in tables:
        if name not in DERIVED_BY and name not in NOT_DERIVED:
            check.fail(
                f"results/tables/{name}.parquet", "", "is derived by no check", "add it to DERIVED_BY, with a check"
            )
    left = [name for name in tables if name in NOT_DERIVED]
    check.detail = f"tables of results that a check derives; by schema, copies and digest alone: {', '.join(left)}"
    return check
