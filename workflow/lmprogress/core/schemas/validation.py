"""Tables of the cross-validation.

In: nothing. Out: schemas.
"""

from __future__ import annotations

from lmprogress.core.columns import Column, Table
from lmprogress.core.schemas.laws import FIT_KEY
from lmprogress.core.schemas.shared import BENCHMARK, OF_FITTED, OF_PROCEDURE, PAPER_ID, RESULT

PROTOCOL = Column("protocol", "string", "what is held out: one row at a time of the study's 80 % (study_split), one row, one paper, or the year after all that is known (rolling_origin)", allowed=("study_split", "leave_one_row_out", "leave_one_paper_out", "rolling_origin"))
_FOLD = Column("fold", "string", "what is held out: an observation_number, a paper_id, or a year")
_KEY = ("edition", "specification", "data_variant", "penalty", "procedure", "protocol")
_MONTHS_OF = Column("benchmark", "string", "the benchmark whose rate it is, or 'all' where the rate is shared")

HELD_OUT = Table(
    "held_out",
    "What each fold says of the observations that it did not train on.",
    (
        *FIT_KEY,
        PROTOCOL,
        _FOLD,
        Column("observation_number", "integer", "place in the fit of all observations, from 1", least=1),
        PAPER_ID,
        BENCHMARK,
        Column("log_perplexity", "float", "measured", unit="nats"),
        Column("predicted_log_perplexity", "float", "by the fold's fit", unit="nats"),
    ),
    key=(*_KEY, "observation_number"),
    writer="validate",
    files=(OF_PROCEDURE,),
)

FOLD_FITS = Table(
    "fold_fits",
    "The fit of each fold.",
    (
        *FIT_KEY,
        PROTOCOL,
        _FOLD,
        Column("n_training", "integer", "observations trained on", unit="rows", least=1),
        Column("n_held_out", "integer", "observations held out", unit="rows", least=1),
        Column("objective", "float", "mean squared residual + penalty × sum of absolute coefficients", unit="squared nats"),
        Column("status", "string", "converged, or what stopped the search"),
        Column("n_starts", "integer", "starting points tried", least=1),
        Column("growth_rate_per_year", "float", "rate of progress in effective compute by the fold's fit; zero or less is no progress; empty for a law without one rate for all benchmarks and systems", unit="doublings/year", nullable=True, may_be_infinite=True),
        Column("cold_objective", "float", "best objective of fresh random starts, on a sample of the folds; empty for the others", unit="squared nats", nullable=True),
    ),
    key=(*_KEY, "fold"),
    writer="validate",
    files=(OF_PROCEDURE,),
)

ROLLING_RATES = Table(
    "rolling_rates",
    "The rate of progress in effective compute, fitted to all that was published before a year.",
    (
        *FIT_KEY,
        Column("year", "integer", "what was published before it is trained on", unit="years"),
        _MONTHS_OF,
        Column("group", "string", "transformers or others; 'all' where the rate is shared", allowed=("all", "transformers", "others", "before", "from")),
        Column("growth_rate_per_year", "float", "doublings a year; zero or less is no progress, infinite where size has no effect but time has", unit="doublings/year", may_be_infinite=True),
        Column("doubling_months", "float", "12 / rate; empty where there is no progress", unit="months", nullable=True),
    ),
    key=("edition", "specification", "data_variant", "penalty", "procedure", "year", "benchmark", "group"),
    writer="validate; tabulate",
    files=(OF_PROCEDURE, RESULT),
)

