"""Tables of profile likelihoods, identification and the simulation study.

In: nothing. Out: schemas.
"""

from __future__ import annotations

from lmprogress.core.columns import Column, Table
from lmprogress.core.schemas.laws import FIT_KEY, FIT_NAMES, GROUP
from lmprogress.core.schemas.shared import EDITION, HO_NUMBER, OF_FITTED, RESULT, SPECIFICATION

_QUANTITY = Column("quantity", "string", "growth rate of effective compute (doublings/year), or the share of it that is in parameters", allowed=("growth_rate_per_year", "share_in_parameters"))
_PROFILED = "doublings/year, or 1"


def _months(name: str, description: str) -> Column:
    return Column(name, "float", description, unit="months", nullable=True)


# ---- verdict --------------------------------------------------------------------------------------------------------

_RATE_ESTIMATE = (
    EDITION,
    SPECIFICATION,
    _months("estimate_months", "maximum-likelihood doubling time; empty for infinite"),
    _months("low_months", "lower end of the interval; empty where the data do not bound it"),
    _months("high_months", "upper end of the interval; empty for infinite"),
    Column("level", "float", "level of the interval", unit="percent", above=0, most=100),
    Column("p_no_progress", "float", "p-value of a growth rate of zero", unit="1", least=0, most=1),
    Column("p_no_progress_error", "float", "Monte Carlo standard error of p_no_progress", unit="1", least=0),
    Column("no_progress_ratio", "float", "likelihood ratio of a growth rate of zero", unit="1", least=0),
    Column("identified", "boolean", "the data identify the doubling time: why_not is empty"),
    Column("why_not", "string", "the first reason that applies: p_no_progress plus two of its standard errors is not below 1 - level, or the interval reaches intervals.identification.slowest_months; the interval is wider than intervals.identification.wide_interval; empty where the doubling time is identified", allowed=("no_progress_not_excluded", "flat_ridge"), nullable=True),
    Column("growth_rate_per_year", "float", "maximum-likelihood growth rate of effective compute", unit="doublings/year"),
    Column("low_growth_rate_per_year", "float", "lowest growth rate of the interval; empty where the data do not bound it", unit="doublings/year", nullable=True),
    Column("low_error", "float", "Monte Carlo standard error of low_growth_rate_per_year", unit="doublings/year", least=0, nullable=True, may_be_infinite=True),
    Column("high_growth_rate_per_year", "float", "highest growth rate of the interval; empty where the data do not bound it", unit="doublings/year", nullable=True),
    Column("high_error", "float", "Monte Carlo standard error of high_growth_rate_per_year", unit="doublings/year", least=0, nullable=True, may_be_infinite=True),
    Column("correlation", "float", "correlation between two residuals of a paper", unit="1", least=0, most=1),
    Column("negative_log_likelihood", "float", "at the estimate, without ½ n ln 2π", unit="nats"),
    Column("n_observations", "integer", "observations fitted", unit="rows", least=1),
    Column("n_papers", "integer", "their papers", unit="papers", least=1),
    Column("n_data_sets", "integer", "simulated data sets on which the tests were calibrated", least=1),
    Column("n_laws", "integer", "laws compared: those of table law_estimates", least=1),
    _months("fastest_law_months", "shortest doubling time among them"),
    _months("slowest_law_months", "longest doubling time among them; empty for infinite"),
    _months("averaged_months", "doubling time of their mean growth rate, by Akaike weight; empty for infinite"),
    _months("averaged_low_months", "lower end of the interval averaged over laws; empty where the tests do not bound it"),
    _months("averaged_high_months", "upper end of the interval averaged over laws; empty for infinite"),
)

RATE_ESTIMATES = Table(
    "rate_estimates",
    "The verdict on one edition, as far as its observations determine it.",
    _RATE_ESTIMATE,
    key=("edition",),
    writer="judge",
    files=("processed/{judged}/rate_estimates",),
)

