"""Tables of doubling times over several laws, attribution, gains and effective compute.

In: nothing. Out: schemas.
"""

from __future__ import annotations

from lmprogress.core.columns import Column, Table
from lmprogress.core.schemas.laws import FIT_KEY, FIT_NAMES, GROUP
from lmprogress.core.schemas.shared import (
    BENCHMARK,
    DATASET_SIZE,
    EDITION,
    HO_NUMBER,
    N_PARAMETERS,
    OF_FITTED,
    OF_PROCEDURE,
    PROCEDURE,
    RECORD_ID,
    REPLICATE,
    RESULT,
    SOURCE,
    SYSTEM_ID,
)

_RESAMPLED = Column("resample_unit", "string", "what was drawn with replacement for the interval", allowed=("row", "paper"))
_REPLICATES = Column("n_replicates", "integer", "replicates", least=0)
_METHOD = Column("method", "string", "numerical (the time in which algorithms bring what doubling compute brings) or numerical_as_study (the same with the study's searches)", allowed=("numerical", "numerical_as_study"))
_RANK = Column("rank", "integer", "place of the pair of specification and penalty among the best, from 1", least=1)


def _studied(name: str, description: str) -> Column:
    return Column(name, "string", description, pattern=r"[a-z][a-z0-9_]*")


def _interval_of(name: str, quantity: str, unit: str, infinite: bool = False) -> tuple[Column, Column, Column]:
    return (
        Column(f"median_{name}", "float", f"median over the replicates of the {quantity}", unit=unit, nullable=True, may_be_infinite=infinite),
        Column(f"low_{name}", "float", "lower end of the interval", unit=unit, nullable=True, may_be_infinite=infinite),
        Column(f"high_{name}", "float", "upper end of the interval", unit=unit, nullable=True, may_be_infinite=infinite),
    )  # fmt: skip


BEST_DRAWS = Table(
    "best_draws",
    "The rate of progress in each replicate of the best pairs of specification and penalty.",
    (
        *FIT_KEY,
        _RANK,
        _METHOD,
        Column("benchmark", "string", "the benchmark, or 'all' where the rate is shared"),
        GROUP,
        _RESAMPLED,
        REPLICATE,
        Column("growth_rate_per_year", "float", "doublings of effective compute a year; zero or less is no progress", unit="doublings/year", may_be_infinite=True),
    ),
    key=(*FIT_NAMES, "method", "benchmark", "group", "replicate"),
    writer="interpret",
    files=(OF_PROCEDURE,),
)

AGGREGATE_DOUBLING_TIMES = Table(
    "aggregate_doubling_times",
    "Doubling times of effective compute over the replicates of the best pairs of specification and penalty.",
    (
        EDITION,
        PROCEDURE,
        Column("pooling", "string", "every_rate: all rates of all pairs, so that a law with one for each benchmark counts several times, as in the study; once_each: each pair once, on the reference benchmark and for the latest group; pair: one pair, one of its rates", allowed=("every_rate", "once_each", "pair")),
        Column("rank", "integer", "place of the pair, from 1; 0 for all of them", least=0),
        HO_NUMBER,
        Column("specification", "string", "specification of the pair, or 'all'"),
        Column("penalty", "float", "penalty of the pair; empty for all", unit="squared nats", least=0, nullable=True),
        Column("benchmark", "string", "the benchmark of a pair with a rate for each, else 'all'"),
        Column("group", "string", "the group of a pair with a rate for each, else 'all'"),
        _METHOD,
        Column("interval_method", "string", "times (the study's percentiles of doubling times) or rates (no progress counts as infinite)", allowed=("times", "rates")),
        Column("n_values", "integer", "values pooled", unit="values", least=1),
        Column("n_without_progress", "integer", "values whose growth rate is zero or negative", least=0),
        Column("median_months", "float", "median; empty for infinite", unit="months", nullable=True),
        Column("low_months", "float", "lower end of the interval; empty for infinite", unit="months", nullable=True),
        Column("high_months", "float", "upper end of the interval; empty for infinite", unit="months", nullable=True),
    ),
    key=("edition", "procedure", "pooling", "rank", "benchmark", "group", "method", "interval_method"),
    writer="interpret; tabulate",
    files=(OF_PROCEDURE, RESULT),
)

