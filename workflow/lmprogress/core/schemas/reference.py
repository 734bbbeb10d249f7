"""Tables of the published side: the study's numbers, the defects behind them, and the systems that it compares.

In: nothing. Out: schemas.
"""

from __future__ import annotations

from lmprogress.core.columns import Column, Table
from lmprogress.core.schemas.shared import SOURCE, SYSTEM

_DEFECT = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
_CONDITIONS = r"[a-z][a-z0-9_]*=[^;=]+(;[a-z][a-z0-9_]*=[^;=]+)*"

PUBLISHED = Table(
    "published",
    "Numbers that the study published, each with the computed value that stands against it.",
    (
        Column("reference_id", "string", "the number: where it stands/what it is, as in table11/7/0.0025", pattern=r"[a-z0-9][a-z0-9_.]*(/[a-z0-9][a-z0-9_.]*)+"),
        Column("location", "string", "where it is printed: section, table, figure or notebook of the study"),
        Column("quantity", "string", "what it is, in a few words"),
        Column("kind", "string", "result: the study computed or counted it; quoted: taken from other work; input: a constant put in", allowed=("result", "quoted", "input")),
        Column("value", "float", "the number", unit="as the column `unit` says"),
        Column("printed", "string", "the number as printed: digits kept, the zero before a decimal point supplied, powers of ten as e, words where the study uses words"),
        Column("relation", "string", "what the study says of the computed value: equal to this number, at_least or at_most this number", allowed=("equal", "at_least", "at_most")),
        Column("tolerance", "float", "largest distance that still agrees; half a unit of the last printed digit unless a reason is given", unit="as the column `unit` says", above=0),
        Column("tolerance_reason", "string", "why the tolerance is not half a unit of the last digit", nullable=True),
        Column("unit", "string", "unit of value and tolerance; nats are of log perplexity, 1 is a pure number", allowed=("1", "%", "%/year", "1/year", "year", "years", "months", "nats", "squared nats", "FLOP", "tokens", "parameters", "perplexity", "entries", "rows", "papers", "systems", "algorithms", "specifications", "values", "draws", "coefficients", "iterations", "evaluations")),
        Column("table", "string", "table with the computed value; empty where nothing is computed", pattern=r"[a-z][a-z0-9_]*", nullable=True),
        Column("select", "string", "conditions that choose its row, column=value joined by ';'", pattern=_CONDITIONS, nullable=True),
        Column("column", "string", "its column; empty where rows are counted", pattern=r"[a-z][a-z0-9_]*", nullable=True),
        Column("reduce", "string", "what is made of several rows; empty where the conditions choose one", allowed=("count", "minimum", "maximum"), nullable=True),
        Column("transform", "string", "what is made of the value before it is compared: percent (× 100), exp, months_to_years (÷ 12), power_of_two (2 to the power of it), rate_to_months (12 ÷ times a year)", allowed=("percent", "exp", "months_to_years", "power_of_two", "rate_to_months"), nullable=True),
        Column("corrected_select", "string", "conditions that choose the row, in the same table, with the defects corrected", pattern=_CONDITIONS, nullable=True),
        Column("defect", "string", "defect_id in raw/reference/defects.csv that explains the gap to the corrected value best", pattern=_DEFECT, nullable=True),
    ),
    key=("reference_id",),
    writer="raw/reference/published.csv, by hand",
)

DEFECTS = Table(
    "defects",
    "Defects and peculiarities of the study's released code, data and text.",
    (
        Column("defect_id", "string", "the defect", pattern=_DEFECT),
        Column("title", "string", "the defect in a few words"),
        Column("location", "string", "where it stands: released file, section or appendix"),
        Column("what", "string", "what the code, the data or the text does"),
        Column("effect", "string", "which published numbers it moves, and how"),
        Column("reproduced", "string", "what a computation does to keep it"),
        Column("corrected", "string", "what a computation does to correct it"),
        SOURCE,
    ),
    key=("defect_id",),
    writer="raw/reference/defects.csv, by hand",
)

STUDIED_SYSTEMS = Table(
    "studied_systems",
    "The systems between which the study attributes progress, with the figures that its code puts in.",
    (
        Column("studied_system", "string", "short name of the system", pattern=r"[a-z][a-z0-9_]*"),
        SYSTEM,
        Column("study_date", "date", "date that the study's code puts in for the system"),
        Column("n_parameters", "float", "number of parameters", unit="parameters", above=0),
        Column("dataset_size_tokens", "float", "tokens in the training data, each counted once", unit="tokens", above=0),
        SOURCE,
    ),
    key=("studied_system",),
    order=("study_date", "studied_system"),
    writer="raw/reference/studied_systems.csv, by hand",
)

VISION_MODELS = Table(
    "vision_models",
    "Models of images on ImageNet, among which the study looks for gains in compute.",
    (
        Column("model", "string", "name of the model, as the source spells it"),
        Column("publication_date", "date", "date of publication"),
        Column("top_1_error", "float", "images whose first guess is wrong", unit="%", above=0, most=100),
        Column("training_compute_flop", "float", "training compute", unit="FLOP", above=0),
        SOURCE,
    ),
    key=("model", "publication_date", "top_1_error"),
    order=("publication_date", "model", "top_1_error"),
    writer="raw/reference/vision_models.csv, by hand",
)