VERDICT = Table(
    "verdict",
    "The headline of each edition: the maximum-likelihood doubling time of effective compute under the main law, without a "
    "penalty and with residuals correlated within papers; the interval of doubling times that a likelihood-ratio test "
    "calibrated on simulated data does not reject; and the evidence behind them.",
    (
        *_RATE_ESTIMATE,
        Column("n_confirmed", "integer", "fitted perplexities confirmed on a page of their paper; empty where the edition has no evidence", least=0, nullable=True),
        Column("share_confirmed", "float", "their share of the observations", unit="1", least=0, most=1, nullable=True),
        Column("min_coverage", "float", "least coverage of this interval over simulated truths; empty where it was not studied", unit="1", least=0, most=1, nullable=True),
        Column("fastest_paper", "string", "the paper without which the doubling time is shortest (table verdict_sensitivity)", nullable=True),
        _months("fastest_paper_months", "doubling time without it"),
        Column("slowest_paper", "string", "the paper without which the doubling time is longest", nullable=True),
        _months("slowest_paper_months", "doubling time without it; empty for infinite"),
        Column("fastest_choice", "string", "the choice of curation, training data or law with the shortest doubling time (table verdict_sensitivity)", nullable=True),
        _months("fastest_choice_months", "doubling time with it"),
        Column("slowest_choice", "string", "the choice with the longest doubling time", nullable=True),
        _months("slowest_choice_months", "doubling time with it; empty for infinite"),
    ),
    key=("edition",),
    writer="tabulate_verdict",
    files=(RESULT,),
)

LAW_ESTIMATES = Table(
    "law_estimates",
    "Laws of progress at their greatest likelihood, without a penalty and with residuals correlated within papers: those with a "
    "single growth rate that use the same rows as the main law.",
    (
        EDITION,
        SPECIFICATION,
        HO_NUMBER,
        Column("n_estimated", "integer", "numbers estimated: coefficients, standard deviations, correlation", least=1),
        _months("estimate_months", "maximum-likelihood doubling time of effective compute; empty for infinite"),
        Column("growth_rate_per_year", "float", "maximum-likelihood growth rate of effective compute", unit="doublings/year"),
        Column("negative_log_likelihood", "float", "at the estimate, without ½ n ln 2π", unit="nats"),
        Column("aic", "float", "Akaike's information criterion, −2 ln L + 2 n_estimated", unit="nats"),
        Column("bic", "float", "Bayesian information criterion, −2 ln L + n_estimated ln n", unit="nats"),
        Column("akaike_weight", "float", "weight among the laws of this table, exp(−½ (aic − least aic)) normalised", unit="1", least=0, most=1),
    ),
    key=("edition", "specification"),
    order=("edition", "aic", "specification"),
    writer="judge; tabulate_verdict",
    files=("processed/{judged}/law_estimates", RESULT),
)


