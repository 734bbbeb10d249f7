"""Tables of fits, replicates and doubling times.

In: nothing. Out: schemas.
"""

from __future__ import annotations

from lmprogress.core.columns import Column, Table
from lmprogress.core.schemas.shared import (
    BENCHMARK,
    COEFFICIENT,
    DATA_VARIANT,
    EDITION,
    HO_NUMBER,
    OF_PROCEDURE,
    PENALTY,
    PROCEDURE,
    RECORD_ID,
    REPLICATE,
    RESULT,
    SPECIFICATION,
)

FIT_KEY = (EDITION, HO_NUMBER, SPECIFICATION, DATA_VARIANT, PENALTY, PROCEDURE)
# what tells fits apart: the number in the study follows from the specification, and may be empty
FIT_NAMES = ("edition", "specification", "data_variant", "penalty", "procedure")

GROUP = Column("group", "string", "transformers or others, or before or from the year at which the rate changes; 'all' where it is shared", allowed=("all", "transformers", "others", "before", "from"))

FITS = Table(
    "fits",
    "One fit of one law to one edition.",
    (
        *FIT_KEY,
        Column("n_observations", "integer", "observations fitted", unit="rows", least=1),
        Column("n_papers", "integer", "papers among them", unit="papers", least=1),
        Column("n_coefficients", "integer", "free coefficients", least=1),
        Column("objective", "float", "mean squared residual + penalty × sum of absolute coefficients", unit="squared nats"),
        Column("mse", "float", "mean squared residual of log perplexity", unit="squared nats", least=0),
        Column("r2", "float", "1 − residual variance / variance of log perplexity", most=1),
        Column("status", "string", "converged, or what stopped the search"),
        Column("optimality", "float", "largest violation of the conditions of a minimum (KKT residual)", unit="squared nats", least=0, nullable=True),
        Column("n_iterations", "integer", "iterations of the search that won", least=0),
        Column("n_evaluations", "integer", "evaluations of the objective by the study's optimiser", least=0, nullable=True),
        Column("n_starts", "integer", "starting points tried", least=1),
        Column("n_starts_agreeing", "integer", "starts that end at the best objective within 1e-9", least=1),
        Column("next_objective", "float", "best objective of another basin, where one was met", unit="squared nats", nullable=True),
        Column("reference_year", "float", "year0: earliest publication among the rows fitted", unit="years"),
        Column("reference_n_parameters", "float", "N0: fewest parameters among the rows fitted", unit="parameters", above=0),
        Column("reference_dataset_size_tokens", "float", "D0: smallest training data among the rows fitted", unit="tokens", above=0),
        Column("reference_compute_flop", "float", "C0: smallest 6·N·D among the rows fitted", unit="FLOP", above=0),
    ),
    key=FIT_NAMES,
    writer="fit; tabulate",
    files=(
        "processed/{fitted}/{procedure}/best/{name}",
        "processed/{fitted}/{procedure}/best_with_transformer_gain/{name}",
        OF_PROCEDURE,
        RESULT,
    ),
)

COEFFICIENTS = Table(
    "coefficients",
    "The coefficients of each fit.",
    (
        *FIT_KEY,
        Column("number", "integer", "place of the coefficient in the specification, from 1", least=1),
        COEFFICIENT,
        Column("estimate", "float", "value of the coefficient", unit="nats, or 1/year, or 1 (see docs/method.md)"),
        Column("standard_error", "float", "standard deviation over bootstrap replicates", nullable=True, least=0),
        Column("low", "float", "lower end of the interval over the replicates", nullable=True),
        Column("high", "float", "upper end of the interval over the replicates", nullable=True),
    ),
    key=(*FIT_NAMES, "coefficient"),
    order=(*FIT_NAMES, "number"),
    writer="fit; tabulate",
    files=(
        "processed/{fitted}/{procedure}/best/{name}",
        "processed/{fitted}/{procedure}/best_with_transformer_gain/{name}",
        OF_PROCEDURE,
        "processed/{fitted}/{procedure}/coefficients_with_intervals",
        RESULT,
    ),
)

