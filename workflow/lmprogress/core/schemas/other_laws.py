"""Tables of other laws of progress: density, compute budgets, extrapolation, rates on one axis, claims.

In: nothing. Out: schemas.
"""

from __future__ import annotations

from lmprogress.core.columns import Column, Table
from lmprogress.core.schemas.shared import PUBLICATION_DATE, RESULT, SOURCE

_BASES = ("MMLU", "BBH", "MATH", "MBPP", "HumanEval", "Average")
_BASIS = Column("score_basis", "string", "benchmark, or Average of the five", allowed=_BASES)
_MODEL = Column("model", "string", "name of the model, as its source spells it")
_PARAMETERS = Column("n_parameters", "float", "number of parameters", unit="parameters", above=0)
_TOKENS = Column("n_training_tokens", "float", "tokens trained on, repetitions counted", unit="tokens", above=0)
_TOKENS_IF_KNOWN = Column("n_training_tokens", "float", "tokens trained on, where disclosed", unit="tokens", above=0, nullable=True)
_SCORE = Column("score", "float", "score on the benchmark", unit="%", least=0, most=100)
_LOSS = Column("loss", "float", "loss of the gold answer under the condition of the question", unit="nats", above=0)
_SERIES = Column("series", "string", "what is followed over time")
_CONDITIONS = r"[a-z][a-z0-9_]*=[^;=]+(;[a-z][a-z0-9_]*=[^;=]+)*"

# ---- raw ------------------------------------------------------------------------------------------------------------

REFERENCE_LOSSES = Table(
    "reference_losses",
    "Densing Law's reference family: the loss of each of its models on each benchmark.",
    (_BASIS, _PARAMETERS, _TOKENS, _LOSS, SOURCE),
    key=("score_basis", "n_parameters", "n_training_tokens"),
    writer="raw/other_laws/reference_losses.csv, by hand",
)

REFERENCE_SCORES = Table(
    "reference_scores",
    "Densing Law's reference checkpoints: loss and score of each on each benchmark.",
    (
        _BASIS,
        _LOSS,
        _SCORE,
        Column("fitted", "boolean", "the curve was fitted to it; false: a larger model, to test the curve"),
        SOURCE,
    ),
    key=("score_basis", "loss"),
    writer="raw/other_laws/reference_scores.csv, by hand",
)

_LAW = Column("law", "string", "loss over size and tokens, or score over loss", allowed=("loss", "score"))
_CURVE_COEFFICIENT = Column("coefficient", "string", "loss = parameter_scale · N^−parameter_exponent + token_scale · D^−token_exponent; score = height / (1 + exp(−slope · (loss − midpoint))) + floor", allowed=("parameter_scale", "parameter_exponent", "token_scale", "token_exponent", "height", "slope", "midpoint", "floor"))
_COEFFICIENT_UNIT = "nats, 1, % or 1/nats, after the law"

REFERENCE_CURVES = Table(
    "reference_curves",
    "Coefficients of the curves that Densing Law draws.",
    (_BASIS, _LAW, _CURVE_COEFFICIENT, Column("value", "float", "coefficient", unit=_COEFFICIENT_UNIT), SOURCE),
    key=("score_basis", "law", "coefficient"),
    writer="raw/other_laws/reference_curves.csv, by hand",
)

DENSITY_MODELS = Table(
    "density_models",
    "The models whose density Densing Law publishes.",
    (
        _MODEL,
        PUBLICATION_DATE,
        _PARAMETERS,
        Column("kind", "string", "dense, mixture of experts, or 4-bit weights", allowed=("dense", "mixture", "quantised")),
        Column("published_density", "float", "density as published, mean of five benchmarks", unit="1", above=0),
        Column("published_density_mmlu_cf", "float", "density as published on MMLU-CF, a benchmark kept free of contamination", unit="1", above=0, nullable=True),
        _TOKENS_IF_KNOWN,
        Column("derived_from", "string", "model that this one was made from by compression", nullable=True),
        Column("compression", "string", "how it was made from it", nullable=True),
        SOURCE,
    ),
    key=("model",),
    writer="raw/other_laws/density_models.csv, by hand",
)

BENCHMARK_SCORES = Table(
    "benchmark_scores",
    "Published scores of base models.",
    (_MODEL, _BASIS, _SCORE, SOURCE),
    key=("model", "score_basis"),
    writer="raw/other_laws/benchmark_scores.csv, by hand",
)

