"""Tables of fits with one choice changed, and of fits with correlation within papers.

In: nothing. Out: schemas.
"""

from __future__ import annotations

from lmprogress.core.columns import Column, Table
from lmprogress.core.schemas.laws import COEFFICIENTS, DOUBLING_TIMES, FIT_KEY, FITS, GROUP
from lmprogress.core.schemas.shared import EDITION, HO_NUMBER, OF_FITTED, PROCEDURE, RESULT, SPECIFICATION

_VARIATION = (
    Column("sensitivity", "string", "the variation, from config/config.yaml"),
    Column("place", "integer", "its place there, from 1", least=1),
    Column("label", "string", "its name in figures"),
    Column("heading", "string", "what it stands under in figures"),
    Column("law", "string", "the law that is varied"),
)
_KEY = ("edition", "sensitivity", "law", "specification", "data_variant", "penalty", "procedure")
_ORDER = ("edition", "place", "law", "specification", "penalty", "procedure")
_OF_FITS = {column.name: column for column in FITS.columns}
_OF_TIMES = {column.name: column for column in DOUBLING_TIMES.columns}

SENSITIVITY = Table(
    "sensitivity",
    "Doubling times of effective compute with one choice of data, law or penalty changed.",
    (
        *FIT_KEY,
        *_VARIATION,
        Column("benchmark", "string", "the benchmark, or 'all' where the rate is shared"),
        GROUP,
        _OF_TIMES["method"],
        _OF_TIMES["interval_method"],
        Column("n_observations", "integer", "observations fitted", unit="rows", least=0),
        Column("n_papers", "integer", "papers among them", unit="papers", least=0),
        Column("objective", "float", "mean squared residual + penalty × sum of absolute coefficients", unit="squared nats", nullable=True),
        Column("status", "string", "converged, what stopped the search, or too few observations"),
        *(
            _OF_TIMES[name]
            for name in (
                "n_replicates",
                "n_without_progress",
                "estimate_months",
                "median_months",
                "low_months",
                "high_months",
            )
        ),
    ),
    key=(*_KEY, "benchmark", "group", "method", "interval_method"),
    order=(*_ORDER, "benchmark", "group", "method", "interval_method"),
    writer="vary; tabulate",
    files=(OF_FITTED, RESULT),
)

SENSITIVITY_COEFFICIENTS = Table(
    "sensitivity_coefficients",
    "The coefficients behind the doubling times of the table sensitivity.",
    (
        *FIT_KEY,
        *_VARIATION,
        *(column for column in COEFFICIENTS.columns if column not in FIT_KEY),
    ),
    key=(*_KEY, "coefficient"),
    order=(*_ORDER, "number"),
    writer="vary; tabulate",
    files=(OF_FITTED, RESULT),
)

WITHIN_PAPER = Table(
    "within_paper",
    "Fits to all records of a paper, whose residuals share a correlation.",
    (
        EDITION,
        SPECIFICATION,
        HO_NUMBER,
        PROCEDURE,
        Column("quantity", "string", "correlation (of two residuals of a paper), standard_deviation (of residuals, nats), doubling_time (of effective compute, months), or a coefficient by its name"),
        Column("benchmark", "string", "the benchmark, or 'all' where the quantity is shared"),
        GROUP,
        Column("resample_unit", "string", "what was drawn with replacement", allowed=("row", "paper")),
        Column("n_observations", "integer", "observations fitted", unit="rows", least=1),
        Column("n_papers", "integer", "papers among them", unit="papers", least=1),
        Column("negative_log_likelihood", "float", "at the estimate, without ½ n ln 2π", unit="nats"),
        Column("status", "string", "converged, or what stopped the search"),
        Column("n_replicates", "integer", "replicates", least=0),
        Column("n_converged", "integer", "replicates whose search converged; the study's optimiser only stops", least=0),
        Column("n_without_progress", "integer", "replicates whose growth rate is zero or negative", least=0),
        Column("estimate", "float", "value of the fit; a doubling time is empty where the fit shows no progress", unit="as quantity says", nullable=True),
        Column("median", "float", "median over the replicates", unit="as quantity says", nullable=True),
        Column("low", "float", "lower end of the interval over the replicates", unit="as quantity says", nullable=True),
        Column("high", "float", "upper end of the interval; empty for infinite", unit="as quantity says", nullable=True),
    ),
    key=("edition", "specification", "procedure", "quantity", "benchmark", "group"),
    writer="fit_within_paper; tabulate",
    files=(OF_FITTED, RESULT),
)

CORRECTION_EFFECTS = Table(
    "correction_effects",
    "Doubling times of effective compute, by maximum likelihood, with some corrections of the study's table or none.",
    (
        Column("kind", "string", "the set of corrections: none; of a strength and stronger ones; of one field alone; of one system alone", allowed=("none", "strength", "field", "system")),
        Column("name", "string", "none; the weakest strength; the field, or 'left out' for raw/exclusions.csv; the system"),
        Column("adapted", "boolean", "whether results adapted to the test text are in"),
        SPECIFICATION,
        Column("n_observations", "integer", "observations fitted", unit="rows", least=1),
        Column("estimate_months", "float", "doubling time; empty where there is no progress", unit="months", nullable=True),
    ),
    key=("kind", "name", "adapted", "specification"),
    writer="try_corrections",
    files=(RESULT,),
)