CROSS_VALIDATION = Table(
    "cross_validation",
    "How well each law predicts observations that it was not fitted to.",
    (
        *FIT_KEY,
        PROTOCOL,
        Column("n_folds", "integer", "folds", least=1),
        Column("n_held_out", "integer", "observations held out, each once", unit="rows", least=1),
        Column("n_set_aside", "integer", "observations neither trained on nor held out", unit="rows", least=0),
        Column("n_papers", "integer", "papers among those held out", unit="papers", least=1),
        Column("mse", "float", "mean squared error of held-out log perplexity", unit="squared nats", least=0),
        Column("standard_error", "float", "of that mean, over papers; empty for a single paper", unit="squared nats", least=0, nullable=True),
        Column("rank", "integer", "place among all laws and penalties of the protocol, best first", least=1),
        Column("rank_low", "float", "lower end of the interval of the rank, resampled by paper", unit="1", least=1),
        Column("rank_high", "float", "upper end of the interval of the rank", unit="1", least=1),
        Column("share_best", "float", "share of the draws of papers in which it is the best", unit="1", least=0, most=1),
        Column("n_unconverged", "integer", "folds whose search did not end in a minimum", least=0),
        Column("n_checked", "integer", "folds searched again from fresh random starts", least=0),
        Column("n_improved", "integer", "folds among them where a fresh start found a lower objective", least=0),
        Column("greatest_improvement", "float", "greatest fall of the objective by fresh starts; empty where none was checked", unit="squared nats", nullable=True),
        Column("shortest_months", "float", "shortest doubling time of effective compute among the folds' fits; infinite if none has progress; empty for a law without one rate", unit="months", least=0, nullable=True, may_be_infinite=True),
        Column("longest_months", "float", "longest doubling time among them; infinite if one has no progress", unit="months", least=0, nullable=True, may_be_infinite=True),
        Column("most_influential", "string", "the fold whose fit is furthest from the median rate of all folds: what is held out carries the rate most", nullable=True),
        Column("most_influential_months", "float", "doubling time by the fit of that fold; infinite for no progress", unit="months", least=0, nullable=True, may_be_infinite=True),
    ),
    key=_KEY,
    order=("edition", "procedure", "protocol", "ho_number", "specification", "data_variant", "penalty"),
    writer="compare_laws; tabulate",
    files=(OF_FITTED, RESULT),
)

SPECIFICATION_COMPARISON = Table(
    "specification_comparison",
    "Held-out errors of each law less those of another one on the same rows.",
    (
        *FIT_KEY,
        PROTOCOL,
        Column("against", "string", "the law with the least error of the protocol, or the main one", allowed=("best", "main")),
        Column("against_specification", "string", "specification that it is compared with"),
        Column("against_penalty", "float", "penalty that it is compared with", unit="squared nats", least=0),
        Column("mean_difference", "float", "mean squared error less the other's", unit="squared nats"),
        Column("standard_error", "float", "of that difference, over papers", unit="squared nats", least=0, nullable=True),
        Column("low", "float", "lower end of the interval of the difference", unit="squared nats", nullable=True),
        Column("high", "float", "upper end of the interval", unit="squared nats", nullable=True),
        Column("beyond_noise", "boolean", "whether the interval leaves out zero"),
        Column("aic", "float", "Akaike's information criterion of the law at its greatest likelihood, with residuals correlated within papers; at penalty 0 alone, and for laws that use the rows of the main law", unit="nats", nullable=True),
        Column("bic", "float", "Bayesian information criterion, likewise", unit="nats", nullable=True),
    ),
    key=(*_KEY, "against"),
    order=("edition", "procedure", "protocol", "against", "ho_number", "specification", "data_variant", "penalty"),
    writer="compare_laws; tabulate",
    files=(OF_FITTED, RESULT),
)

ROLLING_ORIGIN = Table(
    "rolling_origin",
    "How well each law, fitted to all that was published before a year, predicts that year.",
    (
        *FIT_KEY,
        Column("year", "integer", "the year foretold", unit="years"),
        Column("n_training", "integer", "observations before it", unit="rows", least=1),
        Column("n_held_out", "integer", "observations within it", unit="rows", least=1),
        Column("rmse", "float", "root mean squared error of log perplexity", unit="nats", least=0),
        Column("mean_error", "float", "mean of measured less predicted log perplexity", unit="nats"),
        Column("doubling_months", "float", "doubling time of effective compute; empty where there is no progress, or no single closed form (see rolling_rates)", unit="months", nullable=True),
    ),
    key=("edition", "specification", "data_variant", "penalty", "procedure", "year"),
    order=("edition", "procedure", "ho_number", "specification", "data_variant", "penalty", "year"),
    writer="compare_laws; tabulate",
    files=(OF_FITTED, RESULT),
)