INFERENCE_PRICES = Table(
    "inference_prices",
    "List prices of models at or above the level of GPT-3.5.",
    (
        _MODEL,
        PUBLICATION_DATE,
        Column("usd_per_million_tokens", "float", "price of a million input tokens", unit="USD", above=0),
        SOURCE,
    ),
    key=("model",),
    writer="raw/other_laws/inference_prices.csv, by hand",
)

PUBLISHED_SLOPES = Table(
    "published_slopes",
    "Slopes of trends that are published without their points.",
    (
        Column("trend", "string", "the trend"),
        Column("definition", "string", "what was fitted to what"),
        Column("rate_per_day", "float", "growth of the logarithm", unit="1/day"),
        Column("first_date", "date", "from", nullable=True),
        Column("last_date", "date", "to", nullable=True),
        SOURCE,
    ),
    key=("trend",),
    writer="raw/other_laws/published_slopes.csv, by hand",
)

TECHNOLOGY_SERIES = Table(
    "technology_series",
    "Other technologies over time, to try extrapolation on.",
    (
        _SERIES,
        Column("year", "float", "date", unit="years"),
        Column("value", "float", "what was reached", unit="as the column `unit` says", above=0),
        Column("unit", "string", "unit of the value"),
        SOURCE,
    ),
    key=("series", "year", "value"),
    writer="raw/other_laws/technology_series.csv, by hand",
)

TIMED_RECORDS = Table(
    "timed_records",
    "Records of contests that train a small language model against the clock, or on little data.",
    (
        _SERIES,
        Column("record", "integer", "its number in the list", least=1),
        Column("clock", "integer", "clock or rules that it was timed by; a new one begins with the standing record timed again", least=1),
        PUBLICATION_DATE,
        Column("value", "float", "minutes to the loss of the contest, or loss reached on its data", unit="as the column `unit` says", above=0),
        Column("unit", "string", "unit of the value", allowed=("minutes", "nats")),
        Column("run_sd", "float", "standard deviation of the times of logged runs over their mean", unit="1", above=0, nullable=True),
        Column("n_runs", "integer", "logged runs", unit="runs", least=2, nullable=True),
        SOURCE,
    ),
    key=("series", "record", "clock"),
    writer="raw/other_laws/timed_records.csv, by hand",
)

TRAINING_RUNS = Table(
    "training_runs",
    "Published training runs.",
    (_MODEL, PUBLICATION_DATE, _PARAMETERS, _TOKENS, SOURCE),
    key=("model",),
    order=("publication_date", "model"),
    writer="raw/other_laws/training_runs.csv, by hand",
)

SCALING_RUNS = Table(
    "scaling_runs",
    "Experiments that train one recipe at several sizes and on several amounts of data.",
    (
        Column("run", "string", "the training run"),
        Column("benchmark", "string", "the test set of its loss, as in config/benchmarks.yaml"),
        Column("n_parameters", "float", "parameters", unit="parameters", above=0),
        Column("n_training_tokens", "float", "training tokens, each pass counted", unit="tokens", above=0),
        Column("loss", "float", "cross-entropy of a token of the run's own vocabulary", unit="nats", above=0),
        SOURCE,
    ),
    key=("run",),
    order=("n_parameters", "n_training_tokens", "run"),
    writer="raw/other_laws/scaling_runs.csv, by hand",
)

_ALLOCATION_LAW = Column("law", "string", "the law that compute is allotted by")

ALLOCATION_LAWS = Table(
    "allocation_laws",
    "Laws by which compute is shared between parameters and tokens.",
    (
        _ALLOCATION_LAW,
        Column("label", "string", "the law in a few words"),
        Column("form", "string", "loss: least loss = E + A·N^−α + B·D^−β at C = 6ND; exponents: N grows as a power of C; ratio: D = ratio·N", allowed=("loss", "exponents", "ratio")),
        Column("irreducible_loss", "float", "E", unit="nats", least=0, nullable=True),
        Column("parameter_scale", "float", "A", unit="nats", above=0, nullable=True),
        Column("parameter_exponent", "float", "α", unit="1", above=0, nullable=True),
        Column("token_scale", "float", "B", unit="nats", above=0, nullable=True),
        Column("token_exponent", "float", "β", unit="1", above=0, nullable=True),
        Column("compute_exponent", "float", "exponent of N over C", unit="1", above=0, most=1, nullable=True),
        Column("tokens_per_parameter", "float", "D/N", unit="1", above=0, nullable=True),
        SOURCE,
    ),
    key=("law",),
    writer="raw/other_laws/allocation_laws.csv, by hand",
)