VERDICT_SENSITIVITY = Table(
    "verdict_sensitivity",
    "The verdict's estimate with one thing changed: a paper left out, a line of the table sensitivity, other exponents, or a rate "
    "that depends on scale.",
    (
        EDITION,
        Column("kind", "string", "what changes: a paper is left out; a choice of curation, training data or law; a part of the data is fitted alone; the scaling exponents are assumed, or informed by experiments; or the rate of progress depends on scale", allowed=("paper_left_out", "choice", "part_of_data", "exponents", "scale")),
        Column("change", "string", "the paper left out; the variation, from sensitivity.variations; or the source of the exponents: free, those of a paper (raw/reference/published.csv), or experiments on the same benchmark (raw/other_laws/scaling_runs.csv) without and with an irreducible loss; of scale the law"),
        Column("label", "string", "the change in words"),
        Column("heading", "string", "of variations: the group they belong to", nullable=True),
        SPECIFICATION,
        Column("n_observations", "integer", "observations fitted", unit="rows", least=1),
        Column("n_papers", "integer", "their papers", unit="papers", least=1),
        _months("estimate_months", "maximum-likelihood doubling time of effective compute; empty for infinite"),
        Column("growth_rate_per_year", "float", "maximum-likelihood growth rate of effective compute; of scale at the mean date and mean sizes", unit="doublings/year"),
        Column("negative_log_likelihood", "float", "at the estimate, without ½ n ln 2π", unit="nats"),
        Column("exponent_parameters", "float", "scaling exponent of parameters, of scale at the mean date; empty where the law has not one for each input", unit="1", nullable=True),
        Column("exponent_data", "float", "scaling exponent of training data", unit="1", nullable=True),
        _months("low_months", "of exponents: lower end of the interval from the profile likelihood with the cut-off of χ²; empty where the data do not bound it"),
        _months("high_months", "of exponents: upper end; empty for infinite"),
        Column("likelihood_ratio", "float", "of assumed exponents against free ones, of common ones against those of each source, or of the main law against one whose rate depends on scale", unit="1", least=0, nullable=True),
        Column("p_value", "float", "its p-value: of exponents by χ² of two degrees of freedom; of scale (n_exceeding + 1) / (n_data_sets + 1)", unit="1", least=0, most=1, nullable=True),
        Column("growth_per_tenfold", "float", "of scale: increase of the growth rate with ten times the training compute, at the mean date", unit="doublings/year", nullable=True),
        Column("n_data_sets", "integer", "of scale: data sets simulated from the main law", least=0, nullable=True),
        Column("n_exceeding", "integer", "of scale: those of them with a greater likelihood ratio", least=0, nullable=True),
        Column("power", "float", "of scale: share of as many data sets, simulated with scale_dependence.growth_per_tenfold, in which the main law is rejected at the level of the interval", unit="1", least=0, most=1, nullable=True),
    ),
    key=("edition", "kind", "change"),
    order=("edition", "kind", "growth_rate_per_year", "change"),
    writer="vary_verdict; tabulate_verdict",
    files=("processed/{varied}/verdict_sensitivity", RESULT),
)

RATE_TESTS = Table(
    "rate_tests",
    "Each growth rate tested for the verdict: its likelihood ratio, and the share of data sets simulated with that rate whose "
    "likelihood ratio is greater.",
    (
        EDITION,
        SPECIFICATION,
        Column("number", "integer", "number of the test, in the order in which they were made", least=1),
        Column("growth_rate_per_year", "float", "growth rate of effective compute tested", unit="doublings/year"),
        Column("likelihood_ratio", "float", "twice the difference of the log likelihoods with the rate free and fixed", unit="1", least=0),
        Column("p_value", "float", "(n_exceeding + 1) / (n_data_sets + 1)", unit="1", above=0, most=1),
        Column("p_value_error", "float", "Monte Carlo standard error of p_value", unit="1", least=0),
        Column("n_data_sets", "integer", "data sets simulated with that rate", least=0),
        Column("n_exceeding", "integer", "those of them with a greater likelihood ratio", least=0),
    ),
    key=("edition", "number"),
    order=("edition", "growth_rate_per_year", "number"),
    writer="judge; tabulate_verdict",
    files=("processed/{judged}/rate_tests", RESULT),
)

# ---- coverage of the verdict ----------------------------------------------------------------------------------------

_TRUTH = Column("truth", "string", "law that data are simulated from, from coverage.truths")
_ERRORS = Column("errors", "string", "how errors are drawn: Gaussian components of papers and rows, or resampled residuals of both", allowed=("components", "resampled"))
_TRUE_RATE = Column("true_growth_rate_per_year", "float", "growth rate of effective compute that data are simulated with", unit="doublings/year")
_DIGEST = r"[0-9a-f]{12}"