ATTRIBUTION = Table(
    "attribution",
    "Shares of the fall in predicted loss between two systems: Shapley values over all orders of the changes.",
    (
        *FIT_KEY,
        _studied("start_system", "the earlier system, in raw/reference/studied_systems.csv"),
        _studied("end_system", "the later system"),
        Column("factor", "string", "what changes: parameters, data, the year in the parameter term (parameter_efficiency) or in the data term (data_efficiency); scaling is the first two, algorithms the last two", allowed=("parameters", "data", "parameter_efficiency", "data_efficiency", "scaling", "algorithms")),
        Column("printed", "boolean", "the study's Table 1 has the pair"),
        Column("share", "float", "share of the fall of predicted log perplexity by the fit", unit="1"),
        *_interval_of("share", "share", "1"),
        _RESAMPLED,
        _REPLICATES,
    ),
    key=(*FIT_NAMES, "start_system", "end_system", "factor"),
    writer="interpret; tabulate",
    files=(OF_PROCEDURE, RESULT),
)

STUDIED_LOSSES = Table(
    "studied_losses",
    "What a law predicts for the systems between which progress is attributed.",
    (
        *FIT_KEY,
        _studied("studied_system", "the system, in raw/reference/studied_systems.csv"),
        Column("year", "float", "its date as the clock of the attribution has it", unit="years"),
        Column("predicted_log_perplexity", "float", "by the fit, on the reference benchmark", unit="nats"),
        *_interval_of("log_perplexity", "prediction", "nats"),
        _RESAMPLED,
        _REPLICATES,
    ),
    key=(*FIT_NAMES, "studied_system"),
    order=(*FIT_NAMES, "year", "studied_system"),
    writer="interpret; tabulate",
    files=(OF_PROCEDURE, RESULT),
)

TRANSFORMER_GAINS = Table(
    "transformer_gains",
    "What the transformer is worth: its fall of loss, and the compute that would bring as much.",
    (
        *FIT_KEY,
        Column("rank", "integer", "place among the best pairs of specification and penalty; 0 for the main law", least=0),
        Column("compute_flop", "float", "training compute of the transformer", unit="FLOP", above=0),
        Column("gain", "float", "compute without the transformer over compute with it, at equal loss, by the fit; infinite where no compute reaches the loss", unit="1", least=0, may_be_infinite=True),
        *_interval_of("gain", "gain", "1", infinite=True),
        Column("loss_reduction", "float", "1 − σ(γ) by the fit", unit="1"),
        *_interval_of("loss_reduction", "fall of loss", "1"),
        Column("gain_months", "float", "months of progress worth as much: log2 of the median gain × the median doubling time of the main law", unit="months", nullable=True, may_be_infinite=True),
        Column("growth_share", "float", "logarithm of the median gain over that of the growth by algorithms from gains.growth.first_year to last_year: by procedure study the growth that the study draws, else that of the median doubling time of the main law; empty where there is no gain or no progress", unit="1", nullable=True, may_be_infinite=True),
        _RESAMPLED,
        _REPLICATES,
    ),
    key=(*FIT_NAMES, "rank", "compute_flop"),
    writer="interpret; tabulate",
    files=(OF_PROCEDURE, RESULT),
)

COMPARED_ALLOCATIONS = Table(
    "compared_allocations",
    "Systems whose split of compute between parameters and tokens is compared with the best one.",
    (
        Column("allocation", "string", "short name", pattern=r"[a-z][a-z0-9_]*"),
        Column("label", "string", "name in full"),
        N_PARAMETERS,
        DATASET_SIZE,
        SOURCE,
    ),
    key=("allocation",),
    writer="raw/reference/compared_allocations.csv, by hand",
)

ALLOCATION_GAINS = Table(
    "allocation_gains",
    "What splitting compute as Hoffmann et al. do is worth against another split, by their own law of loss.",
    (
        Column("allocation", "string", "the system", pattern=r"[a-z][a-z0-9_]*"),
        Column("split", "string", "own: the system's parameters and tokens; kaplan: those of least loss by Kaplan et al. for its compute", allowed=("own", "kaplan")),
        Column("compute_flop", "float", "6·N·D", unit="FLOP", above=0),
        N_PARAMETERS,
        Column("n_training_tokens", "float", "training tokens of the split", unit="tokens", above=0),
        Column("loss", "float", "loss of the split", unit="nats"),
        Column("optimal_n_parameters", "float", "parameters of the best split", unit="parameters", above=0),
        Column("optimal_n_training_tokens", "float", "tokens of the best split", unit="tokens", above=0),
        Column("optimal_loss", "float", "loss of the best split", unit="nats"),
        Column("gain", "float", "compute over the compute of the best split of equal loss", unit="1", least=1),
    ),
    key=("allocation", "split"),
    order=("compute_flop", "allocation", "split"),
    writer="tabulate_allocation_gains",
    files=(RESULT,),
)