_ALGORITHM = Column("algorithm", "string", "what saves compute: transformer, in place of an LSTM; allocation, the best split of compute in place of that of Kaplan et al. 2020", allowed=("transformer", "allocation"))
_SCALE = Column("training_compute_flop", "float", "training compute", unit="FLOP", above=0)

PUBLISHED_GAINS = Table(
    "published_gains",
    "What an algorithm saves at a given training compute, as its source gives it.",
    (
        _ALGORITHM,
        _SCALE,
        Column("low_gain", "float", "compute without the algorithm over compute with it, at equal loss: low end", unit="1", above=0),
        Column("high_gain", "float", "the same: high end; the low end again where the source gives one number", unit="1", above=0),
        SOURCE,
    ),
    key=("algorithm", "training_compute_flop"),
    writer="raw/other_laws/published_gains.csv, by hand",
)

SCALE_GAINS = Table(
    "scale_gains",
    "What an algorithm saves as a function of training compute and of the irreducible loss that is assumed.",
    (
        _ALGORITHM,
        Column("basis", "string", "published: raw/other_laws/published_gains.csv; experiments: the law of least squares of the runs of scaling_runs with that irreducible loss; band: from least to most over those that the runs do not reject; or a law of raw/other_laws/allocation_laws.csv"),
        Column("number", "integer", "number of the irreducible loss, from 1; 0 where the basis has none or one", least=0),
        Column("irreducible_loss", "float", "E of L = E + A·N^−α + B·D^−β; empty where the basis has none of its own", unit="nats", least=0, nullable=True),
        _SCALE,
        Column("low_gain", "float", "compute without the algorithm over compute with it, at equal loss: low end", unit="1", above=0),
        Column("high_gain", "float", "the same: high end", unit="1", above=0),
        Column("parameter_exponent", "float", "α", unit="1", nullable=True),
        Column("token_exponent", "float", "β", unit="1", nullable=True),
        Column("likelihood_ratio", "float", "n · ln(squared residuals / least squared residuals over irreducible losses)", unit="1", least=0, nullable=True),
        Column("rejected", "boolean", "it exceeds χ² of one degree of freedom at interval_percent", nullable=True),
        Column("extrapolated", "boolean", "beyond the compute of the runs; empty where the basis is not the runs", nullable=True),
    ),
    key=("algorithm", "basis", "number", "training_compute_flop"),
    writer="tabulate_scale_gains",
    files=(RESULT,),
)

PUBLISHED_RATES = Table(
    "published_rates",
    "Rates of progress as their sources give them.",
    (
        Column("rate", "string", "the rate"),
        Column("domain", "string", "what makes progress"),
        Column("definition", "string", "what doubles or halves, and at what held fixed"),
        Column("value", "float", "the estimate; empty where only a range is given", unit="as `unit`", nullable=True),
        Column("low", "float", "low end in the unit of the value", nullable=True),
        Column("high", "float", "high end in the unit of the value", nullable=True),
        Column("unit", "string", "months: for one doubling; factor_per_year; factor_over_period; log_per_day", allowed=("months", "factor_per_year", "factor_over_period", "log_per_day")),
        Column("period_years", "float", "length of the period of the factor", unit="years", above=0, nullable=True),
        Column("interval", "string", "what the ends are", nullable=True),
        Column("period", "string", "years that it was estimated from", nullable=True),
        SOURCE,
    ),
    key=("rate",),
    writer="raw/other_laws/published_rates.csv, by hand",
)

_CLAIM = Column("claim", "string", "the claim", pattern=r"[a-z0-9_]+")
_CLAIM_COLUMNS = (
    _CLAIM,
    Column("retelling", "string", "kind of text that makes it"),
    Column("statement", "string", "what it says"),
    Column("stated", "float", "its number; empty where it has none, or none that can be checked", unit="as the column `unit` says", nullable=True),
    Column("unit", "string", "unit of the number", nullable=True),
    Column("relation", "string", "what is said of the computed value: equal to the number within the tolerance, at_most or at_least the number", allowed=("equal", "at_most", "at_least"), nullable=True),
    Column("tolerance", "float", "largest distance that still agrees; half a unit of the last stated digit unless a reason is given", unit="as the column `unit` says", least=0, nullable=True),
    Column("tolerance_reason", "string", "why the tolerance is not half a unit of the last digit", nullable=True),
)
_REDUCE = Column("reduce", "string", "what is made of several rows; empty where the conditions choose one", allowed=("count", "minimum", "maximum"), nullable=True)