BASINS = Table(
    "basins",
    "The distinct stationary points that the search for each minimum met, best first.",
    (
        *FIT_KEY,
        Column("basin", "integer", "place of the stationary point, from 1, the best", least=1),
        Column("objective", "float", "objective there", unit="squared nats"),
        Column("number", "integer", "place of the coefficient in the specification, from 1", least=1),
        COEFFICIENT,
        Column("estimate", "float", "value of the coefficient"),
    ),
    key=(*FIT_NAMES, "basin", "coefficient"),
    order=(*FIT_NAMES, "basin", "number"),
    writer="fit",
    files=(OF_PROCEDURE,),
)

REPLICATES = Table(
    "replicates",
    "The coefficients of each bootstrap replicate.",
    (
        *FIT_KEY,
        Column("resample_unit", "string", "what is drawn with replacement", allowed=("row", "paper")),
        REPLICATE,
        Column("number", "integer", "place of the coefficient in the specification, from 1", least=1),
        COEFFICIENT,
        Column("estimate", "float", "value of the coefficient"),
        Column("objective", "float", "objective of the replicate", unit="squared nats"),
        Column("status", "string", "converged, or what stopped the search"),
    ),
    key=(*FIT_NAMES, "resample_unit", "replicate", "coefficient"),
    order=(*FIT_NAMES, "resample_unit", "replicate", "number"),
    writer="bootstrap",
    files=(
        "processed/{fitted}/{procedure}/best/{name}",
        "processed/{fitted}/{procedure}/best_with_transformer_gain/{name}",
        OF_PROCEDURE,
    ),
)

DOUBLING_TIME_DRAWS = Table(
    "doubling_time_draws",
    "The doubling time of each bootstrap replicate.",
    (
        *FIT_KEY,
        Column("quantity", "string", "what doubles", allowed=("effective_compute", "parameters", "data")),
        Column("benchmark", "string", "the benchmark, or 'all' where the rate is shared"),
        GROUP,
        Column("resample_unit", "string", "what was drawn with replacement", allowed=("row", "paper")),
        REPLICATE,
        Column("growth_rate_per_year", "float", "doublings a year; zero or less is no progress, infinite where size has no effect but time has", unit="doublings/year", may_be_infinite=True),
    ),
    key=(*FIT_NAMES, "quantity", "benchmark", "group", "resample_unit", "replicate"),
    writer="derive",
    files=(OF_PROCEDURE,),
)

DOUBLING_TIMES = Table(
    "doubling_times",
    "Doubling times: the estimate of the fit, and median and interval over the replicates.",
    (
        *FIT_KEY,
        Column("quantity", "string", "what doubles", allowed=("effective_compute", "parameters", "data")),
        Column("benchmark", "string", "the benchmark, or 'all' where the rate is shared"),
        GROUP,
        Column("method", "string", "closed_form (from the coefficients), numerical (the time in which algorithms bring what doubling compute brings) or numerical_as_study (the same with the study's searches)", allowed=("closed_form", "numerical", "numerical_as_study")),
        Column("interval_method", "string", "bootstrap by row or by paper; times (the study's percentiles of doubling times) or rates (no progress counts as infinite); none where the fit was not resampled", allowed=("row_bootstrap_times", "row_bootstrap_rates", "paper_bootstrap_rates", "none")),
        Column("n_replicates", "integer", "replicates", least=0),
        Column("n_without_progress", "integer", "replicates whose growth rate is zero or negative", least=0),
        Column("estimate_months", "float", "doubling time of the fit; empty where the fit shows no progress", unit="months", nullable=True),
        Column("median_months", "float", "median over the replicates; empty for infinite", unit="months", nullable=True),
        Column("low_months", "float", "lower end of the interval; empty for infinite", unit="months", nullable=True),
        Column("high_months", "float", "upper end of the interval; empty for infinite", unit="months", nullable=True),
    ),
    key=(*FIT_NAMES, "quantity", "benchmark", "group", "method", "interval_method"),
    writer="derive; tabulate",
    files=(OF_PROCEDURE, "processed/{fitted}/{procedure}/numerical_doubling_times", RESULT),
)

PREDICTIONS = Table(
    "predictions",
    "What each fit says of each observation.",
    (
        *FIT_KEY,
        Column("observation_number", "integer", "place in the fit, from 1", least=1),
        RECORD_ID,
        BENCHMARK,
        Column("log_perplexity", "float", "measured", unit="nats"),
        Column("predicted_log_perplexity", "float", "by the fit", unit="nats"),
    ),
    key=(*FIT_NAMES, "observation_number"),
    writer="fit",
    files=(OF_PROCEDURE,),
)