COVERAGE_DATA_SETS = Table(
    "coverage_data_sets",
    "Simulated data sets, and the verdict's test of their true growth rate.",
    (
        EDITION,
        _TRUTH,
        _ERRORS,
        Column("number", "integer", "number of the data set", least=1),
        _TRUE_RATE,
        Column("growth_rate_per_year", "float", "maximum-likelihood growth rate under the main law", unit="doublings/year"),
        Column("likelihood_ratio", "float", "twice the difference of the log likelihoods with the rate free and fixed at the true one", unit="1", least=0),
        Column("n_simulated", "integer", "data sets simulated for the test; no more once the rate cannot be rejected", least=0),
        Column("n_exceeding", "integer", "those of them with a greater likelihood ratio", least=0),
        Column("covered", "boolean", "the true rate is not rejected: the interval contains it"),
        Column("inverted", "boolean", "the interval itself was found as well"),
        Column("low_growth_rate_per_year", "float", "its lower end; empty where it was not found, or no rate so low is rejected", unit="doublings/year", nullable=True),
        Column("high_growth_rate_per_year", "float", "its upper end; empty where it was not found, or no rate so high is rejected", unit="doublings/year", nullable=True),
        Column("n_observations", "integer", "rows of the data set", unit="rows", least=1),
        Column("observations_digest", "string", "digest of the observations whose systems, dates and papers are simulated", pattern=_DIGEST),
        Column("code_digest", "string", "digest of the code that made the row", pattern=_DIGEST),
    ),
    key=("edition", "truth", "errors", "number"),
    writer="study_coverage; gather_coverage; raw/reference/coverage.csv by make coverage-study",
    files=("processed/{covered}/coverage/{simulated_law}", RESULT),
)

COVERAGE = Table(
    "coverage",
    "How often the interval of the verdict contains the true growth rate of simulated data.",
    (
        EDITION,
        _TRUTH,
        _ERRORS,
        _TRUE_RATE,
        _months("true_months", "the same as a doubling time; empty for infinite"),
        Column("n_data_sets", "integer", "data sets in raw/reference/coverage.csv", least=1),
        Column("coverage", "float", "share of them whose interval contains the true rate", unit="1", least=0, most=1),
        Column("coverage_error", "float", "its Monte Carlo standard error", unit="1", least=0),
        Column("bias", "float", "mean estimate minus the true rate", unit="doublings/year"),
        Column("root_mean_square_error", "float", "of the estimate", unit="doublings/year", least=0),
        Column("n_intervals", "integer", "data sets whose interval was found", least=0),
        Column("n_agreeing", "integer", "those of them where it contains the true rate exactly if the test does not reject it", least=0),
        Column("median_length", "float", "median length of these intervals; empty where that is infinite", unit="doublings/year", least=0, nullable=True),
        Column("n_observations", "integer", "rows of each data set", unit="rows", least=1),
        Column("n_repeated", "integer", "data sets that this run has made again from the same observations", least=0),
        Column("n_same", "integer", "those of them with the same estimate and likelihood ratio", least=0),
    ),
    key=("edition", "truth", "errors"),
    writer="tabulate_verdict",
    files=(RESULT,),
)

# ---- profile likelihood ---------------------------------------------------------------------------------------------

RATE_SURFACE = Table(
    "rate_surface",
    "The least objective at each pair of growth rates, of laws where parameters and data have one each.",
    (
        *FIT_KEY,
        Column("growth_rate_in_parameters", "float", "doublings a year of effective parameters", unit="doublings/year"),
        Column("growth_rate_in_data", "float", "doublings a year of effective data", unit="doublings/year"),
        Column("objective", "float", "least objective at these rates", unit="squared nats", least=0),
        Column("likelihood_ratio", "float", "n · ln(objective / least objective of all)", unit="1", least=0),
    ),
    key=(*FIT_NAMES, "growth_rate_in_parameters", "growth_rate_in_data"),
    writer="profile",
    files=(OF_FITTED,),
)

STATIONARY_POINTS = Table(
    "stationary_points",
    "Growth rates where searches end, of laws where parameters and data have one each: the study's stopping point, and "
    "the global minimum and other stationary points.",
    (
        *FIT_KEY,
        Column("basin", "integer", "place of the stationary point, from 1, the best", least=1),
        Column("objective", "float", "objective there", unit="squared nats", least=0),
        Column("growth_rate_in_parameters", "float", "doublings a year of effective parameters", unit="doublings/year", may_be_infinite=True),
        Column("growth_rate_in_data", "float", "doublings a year of effective data", unit="doublings/year", may_be_infinite=True),
    ),
    key=(*FIT_NAMES, "basin"),
    writer="profile",
    files=(OF_FITTED,),
)