CLAIM_STATEMENTS = Table(
    "claim_statements",
    "Statements of popular retellings, each with the computed value that it is laid beside.",
    (
        *_CLAIM_COLUMNS,
        Column("table", "string", "table of results, or raw table of facts, with the value; observations of an edition are edition/observations; empty: not checkable", nullable=True),
        Column("select", "string", "conditions that choose its row, column=value joined by ';'; empty: every row", pattern=_CONDITIONS, nullable=True),
        Column("column", "string", "its column; a date is taken as a decimal year", nullable=True),
        _REDUCE,
        Column("formula", "string", "what is made of the `value`, of the terms of the claim (claim_terms) and of facts (claim_facts): arithmetic, sqrt, exp, log, log10", nullable=True),
        Column("why", "string", "what explains agreement or its lack; of what is not checkable, why not"),
    ),
    key=("claim",),
    writer="raw/other_laws/claims.csv, by hand",
)

CLAIM_TERMS = Table(
    "claim_terms",
    "Further values that the formula of a claim takes.",
    (
        _CLAIM,
        Column("term", "string", "its name in the formula", pattern=r"[a-z][a-z0-9_]*"),
        Column("table", "string", "as in claim_statements"),
        Column("select", "string", "as in claim_statements", pattern=_CONDITIONS, nullable=True),
        Column("column", "string", "as in claim_statements"),
        _REDUCE,
    ),
    key=("claim", "term"),
    writer="raw/other_laws/claim_terms.csv, by hand",
)

CLAIM_FACTS = Table(
    "claim_facts",
    "Published numbers that claims are laid beside and no other table holds.",
    (
        Column("fact", "string", "its name", pattern=r"[a-z][a-z0-9_]*"),
        Column("meaning", "string", "what the number is"),
        Column("value", "float", "the number", unit="as the column `unit` says"),
        Column("unit", "string", "unit of the number"),
        SOURCE,
    ),
    key=("fact",),
    writer="raw/other_laws/claim_facts.csv, by hand",
)

# ---- density --------------------------------------------------------------------------------------------------------

REFERENCE_FITS = Table(
    "reference_fits",
    "The reference family's loss laws and score curves, fitted to the points.",
    (
        _BASIS,
        _LAW,
        Column("minimum", "string", "published: the minimum that the published curve lies in; least: the least of all minima", allowed=("published", "least")),
        _CURVE_COEFFICIENT,
        Column("estimate", "float", "coefficient", unit=_COEFFICIENT_UNIT),
        Column("published", "float", "coefficient as published", unit=_COEFFICIENT_UNIT),
        Column("rmse", "float", "root mean squared residual", unit="nats for losses, % for scores", least=0),
        Column("n_points", "integer", "points fitted", least=1),
        Column("n_minima", "integer", "distinct minima met by the search", least=1),
    ),
    key=("score_basis", "law", "minimum", "coefficient"),
    writer="tabulate_densities",
    files=(RESULT,),
)

DENSITIES = Table(
    "densities",
    "Capability density: parameters that the reference family needs for the same score, over the model's parameters.",
    (
        _MODEL,
        PUBLICATION_DATE,
        _PARAMETERS,
        _TOKENS_IF_KNOWN,
        Column("score_basis", "string", "published: the density as published, Average; or what the density was computed from", allowed=("published", *_BASES)),
        Column("score", "float", "score put in; for a published density the one that it implies, of dense models alone", unit="%", least=0, most=100, nullable=True),
        Column("status", "string", "computed, published, or why there is no density"),
        Column("loss", "float", "loss at which the reference reaches the score", unit="nats", above=0, nullable=True),
        Column("n_effective_parameters", "float", "parameters that the reference needs for that loss at the reference number of tokens", unit="parameters", above=0, nullable=True),
        Column("density", "float", "effective parameters over parameters", unit="1", above=0, nullable=True),
        Column("published_density", "float", "as published", unit="1", above=0, nullable=True),
        Column("density_at_least_minimum", "float", "density by the loss law of the least sum of squares", unit="1", above=0, nullable=True),
        Column("extrapolation", "float", "effective parameters over those of the largest reference model", unit="1", above=0, nullable=True),
        Column("tokens_per_parameter", "float", "tokens trained on over parameters", unit="1", above=0, nullable=True),
        Column("compute_gain", "float", "compute with which the reference reaches that loss, at its optimal allocation, over the model's 6ND", unit="1", above=0, nullable=True),
        Column("record", "boolean", "denser than all before it on the same basis"),
    ),
    key=("model", "score_basis"),
    order=("publication_date", "model", "score_basis"),
    writer="tabulate_densities",
    files=(RESULT,),
)

