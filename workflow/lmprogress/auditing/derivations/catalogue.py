"""Every second derivation by its name.

In: nothing. Out: DERIVATIONS, and DEEP: these, what every run is checked for, and how far both reach.
"""

from __future__ import annotations

from lmprogress.auditing.derivations.attribution_checks import check_attribution
from lmprogress.auditing.derivations.budget_checks import check_budgets
from lmprogress.auditing.derivations.change_point_checks import check_change_points
from lmprogress.auditing.derivations.density_checks import check_densities
from lmprogress.auditing.derivations.density_trend_checks import check_density_trend
from lmprogress.auditing.derivations.difference_checks import check_differences
from lmprogress.auditing.derivations.fit_checks import check_doubling_times, check_fits, check_intervals
from lmprogress.auditing.derivations.forecast_checks import check_forecasts
from lmprogress.auditing.derivations.gain_checks import check_gains
from lmprogress.auditing.derivations.minimum_checks import check_identification, check_minima
from lmprogress.auditing.derivations.observed_gain_checks import check_observed_gains
from lmprogress.auditing.derivations.profile_checks import check_profiles
from lmprogress.auditing.derivations.rate_checks import check_progress_rates
from lmprogress.auditing.derivations.reference_checks import check_reference_family
from lmprogress.auditing.derivations.scale_gain_checks import check_scale_gains
from lmprogress.auditing.derivations.search_checks import check_searches
from lmprogress.auditing.derivations.sensitivity_checks import check_sensitivity
from lmprogress.auditing.derivations.simulation_checks import check_simulation
from lmprogress.auditing.derivations.statistics_checks import check_study_statistics
from lmprogress.auditing.derivations.summary_checks import check_summaries
from lmprogress.auditing.derivations.validation_checks import check_validation
from lmprogress.auditing.derivations.verdict_checks import check_verdict
from lmprogress.auditing.verifying import CHECKS, Checks

DERIVATIONS: Checks = {
    "verdict": check_verdict,
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
    "scale_gains": check_scale_gains,
    "summaries": check_summaries,
    "differences": check_differences,
    "reference_family": check_reference_family,
    "densities": check_densities,
    "density_trend": check_density_trend,
    "forecasts": check_forecasts,
    "change_points": check_change_points,
    "progress_rates": check_progress_rates,
    "study_statistics": check_study_statistics,
}
DEEP: Checks = {**CHECKS, **DERIVATIONS}