PROFILES = Table(
    "profiles",
    "Profile likelihood: the best fit at each value of a quantity against the best of all.",
    (
        *FIT_KEY,
        _QUANTITY,
        Column("value", "float", "value that the quantity is held at", unit=_PROFILED),
        Column("likelihood_ratio", "float", "n · ln(objective / least objective): χ² of one degree of freedom where the value is true", unit="1", least=0),
    ),
    key=(*FIT_NAMES, "quantity", "value"),
    writer="profile",
    files=(OF_FITTED,),
)

PROFILE_INTERVALS = Table(
    "profile_intervals",
    "Intervals of the profile likelihood: what it does not reject.",
    (
        *FIT_KEY,
        _QUANTITY,
        Column("n_observations", "integer", "observations fitted", unit="rows", least=1),
        Column("estimate", "float", "at the minimum; empty where it is infinite", unit=_PROFILED, nullable=True),
        Column("low", "float", "lower end; empty where the likelihood sets none", unit=_PROFILED, nullable=True),
        Column("high", "float", "upper end; empty where the likelihood sets none", unit=_PROFILED, nullable=True),
        Column("n_pieces", "integer", "separate stretches of values on the grid that are not rejected", least=1),
        _months("estimate_months", "doubling time at the minimum; empty for infinite, and for a share"),
        _months("low_months", "doubling time at the upper end of the rate; empty where there is none"),
        _months("high_months", "doubling time at the lower end of the rate; empty for infinite"),
        Column("no_progress_ratio", "float", "likelihood ratio of a growth rate of zero; empty for a share", unit="1", least=0, nullable=True),
        Column("no_progress_p_value", "float", "p-value of a growth rate of zero, χ² of one degree of freedom; empty for a share", unit="1", least=0, most=1, nullable=True),
    ),
    key=(*FIT_NAMES, "quantity"),
    writer="profile; tabulate",
    files=(OF_FITTED, RESULT),
)

# ---- identification -------------------------------------------------------------------------------------------------

VERDICTS = ("identified", "flat_ridge", "several_basins", "no_progress_not_excluded", "no_progress_in_law")

IDENTIFICATION = Table(
    "identification",
    "Whether the data identify the doubling time of effective compute, for each law at its global minimum.",
    (
        *FIT_KEY,
        Column("benchmark", "string", "the benchmark, or 'all' where the rate is shared"),
        GROUP,
        Column("verdict", "string", "the first that holds of: the law has no progress; an interval holds no progress, or hardly any; rival basins have other doubling times; an interval is wide; identified", allowed=VERDICTS),
        _months("estimate_months", "doubling time at the minimum; empty for infinite"),
        Column("n_rivals", "integer", "stationary points nearly as good as the minimum, itself among them", least=1),
        _months("fastest_rival_months", "shortest doubling time among them; empty for infinite or not in closed form"),
        _months("slowest_rival_months", "longest doubling time among them; empty for infinite or not in closed form"),
        Column("condition", "float", "condition number of the Hessian at the minimum, coefficients in units of their own curvature", unit="1", least=1, may_be_infinite=True),
        Column("rate_correlation", "float", "correlation of the growth rates in parameters and in data at the minimum, from the Hessian; empty where the law has not both, or no curvature along them", unit="1", least=-1, most=1, nullable=True),
        Column("n_replicates", "integer", "replicates by paper; 0 where the fit was not resampled", least=0),
        Column("share_without_progress", "float", "share of replicates without progress; empty where there are none", unit="1", least=0, most=1, nullable=True),
        _months("bootstrap_low_months", "lower end of the interval over replicates; empty where there is none"),
        _months("bootstrap_high_months", "upper end of the interval over replicates; empty for infinite"),
        Column("profiled", "boolean", "the profile likelihood was computed"),
        _months("profile_low_months", "lower end of the interval of the profile likelihood; empty where there is none"),
        _months("profile_high_months", "upper end of the interval of the profile likelihood; empty for infinite"),
        Column("no_progress_p_value", "float", "p-value of no progress by the profile likelihood; empty where it was not computed", unit="1", least=0, most=1, nullable=True),
    ),
    key=(*FIT_NAMES, "benchmark", "group"),
    writer="identify; tabulate",
    files=(OF_FITTED, RESULT),
)