COMPRESSED_MODELS = Table(
    "compressed_models",
    "Models made from others by pruning, distillation or quantisation: density before and after.",
    (
        _MODEL,
        Column("derived_from", "string", "the original"),
        Column("compression", "string", "how it was made from it"),
        Column("density", "float", "density as published", unit="1", above=0),
        Column("original_density", "float", "density of the original as published", unit="1", above=0),
        Column("density_ratio", "float", "density over that of the original", unit="1", above=0),
    ),
    key=("model",),
    writer="tabulate_densities",
    files=(RESULT,),
)

DENSITY_TREND = Table(
    "density_trend",
    "Trends of density, price and their product, by definition.",
    (
        Column("trend", "string", "short name"),
        Column("definition", "string", "what was fitted to what"),
        Column("first_date", "date", "from", nullable=True),
        Column("last_date", "date", "to", nullable=True),
        Column("n_points", "integer", "points fitted", unit="models", least=0),
        Column("rate_per_day", "float", "growth of the logarithm", unit="1/day"),
        Column("r2", "float", "share of the variance explained", least=0, most=1, nullable=True),
        Column("months", "float", "months per doubling; empty for infinite", unit="months", nullable=True),
        Column("low_months", "float", "low end of the interval over resampled models; empty where no interval is computed", unit="months", nullable=True),
        Column("high_months", "float", "high end; empty for infinite", unit="months", nullable=True),
    ),
    key=("trend",),
    writer="tabulate_densities",
    files=(RESULT,),
)

# ---- compute budgets ------------------------------------------------------------------------------------------------

_FLOP = Column("training_compute_flop", "float", "training compute, 6ND", unit="FLOP", above=0)

COMPUTE_BUDGET = Table(
    "compute_budget",
    "Training runs beside what a law of allocation makes of the same compute.",
    (
        _MODEL,
        PUBLICATION_DATE,
        _PARAMETERS,
        _TOKENS,
        Column("tokens_per_parameter", "float", "D/N", unit="1", above=0),
        _FLOP,
        _ALLOCATION_LAW,
        Column("optimal_n_parameters", "float", "parameters that the law allots", unit="parameters", above=0),
        Column("optimal_n_training_tokens", "float", "tokens that the law allots", unit="tokens", above=0),
        Column("size_ratio", "float", "parameters over those allotted", unit="1", above=0),
        Column("loss", "float", "loss of the run by the law", unit="nats", nullable=True),
        Column("optimal_loss", "float", "loss at the law's optimum", unit="nats", nullable=True),
        Column("compute_saved", "float", "compute of the run over the least that reaches its loss", unit="1", least=0.999, nullable=True),
    ),
    key=("model", "law"),
    order=("publication_date", "model", "law"),
    writer="tabulate_compute_budget",
    files=(RESULT,),
)

ALLOCATIONS = Table(
    "allocations",
    "What each law makes of a budget, and of ten times as much.",
    (
        _ALLOCATION_LAW,
        _FLOP,
        Column("n_parameters", "float", "parameters allotted", unit="parameters", above=0, nullable=True),
        Column("n_training_tokens", "float", "tokens allotted", unit="tokens", above=0, nullable=True),
        Column("tokens_per_parameter", "float", "D/N", unit="1", above=0, nullable=True),
        Column("tenfold_parameters", "float", "growth of parameters for ten times the compute", unit="1", above=0),
        Column("tenfold_tokens", "float", "growth of tokens for ten times the compute", unit="1", above=0),
    ),
    key=("law", "training_compute_flop"),
    writer="tabulate_compute_budget",
    files=(RESULT,),
)

