"""Tables of the ledger: the study's numbers beside ours.

In: nothing. Out: schemas.
"""

from __future__ import annotations

from lmprogress.core.columns import Column, Table
from lmprogress.core.schemas.shared import EDITION, RESULT

_VERDICT = Column("verdict", "string", "agrees: within the tolerance; differs: not; not computed: no computed value stands against it", allowed=("agrees", "differs", "not computed"))
_KIND = Column("kind", "string", "result: the study computed it; quoted: taken from other work; input: a constant put in", allowed=("result", "quoted", "input"))

LEDGER = Table(
    "ledger",
    "Every number that the study published, beside the value reproduced from its data and the value with defects corrected.",
    (
        Column("place", "integer", "place in raw/reference/published.csv, from 1", least=1),
        Column("reference_id", "string", "the number: where it stands/what it is"),
        Column("location", "string", "where it is printed"),
        Column("quantity", "string", "what it is"),
        _KIND,
        Column("unit", "string", "unit of published, reproduced and corrected"),
        Column("printed", "string", "the number as printed"),
        Column("published", "float", "the number", unit="as the column `unit` says"),
        Column("relation", "string", "what the study says of the computed value", allowed=("equal", "at_least", "at_most")),
        Column("tolerance", "float", "largest distance that agrees", unit="as the column `unit` says", above=0),
        Column("reproduced", "float", "the same quantity computed here in the study's way; empty where it is not", unit="as the column `unit` says", nullable=True),
        Column("difference", "float", "reproduced − published", unit="as the column `unit` says", nullable=True),
        _VERDICT,
        Column("corrected", "float", "the same quantity with the study's defects corrected; empty where there is none, or where it is infinite", unit="as the column `unit` says", nullable=True),
        Column("defect", "string", "the defect that explains the difference best", nullable=True),
        Column("explanation", "string", "that defect in a few words", nullable=True),
        Column("table", "string", "the table of results/tables that holds the computed values", nullable=True),
    ),
    key=("reference_id",),
    order=("place",),
    writer="compare_published",
    files=(RESULT,),
)

LEDGER_COUNTS = Table(
    "ledger_counts",
    "How many published numbers agree, by where they stand.",
    (
        _KIND,
        Column("section", "string", "first part of the reference_id: table, section, figure, notebook"),
        _VERDICT,
        Column("numbers", "integer", "published numbers", unit="rows", least=1),
    ),
    key=("kind", "section", "verdict"),
    writer="compare_published",
    files=(RESULT,),
)

STUDY_STATISTICS = Table(
    "study_statistics",
    "Numbers of the kind that the study prints and no other table holds: counts, ranks, ranges, rates.",
    (
        EDITION,
        Column("procedure", "string", "how the fits behind it were made: study or global; none where it is not of fits", allowed=("none", "study", "global")),
        Column("statistic", "string", "n_observations (rows fitted); n_left_out (rows that a step of curation leaves out); n_pairs (of model and penalty, models 1 to 15); training_compute_percentile (of all rows fitted, or of those whose paper reports it); most_common_vocabulary (of a benchmark's rows); rank_of_pair and rank_of_specification (by held-out error: of the study, on its split, among the models that it ranked; of the global minima, on papers left out, among all); held_out_r2 (1 − held-out error / variance of what is held out; least and greatest of models 1 to 15); exponent_drift (size of the drift's coefficient, models 14 and 15); loss_exponent_in_compute (of both terms of the main law, where compute is split best); doubling_time_90_percent (ends of the interval, main law; empty for infinite); share_with_positive_sum (of replicates with alpha_year + beta_year > 0); compute_growth_rate (of ln compute, between two systems); greatest_vision_gain (compute of a model of images over that of a later one: less accurate as in the study, or at least as accurate)", allowed=("n_observations", "n_left_out", "n_pairs", "training_compute_percentile", "most_common_vocabulary", "rank_of_pair", "rank_of_specification", "held_out_r2", "exponent_drift", "loss_exponent_in_compute", "doubling_time_90_percent", "share_with_positive_sum", "compute_growth_rate", "greatest_vision_gain")),
        Column("subject", "string", "what it is of: a specification/penalty, a benchmark, systems, an end, a factor"),
        Column("value", "float", "the number", unit="as the column `unit` says", nullable=True),
        Column("unit", "string", "unit of value"),
    ),
    key=("edition", "procedure", "statistic", "subject"),
    writer="tabulate_statistics",
    files=(RESULT,),
)