# ---- simulation study -----------------------------------------------------------------------------------------------

_TRUTH = Column("truth", "string", "the law that data are drawn from, from config/config.yaml")
_SIMULATED_PROCEDURE = Column("procedure", "string", "the study's stopping point with its row bootstrap; the minimum of the main law with a bootstrap by row or by paper; the simple law with a bootstrap by paper; the unpenalised minimum with the profile likelihood", allowed=("study_row_bootstrap", "minimum_row_bootstrap", "minimum_paper_bootstrap", "simple_paper_bootstrap", "profile_likelihood"))
_TRUE_RATE = Column("true_growth_rate_per_year", "float", "doublings a year in the law that data are drawn from", unit="doublings/year")

SIMULATED_FITS = Table(
    "simulated_fits",
    "What each procedure makes of each simulated data set.",
    (
        Column("edition", "string", "the edition whose rows and residuals the data sets are made of"),
        _TRUTH,
        _TRUE_RATE,
        _SIMULATED_PROCEDURE,
        Column("data_set", "integer", "number of the data set", least=0),
        Column("growth_rate_per_year", "float", "estimate, doublings a year of effective compute", unit="doublings/year", may_be_infinite=True),
        _months("low_months", "lower end of the interval; empty where none was computed"),
        _months("high_months", "upper end of the interval; empty for infinite or where none was computed"),
        Column("covers", "boolean", "the interval holds the truth; empty where none was computed", nullable=True),
    ),
    key=("edition", "truth", "procedure", "data_set"),
    writer="simulate",
    files=("processed/{simulated}/simulation/{truth}",),
)

SIMULATION = Table(
    "simulation",
    "Simulation study: bias, error and coverage of each procedure where the truth is known.",
    (
        Column("edition", "string", "the edition whose rows and residuals the data sets are made of"),
        _TRUTH,
        _SIMULATED_PROCEDURE,
        Column("n_data_sets", "integer", "data sets", least=1),
        _TRUE_RATE,
        Column("true_months", "float", "doubling time in the law that data are drawn from", unit="months", above=0),
        _months("median_months", "median estimate of the doubling time; empty for infinite"),
        Column("share_without_progress", "float", "share of estimates without progress", unit="1", least=0, most=1),
        Column("bias", "float", "mean estimate of the growth rate less the truth", unit="doublings/year"),
        Column("bias_error", "float", "Monte Carlo standard error of bias", unit="doublings/year", least=0),
        Column("rmse", "float", "root mean squared error of the growth rate", unit="doublings/year", least=0),
        Column("log_bias", "float", "mean of ln(estimated / true doubling time) over estimates with progress", unit="1", nullable=True),
        Column("log_bias_error", "float", "Monte Carlo standard error of log_bias", unit="1", least=0, nullable=True),
        Column("log_rmse", "float", "root mean square of ln(estimated / true doubling time) over estimates with progress", unit="1", least=0, nullable=True),
        Column("n_intervals", "integer", "data sets for which an interval was computed", least=0),
        Column("coverage", "float", "share of intervals that hold the truth", unit="1", least=0, most=1, nullable=True),
        Column("coverage_error", "float", "Monte Carlo standard error of coverage", unit="1", least=0, nullable=True),
        _months("median_low_months", "median lower end; empty where the procedure gives a test and no ends"),
        _months("median_high_months", "median upper end; empty for infinite, or where there are no ends"),
    ),
    key=("edition", "truth", "procedure"),
    writer="tabulate_simulation",
    files=(RESULT,),
)