INFERENCE_TRADE_OFF = Table(
    "inference_trade_off",
    "Least total compute of training and serving at the loss of an optimal run.",
    (
        _ALLOCATION_LAW,
        _FLOP,
        Column("n_served_tokens", "float", "tokens served over the model's life", unit="tokens", least=0),
        Column("n_parameters", "float", "parameters of the cheapest run", unit="parameters", above=0),
        Column("n_training_tokens", "float", "its tokens", unit="tokens", above=0),
        Column("size_ratio", "float", "its parameters over those without serving", unit="1", above=0, most=1.0001),
        Column("training_ratio", "float", "its training compute over that without serving", unit="1", least=0.9999),
        Column("total_flop", "float", "6ND + 2N · tokens served", unit="FLOP", above=0),
        Column("saving", "float", "share of total compute saved by the smaller model", unit="1", least=-1e-9, most=1),
    ),
    key=("law", "training_compute_flop", "n_served_tokens"),
    writer="tabulate_compute_budget",
    files=(RESULT,),
)

SIZE_TRADE_OFF = Table(
    "size_trade_off",
    "What a smaller model costs in training at the loss of the optimal one.",
    (
        _ALLOCATION_LAW,
        Column("size_ratio", "float", "parameters over the optimal", unit="1", above=0),
        Column("token_ratio", "float", "tokens over the optimal", unit="1", above=0, nullable=True),
        Column("training_ratio", "float", "training compute over the optimal; empty where no number of tokens will do", unit="1", least=0.9999, nullable=True),
    ),
    key=("law", "size_ratio"),
    writer="tabulate_compute_budget",
    files=(RESULT,),
)

BUDGET_PROJECTION = Table(
    "budget_projection",
    "What algorithmic progress at the rate of the verdict makes of a budget over the years.",
    (
        Column("edition", "string", "edition of the observations"),
        _FLOP,
        Column("years", "float", "years from now", unit="years", least=0),
        Column("doubling_months", "float", "doubling time of effective compute", unit="months", nullable=True),
        Column("gain", "float", "effective over physical compute", unit="1", least=0, may_be_infinite=True),
        Column("gain_low", "float", "gain at the slow end of the interval", unit="1", least=0, may_be_infinite=True),
        Column("gain_high", "float", "gain at the fast end; empty where it has no bound", unit="1", nullable=True, may_be_infinite=True),
        Column("needed_flop", "float", "compute for what the budget buys now", unit="FLOP", least=0, may_be_infinite=True),
    ),
    key=("edition", "training_compute_flop", "years"),
    writer="tabulate_compute_budget",
    files=(RESULT,),
)

# ---- extrapolation on trial -----------------------------------------------------------------------------------------

FORECASTS = Table(
    "forecasts",
    "Forecasts from rolling origins, each beside what came.",
    (
        _SERIES,
        Column("method", "string", "naive, stochastic_trend, exponential_trend; or a law with covariates"),
        Column("origin_year", "float", "data up to this date were used", unit="years"),
        Column("number", "integer", "place of the target among those of the origin", least=1),
        Column("year", "float", "date of the target", unit="years"),
        Column("predicted_log2", "float", "forecast, logarithm to base 2", unit="doublings"),
        Column("low_log2", "float", "low end of the interval", unit="doublings"),
        Column("high_log2", "float", "high end of the interval", unit="doublings"),
        Column("actual_log2", "float", "what came", unit="doublings"),
    ),
    key=("series", "method", "origin_year", "number"),
    writer="tabulate_forecasts",
    files=(RESULT,),
)

FORECAST_SCORES = Table(
    "forecast_scores",
    "Forecasts scored by series, method and horizon.",
    (
        _SERIES,
        Column("method", "string", "as in forecasts"),
        Column("horizon", "string", "years ahead: a range, or all"),
        Column("n_forecasts", "integer", "forecasts scored", least=1),
        Column("mae", "float", "mean absolute error", unit="doublings", least=0),
        Column("rmse", "float", "root mean squared error", unit="doublings", least=0),
        Column("bias", "float", "mean of forecast less actual", unit="doublings"),
        Column("coverage", "float", "share of actual values inside the interval", unit="1", least=0, most=1),
        Column("nominal_coverage", "float", "share that the interval promises", unit="1", above=0, most=1),
        Column("interval_score", "float", "width and misses of the interval (Gneiting and Raftery 2007)", unit="doublings"),
    ),
    key=("series", "method", "horizon"),
    writer="tabulate_forecasts",
    files=(RESULT,),
)