EFFECTIVE_COMPUTE = Table(
    "effective_compute",
    "Stylised growth of effective compute since a year: physical compute as the study has it, times algorithms.",
    (
        EDITION,
        Column("rate", "string", "of algorithms: drawn (the study's round figure) or estimated (table verdict)", allowed=("drawn", "estimated")),
        Column("year", "float", "year", unit="years"),
        Column("physical_growth", "float", "growth of training compute", unit="1", least=1),
        Column("algorithmic_growth", "float", "growth by algorithms", unit="1", nullable=True, may_be_infinite=True),
        Column("low_algorithmic_growth", "float", "at the upper end of the doubling time", unit="1", nullable=True),
        Column("high_algorithmic_growth", "float", "at the lower end of the doubling time; empty where it has none", unit="1", nullable=True, may_be_infinite=True),
        Column("total_growth", "float", "their product", unit="1", nullable=True, may_be_infinite=True),
        Column("physical_share", "float", "share of physical compute in the logarithm of the total; empty in the first year", unit="1", nullable=True),
    ),
    key=("edition", "rate", "year"),
    writer="tabulate_compute_budget",
    files=(RESULT,),
)  # fmt: skip

PARETO_FRONTIERS = Table(
    "pareto_frontiers",
    "Parameters that reach a system's perplexity with so many tokens in a year; what no size reaches is left out.",
    (
        *FIT_KEY,
        SYSTEM_ID,
        BENCHMARK,
        Column("perplexity", "float", "the system's", above=1, unit="perplexity"),
        Column("year", "float", "year", unit="years"),
        Column("point", "integer", "place on the frontier, fewest tokens first", least=1),
        Column("n_training_tokens", "float", "training tokens", unit="tokens", above=0),
        Column("n_parameters", "float", "parameters needed", unit="parameters", above=0),
    ),
    key=(*FIT_NAMES, "system_id", "year", "point"),
    writer="interpret; tabulate",
    files=(OF_PROCEDURE, RESULT),
)

OBSERVED_GAINS = Table(
    "observed_gains",
    "For each system the greatest ratio of its training compute to that of a later system at least as good.",
    (
        EDITION,
        BENCHMARK,
        RECORD_ID,
        Column("later_record_id", "string", "the later record of least compute"),
        Column("years_later", "float", "time between the two", unit="years", least=0),
        Column("perplexity", "float", "of the earlier system", unit="perplexity", least=1),
        Column("later_perplexity", "float", "of the later system", unit="perplexity", least=1),
        Column("training_compute_flop", "float", "of the earlier system", unit="FLOP", above=0),
        Column("later_training_compute_flop", "float", "of the later system", unit="FLOP", above=0),
        Column("compute_ratio", "float", "earlier compute over later compute", unit="1", least=1),
    ),
    key=("edition", "record_id"),
    writer="observe_gains; tabulate",
    files=(OF_FITTED, RESULT),
)

OBSERVED_HALVING_TIMES = Table(
    "observed_halving_times",
    "How fast training compute fell among systems about as good as one of them.",
    (
        EDITION,
        SYSTEM_ID,
        BENCHMARK,
        Column("within", "float", "factor either side of its perplexity", unit="1", above=1),
        Column("low_log_perplexity", "float", "least log perplexity of the band", unit="nats"),
        Column("high_log_perplexity", "float", "greatest log perplexity of the band", unit="nats"),
        Column("n_systems", "integer", "systems, one a paper, the one of most compute", unit="systems", least=3),
        Column("halvings_per_year", "float", "fall of log2 compute a year, least squares", unit="halvings/year"),
        Column("standard_error", "float", "of that", unit="halvings/year", least=0),
        Column("halving_months", "float", "12 / halvings a year; empty where compute rose", unit="months", nullable=True),
    ),
    key=("edition", "system_id"),
    writer="observe_gains; tabulate",
    files=(OF_FITTED, RESULT),
)  # fmt: skip
