"""Which check derives each table of results again; one that none does is told.

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
    "paper_statuses": ("results_from_processed", "readings"),
    "paper_files": ("results_from_processed", "readings"),
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
    "trend_forecasts": ("summaries",),
    "audit_sample": ("readings",),
    "edition_differences": ("differences",),
    "reference_fits": ("reference_family",),
    "densities": ("densities",),
    "density_trend": ("density_trend",),
    "forecasts": ("forecasts",),
    "change_points": ("change_points",),
    "progress_rates": ("progress_rates",),
    "study_statistics": ("study_statistics",),
}


def check_coverage(run: RunFiles) -> Check:
    """Every table of results is derived again by some check."""
    check = Check("coverage", "tables of results, each of which a check derives")
    tables = sorted({PurePosixPath(name).stem for name in run.matching("results/tables/**/*.parquet")})
    check.items = len(tables)
    for name in tables:
        if name not in DERIVED_BY:
            check.fail(
                f"results/tables/{name}.parquet", "", "is derived by no check", "add it to DERIVED_BY, with a check"
            )
    return check