CHANGE_POINTS = Table(
    "change_points",
    "What each tool says of each series: the break, when it would have been seen, how often it cries wolf.",
    (
        _SERIES,
        Column("tool", "string", "broken_stick: bend of the trend against permuted residuals; cusum: sum of forecast errors; last_record: time since the last record under the pace of records so far", allowed=("broken_stick", "cusum", "last_record")),
        Column("n_points", "integer", "points (for last_record: records)", least=1),
        Column("statistic", "float", "fall of BIC, largest sum of errors, or years since the last record", unit="1"),
        Column("p_value", "float", "share of the null at least as extreme, at the end of the data", unit="1", least=0, most=1),
        Column("break_year", "float", "date of the slowdown (the bend, or the last record), where there is one", unit="years", nullable=True),
        Column("doubling_before_years", "float", "doubling time before it", unit="years", nullable=True),
        Column("doubling_after_years", "float", "doubling time after it; negative is decline", unit="years", nullable=True),
        Column("alarm_year", "float", "first date since the break with an alarm", unit="years", nullable=True),
        Column("delay_years", "float", "from the break to the alarm", unit="years", nullable=True),
        Column("n_early_alarms", "integer", "alarms before the break, or at any time where there is none", least=0),
        Column("false_alarm_rate", "float", "share of simulated histories without a break in which an alarm is ever raised", unit="1", least=0, most=1),
    ),
    key=("series", "tool"),
    writer="tabulate_forecasts",
    files=(RESULT,),
)

TREND_FORECASTS = Table(
    "trend_forecasts",
    "What an earlier trend foretells, beside what came.",
    (
        _SERIES,
        Column("first_year", "float", "trend fitted from", unit="years"),
        Column("last_year", "float", "to", unit="years"),
        Column("n_points", "integer", "points fitted", least=2),
        Column("doubling_years", "float", "doubling time of the trend", unit="years"),
        Column("target_year", "float", "forecast for", unit="years"),
        Column("foretold", "float", "value foretold", unit="as the series", above=0),
        Column("actual", "float", "median within a year and a half of it", unit="as the series", above=0, nullable=True),
        Column("ratio", "float", "foretold over actual", unit="1", above=0, nullable=True),
    ),
    key=("series", "first_year", "last_year", "target_year"),
    writer="tabulate_forecasts",
    files=(RESULT,),
)

# ---- one axis -------------------------------------------------------------------------------------------------------

PROGRESS_RATES = Table(
    "progress_rates",
    "Rates of progress on one axis: months for one doubling, or one halving of what is needed.",
    (
        Column("rate", "string", "the rate"),
        Column("domain", "string", "what makes progress"),
        Column("definition", "string", "what doubles or halves, and at what held fixed"),
        Column("months", "float", "months per doubling; empty for a range or none", unit="months", above=0, nullable=True),
        Column("low", "float", "fast end, months", nullable=True),
        Column("high", "float", "slow end, months; empty where it has no bound", nullable=True),
        Column("interval", "string", "what the ends are", nullable=True),
        Column("period", "string", "years that it was estimated from", nullable=True),
        Column("origin", "string", "computed here, or published", allowed=("computed", "published")),
        SOURCE,
    ),
    key=("rate",),
    writer="compare_progress",
    files=(RESULT,),
)

CLAIMS = Table(
    "claims",
    "Statements of popular retellings beside computed values.",
    (
        *_CLAIM_COLUMNS,
        Column("computed", "float", "the value computed here", unit="as the column `unit` says", nullable=True, may_be_infinite=True),
        Column("table", "string", "table that it stands in", nullable=True),
        Column("verdict", "string", "agrees, disagrees; not computed: this run has no such value; not checkable: nothing that is public or computed here can tell", allowed=("agrees", "disagrees", "not computed", "not checkable")),
        Column("why", "string", "what explains agreement or its lack; of what is not checkable, why not"),
        Column("source", "string", "sources of the raw values, where rows name them", nullable=True),
    ),
    key=("claim",),
    writer="compare_progress",
    files=(RESULT,),
)
